"""``wirewatch topics suggest``: what a topic may be missing, one expression after another, for a person to decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import EXIT_OK, CliError, Context, json_option, plain, print_json, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType
    from rich.text import Text

    from monitor.cli.decided import Span, Subject
    from monitor.cli.keys import Keys
    from monitor.core.query.suggest import Added, Suggestion, Suggestions
    from monitor.settings.decisions import Decided

SINCE = "30d"
LIMIT_MAX = 60
_QUESTION = "  [a]ccept  [r]eject  [s]kip  [u]ndo  [q]uit:"


@click.command("suggest")
@click.argument("topic")
@click.option(
    "--since", metavar="WHEN", default=SINCE, show_default=True, help="Items seen since then: 12h, 7d, a date."
)
@click.option("-n", "limit", metavar="N", type=click.IntRange(1, LIMIT_MAX), default=15, show_default=True,
              help="How many suggestions to make.")  # fmt: skip
@click.option(
    "--accept", "accepted", metavar="EXPR", multiple=True, help="Accept this, and ask nothing; may be repeated."
)
@click.option("--reject", "rejected", metavar="EXPR", multiple=True, help="Reject this, and ask nothing.")
@click.option("--forget", "forgotten", metavar="EXPR", multiple=True, help="Take a decision back, and ask nothing.")
@click.option("--rejected", "show_rejected", is_flag=True, help="Show what was accepted and rejected so far.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    topic: str,
    since: str,
    limit: int,
    accepted: tuple[str, ...],
    rejected: tuple[str, ...],
    forgotten: tuple[str, ...],
    show_rejected: bool,
    as_json: bool,
) -> None:
    """Suggest what a topic may be missing: expressions of items that it nearly matches, and what each would add.

    In a terminal, one after another: accept or reject with one key. Decisions are kept as they are made, in a file
    beside the configuration; what was rejected is not suggested again. Elsewhere, and with --json, only the list.

    \b
    wirewatch topics suggest aleppo-ceasefire
    wirewatch topics suggest aleppo-ceasefire --since 7d --json
    wirewatch topics suggest aleppo-ceasefire --accept 'humanitarian corridor' --reject police

    Exit codes: 0 done, 1 no such topic, or it cannot be decided so, 2 configuration or expression, 3 the store cannot
    be read, 4 not permitted.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.cli.decided import Span, subject
    from monitor.cli.state import system_now
    from monitor.cli.when import read_when

    as_json = as_json or (ctx.parent is not None and bool(ctx.parent.params.get("as_json")))
    meant = subject(ctx.obj, topic)
    if accepted or rejected or forgotten:
        by_flags(meant, accepted, rejected, forgotten, as_json=as_json)
    elif show_rejected:
        show_decided(meant, as_json=as_json)
    else:
        now = system_now()
        offer(ctx.obj, meant, Span(read_when(since, "--since", now), now), limit, as_json=as_json)
    ctx.exit(EXIT_OK)


# The list -------------------------------------------------------------------------------------------------------------


def offer(context: Context, meant: Subject, span: Span, limit: int, *, as_json: bool) -> None:
    """Find suggestions, and ask about them where somebody is there to answer."""
    from monitor.cli.keys import can_ask
    from monitor.cli.render import show, talk
    from monitor.core.query.suggest import suggest

    feeds = {feed.id: feed for feed in meant.found.settings.feeds}
    with context.reading(meant.found) as reader:
        made = suggest(
            meant.compiled,
            meant.concepts,
            lambda: reader.items(span.since),
            feeds,
            rejected=meant.decided.rejected,
            limit=limit,
        )
    if as_json:
        print_json(_data(meant, made, span))
    elif not made.found:
        talk(_nothing(meant, made, span))
    elif can_ask():
        Dialogue(meant, made, span).run()
    else:
        show(_head(meant, made, span))
        for number, one in enumerate(made.found, 1):
            show(*_block(meant, one, one.samples, f"{number:2}", _adds(len(one.adds), 0, span)))


