"""``wirewatch tail``: the stream of alerts, or of what was held back, from the memory; the service need not run."""

from __future__ import annotations

import os
import select
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import click

from monitor.cli.common import EXIT_INTERRUPTED, EXIT_OK, Context, print_json, refuse, suggest
from monitor.cli.when import read_when

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from rich.text import Text

    from monitor.cli.state import State
    from monitor.core.model import FeedId, TopicId
    from monitor.ports import Reader

Form = Literal["short", "long", "json"]
LAST = 20
_LOOK_EVERY_MS = 250


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked to see. ``last``: only the newest so many; None: all."""

    last: int | None = LAST
    since: datetime | None = None
    until: datetime | None = None
    topic: TopicId | None = None
    held: bool = False
    follow: bool = False
    form: Form = "short"

    @property
    def limited(self) -> bool:
        """Whether there may be more than what was asked for."""
        return bool(self.since or self.until or self.topic)


@click.command("tail")
@click.option("-f", "--follow", is_flag=True, help="Go on with what comes; Ctrl-C ends it.")
@click.option("-n", "--lines", metavar="N", type=click.IntRange(0), help=f"The newest N: {LAST}, or all of a time.")
@click.option("--since", metavar="WHEN", help="From then on.")
@click.option("--until", metavar="WHEN", help="Before then.")
@click.option("--topic", metavar="TOPIC", help="Of this topic only.")
@click.option("--held", is_flag=True, help="What matched and was held back, and why.")
@click.option("-o", "--output", "form", type=click.Choice(["short", "long", "json"]), default="short",
              show_default=True, help="One line each, several, or JSON Lines.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as -o json.")
@click.pass_obj
def command(
    context: Context,
    follow: bool,
    lines: int | None,
    since: str | None,
    until: str | None,
    topic: TopicId | None,
    held: bool,
    form: Form,
    as_json: bool,
) -> None:
    """The alert stream, oldest first, also with the service stopped.

    WHEN is 2016-10-18T14:03:11Z, 2016-10-18, or back from now: 30m, 2h, 7d. Times are UTC. In JSON an alert is the data
    of its webhook event, and what was held is its verdict.

    \b
    wirewatch tail -f -o long
    wirewatch tail --held --since 2h --topic aleppo-ceasefire

    Exit codes: 0 shown, or nothing to show; 2 usage or configuration; 3 the store cannot be read; 4 not permitted;
    130 interrupted.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.cli.state import system_now

    now = system_now()
    start = read_when(since, "--since", now) if since else None
    end = read_when(until, "--until", now) if until else None
    if follow and end:
        refuse("-f goes on, and --until ends: they contradict each other", "Leave one of them out.")
    if start and end and start >= end:
        refuse("--since is not before --until: there is nothing in between", "Swap them, or leave one of them out.")
    last = LAST if lines is None and not (start or end) else lines
    wanted = Wanted(last, start, end, topic, held, follow, "json" if as_json else form)
    if follow:
        # An exception out of a signal can be lost in a callback, and then Ctrl-C does nothing. There is nothing to put
        # away here: the store was opened to read, and every line is written out when it is shown.
        signal.signal(signal.SIGINT, lambda *_: os._exit(EXIT_INTERRUPTED))
    click.get_current_context().exit(tail(context, wanted, now, wait))


def tail(context: Context, wanted: Wanted, now: datetime, wait: Callable[[], None]) -> int:
    """Show what is there; to follow, ``wait`` before each look at whether there is more."""
    from monitor.cli.render import talk
    from monitor.cli.state import read_state

    found = context.configured()
    topics = [topic.id for topic in found.settings.topics]
    if wanted.topic is not None and wanted.topic not in topics:
        talk(f"The configuration has no topic {wanted.topic!r}{suggest(wanted.topic, topics)}")
    with context.reading(found) as reader:
        stream = _Stream(reader, wanted, {feed.id: feed.name for feed in found.settings.feeds}, now.date())
        if not stream.show_first() and wanted.last != 0:
            talk(empty(wanted, read_state(reader, found, now)))
        while wanted.follow:
            wait()
            stream.show_new()
    return EXIT_OK


