"""What topics that did not match found of themselves in an item, and what they missed: each idea asked alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.query.evaluate import Evaluator
from monitor.core.query.format import format_query
from monitor.core.query.reading import read
from monitor.core.query.tree import And, Concept, In, Near, Node, Not, Or, Phrase, Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.model import Feed, Item, TopicId
    from monitor.core.query.compile import Compiled
    from monitor.core.query.evaluate import Found
    from monitor.core.query.index import TopicIndex
    from monitor.core.query.reading import Reading

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
    ideas = _of_watch(compiled.tree) if compiled.topic.watch is not None else _of_query(compiled.tree)
    for idea in dict.fromkeys(ideas):
        found = evaluator.find(idea.node if isinstance(idea, Not) else idea)
        if isinstance(idea, Not):
            if found is not None:
                excluded.append(_named(idea.node))
        elif found is None:
            lacks.append(_named(idea))
        else:
            has.append(Present(_named(idea), _quote(item, reading, found)))
    listens = feed is None or compiled.topic.listens_to(feed)
    return Asked(compiled.topic.id, listens, matches, tuple(has), tuple(lacks), tuple(excluded))


def _of_watch(node: Node) -> Iterator[Node]:
    """The words and concepts of a watch: the leaves of the query that it became."""
    match node:
        case Word() | Phrase() | Concept():
            yield node
        case And(nodes) | Or(nodes):
            for child in nodes:
                yield from _of_watch(child)
        case Near(left, right):
            yield from _of_watch(left)
            yield from _of_watch(right)
        case In(_, child):
            yield from _of_watch(child)
        case _:
            raise TypeError(f"a watch does not become {format_query(node)}")


def _of_query(node: Node) -> Iterator[Node]:
    """What a query needs, each of which could be missing alone."""
    match node:
        case And(nodes):
            for child in nodes:
                yield from _of_query(child)
        case Near(left, right, _, _, negated) if not negated:
            yield from _of_query(left)
            yield from _of_query(right)
        case _:
            yield node


def _named(idea: Node) -> str:
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
