"""One turn: ask a feed, read the answer, match, place and decide, and record all of it in one transaction.

Killed anywhere before the record, nothing has happened: the validators were not saved, so the feed is asked again.
Killed after it, every promise is on disk, and the courier keeps it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, assert_never
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from monitor import __version__
from monitor.core.desk import Desk
from monitor.core.item import make_items
from monitor.core.model import LIMITS, Turn
from monitor.core.wire import Fetched, Parsed, Refused, Unchanged, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from monitor.core.model import Feed, FeedState, Item
    from monitor.engine.plan import Plan
    from monitor.ports import Clock, Exchange, Parser, Runner, Store

USER_AGENT = f"wirewatch/{__version__} (news-alert monitor; +https://pypi.org/project/wirewatch/)"


class Turns:
    """Makes turns over one store. Feeds are asked side by side, at most one a host; deciding is one at a time."""

    def __init__(
        self,
        plan: Plan,
        store: Store,
        parser: Parser,
        exchange: Exchange,
        clock: Clock,
        run: Runner,
        on_turn: Callable[[Turn], None] = lambda _: None,
    ) -> None:
        self.plan = plan
        self.desk = Desk(plan.topics, plan.feeds, plan.policy)
        self._store = store
        self._parser = parser
        self._exchange = exchange
        self._clock = clock
        self._run = run
        self._on_turn = on_turn
        self._deciding = asyncio.Lock()
        self._hosts: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def restore(self) -> None:
        """Rebuild the desk's memory from the store, once at start."""
        since = self._clock.now() - LIMITS.window
        placed = await self._run(partial(self._store.window, since))
        stories = await self._run(partial(self._store.stories, since))
        told = await self._run(partial(self._store.told, since))
        self.desk.restore(placed, stories, told)

    async def change(self, plan: Plan) -> None:
        """Work by another plan from the next decision on. What was told stays told."""
        async with self._deciding:
            desk = Desk(plan.topics, plan.feeds, plan.policy)
            desk.adopt(self.desk)
            self.plan, self.desk = plan, desk

    async def take(self, state: FeedState) -> Turn | None:
        """Ask one feed and record what comes of it. None: the feed has left the configuration.

        Raises StoreError where it could not be recorded; then nothing has happened, and the feed stays leased.
        """
        feed = self.plan.feeds.get(state.feed)
        if feed is None:
            return None
        host = urlsplit(state.url).netloc.lower()
        lock = self._hosts.setdefault(host, asyncio.Lock())
        async with lock:
            answer = await self.plan.web.send(self._exchange.ask(state, USER_AGENT))
        now = self._clock.now()
        outcome = self._exchange.read(state, answer, feed, self.plan.policy, now)
        match outcome:
            case Unchanged(after) | Refused(after):
                return await self._record(Turn(at=now, state=after))
            case Fetched():
                parsed = await self._parser.parse(outcome.body, outcome.content_type, outcome.url)
                return await self._read(feed, state, outcome, parsed)
            case _:
                assert_never(outcome)

    async def _read(self, feed: Feed, state: FeedState, fetched: Fetched, parsed: Parsed | Unreadable) -> Turn:
        now = self._clock.now()
        policy = self.plan.policy
        if isinstance(parsed, Unreadable):
            return await self._record(Turn(at=now, state=self._exchange.unreadable(state, parsed, feed, policy, now)))
        after = self._exchange.readable(fetched.state, parsed, feed, policy, now)
        items = make_items(parsed.items, feed.id, now, language=parsed.language)
        return await self._decide(after, items, now, first_poll=not state.baselined)

    async def _decide(self, after: FeedState, items: list[Item], now: datetime, *, first_poll: bool) -> Turn:
        async with self._deciding:
            known = await self._run(partial(self._store.known, [item.id for item in items]))
            new = [item for item in items if item.version not in known.get(item.id, ())]
            if new:
                after = replace(after, fresh_at=now)
            # In a thread: a hostile feed can make this take seconds, and deliveries must not wait for it.
            decision = await asyncio.to_thread(self.desk.decide, after, new, now, first_poll=first_poll)
            recorded = False
            try:
                await asyncio.shield(self._run(partial(self._store.record, decision.turn)))
                recorded = True
            finally:
                if recorded:
                    self.desk.keep(decision)
                else:
                    self.desk.drop(decision)
        self._on_turn(decision.turn)
        return decision.turn

    async def _record(self, turn: Turn) -> Turn:
        await self._run(partial(self._store.record, turn))
        self._on_turn(turn)
        return turn
