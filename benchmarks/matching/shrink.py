"""A disagreement made small enough to read: fewer steps, topics and concepts, smaller queries, shorter texts."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from rounds import Add, Ask, Disagreement, Remove, Round, Tally, play

from monitor.core.query.compile import compile_topic
from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.format import format_query
from monitor.core.query.parse import parse
from monitor.core.query.tree import And, AtLeast, In, Near, Node, Not, Or, Phrase, QueryProblem, SomeOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from random_items import Told

    from monitor.core.model import RawItem, Topic

BUDGET_S = 60.0
_Part = TypeVar("_Part")


def shrink(wanted: Round, seen: Disagreement) -> tuple[Round, Disagreement]:
    """The smallest round found in a minute that still ends in a disagreement."""
    wanted = replace(wanted, steps=wanted.steps[: seen.step + 1])
    until = time.process_time() + BUDGET_S
    shrunk = True
    while shrunk and time.process_time() < until:
        shrunk = False
        for smaller in _smaller(wanted, seen):
            found = _again(smaller)
            if found is not None:
                wanted, seen, shrunk = replace(smaller, steps=smaller.steps[: found.step + 1]), found, True
                break
            if time.process_time() > until:
                break
    return wanted, seen


def _again(smaller: Round) -> Disagreement | None:
    concepts = Concepts(smaller.definitions)
    for one in _all_topics(smaller):
        if isinstance(compile_topic(one, concepts), QueryProblem):
            return None
    return play(smaller, Tally())


def _smaller(wanted: Round, seen: Disagreement) -> Iterator[Round]:
    """Rounds that are a little smaller, the boldest first."""
    last = wanted.steps[-1:]
    alone = tuple(one for one in _all_topics(wanted) if one.id == seen.topic)[-1:]
    if len(wanted.topics) + len(wanted.steps) > 2:
        yield replace(wanted, topics=alone, steps=last)
        yield replace(wanted, topics=alone, steps=tuple(step for step in wanted.steps if isinstance(step, Ask)))
    for topics in _fewer(wanted.topics):
        yield _consistent(replace(wanted, topics=topics))
    for steps in _fewer(wanted.steps[:-1]):
        yield _consistent(replace(wanted, steps=(*steps, *last)))
    for number, step in enumerate(wanted.steps):
        if isinstance(step, Ask):
            for told in _shorter(step.told):
                changed = replace(step, told=told)
                yield replace(wanted, steps=(*wanted.steps[:number], changed, *wanted.steps[number + 1 :]))
    for number, one in enumerate(wanted.topics):
        for simpler in _simpler(one, Concepts(wanted.definitions)):
            yield replace(wanted, topics=(*wanted.topics[:number], simpler, *wanted.topics[number + 1 :]))
    for number, defined in enumerate(wanted.definitions):
        for less in _less(defined):
            yield replace(wanted, definitions=(*wanted.definitions[:number], less, *wanted.definitions[number + 1 :]))


def _all_topics(wanted: Round) -> Iterator[Topic]:
    yield from wanted.topics
    for step in wanted.steps:
        if isinstance(step, Add):
            yield step.topic


def _consistent(wanted: Round) -> Round:
    """Without removals of what is not there, and without additions of what is."""
    live = {one.id for one in wanted.topics}
    steps = []
    for step in wanted.steps:
        if isinstance(step, Add):
            if step.topic.id in live:
                continue
            live.add(step.topic.id)
        elif isinstance(step, Remove):
            if step.id not in live:
                continue
            live.discard(step.id)
        steps.append(step)
    return replace(wanted, steps=tuple(steps))


def _fewer(parts: tuple[_Part, ...]) -> Iterator[tuple[_Part, ...]]:
    """Without a half, a quarter, … and at last without a single one."""
    size = len(parts)
    while size:
        for first in range(0, len(parts), size):
            yield parts[:first] + parts[first + size :]
        size //= 2


def _shorter(told: Told) -> Iterator[Told]:
    raw = told.raw
    if told.source is not None:
        yield replace(told, source=None)
        if told.source.tags:
            yield replace(told, source=replace(told.source, tags=()))
    for plain in ({"tags": ()}, {"language": ""}, {"link": ""}, {"author": ""}):
        changed: RawItem = replace(raw, **plain)  # type: ignore[arg-type] # each name with its own type
        if changed != raw:
            yield replace(told, raw=changed)
    for name in ("title", "summary", "content"):
        words = tuple(str(getattr(raw, name)).split(" "))
        for fewer in _fewer(words) if words != ("",) else ():
            yield replace(told, raw=replace(raw, **{name: " ".join(fewer)}))  # type: ignore[arg-type]  # the same


def _simpler(one: Topic, concepts: Concepts) -> Iterator[Topic]:
    if one.feeds:
        yield replace(one, feeds=())
    compiled = compile_topic(one, concepts)
    if isinstance(compiled, QueryProblem):
        return
    if one.query != compiled.text:
        yield replace(one, watch=None, query=compiled.text)
    for tree in _pruned(compiled.tree):
        text = format_query(tree)
        if not isinstance(parse(text), QueryProblem) and text != one.query:
            yield replace(one, watch=None, query=text)


def _pruned(node: Node) -> Iterator[Node]:
    """The node with a piece less, the largest pieces first."""
    match node:
        case And(nodes) | Or(nodes) | SomeOf(_, nodes):
            yield from nodes
            if isinstance(node, SomeOf):
                if node.count > 1:
                    yield SomeOf(node.count - 1, nodes[1:])
            else:
                yield from (type(node)(fewer) for fewer in _fewer(nodes) if len(fewer) > 1)
            for number, child in enumerate(nodes):
                for less in _pruned(child):
                    yield replace(node, nodes=(*nodes[:number], less, *nodes[number + 1 :]))
        case Near(left, right):
            yield from (left, right)
            yield from (replace(node, left=less) for less in _pruned(left))
            yield from (replace(node, right=less) for less in _pruned(right))
        case Not(child):
            yield child
            yield from (Not(less) for less in _pruned(child))
        case In() | AtLeast():
            yield node.node
            yield from (replace(node, node=less) for less in _pruned(node.node))
        case Phrase(words):
            yield from words
            yield from (replace(node, words=fewer) for fewer in _fewer(words) if len(fewer) > 1)


def _less(defined: Definition) -> Iterator[Definition]:
    for fewer in _fewer(defined.expressions):
        yield replace(defined, expressions=fewer)
    for number, expression in enumerate(defined.expressions):
        tree = parse(expression)
        for less in () if isinstance(tree, QueryProblem) else _pruned(tree):
            kept = (*defined.expressions[:number], format_query(less), *defined.expressions[number + 1 :])
            yield replace(defined, expressions=kept)
