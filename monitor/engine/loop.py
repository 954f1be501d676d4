"""The loop: APScheduler is the clock, due times are data in the store, and a few jobs do everything.

One job claims due feeds and starts their turns, one calls the courier, one gives a sign of life, and one keeps house.
No feed has a job of its own: a scheduler drops jobs that come late, and a poll must come late rather than never.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor.core.model import LIMITS
from monitor.core.query.topics import in_short
from monitor.ports import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime

    from monitor.core.model import FeedId, FeedState, ServiceState
    from monitor.engine.plan import Plan
    from monitor.engine.turn import Turns
    from monitor.ports import Clock, Courier, Runner, Store

log = logging.getLogger("wirewatch")

# Longer than a turn may take, so that a feed is claimed again only when its turn has died.
LEASE = timedelta(seconds=LIMITS.ask_deadline_s + LIMITS.parse_wall_s + 15)
_BEAT_S = 15.0
_HOUSE_S = 3_600.0
_GRACE_S = 5.0


class Notify(Protocol):
    """Whoever watches over the process."""

    def ready(self, status: str) -> object:
        """The service serves."""
        ...

    def watchdog(self, status: str | None = None) -> object:
        """There was progress."""
        ...

    def stopping(self, status: str) -> object:
        """The service is about to end."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the jobs look, in seconds of real time. The demo, whose day is short, looks more often."""

    tick_s: float = 1.0
    beat_s: float = _BEAT_S


