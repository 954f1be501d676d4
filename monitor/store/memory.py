"""The in-memory twin, for tests, replay and dry runs: what SQLite would answer, to the last detail, in plain Python.

Values are passed through the columns they would be stored in (``codec.kept``), so that whatever a column cannot hold,
such as microseconds, is lost here too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.core.model import LIMITS, DeliveryState, FeedState
from monitor.ports import StoreError
from monitor.store import rows
from monitor.store.codec import kept, to_text, whole_ms
from monitor.store.recall import Promise, Recall
from monitor.store.spans import LISTING_SLACK, SEEN_KEPT, TOUCH_EVERY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime, timedelta

    from monitor.core.model import (
        Alert,
        ChannelId,
        Delivery,
        Feed,
        Item,
        ItemId,
        Placed,
        ServiceState,
        Story,
        Told,
        Turn,
        Verdict,
    )


class MemoryStore(Recall):
    """``ports.Store`` that is gone when the process is. Raises StoreError where SQLite would for what it is given."""

    def sync_feeds(self, feeds: Sequence[Feed], now: datetime) -> None:
        """As in SQLite."""
        self._changes += 1
        self._active = set()
        for feed in feeds:
            fresh = _state(FeedState(feed.id, feed.url, now))
            known = self._feeds.get(fresh.feed)
            if known is None:
                self._feeds[fresh.feed] = fresh
            elif known.url != fresh.url:
                self._feeds[fresh.feed] = replace(
                    known,
                    url=fresh.url,
                    due_at=fresh.due_at,
                    etag=None,
                    last_modified=None,
                    floor_at=None,
                    problem=None,
                    failures=0,
                )
            self._active.add(fresh.feed)

    def claim_feeds(self, now: datetime, limit: int, lease: timedelta) -> list[FeedState]:
        """As in SQLite."""
        now, until = whole_ms(now), whole_ms(now + lease)
        due = sorted(
            (self._feeds[feed] for feed in self._active if self._feeds[feed].due_at <= now),
            key=lambda state: (state.due_at, to_text(state.feed)),
        )
        claimed = [replace(state, due_at=until, asked_at=now) for state in due[: max(limit, 0)]]
        self._feeds.update({state.feed: state for state in claimed})
        self._changes += bool(claimed)
        return claimed

    def next_due(self) -> datetime | None:
        """As in SQLite."""
        feeds = (self._feeds[feed].due_at for feed in self._active)
        deliveries = (promise.due_at for promise in self._waiting.values())
        return min((*feeds, *deliveries), default=None)

    def known(self, items: Collection[ItemId]) -> dict[ItemId, frozenset[str]]:
        """As in SQLite, with the marks for ``prune``."""
        found = {}
        for item in items:
            if versions := self._seen.get(item):
                found[item] = frozenset(versions)
                for version, (feed, last) in versions.items():
                    state = self._feeds.get(feed)
                    if state is not None and state.asked_at is not None and state.asked_at - last >= TOUCH_EVERY:
                        versions[version] = (feed, state.asked_at)
        return found

    def record(self, turn: Turn) -> None:
        """As in SQLite: everything is made ready and checked before anything is kept."""
        new = _ready(turn)
        self._check(new)
        self._changes += 1
        before = self._feeds.get(new.state.feed)
        if before is None or before.url == new.state.url:
            self._feeds[new.state.feed] = new.state
        at = whole_ms(turn.at)
        for item, words in new.items:
            versions = self._seen.setdefault(item.id, {})
            feed, last = versions.get(item.version, (item.feed, at))
            versions[item.version] = (feed, max(last, at))
            if (item.id, item.version) not in self._items:
                self._items[item.id, item.version] = (self._next("items"), item, words)
        for placed in new.placed:
            self._placements.setdefault((placed.item.id, placed.item.version), (at, placed.placement))
        self._stories.update({story.id: story for story in new.stories})
        for verdict in new.verdicts:
            key = (verdict.item, verdict.version, verdict.topic or "", verdict.at)
            if key not in self._verdicts:
                self._verdicts[key] = (self._next("verdicts"), verdict)
        self._told.update({(told.topic, told.story): told for told in new.told})
        for alert in new.alerts:
            if (alert.id, alert.revision) not in self._alerts:
                self._alerts[alert.id, alert.revision] = (self._next("alerts"), alert)
        for delivery in new.deliveries:
            if (promised := _key(delivery)) not in self._promises:
                self._promises[promised] = Promise(self._next("deliveries"), delivery)
                if delivery.state is DeliveryState.WAITING:
                    self._waiting[promised] = self._promises[promised]

    def _check(self, new: _Ready) -> None:
        items = {(item.id, item.version) for item, _ in new.items}
        alerts = {(alert.id, alert.revision) for alert in new.alerts}
        for verdict in new.verdicts:
            if (key := (verdict.item, verdict.version)) not in items and key not in self._items:
                raise _contradiction("a verdict on an item that is not stored")
        for delivery in new.deliveries:
            if (promised := (delivery.alert, delivery.revision)) not in alerts and promised not in self._alerts:
                raise _contradiction("a delivery of an alert that is not stored")
            _check_due(delivery)

    def window(self, since: datetime) -> list[Placed]:
        """As in SQLite."""
        since = whole_ms(since)
        inside = [self._placed(key) for key, (at, _) in self._placements.items() if at >= since]
        return inside[-LIMITS.window_items_max :]

    def told(self, since: datetime) -> list[Told]:
        """As in SQLite."""
        since = whole_ms(since)
        found = []
        for told in self._told.values():
            story = self._stories.get(told.story)
            if told.at >= since or (story is not None and story.last_seen >= since):
                found.append(told)
        return sorted(found, key=lambda told: (told.at, to_text(told.topic), to_text(told.story)))

    def stories(self, since: datetime) -> list[Story]:
        """As in SQLite."""
        since = whole_ms(since)
        found = (story for story in self._stories.values() if story.last_seen >= since)
        return sorted(found, key=lambda story: (story.last_seen, to_text(story.id)))

    def claim_deliveries(
        self, now: datetime, limit: int, lease: timedelta, busy: Collection[ChannelId] = ()
    ) -> list[tuple[Delivery, Alert]]:
        """As in SQLite."""
        now, until = whole_ms(now), whole_ms(now + lease)
        due = [
            (promise.due_at, promise.delivery.created_at, self._alert_of(promise)[0], promise.seq, promise)
            for promise in self._waiting.values()
            if promise.due_at <= now and promise.delivery.channel not in busy
        ]
        claimed = [promise for *_, promise in sorted(due, key=lambda order: order[:4])[: max(limit, 0)]]
        for promise in claimed:
            promise.delivery, promise.leased = replace(promise.delivery, due_at=until), True
        self._changes += bool(claimed)
        return [(promise.delivery, self._alert_of(promise)[1]) for promise in claimed]

    def settle(self, delivery: Delivery) -> None:
        """As in SQLite."""
        promise = self._waiting.get(_key(delivery))
        if promise is None:
            return
        after = rows.delivery(kept(rows.delivery_columns(delivery)))
        _check_due(after)
        promise.delivery, promise.leased, promise.settled = after, False, self._next("settled")
        if after.state is not DeliveryState.WAITING:
            del self._waiting[_key(after)]
        self._changes += 1

    def release_leases(self, now: datetime) -> int:
        """As in SQLite."""
        leased = [promise for promise in self._waiting.values() if promise.leased]
        for promise in leased:
            promise.delivery, promise.leased = replace(promise.delivery, due_at=whole_ms(now)), False
        self._changes += bool(leased)
        return len(leased)

    def beat(self, service: ServiceState) -> None:
        """As in SQLite."""
        self._service = rows.service_state(kept(rows.service_columns(service)))
        self._changes += 1

    def prune(self, before: datetime) -> int:
        """As in SQLite."""
        before = whole_ms(before)
        self._changes += 1
        old = [key for key, (_, item, _) in self._items.items() if item.seen < before]
        for key in old:
            del self._items[key]
            self._placements.pop(key, None)
        gone = set(old)
        self._verdicts = {key: numbered for key, numbered in self._verdicts.items() if key[:2] not in gone}
        self._stories = {id_: story for id_, story in self._stories.items() if story.last_seen >= before}
        self._told = {key: told for key, told in self._told.items() if told.at >= before or told.story in self._stories}
        waiting = {promise.delivery.alert for promise in self._waiting.values()}
        self._alerts = {
            key: (seq, alert)
            for key, (seq, alert) in self._alerts.items()
            if alert.at >= before or alert.story in self._stories or alert.id in waiting
        }
        self._promises = {key: promise for key, promise in self._promises.items() if key[:2] in self._alerts}
        self._forget_seen(before - SEEN_KEPT)
        return len(old)

    def _forget_seen(self, before: datetime) -> None:
        read: dict[str, datetime] = {}
        for versions in self._seen.values():
            for feed, last in versions.values():
                read[feed] = max(last, read.get(feed, last))
        for item, versions in list(self._seen.items()):
            stay = {
                version: (feed, last)
                for version, (feed, last) in versions.items()
                if last >= before or (feed in self._active and last >= read[feed] - LISTING_SLACK)
            }
            if stay:
                self._seen[item] = stay
            else:
                del self._seen[item]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A turn as the columns would give it back; each item with its words."""

    state: FeedState
    items: list[tuple[Item, str]]
    placed: list[Placed]
    stories: list[Story]
    verdicts: list[Verdict]
    told: list[Told]
    alerts: list[Alert]
    deliveries: list[Delivery]


