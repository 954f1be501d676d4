"""``wirewatch try``: a query or a watch on the items that are stored, before anybody is woken by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, NoReturn

import click

from monitor.cli.common import EXIT_BAD, EXIT_OK, EXIT_USAGE, Context, json_option, print_json, refuse, suggest

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.model import Topic
    from monitor.core.query.clauses import ClauseCount
    from monitor.core.query.compile import Compiled
    from monitor.core.query.concepts import Concepts
    from monitor.core.query.tree import QueryProblem
    from monitor.core.trial import Trial
    from monitor.ports import Reader
    from monitor.settings.result import Settings
    from monitor.wiring import Configured

SAMPLES_MAX = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to try, as the command line says it."""

    query: str | None
    watch: str | None
    topic: str | None
    since: str
    feeds: tuple[str, ...]
    samples: int


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial that ran. ``more``: there were items beyond the limit. ``clauses``: only where nothing matched."""

    compiled: Compiled
    against: Compiled | None
    since: datetime
    trial: Trial
    more: bool
    stored: int
    clauses: ClauseCount | None


@click.command("try")
@click.argument("query", required=False)
@click.option("--watch", metavar="WORDS", help="Try plain words, as a topic's watch, in place of a query.")
@click.option("--topic", metavar="ID", help="Compare with this topic; without QUERY and --watch: try the topic itself.")
@click.option(
    "--since", metavar="WHEN", default="7d", show_default=True, help="Items seen since then: 12h, 30d, a date."
)
@click.option("--feed", "feeds", metavar="FEED", multiple=True, help="Only this feed, or tag:NAME; may be repeated.")
@click.option("-n", "samples", metavar="N", type=click.IntRange(0, SAMPLES_MAX), default=5, show_default=True,
              help="How many headlines to show of each kind.")  # fmt: skip
@json_option
@click.pass_obj
def command(
    context: Context,
    query: str | None,
    watch: str | None,
    topic: str | None,
    since: str,
    feeds: tuple[str, ...],
    samples: int,
    as_json: bool,
) -> None:
    """Try a query on the stored items: how many match, on which days, what would be told and what held.

    Nothing is stored and nobody is told. Items that were there at a feed's first poll count as news here.

    \b
    wirewatch try '@aleppo AND (hospital OR clinic) NOT title:anniversary'
    wirewatch try --watch 'Aleppo ceasefire' --since 30d --feed tag:syria
    wirewatch try 'aleppo NEAR/8 truce' --topic aleppo-ceasefire

    Exit codes: 0 something matches, 1 nothing does, 2 query, command line or configuration, 3 the store cannot be
    read, 4 not permitted.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.cli.state import system_now

    wanted = Wanted(query, watch, topic, since, feeds, samples)
    click.get_current_context().exit(try_(context, wanted, system_now(), as_json=as_json))


def try_(context: Context, wanted: Wanted, now: datetime, *, as_json: bool) -> int:
    """Try it, and show what came of it."""
    from monitor.cli.render import show, talk
    from monitor.cli.trial_screen import as_object, empty, screen
    from monitor.cli.when import read_when
    from monitor.wiring import concepts_of

    found = context.configured()
    settings = found.settings
    concepts = concepts_of(settings.packs, settings.concepts)
    compiled, against = _compiled(found, wanted, concepts, as_json=as_json)
    since = read_when(wanted.since, "--since", now)
    with context.reading(found) as reader:
        tried = _run(reader, settings, concepts, compiled, against, since, wanted.samples)
    if as_json:
        print_json(as_object(tried, concepts, now))
    elif tried.trial.looked:
        show(*screen(tried, settings, concepts, now))
    if not tried.trial.looked:
        talk(empty(tried, now))
    return EXIT_OK if tried.trial.matched else EXIT_BAD


