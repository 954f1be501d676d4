"""The recorded day on a port of 127.0.0.1: feeds with good manners, scripted breakages, and a webhook receiver."""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from monitor.demo.day import Breakage, Day, DayFeed, load_day
from monitor.demo.render import render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_HEAD_MAX = 64 * 1024
_BODY_MAX = 2**20
_PATIENCE_S = 10.0
_HTML = {"content-type": "text/html; charset=utf-8"}
_SORRY = b"<!doctype html><title>Back soon</title><h1>Back soon</h1><p>We are moving to a new home. Please be patient."


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server says. ``half``: the body breaks off in the middle of what was promised."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    half: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """A webhook delivery that arrived, and the status that it was answered with. Header names are lower case."""

    at: datetime
    headers: Mapping[str, str]
    body: bytes
    status: int


def reply_to(feed: DayFeed, day: Day, headers: Mapping[str, str], now: datetime) -> Reply:
    """Answer a conditional request for a feed as it is at ``now``, disregarding breakages."""
    items = day.visible(feed.id, now)
    body, content_type = render(feed, items)
    etag = f'W/"{sha256(body).hexdigest()[:16]}"'
    modified = max((item.changed for item in items), default=now).astimezone(UTC)
    manners = {"etag": etag, "last-modified": format_datetime(modified, usegmt=True), "vary": "Accept-Encoding"}
    if _is_known(headers, etag, modified):
        return Reply(304, manners)
    manners["content-type"] = content_type
    if _takes_gzip(headers.get("accept-encoding", "")):
        return Reply(200, manners | {"content-encoding": "gzip"}, gzip.compress(body, 6, mtime=0))
    return Reply(200, manners, body)


def _is_known(headers: Mapping[str, str], etag: str, modified: datetime) -> bool:
    """If-None-Match counts where it is given; the date only without it."""
    if "if-none-match" in headers:
        tags = {tag.strip().removeprefix("W/") for tag in headers["if-none-match"].split(",")}
        return "*" in tags or etag.removeprefix("W/") in tags
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return since.tzinfo is not None and modified - timedelta(microseconds=modified.microsecond) <= since


def _takes_gzip(accepted: str) -> bool:
    for choice in accepted.lower().split(","):
        name, _, weight = choice.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


class DayServer:
    """Plays the day as it is at ``clock()``. ``async with`` starts and stops it.

    ``requests`` counts by path; ``received`` holds what came to /hook, which answers 500 once and then 204.
    """

    def __init__(self, clock: Callable[[], datetime], day: Day | None = None) -> None:
        self._clock = clock
        self._day = day or load_day()
        self._feeds = {feed.path: feed for feed in self._day.feeds}
        self._halved: set[Breakage] = set()
        self._open: set[asyncio.Task[None]] = set()
        self._arrived = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self.base_url = ""
        self.requests: Counter[str] = Counter()
        self.received: list[Received] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD_MAX)
        host, port = self._server.sockets[0].getsockname()[:2]
        self.base_url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is None:
            return
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    async def wait_received(self, count: int) -> list[Received]:
        """Wait until ``count`` deliveries came to /hook, and return all that did."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.received) >= count)
            return list(self.received)

    # One connection, one request --------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        try:
            # A client that hangs up, dawdles or talks too much is the client's matter: its connection ends.
            with suppress(TimeoutError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                async with asyncio.timeout(_PATIENCE_S):
                    reply = await self._answer(reader)
                    writer.write(self._written(reply))
                    await writer.drain()
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader) -> Reply:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *rows = head.rstrip("\r\n").split("\r\n")
        words = line.split(" ")
        if len(words) != 3:
            return Reply(400)
        method, path = words[0], words[1].partition("?")[0]
        headers = {name.strip().lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
        self.requests[path] += 1
        if path == "/hook":
            return await self._receive(method, headers, reader)
        feed = self._feeds.get(path)
        if feed is None:
            return Reply(404)
        return self._play(feed, headers) if method == "GET" else Reply(405, {"allow": "GET"})

    def _play(self, feed: DayFeed, headers: Mapping[str, str]) -> Reply:
        now = self._clock()
        half = False
        for breakage in self._day.breakages:
            if breakage.feed != feed.id or breakage in self._halved or not breakage.on(now):
                continue
            if breakage.kind == "html":
                return Reply(200, _HTML, _SORRY)
            if breakage.kind == "error":
                return Reply(500, _HTML, _SORRY)
            self._halved.add(breakage)
            half = True
        if half:
            whole = reply_to(feed, self._day, {}, now)
            return Reply(whole.status, whole.headers, whole.body, half=True)
        return reply_to(feed, self._day, headers, now)

    async def _receive(self, method: str, headers: Mapping[str, str], reader: asyncio.StreamReader) -> Reply:
        if method != "POST":
            return Reply(405, {"allow": "POST"})
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdecimal()):
            return Reply(411)
        if len(length) > 9 or int(length) > _BODY_MAX:
            return Reply(413)
        body = await reader.readexactly(int(length))
        status = 204 if self.received else 500
        async with self._arrived:
            self.received.append(Received(self._clock(), headers, body, status))
            self._arrived.notify_all()
        return Reply(status)

    def _written(self, reply: Reply) -> bytes:
        headers = {"date": format_datetime(self._clock().astimezone(UTC), usegmt=True), "connection": "close"}
        headers |= reply.headers
        if reply.status not in (204, 304):
            headers["content-length"] = str(len(reply.body))
        head = f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        body = reply.body[: len(reply.body) // 2] if reply.half else reply.body
        return head.encode("latin-1") + b"\r\n" + body
