"""The courier: takes what is due from the store to its channel, and writes down what came of it.

At least once, never lost: a delivery is leased, attempted and settled; when the process dies in between, the lease runs
out and the attempt is made again under the same id. Each channel has at most one attempt under way, so it hears things
in order, and one that is slow or dead holds up nobody else.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, assert_never

from monitor.core.cadence import WISH_MAX, next_attempt, spread_of
from monitor.core.model import LIMITS, DeliveryState
from monitor.core.wire import Delivered, GiveUp, Line, Request, TryAgain
from monitor.deliver.redact import clean_answer
from monitor.ports import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from monitor.core.message import Message
    from monitor.core.model import Alert, ChannelId, Delivery
    from monitor.core.wire import Judgement
    from monitor.ports import Channel, Clock, Runner, Screen, Store, Web

_MARGIN = timedelta(seconds=10)  # for composing, settling and a busy machine, on top of the deadline of a send
LEASE = timedelta(seconds=LIMITS.send_deadline_s) + _MARGIN


async def attempt(channel: Channel, message: Message, web: Web, screen: Screen, clock: Clock) -> Judgement:
    """One attempt to tell a channel something, with no memory of it: the courier's core, and all that a test needs."""
    outgoing = channel.compose(message, clock.now())
    match outgoing:
        case Request():
            return channel.judge(await web.send(outgoing), clock.now())
        case Line():
            return channel.judge(await screen.show(outgoing), clock.now())
        case _:
            assert_never(outgoing)


class Courier:
    """Delivers what is due. ``on_progress`` hears every settled delivery; ``channels`` may be replaced at a reload."""

    def __init__(
        self,
        store: Store,
        web: Web,
        screen: Screen,
        channels: Mapping[ChannelId, Channel],
        clock: Clock,
        run: Runner,
        on_progress: Callable[[Delivery], None] = lambda _: None,
    ) -> None:
        self.channels = channels
        self._store = store
        self._web = web
        self._screen = screen
        self._clock = clock
        self._run = run
        self._on_progress = on_progress
        self._under_way: dict[ChannelId, asyncio.Task[None]] = {}
        self._claiming = asyncio.Lock()
        self._asked_to_wait: dict[ChannelId, datetime] = {}
        self._stopped = False

    async def deliver_due(self) -> int:
        """Attempt what is due until nothing more is, and return how many deliveries were settled.

        It may be called again while an earlier call still waits for a slow channel: the new call serves the channels
        that are free. A bug in a channel, or a StoreError, is raised here after the other attempts under way have
        ended; its delivery keeps its lease.
        """
        mine: set[asyncio.Task[None]] = set()
        bugs: list[BaseException] = []
        settled = 0
        try:
            while True:
                if not bugs:
                    bugs += await self._start_due(mine)
                if not mine:
                    break
                ended, _ = await asyncio.wait(mine, return_when=asyncio.FIRST_COMPLETED)
                mine -= ended
                results = [task.exception() for task in ended if not task.cancelled()]
                bugs += [bug for bug in results if bug is not None]
                settled += results.count(None)
        finally:
            await _cancel(mine)
        if bugs:
            raise _worst(bugs)
        return settled

    async def stop(self, deadline_s: float = LIMITS.send_deadline_s) -> None:
        """Start nothing more and wait for what is under way. What takes longer keeps its lease and is tried again."""
        self._stopped = True
        async with self._claiming:  # a claim that is just being made still becomes an attempt
            under_way = set(self._under_way.values())
        if under_way:
            _, late = await asyncio.wait(under_way, timeout=deadline_s)
            await _cancel(late)

    async def _start_due(self, mine: set[asyncio.Task[None]]) -> list[Exception]:
        """Fill the free places, one claim at a time: a lease begins only when its attempt does.

        What a claim raises is handed back, so that attempts that are under way can end and be settled first.
        """
        async with self._claiming:
            while not self._stopped and len(self._under_way) < LIMITS.deliveries_in_flight_max:
                try:
                    claimed = await self._run(partial(self._claim_one, frozenset(self._under_way)))
                except Exception as bug:  # noqa: BLE001  deliver_due raises it
                    return [bug]
                if claimed is None:
                    break
                delivery, alert = claimed
                task = asyncio.create_task(self._deliver(delivery, alert), name=f"deliver to {delivery.channel}")
                self._under_way[delivery.channel] = task
                task.add_done_callback(partial(self._free, delivery.channel))
                mine.add(task)
        return []

    def _free(self, channel: ChannelId, _: asyncio.Task[None]) -> None:
        del self._under_way[channel]

    def _claim_one(self, busy: frozenset[ChannelId]) -> tuple[Delivery, Alert] | None:
        claimed = self._store.claim_deliveries(self._clock.now(), 1, LEASE, busy)
        return claimed[0] if claimed else None

    async def _deliver(self, delivery: Delivery, alert: Alert) -> None:
        after = await self._attempt(delivery, alert)
        await self._run(partial(self._store.settle, after))
        self._on_progress(after)

    async def _attempt(self, delivery: Delivery, alert: Alert) -> Delivery:
        channel = self.channels.get(delivery.channel)
        if channel is None:
            gone = f"There is no channel {delivery.channel} in the configuration any more."
            return _given_up(delivery, gone, self._clock.now())
        until = self._asked_to_wait.get(channel.id)
        if until is not None and until > self._clock.now():
            # A receiver that is too busy is too busy for all alerts, not only for the one it answered.
            told = f"Not tried: the receiver asked to wait until {until:%Y-%m-%d %H:%M:%S} UTC."
            return replace(delivery, due_at=until, last_answer=told)
        judgement = await attempt(channel, alert.message, self._web, self._screen, self._clock)
        now = self._clock.now()
        if isinstance(judgement, TryAgain) and judgement.not_before is not None:
            self._asked_to_wait[channel.id] = min(judgement.not_before, now + WISH_MAX)
        return conclude(delivery, judgement, now)


def conclude(delivery: Delivery, judgement: Judgement, now: datetime) -> Delivery:
    """What a delivery becomes after an attempt."""
    delivery = replace(delivery, attempts=delivery.attempts + 1)
    text = clean_answer(judgement.text)
    match judgement:
        case Delivered():
            return replace(delivery, state=DeliveryState.DONE, due_at=None, ended_at=now, last_answer=text)
        case GiveUp():
            return _given_up(delivery, text, now)
        case TryAgain():
            spread = spread_of(delivery.alert, str(delivery.revision), delivery.channel, str(delivery.attempts))
            due_at = next_attempt(delivery.attempts, now, judgement.not_before, spread)
            if due_at is None:
                return _given_up(delivery, f"Given up after {delivery.attempts} attempts. {text}", now)
            return replace(delivery, due_at=due_at, last_answer=text)
        case _:
            assert_never(judgement)


def _worst(problems: list[BaseException]) -> BaseException:
    """What to raise: bugs, all of them, before a store that is out of reach, which is expected and said once."""
    bugs = [problem for problem in problems if not isinstance(problem, StoreError)]
    if not bugs:
        return problems[0]
    return bugs[0] if len(bugs) == 1 else BaseExceptionGroup("several deliveries failed", bugs)


def _given_up(delivery: Delivery, text: str, now: datetime) -> Delivery:
    return replace(delivery, state=DeliveryState.GIVEN_UP, due_at=None, ended_at=now, last_answer=clean_answer(text))


async def _cancel(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