def _data(meant: Subject, made: Suggestions, span: Span) -> dict[str, Any]:
    found = [
        {"expression": one.expression, "adds": len(one.adds), "score": round(one.score, 2),
         "supported_by": one.supported_by, "breaks": meant.breaks(one.expression), "samples": plain(one.samples)}
        for one in made.found
    ]  # fmt: skip
    looked = {"items": made.items, "matched": made.matched, "near_misses": made.pool}
    return {"topic": meant.topic.id, "widens": made.idea, "since": plain(span.since), **looked, "suggestions": found}


def _head(meant: Subject, made: Suggestions, span: Span) -> RenderableType:
    from monitor.cli.render import count, words

    near = f"{count(made.pool, 'near miss', 'near misses')} of {made.items:,} in {span.text}"
    return words(
        (meant.topic.id, "strong"), f"  matches {made.matched:,} items, with {near}; widens ", (made.idea, "mark")
    )


def _adds(new: int, known: int, span: Span) -> str:
    from monitor.cli.render import count

    more = f", and {known:,} that you have just accepted" if known else ""
    return f"adds {count(new, 'item')} in {span.text}{more}"


def _block(
    meant: Subject, one: Suggestion, samples: Sequence[Added], number: str, adds: str
) -> Iterator[RenderableType]:
    """One suggestion: what it adds, who knows it, and up to five headlines."""
    from monitor.cli.render import Column, table, words

    names = ", ".join(f"@{name}" for name in one.supported_by)
    known = words((f"  known to {names}", "good")) if names else words()
    yield words()
    yield words((number, "dim"), "  ", (one.expression, "strong"), f"  {adds}").append_text(known)
    feeds = {feed.id: feed.name for feed in meant.found.settings.feeds}
    rows = []
    for sample in samples:
        text = words(sample.headline) if sample.quote else _marked(sample.headline, sample.mark)
        if sample.quote:
            text = text.append("\n").append_text(_marked(sample.quote, sample.mark))
        rows.append((words((f"{sample.seen:%m-%d}", "dim")), words((feeds.get(sample.feed, sample.feed), "dim")), text))
    yield table((Column(), Column(most=16), Column(flex=1, wrap=True)), rows, indent=4)
    for broken in meant.breaks(one.expression):
        yield words(("    breaks: ", "warn"), broken)


def _marked(text: str, mark: tuple[int, int]) -> Text:
    """A text with brackets around a stretch of it."""
    from monitor.cli.render import words

    start, end = mark
    return words(text[:start], (f"[{text[start:end]}]", "mark"), text[end:])


def _nothing(meant: Subject, made: Suggestions, span: Span) -> str:
    """Why there is nothing to suggest, and what to do."""
    name = meant.topic.id
    if not made.items:
        heard = " of the feeds that it listens to" if meant.topic.feeds else ""
        return (f"No items{heard} in {span.text}, so there is nothing to learn from. Let `wirewatch run` work for a "
                f"day, or look further back: wirewatch topics suggest {name} --since 90d")  # fmt: skip
    looked = f"{made.items:,} items of {span.text}"
    if not made.pool:
        return f"Of {looked}, {name} matches each that has all of it but {made.idea}: there are no near misses."
    if not made.matched:
        return (f"Of {looked}, {name} matches none, and its {made.pool:,} near misses say nothing that belongs to "
                f"{made.idea}. `wirewatch topics show {name}` shows what it asks for.")  # fmt: skip
    return (f"Of {looked}, {name} matches {made.matched:,}. Its {made.pool:,} near misses have nothing in common with "
            "these that two of them say and that was not decided before (--rejected shows that).")  # fmt: skip


# One after another ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """A suggestion that was asked about, and the key that answered."""

    number: int
    key: str


