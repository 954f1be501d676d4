"""The one way out to the network: a request becomes an answer or a reason, within its limits, whatever the server does.

Built on the engine of httpx, its connection pool and its addresses, but not on its client, whose habits do not suit a
program that asks strangers: it prepares to follow a redirect even when told not to (and raises where that leads to
nonsense), keeps cookies, unpacks without bounds, and times each read, so that a slow drip never ends. Here connections
go only to checked addresses (``dial``), bodies are unpacked within bounds (``inflate``), one deadline covers the whole
request, and redirects are followed by hand.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpcore
import httpx

from monitor.core.model import LIMITS
from monitor.core.text import safe
from monitor.core.wire import Answer, NoAnswer
from monitor.fetch.address import networks
from monitor.fetch.dial import CheckedDial, DialError, Names
from monitor.fetch.inflate import BadEncodingError, Body, CutShortError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.wire import Request
    from monitor.fetch.dial import Resolve

_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
# Headers of which one is meant; where a server repeats them, joining would make nonsense.
_SINGLE = frozenset(("etag", "last-modified", "content-type", "location", "retry-after", "date", "expires", "age"))
_FOR_ONE_ORIGIN = frozenset((b"authorization", b"cookie", b"proxy-authorization"))


class HttpWeb:
    """``ports.Web`` over HTTP. Public addresses only, and those in ``allow_private`` (CIDRs)."""

    def __init__(
        self,
        allow_private: Sequence[str] = (),
        *,
        tls: ssl.SSLContext | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        for name in ("httpx", "httpcore"):  # their log lines hold whole addresses, and a webhook's address is a secret
            logging.getLogger(name).setLevel(logging.WARNING)
        self._names = Names()
        # Every feed is a host of its own, so few idle connections are worth keeping; how many are in flight is the
        # caller's to bound.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(trust_env=False),
            max_connections=None,
            max_keepalive_connections=8,
            keepalive_expiry=15.0,
            network_backend=CheckedDial(networks(allow_private), resolve or self._names),
        )

    async def send(self, request: Request) -> Answer | NoAnswer:
        """One request, with its redirects. Failures are values."""
        exchange = _Exchange(self._pool, request)
        try:
            async with asyncio.timeout(request.deadline_s):
                return await exchange.run()
        except TimeoutError:
            return exchange.partial() or NoAnswer(
                "timeout", f"{exchange.host} took longer than {request.deadline_s:g} seconds."
            )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()
        self._names.close()


@dataclass(frozen=True, slots=True)
class _Hop:
    """A redirect that may be followed."""

    status: int
    location: str


@dataclass
class _Exchange:
    """One request under way: where it stands, so that a deadline can still tell what had arrived."""

    pool: httpcore.AsyncConnectionPool
    request: Request
    started: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    host: str = "The server"
    url: httpx.URL = field(default_factory=httpx.URL)
    moved: bool = False
    response: httpcore.Response | None = None
    body: Body | None = None

    async def run(self) -> Answer | NoAnswer:
        try:
            self.url = httpx.URL(self.request.url)
            headers = _encode(self.request)
        except (httpx.InvalidURL, UnicodeError):
            return NoAnswer("forbidden", "The address is not one that can be asked.")
        hops: list[int] = []
        visited = set()
        while True:
            self.host = safe(_host(self.url), 100) or "The server"
            fault = _fault(self.url)
            if fault:
                return NoAnswer("forbidden", fault)
            visited.add(str(self.url))
            step = await self._step(headers)
            if not isinstance(step, _Hop):
                return step
            hops.append(step.status)
            self.moved = all(status in _PERMANENT for status in hops)
            target = self._target(step.location)
            if isinstance(target, NoAnswer):
                return target
            if len(hops) > self.request.redirects_max:
                limit = self.request.redirects_max
                return NoAnswer("redirects", f"{self.host} sends us on and on: more than {limit} redirects.")
            if str(target) in visited:
                return NoAnswer("redirects", f"{self.host} sends us round in circles.")
            if _origin(target) != _origin(self.url):
                headers = [(name, value) for name, value in headers if name.lower() not in _FOR_ONE_ORIGIN]
            self.url = target

    async def _step(self, headers: list[tuple[bytes, bytes]]) -> Answer | NoAnswer | _Hop:
        """One request without its redirects."""
        try:
            response = await self.pool.handle_async_request(self._outgoing(headers))
        except DialError as error:
            return NoAnswer(error.kind, error.text)
        except httpcore.ConnectError as error:  # ours come as DialError: this one is from the TLS handshake
            return NoAnswer("tls", f"No secure connection to {self.host}: {_tls_reason(error.__context__)}.")
        except httpcore.RemoteProtocolError as error:
            if "disconnected" in str(error):
                return NoAnswer("reset", f"{self.host} hung up without an answer.")
            return NoAnswer("protocol", f"What answers at {self.host} does not speak HTTP.")
        except httpcore.LocalProtocolError:
            return NoAnswer("protocol", f"The request to {self.host} cannot be put into HTTP.")
        except (httpcore.NetworkError, OSError):
            return NoAnswer("reset", f"The connection to {self.host} broke.")
        try:
            location = _decode(response.headers).get("location")
            follow = self.request.redirects_max > 0 and self.request.method == "GET"
            if follow and response.status in _REDIRECTS and location is not None:
                return _Hop(response.status, location)
            return await self._receive(response)
        finally:
            await response.aclose()

    def _outgoing(self, headers: list[tuple[bytes, bytes]]) -> httpcore.Request:
        own = [(b"Host", self.url.netloc)]
        if self.request.method != "GET":
            own.append((b"Content-Length", str(len(self.request.body)).encode()))
        url = httpcore.URL(
            scheme=self.url.raw_scheme, host=self.url.raw_host, port=self.url.port, target=self.url.raw_path
        )
        return httpcore.Request(self.request.method, url, headers=own + headers, content=self.request.body or None)

    async def _receive(self, response: httpcore.Response) -> Answer | NoAnswer:
        self.response = response
        failure = await self._read_body(response)
        # Only the document that we came for must be whole. What a receiver says after its 2xx, or a server beside its
        # error, is chatter: it is cut, and its faults change nothing.
        if failure is None or self.request.method != "GET" or not _good(response):
            return self._answer(response)
        return failure

    async def _read_body(self, response: httpcore.Response) -> NoAnswer | None:
        wanted = self.request.method == "GET" and _good(response)
        limit = self.request.body_bytes_max if wanted else min(self.request.body_bytes_max, LIMITS.answer_bytes_max)
        try:
            encoding = _decode(response.headers).get("content-encoding", "")
            self.body = Body(encoding, limit, LIMITS.wire_bytes_max)
            async for piece in response.aiter_stream():
                self.body.add(piece)
            self.body.end()
        except TooLargeError as error:
            return NoAnswer("too_large", f"{self.host} sends more than {error.limit:,} bytes.")
        except BadEncodingError as error:
            return NoAnswer("bad_encoding", f"The answer of {self.host} is {error}.")
        except (httpcore.RemoteProtocolError, CutShortError):
            return NoAnswer("truncated", f"{self.host} hung up in the middle of its answer.")
        except (httpcore.NetworkError, OSError):
            return NoAnswer("reset", f"The connection to {self.host} broke in the middle of its answer.")
        return None

    def partial(self) -> Answer | None:
        """What had arrived when time ran out, where that is enough: the status of anything but a document."""
        if self.response is None or (self.request.method == "GET" and _good(self.response)):
            return None
        return self._answer(self.response)

    def _answer(self, response: httpcore.Response) -> Answer:
        return Answer(
            status=response.status,
            headers=_decode(response.headers),
            body=bytes(self.body.content) if self.body else b"",
            url=str(self.url),
            moved=self.moved,
        )

    def _target(self, location: str) -> httpx.URL | NoAnswer:
        try:  # headers were read as Latin-1, and servers write raw UTF-8 here
            location = location.encode("latin-1").decode("utf-8", "replace")
            target = self.url.join(location)
        except (httpx.InvalidURL, UnicodeError):
            return NoAnswer("redirects", f"{self.host} sends us to something that is no address.")
        if self.url.scheme == "https" and target.scheme == "http":
            return NoAnswer("redirects", f"{self.host} sends us from https to http, where anyone may change the news.")
        return target


def _fault(url: httpx.URL) -> str:
    """What forbids asking an address, as a sentence; empty where nothing does."""
    if url.scheme not in ("http", "https"):
        return "Only http and https addresses can be asked."
    if url.userinfo:
        return "An address with a user name or password in it is not asked."
    return "" if _host(url) else "The address names no host."


def _host(url: httpx.URL) -> str:
    """The host as it is looked up. ``url.host`` turns it back into the letters of its script, and raises for some."""
    return url.raw_host.decode("ascii", "replace")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return (url.scheme, _host(url), url.port)


def _encode(request: Request) -> list[tuple[bytes, bytes]]:
    """Headers as bytes. Validators came as Latin-1 and must leave as the same bytes."""
    return [
        (name.encode("ascii"), value.encode("latin-1" if _fits(value) else "utf-8"))
        for name, value in request.headers.items()
    ]


def _fits(value: str) -> bool:
    return all(ord(char) < 256 for char in value)


def _good(response: httpcore.Response) -> bool:
    return 200 <= response.status < 300


def _decode(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    decoded: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name not in decoded:
            decoded[name] = value
        elif name not in _SINGLE:
            decoded[name] += ", " + value
    return decoded


def _tls_reason(cause: BaseException | None) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate does not hold ({safe(cause.verify_message, 120)})"
    return "the handshake failed"
