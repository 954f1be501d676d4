"""From a query's tree to what is asked: its expression, what an item must hold for it, and by which keys it is found.

A *need* is a set of leaves of which an item must hold at least one. A topic is found by the need that the fewest items
meet, and of those items only where its next best need is met too: most topics are never looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from monitor.core.query.asking import (
    All,
    Beside,
    Close,
    Either,
    InARow,
    Often,
    OneWord,
    Several,
    Shared,
    Together,
    Within,
    Without,
)
from monitor.core.query.lexicon import NOTHING, LeafId
from monitor.core.query.reading import META_FIELDS
from monitor.core.query.tree import (
    And,
    AtLeast,
    Concept,
    Everything,
    In,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    SomeOf,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.core.query.asking import Expression
    from monitor.core.query.concepts import Concepts
    from monitor.core.query.lexicon import Lexicon

Need = frozenset[LeafId]
Needs = tuple[Need, ...]

# Of a conjunction of many, more needs than this tell nothing new.
_NEEDS_MAX = 8
# A topic stands under each leaf of its first need, there under each of its second: at most so many places.
_KEYS_MAX = 64
_UNNEEDED: Need = frozenset((NOTHING,))


@dataclass(frozen=True, slots=True)
class Keys:
    """Where a topic is found: under each leaf of ``first``, and there under each of ``second``."""

    first: Need
    second: Need


class Planner:
    """Turns trees into expressions. The same subtree, of whatever topic, is one expression."""

    def __init__(self, lexicon: Lexicon, concepts: Concepts) -> None:
        self._lexicon = lexicon
        self._concepts = concepts
        self._known: dict[object, Expression] = {}
        self._concept_needs: dict[str, Needs] = {}
        self._single: dict[LeafId, Need] = {}

    # Expressions ------------------------------------------------------------------------------------------------------

    def expression(self, node: Node) -> Expression:
        """What is asked of an item."""
        match node:
            case Word():
                leaf = self._lexicon.word(node)
                return self._one(("word", leaf), lambda: OneWord(leaf))
            case Phrase(words, slop):
                return self._phrase(words, slop)
            case Near(left, right, distance, ordered, negated):
                one, other = self.expression(left), self.expression(right)
                return self._one(
                    ("near", one, other, distance, ordered, negated),
                    lambda: Beside(one, other, distance, ordered=ordered, negated=negated),
                )
            case And(nodes):
                inner = self._all(nodes)
                return self._one(("and", inner), lambda: Together(inner))
            case Or(nodes):
                inner = self._all(nodes)
                return self._one(("or", inner), lambda: Either(inner))
            case SomeOf(count, nodes):
                inner = self._all(nodes)
                return self._one(("some", count, inner), lambda: Several(count, inner))
            case Not(child):
                only = self.expression(child)
                return self._one(("not", only), lambda: Without(only))
            case In(field, child):
                only = self.expression(child)
                return self._one(("in", field, only), lambda: Within(field, only))
            case AtLeast(count, child):
                only = self.expression(child)
                return self._one(("often", count, only), lambda: Often(count, only))
            case Concept(name):
                return self._one(("concept", name), lambda: self._concept(name))
            case Everything():
                return self._one("all", All)
            case _:
                assert_never(node)

    def _one(self, key: object, make: Callable[[], Expression]) -> Expression:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = make()
        return known

    def _all(self, nodes: Sequence[Node]) -> tuple[Expression, ...]:
        return tuple(dict.fromkeys(self.expression(node) for node in nodes))

    def _phrase(self, words: tuple[Word, ...], slop: int | None) -> Expression:
        leaves = tuple(self._lexicon.word(word) for word in words)
        if slop is not None:
            return self._one(("close", leaves, slop), lambda: Close(leaves, slop))
        return self._one(("phrase", leaves), lambda: InARow(self._lexicon.phrase(leaves), leaves))

    def _concept(self, name: str) -> Expression:
        trees = [tree for _, tree in self._concepts.expressions(name)]
        guard = self._lexicon.group(_best(self._concept_alternatives(name))) if trees else NOTHING
        return Shared(self._all(trees), guard, placed=all(map(_is_placed, trees)))

    # Needs ------------------------------------------------------------------------------------------------------------

    def needs(self, node: Node, field: str = "") -> Needs:
        """What an item must hold for a query to match; ``field``: one of the feed's own that is looked into."""
        match node:
            case Word():
                return (self._only(self._leaf(node, field)),)
            case Phrase(words, slop):
                if slop is None and not field:
                    expression = self._phrase(words, None)
                    assert isinstance(expression, InARow)
                    return (self._only(expression.leaf),)
                return tuple(self._only(self._leaf(word, field)) for word in words)[:_NEEDS_MAX]
            case Near(left, right, _, _, negated):
                found = self.needs(left, field)
                return found if negated else (*found, *self.needs(right, field))[:_NEEDS_MAX]
            case And(nodes):
                return self._of_all(nodes, field)
            case SomeOf(count, nodes) if count >= len(nodes):
                return self._of_all(nodes, field)
            case Or(nodes) | SomeOf(_, nodes):
                return _any_of([self.needs(child, field) for child in nodes])
            case Concept(name):
                return () if field else self._of_concept(name)
            case In(other, child):
                return self.needs(child, other if other in META_FIELDS else "")
            case AtLeast(_, child):
                return self.needs(child, field)
            case Not() | Everything():
                return ()
            case _:
                assert_never(node)

    def _leaf(self, word: Word, field: str) -> LeafId:
        leaf = self._lexicon.word(word)
        return self._lexicon.label(field, leaf) if field else leaf

    def _only(self, leaf: LeafId) -> Need:
        # Kept, for a hundred thousand topics would hold as many small sets.
        return self._single.setdefault(leaf, frozenset((leaf,)))

    def _of_all(self, nodes: Sequence[Node], field: str) -> Needs:
        found = dict.fromkeys(need for child in nodes for need in self.needs(child, field))
        return tuple(sorted(found, key=len))[:_NEEDS_MAX]

    def _of_concept(self, name: str) -> Needs:
        if name not in self._concept_needs:
            best = _best(self._concept_alternatives(name))
            # One leaf for the whole concept, so that a thousand topics are found by it under one key.
            self._concept_needs[name] = () if best == _UNNEEDED else (self._only(self._lexicon.group(best)),)
        return self._concept_needs[name]

    def _concept_alternatives(self, name: str) -> list[Needs]:
        return [self.needs(tree) for _, tree in self._concepts.expressions(name)]


