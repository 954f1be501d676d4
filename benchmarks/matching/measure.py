"""One measurement, in a process of its own: reads what to measure from stdin, and prints what it measured, as JSON.

Times are processor time of this process alone, on one core where the system lets us choose. Memory is what the
process holds more than before the topics were loaded.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from engines import PEERS, Engine, Wirewatch, topic
from topic_sets import Slots

from monitor.core.query.compile import compile_topic
from monitor.core.query.tree import QueryProblem
from monitor.core.text import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texts import Text

clock = time.process_time


@dataclass(frozen=True, slots=True)
class Job:
    """What to measure. ``engine``: ``matching``, ``match`` or a peer; ``edits``: how many to make at the end."""

    engine: str
    topics: str
    texts: str
    budget_s: float = 20.0
    warm_s: float = 5.0
    watch: bool = False
    edits: int = 0
    answers: str = ""
    """A file for every answer, to compare them."""


@dataclass(slots=True)
class Measured:
    """What came out. Times in seconds of processor time, memory in bytes. ``again_s``: ours, once more."""

    topics: int
    load_s: float
    loaded_bytes: int
    warm: int = 0
    streamed_bytes: int = 0
    items: int = 0
    words: int = 0
    seconds: float = 0.0
    again_s: float = 0.0
    hits: int = 0
    sampled: float = 1.0
    add_s: tuple[float, float] = (0.0, 0.0)
    remove_s: tuple[float, float] = (0.0, 0.0)


def resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def built(job: Job, topics: list[dict[str, Any]]) -> Engine:
    if job.engine in PEERS:
        return PEERS[job.engine]([_slots(one["slots"]) for one in topics])
    return Wirewatch([one["query"] for one in topics], watch=job.watch, hits=job.engine == "match")


def _slots(parts: dict[str, Any]) -> Slots:
    group = tuple(tuple(term) if isinstance(term, list) else term for term in parts["group"])
    near = tuple(parts["near"]) if parts["near"] else None
    return Slots(tuple(parts["required"]), near, group, parts["excluded"])


def measured(job: Job) -> Measured:
    topics = json.loads(Path(job.topics).read_text(encoding="utf-8"))
    texts = json.loads(Path(job.texts).read_text(encoding="utf-8"))
    gc.collect()
    before = resident()
    gc.disable()  # for every engine, as the daemon does: what is loaded is no garbage
    start = clock()
    engine = built(job, topics)
    engine.ask([engine.prepare(("Nothing of note", "A quiet day."))])
    load_s = clock() - start
    gc.enable()
    gc.collect()
    result = Measured(len(topics), load_s, resident() - before, sampled=engine.scale)
    learned = [engine.prepare(text) for text in texts["learned"]]
    result.warm = len(_timed(engine, learned, job.warm_s)[0])
    wanted: list[Text] = texts["measured"]
    prepared = [engine.prepare(text) for text in wanted]
    gc.collect()
    answers, result.seconds = _timed(engine, prepared, job.budget_s)
    result.items = len(answers)
    result.words = sum(len(tokens(one)) for text in wanted[: result.items] for one in text)
    result.hits = sum(map(len, answers))
    result.streamed_bytes = resident() - before
    if isinstance(engine, Wirewatch):
        result.again_s = _timed(engine, prepared[: result.items], job.budget_s)[1]
    if job.answers:
        Path(job.answers).write_text(json.dumps(answers), encoding="ascii")
    if job.edits:
        assert isinstance(engine, Wirewatch)
        result.add_s, result.remove_s = _edits(engine, texts["edits"][: job.edits], prepared)
    return result


def _timed(engine: Engine, prepared: Sequence[Any], budget_s: float) -> tuple[list[list[int]], float]:
    """Each text once, until all are done or the budget is spent: texts are new, as news is."""
    answers: list[list[int]] = []
    start = clock()
    for at in range(0, len(prepared), engine.batch):
        answers += engine.ask(prepared[at : at + engine.batch])
        if clock() - start > budget_s:
            break
    return answers, clock() - start


def _edits(
    engine: Wirewatch, queries: Sequence[str], prepared: Sequence[Any]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Median and worst of adding a topic, compiled from its text, and of taking it out.

    What an index puts off until it is asked again belongs to the edit: the time of the next answer is counted, less
    that of the same answer given once more.
    """
    index = engine.index
    adding, removing = [], []
    for number, query in enumerate(queries):
        item = prepared[number % len(prepared)]
        index.matching(item)
        start = clock()
        compiled = compile_topic(topic(-1 - number, query, watch=False), index.concepts)
        assert not isinstance(compiled, QueryProblem)
        index.add(compiled)
        added = clock()
        index.matching(item)
        asked = clock()
        index.matching(item)
        again = clock()
        adding.append(added - start + max(0.0, (asked - added) - (again - asked)))
        start = clock()
        index.remove(compiled.topic.id)
        removed = clock()
        index.matching(item)
        asked = clock()
        removing.append(removed - start + max(0.0, (asked - removed) - (again - added) / 2))
    return (median(adding), max(adding)), (median(removing), max(removing))


def main() -> None:
    """Measure what stdin asks for."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    json.dump(asdict(measured(Job(**json.load(sys.stdin)))), sys.stdout)


if __name__ == "__main__":
    main()
