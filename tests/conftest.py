"""A real web server on loopback that answers exactly what a test scripts, and remembers what it was asked."""

from __future__ import annotations

import socket
import socketserver
import ssl
import struct
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CERTIFICATE = Path(__file__).parent / "edges" / "localhost.pem"
PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted answer. ``raw`` replaces everything; ``end``: close, reset, or drip (a byte at a time, for ever)."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    raw: bytes | None = None
    end: str = "close"

    def wire(self) -> bytes:
        if self.raw is not None:
            return self.raw
        names = {name.lower() for name, _ in self.headers}
        lines = [f"HTTP/1.1 {self.status} Scripted", *(f"{name}: {value}" for name, value in self.headers)]
        if "content-length" not in names and "transfer-encoding" not in names and self.status not in (204, 304):
            lines.append(f"Content-Length: {len(self.body)}")
        lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + self.body


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived. Header names are lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class FeedServer:
    """Scriptable: ``script(path, *replies)``; replies are given in order, and the last one again and again."""

    tls: ssl.SSLContext | None = None
    requests: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._scripts: dict[str, list[Reply]] = defaultdict(list)
        self._changed = threading.Condition()
        self.released = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @staticmethod
    def reply(
        status: int = 200,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        raw: bytes | None = None,
        end: str = "close",
    ) -> Reply:
        return Reply(status, tuple((headers or {}).items()), body, raw, end)

    def script(self, path: str, *replies: Reply) -> str:
        """Answer ``path`` with these, from now on. Returns its address."""
        with self._changed:
            self._scripts[path] = list(replies)
        return self.url(path)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def wait_for(self, count: int) -> None:
        """Wait until that many requests have arrived in all."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.requests) >= count, PATIENCE_S), "the request never came"

    def take(self, seen: Seen) -> Reply:
        with self._changed:
            self.requests.append(seen)
            self._changed.notify_all()
            replies = self._scripts.get(seen.path.split("?")[0]) or [Reply(404, body=b"nothing is scripted here")]
            return replies.pop(0) if len(replies) > 1 else replies[0]

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE_S)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], owner: FeedServer) -> None:
        self.owner = owner
        super().__init__(address, _Exchange)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no fault of the server; anything else must fail the test."""
        raise  # noqa: PLE0704 - called by socketserver inside its except block


class _Exchange(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        owner = self.server.owner
        connection: socket.socket = self.request
        connection.settimeout(PATIENCE_S)
        try:
            if owner.tls is not None:
                connection = owner.tls.wrap_socket(connection, server_side=True)
            seen = _read_request(connection)
            if seen is None:
                return
            reply = owner.take(seen)
            connection.sendall(reply.wire())
            while reply.end == "drip" and not owner.released.wait(0.01):
                connection.sendall(b".")
            if reply.end == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()  # before socketserver says goodbye politely
        except OSError:
            pass  # the client hung up, which some tests want it to
        finally:
            if connection is not self.request:
                connection.close()


def _read_request(connection: socket.socket) -> Seen | None:
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65_536)
        if not piece or not (head + piece)[:1].isalpha():
            return None  # gone, or no HTTP at all
        head += piece
    text, _, body = head.partition(b"\r\n\r\n")
    first, *lines = text.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65_536)
    return Seen(method, path, headers, body)


@pytest.fixture
def feed_server() -> Iterator[FeedServer]:
    server = FeedServer()
    yield server
    server.close()


@pytest.fixture
def tls_feed_server() -> Iterator[FeedServer]:
    """The same over TLS, as localhost. The certificate signs itself and is trusted by nobody but these tests."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server = FeedServer(tls=context)
    yield server
    server.close()
