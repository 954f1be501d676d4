"""``wirewatch topics lint``: plain advice on topics, from their queries and from what is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import EXIT_BAD, EXIT_OK, CliError, Context, json_option, plain, print_json, refuse, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rich.console import RenderableType

    from monitor.core.model import TopicId
    from monitor.core.query.lint import Finding
    from monitor.core.query.measure import Measure
    from monitor.wiring import Configured

MOST_A_DAY = 25


@dataclass(frozen=True, slots=True)
class Advice:
    """What there is to say. ``measure`` is None without a memory, and ``missing`` then says why."""

    topics: tuple[TopicId, ...]
    findings: tuple[Finding, ...]
    since: datetime
    measure: Measure | None
    more: bool
    missing: CliError | None

    def of(self, topic: TopicId) -> list[Finding]:
        """What there is to say of one topic."""
        return [finding for finding in self.findings if finding.topic == topic]


@click.command("lint")
@click.argument("topics", nargs=-1, metavar="[TOPIC...]")
@click.option("--since", metavar="WHEN", default="30d", show_default=True, help="Measure by items seen since then.")
@click.option("--most-a-day", metavar="N", type=click.FloatRange(0, min_open=True), default=float(MOST_A_DAY),
              show_default=True, help="More alerts a day than this are too many.")  # fmt: skip
@json_option
@click.pass_context
def command(ctx: click.Context, topics: tuple[str, ...], since: str, most_a_day: float, as_json: bool) -> None:
    """Advice on topics: how much they would tell, which pieces never match or add nothing, what a NOT removes.

    Works without a store too: then only the queries themselves are looked at.

    \b
    wirewatch topics lint
    wirewatch topics lint aleppo-ceasefire --since 7d
    wirewatch topics lint --json | jq '.topics[].findings[].text'

    Exit codes: 0 nothing to say, 1 there is advice, 2 configuration or no such topic.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.cli.state import system_now

    above = ctx.parent is not None and bool(ctx.parent.params.get("as_json"))
    ctx.exit(lint(ctx.obj, topics, since, most_a_day, system_now(), as_json=as_json or above))


def lint(
    context: Context, names: tuple[str, ...], since: str, most_a_day: float, now: datetime, *, as_json: bool
) -> int:
    """Say what there is to say, of the named topics or of all."""
    from monitor.cli.render import show, talk
    from monitor.cli.when import read_when

    found = context.configured()
    chosen = _chosen(found, names)
    advice = _advise(context, found, chosen, read_when(since, "--since", now), most_a_day)
    if as_json:
        print_json(_data(advice))
    elif advice.findings:
        show(*_screen(advice))
    talk(_summary(advice, found))
    return EXIT_BAD if advice.findings else EXIT_OK


def _chosen(found: Configured, names: tuple[str, ...]) -> tuple[TopicId, ...]:
    topics = {str(topic.id): topic.id for topic in found.settings.topics}
    for name in names:
        if name not in topics:
            known = f"Topics: {', '.join(topics)}." if topics else "The configuration has no topics yet."
            refuse(f"there is no topic {name!r}{suggest(name, topics)}", known)
    return tuple(topics[name] for name in dict.fromkeys(names)) if names else tuple(topics.values())


def _advise(
    context: Context, found: Configured, chosen: tuple[TopicId, ...], since: datetime, most_a_day: float
) -> Advice:
    from monitor.core.query.lint import KINDS, find
    from monitor.core.query.measure import Measure, Standards
    from monitor.wiring import packs_besides, topics_of

    index = topics_of(found.settings)
    feeds = {feed.id: feed for feed in found.settings.feeds}
    standards = replace(Standards(), most_a_day=most_a_day)
    measure: Measure | None = None
    missing, more = None, False
    asked = Measure(index.topics, chosen, index.concepts, feeds, found.settings.policy, standards)
    try:
        more = _look(context, found, asked, since)
        measure = asked
    except CliError as error:
        missing = error
    measured = measure is not None and measure.enough
    read_off = find(index.topics, chosen, index.concepts, packs_besides(found.settings), measured=measured)
    findings = [*read_off, *(measure.findings(read_off) if measure is not None else [])]
    findings.sort(key=lambda finding: KINDS.index(finding.kind))
    return Advice(chosen, tuple(findings), since, measure, more, missing)


