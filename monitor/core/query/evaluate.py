"""A query asked of one item: where it matches, and by which expressions.

This is the plain evaluator: no index, no tricks, every operator as its definition says. ``find`` returns the places
that satisfy a node, or None where the item does not match; ``Not`` and ``Everything`` match without a place.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, assert_never

from monitor.core.query.format import format_query
from monitor.core.query.patterns import word_pattern
from monitor.core.query.reading import folded, stem_in
from monitor.core.query.tree import (
    And,
    AtLeast,
    Concept,
    Everything,
    In,
    Mode,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    SomeOf,
    Word,
)
from monitor.core.text import without_possessive

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.core.query.concepts import Concepts
    from monitor.core.query.reading import Reading

# One node keeps at most this many places: only a word on every line of a very long item gets there.
_FOUND_MAX = 4_000


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """Places ``first`` to ``last`` (both included) satisfy an expression; ``parts`` are its named pieces."""

    first: int
    last: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A piece of evidence: places ``first`` to ``last`` matched ``term``, by ``expression``."""

    first: int
    last: int
    concept: str
    expression: str


class Evaluator:
    """Asks queries of one reading. Leaves are looked up once, however many topics share them."""

    def __init__(self, reading: Reading, concepts: Concepts) -> None:
        self._reading = reading
        self._concepts = concepts
        self._leaves: dict[tuple[Node, tuple[int, int]], list[Found]] = {}
        self._everywhere = (0, reading.text_end)

    def find(self, node: Node) -> list[Found] | None:
        """The places that satisfy ``node`` in title, summary and content, in order; None: it does not match."""
        return self._find(node, self._everywhere)

    def _find(self, node: Node, scope: tuple[int, int]) -> list[Found] | None:
        match node:
            case Word() | Phrase() | Concept():
                key = (node, scope)
                if key not in self._leaves:
                    self._leaves[key] = self._leaf(node, scope)
                return self._leaves[key] or None
            case Near():
                return self._near(node, scope) or None
            case And(nodes):
                return self._all(nodes, scope)
            case Or(nodes):
                return self._some(nodes, scope, 1)
            case SomeOf(count, nodes):
                return self._some(tuple(dict.fromkeys(nodes)), scope, count)  # different ones
            case Not(child):
                return [] if self._find(child, scope) is None else None
            case In(field, child):
                return self._find(child, self._reading.ranges[field])
            case AtLeast(count, child):
                found = self._find(child, scope) or []
                # Two expressions that know the same place are one mention.
                return found if len({(one.first, one.last) for one in found}) >= count else None
            case Everything():
                return []
            case _:
                assert_never(node)

    def _all(self, nodes: Sequence[Node], scope: tuple[int, int]) -> list[Found] | None:
        gathered: list[Found] = []
        for node in nodes:
            found = self._find(node, scope)
            if found is None:
                return None
            gathered.extend(found)
        return _ordered(gathered)

    def _some(self, nodes: Sequence[Node], scope: tuple[int, int], count: int) -> list[Found] | None:
        results = [found for node in nodes if (found := self._find(node, scope)) is not None]
        return _ordered([place for found in results for place in found]) if len(results) >= count else None

    def _near(self, node: Near, scope: tuple[int, int]) -> list[Found]:
        left = self._find(node.left, scope) or []
        right = self._find(node.right, scope) or []
        kept: list[Found] = []
        # Places are ordered by their start, so only a stretch of them can be near.
        starts = [self._position(other.first) for other in right]
        widest = max((self._position(other.last) - self._position(other.first) for other in right), default=0)
        for one in left:
            start, end = self._position(one.first), self._position(one.last)
            first = bisect_right(starts, start) if node.ordered else bisect_left(starts, start - widest - node.distance)
            stretch = range(first, bisect_right(starts, end + node.distance))
            near = (right[at] for at in stretch if self._close(one, right[at], node))
            if node.negated:
                if next(near, None) is None:
                    kept.append(one)
                continue
            for other in islice(near, _FOUND_MAX):
                parts = tuple(sorted({*one.parts, *other.parts}))
                kept.append(Found(min(one.first, other.first), max(one.last, other.last), parts))
            if len(kept) > _FOUND_MAX:
                break
        return _ordered(kept)

    def _position(self, index: int) -> int:
        return self._reading.places[index].position

    def _close(self, one: Found, other: Found, node: Near) -> bool:
        """Whether two places are near: disjoint and close, or interlaced ("a halt in Aleppo airstrikes")."""
        if one.last < other.first:
            return self._position(other.first) - self._position(one.last) <= node.distance
        if other.last < one.first:
            return self._position(one.first) - self._position(other.last) <= node.distance
        return (one.first, one.last) != (other.first, other.last)

    def _leaf(self, node: Word | Phrase | Concept, scope: tuple[int, int]) -> list[Found]:
        if isinstance(node, Concept):
            return self._concept(node, scope)
        expression = format_query(node)
        spans: Iterable[tuple[int, int]]
        if isinstance(node, Word):
            spans = ((index, index) for index in self._word(node, scope))
        else:
            spans = self._phrase(node, scope)
        return [Found(first, last, (Part(first, last, "", expression),)) for first, last in spans][:_FOUND_MAX]

    def _concept(self, node: Concept, scope: tuple[int, int]) -> list[Found]:
        gathered = []
        for expression, tree in self._concepts.expressions(node.name):
            for found in self._find(tree, scope) or ():
                part = Part(found.first, found.last, node.name, expression)
                gathered.append(Found(found.first, found.last, (part,)))
        # One place is one mention, however many expressions know it: the first of the pack names it.
        unique: dict[tuple[int, int], Found] = {}
        for found in gathered:
            unique.setdefault((found.first, found.last), found)
        return _ordered(list(unique.values()))

    def _word(self, word: Word, scope: tuple[int, int]) -> list[int]:
        reading = self._reading
        if word.mode is Mode.CASE:
            form, written = folded(word.text), without_possessive(word.text)
            places = reading.places
            indexes = [i for i in reading.by_form.get(form, ()) if without_possessive(places[i].token.raw) == written]
        elif "*" in word.text or word.fuzz:
            fits = word_pattern(word)
            indexes = sorted(i for form, found in reading.by_form.items() if fits(form) for i in found)
        else:
            form = folded(word.text)
            if word.mode is Mode.EXACT:
                indexes = reading.by_form.get(form, [])
            else:
                indexes = reading.by_stem.get(stem_in(form, reading.language), [])
        return [index for index in indexes if scope[0] <= index < scope[1]]

    def _phrase(self, phrase: Phrase, scope: tuple[int, int]) -> list[tuple[int, int]]:
        candidates = [self._word(word, scope) for word in phrase.words]
        if not all(candidates):
            return []
        if phrase.slop is not None:
            return self._loose(candidates, phrase.slop)
        places = self._reading.places
        later = [frozenset(indexes) for indexes in candidates[1:]]
        size = len(candidates)
        return [
            (first, first + size - 1)
            for first in candidates[0]
            if all(first + step in indexes for step, indexes in enumerate(later, 1))
            and places[first + size - 1].position - places[first].position == size - 1
        ]

    def _loose(self, candidates: list[list[int]], slop: int) -> list[tuple[int, int]]:
        """The shortest windows that hold one of each, in any order, with at most ``slop`` positions between."""
        wanted = Counter(map(tuple, candidates))  # a word that the phrase holds twice needs two places
        events = sorted((index, which) for which, indexes in enumerate(wanted) for index in indexes)
        seen = [deque[int](maxlen=count) for count in wanted.values()]
        windows = []
        for index, which in events:
            seen[which].append(index)
            taken = {place for places in seen for place in places}
            if len(taken) < len(candidates):
                continue
            first = min(taken)
            if self._position(index) - self._position(first) - (len(candidates) - 1) <= slop:
                windows.append((first, index))
        return windows


def _ordered(found: list[Found]) -> list[Found]:
    return sorted(set(found))[:_FOUND_MAX]
