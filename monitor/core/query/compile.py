"""A topic made ready to be asked: its words or its query become one tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.query.concepts import unknown_problems
from monitor.core.query.format import format_query
from monitor.core.query.parse import parse
from monitor.core.query.tree import QueryProblem
from monitor.core.query.watch import watch_query

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
    return Compiled(topic, tree, format_query(tree))
