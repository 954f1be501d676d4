"""A topic made ready to be asked: its words or its query become one tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.query.concepts import unknown_problems
from monitor.core.query.format import format_query
from monitor.core.query.parse import parse
from monitor.core.query.tree import QueryProblem
from monitor.core.query.watch import watch_ideas, watch_query
from monitor.core.query.widen import idea_to_widen, query_ideas, read_also, widen

if TYPE_CHECKING:
    from monitor.core.model import Topic
    from monitor.core.query.concepts import Concepts
    from monitor.core.query.tree import Node


@dataclass(frozen=True, slots=True)
class Compiled:
    """A topic ready to be asked: its tree and its canonical text."""

    topic: Topic
    tree: Node
    text: str


def compile_topic(topic: Topic, concepts: Concepts) -> Compiled | QueryProblem:
    """Turn a topic's words or query into a tree. Offsets of a problem point into what the person wrote."""
    tree = watch_query(topic.watch, concepts) if topic.watch is not None else parse(topic.query or "")
    if isinstance(tree, QueryProblem):
        return tree
    unknown = unknown_problems(topic.query or "", tree, concepts)
    if unknown:
        return unknown[0]
    if topic.also:
        tree = _widened(topic, tree, concepts)
        if isinstance(tree, QueryProblem):
            return tree
    return Compiled(topic, tree, format_query(tree))


def idea_of(topic: Topic, tree: Node, concepts: Concepts) -> Node:
    """The idea of a topic that accepted expressions widen; ``tree`` is what the topic is without them."""
    ideas = query_ideas(tree) if topic.watch is None else watch_ideas(topic.watch, concepts)
    assert not isinstance(ideas, QueryProblem), "the watch was made into a tree before"
    return idea_to_widen(ideas, concepts, spoken=topic.watch is not None)


def _widened(topic: Topic, tree: Node, concepts: Concepts) -> Node | QueryProblem:
    also = _also(topic, concepts)
    return also if isinstance(also, QueryProblem) else widen(tree, idea_of(topic, tree, concepts), also)


def _also(topic: Topic, concepts: Concepts) -> list[Node] | QueryProblem:
    found = []
    for text in topic.also:
        expression = read_also(text, concepts)
        if isinstance(expression, QueryProblem):
            return expression
        found.append(expression)
    return found
