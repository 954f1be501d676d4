"""``wirewatch peek``: what Wirewatch sees in one feed; stores nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import EXIT_BAD, EXIT_OK, CliError, Context, console, json_option, print_json
from monitor.core.item import make_items
from monitor.core.model import LIMITS, Feed, FeedId, FeedState, PollPolicy
from monitor.core.policy import span
from monitor.core.replay import item_json
from monitor.core.text import safe
from monitor.core.wire import Fetched, Parsed, Unreadable

if TYPE_CHECKING:
    from rich.console import Console

    from monitor.core.model import Item

_FEED = FeedId("peek")


@dataclass(frozen=True, slots=True)
class _Sight:
    """What came of one look: the parsed feed, or why there is none, and the state that it would leave."""

    parsed: Parsed | Unreadable | None
    state: FeedState
    items: tuple[Item, ...]
    size: int


@click.command("peek")
@click.argument("link", metavar="LINK|FILE")
@click.option("--private", is_flag=True, help="Allow an address in a private network, for a feed of your own.")
@json_option
@click.pass_obj
def command(context: Context, link: str, private: bool, as_json: bool) -> None:
    """Look at one feed, at an address or in a file: its items, its health, how often it would be asked.

    \b
    wirewatch peek https://example.org/rss.xml
    wirewatch peek saved-feed.xml --json

    Exit codes: 0 it is a feed, 1 it is not, or cannot be reached.
    """  # noqa: D301 click reads \b as "do not rewrap"
    policy, allowed = _manners(context)
    if link.startswith(("http://", "https://")):
        sight = asyncio.run(_ask(link, policy, ("0.0.0.0/0", "::/0") if private else allowed))
    else:
        sight = asyncio.run(_open(Path(link), policy))
    if as_json:
        for item in sight.items:
            print_json(item_json(item))
    problem = sight.state.problem
    if problem is not None:
        ours = " For one look: peek --private." if problem.kind == "forbidden" and not private else ""
        raise CliError(problem.text, problem.help + ours, EXIT_BAD)
    if not as_json:
        _show(sight, link, console())
    click.get_current_context().exit(EXIT_OK)


def _manners(context: Context) -> tuple[PollPolicy, tuple[str, ...]]:
    """The configuration's, where there is one: peek works without."""
    from monitor.wiring import Configured, configure

    found = configure(context.config, context.environ)
    if isinstance(found, Configured):
        return found.settings.policy, found.settings.allow_private
    if context.config is not None:
        context.configured()
    return PollPolicy(), ()


async def _ask(link: str, policy: PollPolicy, allowed: tuple[str, ...]) -> _Sight:
    from monitor.engine.turn import USER_AGENT
    from monitor.fetch import exchange
    from monitor.fetch.http import HttpWeb
    from monitor.wiring import SystemClock, parser

    clock = SystemClock()
    feed = Feed(_FEED, link, link)
    before = FeedState(_FEED, link, due_at=clock.now(), asked_at=clock.now())
    web = HttpWeb(allowed)
    try:
        answer = await web.send(exchange.ask(before, USER_AGENT))
    finally:
        await web.aclose()
    now = clock.now()
    outcome = exchange.read(before, answer, feed, policy, now)
    if not isinstance(outcome, Fetched):
        return _Sight(None, outcome.state, (), 0)
    async with parser() as pool:
        parsed = await pool.parse(outcome.body, outcome.content_type, outcome.url)
    if isinstance(parsed, Unreadable):
        return _Sight(parsed, exchange.unreadable(before, parsed, feed, policy, now), (), len(outcome.body))
    state = exchange.readable(outcome.state, parsed, feed, policy, now)
    items = make_items(parsed.items, _FEED, now, language=parsed.language)
    return _Sight(parsed, state, tuple(items), len(outcome.body))


async def _open(path: Path, policy: PollPolicy) -> _Sight:
    from monitor.fetch import exchange
    from monitor.wiring import SystemClock, parser

    try:
        with path.open("rb") as stream:
            body = stream.read(LIMITS.body_bytes_max)
    except OSError as error:
        raise CliError(f"{path}: {error.strerror}", "Name a file, or an address with http:// or https://.") from None
    now = SystemClock().now()
    feed = Feed(_FEED, str(path), path.name)
    state = FeedState(_FEED, str(path), due_at=now, asked_at=now)
    async with parser() as pool:
        parsed = await pool.parse(body, "", path.name)
    if isinstance(parsed, Unreadable):
        return _Sight(parsed, exchange.unreadable(state, parsed, feed, policy, now), (), len(body))
    items = make_items(parsed.items, _FEED, now, language=parsed.language)
    return _Sight(parsed, state, tuple(items), len(body))


def _show(sight: _Sight, link: str, screen: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    parsed, state = sight.parsed, sight.state
    assert isinstance(parsed, Parsed)
    screen.print(Text(safe(parsed.title, LIMITS.title_max) or "(no title)", "bold"))
    facts = [("kind", parsed.kind), ("size", f"{sight.size:,} bytes"), ("items", f"{len(sight.items)}")]
    if parsed.dropped:
        facts.append(("left out", f"{parsed.dropped} items over the limit of {LIMITS.items_max:,}"))
    facts.extend(("note", safe(note, 300)) for note in parsed.notes)
    if link.startswith("http"):
        has = [name for name, value in (("ETag", state.etag), ("Last-Modified", state.last_modified)) if value]
        facts.append(("validators", " and ".join(has) or "none: every poll is a full download"))
        if state.asked_at is not None:
            facts.append(("would be asked again", f"in {span(state.due_at - state.asked_at)}"))
    for name, value in facts:
        screen.print(Text.assemble((f"{name:21}", "dim"), value))
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="dim")
    table.add_column("published", no_wrap=True)
    table.add_column("headline", overflow="ellipsis", no_wrap=True, ratio=1)
    for item in reversed(sight.items):
        when = f"{item.published:%Y-%m-%d %H:%M}" if item.published else "no date"
        table.add_row(Text(when), Text(item.headline))
    screen.print(table)
