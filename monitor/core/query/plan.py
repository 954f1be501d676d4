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
    Needs,
    Often,
    OneWord,
    Several,
    Shared,
    Together,
    Within,
    Without,
)
from monitor.core.query.lexicon import NOTHING, LeafId
from monitor.core.query.tree import (
    META_FIELDS,
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
    children,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.core.query.asking import Expression
    from monitor.core.query.concepts import Concepts
    from monitor.core.query.lexicon import Lexicon

Need = frozenset[LeafId]

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
        # Most of what a query holds is plain words: they are known by their text alone.
        self._plain: dict[str, OneWord] = {}
        self._known: dict[object, Expression] = {}
        self._single: dict[LeafId, Need] = {}
        self._elsewhere: dict[str, bool] = {}

    # Expressions ------------------------------------------------------------------------------------------------------

    def expression(self, node: Node) -> Expression:
        """What is asked of an item."""
        match node:
            case Word():
                return self._word(node)
            case Phrase(words, slop):
                return self._phrase(words, slop)
            case And(nodes):
                inner = self._all(nodes)
                return self._known.get(("and", inner)) or self._keep(("and", inner), Together(inner))
            case Or(nodes):
                inner = self._all(nodes)
                return self._known.get(("or", inner)) or self._keep(("or", inner), self._either(inner, nodes))
            case Near(left, right, distance, ordered, negated):
                one, other = self.expression(left), self.expression(right)
                key = ("near", one, other, distance, ordered, negated)
                return self._known.get(key) or self._keep(
                    key, Beside(one, other, distance, ordered=ordered, negated=negated)
                )
            case Concept(name):
                return self._known.get(("concept", name)) or self._keep(("concept", name), self._concept(name))
            case Not(child):
                only = self.expression(child)
                return self._known.get(("not", only)) or self._keep(("not", only), Without(only))
            case In(field, child):
                only = self.expression(child)
                return self._known.get(("in", field, only)) or self._keep(("in", field, only), Within(field, only))
            case SomeOf(count, nodes):
                inner = self._all(nodes)
                return self._known.get((count, inner)) or self._keep((count, inner), Several(count, inner))
            case AtLeast(count, child):
                only = self.expression(child)
                return self._known.get(("often", count, only)) or self._keep(("often", count, only), Often(count, only))
            case Everything():
                return self._known.get("all") or self._keep("all", All())
            case _:
                assert_never(node)

    def _keep(self, key: object, made: Expression) -> Expression:
        self._known[key] = made
        return made

    def _word(self, word: Word) -> OneWord:
        plain = word.mode is Mode.STEM and not word.fuzz
        if plain and (known := self._plain.get(word.text)) is not None:
            return known
        made = self._known.get(word)
        if not isinstance(made, OneWord):
            made = OneWord(self._lexicon.word(word))
            if plain:
                self._plain[word.text] = made
            else:
                self._known[word] = made
        return made

    def _all(self, nodes: Sequence[Node]) -> tuple[Expression, ...]:
        return tuple(dict.fromkeys(map(self.expression, nodes)))

    def _phrase(self, words: tuple[Word, ...], slop: int | None) -> Expression:
        leaves = tuple([self._word(word).leaf for word in words])
        key = ("phrase", leaves, slop)
        known = self._known.get(key)
        if known is None:
            made = InARow(self._lexicon.phrase(leaves), leaves) if slop is None else Close(leaves, slop)
            known = self._keep(key, made)
        return known

    def _concept(self, name: str) -> Expression:
        trees = [tree for _, tree in self._concepts.expressions(name)]
        nodes = self._all(trees)
        # One leaf for the whole concept, so that a thousand topics are found by it under one key.
        guard = self._lexicon.group(_best([self.needs(node) for node in nodes])) if nodes else NOTHING
        return Shared(self._either(nodes, trees), guard, placed=all(map(_is_placed, trees)))

    def _either(self, inner: tuple[Expression, ...], trees: Sequence[Node]) -> Either:
        """Alternatives, each with what a field must hold for it; nothing where it looks into a field of its own."""
        others = [node for node in inner if not isinstance(node, OneWord | InARow)]
        local = bool(others) and not any(map(self._looks_elsewhere, trees))
        needs = [tuple(sorted(self.needs(node), key=len)[:2]) if local else () for node in others]
        return Either(inner, tuple(zip(needs, others, strict=True)))

    def _looks_elsewhere(self, node: Node) -> bool:
        """Whether something in a tree, or in a concept that it uses, names a field."""
        if isinstance(node, Concept):
            known = self._elsewhere.get(node.name)
            if known is None:
                trees = [tree for _, tree in self._concepts.expressions(node.name)]
                known = self._elsewhere[node.name] = any(map(self._looks_elsewhere, trees))
            return known
        return isinstance(node, In) or any(map(self._looks_elsewhere, children(node)))

    # Needs ------------------------------------------------------------------------------------------------------------

    def needs(self, asked: Expression, field: str = "") -> Needs:
        """What an item must hold for a query to match; ``field``: one of the feed's own that is looked into."""
        match asked:
            case OneWord(leaf=leaf):
                return (self._only(leaf, field),)
            case InARow(leaf=leaf, words=words):
                return (self._only(leaf, ""),) if not field else self._each(words, field)
            case Close(words=words):
                return self._each(words, field)
            case Beside(left=left, right=right, negated=negated):
                found = self.needs(left, field)
                return found if negated else (*found, *self.needs(right, field))[:_NEEDS_MAX]
            case Together(nodes=nodes):
                return self._of_all(nodes, field)
            case Several(count=count, nodes=nodes) if count >= len(nodes):
                return self._of_all(nodes, field)
            case Either(leaves=leaves, others=()) if not field:
                return (leaves,)
            case Either(nodes=nodes) | Several(nodes=nodes):
                return _any_of([self.needs(node, field) for node in nodes])
            case Shared(guard=guard):
                return () if field or guard == NOTHING else (self._only(guard, ""),)
            case Within(field=other, node=node):
                return self.needs(node, other if other in META_FIELDS else "")
            case Often(node=node):
                return self.needs(node, field)
            case _:
                return ()

    def _each(self, words: tuple[LeafId, ...], field: str) -> Needs:
        return tuple([self._only(word, field) for word in words])[:_NEEDS_MAX]

    def _only(self, leaf: LeafId, field: str) -> Need:
        if field:
            leaf = self._lexicon.label(field, leaf)
        # Kept, for a hundred thousand topics would hold as many small sets.
        known = self._single.get(leaf)
        if known is None:
            known = self._single[leaf] = frozenset((leaf,))
        return known

    def _of_all(self, nodes: Sequence[Expression], field: str) -> Needs:
        found = dict.fromkeys([need for node in nodes for need in self.needs(node, field)])
        return tuple(sorted(found, key=len))[:_NEEDS_MAX]


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
