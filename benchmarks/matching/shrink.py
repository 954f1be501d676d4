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
    from collections.abc import Callable, Iterator

    from random_items import Told

    from monitor.core.model import RawItem, Topic

BUDGET_S = 120.0
_Part = TypeVar("_Part")


def shrink(wanted: Round, seen: Disagreement) -> tuple[Round, Disagreement]:
    """The smallest round found in two minutes that still ends in a disagreement."""
    shrinking = _Shrinking(replace(wanted, steps=wanted.steps[: seen.step + 1]), seen)
    try:
        while shrinking.once_more():
            pass
    except TimeoutError:
        pass
    return shrinking.round, shrinking.seen


class _Shrinking:
    """Tries smaller rounds one after the other, and keeps each that still disagrees."""

    def __init__(self, wanted: Round, seen: Disagreement) -> None:
        self.round = wanted
        self.seen = seen
        self._until = time.process_time() + BUDGET_S

    def once_more(self) -> bool:
        """Whether anything became smaller."""
        before = self.round
        if len(before.topics) + len(before.steps) > 2:
            alone = tuple(one for one in _all_topics(before) if one.id == self.seen.topic)[-1:]
            self._keep(replace(before, topics=alone, steps=before.steps[-1:]))
        self._thin(self.round.steps[:-1], lambda steps: replace(self.round, steps=(*steps, self.round.steps[-1])))
        self._thin(self.round.topics, lambda topics: replace(self.round, topics=topics))
        for number, one in enumerate(self.round.topics):
            self._simplify(one, _simpler, lambda less, at=number: self._with_topic(at, less))
        for number, step in enumerate(self.round.steps):
            if isinstance(step, Add):
                self._simplify(step.topic, _simpler, lambda less, at=number: self._with_step(at, Add(less)))
            elif isinstance(step, Ask):
                self._simplify(
                    step.told, _shorter, lambda less, at=number, hits=step.hits: self._with_step(at, Ask(less, hits))
                )
        for number, defined in enumerate(self.round.definitions):
            self._simplify(defined, _less, lambda less, at=number: self._with_definition(at, less))
        return self.round != before

    def _keep(self, smaller: Round) -> bool:
        if time.process_time() > self._until:
            raise TimeoutError
        smaller = _consistent(smaller)
        concepts = Concepts(smaller.definitions)
        if any(isinstance(compile_topic(one, concepts), QueryProblem) for one in _all_topics(smaller)):
            return False
        found = play(smaller, Tally())
        if found is None:
            return False
        self.round, self.seen = replace(smaller, steps=smaller.steps[: found.step + 1]), found
        return True

    def _thin(self, parts: tuple[_Part, ...], put: Callable[[tuple[_Part, ...]], Round]) -> None:
        """Without a half, a quarter, … and at last without a single part."""
        size = (len(parts) + 1) // 2
        while size and parts:
            at = 0
            while at < len(parts):
                fewer = parts[:at] + parts[at + size :]
                if self._keep(put(fewer)):
                    parts = fewer
                else:
                    at += size
            size //= 2

    def _simplify(self, one: _Part, ways: Callable[[_Part], Iterator[_Part]], put: Callable[[_Part], Round]) -> None:
        changed = True
        while changed:
            changed = False
            for less in ways(one):
                if self._keep(put(less)):
                    one, changed = less, True
                    break

    def _with_topic(self, at: int, one: Topic) -> Round:
        return replace(self.round, topics=(*self.round.topics[:at], one, *self.round.topics[at + 1 :]))

    def _with_step(self, at: int, step: Ask | Add) -> Round:
        return replace(self.round, steps=(*self.round.steps[:at], step, *self.round.steps[at + 1 :]))

    def _with_definition(self, at: int, one: Definition) -> Round:
        defined = self.round.definitions
        return replace(self.round, definitions=(*defined[:at], one, *defined[at + 1 :]))


def _all_topics(wanted: Round) -> Iterator[Topic]:
    yield from wanted.topics
    for step in wanted.steps:
        if isinstance(step, Add):
            yield step.topic


def _consistent(wanted: Round) -> Round:
    """Without removals of what is not there."""
    live = {one.id for one in wanted.topics}
    steps = []
    for step in wanted.steps:
        if isinstance(step, Add):
            live.add(step.topic.id)
        elif isinstance(step, Remove):
            if step.id not in live:
                continue
            live.discard(step.id)
        steps.append(step)
    return replace(wanted, steps=tuple(steps))


def _fewer(parts: tuple[_Part, ...]) -> Iterator[tuple[_Part, ...]]:
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


def _simpler(one: Topic) -> Iterator[Topic]:
    if one.feeds:
        yield replace(one, feeds=())
    tree = parse(one.query or "")
    for less in () if isinstance(tree, QueryProblem) else _pruned(tree):
        text = format_query(less)
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
