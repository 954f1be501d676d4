"""The parts of a query that advice speaks of, wherever they stand: alternatives, exclusions, patterns, plain words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.core.query.tree import And, AtLeast, In, Mode, Near, Not, Or, Phrase, SomeOf, Word, children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.query.tree import Node

_TEXTS = ("title", "lead", "summary", "content")


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What an OR, or an ``N OF``, chooses from, and the field that it stands in.

    ``placed``: something has to be near it, or it is counted, so that each of its places matters.
    """

    nodes: tuple[Node, ...]
    field: str = ""
    placed: bool = False

    def alone(self, node: Node) -> Node:
        """One of them as a query of its own."""
        return In(self.field, node) if self.field else node


def alternatives(tree: Node, field: str = "", *, placed: bool = False) -> Iterator[Alternatives]:
    """Every choice that a query leaves, but in what it excludes."""
    match tree:
        case Or(nodes) | SomeOf(_, nodes):
            yield Alternatives(nodes, field, placed)
            for child in nodes:
                yield from alternatives(child, field, placed=placed)
        case Near(left, right, _, _, negated):
            yield from alternatives(left, field, placed=True)
            if not negated:
                yield from alternatives(right, field, placed=True)
        case In(inner, child):
            yield from alternatives(child, inner, placed=placed)
        case AtLeast(_, child):
            yield from alternatives(child, field, placed=True)
        case And(nodes):
            for child in nodes:
                yield from alternatives(child, field, placed=placed)
        case _:
            return


def leaves(tree: Node) -> Iterator[Word | Phrase]:
    """The words and phrases that a query looks for in texts; not what it excludes, nor what a feed calls itself."""
    match tree:
        case Word() | Phrase():
            yield tree
        case Not():
            return
        case In(field, _) if field not in _TEXTS:
            return
        case Near(left, _, _, _, True):
            yield from leaves(left)
        case _:
            for child in children(tree):
                yield from leaves(child)


def patterns(tree: Node) -> Iterator[Word]:
    """Words with a star, each once; but in what is excluded, and in a phrase, where the other words hold them."""
    return iter(dict.fromkeys(leaf for leaf in leaves(tree) if isinstance(leaf, Word) and "*" in leaf.text))


def is_plain(leaf: Word | Phrase) -> bool:
    """Whether it is written as people write: no star, no edit distance, nothing held to the letter."""
    words = leaf.words if isinstance(leaf, Phrase) else (leaf,)
    return all(word.mode is Mode.STEM and "*" not in word.text and not word.fuzz for word in words)


def relaxed(tree: Node) -> Iterator[tuple[Node, Node]]:
    """What a query excludes, one at a time, each with the query without that exclusion."""
    match tree:
        case And(nodes) | Or(nodes) | SomeOf(_, nodes):
            for number, child in enumerate(nodes):
                if isinstance(tree, And) and isinstance(child, Not):
                    rest = (*nodes[:number], *nodes[number + 1 :])
                    yield child.node, rest[0] if len(rest) == 1 else And(rest)
                for excluded, other in relaxed(child):
                    yield excluded, replace(tree, nodes=(*nodes[:number], other, *nodes[number + 1 :]))
        case Near(left, right, _, _, negated):
            if negated:
                yield right, left
            for excluded, other in relaxed(left):
                yield excluded, replace(tree, left=other)
        case In(_, child) | AtLeast(_, child):
            for excluded, other in relaxed(child):
                yield excluded, replace(tree, node=other)
        case _:
            return


def swapped(tree: Node, old: Node, new: Node) -> Node:
    """The query with one node in place of another wherever that stands, but in what it excludes."""
    if tree == old:
        return new
    match tree:
        case And(nodes) | Or(nodes) | SomeOf(_, nodes):
            return replace(tree, nodes=tuple(swapped(child, old, new) for child in nodes))
        case Near(left, right, _, _, negated):
            return replace(tree, left=swapped(left, old, new), right=right if negated else swapped(right, old, new))
        case In(_, child) | AtLeast(_, child):
            return replace(tree, node=swapped(child, old, new))
        case _:
            return tree
