"""A courier with everything around it: a real store, receivers on loopback, and a clock that is set by hand."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from monitor.core.model import (
    Alert,
    AlertId,
    ChannelId,
    Delivery,
    DeliveryState,
    FeedState,
    Turn,
    derive_id,
)
from monitor.deliver.courier import Courier
from monitor.deliver.screen import ConsoleScreen
from monitor.deliver.webhook import Webhook
from monitor.fetch.http import HttpWeb
from monitor.ports import StoreError
from monitor.store.memory import MemoryStore
from tests.contract.messages import NOW, make_message

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from monitor.ports import Channel, Store
    from tests.conftest import FeedServer

T = TypeVar("T")
KEY = b"k" * 24
DESK, OTHER, TERMINAL = ChannelId("desk"), ChannelId("other"), ChannelId("terminal")
SECOND = timedelta(seconds=1)


@dataclass
class SetClock:
    """A clock that stands still until it is set."""

    time: datetime = NOW

    def now(self) -> datetime:
        return self.time


class FullDisk(MemoryStore):
    """A real memory whose disk is full for some calls of one method."""

    def __init__(self, method: str, after: int = 0, times: int = 1) -> None:
        super().__init__()
        self._full, self._method, self._calls = range(after, after + times), method, -1

    def _write(self, method: str) -> None:
        if method == self._method:
            self._calls += 1
            if self._calls in self._full:
                raise StoreError("the disk is full")

    def settle(self, delivery: Delivery) -> None:
        self._write("settle")
        super().settle(delivery)

    def claim_deliveries(self, *arguments: Any, **named: Any) -> list[tuple[Delivery, Alert]]:
        self._write("claim_deliveries")
        return super().claim_deliveries(*arguments, **named)


async def at_once(call: Callable[[], T], /) -> T:
    return call()


@dataclass
class House:
    """A courier with everything around it."""

    store: Store
    clock: SetClock
    web: HttpWeb
    screen: ConsoleScreen
    channels: dict[ChannelId, Channel]
    courier: Courier
    heard: list[Delivery]
    progress: asyncio.Event

    async def ended(self, alert: Alert, channel: ChannelId) -> None:
        """Wait until a delivery that another task works on has ended."""
        while self.delivery(alert, channel).due_at is not None:
            self.progress.clear()
            await self.progress.wait()

    def promise(self, name: str, *channels: ChannelId, **changes: Any) -> Alert:
        """Record an alert with its deliveries, as a turn does. What was promised a moment ago comes first."""
        now = self.clock.now()
        id_ = AlertId(derive_id("alert", name))
        message = make_message(id=id_, at=now, **changes)
        alert = Alert(
            id_, message.revision, message.topic, message.story, message.item, message.outcome, message.priority, now,
            message, channels,
        )  # fmt: skip
        waiting = tuple(Delivery(id_, alert.revision, each, DeliveryState.WAITING, now, now) for each in channels)
        self.store.record(
            Turn(now, FeedState(message.feed, "https://example.org/", now), alerts=(alert,), deliveries=waiting)
        )
        return alert

    def delivery(self, alert: Alert, channel: ChannelId = DESK) -> Delivery:
        [found] = [each for each in self.store.deliveries(alert.id) if each.channel == channel]
        return found


@asynccontextmanager
async def house(
    channels: Mapping[ChannelId, Channel],
    store: Store | None = None,
    run: Any = at_once,
    screen: ConsoleScreen | None = None,
) -> AsyncIterator[House]:
    heard: list[Delivery] = []
    progress = asyncio.Event()

    def on_progress(delivery: Delivery) -> None:
        heard.append(delivery)
        progress.set()

    clock, web = SetClock(), HttpWeb(["127.0.0.0/8"])
    own = dict(channels)
    with Path(os.devnull).open("w") as nowhere:  # noqa: ASYNC230  it takes no time
        shown = screen or ConsoleScreen(nowhere)
        kept = store or MemoryStore()
        courier = Courier(kept, web, shown, own, clock, run, on_progress)
        try:
            async with asyncio.timeout(60):
                yield House(kept, clock, web, shown, own, courier, heard, progress)
        finally:
            await courier.stop()
            await web.aclose()
            if store is None:
                kept.close()


@dataclass
class HeldReceiver:
    """A receiver that takes every request and answers none until it is let go."""

    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    ids: list[str] = field(default_factory=list)
    open_now: int = 0
    open_most: int = 0
    port: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            await reader.readexactly(int(head.split("content-length: ")[1].split("\r\n")[0]))
            self.open_now += 1
            self.open_most = max(self.open_most, self.open_now)
            async with self._changed:
                self.ids.append(head.split("webhook-id: ")[1].split("\r\n")[0])
                self._changed.notify_all()
            await self.let_go.wait()
            self.open_now -= 1
            writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the courier hung up, which some tests want it to
        finally:
            writer.close()

    async def has(self, count: int) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.ids) >= count)

    def channel(self, name: str) -> Webhook:
        return Webhook(ChannelId(name), f"http://127.0.0.1:{self.port}/{name}")


@asynccontextmanager
async def held_receiver() -> AsyncIterator[HeldReceiver]:
    receiver = HeldReceiver()
    server = await asyncio.start_server(receiver.take, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        receiver.let_go.set()
        server.close()
        await server.wait_closed()


def ids(server: FeedServer, path: str = "/desk-hook-secret") -> list[str]:
    return [seen.headers["webhook-id"] for seen in server.requests if seen.path == path]