class Dialogue:
    """Asks about one suggestion after another, and keeps each decision as it is made."""

    def __init__(self, meant: Subject, made: Suggestions, span: Span) -> None:
        self._meant, self._made, self._span = meant, made, span
        self._steps: list[Step] = []

    def run(self) -> None:
        """Until all are decided, or the person has enough; says what changed, also after Ctrl-C."""
        from monitor.cli.keys import Keys
        from monitor.cli.render import say, show

        show(_head(self._meant, self._made, self._span))
        try:
            number = 0
            with Keys() as keys:
                while number < len(self._made.found):
                    number = self._ask(number, keys)
        except KeyboardInterrupt:
            say("")
            raise
        finally:
            self._close()

    def _ask(self, number: int, keys: Keys) -> int:
        """Ask about one; returns which is next."""
        from monitor.cli.render import say, show

        one, total = self._made.found[number], len(self._made.found)
        known = {item for step in self._steps if step.key == "a" for item in self._made.found[step.number].adds}
        new = sum(item not in known for item in one.adds)
        if not new:
            return number + 1  # all of it comes by what was just accepted
        adds = _adds(new, len(one.adds) - new, self._span)
        show(*_block(self._meant, one, one.beyond(known), f"{number + 1} of {total}", adds))
        while True:
            key = keys.press(_QUESTION, "arsuq" if self._steps else "arsq", end="q")
            if key == "a" and (broken := self._meant.breaks(one.expression)):
                say(f"not accepted: it breaks {broken[0]}")
                continue
            break
        if key == "u":
            return self._undo()
        if key == "q":
            say("quit")
            return total
        if key != "s":
            decide = one.expression
            self._meant.decide(lambda decided: decided.accept(decide) if key == "a" else decided.reject(decide))
        say({"a": "accepted", "r": "rejected", "s": "skipped"}[key])
        self._steps.append(Step(number, key))
        return number + 1

    def _undo(self) -> int:
        from monitor.cli.render import say

        last = self._steps.pop()
        if last.key != "s":
            self._meant.decide(lambda decided: decided.forget(self._made.found[last.number].expression))
        say("taken back")
        return last.number

    def _close(self) -> None:
        from monitor.cli.decided import RELOAD
        from monitor.cli.render import say

        accepted, rejected = (sum(step.key == key for step in self._steps) for key in "ar")
        if not accepted + rejected:
            say("\nNothing was decided.")
            return
        say(f"\nAccepted {accepted}, rejected {rejected}; kept in {self._meant.path}.")
        if accepted:
            say(RELOAD)


# By flags -------------------------------------------------------------------------------------------------------------


def by_flags(
    meant: Subject, accepted: tuple[str, ...], rejected: tuple[str, ...], forgotten: tuple[str, ...], *, as_json: bool
) -> None:
    """Decide without asking: all that was named, or nothing where something is wrong with one of them."""
    accept, reject, forget = (
        tuple(" ".join(text.split()) for text in texts) for texts in (accepted, rejected, forgotten)
    )
    if both := sorted({*accept} & {*reject} | {*accept, *reject} & {*forget}):
        refuse(f"two things are asked for {both[0]!r} at once", "Accept it, reject it, or forget it.")
    for text in accept:
        meant.check(text)
    if unknown := [text for text in forget if text not in (*meant.decided.accepted, *meant.decided.rejected)]:
        help_ = f"wirewatch topics suggest {meant.topic.id} --rejected shows what was."
        raise CliError(f"nothing was decided about {unknown[0]!r}", help_)

    def change(decided: Decided) -> Decided:
        for text in forget:
            decided = decided.forget(text)
        for text in accept:
            decided = decided.accept(text)
        for text in reject:
            decided = decided.reject(text)
        return decided

    if broken := meant.breaks(*accept):
        raise CliError(f"not accepted: it would break {broken[0]}", "Change the expectation first, or leave it.")
    meant.decide(change)
    show_decided(meant, as_json=as_json)
    if not as_json:
        from monitor.cli.decided import RELOAD
        from monitor.cli.render import talk

        talk(f"Kept in {meant.path}. {RELOAD}")


def show_decided(meant: Subject, *, as_json: bool) -> None:
    """What was accepted and rejected so far, and what the topic asks for with it."""
    from monitor.cli.render import Column, show, table, talk, words

    decided = meant.decided
    if as_json:
        print_json({"topic": meant.topic.id, "accepted": decided.accepted, "rejected": decided.rejected,
                    "canonical": meant.compiled.text})  # fmt: skip
        return
    if not decided.accepted and not decided.rejected:
        talk(f"Nothing is decided about {meant.topic.id} so far: wirewatch topics suggest {meant.topic.id}")
        return
    rows = [
        (name, ", ".join(texts)) for name, texts in (("accepted", decided.accepted), ("rejected", decided.rejected))
    ]
    rows.append(("query", meant.compiled.text))
    labelled = (Column(), Column(flex=1, wrap=True))
    show(table(labelled, ((words((name, "dim")), words(text or "none")) for name, text in rows)))