def wait() -> None:
    """A quarter of a second. Ends the verb as soon as nobody reads its output any more."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)  # that the other end is gone is told unasked
    if poll.poll(_LOOK_EVERY_MS):
        raise BrokenPipeError


class _Stream:
    """Where we are in the stream. A day other than today is announced beside the data: lines show the time only."""

    def __init__(self, reader: Reader, wanted: Wanted, names: Mapping[FeedId, str], day: date) -> None:
        self._reader = reader
        self._wanted = wanted
        self._names = names
        self._day = day
        self._seq = 0
        self._version = 0

    def show_first(self) -> int:
        """What was there; how much that was."""
        self._version = self._reader.data_version()  # before reading: what comes meanwhile is looked at again
        newest = self._reader.held(last=1) if self._wanted.held else self._reader.alerts(last=1)
        self._seq = newest[0][0] if newest else 0
        return self._show(0, self._wanted.last)

    def show_new(self) -> None:
        """What came since, where somebody has written."""
        version = self._reader.data_version()
        if version != self._version:
            self._version = version
            self._show(self._seq, None)

    def _show(self, after: int, last: int | None) -> int:
        from monitor.cli import told

        wanted, long = self._wanted, self._wanted.form == "long"
        limits = {"since": wanted.since, "until": wanted.until}
        if wanted.held:
            held = self._reader.held(after=after, topic=wanted.topic, last=last, **limits)
            for seq, verdict, item in held:
                if wanted.form == "json":
                    self._put(seq, told.held_data(verdict, item))
                else:
                    self._print(seq, verdict.at, told.held_text(verdict, item, self._names, long=long))
            return len(held)
        alerts = self._reader.alerts(after=after, topic=wanted.topic, last=last, **limits)
        for seq, alert in alerts:
            if wanted.form == "json":
                self._put(seq, told.alert_data(alert))
            else:
                self._print(seq, alert.at, told.alert_text(alert, long=long))
        return len(alerts)

    def _put(self, seq: int, data: dict[str, object]) -> None:
        print_json(data)
        self._seq = max(self._seq, seq)

    def _print(self, seq: int, at: datetime, text: Text) -> None:
        from monitor.cli.render import show, talk
        from monitor.deliver.screen import hang, width_of

        if at.date() != self._day:
            self._day = at.date()
            talk(f"{self._day:%A} {self._day}, times in UTC")
        if sys.stdout.isatty() and self._wanted.form == "long":
            text = hang(text, width_of(sys.stdout, os.environ))
        show(text, wrap=False)
        self._seq = max(self._seq, seq)


def empty(wanted: Wanted, state: State) -> str:
    """What nothing means, with counts and the next command."""
    from monitor.cli.render import count

    snapshot = state.snapshot
    what = "Nothing was held back" if wanted.held else "No alerts"
    if wanted.limited:
        of = f" of topic {wanted.topic}" if wanted.topic else ""
        return f"{what}{of}{_between(wanted)}. Without these limits: wirewatch tail{' --held' if wanted.held else ''}"
    read = f"{count(len(snapshot.feeds), 'feed')}, {count(snapshot.items, 'item')} read"
    day = f"in the last 24 hours {count(snapshot.matched, 'match', 'matches')}, {snapshot.held:,} held back"
    if snapshot.service != "running" and not snapshot.items:
        next_ = "wirewatch run"
    elif snapshot.held and not wanted.held:
        next_ = "wirewatch tail --held"
    elif wanted.held:
        next_ = "wirewatch status"
    else:
        next_ = "wirewatch topics"
    return f"{what} yet. {read}; {day}. Next: {next_}"


def _between(wanted: Wanted) -> str:
    since = f" since {wanted.since:%Y-%m-%d %H:%M:%S}" if wanted.since else ""
    until = f" before {wanted.until:%Y-%m-%d %H:%M:%S}" if wanted.until else ""
    return since + until
