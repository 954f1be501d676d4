from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from monitor.core.model import ServiceState
from monitor.deliver.courier import Courier
from monitor.deliver.screen import ConsoleScreen
from monitor.engine.loop import Loop, Pace
from monitor.engine.sdnotify import Systemd
from monitor.engine.turn import Turns
from monitor.fetch import exchange
from monitor.ports import StoreError
from monitor.store.memory import MemoryStore
from tests.sim.virtual import DayWeb, HereParser, VirtualClock, day_turns, here

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.model import Turn


class FullDisk(MemoryStore):
    """The twin in memory, with a disk that is full for the first records. What it refuses is left as it was."""

    def __init__(self, refusals: int) -> None:
        super().__init__()
        self.refusals = refusals

    def record(self, turn: Turn) -> None:
        if self.refusals:
            self.refusals -= 1
            raise StoreError("the disk is full", "Make room.")
        super().record(turn)


class Broken(HereParser):
    async def parse(self, body: bytes, content_type: str, url: str) -> object:  # type: ignore[override]  # the bug
        raise AssertionError("a bug")


def make_loop(turns: Turns, store: MemoryStore, clock: VirtualClock, notify: object = None) -> Loop:
    state = ServiceState(clock.now(), clock.now(), 1, "0", "day.toml")
    with open("/dev/null", "w", encoding="utf-8") as nowhere:  # noqa: PTH123 a device
        courier = Courier(store, DayWeb(clock), ConsoleScreen(nowhere), turns.plan.channels, clock, here)
    return Loop(turns, courier, store, clock, here, notify or Systemd(None), state, Pace(0.01, 0.01))  # type: ignore[arg-type]  # a listener of our own


def stop_when(stop: asyncio.Event, reached: Callable[[], bool]) -> Callable[[Turn], None]:
    return lambda _: stop.set() if reached() else None


def test_what_a_full_disk_refused_is_asked_again_and_lost_to_nobody() -> None:
    clock = VirtualClock()
    store = FullDisk(refusals=5)
    recorded: list[Turn] = []
    statuses: list[str] = []

    async def run() -> None:
        stop = asyncio.Event()

        def note(turn: Turn) -> None:
            recorded.append(turn)
            clock.time = clock.time.replace(minute=(clock.time.minute + 1) % 60)
            if len({one.state.feed for one in recorded}) == 12:
                stop.set()

        class Later:
            """Virtual minutes pass with each sign of life, so that leases run out."""

            def ready(self, status: str) -> None: ...

            def watchdog(self, status: str | None = None) -> None:
                statuses.append(status or "")
                clock.time = datetime.fromtimestamp(clock.time.timestamp() + 60, UTC)

            def stopping(self, status: str) -> None: ...

        turns = day_turns(clock, store, note)
        loop = make_loop(turns, store, clock, Later())
        await loop.start()
        await asyncio.wait_for(loop.run(stop), 30)

    asyncio.run(run())
    assert store.refusals == 0
    assert all(status.startswith("12 feeds, 3 topics, next due ") for status in statuses)
    assert statuses
    first = {turn.state.feed: turn for turn in reversed(recorded)}
    assert len(first) == 12
    assert all(turn.items for turn in first.values())
    assert len({item.id for turn in recorded for item in turn.items}) == sum(len(turn.items) for turn in recorded)


def test_a_bug_ends_the_loop_and_is_raised() -> None:
    clock, store = VirtualClock(), MemoryStore()

    async def run() -> None:
        turns = day_turns(clock, store, lambda _: None)
        turns = Turns(turns.plan, store, Broken(), exchange, clock, here)  # type: ignore[arg-type]  # that is the bug
        loop = make_loop(turns, store, clock)
        await loop.start()
        await asyncio.wait_for(loop.run(asyncio.Event()), 30)

    with pytest.raises(AssertionError, match="a bug"):
        asyncio.run(run())


def test_a_store_that_cannot_give_a_sign_of_life_gets_none_from_systemd() -> None:
    """The watchdog hears of progress only; a store that is stuck is no progress, and systemd restarts the service."""
    told: list[str] = []

    class Listener:
        def ready(self, status: str) -> None:
            told.append("ready")

        def watchdog(self, status: str | None = None) -> None:
            told.append("alive")

        def stopping(self, status: str) -> None:
            told.append("stopping")

    class Stuck(MemoryStore):
        beats = 0

        def beat(self, service: ServiceState) -> None:
            self.beats += 1
            if self.beats > 1:
                raise StoreError("the store is locked", "")
            super().beat(service)

    clock, store = VirtualClock(), Stuck()

    async def run() -> None:
        stop = asyncio.Event()
        turns = day_turns(clock, store, lambda _: stop.set())
        loop = make_loop(turns, store, clock, Listener())
        await loop.start()
        await asyncio.wait_for(loop.run(stop), 30)

    asyncio.run(run())
    assert told == ["ready", "stopping"]
