"""``wirewatch feeds``: where we listen, and how that goes; works without a memory too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import EXIT_BAD, CliError, Context, json_option, plain, print_json, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rich.console import RenderableType
    from rich.text import Text

    from monitor.cli.state import State
    from monitor.core.model import Feed, FeedId, FeedState
    from monitor.core.snapshot import FeedLine
    from monitor.settings.result import Settings

_STYLE = {"ok": "good", "new": "dim", "late": "mark", "failing": "warn"}


@click.group("feeds", invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Feeds and their health. Works without a store; times are then left out.

    \b
    wirewatch feeds
    wirewatch feeds show bbc-world

    Exit codes: 0 shown, 1 no such feed, 2 configuration.
    """  # noqa: D301 click reads \b as "do not rewrap"
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, as_json=as_json)


@command.command("list", short_help="Every feed, and its health.")
@json_option
@click.pass_context
def list_command(ctx: click.Context, as_json: bool) -> None:
    """Every feed: health, last good answer, last new item, next ask, failures in a row.

    \b
    wirewatch feeds list
    wirewatch feeds list --json | jq -r 'select(.health != "ok") | .url'

    Exit codes: 0 shown, 2 configuration.
    """  # noqa: D301 click reads \b as "do not rewrap"
    _list(ctx.obj, as_json=as_json or _above(ctx))


