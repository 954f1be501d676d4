"""All topics asked of one item. A topic is evaluated only where a word that it cannot do without is present."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from monitor.core.query.concepts import Concepts, unknown_problems
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.explain import explain
from monitor.core.query.format import format_query
from monitor.core.query.parse import parse
from monitor.core.query.reading import Reading, folded, stem_in
from monitor.core.query.tree import And, AtLeast, Concept, In, Near, Node, Or, Phrase, QueryProblem, SomeOf, Word
from monitor.core.query.watch import watch_query

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.model import Feed, Item, Match, Topic

Guard = frozenset[str]
"""Folded words, at least one of which must be present, stemmed, for a query to match."""


# Thousands of topics share a few concepts with dozens of expressions: each is gone through once.
_CONCEPT_GUARDS: WeakKeyDictionary[Concepts, dict[str, Guard | None]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Compiled:
    """A topic ready to be asked: its tree, its canonical text, and its guard (None: it has to be asked always)."""

    topic: Topic
    tree: Node
    text: str
    guard: Guard | None


def compile_topic(topic: Topic, concepts: Concepts) -> Compiled | QueryProblem:
    """Turn a topic's words or query into a tree. Offsets of a problem point into what the person wrote."""
    tree = watch_query(topic.watch, concepts) if topic.watch is not None else parse(topic.query or "")
    if isinstance(tree, QueryProblem):
        return tree
    unknown = unknown_problems(topic.query or "", tree, concepts)
    if unknown:
        return unknown[0]
    return Compiled(topic, tree, format_query(tree), _guard(tree, concepts))


class TopicIndex:
    """Standing queries over the items that stream by."""

    def __init__(self, topics: Iterable[Compiled], concepts: Concepts) -> None:
        self.topics = tuple(topics)
        self.concepts = concepts
        self._always = [number for number, topic in enumerate(self.topics) if topic.guard is None]
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
        for number, topic in enumerate(self.topics):
            for word in topic.guard or ():
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
