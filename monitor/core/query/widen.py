"""A topic's ideas, which of them is widened by accepted expressions, and what is left when one is taken as given.

An idea is something that has to be there: a word or concept of a watch, a part of a query that is joined by AND or
NEAR. Accepted expressions (``also``) widen one idea of a topic: the last that is not a name, since what happened is
said in many ways, and where it happened in few; where all are names, the last. It becomes (idea OR expression ...),
wherever it stands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.core.query.concepts import parse_expression, unknown_problems
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
    QueryProblem,
    SomeOf,
    Word,
    either,
    has_places,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.query.concepts import Concepts


# What is written ------------------------------------------------------------------------------------------------------


def read_also(text: str, concepts: Concepts) -> Node | QueryProblem:
    """One expression that widens an idea: as in a concept, but it has to have a place in a text."""
    tree = parse_expression(text)
    if isinstance(tree, QueryProblem):
        return tree
    unknown = unknown_problems(text, tree, concepts)
    if unknown:
        return unknown[0]
    if has_places(tree):
        return tree
    return QueryProblem(
        "what widens an idea has to stand somewhere in a text",
        0,
        len(text),
        "write a word, a phrase, a concept, or some of them joined by NEAR or OR; AND and NOT belong in the query",
    )


# Ideas ----------------------------------------------------------------------------------------------------------------


def query_ideas(tree: Node) -> list[Node]:
    """What a query cannot do without, each once; a query of alternatives is one idea. Never empty."""
    return list(dict.fromkeys(_ideas(tree))) or [tree]


def _ideas(node: Node) -> list[Node]:
    match node:
        case And(nodes):
            return [idea for child in nodes for idea in _ideas(child)]
        case Near(left, right, _, _, negated) if not negated:
            return _ideas(left) + _ideas(right)
        case In(field, child):
            return [] if field in META_FIELDS else _ideas(child)
        case AtLeast(_, child):
            return _ideas(child)
        case Not() | Everything():
            return []
        case _:
            return [node]


def idea_to_widen(ideas: Sequence[Node], concepts: Concepts, *, spoken: bool) -> Node:
    """The last idea that is not a name. ``spoken``: of a watch, whose first word may have a capital for being first."""
    for number in reversed(range(len(ideas))):
        if not is_name(ideas[number], concepts, first=spoken and number == 0):
            return ideas[number]
    return ideas[-1]


def is_name(node: Node, concepts: Concepts, *, first: bool = False) -> bool:
    """Whether an idea is a place, a party or a person: a pack says so, or a capital that is not for being ``first``."""
    match node:
        case Concept(name):
            definition = concepts.definitions.get(name)
            return definition is not None and definition.is_name
        case Word(text, mode):
            return mode is Mode.CASE or (text[:1].isupper() and not first)
        case Phrase(words):
            return all(is_name(word, concepts, first=first) for word in words)
        case Or(nodes) | SomeOf(_, nodes):
            return all(is_name(child, concepts, first=first) for child in nodes)
        case Near(left, _, _, _, True) | In(_, left) | AtLeast(_, left):
            return is_name(left, concepts, first=first)
        case Near(left, right):
            return is_name(left, concepts, first=first) and is_name(right, concepts, first=first)
        case _:
            return False


# Trees ----------------------------------------------------------------------------------------------------------------


def widen(tree: Node, idea: Node, also: Sequence[Node]) -> Node:
    """The tree with (idea OR also ...) in place of the idea. What must not be there stays as it is."""
    wider = either([idea, *also])

    def walk(node: Node) -> Node:
        if node == idea:
            return wider
        match node:
            case And(nodes):
                return And(tuple(walk(child) for child in nodes))
            case Or(nodes):
                return either([*map(walk, nodes), *(also if _holds(node, idea) else ())])
            case SomeOf(_, nodes):
                return replace(node, nodes=tuple(walk(child) for child in nodes))
            case Near(left, right, _, _, negated):
                return replace(node, left=walk(left), right=right if negated else walk(right))
            case In(_, child) | AtLeast(_, child):
                return replace(node, node=walk(child))
            case _:
                return node

    return walk(tree)


def without(tree: Node, idea: Node) -> Node | None:
    """What is left to ask when the idea is taken as given; None: nothing."""
    if tree == idea:
        return None
    match tree:
        case And(nodes):
            left = [rest for child in nodes if (rest := without(child, idea)) is not None]
            return left[0] if len(left) == 1 else And(tuple(left)) if left else None
        case Or(nodes):
            rests = [without(child, idea) for child in nodes]
            asked = [rest for rest in rests if rest is not None]
            return either(asked) if len(asked) == len(rests) and not _holds(tree, idea) else None
        case Near(left_node, right_node, _, _, negated) if not negated:
            one, other = without(left_node, idea), without(right_node, idea)
            return replace(tree, left=one, right=other) if one is not None and other is not None else one or other
        case In(_, child) | AtLeast(_, child):
            rest = without(child, idea)
            return None if rest is None else replace(tree, node=rest)
        case _:
            return tree


def _holds(node: Or, idea: Node) -> bool:
    """Whether an idea that has alternatives of its own has them among these."""
    return isinstance(idea, Or) and set(idea.nodes) <= set(node.nodes)
