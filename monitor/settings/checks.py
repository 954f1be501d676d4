"""What only shows when two places are looked at: names that point at each other, bounds, either-or, and queries.

These run on what TOML says, whether or not the schema found fault with it, so that all problems come at once; what has
the wrong type is passed over here, because the schema has named it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from monitor.settings.schema import PollTable
from monitor.settings.values import format_duration, meant, parse_duration, suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import timedelta

    from monitor.settings.locate import Path
    from monitor.settings.problems import ConfigProblem
    from monitor.settings.source import Source

Tree = dict[str, Any]
QueryKind = Literal["query", "watch", "concept", "also"]


class QueryProblem(Protocol):
    """What is wrong with a query: characters ``start`` to ``end`` of its text."""

    @property
    def message(self) -> str:
        """What is wrong."""
        ...

    @property
    def start(self) -> int:
        """The first character that is wrong."""
        ...

    @property
    def end(self) -> int:
        """Right behind the last character that is wrong."""
        ...

    @property
    def help(self) -> str:
        """What to do."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ChosenConcepts:
    """The concepts that a configuration asks for: packs that exist, and its own definitions.

    One load hands the same object to every check, and it is compared by identity: a check may prepare once.
    """

    packs: tuple[str, ...]
    define: Mapping[str, tuple[str, ...]]


class CheckQuery(Protocol):
    """Called for every watch, query and expression (of a concept, or one that widens a topic). Knows the languages; no
    problem: an empty answer.
    """

    def __call__(self, text: str, kind: QueryKind, concepts: ChosenConcepts) -> Sequence[QueryProblem]:
        """Judge one text."""
        ...


def cross_check(tree: Tree, source: Source, packs: Collection[str]) -> Iterator[ConfigProblem]:
    """Everything but the queries."""
    yield from _intervals(tree, source)
    yield from _feeds(tree, source)
    yield from _topics(tree, source)
    yield from _packs(tree, source, packs)
    yield from _emptiness(tree, source)


def chosen_concepts(tree: Tree, packs: Collection[str]) -> ChosenConcepts:
    """The concepts that a configuration asks for, of those that there are."""
    concepts = _table(tree, "concepts")
    own = {
        name: tuple(text for _, text in _strings({name: texts}, name))
        for name, texts in _table(concepts, "define").items()
    }
    return ChosenConcepts(tuple(name for _, name in _strings(concepts, "packs") if name in packs), own)


def check_queries(tree: Tree, source: Source, chosen: ChosenConcepts, check: CheckQuery) -> Iterator[ConfigProblem]:
    """Every watch, query and expression, each problem at the characters that it is about."""
    texts: list[tuple[Path, QueryKind, str]] = []
    kinds: tuple[QueryKind, ...] = ("watch", "query")
    for topic, table in _tables(tree, "topics"):
        texts += [(("topics", topic, kind), kind, table[kind]) for kind in kinds if isinstance(table.get(kind), str)]
        texts.extend((("topics", topic, "also", number), "also", text) for number, text in _strings(table, "also"))
    for name, expressions in _table(_table(tree, "concepts"), "define").items():
        own_path = ("concepts", "define", name)
        texts.extend(((*own_path, number), "concept", text) for number, text in _strings({name: expressions}, name))
    for path, kind, text in texts:
        if text.strip():  # the schema has named an empty one
            for problem in check(text, kind, chosen):
                place = source.places.within(path, problem.start, problem.end) or source.value(path)
                yield source.error(place, problem.message, problem.help)


def _intervals(tree: Tree, source: Source) -> Iterator[ConfigProblem]:
    poll = _table(tree, "poll")
    low, high, usual = (_span(poll, key) for key in ("min_interval", "max_interval", "interval"))
    if low is None or high is None:
        return
    if low > high:
        at = ("poll", "min_interval") if "min_interval" in poll else ("poll", "max_interval")
        text = f"`min_interval` ({format_duration(low)}) is longer than `max_interval` ({format_duration(high)})"
        yield source.error(source.value(at), text, "make the shorter one the minimum")
        return
    bounds = f"min_interval {format_duration(low)} to max_interval {format_duration(high)}"
    if usual is not None and not low <= usual <= high:
        written = [key for key in ("interval", "min_interval" if usual < low else "max_interval") if key in poll]
        at = ("poll", written[0])
        yield source.error(
            source.value(at),
            f"the interval of {format_duration(usual)} is not within {bounds}",
            "change `interval` or the bound; what is not written has its default",
        )
    for feed, table in _tables(tree, "feeds"):
        own = _span(table, "interval") if "interval" in table else None
        if own is not None and not low <= own <= high:
            place = source.value(("feeds", feed, "interval"))
            yield source.error(
                place, f"`interval` of this feed is not within {bounds}", "the bounds are those of [poll]"
            )


