"""Topics made ready: words and queries compiled, and each topic's ``expect`` lines put to the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.item import make_item
from monitor.core.model import EPOCH, FeedId, RawItem
from monitor.core.query.compile import compile_topic
from monitor.core.query.concepts import Concepts, parse_expression, unknown_problems
from monitor.core.query.index import TopicIndex
from monitor.core.query.parse import parse
from monitor.core.query.reading import read
from monitor.core.query.tree import QueryProblem
from monitor.core.query.watch import watch_query
from monitor.core.query.widen import read_also

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.core.model import Expect, Topic, TopicId

_WHY_MAX = 300  # a query may have 20,000 characters


@dataclass(frozen=True, slots=True)
class Unexpected:
    """An ``expect`` line that does not hold. ``number`` counts the topic's lines from 0; ``why`` is a sentence."""

    topic: TopicId
    number: int
    expect: Expect
    why: str

    @property
    def text(self) -> str:
        """What does not hold, in words; ``why`` is the rest of it."""
        return f"an expectation of topic {self.topic} does not hold: “{self.expect.text}”"


def in_short(failures: Sequence[Unexpected]) -> str:
    """The first of several expectations that do not hold, and how many more; an empty text where all of them do."""
    if not failures:
        return ""
    first, more = failures[0], len(failures) - 1
    why = first.why if len(first.why) <= _WHY_MAX else first.why[: _WHY_MAX - 1].rsplit(" ", 1)[0] + "…"
    others = f" Nor {'does' if more == 1 else 'do'} {more:,} more." if more else ""
    return f"{first.text}. {why}{others}"


def check_text(text: str, kind: str, concepts: Concepts) -> list[QueryProblem]:
    """What is wrong with a ``watch``, a ``query``, text of a ``concept`` or of ``also``; nothing: an empty list."""
    match kind:
        case "watch":
            tree = watch_query(text, concepts)
        case "concept":
            tree = parse_expression(text)
        case "also":
            tree = read_also(text, concepts)
        case _:
            tree = parse(text)
    if isinstance(tree, QueryProblem):
        return [tree]
    return unknown_problems(text, tree, concepts)


def build_index(topics: Iterable[Topic], concepts: Concepts) -> TopicIndex:
    """Compile topics that were checked before. Raises ValueError for one that was not."""
    compiled = []
    for topic in topics:
        ready = compile_topic(topic, concepts)
        if isinstance(ready, QueryProblem):
            raise ValueError(f"topic {topic.id}: {ready.message}")  # noqa: TRY004 the text is wrong, not a type
        compiled.append(ready)
    return TopicIndex(compiled, concepts)


def unexpected(index: TopicIndex) -> list[Unexpected]:
    """Every ``expect`` line that does not hold, in the order of the configuration. Each is read as a headline."""
    failures = []
    for compiled in index.topics:
        for number, expect in enumerate(compiled.topic.expect):
            item = make_item(RawItem(title=expect.text), FeedId(""), EPOCH)
            if index.holds(compiled.topic.id, item) != expect.match:
                if expect.match:
                    why = f"It does not match {compiled.text}, and must."
                else:
                    found = index.explained((compiled,), item, read(item))
                    why = f"It matches {' and '.join(found[0].expressions)}, and must not."
                failures.append(Unexpected(compiled.topic.id, number, expect, why))
    return failures
