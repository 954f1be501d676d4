"""Nearness between groups: ours joins words, phrases and alternatives; others also take AND and NOT on a side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.query.tree import META_FIELDS, And, AtLeast, In, Near, Node, Not, Or, children, has_places

if TYPE_CHECKING:
    from collections.abc import Callable

# Each side that AND joins is written out against each of the other: bounded, for such groups may be long.
NODES_MAX = 2_000


class TooManyError(Exception):
    """Writing all the pairs out would make a query that nobody can have."""


def near(left: Node, right: Node, distance: int, *, ordered: bool = False, negated: bool = False) -> Node | None:
    """``left`` near ``right``, written out where a side is joined by AND. None: a side stands nowhere in a text."""
    if has_places(left) and has_places(right):
        return Near(left, right, distance, ordered, negated)
    if _size(left) + _size(right) > NODES_MAX:
        raise TooManyError
    if not has_places(left):
        return _over(left, lambda one: near(one, right, distance, ordered=ordered, negated=negated))
    if negated:
        return None
    return _over(right, lambda one: near(left, one, distance, ordered=ordered))


def _over(node: Node, rule: Callable[[Node], Node | None]) -> Node | None:
    """Apply a rule to each part of a node that stands somewhere; what only asks of the whole item stays as it is."""
    match node:
        case And(nodes):
            parts = [one if _of_the_item(one) else rule(one) for one in nodes]
            return None if any(part is None for part in parts) else And(tuple(part for part in parts if part))
        case Or(nodes):
            parts = [rule(one) for one in nodes]
            return None if any(part is None for part in parts) else Or(tuple(part for part in parts if part))
        case AtLeast(_, child):
            part = rule(child)
            return And((node, part)) if part else None
        case In(field, And(nodes)) if field not in META_FIELDS:
            return _over(And(tuple(one if isinstance(one, In) else In(field, one) for one in nodes)), rule)
        case In(field, Or(nodes)) if field not in META_FIELDS:
            return _over(Or(tuple(one if isinstance(one, In) else In(field, one) for one in nodes)), rule)
        case _:
            return None


def _of_the_item(node: Node) -> bool:
    return isinstance(node, Not) or (isinstance(node, In) and (node.field in META_FIELDS or isinstance(node.node, Not)))


def _size(node: Node) -> int:
    level, count = [node], 0
    while level:
        count += len(level)
        level = [child for one in level for child in children(one)]
    return count
