"""``wirewatch run``: the daemon in the foreground, one round of it, or a dry run."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from monitor.cli.common import EXIT_BAD, EXIT_OK, EXIT_USAGE, CliError, Context, store_error
from monitor.core.model import ChannelId, Outcome
from monitor.ports import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.model import Turn
    from monitor.engine.loop import Loop
    from monitor.engine.plan import Plan
    from monitor.engine.sdnotify import Systemd
    from monitor.settings.result import Settings
    from monitor.wiring import Configured

log = logging.getLogger("wirewatch")

_WARNINGS_MAX = 10


@click.command("run")
@click.option("--once", is_flag=True, help="Ask every feed that is due, deliver what can be delivered now, and exit.")
@click.option(
    "--dry-run", is_flag=True, help="Ask and decide, but save nothing and tell nobody; alerts are only shown."
)
@click.pass_obj
def command(context: Context, once: bool, dry_run: bool) -> None:
    """Run the daemon in the foreground: alerts on stdout, log on stderr.

    \b
    wirewatch run                    until Ctrl-C or SIGTERM; SIGHUP reads the configuration again
    wirewatch run --once --dry-run   what your topics would find right now

    The first poll of a feed alerts on nothing (poll.first_poll = "alert" changes that); a dry run shows it all.
    Exit codes: 0 ended as asked, 1 no feed could be asked, 2 configuration, 3 the store is out of reach or in use.
    """  # noqa: D301 click reads \b as "do not rewrap"
    found = context.configured()
    _log_to_stderr(context.environ)
    if dry_run:
        found = replace(found, settings=_harmless(found.settings))
    for warning in found.settings.warnings:
        log.warning("%s:%d: %s", warning.path, warning.line, warning.message)
    try:
        code = asyncio.run(_run(context, found, once=once, dry_run=dry_run))
    except StoreError as error:
        raise store_error(error) from error
    click.get_current_context().exit(code)


def _harmless(settings: Settings) -> Settings:
    """The same topics over the same feeds, on this terminal only, and showing also what was there before."""
    from monitor.deliver.terminal import TerminalSettings
    from monitor.settings.result import ChannelSettings

    here = ChannelSettings(ChannelId("dry-run"), "terminal", TerminalSettings())
    return replace(
        settings,
        topics=tuple(replace(topic, channels=(here.id,)) for topic in settings.topics),
        channels=(here,),
        policy=replace(settings.policy, first_poll_alerts=True),
    )


async def _run(context: Context, found: Configured, *, once: bool, dry_run: bool) -> int:
    from monitor.deliver.screen import ConsoleScreen
    from monitor.engine.loop import Pace
    from monitor.engine.sdnotify import Systemd
    from monitor.wiring import Parts, SystemClock, service

    plan = make_plan(found, context.environ)
    _warn_of(plan)
    systemd = Systemd.from_environ(context.environ, os.getpid())
    round_ = Round()
    parts = Parts(SystemClock(), ConsoleScreen(sys.stdout), systemd, Pace(), round_.note)
    async with service(found.settings, plan, context.environ, parts, pid=os.getpid(), dry_run=dry_run) as loop:
        if once:
            await loop.once()
            click.echo(round_.summary(), err=True)
            return EXIT_BAD if round_.asked and round_.troubled == round_.asked else EXIT_OK
        stop = asyncio.Event()
        _listen(loop, stop, context, systemd, dry_run=dry_run)
        log.info("watching %d feeds for %d topics (%s)", len(plan.feeds), len(plan.topics.topics), plan.source)
        await loop.run(stop)
        log.info("stopped")
    return EXIT_OK


def _warn_of(plan: Plan) -> None:
    """Say which expectations do not hold. A start goes on all the same: a watch that is not there finds nothing."""
    for failure in plan.broken[:_WARNINGS_MAX]:
        log.warning("%s. %s", failure.text, failure.why)
    if plan.broken:
        log.warning(
            "expectations that do not hold: %d. It runs with these topics all the same; a reload with them would be "
            "refused. wirewatch check names them all",
            len(plan.broken),
        )


def make_plan(found: Configured, environ: Mapping[str, str]) -> Plan:
    """The plan of a configuration, or an exit that says which secret is missing and what to do."""
    from monitor.settings.secrets import SecretError
    from monitor.wiring import plan_of

    try:
        return plan_of(found.settings, environ, str(found.path))
    except SecretError as error:
        raise CliError(error.text, error.help, EXIT_USAGE) from None
    except ValueError as error:
        raise CliError(str(error), code=EXIT_USAGE) from None


def _listen(loop: Loop, stop: asyncio.Event, context: Context, systemd: Systemd, *, dry_run: bool) -> None:
    """SIGTERM and Ctrl-C stop in order; a second one at once, which is safe by design. SIGHUP reloads."""
    running = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()
    one_at_a_time = asyncio.Lock()  # the newest configuration has to be the last one read

    async def reload_in_turn() -> None:
        async with one_at_a_time:
            await _reload(loop, context, systemd, dry_run=dry_run)

    def end(name: str) -> None:
        if stop.is_set():
            os._exit(130)
        log.info("%s: finishing what is under way", name)
        systemd.stopping("finishing what is under way")
        stop.set()

    def reload() -> None:
        task = asyncio.create_task(reload_in_turn())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    running.add_signal_handler(signal.SIGTERM, end, "SIGTERM")
    running.add_signal_handler(signal.SIGINT, end, "interrupted")
    running.add_signal_handler(signal.SIGHUP, reload)


async def _reload(loop: Loop, context: Context, systemd: Systemd, *, dry_run: bool) -> None:
    """Read the configuration again and swap it in, or refuse it and say so everywhere.

    Here a broken expectation is a reason to refuse: there are topics that work, and they stay.
    """
    from monitor.core.query.topics import in_short
    from monitor.settings.paths import NotFound
    from monitor.wiring import Misconfigured, configure

    systemd.reloading(time.monotonic())
    # Thousands of topics take seconds to read: feeds are asked and alerts delivered meanwhile.
    found = await asyncio.to_thread(configure, context.config, context.environ)
    problem = ""
    if isinstance(found, NotFound):
        problem = found.text
    elif isinstance(found, Misconfigured):
        first = next((one for one in found.problems if one.severity == "error"), found.problems[0])
        problem = f"{first.path}:{first.line}:{first.column}: {first.message}"
    else:
        if dry_run:
            found = replace(found, settings=_harmless(found.settings))
        try:
            plan = await asyncio.to_thread(make_plan, found, context.environ)
        except CliError as error:
            problem = error.message
        else:
            problem = in_short(plan.broken)
            if problem:
                await plan.web.aclose()
            else:
                await loop.change(plan)
                log.info("reloaded %s: %d feeds, %d topics", plan.source, len(plan.feeds), len(plan.topics.topics))
    if problem:
        log.error("reload refused, the old configuration keeps running: %s", problem)
        await loop.refuse(problem)
    systemd.ready("reload refused: " + problem if problem else f"watching, reloaded from {loop.source}")


class Round:
    """What the turns of one run came to. Feeds in trouble are logged as they come."""

    def __init__(self) -> None:
        self.asked = 0
        self.troubled = 0
        self._items = 0
        self._outcomes: Counter[Outcome] = Counter()

    def note(self, turn: Turn) -> None:
        """Count one turn."""
        self.asked += 1
        self._items += len(turn.items)
        self._outcomes.update(verdict.outcome for verdict in turn.verdicts)
        problem = turn.state.problem
        if problem is not None:
            self.troubled += 1
            log.warning("feed %s: %s %s", turn.state.feed, problem.text, problem.help)

    def summary(self) -> str:
        """One line for people."""
        sent = sum(count for outcome, count in self._outcomes.items() if outcome.sent)
        held = sum(self._outcomes.values()) - sent - self._outcomes[Outcome.UNMATCHED]
        trouble = f", {self.troubled} in trouble" if self.troubled else ""
        return f"{self.asked} feeds asked{trouble}; {self._items} new items, {sent} alerts, {held} held back"


def _log_to_stderr(environ: Mapping[str, str]) -> None:
    """One event a line; the journal gets priorities in place of times, which it has itself."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(_Journal() if environ.get("JOURNAL_STREAM") else _Plain())
    root = logging.getLogger()
    root.handlers[:] = [stream]
    root.setLevel(logging.WARNING)
    log.setLevel(logging.INFO)


class _Plain(logging.Formatter):
    """``14:03:11 warning feed sana: …`` in UTC, each event on one line."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 the library's name
        """Render the time of day in UTC."""
        return time.strftime(datefmt or "%H:%M:%S", time.gmtime(record.created))

    def format(self, record: logging.LogRecord) -> str:
        """Render one event."""
        from monitor.core.text import safe

        text = super().format(record)
        words = text if record.exc_info else safe(text, 2_000)
        return f"{self.formatTime(record)} {record.levelname.lower():7} {words}"


class _Journal(_Plain):
    """The same with syslog priorities, as the journal reads them (sd-daemon(3))."""

    def format(self, record: logging.LogRecord) -> str:
        """Render one event."""
        from monitor.core.text import safe

        level = {logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3}.get(record.levelno, 2)
        text = logging.Formatter.format(self, record)
        return f"<{level}>{text if record.exc_info else safe(text, 2_000)}"
