"""``wirewatch topics judge``: yes or no to a few items at a time, and how well the topic does by these answers."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import EXIT_OK, CliError, Context, json_option, plain, print_json, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from monitor.cli.decided import Span, Subject
    from monitor.cli.keys import Keys
    from monitor.core.model import Item
    from monitor.core.query.meter import Measured
    from monitor.core.query.sample import Strata
    from monitor.ports import Reader
    from monitor.settings.decisions import Decided

SINCE = "30d"
ASKED_MAX = 100
_SHOWN = 320
_HISTORY = 8
_QUESTION = "  does it belong to {}?  [y]es  [n]o  [s]kip  [u]ndo  [q]uit:"


@click.command("judge")
@click.argument("topic")
@click.option(
    "--since", metavar="WHEN", default=SINCE, show_default=True, help="Items seen since then: 12h, 7d, a date."
)
@click.option("-n", "most", metavar="N", type=click.IntRange(0, ASKED_MAX), default=9, show_default=True,
              help="How many items to ask about.")  # fmt: skip
@click.option("--yes", "right", metavar="ITEM", multiple=True, help="This item belongs to the topic; ask nothing.")
@click.option("--no", "wrong", metavar="ITEM", multiple=True, help="This item does not belong to it; ask nothing.")
@click.option("--forget", "forgotten", metavar="ITEM", multiple=True, help="Take an answer back; ask nothing.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    topic: str,
    since: str,
    most: int,
    right: tuple[str, ...],
    wrong: tuple[str, ...],
    forgotten: tuple[str, ...],
    as_json: bool,
) -> None:
    """Estimate how much a topic finds, and how much of that is right, from your yes or no to a few items.

    Asked about are items that it matches and items that it nearly matches, without saying which. Answers are kept
    beside the configuration; no item is asked about twice. Without a terminal, and with --json: the estimate, and the
    items that would be asked about. The formula is in docs/explanation/suggestions.md.

    \b
    wirewatch topics judge aleppo-ceasefire
    wirewatch topics judge aleppo-ceasefire --json
    wirewatch topics judge aleppo-ceasefire --yes 416fb8d5 --no 9a3c11e0

    Exit codes: 0 done, 1 no such topic or item, 2 configuration, 3 the store cannot be read, 4 not permitted.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.cli.decided import Span, subject
    from monitor.cli.state import system_now
    from monitor.cli.when import read_when

    as_json = as_json or (ctx.parent is not None and bool(ctx.parent.params.get("as_json")))
    now = system_now()
    meant = subject(ctx.obj, topic)
    span = Span(read_when(since, "--since", now), now)
    if both := sorted({*right} & {*wrong} | {*right, *wrong} & {*forgotten}):
        refuse(f"two things are asked for {both[0]!r} at once", "An item belongs to a topic, or it does not.")
    judge(ctx.obj, meant, span, most, Answers(right, wrong, forgotten), as_json=as_json)
    ctx.exit(EXIT_OK)


class Answers:
    """What was answered on the command line; items by the first digits of their ids."""

    def __init__(self, right: Sequence[str], wrong: Sequence[str], forgotten: Sequence[str]) -> None:
        self._answers = [*((name, True) for name in right), *((name, False) for name in wrong)]
        self._forgotten = forgotten

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._answers or self._forgotten)

    def keep(self, meant: Subject, reader: Reader, span: Span) -> None:
        """Keep them all, or none where one of the items is not there."""
        from monitor.core.query.meter import Judged

        judged = []
        for name, right in self._answers:
            item = _item(reader, name)
            judged.append(Judged(item.id, span.now, right, item.headline))
        known = [one.item for one in meant.decided.judged]
        taken = [next((one for one in known if one.startswith(name)), None) for name in self._forgotten]
        if None in taken:
            name = self._forgotten[taken.index(None)]
            raise CliError(f"nothing was answered about {name!r}", f"Answers are kept in {meant.path}.")

        def change(decided: Decided) -> Decided:
            for item in taken:
                decided = decided if item is None else decided.unjudge(item)
            for one in judged:
                decided = decided.judge(one)
            return decided

        meant.decide(change)


def _item(reader: Reader, name: str) -> Item:
    found = [item for item in reader.find_items(name) if item.id.startswith(name)]
    if len(found) != 1:
        what = "several items begin" if found else "no item begins"
        raise CliError(f"{what} with {name!r}", "Give the id of an item, or its first digits, six or more.")
    return found[0]


def judge(context: Context, meant: Subject, span: Span, most: int, answers: Answers, *, as_json: bool) -> None:
    """Keep the answers of the command line, or ask for some; then tell what all of them come to."""
    from monitor.cli.keys import can_ask
    from monitor.core.query.sample import strata

    feeds = {feed.id: feed for feed in meant.found.settings.feeds}
    before = meant.decided.judged
    with context.reading(meant.found) as reader:
        if answers:
            answers.keep(meant, reader, span)
        parted = strata(meant.compiled, meant.concepts, reader.items(span.since), feeds)
        names = islice(parted.to_ask(meant.topic.id, {one.item for one in meant.decided.judged}), most)
        found = (reader.item(name) for name in names)
        to_ask = [item for item in found if item is not None]
    try:
        if not answers and not as_json and to_ask and can_ask():
            Questions(meant, to_ask, span).run()
    finally:
        measured = parted.measured(meant.decided.judged, span.now, span.days)
        if meant.decided.judged != before:
            meant.decide(lambda decided: decided.measure(measured))
        tell(meant, parted, measured, span, to_ask, as_json=as_json)


