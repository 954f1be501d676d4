"""All topics asked of one item. A topic is evaluated only where a word that it cannot do without is present."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from monitor.core.query.evaluate import Evaluator
from monitor.core.query.explain import explain
from monitor.core.query.reading import Reading, folded, stem_in
from monitor.core.query.tree import And, AtLeast, Concept, In, Near, Node, Or, Phrase, SomeOf, Word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.model import Feed, Item, Match
    from monitor.core.query.compile import Compiled
    from monitor.core.query.concepts import Concepts

Guard = frozenset[str]
"""Folded words, at least one of which must be present, stemmed, for a query to match."""


# Thousands of topics share a few concepts with dozens of expressions: each is gone through once.
_CONCEPT_GUARDS: WeakKeyDictionary[Concepts, dict[str, Guard | None]] = WeakKeyDictionary()


class TopicIndex:
    """Standing queries over the items that stream by."""

    def __init__(self, topics: Iterable[Compiled], concepts: Concepts) -> None:
        self.topics = tuple(topics)
        self.concepts = concepts
        self._guards = [_guard(topic.tree, concepts) for topic in self.topics]
        self._always = [number for number, guard in enumerate(self._guards) if guard is None]
        self._by_language: dict[str, dict[str, list[int]]] = {}

    def match(self, item: Item, reading: Reading, feed: Feed | None) -> list[Match]:
        """Every topic that listens to the feed and matches the item, in the order of the configuration."""
        evaluator = Evaluator(reading, self.concepts)
        matches = []
        for number in self._candidates(reading):
            compiled = self.topics[number]
            if feed is not None and not compiled.topic.listens_to(feed):
                continue
            found = evaluator.find(compiled.tree)
            if found is not None:
                matches.append(explain(compiled.topic.id, compiled.text, item, reading, found))
        return matches

    def _candidates(self, reading: Reading) -> list[int]:
        guards = self._by_language.get(reading.language)
        if guards is None:
            guards = self._by_language[reading.language] = self._stemmed(reading.language)
        numbers = set(self._always)
        for word in reading.by_stem:
            numbers.update(guards.get(word, ()))
        return sorted(numbers)

    def _stemmed(self, language: str) -> dict[str, list[int]]:
        guards: dict[str, list[int]] = {}
        for number, guard in enumerate(self._guards):
            for word in guard or ():
                guards.setdefault(stem_in(word, language), []).append(number)
        return guards


def _guard(node: Node, concepts: Concepts) -> Guard | None:
    match node:
        case Word(text, _, fuzz):
            if "*" in text or fuzz:
                return None
            return frozenset((folded(text),))
        case Phrase(words):
            guards = [guard for word in words if (guard := _guard(word, concepts)) is not None]
            return max(guards, key=lambda guard: max(map(len, guard)), default=None)
        case Near(left, right, _, _, negated):
            return _guard(left, concepts) if negated else _cheaper(_guard(left, concepts), _guard(right, concepts))
        case And(nodes):
            best: Guard | None = None
            for child in nodes:
                best = _cheaper(best, _guard(child, concepts))
            return best
        case Or(nodes) | SomeOf(_, nodes):
            return _joined([_guard(child, concepts) for child in nodes])
        case Concept(name):
            return _concept_guard(name, concepts)
        case In(_, child) | AtLeast(_, child):
            return _guard(child, concepts)
        case _:
            return None


def _concept_guard(name: str, concepts: Concepts) -> Guard | None:
    known = _CONCEPT_GUARDS.setdefault(concepts, {})
    if name not in known:
        known[name] = _joined([_guard(tree, concepts) for _, tree in concepts.expressions(name)])
    return known[name]


def _cheaper(one: Guard | None, other: Guard | None) -> Guard | None:
    if one is None or other is None:
        return one if other is None else other
    return one if len(one) <= len(other) else other


def _joined(guards: list[Guard | None]) -> Guard | None:
    known = [guard for guard in guards if guard is not None]
    return frozenset().union(*known) if len(known) == len(guards) else None
