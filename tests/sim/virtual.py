"""A day in a moment: real turns over a store in memory, a virtual clock, and the recorded day in place of the web."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from monitor.core.wire import Answer, NoAnswer, Parsed, Request, Unreadable
from monitor.deliver import KINDS
from monitor.demo.config import SECRET_VARIABLE, demo_config
from monitor.demo.day import END, START, load_day
from monitor.demo.server import reply_to
from monitor.engine.loop import LEASE
from monitor.engine.plan import Plan
from monitor.engine.turn import Turns
from monitor.fetch import exchange
from monitor.parse.registry import read_feed
from monitor.settings.load import load
from monitor.settings.packs import available_packs
from monitor.settings.result import Settings
from monitor.store.memory import MemoryStore
from monitor.wiring import check_query, topics_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.model import Turn
    from monitor.ports import Store

T = TypeVar("T")
BASE = "http://127.0.0.1:1"
SECRETS = {SECRET_VARIABLE: "whsec_" + "c2VjcmV0" * 6}


@dataclass
class VirtualClock:
    time: datetime = START

    def now(self) -> datetime:
        return self.time


@dataclass
class DayWeb:
    """The day's feeds without sockets, breakages included; a half document is told as a truncated one."""

    clock: VirtualClock
    asked: list[tuple[datetime, str]] = field(default_factory=list)

    async def send(self, request: Request) -> Answer | NoAnswer:
        day, now, path = load_day(), self.clock.now(), urlsplit(request.url).path
        feed = next(feed for feed in day.feeds if feed.path == path)
        self.asked.append((now, feed.id))
        for breakage in day.breakages:
            if breakage.feed == feed.id and breakage.kind != "half" and breakage.on(now):
                html = b"<!doctype html><html><body><h1>Back soon</h1></body></html>"
                return Answer(200, {"content-type": "text/html"}, html, request.url) if breakage.kind == "html" else (
                    Answer(500, {}, b"", request.url)
                )  # fmt: skip
        headers = {name.lower(): value for name, value in request.headers.items() if name.lower() != "accept-encoding"}
        reply = reply_to(feed, day, headers, now)
        return Answer(reply.status, reply.headers, reply.body, request.url)

    async def aclose(self) -> None: ...


class HereParser:
    """The parser without its process: the simulation's feeds are its own."""

    async def parse(self, body: bytes, content_type: str, url: str) -> Parsed | Unreadable:
        return read_feed(body, content_type, url)


async def here(call: Callable[[], T]) -> T:
    return call()


def day_settings() -> Settings:
    text = demo_config(BASE, "/nowhere")
    settings = load(text, "day.toml", KINDS, check_query=check_query, packs=available_packs())
    assert isinstance(settings, Settings), settings
    return settings


def day_turns(clock: VirtualClock, store: Store, on_turn: Callable[[Turn], None]) -> Turns:
    settings = day_settings()
    plan = Plan({feed.id: feed for feed in settings.feeds}, topics_of(settings), settings.policy, {}, DayWeb(clock))
    return Turns(plan, store, HereParser(), exchange, clock, here, on_turn)


def play_day(*, until: datetime = END, step: timedelta = timedelta(minutes=1)) -> tuple[list[Turn], MemoryStore]:
    """Every turn of the day, in order, and the store it left."""
    clock, store = VirtualClock(), MemoryStore()
    turns_made: list[Turn] = []
    turns = day_turns(clock, store, turns_made.append)

    async def run() -> None:
        store.sync_feeds(tuple(turns.plan.feeds.values()), clock.now())
        while clock.time <= until:
            for state in store.claim_feeds(clock.now(), 100, LEASE):
                await turns.take(state)
            clock.time += step

    asyncio.run(run())
    return turns_made, store
