"""Which items a person is asked about, to measure a topic by, and what the answers come to (``meter``).

Three strata: what the topic matches; near misses that say something which speaks for it (``ground``), *close*; and all
other near misses, *far*. They are asked about in turn, and in each in an order drawn from item and topic: the same on
every machine, no item twice, and nothing about an item decides when its turn comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.model import derive_id
from monitor.core.query.ground import Ground, known_expressions, ranked
from monitor.core.query.meter import Judged, Measured, Stratum
from monitor.core.query.wording import count_grams

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from monitor.core.model import Feed, FeedId, Item, ItemId, TopicId
    from monitor.core.query.compile import Compiled
    from monitor.core.query.concepts import Concepts

SPEAKING_MAX = 15


@dataclass(frozen=True, slots=True)
class Strata:
    """The items of a topic, by what it makes of them. ``idea``: what the near misses lack."""

    idea: str
    items: int
    matched: tuple[ItemId, ...]
    close: tuple[ItemId, ...]
    far: tuple[ItemId, ...]

    def measured(self, judged: Iterable[Judged], at: datetime, days: int) -> Measured:
        """What the answers so far come to. Answers about items that are gone, or no near misses now, do not count."""
        answers = {one.item: one.right for one in judged}
        return Measured(at, days, *(_stratum(items, answers) for items in (self.matched, self.close, self.far)))

    def to_ask(self, topic: TopicId, judged: Collection[ItemId]) -> Iterator[ItemId]:
        """Items nobody was asked about, from each stratum in turn."""
        rows = [_drawn(topic, items, judged) for items in (self.matched, self.close, self.far)]
        for number in range(max(map(len, rows))):
            for row in rows:
                if number < len(row):
                    yield row[number]


def strata(
    compiled: Compiled, concepts: Concepts, items: Iterable[Item], feeds: Mapping[FeedId, Feed] | None = None
) -> Strata:
    """Part the items of a topic into strata, in one reading."""
    ground = Ground(compiled, concepts, feeds or {})
    for item in items:
        ground.add(item)
    speaking = [gram for gram, _ in ranked(ground, known_expressions(concepts).keys())[:SPEAKING_MAX]]
    close: list[ItemId] = []
    far: list[ItemId] = []
    for number in ground.pool:
        (close if count_grams((ground.wording.texts[number],), speaking) else far).append(ground.ids[number])
    matched = tuple(ground.ids[number] for number in ground.positives)
    return Strata(ground.idea, len(ground.ids), matched, tuple(close), tuple(far))


def _stratum(items: Sequence[ItemId], answers: Mapping[ItemId, bool]) -> Stratum:
    told = [answers[item] for item in items if item in answers]
    return Stratum(len(items), len(told), sum(told))


def _drawn(topic: TopicId, items: Sequence[ItemId], judged: Collection[ItemId]) -> list[ItemId]:
    return sorted((item for item in items if item not in judged), key=lambda item: derive_id("judge", topic, item))