def _look(context: Context, found: Configured, measure: Measure, since: datetime) -> bool:
    """Ask the stored items; whether there were more than may be asked."""
    from monitor.core.trial import ITEMS_MAX

    with context.reading(found) as reader:
        items = reader.items(since)
        for item in islice(items, ITEMS_MAX):
            measure.look(item)
        more = next(items, None) is not None
        for name in measure.to_judge:
            item_again = reader.item(name)
            if item_again is not None:  # else forgotten since it was looked at
                measure.judge(item_again)
    return more


# Shown ----------------------------------------------------------------------------------------------------------------


def _screen(advice: Advice) -> Iterator[RenderableType]:
    from monitor.cli.render import Column, table, words

    silent = []
    for topic in advice.topics:
        findings = advice.of(topic)
        if not findings:
            silent.append(topic)
            continue
        yield words((topic, "strong"), (f"  {_figures(advice, topic)}", "dim"))
        rows = [(words((one.kind, "mark")), words(one.text, (f" {one.help}", "dim"))) for one in findings]
        yield table((Column(most=12), Column(flex=1, wrap=True)), rows)
    if silent:
        from monitor.cli.render import listed

        yield words(f"Nothing to say of {listed(silent, most=20)}.")


def _figures(advice: Advice, topic: TopicId) -> str:
    from monitor.cli.render import count
    from monitor.core.model import Outcome

    if advice.measure is None or not advice.measure.looked:
        return ""
    counted = advice.measure.counts[topic]
    sent = sum(counted.outcomes[one] for one in Outcome if one.sent)
    held = sum(counted.outcomes.values()) - sent
    matched = f"{counted.matched:,} match" + ("es" if counted.matched == 1 else "")
    return f"{matched}: {count(sent, 'alert')}, {held:,} held; {advice.measure.a_day(topic):.1f} alerts a day"


def _summary(advice: Advice, found: Configured) -> str:
    from monitor.cli.render import count
    from monitor.core.policy import span
    from monitor.core.trial import ITEMS_MAX

    if not advice.topics:
        return f'No topics yet. Add one to {found.path}:\n\n  [topics.ceasefires]\n  watch = "ceasefire"'
    said = f"{count(len(advice.topics), 'topic')}: {count(len(advice.findings), 'finding')}"
    measure = advice.measure
    if measure is None:
        missing = advice.missing
        assert missing is not None
        return f"{said}. Figures are left out: {missing.message}. {missing.help}"
    items = f"{count(measure.looked, 'stored item')} of {span(measure.lasted)}" if measure.looked else "no stored items"
    if advice.more:
        items += f", the newest {ITEMS_MAX:,}"
    if not measure.enough:
        least = measure.standards.items_least
        return f"{said}. Figures are left out: {items} are too few, {least:,} are needed. Look further back: --since"
    return f"{said}, by {items}"


def _data(advice: Advice) -> dict[str, Any]:
    measure = advice.measure
    whole = {
        "looked_at": measure.looked if measure else 0,
        "measured": measure is not None and measure.enough,
        "more": advice.more,
        "since": advice.since,
        "oldest": measure.oldest if measure else None,
        "newest": measure.newest if measure else None,
        "topics": [_topic(advice, topic) for topic in advice.topics],
    }
    data: dict[str, Any] = plain(whole)
    return data


def _topic(advice: Advice, topic: TopicId) -> dict[str, Any]:
    from monitor.core.model import Outcome

    measure = advice.measure
    counted = measure.counts[topic] if measure is not None else None
    held = {} if counted is None else {one: number for one, number in counted.outcomes.items() if not one.sent}
    findings = [
        {"kind": one.kind, "text": one.text, "help": one.help, "parts": one.parts, "figures": dict(one.figures)}
        for one in advice.of(topic)
    ]
    return {
        "id": topic,
        "matched": counted.matched if counted else None,
        "alerts": counted.outcomes[Outcome.ALERTED] if counted else None,
        "updates": counted.outcomes[Outcome.UPDATE] if counted else None,
        "held": held if counted else None,
        "a_day": round(measure.a_day(topic), 2) if measure is not None else None,
        "findings": findings,
    }
