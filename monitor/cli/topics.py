"""``wirewatch topics``: what is watched for, what it became, and how its day went; works without a memory too."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import EXIT_BAD, CliError, Context, json_option, plain, print_json, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rich.console import RenderableType
    from rich.text import Text

    from monitor.cli.state import State
    from monitor.core.model import Alert, Topic, TopicId
    from monitor.core.query.index import TopicIndex
    from monitor.core.query.meter import Measured
    from monitor.core.query.topics import Unexpected
    from monitor.core.snapshot import TopicLine
    from monitor.settings.result import Settings
    from monitor.wiring import Configured

_LAST_ALERTS = 5


# Each further subcommand is a file of its own, imported on use: name to module and line of help.
SUBVERBS: dict[str, tuple[str, str]] = {
    "suggest": ("topic_suggest", "What a topic may be missing, one expression after another."),
    "judge": ("topic_judge", "Yes or no to some items: how much a topic finds, and how much of it is right."),
    "convert": ("topic_convert", "A query of another program (Lucene, Google, Factiva, …) as one of ours."),
    "lint": ("topic_lint", "Advice: alerts a day, pieces that never match, what a NOT removes."),
}


class _Subverbs(click.Group):
    """The subcommands of this file, and those of SUBVERBS."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every subcommand, in the order of use."""
        return [*self.commands, *SUBVERBS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One subcommand, loaded now."""
        if cmd_name not in SUBVERBS:
            return self.commands.get(cmd_name)
        command = import_module(f"monitor.cli.{SUBVERBS[cmd_name][0]}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without loading them."""
        here = [(name, one.get_short_help_str(100)) for name, one in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*here, *((name, short) for name, (_, short) in SUBVERBS.items())])


