"""``wirewatch status``: one screen of truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from monitor.cli.common import EXIT_BAD, EXIT_OK, Context, json_option, plain, print_json
from monitor.cli.welcome import welcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rich.console import RenderableType
    from rich.text import Text

    from monitor.cli.state import State
    from monitor.core.snapshot import ChannelLine, FeedLine, Snapshot, TopicLine
    from monitor.wiring import Configured

__all__ = [
    "advice",
    "command",
    "proven",
    "screen",
    "status",
    "welcome",
]  # ``wirewatch`` alone is the short form of status

_STYLE = {"ok": "good", "new": "dim", "waiting": "mark", "late": "mark", "failing": "warn", "given_up": "warn"}
_TROUBLE = ("failing", "late")
_ID_MOST = 24


@click.command("status")
@json_option
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """One screen of truth: service, feeds in trouble, topics, channels, what was held, lag, and what to do.

    Counts are of the last 24 hours, times are UTC, lag runs from published to seen.

    \b
    wirewatch status
    wirewatch status --json | jq .problems

    Exit codes: 0 healthy, 1 degraded, 2 configuration, 3 the store cannot be read, 4 not permitted.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.cli.state import system_now

    click.get_current_context().exit(status(context, system_now(), as_json=as_json))


def status(context: Context, now: datetime, *, as_json: bool) -> int:
    """Show the state at ``now``."""
    from monitor.cli.render import show
    from monitor.cli.state import state_of

    found = context.configured()
    snapshot = proven(found, state_of(context, found, now, need=True))
    if as_json:
        print_json({**plain(snapshot), "healthy": snapshot.healthy})
    else:
        show(*screen(snapshot, str(found.path)))
    return EXIT_OK if snapshot.healthy else EXIT_BAD


def proven(found: Configured, state: State) -> Snapshot:
    """The snapshot, with the expectations that the configuration breaks. A refused reload has said that already."""
    from monitor.core.query.topics import in_short, unexpected
    from monitor.wiring import topics_of

    service = state.facts.service
    broken = in_short(unexpected(topics_of(found.settings)))
    if not broken or (service is not None and service.reload_problem):
        return state.snapshot
    return replace(state.snapshot, problems=(*state.snapshot.problems, broken[0].upper() + broken[1:]))


def screen(snapshot: Snapshot, path: str) -> Iterator[RenderableType]:
    """The whole screen, from what is running to what is wrong."""
    from monitor.cli.render import Column, table, words

    alive = "good" if snapshot.service == "running" else "warn"
    place = words((f"{snapshot.at:%Y-%m-%d %H:%M:%S} UTC  {path}", "dim"))
    yield table((Column(), Column(flex=1)), [(words((snapshot.service_text, alive)), place)], indent=0)
    yield from _feeds(snapshot)
    yield from _topics(snapshot)
    yield from _channels(snapshot)
    yield from _funnel(snapshot)
    yield from _problems(snapshot)


def _head(title: str, text: str = "") -> Text:
    from monitor.cli.render import words

    return words((f"{title:10}", "strong"), text)


# Feeds, topics, channels ----------------------------------------------------------------------------------------------


def _feeds(snapshot: Snapshot) -> Iterator[RenderableType]:
    from monitor.cli.render import Column, counted, table

    if not snapshot.feeds:
        yield _head("Feeds", "none. Add one: [feeds.NAME] with its url, then wirewatch check.")
        return
    health = counted(Counter(feed.health for feed in snapshot.feeds).items())
    yield _head("Feeds", f"{len(snapshot.feeds):,}: {health}")
    trouble = [feed for feed in snapshot.feeds if feed.health in _TROUBLE]
    if trouble:
        columns = (Column(most=_ID_MOST), Column(flex=1, wrap=True))
        yield table(columns, (_feed(feed, snapshot.at) for feed in trouble))


def _feed(feed: FeedLine, now: datetime) -> tuple[Text, Text]:
    """One feed in trouble: since when, when it is asked next, what happened and what to do."""
    from monitor.cli.render import age, count, words
    from monitor.core.policy import span

    since = f" for {span(now - feed.since)}" if feed.since else ""
    asked = f", {count(feed.failures, 'failure')}" if feed.failures else ""
    next_ = f", next ask {age(feed.due_at, now)}" if feed.due_at and feed.due_at > now else ""
    times = f"{since}{asked}{next_}"
    about = words((feed.health, _STYLE[feed.health]), times)
    return words((feed.id, "strong")), about.append("\n").append_text(words(f"{feed.text} {feed.help}".strip()))


def _topics(snapshot: Snapshot) -> Iterator[RenderableType]:
    from monitor.cli.render import Column, table, words

    if not snapshot.topics:
        yield _head("Topics", 'none. Add one: [topics.NAME] with watch = "words", then wirewatch check.')
        return
    columns = (Column(most=_ID_MOST), Column(right=True), Column(right=True), Column(), Column(flex=1, wrap=True))
    head = (words(("Topics", "strong"), ("    24 hours:", "dim")), words(("alerts", "dim")), words(("upd.", "dim")),
            words(("last alert", "dim")), words(("held", "dim")))  # fmt: skip
    yield table(columns, (head, *(_topic(topic, snapshot.at) for topic in snapshot.topics)), indent=0)


