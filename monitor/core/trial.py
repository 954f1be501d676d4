"""A query tried on stored items: what it would have found, told and held, and how that differs from a topic.

Items are looked at newest first, as a store streams them. Those that match are then judged oldest first, as they came.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING

from monitor.core.model import Feed, Outcome, TopicId
from monitor.core.query.index import TopicIndex
from monitor.core.replay import Replay

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from monitor.core.model import FeedId, Item, ItemId, PollPolicy, Verdict
    from monitor.core.query.compile import Compiled
    from monitor.core.query.concepts import Concepts

ITEMS_MAX = 50_000
"""A trial looks at no more items than the newest so many."""

JUDGED_MAX = 5_000
"""Of those that match, the newest so many are placed and judged: placing is what takes long."""

# Topics of a configuration are named in small letters: neither name can be one of theirs.
TRIED = TopicId("TRIED")
_AGAINST = TopicId("AGAINST")


@dataclass(slots=True)
class Day:
    """One day in UTC: how many items matched, how many of them were judged, and of how many somebody would be told."""

    matched: int = 0
    judged: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """An item that matched, and what would have become of it."""

    item: Item
    verdict: Verdict


@dataclass(slots=True)
class Difference:
    """Against a topic: items that only the tried query finds, that only the topic finds, and that both do."""

    only_tried: int = 0
    only_topic: int = 0
    both: int = 0
    tried_samples: list[Item] = field(default_factory=list)
    topic_samples: list[Item] = field(default_factory=list)


class Trial:
    """One query and the items it is tried on. ``look`` at each, then ``judge`` those of ``to_judge`` in that order.

    ``against``: a topic to compare with, over the same feeds. Items of other feeds do not count.
    """

    def __init__(
        self,
        tried: Compiled,
        concepts: Concepts,
        feeds: Mapping[FeedId, Feed],
        policy: PollPolicy,
        *,
        against: Compiled | None = None,
        samples: int = 5,
    ) -> None:
        tried = replace(tried, topic=replace(tried.topic, id=TRIED))
        self._topic = tried.topic
        self._feeds = feeds
        compared = []
        if against is not None:
            compared = [replace(against, topic=replace(against.topic, id=_AGAINST, feeds=tried.topic.feeds))]
        self._index = TopicIndex([tried, *compared], concepts)
        self._replay = Replay(TopicIndex([tried], concepts), feeds.values(), policy)
        self._found: list[ItemId] = []
        self._most = samples
        self.looked = 0
        self.oldest: datetime | None = None
        self.newest: datetime | None = None
        self.matched = 0
        self.days: dict[date, Day] = {}
        self.difference = Difference() if against is not None else None
        self.outcomes: Counter[Outcome] = Counter()
        self.samples: deque[Sample] = deque(maxlen=samples)
        """The newest, the last of them first judged."""

    def feed(self, item: Item) -> Feed:
        """The feed of an item; one that is no longer configured has only its name left."""
        return self._feeds.get(item.feed) or Feed(item.feed, "", item.feed)

    def hears(self, item: Item) -> bool:
        """Whether the item is of a feed that is listened to."""
        return self._topic.listens_to(self.feed(item))

    def look(self, item: Item) -> None:
        """Ask one item that is heard of. To be called newest first."""
        feed = self.feed(item)
        self.looked += 1
        self.oldest, self.newest = item.seen, self.newest or item.seen
        topics = {compiled.topic.id for compiled in self._index.matching(item, feed)}
        if TRIED in topics:
            self.matched += 1
            self._day(item).matched += 1
            if len(self._found) < JUDGED_MAX:
                self._found.append(item.id)
        if self.difference is not None:
            self._compare(item, topics, self.difference)

    @property
    def to_judge(self) -> list[ItemId]:
        """What matched, oldest first; of more than ``JUDGED_MAX`` the newest."""
        return self._found[::-1]

    def judge(self, item: Item) -> None:
        """Place one item and decide on it, as if it came in when it was seen."""
        for verdict in self._replay.judge(item):
            if verdict.topic is not None:
                self.outcomes[verdict.outcome] += 1
                day = self._day(item)
                day.judged += 1
                day.told += verdict.outcome.sent
                self.samples.append(Sample(item, verdict))

    @property
    def judged(self) -> int:
        """How many items were placed and decided on."""
        return sum(self.outcomes.values())

    def _day(self, item: Item) -> Day:
        return self.days.setdefault(item.seen.astimezone(UTC).date(), Day())

    def _compare(self, item: Item, topics: set[TopicId], difference: Difference) -> None:
        if topics == {TRIED, _AGAINST}:
            difference.both += 1
        elif TRIED in topics:
            difference.only_tried += 1
            if len(difference.tried_samples) < self._most:
                difference.tried_samples.append(item)
        elif topics:
            difference.only_topic += 1
            if len(difference.topic_samples) < self._most:
                difference.topic_samples.append(item)