@click.group("topics", cls=_Subverbs, invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Topics, what they became, and their last 24 hours. Works without a store; counts are then left out.

    \b
    wirewatch topics
    wirewatch topics show aleppo-ceasefire

    Exit codes: 0 shown, 1 no such topic, 2 configuration.
    """  # noqa: D301 click reads \b as "do not rewrap"
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, as_json=as_json)


@command.command("list", short_help="Every topic, and its counts of 24 hours.")
@json_option
@click.pass_context
def list_command(ctx: click.Context, as_json: bool) -> None:
    """Every topic with its words, where it listens and tells, and its counts of 24 hours.

    \b
    wirewatch topics list
    wirewatch topics list --json | jq 'select(.alerts == 0)'

    Exit codes: 0 shown, 2 configuration.
    """  # noqa: D301 click reads \b as "do not rewrap"
    _list(ctx.obj, as_json=as_json or _above(ctx))


@command.command("show", short_help="One topic: query, concepts, expectations, alerts.")
@click.argument("topic")
@click.option("--query", "as_query", is_flag=True, help="Only the query, as TOML: to paste over the watch, and edit.")
@json_option
@click.pass_context
def show_command(ctx: click.Context, topic: TopicId, as_query: bool, as_json: bool) -> None:
    """One topic: the query it became, its concepts, whether its expect lines hold, and its last alerts.

    \b
    wirewatch topics show aleppo-ceasefire
    wirewatch topics show aleppo-ceasefire --query     what its watch became, ready to edit
    wirewatch topics show aleppo-ceasefire --json

    Exit codes: 0 shown, 1 no such topic, 2 configuration.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.cli.state import system_now

    if as_query:
        show_query(ctx.obj, topic)
    else:
        show_topic(ctx.obj, topic, system_now(), as_json=as_json or _above(ctx))


def _above(ctx: click.Context) -> bool:
    """Whether --json stood before the subcommand."""
    return ctx.parent is not None and bool(ctx.parent.params.get("as_json"))


# The list -------------------------------------------------------------------------------------------------------------


def _list(context: Context, *, as_json: bool) -> None:
    from monitor.cli.state import system_now

    list_topics(context, system_now(), as_json=as_json)


def list_topics(context: Context, now: datetime, *, as_json: bool) -> None:
    """Every topic, in the order of the configuration."""
    from monitor.cli.render import show, talk
    from monitor.cli.state import say_missing, state_of

    found = context.configured()
    topics = found.settings.topics
    state = state_of(context, found, now, need=False)
    if as_json:
        for topic, line in zip(topics, state.snapshot.topics, strict=True):
            print_json(_data(topic, None if state.missing else line))
    elif topics:
        show(_table(found.settings, state))
    if not topics:
        talk(f"No topics yet. Add one to {found.path}:\n\n"
             "  [topics.ceasefires]\n  watch = \"ceasefire\"\n\nThen: wirewatch check")  # fmt: skip
    say_missing(state)


def _data(topic: Topic, line: TopicLine | None) -> dict[str, Any]:
    """A topic as configured, and its counts; without a memory they are null."""
    configured = {
        "id": topic.id,
        "watch": topic.watch,
        "query": topic.query,
        "also": topic.also,
        "priority": topic.priority,
        "channels": topic.channels,
        "feeds": topic.feeds,
    }
    counts = {
        "alerts": line.alerts if line else None,
        "updates": line.updates if line else None,
        "held": line.held if line else None,
        "last_alert_at": line.last_alert_at if line else None,
    }
    data: dict[str, Any] = plain(configured | counts)
    return data


def _table(settings: Settings, state: State) -> RenderableType:
    from monitor.cli.render import Column, table

    columns = [Column("topic", most=24), Column("watches for", flex=3, wrap=True)]
    if state.missing is None:
        columns += [Column("alerts", right=True), Column("held in 24 h", flex=2, wrap=True)]
    rows = zip(settings.topics, state.snapshot.topics, strict=True)
    return table(columns, (_row(topic, None if state.missing else line) for topic, line in rows))


def _row(topic: Topic, line: TopicLine | None) -> list[Text]:
    from monitor.cli.render import counted, listed, words

    about = words(topic.watch if topic.watch is not None else topic.query or "").append("\n")
    hears, tells = listed(topic.feeds, "all feeds"), listed(topic.channels, "nobody")
    about.append_text(words((f"{topic.priority.value}, hears {hears}, tells {tells}", "dim")))
    row = [words((topic.id, "strong")), about]
    if line is not None:
        held = sum(line.held.values())
        row.append(words(f"{line.alerts + line.updates:,}"))
        row.append(words(f"{held:,}", (f": {counted(line.held.items())}" if held else "", "dim")))
    return row


# One topic ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sight:
    """One topic seen whole. ``line`` is None where there is no memory."""

    topic: Topic
    query: str
    concepts: dict[str, tuple[str, ...]]
    failing: dict[int, str]
    listens_to: tuple[str, ...]
    line: TopicLine | None
    alerts: tuple[Alert, ...]
    measured: Measured | None

    def as_json(self) -> dict[str, Any]:
        """One object: the topic of the list, and what it became."""
        from monitor.cli.quality import quality_data
        from monitor.cli.told import alert_data

        expect = [
            plain(one) | {"holds": number not in self.failing, "why": self.failing.get(number, "")}
            for number, one in enumerate(self.topic.expect)
        ]
        became = {"canonical": self.query, "concepts": self.concepts, "listens_to": self.listens_to, "expect": expect}
        alerts = [alert_data(one) for one in self.alerts]
        quality = quality_data(self.measured) if self.measured is not None else None
        whole: dict[str, Any] = _data(self.topic, self.line) | plain(became)
        return whole | {"quality": quality, "last_alerts": alerts}


def show_topic(context: Context, name: TopicId, now: datetime, *, as_json: bool) -> None:
    """One topic, or an exit that suggests another name."""
    from monitor.cli.render import show
    from monitor.cli.state import say_missing, state_of

    found = context.configured()
    number = _number(found, name)
    state = state_of(context, found, now, need=False)
    sight = _sight(context, found, number, state)
    if as_json:
        print_json(sight.as_json())
    else:
        show(*_screen(sight, len(found.settings.feeds), now))
    say_missing(state)


def show_query(context: Context, name: TopicId) -> None:
    """What a topic asks, as a table of the configuration; concepts stay names, so that packs still widen it."""
    from monitor.cli.render import talk
    from monitor.cli.topic_toml import query_table
    from monitor.wiring import topics_of

    found = context.configured()
    number = _number(found, name)
    if found.settings.topics[number].watch is not None:
        talk(
            "This asks what the watch asks. Put the query in place of the watch, and leave the other keys as they are."
        )
    click.echo(query_table(name, topics_of(found.settings).topics[number].tree))


def _number(found: Configured, name: TopicId) -> int:
    names = [topic.id for topic in found.settings.topics]
    if name not in names:
        known = f"Topics: {', '.join(names)}." if names else "The configuration has no topics yet."
        raise CliError(f"there is no topic {name!r}{suggest(name, names)}", known, EXIT_BAD)
    return names.index(name)


def _sight(context: Context, found: Configured, number: int, state: State) -> Sight:
    from monitor.core.query.topics import unexpected
    from monitor.wiring import topics_of

    index = topics_of(found.settings)
    compiled = index.topics[number]
    topic = compiled.topic
    failures: list[Unexpected] = [failure for failure in unexpected(index) if failure.topic == topic.id]
    decided = found.settings.decided.get(topic.id)
    alerts: tuple[Alert, ...] = ()
    if state.missing is None:
        with context.reading(found) as reader:
            alerts = tuple(alert for _, alert in reader.alerts(topic=topic.id, last=_LAST_ALERTS))
    return Sight(
        topic=topic,
        query=compiled.text,
        concepts=_concepts(index, number),
        failing={failure.number: failure.why for failure in failures},
        listens_to=tuple(feed.id for feed in found.settings.feeds if topic.listens_to(feed)),
        line=None if state.missing else state.snapshot.topics[number],
        alerts=alerts,
        measured=decided.measured[-1] if decided is not None and decided.measured else None,
    )


def _concepts(index: TopicIndex, number: int) -> dict[str, tuple[str, ...]]:
    """The concepts that a topic uses, and those that they use, each with its expressions as written."""
    from monitor.core.query.concepts import unknown_concepts

    used: dict[str, tuple[str, ...]] = {}
    waiting = unknown_concepts(index.topics[number].tree, {})  # to an empty set of concepts, every name is unknown
    while waiting:
        name = waiting.pop(0)
        if name not in used:
            expressions = index.concepts.expressions(name)
            used[name] = tuple(text for text, _ in expressions)
            waiting += [inner for _, tree in expressions for inner in unknown_concepts(tree, {})]
    return used


def _screen(sight: Sight, feeds: int, now: datetime) -> Iterator[RenderableType]:
    from monitor.cli.render import Column, age, count, counted, listed, moment, table, words
    from monitor.cli.told import alert_text
    from monitor.core.query.meter import in_words

    topic = sight.topic
    tells = f"tells {listed(topic.channels)}" if topic.channels else "recorded only: it names no channel"
    yield words((topic.id, "strong"), f"  priority {topic.priority.value}, {tells}")
    rows = [("watch", topic.watch)] if topic.watch is not None else []
    if topic.also:
        rows.append(("also", ", ".join(topic.also)))
    rows.append(("query", sight.query))
    rows += [(f"@{name}", ", ".join(expressions)) for name, expressions in sight.concepts.items()]
    rows.append(("feeds", f"{len(sight.listens_to)} of {feeds}: {listed(sight.listens_to, 'none')}"))
    if sight.line is not None:
        line, held = sight.line, sum(sight.line.held.values())
        why = f" ({counted(line.held.items())})" if held else ""
        told = f"{count(line.alerts, 'alert')}, {count(line.updates, 'update')}"
        rows.append(("24 hours", f"{told}, {held:,} held{why}"))
        rows.append(("last alert", moment(line.last_alert_at, now)))
    if sight.measured is not None:
        rows.append(("quality", f"{in_words(sight.measured)}, {age(sight.measured.at, now)}"))
    labelled = (Column(), Column(flex=1, wrap=True))
    yield table(labelled, ((words((label, "dim")), words(text or "")) for label, text in rows))
    yield words()
    yield from _expect(sight)
    if sight.alerts:
        yield words()
        yield words(("Last alerts", "strong"), ("  (wirewatch tail --topic " + topic.id + ")", "dim"))
        yield table((Column(), Column(flex=1)), ((words((f"{one.at:%Y-%m-%d}", "dim")), alert_text(one, long=False))
                                                 for one in sight.alerts))  # fmt: skip


def _expect(sight: Sight) -> Iterator[RenderableType]:
    from monitor.cli.render import Column, table, words

    lines = sight.topic.expect
    if not lines:
        yield words(("Expect", "strong"), "  none. Headlines that it must find, or must not, keep a topic honest:")
        yield words('  expect = [ { text = "a headline", match = true } ]')
        return
    yield words(("Expect", "strong"), f"  {len(lines) - len(sight.failing)} of {len(lines)} hold")
    rows = []
    for number, one in enumerate(lines):
        holds = number not in sight.failing
        must = "must match" if one.match else "must not match"
        why = words("" if holds else f"  {sight.failing[number]}")
        rows.append((words(("holds", "good") if holds else ("FAILS", "warn")), words((must, "dim")),
                     words(f"“{one.text}”").append_text(why)))  # fmt: skip
    yield table((Column(), Column(), Column(flex=1, wrap=True)), rows)
