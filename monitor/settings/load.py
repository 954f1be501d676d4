"""TOML text to Settings, or to every problem that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from monitor.core.model import ChannelId, Expect, Feed, FeedId, PollPolicy, Priority, Topic, TopicId
from monitor.core.text import safe
from monitor.settings.checks import (
    CheckQuery,
    ChosenConcepts,
    QueryProblem,
    check_queries,
    chosen_concepts,
    cross_check,
)
from monitor.settings.decisions import read_decisions
from monitor.settings.explain import explain
from monitor.settings.kinds import Menu
from monitor.settings.problems import ConfigProblem, ordered
from monitor.settings.result import ChannelSettings, Settings
from monitor.settings.schema import Configuration
from monitor.settings.syntax import read_toml
from monitor.settings.values import parse_duration, suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import timedelta

    from monitor.settings.decisions import Decided
    from monitor.settings.schema import FeedTable, PollTable, TopicTable
    from monitor.settings.source import Source

__all__ = ["ChannelSettings", "CheckQuery", "ChosenConcepts", "ConfigProblem", "QueryProblem", "Settings", "load"]

_NAME_MAX = 200


def load(
    text: str,
    path: str,
    kinds: Mapping[str, type],
    *,
    check_query: CheckQuery,
    packs: Collection[str] = (),
    beside: tuple[str, str] = ("", ""),
) -> Settings | list[ConfigProblem]:
    """Read a configuration. ``path`` is its name in problems, ``kinds`` the menu of channels, ``packs`` all that exist.

    ``beside``: text and path of what people decided about its topics (``decisions``). Either Settings, with what is
    suspicious in ``warnings``, or everything that is wrong or suspicious, by line.
    """
    menu = Menu(kinds)
    tree, source, problems = read_toml(text.replace("\r\n", "\n"), path, menu.open_keys())
    if tree is None:
        return ordered(problems)
    configuration: Configuration | None = None
    try:
        configuration = Configuration.model_validate(tree)
    except ValidationError as error:
        problems += [explain(one, source) for one in error.errors(include_url=False)]
    channels, wrong = _channels(tree.get("channels"), source, menu)
    problems += wrong
    problems += cross_check(tree, source, packs)
    chosen = chosen_concepts(tree, packs)
    problems += check_queries(tree, source, chosen, check_query)
    topics = names if isinstance(names := tree.get("topics", {}), dict) else {}
    decided, wrong = read_decisions(*beside, topics, lambda one: check_query(one, "also", chosen))
    problems = [*ordered(problems), *ordered(wrong)]
    if configuration is None or any(problem.severity == "error" for problem in problems):
        return problems
    return _settings(configuration, channels, decided, tuple(problems))


def _channels(tables: object, source: Source, menu: Menu) -> tuple[tuple[ChannelSettings, ...], list[ConfigProblem]]:
    """Every channel by the model of its kind. What is no table, or names no kind, the schema has complained about."""
    built: list[ChannelSettings] = []
    problems: list[ConfigProblem] = []
    found: dict[str, Any] = tables if isinstance(tables, dict) else {}
    for name, table in found.items():
        kind = table.get("kind") if isinstance(table, dict) else None
        if not isinstance(kind, str):
            continue
        at = ("channels", name)
        if kind not in menu.models:
            help_ = suggest(kind, menu.models, what="kinds are")
            problems.append(source.error(source.value((*at, "kind")), "there is no such kind of channel", help_))
            continue
        model = menu.models[kind]
        try:
            settings = menu.build(kind, model.model_validate(table))
        except ValidationError as error:
            for one in error.errors(include_url=False):
                one["loc"] = (*at, *one["loc"])
                problems.append(explain(one, source, model))
        except ValueError as error:
            problems.append(source.error(source.key(at), f"`{name}`: {error}"))
        else:
            built.append(ChannelSettings(ChannelId(name), kind, settings))
    return tuple(built), problems


def _settings(
    found: Configuration,
    channels: tuple[ChannelSettings, ...],
    decided: Mapping[TopicId, Decided],
    warnings: tuple[ConfigProblem, ...],
) -> Settings:
    return Settings(
        state_dir=found.service.state_dir,
        timezone=found.service.timezone,
        store=found.service.store,
        policy=_policy(found.poll),
        allow_private=_distinct(found.poll.allow_private),
        feeds=tuple(_feed(name, table) for name, table in found.feeds.items()),
        topics=tuple(_topic(TopicId(name), table, decided) for name, table in found.topics.items()),
        channels=channels,
        packs=_distinct(found.concepts.packs),
        concepts={name: _distinct(texts) for name, texts in found.concepts.define.items()},
        decided=decided,
        warnings=warnings,
    )


def _policy(poll: PollTable) -> PollPolicy:
    return PollPolicy(
        interval=_span(poll.interval),
        min_interval=_span(poll.min_interval),
        max_interval=_span(poll.max_interval),
        first_poll_alerts=poll.first_poll == "alert",
        max_age=_span(poll.max_age),
    )


def _feed(name: str, table: FeedTable) -> Feed:
    return Feed(
        id=FeedId(name),
        url=table.url,
        # The name is shown beside what feeds say, so it is made safe like what they say.
        name=safe(table.name or "", _NAME_MAX) or name,
        tags=_distinct(table.tags),
        interval=None if table.interval is None else _span(table.interval),
    )


def _topic(name: TopicId, table: TopicTable, decided: Mapping[TopicId, Decided]) -> Topic:
    accepted = decided[name].accepted if name in decided else ()
    return Topic(
        id=name,
        watch=table.watch,
        query=table.query,
        priority=Priority(table.priority),
        channels=tuple(ChannelId(channel) for channel in _distinct(table.channels)),
        feeds=_distinct(table.feeds),
        expect=tuple(Expect(line.text, line.match) for line in table.expect),
        also=_distinct([*table.also, *accepted]),
    )


def _span(text: str) -> timedelta:
    span = parse_duration(text)
    assert span is not None, "the schema lets durations through and nothing else"
    return span


def _distinct(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
