"""What the in-memory twin holds, and the reading half of it: the plain Python of ``reading.py`` and ``queries.sql``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.model import DeliveryState, Outcome, Placed
from monitor.core.snapshot import ChannelFacts, Facts
from monitor.store.codec import to_text, whole_ms
from monitor.store.spans import LAGS_MAX
from monitor.store.wanted import wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from typing import TypeVar

    from monitor.core.model import (
        Alert,
        AlertId,
        ChannelId,
        Delivery,
        FeedId,
        FeedState,
        Item,
        ItemId,
        Placement,
        ServiceState,
        Story,
        StoryId,
        Told,
        TopicId,
        Verdict,
    )

    _T = TypeVar("_T")


@dataclass(slots=True)
class Promise:
    """A delivery and what the store knows besides: who comes first, whether it is leased, when it was last settled."""

    seq: int
    delivery: Delivery
    leased: bool = False
    settled: int = 0

    @property
    def due_at(self) -> datetime:
        """When it is due; only of one that waits."""
        assert self.delivery.due_at is not None
        return self.delivery.due_at


class Recall:
    """Every method of ``ports.Reader`` over dictionaries, each in the order in which things came."""

    def __init__(self) -> None:
        self._changes = 0
        self._seqs: Counter[str] = Counter()
        self._feeds: dict[FeedId, FeedState] = {}
        self._active: set[FeedId] = set()
        self._seen: dict[ItemId, dict[str, tuple[FeedId, datetime]]] = {}
        self._items: dict[tuple[ItemId, str], tuple[int, Item, str]] = {}
        self._placements: dict[tuple[ItemId, str], tuple[datetime, Placement]] = {}
        self._stories: dict[StoryId, Story] = {}
        self._verdicts: dict[tuple[ItemId, str, str, datetime], tuple[int, Verdict]] = {}
        self._told: dict[tuple[TopicId, StoryId], Told] = {}
        self._alerts: dict[tuple[str, int], tuple[int, Alert]] = {}
        self._promises: dict[tuple[str, int, str], Promise] = {}
        self._waiting: dict[tuple[str, int, str], Promise] = {}  # those of _promises that wait
        self._service: ServiceState | None = None

    def facts(self, since: datetime) -> Facts:
        """As in SQLite."""
        since = whole_ms(since)
        last_alert_at: dict[TopicId, datetime] = {}
        for _, alert in self._alerts.values():
            last_alert_at[alert.topic] = max(alert.at, last_alert_at.get(alert.topic, alert.at))
        return Facts(
            service=self._service,
            feeds=tuple(self._feeds[feed] for feed in sorted(self._active, key=to_text)),
            channels=tuple(self._channels()),
            outcomes=Counter(
                (verdict.topic, verdict.outcome) for _, verdict in self._verdicts.values() if verdict.at >= since
            ),
            items=len(self._items),
            stories=len(self._stories),
            last_alert_at=last_alert_at,
            lags_s=self._lags(since),
        )

    def _channels(self) -> Iterator[ChannelFacts]:
        by_channel: dict[ChannelId, list[Promise]] = {}
        for promise in self._promises.values():
            by_channel.setdefault(promise.delivery.channel, []).append(promise)
        for channel in sorted(by_channel, key=to_text):
            promises = by_channel[channel]
            waiting = [promise for promise in promises if promise.delivery.state is DeliveryState.WAITING]
            states = Counter(promise.delivery.state for promise in promises)
            last = max(promises, key=lambda promise: (promise.settled, promise.seq))
            yield ChannelFacts(
                channel=channel,
                waiting=len(waiting),
                failing=sum(promise.delivery.attempts > 0 for promise in waiting),
                given_up=states[DeliveryState.GIVEN_UP],
                done=states[DeliveryState.DONE],
                oldest_waiting_at=min((promise.delivery.created_at for promise in waiting), default=None),
                next_at=min((promise.due_at for promise in waiting), default=None),
                last_answer=last.delivery.last_answer,
            )

    def _lags(self, since: datetime) -> tuple[float, ...]:
        newest: dict[tuple[ItemId, str], int] = {}
        for seq, verdict in self._verdicts.values():
            if verdict.outcome.sent and verdict.at >= since:
                newest[verdict.item, verdict.version] = seq
        lags = []
        for key in sorted(newest, key=newest.__getitem__):
            _, item, _ = self._items[key]
            if item.published is not None and item.published <= item.seen:
                lags.append((item.seen - item.published).total_seconds())
        return tuple(lags[-LAGS_MAX:])

    def alerts(
        self,
        *,
        after: int = 0,
        since: datetime | None = None,
        until: datetime | None = None,
        topic: TopicId | None = None,
        last: int | None = None,
    ) -> list[tuple[int, Alert]]:
        """As in SQLite."""
        inside = _stretch(after, since, until, topic)
        return _newest([(seq, alert) for seq, alert in self._alerts.values() if inside(seq, alert)], last)

    def held(
        self,
        *,
        after: int = 0,
        since: datetime | None = None,
        until: datetime | None = None,
        topic: TopicId | None = None,
        last: int | None = None,
    ) -> list[tuple[int, Verdict, Item]]:
        """As in SQLite."""
        inside = _stretch(after, since, until, topic)
        found = [
            (seq, verdict, self._items[verdict.item, verdict.version][1])
            for seq, verdict in self._verdicts.values()
            if not verdict.outcome.sent and verdict.outcome is not Outcome.UNMATCHED and inside(seq, verdict)
        ]
        return _newest(found, last)

    def verdicts(self, item: ItemId) -> list[Verdict]:
        """As in SQLite."""
        found = [(seq, verdict) for seq, verdict in self._verdicts.values() if verdict.item == item]
        return [verdict for _, verdict in sorted(found, key=lambda numbered: (numbered[1].at, numbered[0]))]

    def find_items(self, words: str, limit: int = 20) -> list[Item]:
        """As in SQLite."""
        want = wanted(words)
        items = list(self._items.values())
        found: set[ItemId] = set()
        if want.prefix:
            found = {item.id for _, item, _ in items if item.id.startswith(want.prefix)}
        if not found and want.link:
            found = {item.id for _, item, _ in items if item.link == want.link}
            if want.canonical:
                found |= {item.id for _, item, _ in items if item.canonical_link == want.canonical}
        if not found and want.words:
            found = {item.id for _, item, own in items if all(word in own for word in want.words)}
        return self._newest_versions(found)[: max(limit, 0)]

    def item(self, item: ItemId) -> Item | None:
        """As in SQLite."""
        return next(iter(self._newest_versions({item})), None)

    def items(self, since: datetime, until: datetime | None = None) -> Iterator[Item]:
        """As in SQLite."""
        since, until = whole_ms(since), None if until is None else whole_ms(until)
        for item in self._newest_versions({id_ for id_, _ in self._items}):
            if item.seen >= since and (until is None or item.seen < until):
                yield item

    def _newest_versions(self, ids: set[ItemId]) -> list[Item]:
        versions = [(item.seen, seq, item) for seq, item, _ in self._items.values() if item.id in ids]
        versions.sort(key=lambda version: version[:2])
        newest = {item.id: (seen, seq, item) for seen, seq, item in versions}
        return [item for _, _, item in sorted(newest.values(), key=lambda version: version[:2], reverse=True)]

    def story(self, story: StoryId) -> Story | None:
        """As in SQLite."""
        return self._stories.get(story)

    def story_items(self, story: StoryId) -> list[Placed]:
        """As in SQLite."""
        return [self._placed(key) for key, (_, placement) in self._placements.items() if placement.story == story]

    def deliveries(self, alert: AlertId) -> list[Delivery]:
        """As in SQLite."""
        found = [promise for promise in self._promises.values() if promise.delivery.alert == alert]
        found.sort(key=lambda promise: (promise.delivery.created_at, promise.delivery.revision, promise.seq))
        return [promise.delivery for promise in found]

    def data_version(self) -> int:
        """Moves with every change."""
        return self._changes

    def close(self) -> None:
        """Nothing is held that would have to be let go."""

    def _next(self, kind: str) -> int:
        self._seqs[kind] += 1
        return self._seqs[kind]

    def _placed(self, key: tuple[ItemId, str]) -> Placed:
        return Placed(self._items[key][1], self._placements[key][1])

    def _alert_of(self, promise: Promise) -> tuple[int, Alert]:
        return self._alerts[promise.delivery.alert, promise.delivery.revision]


def _stretch(
    after: int, since: datetime | None, until: datetime | None, topic: TopicId | None
) -> Callable[[int, Alert | Verdict], bool]:
    since = None if since is None else whole_ms(since)
    until = None if until is None else whole_ms(until)

    def inside(seq: int, told: Alert | Verdict) -> bool:
        return (
            seq > after
            and (since is None or told.at >= since)
            and (until is None or told.at < until)
            and (topic is None or told.topic == topic)
        )

    return inside


def _newest(found: Sequence[_T], last: int | None) -> list[_T]:
    return list(found if last is None else found[max(0, len(found) - max(last, 0)) :])