def _feeds(tree: Tree, source: Source) -> Iterator[ConfigProblem]:
    seen: dict[str, str] = {}
    for feed, table in _tables(tree, "feeds"):
        url = table.get("url")
        if not isinstance(url, str):
            continue
        first = seen.setdefault(url, feed)
        if first != feed:
            line = source.line(("feeds", first, "url"))
            yield source.warning(
                source.value(("feeds", feed, "url")),
                f"`{feed}` has the same address as `{first}` in line {line}",
                "it is asked twice, and one of them only brings copies: take one out",
            )


def _topics(tree: Tree, source: Source) -> Iterator[ConfigProblem]:
    channels, feeds = _table(tree, "channels"), _table(tree, "feeds")
    tags = {tag for _, table in _tables(tree, "feeds") for _, tag in _strings(table, "tags")}
    for topic, table in _tables(tree, "topics"):
        path = ("topics", topic)
        if "watch" in table and "query" in table:
            later = max(("watch", "query"), key=lambda key: source.line((*path, key)))
            yield source.error(
                source.key((*path, later)),
                f"`{topic}` has both `watch` and `query`",
                "keep one of them: they cannot be mixed",
            )
        elif "watch" not in table and "query" not in table:
            text = f"`{topic}` has neither `watch` nor `query`"
            yield source.error(source.key(path), text, 'add what to look for, such as: watch = "Aleppo ceasefire"')
        for number, name in _strings(table, "channels"):
            if name not in channels:
                help_ = suggest(name, channels, what="channels are") or f"define it as [channels.{name}]"
                yield source.error(source.value((*path, "channels", number)), f"there is no channel `{name}`", help_)
        if channels and table.get("channels", []) == []:
            text = f"`{topic}` has no channels: what it finds is recorded, and nobody is told"
            yield source.warning(source.key(path), text, f'add: channels = ["{next(iter(channels))}"]')
        for number, selector in _strings(table, "feeds"):
            yield from _selector(selector, source, (*path, "feeds", number), feeds, tags)


def _selector(
    selector: str, source: Source, path: Path, feeds: Collection[str], tags: Collection[str]
) -> Iterator[ConfigProblem]:
    kind, colon, tag = selector.partition(":")
    if not colon:
        if selector not in feeds:
            help_ = meant([f"tag:{selector}"]) if selector in tags else suggest(selector, feeds, what="feeds are")
            help_ = help_ or f"define it as [feeds.{selector}]"
            yield source.error(source.value(path), f"there is no feed `{selector}`", help_)
    elif kind != "tag":
        help_ = 'write "bbc-world" for a feed, "tag:syria" for all feeds of a tag'
        yield source.error(source.value(path), f"`{selector}` is neither a feed nor a tag", help_)
    elif tag not in tags:
        help_ = suggest(tag, tags, what="tags are") or "give a feed this tag"
        yield source.error(source.value(path), f"no feed has the tag `{tag}`", help_)


def _packs(tree: Tree, source: Source, packs: Collection[str]) -> Iterator[ConfigProblem]:
    for number, name in _strings(_table(tree, "concepts"), "packs"):
        if name not in packs:
            help_ = suggest(name, packs, what="packs are") or "there are no packs"
            yield source.error(source.value(("concepts", "packs", number)), f"there is no concept pack `{name}`", help_)


def _emptiness(tree: Tree, source: Source) -> Iterator[ConfigProblem]:
    for name, text, help_ in (
        ("feeds", "there are no feeds, so nothing is asked", "add one as [feeds.NAME] with its url"),
        ("topics", "there are no topics, so nothing is looked for", "add one as [topics.NAME] with a watch or a query"),
        ("channels", "there are no channels, so nobody is told", 'add [channels.terminal] with kind = "terminal"'),
    ):
        if tree.get(name, {}) == {}:
            yield source.warning(None, text, help_)


def _table(tree: Tree, name: str) -> Tree:
    found = tree.get(name)
    return found if isinstance(found, dict) else {}


def _tables(tree: Tree, name: str) -> Iterator[tuple[str, Tree]]:
    return ((key, table) for key, table in _table(tree, name).items() if isinstance(table, dict))


def _strings(table: Tree, name: str) -> Iterator[tuple[int, str]]:
    found = table.get(name)
    return (
        (number, one) for number, one in enumerate(found if isinstance(found, list) else []) if isinstance(one, str)
    )


def _span(table: Tree, key: str) -> timedelta | None:
    """A duration, or its default where none is written; None where what is written is none."""
    given = table.get(key, PollTable.model_fields[key].default)
    return parse_duration(given) if isinstance(given, str) else None
