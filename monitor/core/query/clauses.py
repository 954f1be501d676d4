"""The clauses of a topic: what an item has to hold, and what it must not, each of which could be missing alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.query.evaluate import Evaluator
from monitor.core.query.reading import read
from monitor.core.query.tree import And, Near, Not, Or

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.model import Feed, Item
    from monitor.core.query.compile import Compiled
    from monitor.core.query.concepts import Concepts
    from monitor.core.query.tree import Node


def clauses(compiled: Compiled) -> tuple[Node, ...]:
    """The ideas of a watch, or what a query joins by AND and NEAR; what it excludes as ``Not``. Each once, in order."""
    found = _of_watch(compiled.tree) if compiled.topic.watch is not None else _of_query(compiled.tree)
    return tuple(dict.fromkeys(found))


def _of_watch(node: Node) -> Iterator[Node]:
    """The ideas of a watch, one with what widens it: the first alternative of its query has them side by side."""
    match node:
        case Or((Near() as near, *_)):
            yield from _of_query(near)
        case _:
            yield node


def _of_query(node: Node) -> Iterator[Node]:
    match node:
        case And(nodes):
            for child in nodes:
                yield from _of_query(child)
        case Near(left, right, _, _, negated) if not negated:
            yield from _of_query(left)
            yield from _of_query(right)
        case _:
            yield node


@dataclass(frozen=True, slots=True)
class Counted:
    """One clause, and how many items hold it; for a ``Not``: how many hold what it excludes."""

    node: Node
    items: int


class ClauseCount:
    """Where a topic matches nothing: which clause is missing, in how many items, and which item came closest.

    ``whole``: items that hold every clause and still do not match, as not where, or not as close as they have to be.
    """

    def __init__(self, compiled: Compiled, concepts: Concepts) -> None:
        self._concepts = concepts
        self._counts = dict.fromkeys(clauses(compiled), 0)
        self._most = 0
        self.whole = 0
        self.nearest: Item | None = None

    @property
    def counted(self) -> tuple[Counted, ...]:
        """Every clause with its figure."""
        return tuple(Counted(node, items) for node, items in self._counts.items())

    def look(self, item: Item, feed: Feed | None) -> None:
        """Ask every clause of one item. Of items that come equally close, the first one counts."""
        evaluator = Evaluator(read(item, feed), self._concepts)
        positive = right = 0
        for node in self._counts:
            asked = node.node if isinstance(node, Not) else node
            present = evaluator.find(asked) is not None
            self._counts[node] += present
            right += present is not isinstance(node, Not)
            positive += present and not isinstance(node, Not)
        self.whole += right == len(self._counts)
        if positive and right > self._most:
            self._most, self.nearest = right, item
