"""``wirewatch send-test``: a test alert to one channel, with the answer and how long it took."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING

import click

from monitor.cli.common import EXIT_BAD, EXIT_OK, Context, json_option, print_json, refuse, suggest
from monitor.core.wire import Delivered, GiveUp, Judgement, TryAgain

if TYPE_CHECKING:
    from monitor.ports import Channel, Web


@click.command("send-test")
@click.argument("channel")
@json_option
@click.pass_obj
def command(context: Context, channel: str, as_json: bool) -> None:
    """Send a test alert to CHANNEL now, and show the answer and its latency. Nothing is stored or retried.

    \b
    wirewatch send-test desk
    wirewatch send-test terminal --json

    Exit codes: 0 delivered, 1 refused or out of reach, 2 no such channel.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.cli.run import make_plan

    plan = make_plan(context.configured(), context.environ)
    chosen = next((one for name, one in plan.channels.items() if name == channel), None)
    if chosen is None:
        known = ", ".join(plan.channels) or "none are configured"
        refuse(f"there is no channel {channel!r}{suggest(channel, plan.channels)}", f"Channels: {known}.")
    judgement, took_s = asyncio.run(_send(chosen, plan.web))
    delivered = isinstance(judgement, Delivered)
    if as_json:
        print_json({"channel": channel, "kind": chosen.kind, "delivered": delivered, "answer": judgement.text,
                    "took_s": round(took_s, 4)})  # fmt: skip
    else:
        click.echo(f"{channel} ({chosen.kind}): {_words(judgement)} ({took_s * 1000:.0f} ms)", err=True)
    click.get_current_context().exit(EXIT_OK if delivered else EXIT_BAD)


async def _send(channel: Channel, web: Web) -> tuple[Judgement, float]:
    from monitor.deliver.courier import attempt
    from monitor.deliver.ping import ping
    from monitor.deliver.screen import ConsoleScreen
    from monitor.wiring import SystemClock

    clock = SystemClock()
    start = time.perf_counter()
    try:
        judgement = await attempt(channel, ping(channel.id, clock.now()), web, ConsoleScreen(sys.stdout), clock)
        return judgement, time.perf_counter() - start
    finally:
        await web.aclose()


def _words(judgement: Judgement) -> str:
    match judgement:
        case Delivered(text):
            return f"delivered. {text}"
        case TryAgain(text):
            return f"not delivered: {text} An alert would be tried again."
        case GiveUp(text):
            return f"not delivered: {text} An alert would be given up."