class Loop:
    """Runs turns and deliveries until it is told to stop."""

    def __init__(
        self,
        turns: Turns,
        courier: Courier,
        store: Store,
        clock: Clock,
        run: Runner,
        notify: Notify,
        service: ServiceState,
        pace: Pace | None = None,
    ) -> None:
        self._turns = turns
        self._courier = courier
        self._store = store
        self._clock = clock
        self._run = run
        self._notify = notify
        self._service = service
        self._pace = pace or Pace()
        self._asking: dict[FeedId, asyncio.Task[None]] = {}
        self._delivering: set[asyncio.Task[None]] = set()
        self._broken: asyncio.Future[None] | None = None
        self._store_problem = ""
        self._next_due: datetime | None = None

    @property
    def source(self) -> str:
        """The name of the configuration in force."""
        return self._turns.plan.source

    async def start(self) -> None:
        """Make the store and the desk ready. Raises StoreError."""
        now = self._clock.now()
        await self._run(partial(self._store.sync_feeds, tuple(self._turns.plan.feeds.values()), now))
        freed = await self._run(partial(self._store.release_leases, now))
        if freed:
            log.info("deliveries taken up again after an unclean end: %d", freed)
        await self._turns.restore()
        await self._run(partial(self._store.beat, self._service))

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set. A bug ends the loop and is raised; expected failures do not."""
        self._broken = asyncio.get_running_loop().create_future()
        scheduler = AsyncIOScheduler(timezone="UTC")
        for name, job, seconds in (
            ("turns", self._tick, self._pace.tick_s),
            ("deliveries", self._deliver, self._pace.tick_s),
            ("beat", self._beat, self._pace.beat_s),
            ("house", self._keep_house, _HOUSE_S),
        ):
            # A late job is run once and late, never dropped: that is what misfire_grace_time=None and coalesce say.
            trigger = IntervalTrigger(seconds=seconds)
            scheduler.add_job(partial(self._guard, job), trigger, id=name, max_instances=1, coalesce=True,
                              misfire_grace_time=None)  # fmt: skip
        scheduler.start()
        try:
            await self._guard(self._tick)
            await self._guard(self._beat)
            self._notify.ready(self._status())
            stopped = asyncio.ensure_future(stop.wait())
            await asyncio.wait((stopped, self._broken), return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
        finally:
            scheduler.shutdown(wait=False)
            await self._wind_down()
        if self._broken.done():
            self._broken.result()

    async def once(self) -> int:
        """Ask every feed that is due, deliver what can be delivered now, and return how many feeds were asked."""
        asked = 0
        while states := await self._run(
            partial(self._store.claim_feeds, self._clock.now(), LIMITS.in_flight_max, LEASE)
        ):
            asked += len(states)
            await asyncio.gather(*(self._turns.take(state) for state in states))
        await self._courier.deliver_due()
        await self._wind_down()
        return asked

    async def change(self, plan: Plan) -> None:
        """Work by another plan: feeds in the store, topics and channels, without losing a turn."""
        await self._run(partial(self._store.sync_feeds, tuple(plan.feeds.values()), self._clock.now()))
        await self._turns.change(plan)
        self._courier.channels = plan.channels
        self._service = replace(self._service, config=plan.source, reload_problem="")
        await self._guard(self._beat)

    async def refuse(self, problem: str) -> None:
        """A reload was refused: say so in every status until one succeeds."""
        self._service = replace(self._service, reload_problem=problem)
        await self._guard(self._beat)

    async def _tick(self) -> None:
        free = LIMITS.in_flight_max - len(self._asking)
        if free <= 0:
            return
        for state in await self._run(partial(self._store.claim_feeds, self._clock.now(), free, LEASE)):
            if state.feed not in self._asking:
                self._asking[state.feed] = self._spawn(self._turn(state), f"ask {state.feed}")

    async def _turn(self, state: FeedState) -> None:
        try:
            turn = await self._turns.take(state)
        finally:
            del self._asking[state.feed]
        if turn is not None and turn.alerts:
            self._begin_delivering()

    async def _deliver(self) -> None:
        self._begin_delivering()

    def _begin_delivering(self) -> None:
        task = self._spawn(self._courier_round(), "deliver")
        self._delivering.add(task)
        task.add_done_callback(self._delivering.discard)

    async def _courier_round(self) -> None:
        await self._courier.deliver_due()

    async def _beat(self) -> None:
        """A sign of life: the loop turns and the store writes. Nothing less counts as progress."""
        self._service = replace(self._service, beat_at=self._clock.now())
        await self._run(partial(self._store.beat, self._service))
        self._next_due = await self._run(self._store.next_due)
        self._store_problem = ""
        self._notify.watchdog(self._status())

    async def _keep_house(self) -> None:
        gone = await self._run(partial(self._store.prune, self._clock.now() - LIMITS.retention))
        if gone:
            log.info("items forgotten after %d days: %d", LIMITS.retention.days, gone)

    def _status(self) -> str:
        plan = self._turns.plan
        trouble = self._store_problem or self._service.reload_problem or in_short(plan.broken)
        words = f"{len(plan.feeds)} feeds, {len(plan.topics.topics)} topics"
        if self._next_due is not None:
            words += f", next due {self._next_due:%H:%M:%S} UTC"
        return f"{words}; {trouble}" if trouble else words

    def _spawn(self, work: Coroutine[object, object, None], name: str) -> asyncio.Task[None]:
        return asyncio.create_task(self._guarded(work), name=name)

    async def _guard(self, job: Callable[[], Coroutine[object, object, None]]) -> None:
        await self._guarded(job())

    async def _guarded(self, work: Coroutine[object, object, None]) -> None:
        """A store out of reach is expected, is said, and is tried again; anything else that is raised is a bug."""
        try:
            await work
        except StoreError as error:
            if self._store_problem != error.text:
                log.error("%s %s", error.text, error.help)  # noqa: TRY400 a full disk needs words, not a traceback
            self._store_problem = error.text
        except Exception as bug:
            if self._broken is not None and not self._broken.done():
                self._broken.set_exception(bug)
            else:
                raise

    async def _wind_down(self) -> None:
        """Finish what is under way. A turn that takes too long is cut: unrecorded, it has not happened.

        Its feed then stays leased, which is why turns get a moment to end by themselves.
        """
        self._notify.stopping("finishing what is under way")
        asking = list(self._asking.values())
        if asking:
            _, late = await asyncio.wait(asking, timeout=_GRACE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._courier.stop()
        await asyncio.gather(*self._delivering, return_exceptions=True)
        await self._guarded(self._say_stopped())

    async def _say_stopped(self) -> None:
        self._service = replace(self._service, stopped_at=self._clock.now())
        await self._run(partial(self._store.beat, self._service))