def _run(
    reader: Reader,
    settings: Settings,
    concepts: Concepts,
    compiled: Compiled,
    against: Compiled | None,
    since: datetime,
    samples: int,
) -> Tried:
    """Look at the items newest first, judge what matched oldest first; where nothing did, ask for the reason."""
    from monitor.core.query.clauses import ClauseCount
    from monitor.core.trial import ITEMS_MAX, Trial

    feeds = {feed.id: feed for feed in settings.feeds}
    trial = Trial(compiled, concepts, feeds, settings.policy, against=against, samples=samples)
    heard = filter(trial.hears, reader.items(since))
    for item in islice(heard, ITEMS_MAX):
        trial.look(item)
    more = next(heard, None) is not None
    for name in trial.to_judge:
        item_again = reader.item(name)
        if item_again is not None:  # else forgotten since it was looked at
            trial.judge(item_again)
    clauses = None
    if trial.looked and not trial.matched:
        clauses = ClauseCount(compiled, concepts)
        for item in islice(filter(trial.hears, reader.items(since)), ITEMS_MAX):
            clauses.look(item, trial.feed(item))
    return Tried(compiled, against, since, trial, more, reader.facts(since).items, clauses)


# What to try ----------------------------------------------------------------------------------------------------------


def _compiled(
    found: Configured, wanted: Wanted, concepts: Concepts, *, as_json: bool
) -> tuple[Compiled, Compiled | None]:
    """The query to try, and the topic to compare it with; or an exit that says what is wrong."""
    from monitor.core.model import Topic
    from monitor.core.query.compile import compile_topic
    from monitor.core.query.tree import QueryProblem
    from monitor.core.trial import TRIED

    if wanted.query is not None and wanted.watch is not None:
        refuse("a query and --watch say two things", "Give one of them: wirewatch try --watch 'Aleppo ceasefire'")
    topic = _topic(found.settings, wanted.topic) if wanted.topic is not None else None
    if topic is None and wanted.query is None and wanted.watch is None:
        refuse(
            "there is nothing to try", "Give a query, --watch WORDS, or --topic ID: wirewatch try 'aleppo AND truce'"
        )
    feeds = _feeds(found.settings, wanted.feeds) or (topic.feeds if topic is not None else ())
    if topic is not None and wanted.query is None and wanted.watch is None:
        tried, against = replace(topic, feeds=feeds), None
    else:
        tried, against = Topic(TRIED, watch=wanted.watch, query=wanted.query, feeds=feeds), topic
    compiled = compile_topic(tried, concepts)
    if isinstance(compiled, QueryProblem):
        _explain(compiled, tried, as_json=as_json)
    compared = compile_topic(against, concepts) if against is not None else None
    assert not isinstance(compared, QueryProblem), "the configuration was checked"
    return compiled, compared


def _topic(settings: Settings, name: str) -> Topic:
    topics = {str(topic.id): topic for topic in settings.topics}
    if name not in topics:
        known = f"Topics: {', '.join(topics)}." if topics else "The configuration has no topics yet."
        refuse(f"there is no topic {name!r}{suggest(name, topics)}", known)
    return topics[name]


def _feeds(settings: Settings, chosen: tuple[str, ...]) -> tuple[str, ...]:
    known = [feed.id for feed in settings.feeds]
    tags = {f"tag:{tag}" for feed in settings.feeds for tag in feed.tags}
    for name in chosen:
        if name not in known and name not in tags:
            refuse(f"there is no feed {name!r}{suggest(name, [*known, *sorted(tags)])}", "wirewatch feeds lists them.")
    return chosen


def _explain(problem: QueryProblem, topic: Topic, *, as_json: bool) -> NoReturn:
    """Show what is wrong with a query, with a caret under it, as ``check`` does."""
    from monitor.settings.problems import ConfigProblem, render
    from monitor.settings.problems import as_json as problems_json

    source = topic.watch if topic.watch is not None else topic.query or ""
    before = source[: problem.start].split("\n")
    width = max(1, min(problem.end, len(source)) - problem.start)
    place = "--watch" if topic.watch is not None else "QUERY"
    shown = ConfigProblem("error", problem.message, place, len(before), len(before[-1]) + 1, width, problem.help)
    if as_json:
        print_json({"ok": False, "problems": problems_json([shown])})
    else:
        click.echo(render([shown], source), err=True, nl=False)
    raise click.exceptions.Exit(EXIT_USAGE)
