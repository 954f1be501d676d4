"""What topics that did not match found of themselves in an item, and what they missed: each idea asked alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.query.clauses import clauses
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.format import format_query
from monitor.core.query.reading import read
from monitor.core.query.tree import And, Not, Or

if TYPE_CHECKING:
    from monitor.core.model import Feed, Item, TopicId
    from monitor.core.query.compile import Compiled
    from monitor.core.query.evaluate import Found
    from monitor.core.query.index import TopicIndex
    from monitor.core.query.reading import Reading
    from monitor.core.query.tree import Node

_IDEA_MAX = 80
_QUOTE_MAX = 40
_TEXTS = ("title", "summary", "content")


@dataclass(frozen=True, slots=True)
class Present:
    """An idea that the item holds, and the words that express it; none where it is known by something else."""

    idea: str
    quote: str

    def __str__(self) -> str:
        """``@aleppo (“Aleppo”)``."""
        return f"{self.idea} (“{self.quote}”)" if self.quote else self.idea


@dataclass(frozen=True, slots=True)
class Asked:
    """One topic and one item. ``excluded``: what the query rules out, and the item holds."""

    topic: TopicId
    listens: bool
    matches: bool
    has: tuple[Present, ...]
    lacks: tuple[str, ...]
    excluded: tuple[str, ...]

    @property
    def text(self) -> str:
        """What came of it, in words."""
        if not self.listens:
            return "does not listen to this feed"
        if self.matches:
            return "matches it as the topic is configured now; it was another when the item came"
        has = f"has {_joined([str(one) for one in self.has])}" if self.has else ""
        if self.lacks:
            return ", ".join(filter(None, (has, f"lacks {_joined(self.lacks)}")))
        if self.excluded:
            return ", ".join(filter(None, (has, f"is ruled out by NOT {_joined(self.excluded)}")))
        return f"{has}, but not close enough together"


def asked(index: TopicIndex, item: Item, feed: Feed | None) -> list[Asked]:
    """Ask every topic of the configuration again, idea by idea. ``feed`` is None where it is no longer configured."""
    reading = read(item, feed)
    evaluator = Evaluator(reading, index.concepts)
    matching = {match.topic for match in index.match(item, reading, feed)}
    return [_ask(compiled, item, feed, reading, evaluator, compiled.topic.id in matching) for compiled in index.topics]


def _ask(
    compiled: Compiled, item: Item, feed: Feed | None, reading: Reading, evaluator: Evaluator, matches: bool
) -> Asked:
    has, lacks, excluded = [], [], []
    for idea in clauses(compiled):
        found = evaluator.find(idea.node if isinstance(idea, Not) else idea)
        if isinstance(idea, Not):
            if found is not None:
                excluded.append(named(idea.node))
        elif found is None:
            lacks.append(named(idea))
        else:
            has.append(Present(named(idea), _quote(item, reading, found)))
    listens = feed is None or compiled.topic.listens_to(feed)
    return Asked(compiled.topic.id, listens, matches, tuple(has), tuple(lacks), tuple(excluded))


def named(idea: Node) -> str:
    """One clause as a person would write it, cut where it is long."""
    text = format_query(idea)
    text = f"({text})" if isinstance(idea, Or | And) else text
    return text if len(text) <= _IDEA_MAX else text[: _IDEA_MAX - 1].rsplit(" ", 1)[0] + "…"


def _quote(item: Item, reading: Reading, found: list[Found]) -> str:
    for one in found:
        first, last = reading.places[one.first], reading.places[one.last]
        if first.field == last.field and first.field in _TEXTS:
            text = " ".join(str(getattr(item, first.field))[first.token.start : last.token.end].split())
            return text if len(text) <= _QUOTE_MAX else text[: _QUOTE_MAX - 1].rsplit(" ", 1)[0] + "…"
    return ""


def _joined(names: list[str] | tuple[str, ...]) -> str:
    return " and ".join(names)
