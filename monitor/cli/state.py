"""The snapshot that the reading verbs show, with or without a memory to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.cli.common import CliError, Context
from monitor.core.snapshot import SINCE, Facts, snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.snapshot import Snapshot
    from monitor.ports import Reader
    from monitor.wiring import Configured

_NOTHING = Facts(service=None, feeds=(), channels=(), outcomes={}, items=0, stories=0)


@dataclass(frozen=True, slots=True)
class State:
    """What there is to know at one moment. ``missing``: why the memory could not be read; its numbers are then 0."""

    now: datetime
    facts: Facts
    snapshot: Snapshot
    missing: CliError | None = None


def system_now() -> datetime:
    """The time of the machine, for verbs that were given none."""
    from monitor.wiring import SystemClock

    return SystemClock().now()


def read_state(reader: Reader, found: Configured, now: datetime) -> State:
    """The state as a memory that is open tells it."""
    return _state(reader.facts(now - SINCE), found, now)


def state_of(context: Context, found: Configured, now: datetime, *, need: bool) -> State:
    """The state, from the memory. Where that cannot be read: an exit that says so; without ``need`` an empty state."""
    try:
        with context.reading(found) as reader:
            return read_state(reader, found, now)
    except CliError as error:
        if need:
            raise
        return _state(_NOTHING, found, now, error)


def say_missing(state: State) -> None:
    """Say which numbers are left out, and why."""
    from monitor.cli.render import talk

    if state.missing is not None:
        talk(f"Counts and times are left out: {state.missing.message}. {state.missing.help}")


def _state(facts: Facts, found: Configured, now: datetime, missing: CliError | None = None) -> State:
    settings = found.settings
    channels = {channel.id: channel.kind for channel in settings.channels}
    return State(now, facts, snapshot(facts, settings.feeds, settings.topics, channels, now), missing)