def _ready(turn: Turn) -> _Ready:
    items = [kept(rows.item_columns(item)) for item in (*turn.items, *(placed.item for placed in turn.placed))]
    placements = [
        kept(rows.item_columns(placed.item) | rows.placement_columns(placed, turn.at)) for placed in turn.placed
    ]
    return _Ready(
        state=_state(turn.state),
        items=[(rows.item(row), row["words"]) for row in items],
        placed=[rows.placed(row) for row in placements],
        stories=[rows.story(kept(rows.story_columns(story))) for story in turn.stories],
        verdicts=[rows.verdict(kept(rows.verdict_columns(verdict))) for verdict in turn.verdicts],
        told=[rows.told(kept(rows.told_columns(told))) for told in turn.told],
        alerts=[rows.alert(kept(rows.alert_columns(alert))) for alert in turn.alerts],
        deliveries=[rows.delivery(kept(rows.delivery_columns(delivery))) for delivery in turn.deliveries],
    )


def _state(state: FeedState) -> FeedState:
    return rows.feed_state(kept(rows.feed_columns(state)))


def _key(delivery: Delivery) -> tuple[str, int, str]:
    return (delivery.alert, delivery.revision, delivery.channel)


def _check_due(delivery: Delivery) -> None:
    if delivery.state is DeliveryState.WAITING and delivery.due_at is None:
        raise _contradiction("a waiting delivery that is never due")


def _contradiction(what: str) -> StoreError:
    return StoreError(
        f"the memory refuses a record that contradicts itself ({what})",
        "This is a fault in Wirewatch, not in your configuration: please report it. Nothing of the record was stored.",
    )
