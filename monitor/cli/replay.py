"""``wirewatch replay``: recorded items, or feed files, through match, place and decide; no network, nothing kept."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import EXIT_BAD, EXIT_OK, CliError, Context, console, json_option, print_json
from monitor.core.model import LIMITS, FeedId, Outcome, PollPolicy
from monitor.core.query.concepts import Concepts
from monitor.core.query.index import TopicIndex
from monitor.core.replay import Recorded, Replay, recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from monitor.core.replay import ReplayLine
    from monitor.core.wire import Parsed, Unreadable


@click.command("replay")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--config", metavar="FILE", help="Configuration with the topics; as the option before the verb.")
@click.option("--place-all", is_flag=True, help="Place every item in a story, also those that no topic matches.")
@json_option
@click.pass_obj
def command(context: Context, files: tuple[Path, ...], config: str | None, place_all: bool, as_json: bool) -> None:
    """Replay recorded items (JSON Lines) or feed files against the topics of a configuration.

    One verdict a line: what would have been told, what held, and why. "-" reads standard input.

    \b
    wirewatch --config my.toml replay yesterday.jsonl
    wirewatch replay --place-all --json items.jsonl > verdicts.jsonl

    Exit codes: 0 replayed, 1 some lines could not be read (each is named), 2 configuration.
    """  # noqa: D301 click reads \b as "do not rewrap"
    player = _player(Context(config or context.config, context.environ), place_all=place_all)
    screen = console()
    counts: Counter[str] = Counter()
    bad = 0
    for path in files:
        for one in _items(path):
            if isinstance(one, str):
                click.echo(f"wirewatch: {one}", err=True)
                bad += 1
                continue
            for line in player.play(one):
                counts[line.verdict.outcome] += 1
                if as_json:
                    print_json(line.as_json())
                else:
                    _show(line, screen)
    summary = ", ".join(f"{count:,} {outcome}" for outcome, count in counts.most_common()) or "no items"
    click.echo(f"replayed: {summary}" + (f"; {bad} not readable" if bad else ""), err=True)
    click.get_current_context().exit(EXIT_BAD if bad else EXIT_OK)


def _player(context: Context, *, place_all: bool) -> Replay:
    """A replay on the configuration's topics. Placing alone needs no topics, and so no configuration."""
    from monitor.settings.paths import NotFound, find_config
    from monitor.wiring import topics_of

    if place_all and context.config is None and isinstance(find_config(None, context.environ), NotFound):
        click.echo("no configuration: items are placed, and no topic is asked", err=True)
        return Replay(TopicIndex((), Concepts()), (), PollPolicy(), place_all=True)
    settings = context.configured().settings
    return Replay(topics_of(settings), settings.feeds, settings.policy, place_all=place_all)


def _items(path: Path) -> Iterator[Recorded | str]:
    """The items of one file, or sentences about lines that are none."""
    try:
        stream = sys.stdin.buffer if str(path) == "-" else path.open("rb")
    except OSError as error:
        raise CliError(
            f"{path}: {error.strerror}", "Name a file of recorded items, or a feed saved to a file."
        ) from None
    with stream:
        start = stream.readline(LIMITS.replay_line_max + 1)
        if _is_feed(start):
            yield from _feed_items(path, start + stream.read(LIMITS.body_bytes_max + 1 - len(start)))
            return
        number = 0
        line = start
        while line:
            number += 1
            if len(line) > LIMITS.replay_line_max:
                yield f"{path}:{number}: longer than {LIMITS.replay_line_max:,} bytes; skipped"
                while line and not line.endswith(b"\n"):
                    line = stream.readline(LIMITS.replay_line_max)
            elif line.strip():
                yield _line(path, number, line)
            line = stream.readline(LIMITS.replay_line_max + 1)


def _line(path: Path, number: int, line: bytes) -> Recorded | str:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"{path}:{number}: not JSON ({error}); one item a line is expected"
    one = recorded(value)
    return f"{path}:{number}: {one}" if isinstance(one, str) else one


def _is_feed(start: bytes) -> bool:
    head = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"<", b"\xff\xfe", b"\xfe\xff")) or not head:
        return head != b""
    if not head.startswith(b"{"):
        return False
    return b"jsonfeed.org/version" in head or head in (b"{", b"{\n", b"{\r\n")


def _feed_items(path: Path, body: bytes) -> Iterator[Recorded | str]:
    if len(body) > LIMITS.body_bytes_max:
        yield f"{path}: longer than {LIMITS.body_bytes_max:,} bytes"
        return
    parsed = asyncio.run(parse_bytes(body, str(path)))
    from monitor.core.wire import Unreadable

    if isinstance(parsed, Unreadable):
        yield f"{path}: {parsed.text} {parsed.help}"
        return
    for raw in reversed(parsed.items):
        yield Recorded(raw.guid, FeedId(path.stem), raw, None)


async def parse_bytes(body: bytes, url: str) -> Parsed | Unreadable:
    """Parse bytes in the killable parser, outside any service."""
    from monitor.wiring import parser

    async with parser() as pool:
        return await pool.parse(body, "", url)


def _show(line: ReplayLine, screen: Console) -> None:
    from rich.text import Text

    verdict = line.verdict
    style = {"alerted": "bold green", "update": "bold yellow", "unmatched": "dim"}.get(verdict.outcome, "cyan")
    text = Text.assemble(
        (f"{verdict.outcome:9} ", style),
        (f"{verdict.topic or '-'}  ", ""),
        (line.item.headline, "bold" if verdict.outcome.sent else ""),
        (f"  {line.item.feed}  {line.name[:12]}", "dim"),
    )
    screen.print(text, soft_wrap=True)
    if verdict.outcome is not Outcome.UNMATCHED:
        screen.print(Text(f"          {verdict.reason}", "dim"), soft_wrap=True)
