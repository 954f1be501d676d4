"""``wirewatch demo``: a recorded day of news, offline, through the real daemon."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from monitor.cli.common import EXIT_INTERRUPTED, EXIT_OK
from monitor.core.model import Outcome

if TYPE_CHECKING:
    from monitor.demo.show import Ending

_DAY_S = 86_400


@click.command("demo")
@click.option(
    "--seconds", type=click.FloatRange(5, 3_600), default=45.0, show_default=True, help="How long the day takes."
)
def command(seconds: float) -> None:
    """Watch a recorded day of news, offline: alerts within seconds, and what is held back, with reasons.

    Twelve invented feeds of all formats are served on loopback and watched by the real daemon, on a store of its own in
    a temporary folder. Only the clock runs faster. It ends by itself, or with Ctrl-C, and leaves nothing behind.

    \b
    wirewatch demo
    wirewatch demo --seconds 120

    Exit codes: 0 the day ended, 130 interrupted.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.deliver.screen import ConsoleScreen
    from monitor.demo.show import play

    click.echo(
        f"18 October 2016, 05:00 UTC. Twelve feeds, three topics, one day in {seconds:.0f} seconds. Ctrl-C ends it.\n"
        "The first poll of each feed is a baseline: what is there is remembered, and only what comes after is told.\n"
    )
    ending = asyncio.run(play(ConsoleScreen(sys.stdout), _DAY_S / seconds))
    click.echo(_closing(ending))
    click.get_current_context().exit(EXIT_OK if ending.whole else EXIT_INTERRUPTED)


def _closing(ending: Ending) -> str:
    counts = ending.outcomes
    held = {one: count for one, count in counts.items() if not one.sent and one is not Outcome.UNMATCHED}
    reasons = ", ".join(f"{held[one]} {one.value}" for one in sorted(held, key=lambda one: -held[one]))
    again = f", {ending.repeated} of them again under the same id after a refusal" if ending.repeated else ""
    return (
        f"\n{ending.items} items came in. {counts[Outcome.ALERTED]} alerts and {counts[Outcome.UPDATE]} updates went "
        f"out, {sum(held.values())} matches were held back ({reasons}).\n"
        f"A webhook receiver on loopback heard {ending.received} signed deliveries{again}.\n\n"
        "Next: copy config/wirewatch.toml, put in your own topics and feeds, then\n"
        "  wirewatch --config my.toml check\n"
        "  wirewatch --config my.toml run --once --dry-run     what it would tell you right now\n"
        "  wirewatch --config my.toml run"
    )
