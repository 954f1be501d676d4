"""Queries asked of a coded item: does it match? Every operator as ``evaluate`` defines it, faster, without evidence.

``holds`` answers yes or no, from the set of present leaves where that is enough; ``spans`` gives places (first and last
position) where an operator around it needs them, or None where nothing matches. What topics share is asked once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from monitor.core.query.coded import SPANS_MAX, phrase_spans, shortest_windows, word_spans
from monitor.core.query.tree import META_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.query.coded import Coded, Span
    from monitor.core.query.lexicon import LeafId


Needs = tuple[frozenset[int], ...]
"""Sets of leaves, of each of which one must be there."""


class Expression(Protocol):
    """A node of a query, ready to be asked. The same node of two topics is one object."""

    def holds(self, coded: Coded, scope: str) -> bool:
        """Whether the item, or one field of it, matches."""
        ...

    def spans(self, coded: Coded, scope: str) -> list[Span] | None:
        """The places that match, in order; none for what matches without a place; None where it does not match."""
        ...


class OneWord:
    """A word."""

    __slots__ = ("leaf",)

    def __init__(self, leaf: LeafId) -> None:
        self.leaf = leaf

    def holds(self, coded: Coded, scope: str) -> bool:
        """Whether the word is there."""
        return self.leaf in coded.present_in(scope)

    def spans(self, coded: Coded, scope: str) -> list[Span] | None:
        """Where it stands."""
        return [(at, at) for at in word_spans(coded, self.leaf, scope)[:SPANS_MAX]] or None


class InARow:
    """A phrase. ``leaf`` is its own, ``words`` those of its words."""

    __slots__ = ("leaf", "words")

    def __init__(self, leaf: LeafId, words: tuple[LeafId, ...]) -> None:
        self.leaf = leaf
        self.words = words

    def holds(self, coded: Coded, scope: str) -> bool:
        """Whether the words stand in a row anywhere."""
        return self.leaf in coded.present_in(scope)

    def spans(self, coded: Coded, scope: str) -> list[Span] | None:
        """Where they do."""
        if self.leaf not in coded.present_in(scope):
            return None
        ways = coded.book.ways(self.leaf)
        if not ways:
            return phrase_spans(coded, self.words, scope)[:SPANS_MAX] or None
        text, first, last, shift = coded.range(scope)
        length = len(self.words) - 1
        found = []
        for way in ways:
            at = text.find(way, first, last)
            while at >= 0:
                found.append((at + shift, at + shift + length))
                at = text.find(way, at + 1, last)
        if len(ways) > 1:
            found.sort()
        return found[:SPANS_MAX] or None


class Close:
    """A phrase with slop: each word once, in any order, at most ``slop`` positions between them."""

    __slots__ = ("slop", "words")

    def __init__(self, words: tuple[LeafId, ...], slop: int) -> None:
        self.words = words
        self.slop = slop

    def holds(self, coded: Coded, scope: str) -> bool:
        """Whether all words come close together once."""
        if not coded.present_in(scope).issuperset(self.words):
            return False
        return self.spans(coded, scope) is not None

    def spans(self, coded: Coded, scope: str) -> list[Span] | None:
        """The shortest windows that hold them."""
        places = [tuple(word_spans(coded, word, scope)) for word in self.words]
        return shortest_windows(places, self.slop)[:SPANS_MAX] or None if all(places) else None


class Together:
    """All of them. Children that are mere leaves, or any or none of some, are settled by sets."""

    __slots__ = ("any_of", "leaves", "nodes", "none_of", "others")

    def __init__(self, nodes: tuple[Expression, ...]) -> None:
        self.nodes = nodes
        self.leaves = frozenset(node.leaf for node in nodes if isinstance(node, OneWord | InARow))
        plain = [node for node in nodes if isinstance(node, Either) and not node.others]
        self.any_of = tuple(node.leaves for node in plain)
        barred = [node for node in nodes if isinstance(node, Without) and node.leaf is not None]
        self.none_of = frozenset(node.leaf for node in barred if node.leaf is not None)
        self.others = tuple(
            node for node in nodes if not (isinstance(node, OneWord | InARow) or node in plain or node in barred)
        )

    def holds(self, coded: Coded, scope: str) -> bool:
        """Whether all of them match."""
        present = coded.present_in(scope)
        if not (self.leaves <= present and self.none_of.isdisjoint(present)):
            return False
        for leaves in self.any_of:
            if leaves.isdisjoint(present):
                return False
        return not self.others or all(node.holds(coded, scope) for node in self.others)

    def spans(self, coded: Coded, scope: str) -> list[Span] | None:
        """The places of all of them, if all match."""
        if not self.holds(coded, scope):
            return None
        return _merged(node.spans(coded, scope) for node in self.nodes)


class Either:
    """At least one of them. ``words`` are the children that are mere leaves; ``others`` the rest, each with its needs.

    A need is a set of leaves, one of which a field must hold for that child to match there.
    """

    __slots__ = ("leaves", "nodes", "others", "words")

    def __init__(self, nodes: tuple[Expression, ...], others: tuple[tuple[Needs, Expression], ...]) -> None:
        self.nodes = nodes
        self.words = {node.leaf: node for node in nodes if isinstance(node, OneWord | InARow)}
        self.leaves = frozenset(self.words)
        self.others = others

    def holds(self, coded: Coded, scope: str) -> bool:
        """Whether one of them matches."""
        present = coded.present_in(scope)
        if not self.leaves.isdisjoint(present):
            return True
        for needs, node in self.others:
            for need in needs:
                if need.isdisjoint(present):
                    break
            else:
                if node.holds(coded, scope):
                    return True
        return False

    def spans(self, coded: Coded, scope: str) -> list[Span] | None:
        """The places of those that match."""
        if not self.holds(coded, scope):
            return None
        present = coded.present_in(scope)
        possible: list[Expression] = [self.words[leaf] for leaf in self.leaves & present]
        possible += [node for needs, node in self.others if not any(need.isdisjoint(present) for need in needs)]
        return _merged(node.spans(coded, scope) for node in possible)


class Shared:
    """A concept: any of its expressions. ``guard`` is a leaf of the text without which none of them can match.

    A concept is a place, or nothing: ``placed`` tells that all its expressions are, so that no places need be counted.
    """

    __slots__ = ("_either", "guard", "placed")

    def __init__(self, either: Either, guard: LeafId, *, placed: bool) -> None:
        self._either = either
        self.guard = guard
        self.placed = placed

    def holds(self, coded: Coded, scope: str) -> bool:
        """Whether one of the expressions has a place; asked once an item and field."""
        if not self._possible(coded, scope):
            return False
        answer = coded.answers.get((self, scope))
        if answer is None:
            found = self._either.holds(coded, scope)
            answer = found and (self.placed or bool(self._either.spans(coded, scope)))
            coded.answers[self, scope] = answer
        return answer

    def spans(self, coded: Coded, scope: str) -> list[Span] | None:
        """The places, each once."""
        if not self._possible(coded, scope):
            return None
        if (self, scope) not in coded.places:
            coded.places[self, scope] = self._either.spans(coded, scope) or None
        return coded.places[self, scope]

    def _possible(self, coded: Coded, scope: str) -> bool:
        return self.guard in coded.present or scope in META_FIELDS


class Beside:
    """Both sides, at most ``distance`` apart."""

    __slots__ = ("distance", "left", "negated", "ordered", "right")

    def __init__(self, left: Expression, right: Expression, distance: int, *, ordered: bool, negated: bool) -> None:
        self.left = left
        self.right = right
        self.distance = distance
        self.ordered = ordered
        self.negated = negated

    def holds(self, coded: Coded, scope: str) -> bool:
        """Whether one pair is near (or, negated, one left side is alone); asked once an item and field."""
        answer = coded.answers.get((self, scope))
        if answer is None:
            possible = self.left.holds(coded, scope) and (self.negated or self.right.holds(coded, scope))
            answer = coded.answers[self, scope] = possible and self._found(coded, scope, only_one=True) != []
        return answer

    def spans(self, coded: Coded, scope: str) -> list[Span] | None:
        """From the first to the last word of each pair."""
        if not self.holds(coded, scope):
            return None
        found = coded.places.get((self, scope))
        if found is None:
            found = coded.places[self, scope] = sorted(set(self._found(coded, scope, only_one=False)))[:SPANS_MAX]
        return found

    def _found(self, coded: Coded, scope: str, *, only_one: bool) -> list[Span]:
        left = self.left.spans(coded, scope) or []
        right = self.right.spans(coded, scope) or []
        starts = [first for first, _ in right]
        widest = max((last - first for first, last in right), default=0)
        distance, ordered = self.distance, self.ordered
        kept: list[Span] = []
        for first, last in left:
            low = bisect_right(starts, first) if ordered else bisect_left(starts, first - widest - distance)
            stretch = right[low : bisect_right(starts, last + distance)]
            if self.negated:
                if not any(first <= other[1] + distance and (first, last) != other for other in stretch):
                    kept.append((first, last))
            else:
                near = [other for other in stretch if first <= other[1] + distance and (first, last) != other]
                kept += [(min(first, start), max(last, end)) for start, end in near[:SPANS_MAX]]
            if kept and (only_one or len(kept) > SPANS_MAX):
                break
        return kept


class Without:
    """Not it. ``leaf``: where all that must not be there is one leaf."""

    __slots__ = ("leaf", "node")

    def __init__(self, node: Expression) -> None:
        self.node = node
        self.leaf = node.leaf if isinstance(node, OneWord | InARow) else None

    def holds(self, coded: Coded, scope: str) -> bool:
        """Whether it does not match."""
        return not self.node.holds(coded, scope)

    def spans(self, coded: Coded, scope: str) -> list[Span] | None:
        """No place, where it does not match."""
        return [] if self.holds(coded, scope) else None


class Within:
    """Only one field."""

    __slots__ = ("field", "node")

    def __init__(self, field: str, node: Expression) -> None:
        self.field = field
        self.node = node

    def holds(self, coded: Coded, scope: str) -> bool:
        """Whether it matches in that field."""
        return self.node.holds(coded, self.field)

    def spans(self, coded: Coded, scope: str) -> list[Span] | None:
        """Its places in that field."""
        return self.node.spans(coded, self.field)


class Several:
    """At least ``count`` different ones."""

    __slots__ = ("count", "nodes")

    def __init__(self, count: int, nodes: tuple[Expression, ...]) -> None:
        self.count = count
        self.nodes = nodes

    def holds(self, coded: Coded, scope: str) -> bool:
        """Whether so many of them match."""
        return sum(node.holds(coded, scope) for node in self.nodes) >= self.count

    def spans(self, coded: Coded, scope: str) -> list[Span] | None:
        """The places of those that match."""
        return _merged(node.spans(coded, scope) for node in self.nodes) if self.holds(coded, scope) else None


class Often:
    """At least ``count`` mentions."""

    __slots__ = ("count", "node")

    def __init__(self, count: int, node: Expression) -> None:
        self.count = count
        self.node = node

    def holds(self, coded: Coded, scope: str) -> bool:
        """Whether it has so many places."""
        return self.spans(coded, scope) is not None

    def spans(self, coded: Coded, scope: str) -> list[Span] | None:
        """Its places, if they are enough."""
        found = self.node.spans(coded, scope) or []
        return found if len(found) >= self.count else None


class All:
    """Every item."""

    __slots__ = ()

    def holds(self, coded: Coded, scope: str) -> bool:
        """Always."""
        return True

    def spans(self, coded: Coded, scope: str) -> list[Span] | None:
        """No place."""
        return []


def _merged(found: Iterable[list[Span] | None]) -> list[Span]:
    spans = [span for one in found for span in one or ()]
    if any(one > other for one, other in pairwise(spans)):
        spans.sort()
    return list(dict.fromkeys(spans))[:SPANS_MAX]