def keys(needs: Needs, cost: Callable[[Need], float]) -> Keys:
    """The two needs to find a topic by: those that the fewest items meet."""
    ordered = sorted(needs, key=cost)
    if not ordered:
        return Keys(_UNNEEDED, _UNNEEDED)
    for second in ordered[1:]:
        if len(second) * len(ordered[0]) <= _KEYS_MAX:
            return Keys(ordered[0], second)
    return Keys(ordered[0], _UNNEEDED)


def _any_of(alternatives: list[Needs]) -> Needs:
    """What any of some alternatives needs: what all of them need, and one thing of each."""
    if not alternatives or not all(alternatives):
        return ()
    shared = frozenset.intersection(*map(frozenset, alternatives))
    rest = [tuple(need for need in needs if need not in shared) for needs in alternatives]
    common = tuple(need for need in alternatives[0] if need in shared)
    return common if not all(rest) else (*common, _best(rest))[:_NEEDS_MAX]


def _best(alternatives: list[Needs]) -> Need:
    """One need that each of some alternatives has: the smallest of each, together."""
    if not alternatives or not all(alternatives):
        return _UNNEEDED
    return frozenset().union(*(min(needs, key=len) for needs in alternatives))


def _is_placed(node: Node) -> bool:
    """Whether a match always is a place: not so where it may be an absence alone."""
    match node:
        case Word() | Phrase() | Near() | Concept() | AtLeast():
            return True
        case And(nodes):
            return any(map(_is_placed, nodes))
        case Or(nodes) | SomeOf(_, nodes):
            return all(map(_is_placed, nodes))
        case In(_, child):
            return _is_placed(child)
        case _:
            return False
