"""Whether one query finds nothing that another does not: read off the trees, without a single item.

"Yes" is certain, but for words that have one stem in English and another elsewhere; "no" only means that it cannot be
told from the trees.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

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
    children,
)
from monitor.core.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.query.concepts import Concepts

_TEXTS = ("title", "lead", "summary", "content")
# One question looks at no more pairs of nodes: concepts of hundreds of expressions have many.
_STEPS_MAX = 20_000


class Containment:
    """Answers for one set of concepts; what was answered once is remembered."""

    def __init__(self, concepts: Concepts) -> None:
        self.concepts = concepts
        self._known: dict[tuple[Node, Node, bool], bool] = {}
        self._steps = 0

    def contained(self, inner: Node, outer: Node) -> bool:
        """Whether every item that ``inner`` matches is matched by ``outer`` too."""
        self._steps = 0
        return self._implies(inner, outer, scoped=False)

    def placed_in(self, inner: Node, outer: Node) -> bool:
        """The same of places, for what stands beside a NEAR: every place of ``inner`` is one of ``outer``."""
        if inner == outer:
            return True
        match inner, outer:
            case Or(nodes), _:
                return all(self.placed_in(node, outer) for node in nodes)
            case _, Or(nodes):
                return any(self.placed_in(inner, node) for node in nodes)
            case _, Concept(name):
                return any(self.placed_in(inner, tree) for _, tree in self.concepts.expressions(name))
            case Word(), Word():
                return covers(outer, inner)
            case Phrase(few, None), Phrase(many, None) if len(few) == len(many):
                return all(covers(two, one) for one, two in zip(few, many, strict=True))
            case _:
                return False

    def _implies(self, inner: Node, outer: Node, *, scoped: bool) -> bool:
        """``scoped``: both stand in one field, so that what names another field does not speak of the whole item."""
        if inner == outer or isinstance(outer, Everything):
            return True
        key = (inner, outer, scoped)
        if key not in self._known:
            self._steps += 1
            if self._steps > _STEPS_MAX:
                return False
            self._known[key] = self._outer(inner, outer, scoped) or self._inner(inner, outer, scoped)
        return self._known[key]

    def _outer(self, inner: Node, outer: Node, scoped: bool) -> bool:
        """By what would be enough for ``outer``."""

        def enough(node: Node) -> bool:
            return self._implies(inner, node, scoped=scoped)

        match outer:
            case Or(nodes):
                return any(map(enough, nodes))
            case And(nodes):
                return all(map(enough, nodes))
            case SomeOf(count, nodes):
                same = isinstance(inner, SomeOf) and inner.nodes == nodes and inner.count >= count
                return same or sum(map(enough, dict.fromkeys(nodes))) >= count
            case Concept(name):
                return any(enough(tree) for _, tree in self.concepts.expressions(name))
            case AtLeast(count, node):
                same = isinstance(inner, AtLeast) and inner.node == node and inner.count >= count
                return same or (count == 1 and enough(node))
            case Near():
                return self._near(inner, outer)
            case _:
                return self._alike(inner, outer, scoped)

    def _alike(self, inner: Node, outer: Node, scoped: bool) -> bool:
        """Two nodes of one kind."""
        match inner, outer:
            case In(one, theirs), In(field, node):
                wider = one == field or ((one, field) == ("title", "lead") and not _excludes(theirs))
                return wider and self._implies(theirs, node, scoped=True)
            case Not(theirs), Not(node):
                return self._implies(node, theirs, scoped=scoped)
            case Word() | Phrase(), Word() | Phrase():
                return _leaf(inner, outer)
            case _:
                return False

    def _inner(self, inner: Node, outer: Node, scoped: bool) -> bool:
        """By what ``inner`` cannot do without."""

        def implies(node: Node) -> bool:
            return self._implies(node, outer, scoped=scoped)

        match inner:
            case Or(nodes) | SomeOf(_, nodes):
                return all(map(implies, nodes))
            case And(nodes):
                return any(map(implies, nodes))
            case Concept(name):
                expressions = self.concepts.expressions(name)
                return bool(expressions) and all(implies(tree) for _, tree in expressions)
            case Near(left, right, _, _, negated):
                return implies(left) or (not negated and implies(right))
            case In(field, node) if field in _TEXTS and not scoped and not _excludes(node):
                return implies(node)
            case AtLeast(count, node) if count >= 1:
                return implies(node)
            case _:
                return False

    def _near(self, inner: Node, outer: Near) -> bool:
        if outer.negated:
            return False
        sides = [(outer.left, outer.right)] + ([] if outer.ordered else [(outer.right, outer.left)])
        match inner:
            case Near(left, right, distance, ordered, False) if distance <= outer.distance:
                pairs = sides if ordered or not outer.ordered else []
                return any(self.placed_in(left, one) and self.placed_in(right, other) for one, other in pairs)
            case Phrase(words, None):
                return any(
                    self.placed_in(words[first], one) and self.placed_in(words[second], other)
                    for one, other in sides
                    for first in range(len(words))
                    for second in range(first + 1, min(len(words), first + outer.distance + 1))
                )
            case _:
                return False


def covers(outer: Word, inner: Word) -> bool:
    """Whether every word that ``inner`` finds is found by ``outer``."""
    if outer == inner:
        return True
    one, other = folded(inner.text), folded(outer.text)
    whole = inner.mode is not Mode.STEM and "*" not in inner.text and not inner.fuzz
    if outer.fuzz:
        return whole and Levenshtein.distance(one, other, score_cutoff=outer.fuzz) <= outer.fuzz
    if "*" in outer.text:
        return _starred(fold(outer.text), inner, one, whole=whole)
    if "*" in inner.text or inner.fuzz or outer.mode is Mode.CASE:
        return False
    if outer.mode is Mode.EXACT:
        return one == other and inner.mode is not Mode.STEM
    return one == other or stem_in(one, "en") == stem_in(other, "en")


def _starred(pattern: str, inner: Word, form: str, *, whole: bool) -> bool:
    """``cease*`` covers whatever fits it, a longer beginning, and words all of whose inflections begin like that."""
    if whole:
        return fnmatchcase(form, pattern)
    start = pattern[:-1]
    if "*" in start or not pattern.endswith("*") or inner.fuzz:
        return False
    if "*" in inner.text:
        return fold(inner.text).split("*")[0].startswith(start)
    stem = stem_in(form, "en")
    kept = stem.removesuffix("i")  # city, cities: the stem is citi
    return form.startswith(start) and kept.startswith(start)


def _leaf(inner: Word | Phrase, outer: Word | Phrase) -> bool:
    """Words and phrases against each other: of what is said in a row, every piece is said."""
    if isinstance(outer, Word):
        return any(covers(outer, word) for word in _words(inner))
    if isinstance(inner, Word):
        return False
    if outer.slop is not None:
        same = len(inner.words) == len(outer.words) and _row(inner.words, outer.words)
        return same and (inner.slop is None or inner.slop <= outer.slop)
    last = len(inner.words) - len(outer.words)
    return inner.slop is None and any(_row(inner.words[at:], outer.words) for at in range(last + 1))


def _row(inner: Sequence[Word], outer: Sequence[Word]) -> bool:
    return all(covers(two, one) for one, two in zip(inner, outer, strict=False))


def _words(leaf: Word | Phrase) -> tuple[Word, ...]:
    return leaf.words if isinstance(leaf, Phrase) else (leaf,)


def _excludes(node: Node) -> bool:
    """Whether something must not be there: then less text may match more."""
    negated = isinstance(node, Not) or (isinstance(node, Near) and node.negated)
    return negated or any(_excludes(child) for child in children(node))
