"""Connecting: look a name up once, check every address it has, and connect to a checked one and no other.

A name can have another address a moment later, so nothing may look it up again between the check and the connection.
Every connection comes through here, those after a redirect too.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

import httpcore

from monitor.core.text import safe
from monitor.fetch.address import closed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from monitor.fetch.address import Network

    Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# A dead address must leave time for the next one: a host whose IPv6 leads nowhere is common.
CONNECT_S = 8.0
ADDRESSES_MAX = 6


class DialError(Exception):
    """No connection. ``kind`` is that of a NoAnswer, ``text`` a sentence that names nothing but the host."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text


class Names:
    """Looks names up in threads of its own: a slow name server must not hold up other work that waits for threads."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="names")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """All addresses of a host, in the order the system prefers, the families taking turns."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port)
        six = [address for address in found if ":" in address]
        four = [address for address in found if ":" not in address]
        first, second = (six, four) if found and ":" in found[0] else (four, six)
        return [address for address in chain.from_iterable(zip_longest(first, second)) if address is not None]

    def close(self) -> None:
        """Let go of the threads without waiting for name servers."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int) -> list[str]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class CheckedDial(httpcore.AsyncNetworkBackend):
    """The network under the HTTP client: it is asked for a host and a port, and connects only where it may."""

    def __init__(self, allowed: Sequence[Network], resolve: Resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._wire = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's; the whole request has a deadline
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Called by the pool for each new connection."""
        addresses = await self._addresses(host, port)
        failure: Exception | None = None
        for address in addresses[:ADDRESSES_MAX]:
            try:
                return await self._wire.connect_tcp(address, port, CONNECT_S, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise _unreachable(host, failure) from failure

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        name = safe(host, 100)
        try:
            addresses = await self._resolve(host, port)
        except socket.gaierror as error:
            if error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL):
                raise DialError("dns", f"The name server gives no answer for {name}.") from error
            raise DialError("dns", f"There is no host {name}.") from error
        except (UnicodeError, OSError) as error:
            raise DialError("dns", f"{name} is not a name that can be looked up.") from error
        for address in addresses:
            reason = closed(address, self._allowed)
            if reason is not None:
                where = name if name == address else f"{name} is at {safe(address, 60)}, which"
                raise DialError("forbidden", f"{where} is {reason}: not asked.")
        return addresses


def _unreachable(host: str, failure: Exception | None) -> DialError:
    name = safe(host, 100)
    if failure is None:
        return DialError("dns", f"{name} has no address.")
    if isinstance(failure, httpcore.ConnectTimeout):
        return DialError("timeout", f"{name} does not answer.")
    cause = failure.__cause__
    if isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED:
        return DialError("refused", f"{name} refuses connections: nothing listens there.")
    return DialError("refused", f"{name} cannot be reached from here.")
