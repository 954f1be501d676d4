"""All topics asked of one item: only those are looked at whose two rarest needs the item meets.

The method is that of the presearchers of Lucene's monitor (https://lucene.apache.org, module monitor), with two keys a
topic where a phrase, or a whole concept, may be a key, and with keys that learn: how often items hold a leaf is counted
as they come, and a topic that is looked at in vain again and again is found by better keys from then on.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from monitor.core.query.coded import EVERYWHERE, Coded
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.explain import explain
from monitor.core.query.language import language_of
from monitor.core.query.lexicon import LeafId, Lexicon
from monitor.core.query.plan import Keys, Need, Planner, keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.model import Feed, Item, Match, TopicId
    from monitor.core.query.asking import Expression
    from monitor.core.query.compile import Compiled
    from monitor.core.query.concepts import Concepts
    from monitor.core.query.reading import Reading

# One item in so many is counted.
_COUNTED = 8
# Up to so many keys, looking at each is quicker than an intersection.
_SMALL = 5
# How many items the first guess of a leaf's frequency weighs.
_GUESS_WEIGHT = 16
# A topic is planned again when it was looked at in vain so often, and then at each doubling.
_VAIN = 32


_order = attrgetter("order")


class _Standing:
    """A topic in the index: what it asks, where it is found, and how often it was looked at in vain."""

    __slots__ = ("compiled", "expression", "keys", "order", "patience", "vain")

    def __init__(self, compiled: Compiled, expression: Expression, chosen: Keys, order: int) -> None:
        self.compiled = compiled
        self.order = order
        self.expression = expression
        self.keys = chosen
        self.vain = 0
        self.patience = _VAIN


class TopicIndex:
    """Standing queries over the items that stream by. Topics may come and go between items."""

    def __init__(self, topics: Iterable[Compiled], concepts: Concepts) -> None:
        self.concepts = concepts
        self._lexicon = Lexicon()
        self._planner = Planner(self._lexicon, concepts)
        self._standing: dict[TopicId, _Standing] = {}
        self._last = 0
        self._buckets: dict[LeafId, dict[LeafId, list[_Standing]]] = {}
        self._seen = 0
        self._counted = 0
        self._counts: dict[LeafId, int] = {}
        for topic in topics:
            self.add(topic)

    @property
    def topics(self) -> tuple[Compiled, ...]:
        """Every topic, in the order in which they came."""
        return tuple(standing.compiled for standing in self._standing.values())

    # Topics come and go -----------------------------------------------------------------------------------------------

    def add(self, compiled: Compiled) -> None:
        """Take a topic in. One of the same id is replaced, and keeps its place in the order."""
        name = compiled.topic.id
        before = self._standing.get(name)
        if before is not None:
            self._unfile(before)
            order = before.order
        else:
            self._last += 1
            order = self._last
        expression = self._planner.expression(compiled.tree)
        standing = _Standing(compiled, expression, self._keys(expression), order)
        self._standing[name] = standing
        self._file(standing)

    def remove(self, name: TopicId) -> None:
        """Take a topic out. Raises KeyError where there is none."""
        self._unfile(self._standing.pop(name))

    def _file(self, standing: _Standing) -> None:
        for first in standing.keys.first:
            bucket = self._buckets.setdefault(first, {})
            for second in standing.keys.second:
                bucket.setdefault(second, []).append(standing)

    def _unfile(self, standing: _Standing) -> None:
        for first in standing.keys.first:
            bucket = self._buckets[first]
            for second in standing.keys.second:
                bucket[second].remove(standing)
                if not bucket[second]:
                    del bucket[second]
            if not bucket:
                del self._buckets[first]

    # Items stream by --------------------------------------------------------------------------------------------------

    def matching(self, item: Item, feed: Feed | None = None) -> list[Compiled]:
        """Every topic that listens to the feed and matches the item, in order."""
        coded = Coded(item, feed, self._lexicon.book(language_of(item)), self._lexicon)
        self._count(coded.present)
        matching: list[_Standing] = []
        vain: list[_Standing] = []
        for standing in self._candidates(coded.present):
            if not standing.expression.holds(coded, EVERYWHERE):
                standing.vain += 1
                if standing.vain >= standing.patience:
                    vain.append(standing)
            elif feed is None or standing.compiled.topic.listens_to(feed):
                matching.append(standing)
        for standing in vain:
            self._plan_again(standing)
        matching.sort(key=_order)
        return [standing.compiled for standing in matching]

    def explained(self, matching: Iterable[Compiled], item: Item, reading: Reading) -> list[Match]:
        """What matched of topics that do match, and where."""
        evaluator = Evaluator(reading, self.concepts)
        return [
            explain(topic.topic.id, topic.text, item, reading, evaluator.find(topic.tree) or []) for topic in matching
        ]

    def match(self, item: Item, reading: Reading, feed: Feed | None) -> list[Match]:
        """Every topic that listens to the feed and matches the item, in order, with what matched and where."""
        matching = self.matching(item, feed)
        return self.explained(matching, item, reading) if matching else []

    def holds(self, name: TopicId, item: Item) -> bool:
        """Whether one topic matches an item, whatever feed it listens to. Raises KeyError where there is none."""
        coded = Coded(item, None, self._lexicon.book(language_of(item)), self._lexicon)
        return self._standing[name].expression.holds(coded, EVERYWHERE)

    def _candidates(self, present: set[LeafId]) -> list[_Standing]:
        found: list[_Standing] = []
        buckets = self._buckets
        for first in buckets.keys() & present:
            bucket = buckets[first]
            if len(bucket) > _SMALL:
                for second in bucket.keys() & present:
                    found += bucket[second]
            else:
                for second, standing in bucket.items():
                    if second in present:
                        found += standing
        return list(dict.fromkeys(found))

    # How often items hold what ----------------------------------------------------------------------------------------

    def _count(self, present: set[LeafId]) -> None:
        self._seen += 1
        if self._seen % _COUNTED == 0:
            self._counted += 1
            counts = self._counts
            for leaf in present:
                counts[leaf] = counts.get(leaf, 0) + 1

    def _keys(self, asked: Expression) -> Keys:
        return keys(self._planner.needs(asked), self._cost)

    def _cost(self, need: Need) -> float:
        """The share of items that meet a need, as far as is known."""
        counted = self._counted + _GUESS_WEIGHT
        guess, counts = self._lexicon.guess, self._counts
        return sum((counts.get(leaf, 0) + _GUESS_WEIGHT * guess(leaf)) / counted for leaf in need)

    def _plan_again(self, standing: _Standing) -> None:
        standing.patience *= 2
        chosen = self._keys(standing.expression)
        if chosen != standing.keys:
            self._unfile(standing)
            standing.keys = chosen
            self._file(standing)