class Questions:
    """Asks about one item after another, without saying what the topic made of it, and keeps each answer at once."""

    def __init__(self, meant: Subject, to_ask: Sequence[Item], span: Span) -> None:
        self._meant, self._to_ask, self._span = meant, to_ask, span
        self._answered: list[tuple[int, bool]] = []

    def run(self) -> None:
        """Until all are answered, or the person has enough."""
        from monitor.cli.keys import Keys
        from monitor.cli.render import say

        number = 0
        try:
            with Keys() as keys:
                while number < len(self._to_ask):
                    number = self._ask(number, keys)
        except KeyboardInterrupt:
            say("")
            raise

    def _ask(self, number: int, keys: Keys) -> int:
        """Ask about one; returns which is next."""
        from monitor.cli.render import say, show
        from monitor.core.query.meter import Judged

        item = self._to_ask[number]
        show(*self._block(item, number))
        key = keys.press(_QUESTION.format(self._meant.topic.id), "ynsuq" if self._answered else "ynsq", end="q")
        if key == "u":
            last, kept = self._answered.pop()
            if kept:
                self._meant.decide(lambda decided: decided.unjudge(self._to_ask[last].id))
            say("taken back")
            return last
        if key == "q":
            say("quit")
            return len(self._to_ask)
        if key != "s":
            answer = Judged(item.id, self._span.now, key == "y", item.headline)
            self._meant.decide(lambda decided: decided.judge(answer))
        say({"y": "yes", "n": "no", "s": "skipped"}[key])
        self._answered.append((number, key != "s"))
        return number + 1

    def _block(self, item: Item, number: int) -> Iterator[RenderableType]:
        from monitor.cli.render import words
        from monitor.core.text import excerpt

        feeds = {feed.id: feed.name for feed in self._meant.found.settings.feeds}
        yield words()
        place = f"  {feeds.get(item.feed, item.feed)}, {item.seen:%Y-%m-%d}"
        yield words((f"{number + 1} of {len(self._to_ask)}", "dim"), "  ", (item.headline, "strong"), (place, "dim"))
        if item.title and item.body:
            yield words(excerpt(item.body, 0, 0, _SHOWN)[0])


# What it comes to -----------------------------------------------------------------------------------------------------


def tell(
    meant: Subject, parted: Strata, measured: Measured, span: Span, to_ask: Sequence[Item], *, as_json: bool
) -> None:
    """The estimate, what it stands on, and how it was before."""
    from monitor.cli.render import show, talk

    if as_json:
        print_json(_data(meant, parted, measured, span, to_ask))
    elif not parted.items:
        talk(f"No items in {span.text}, so there is nothing to judge by. Let `wirewatch run` work for a day, or look "
             f"further back: wirewatch topics judge {meant.topic.id} --since 90d")  # fmt: skip
    elif not parted.matched and not parted.close + parted.far:
        talk(f"Of {parted.items:,} items of {span.text}, {meant.topic.id} matches none, and none has all of it but "
             f"{parted.idea}. `wirewatch topics show {meant.topic.id}` shows what it asks for.")  # fmt: skip
    else:
        show(*_screen(meant, parted, measured))


def _screen(meant: Subject, parted: Strata, measured: Measured) -> Iterator[RenderableType]:
    from monitor.cli.render import Column, table, words
    from monitor.core.query.meter import in_words

    yield words()
    yield words((meant.topic.id, "strong"), f"  {in_words(measured)}")
    kinds = (
        ("matched", measured.matched),
        (f"close: no {parted.idea}, but words that go with it", measured.close),
        (f"far: no {parted.idea}, nor such words", measured.far),
    )
    columns = (Column(flex=1), Column("items", right=True), Column("judged", right=True), Column("right", right=True))
    rows = [
        [words(name), *(words(f"{count:,}") for count in (one.items, one.judged, one.right))] for name, one in kinds
    ]
    yield table(columns, rows)
    earlier = [one for one in meant.decided.measured if one.at.date() != measured.at.date()][-_HISTORY:]
    if earlier:
        yield words()
        yield words(("Before", "strong"))
        yield table((Column(), Column(flex=1, wrap=True)),
                    ([words((f"{one.at:%Y-%m-%d}", "dim")), words(in_words(one))] for one in earlier))  # fmt: skip


def _data(meant: Subject, parted: Strata, measured: Measured, span: Span, to_ask: Sequence[Item]) -> dict[str, Any]:
    from monitor.cli.quality import quality_data

    asked = [
        {"id": item.id, "feed": item.feed, "headline": item.headline, "link": item.link, "seen": plain(item.seen)}
        for item in to_ask
    ]
    history = [quality_data(one) for one in meant.decided.measured]
    whole = {"topic": meant.topic.id, "widens": parted.idea, "since": plain(span.since), "items": parted.items}
    return whole | quality_data(measured) | {"to_ask": asked, "history": history}
