"""A round: topics to start with, then items and edits in turn, each answer held against the plain evaluator's."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from random_items import Told, told
from random_queries import definitions, topic

from monitor.core.model import Topic, TopicId
from monitor.core.query import coding
from monitor.core.query.compile import Compiled, compile_topic
from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.explain import explain
from monitor.core.query.index import TopicIndex
from monitor.core.query.reading import read
from monitor.core.query.tree import QueryProblem

if TYPE_CHECKING:
    from random import Random

    from monitor.core.model import Item, Match

TOPICS, ITEMS, EDITS = 120, 100, 2
SMALL_TABLES = 3  # one round in so many is played with tables that are full after a few words
EXPLAINED = 8  # one item in so many is also matched with hits, and these are compared


@dataclass(frozen=True, slots=True)
class Ask:
    """Match one item; with ``hits``, compare the evidence too."""

    told: Told
    hits: bool


@dataclass(frozen=True, slots=True)
class Add:
    """Add one topic behind the others, or in the place of the one that had its id."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove a topic that is there."""

    id: TopicId


@dataclass(frozen=True, slots=True)
class Round:
    """All that is needed to play it once more."""

    definitions: tuple[Definition, ...]
    topics: tuple[Topic, ...]
    steps: tuple[Ask | Add | Remove, ...]
    small_tables: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where index and evaluator part: after how many steps, about which topic, and how."""

    step: int
    topic: TopicId | None
    text: str


@dataclass(slots=True)
class Tally:
    """What was compared."""

    comparisons: int = 0
    matched: int = 0
    explained: int = 0
    items: int = 0
    edits: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


def make_round(rng: Random) -> Round:
    """Topics, items and edits by chance."""
    defined = definitions(rng)
    concepts = Concepts(defined)
    wanted = TOPICS + ITEMS * EDITS
    made = [one.topic for number in range(wanted) if (one := topic(rng, f"t{number}", concepts)) is not None]
    start, spare = made[:TOPICS], made[TOPICS:]
    present = [one.id for one in start]
    removed: list[Topic] = []
    by_id = {one.id: one for one in made}
    steps: list[Ask | Add | Remove] = []
    for number in range(ITEMS):
        for _ in range(rng.randint(0, EDITS)):
            gone = present.pop(rng.randrange(len(present)))
            die = rng.random()
            if die < 0.3 and spare:  # edited in its place
                steps.append(Add(_renamed(spare.pop(), gone)))
                present.append(gone)
                continue
            steps.append(Remove(gone))
            removed.append(by_id[gone])
            # A topic comes back under its id as it was, or another takes its place.
            back = removed.pop(rng.randrange(len(removed))) if die < 0.65 or not spare else spare.pop()
            steps.append(Add(back))
            present.append(back.id)
        steps.append(Ask(told(rng), number % EXPLAINED == 0))
    return Round(defined, tuple(start), tuple(steps), rng.randrange(SMALL_TABLES) == 0)


def _renamed(one: Topic, name: TopicId) -> Topic:
    return Topic(name, one.watch, one.query, feeds=one.feeds)


def play(wanted: Round, tally: Tally) -> Disagreement | None:
    """Play a round; returns the first disagreement."""
    kept = coding._CHUNKS_MAX, coding._CLASSES_MAX  # noqa: SLF001 no text of this length fills the real tables
    if wanted.small_tables:
        coding._CHUNKS_MAX, coding._CLASSES_MAX = 60, 90  # noqa: SLF001 the same
    try:
        return _played(wanted, tally)
    finally:
        coding._CHUNKS_MAX, coding._CLASSES_MAX = kept  # noqa: SLF001 the same


def _played(wanted: Round, tally: Tally) -> Disagreement | None:
    concepts = Concepts(wanted.definitions)
    live = {one.id: _compiled(one, concepts) for one in wanted.topics}
    index = TopicIndex(live.values(), concepts)
    for number, step in enumerate(wanted.steps):
        try:
            if isinstance(step, Ask):
                found = _asked(index, list(live.values()), step, tally)
                if found is not None:
                    return Disagreement(number, *found)
                continue
            tally.edits += 1
            if isinstance(step, Add):
                compiled = _compiled(step.topic, concepts)
                live[step.topic.id] = compiled
                index.add(compiled)
            else:
                del live[step.id]
                index.remove(step.id)
        except Exception:  # noqa: BLE001 whatever is raised is a disagreement, and is shown
            return Disagreement(number, None, f"raised:\n{traceback.format_exc(limit=-4)}")
    return None


def _compiled(one: Topic, concepts: Concepts) -> Compiled:
    made = compile_topic(one, concepts)
    if isinstance(made, QueryProblem):
        raise ValueError(f"{one.query}: {made.message}")  # noqa: TRY004 the text is wrong, not a type
    return made


def _asked(index: TopicIndex, live: list[Compiled], ask: Ask, tally: Tally) -> tuple[TopicId | None, str] | None:
    item, source = ask.told.item(), ask.told.source
    reading = read(item, source)
    evaluator = Evaluator(reading, index.concepts)
    plain = [
        (compiled, found)
        for compiled in live
        if (source is None or compiled.topic.listens_to(source))
        and (found := evaluator.find(compiled.tree)) is not None
    ]
    tally.items += 1
    tally.comparisons += len(live)
    tally.matched += len(plain)
    for compiled, _ in plain:
        tally.kinds[type(compiled.tree).__name__] += 1
    wanted = [compiled.topic.id for compiled, _ in plain]
    decided = [compiled.topic.id for compiled in index.matching(item, source)]
    if decided != wanted:
        return _parted("matching", wanted, decided)
    if not ask.hits:
        return None
    expected = [explain(compiled.topic.id, compiled.text, item, reading, found) for compiled, found in plain]
    return _evidence(item, expected, index.match(item, reading, source), tally)


def _parted(name: str, wanted: list[TopicId], decided: list[TopicId]) -> tuple[TopicId | None, str]:
    lost = [one for one in wanted if one not in decided]
    if lost:
        return lost[0], f"{name} lost a match: the evaluator finds it, the index does not"
    false = [one for one in decided if one not in wanted]
    if false:
        return false[0], f"{name} made a match up: the index finds it, the evaluator does not"
    return None, f"{name} keeps another order, or tells one twice: {decided}, not {wanted}"


def _evidence(item: Item, expected: list[Match], given: list[Match], tally: Tally) -> tuple[TopicId | None, str] | None:
    if [one.topic for one in given] != [one.topic for one in expected]:
        return _parted("match", [one.topic for one in expected], [one.topic for one in given])
    tally.explained += len(expected)
    for one, other in zip(expected, given, strict=True):
        if one != other:
            return one.topic, f"match shows other evidence of {item.id}:\n  evaluator {one}\n  index     {other}"
    return None
