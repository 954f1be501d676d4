"""The demo: the real daemon on a real store, over a recorded day of news that a server on loopback plays.

Only the clock is not real: a day passes in about a minute. What is told is shown by the terminal channel; what is held
back is narrated here, with its reason.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.core.model import Outcome
from monitor.core.wire import Line
from monitor.demo.config import SECRET_VARIABLE, demo_config
from monitor.demo.day import END, START
from monitor.demo.server import DayServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from monitor.core.model import Item, Turn, Verdict
    from monitor.ports import Screen

_SECRET = "whsec_d2lyZXdhdGNoLWRlbW8tc2VjcmV0LW5vdC1hLXJlYWwtb25l"  # noqa: S105 - plays a secret, protects nothing
_TICK_S = 0.1
_QUIET = (Outcome.UNMATCHED, Outcome.BASELINE)


class DayClock:
    """A clock on which a second lasts ``1 / speed`` seconds. The day stands still until ``start``, and at its end."""

    def __init__(self, speed: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.speed = speed
        self._monotonic = monotonic
        self._started: float | None = None

    def start(self) -> None:
        """Let the day begin."""
        self._started = self._monotonic()

    def now(self) -> datetime:
        """The time of the recorded day."""
        passed = 0.0 if self._started is None else (self._monotonic() - self._started) * self.speed
        return min(START + timedelta(seconds=passed), END)

    def real_s(self, until: datetime) -> float:
        """How many real seconds there are until then."""
        return max(0.0, (until - self.now()).total_seconds() / self.speed)


@dataclass(frozen=True, slots=True)
class Ending:
    """What the day came to. ``received``: webhook deliveries, ``repeated`` of them again; ``whole``: not cut off."""

    items: int
    outcomes: Counter[Outcome]
    received: int
    repeated: int
    whole: bool


class Narrator:
    """Tells what is held back as it happens. ``tell`` must not wait: lines are put in a queue."""

    def __init__(self, names: dict[str, str]) -> None:
        self.lines: asyncio.Queue[Line] = asyncio.Queue()
        self.outcomes: Counter[Outcome] = Counter()
        self.items = 0
        self._names = names
        self._troubled: set[str] = set()

    def tell(self, turn: Turn) -> None:
        """Note one turn, and narrate what nobody was told, and feeds that break or recover."""
        items = {item.id: item for item in turn.items}
        self.items += len(items)
        remembered = 0
        for verdict in turn.verdicts:
            self.outcomes[verdict.outcome] += 1
            remembered += verdict.outcome is Outcome.BASELINE
            if not verdict.outcome.sent and verdict.outcome not in _QUIET:
                self.lines.put_nowait(_held(turn.at, verdict, items[verdict.item], self._names))
        if remembered:
            name = self._names.get(turn.state.feed, turn.state.feed)
            noun = "item" if remembered == 1 else "items"
            words = f"{name}: first poll, {remembered} matching {noun} remembered and not told"
            self.lines.put_nowait(_note(turn.at, "baseline", words, "dim"))
        self._health(turn)

    def _health(self, turn: Turn) -> None:
        feed, problem = turn.state.feed, turn.state.problem
        name = self._names.get(feed, feed)
        if problem is not None and feed not in self._troubled:
            self._troubled.add(feed)
            self.lines.put_nowait(_note(turn.at, "feed", f"{name}: {problem.text} The other feeds go on.", "warn"))
        elif problem is None and feed in self._troubled:
            self._troubled.discard(feed)
            self.lines.put_nowait(
                _note(turn.at, "feed", f"{name} is back, and nothing that it lists was lost.", "good")
            )


def _held(at: datetime, verdict: Verdict, item: Item, names: dict[str, str]) -> Line:
    feed = names.get(item.feed, item.feed)
    return Line(
        (
            (f"{at:%H:%M:%S}    ", "dim"),
            (f"held {verdict.outcome.value}  ", "dim"),
            (f"{item.headline}  {feed}", "plain"),
            (f"\n            {verdict.topic}: {verdict.reason}", "dim"),
        )
    )


def _note(at: datetime, what: str, words: str, style: str) -> Line:
    return Line(((f"{at:%H:%M:%S}    ", "dim"), (f"{what}  ", "dim"), (words, style)))


async def play(screen: Screen, speed: float) -> Ending:
    """Run the day to its end, or until it is interrupted. Leaves nothing behind."""
    clock = DayClock(speed)
    stop = asyncio.Event()
    running = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        running.add_signal_handler(number, stop.set)
    with tempfile.TemporaryDirectory(prefix="wirewatch-demo-") as folder:
        async with DayServer(clock.now) as server:
            narrator, whole = await _watch(Path(folder), server, clock, screen, stop)
            ids = [json.loads(one.body)["data"]["id"] + one.headers.get("webhook-id", "") for one in server.received]
    return Ending(
        items=narrator.items,
        outcomes=narrator.outcomes,
        received=len(ids),
        repeated=len(ids) - len(set(ids)),
        whole=whole,
    )


async def _watch(
    folder: Path, server: DayServer, clock: DayClock, screen: Screen, stop: asyncio.Event
) -> tuple[Narrator, bool]:
    """Configure and run a service over the server's feeds, as a person would."""
    from monitor.engine.loop import Pace
    from monitor.engine.sdnotify import Systemd
    from monitor.wiring import Configured, Parts, configure, plan_of, service

    path = folder / "wirewatch.toml"
    path.write_text(demo_config(server.base_url, folder / "state"), encoding="utf-8")
    environ = {**os.environ, SECRET_VARIABLE: _SECRET}
    found = configure(str(path), environ)
    assert isinstance(found, Configured), found
    narrator = Narrator({feed.id: feed.name for feed in found.settings.feeds})
    parts = Parts(clock, screen, Systemd(None), Pace(tick_s=_TICK_S), narrator.tell)
    plan = plan_of(found.settings, environ, str(path))
    async with service(found.settings, plan, environ, parts, pid=os.getpid()) as loop:
        clock.start()
        narrating = asyncio.create_task(_narrate(narrator, screen))
        ending = asyncio.create_task(_end_of_day(clock, stop))
        await loop.run(stop)
        whole = ending.done() and not ending.cancelled()
        ending.cancel()
        await narrator.lines.join()
        narrating.cancel()
        await asyncio.gather(ending, narrating, return_exceptions=True)
    return narrator, whole


async def _end_of_day(clock: DayClock, stop: asyncio.Event) -> None:
    await asyncio.sleep(clock.real_s(END))
    stop.set()


async def _narrate(narrator: Narrator, screen: Screen) -> None:
    while True:
        line = await narrator.lines.get()
        await screen.show(line)
        narrator.lines.task_done()