@command.command("show", short_help="One feed: everything that is remembered of it.")
@click.argument("feed")
@json_option
@click.pass_context
def show_command(ctx: click.Context, feed: FeedId, as_json: bool) -> None:
    """One feed: everything that is remembered of it, with its validators, and what is wrong.

    \b
    wirewatch feeds show bbc-world
    wirewatch feeds show bbc-world --json

    Exit codes: 0 shown, 1 no such feed, 2 configuration.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.cli.state import system_now

    show_feed(ctx.obj, feed, system_now(), as_json=as_json or _above(ctx))


def _above(ctx: click.Context) -> bool:
    """Whether --json stood before the subcommand."""
    return ctx.parent is not None and bool(ctx.parent.params.get("as_json"))


# The list -------------------------------------------------------------------------------------------------------------


def _list(context: Context, *, as_json: bool) -> None:
    from monitor.cli.state import system_now

    list_feeds(context, system_now(), as_json=as_json)


def list_feeds(context: Context, now: datetime, *, as_json: bool) -> None:
    """Every feed, in the order of the configuration."""
    from monitor.cli.render import count, show, talk
    from monitor.cli.state import say_missing, state_of

    found = context.configured()
    state = state_of(context, found, now, need=False)
    lines = state.snapshot.feeds
    if as_json:
        for line in lines:
            print_json(line)
    elif lines:
        show(_table(lines, state))
        if trouble := [line.id for line in lines if line.health in ("failing", "late")]:
            talk(f"{count(len(trouble), 'feed')} in trouble; what to do: wirewatch feeds show {trouble[0]}")
    if not lines:
        talk(f"No feeds yet. Look at one, then add it to {found.path}:\n\n"
             "  wirewatch peek https://example.org/rss.xml\n\n"
             "  [feeds.example]\n  url = \"https://example.org/rss.xml\"\n\nThen: wirewatch check")  # fmt: skip
    say_missing(state)


def _table(lines: tuple[FeedLine, ...], state: State) -> RenderableType:
    from monitor.cli.render import Column, age, table, words

    if state.missing is not None:
        places = (Column("feed", most=24), Column("name", most=30), Column("address", flex=1))
        return table(places, ((words((one.id, "strong")), words(one.name), words(one.url)) for one in lines))

    def when(at: datetime | None) -> Text:
        return words(("never", "dim") if at is None else age(at, state.now))

    columns = (Column("feed", most=24), Column("health"), Column("good answer"), Column("new item"), Column("next ask"),
               Column("failures", right=True), Column(flex=1))  # fmt: skip
    rows = [
        (words((one.id, "strong")), words((one.health, _STYLE[one.health])), when(one.ok_at), when(one.fresh_at),
         when(one.due_at), words(f"{one.failures:,}" if one.failures else ""), words(one.text))
        for one in lines
    ]  # fmt: skip
    return table(columns, rows)


# One feed -------------------------------------------------------------------------------------------------------------


def show_feed(context: Context, name: FeedId, now: datetime, *, as_json: bool) -> None:
    """One feed, or an exit that suggests another name."""
    from monitor.cli.render import show
    from monitor.cli.state import say_missing, state_of

    found = context.configured()
    feeds = {feed.id: feed for feed in found.settings.feeds}
    if name not in feeds:
        known = f"Feeds: {', '.join(feeds)}." if feeds else "The configuration has no feeds yet."
        raise CliError(f"there is no feed {name!r}{suggest(name, feeds)}", known, EXIT_BAD)
    state = state_of(context, found, now, need=False)
    line = next(line for line in state.snapshot.feeds if line.id == name)
    memory = next((one for one in state.facts.feeds if one.feed == name), None)
    if as_json:
        print_json(_data(feeds[name], line, memory, found.settings))
    else:
        show(*_screen(feeds[name], line, memory, found.settings, now))
    say_missing(state)


def _data(feed: Feed, line: FeedLine, memory: FeedState | None, settings: Settings) -> dict[str, Any]:
    """As configured, and ``state``: all that is remembered, or null."""
    data: dict[str, Any] = plain({
        "id": feed.id,
        "name": feed.name,
        "url": feed.url,
        "tags": feed.tags,
        "interval_s": feed.interval.total_seconds() if feed.interval else None,
        "topics": _listeners(feed, settings),
        "health": line.health,
        "state": memory,
    })  # fmt: skip
    return data


def _listeners(feed: Feed, settings: Settings) -> list[str]:
    return [topic.id for topic in settings.topics if topic.listens_to(feed)]


def _screen(
    feed: Feed, line: FeedLine, memory: FeedState | None, settings: Settings, now: datetime
) -> Iterator[RenderableType]:
    from monitor.cli.render import Column, moment, table, words

    yield words((feed.id, "strong"), f"  {feed.name}  ", (line.health, _STYLE[line.health]))
    rows = [("problem", f"{line.text} {line.help} Since {moment(line.since, now)}.")] if line.text else []
    rows += [*_configured(feed, settings), *(() if memory is None else _remembered(feed, memory, now))]
    yield table((Column(), Column(flex=1, wrap=True)), ((words((label, "dim")), words(text)) for label, text in rows))
    yield words((f"  What it lists now: wirewatch peek {feed.url}", "dim"))


def _configured(feed: Feed, settings: Settings) -> Iterator[tuple[str, str]]:
    from monitor.cli.render import listed
    from monitor.core.policy import span

    yield "address", feed.url
    yield "tags", listed(feed.tags, "none")
    yield "topics", listed(_listeners(feed, settings), "none listens to it")
    yield "interval", span(feed.interval or settings.policy.interval) + " to start with"


def _remembered(feed: Feed, memory: FeedState, now: datetime) -> Iterator[tuple[str, str]]:
    from monitor.cli.render import moment

    if memory.url != feed.url:
        yield "moved to", memory.url
    if memory.title:
        yield "its title", memory.title
    yield "last asked", moment(memory.asked_at, now)
    yield "good answer", moment(memory.ok_at, now)
    yield "new item", moment(memory.fresh_at, now)
    yield "next ask", moment(memory.due_at, now)
    if memory.floor_at is not None:
        yield "not before", f"{moment(memory.floor_at, now)}, as its server wishes"
    yield "failures", f"{memory.failures:,} in a row"
    yield "baseline", "recorded" if memory.baselined else "not yet: what it lists first is remembered, not told"
    yield "ETag", memory.etag if memory.etag is not None else "none"
    yield "Last-Modified", memory.last_modified if memory.last_modified is not None else "none"