def _topic(topic: TopicLine, now: datetime) -> tuple[Text, ...]:
    from monitor.cli.render import age, counted, words

    return (
        words("  ", (topic.id, "strong")),
        words(f"{topic.alerts:,}"),
        words(f"{topic.updates:,}"),
        words(age(topic.last_alert_at, now) if topic.last_alert_at else ("never", "dim")),
        words(counted(topic.held.items()) or ("nothing", "dim")),
    )


def _channels(snapshot: Snapshot) -> Iterator[RenderableType]:
    from monitor.cli.render import Column, table

    if not snapshot.channels:
        yield _head("Channels", "none: alerts are recorded, and nobody is told.")
        return
    yield _head("Channels")
    columns = (Column(most=_ID_MOST), Column(), Column(flex=1, wrap=True))
    yield table(columns, (_channel(channel, snapshot.at) for channel in snapshot.channels))


def _channel(channel: ChannelLine, now: datetime) -> tuple[Text, ...]:
    from monitor.cli.render import clock, moment, words

    parts = [f"{channel.done:,} delivered" if channel.done else "nothing delivered yet"]
    if channel.oldest_waiting_at is not None:
        parts.append(f"{channel.waiting:,} waiting since {clock(channel.oldest_waiting_at, now)}")
    if channel.next_at is not None:
        parts.append(f"next try {moment(channel.next_at, now)}")
    if channel.given_up:
        parts.append(f"{channel.given_up:,} given up")
    answer = f". Last answer: {channel.last_answer}" if channel.last_answer else ""
    return (
        words((channel.id, "strong")),
        words((channel.health.replace("_", " "), _STYLE[channel.health])),
        words(f"{', '.join(parts)}{answer}"),
    )


# Numbers and problems -------------------------------------------------------------------------------------------------


def _funnel(snapshot: Snapshot) -> Iterator[RenderableType]:
    from monitor.cli.render import Column, count, counted, percent, table, words

    held = Counter[str]()
    for topic in snapshot.topics:
        held.update(topic.held)
    held["of former topics"] = snapshot.held - sum(held.values())
    share = f" ({percent(snapshot.held_share)})" if snapshot.held_share is not None else ""
    breakdown = f": {counted(held.items())}" if snapshot.held else ""
    matched = f"{count(snapshot.matched, 'match', 'matches')}: {snapshot.sent:,} sent, {snapshot.held:,} held{share}"
    rows = (
        ("Memory", f"{count(snapshot.items, 'item')}, {count(snapshot.stories, 'story', 'stories')}"),
        ("24 hours", f"{matched}{breakdown}; {count(snapshot.unmatched, 'item')} matched nothing"),
        ("Lag", _lag(snapshot)),
    )
    columns = (Column(), Column(flex=1, wrap=True))
    yield table(columns, ((words((title, "strong")), words(text)) for title, text in rows), indent=0)


def _lag(snapshot: Snapshot) -> str:
    from datetime import timedelta

    from monitor.core.policy import span

    if snapshot.lag_p50_s is None or snapshot.lag_p95_s is None:
        return "not known yet: nothing with a date was sent"
    return f"p50 {span(timedelta(seconds=snapshot.lag_p50_s))}, p95 {span(timedelta(seconds=snapshot.lag_p95_s))}"


def _problems(snapshot: Snapshot) -> Iterator[RenderableType]:
    """Every problem with what to do. Feeds have said theirs above."""
    from monitor.cli.render import Column, count, listed, table, words

    if snapshot.healthy:
        yield _head("Healthy", "nothing needs your attention")
        return
    yield words((count(len(snapshot.problems), "problem").capitalize(), "warn"))
    rows = [words(_sentence(problem), (advice(snapshot, problem), "dim")) for problem in _elsewhere(snapshot)]
    feeds = [feed.id for feed in snapshot.feeds if feed.health in _TROUBLE]
    if feeds:
        rows.append(words(f"{count(len(feeds), 'feed')} in trouble, see above: {listed(feeds)}."))
    yield table((Column(flex=1, wrap=True),), ((row,) for row in rows))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _elsewhere(snapshot: Snapshot) -> list[str]:
    return [problem for problem in snapshot.problems if not problem.startswith("Feed ")]


def advice(snapshot: Snapshot, problem: str) -> str:
    """What to do about one problem of the snapshot, behind the sentence that states it."""
    if problem == snapshot.service_text:
        if snapshot.service == "silent":
            return " Look at its log (journalctl -u wirewatch), then restart it."
        return " Start it: wirewatch run, or systemctl start wirewatch."
    for channel in snapshot.channels:
        if problem.startswith(f"Channel {channel.id}:"):
            return f" See what it answers now: wirewatch send-test {channel.id}"
    return " wirewatch check names every mistake."
