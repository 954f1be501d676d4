"""What ``wirewatch`` alone says: where things stand, and the next useful command."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from monitor.cli.common import EXIT_OK, EXIT_USAGE, CliError, Context

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.snapshot import Snapshot
    from monitor.wiring import Configured

_SMALLEST = """\
[feeds.bbc-world]
url = "https://feeds.bbci.co.uk/news/world/rss.xml"

[topics.ceasefires]
watch = "ceasefire"
channels = ["terminal"]

[channels.terminal]
kind = "terminal"

[concepts]
packs = ["conflict", "middle-east"]
"""


def welcome(context: Context, now: datetime | None = None) -> int:
    """Say where things stand and what to type next. A named configuration that is missing is a usage error."""
    from monitor.cli.render import say
    from monitor.cli.state import system_now
    from monitor.settings.paths import NotFound
    from monitor.wiring import Misconfigured, configure

    found = configure(context.config, context.environ)
    if isinstance(found, NotFound):
        if found.named:
            raise CliError(found.text, found.help, EXIT_USAGE)
        say(_newcomer([str(path) for path in found.looked]))
    elif isinstance(found, Misconfigured):
        errors = sum(problem.severity == "error" for problem in found.problems)
        say(f"{found.path} has {errors} mistake{'' if errors == 1 else 's'}.\n\nNext: wirewatch check")
    else:
        say(_short(context, found, now or system_now()))
    return EXIT_OK


def _newcomer(looked: list[str]) -> str:
    places = "\n".join(f"  {path}" for path in looked)
    smallest = "".join(f"  {line}".rstrip() + "\n" for line in _SMALLEST.splitlines())
    return (
        "Wirewatch watches news feeds for topics: never the same story twice, never news held back in silence.\n\n"
        f"There is no configuration yet. Looked for:\n{places}\n\n"
        "Next:\n"
        "  wirewatch demo                      see it work now, offline\n"
        "  wirewatch --config my.toml check    once you have written one, such as this:\n\n" + smallest
    ).rstrip()


def _short(context: Context, found: Configured, now: datetime) -> str:
    from monitor.cli.render import count, counted, moment
    from monitor.cli.state import state_of

    state = state_of(context, found, now, need=False)
    snapshot = state.snapshot
    sizes = f"{count(len(snapshot.feeds), 'feed')}, {count(len(snapshot.topics), 'topic')}"
    with_config = f"wirewatch --config {context.config}" if context.config else "wirewatch"
    if state.missing is not None and snapshot.service == "never" and not _store_exists(context, found):
        return (
            f"{found.path}: {sizes}. It has never run.\n\n"
            f"Next:\n  {with_config} check                   is everything in it right?\n"
            f"  {with_config} run --once --dry-run    what would it tell you right now?\n"
            f"  {with_config} run"
        )
    if state.missing is not None:
        return f"{found.path}: {sizes}.\n{state.missing.message}\n{state.missing.help}\n\nNext: {with_config} status"
    health = counted(Counter(feed.health for feed in snapshot.feeds).items())
    last = max((topic.last_alert_at for topic in snapshot.topics if topic.last_alert_at), default=None)
    return (
        f"{snapshot.service_text} {found.path}: {sizes}.\n"
        f"Feeds: {health or 'none'}. Last 24 hours: {count(snapshot.sent, 'alert')}, {snapshot.held:,} held back. "
        f"Last alert: {moment(last, now)}.\n\n"
        f"Next: {with_config} {_next(snapshot)}"
    )


def _store_exists(context: Context, found: Configured) -> bool:
    from monitor.wiring import store_path

    try:
        return store_path(found.settings, context.environ).exists()
    except PermissionError:
        return True


def _next(snapshot: Snapshot) -> str:
    """The command that is most useful now."""
    if snapshot.service in ("never", "stopped"):
        return "run"
    if not snapshot.healthy:
        return "status"
    if snapshot.sent:
        return "tail -f"
    return "tail --held" if snapshot.held else "feeds"
