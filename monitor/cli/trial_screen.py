"""What a trial shows: figures, the days as bars, headlines with what matched in them; the same as one object."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monitor.cli.asked import asked, named
from monitor.cli.common import plain
from monitor.cli.render import (
    ID_DIGITS,
    Column,
    clock,
    count,
    counted,
    listed,
    marked,
    moment,
    quotations,
    table,
    words,
)
from monitor.core.model import Outcome
from monitor.core.query.index import TopicIndex
from monitor.core.query.tree import Not
from monitor.core.trial import ITEMS_MAX, Day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from rich.console import RenderableType
    from rich.text import Text

    from monitor.cli.trial import Tried
    from monitor.core.model import FeedId, Item
    from monitor.core.query.clauses import ClauseCount, Counted
    from monitor.core.query.concepts import Concepts
    from monitor.core.trial import Difference, Sample, Trial
    from monitor.settings.result import Settings

_DAYS_MAX = 31
_BAR_CELLS = 30


def screen(tried: Tried, settings: Settings, concepts: Concepts, now: datetime) -> Iterator[RenderableType]:
    """The whole screen, from the query to the difference."""
    names = {feed.id: feed.name for feed in settings.feeds}
    trial = tried.trial
    yield table((Column(), Column(flex=1, wrap=True)), _figures(tried, now), indent=0)
    if trial.matched:
        yield words()
        yield from _shape(trial, now)
        yield from _samples(trial.samples, names, now)
    elif tried.clauses is not None:
        yield words()
        yield from _missing(tried, tried.clauses, concepts)
    if trial.difference is not None and tried.against is not None:
        yield words()
        yield from _difference(trial.difference, tried.against.topic.id, names, now)


def empty(tried: Tried, now: datetime) -> str:
    """What to say where there was no item to look at."""
    if not tried.stored:
        return "No item is stored yet. Items come with the first poll: wirewatch run, then wirewatch feeds."
    chosen = f" of {listed(tried.compiled.topic.feeds)}" if tried.compiled.topic.feeds else ""
    return (
        f"None of the {count(tried.stored, 'stored item')}{chosen} was seen since {clock(tried.since, now)}. "
        "Look further back, such as --since 30d; wirewatch feeds shows when each feed brought something."
    )


# Figures --------------------------------------------------------------------------------------------------------------


def _figures(tried: Tried, now: datetime) -> Iterator[tuple[Text, Text]]:
    trial = tried.trial
    feeds = f" of {listed(tried.compiled.topic.feeds)}" if tried.compiled.topic.feeds else ""
    looked = f"{count(trial.looked, 'item')}{feeds}, seen since {moment(tried.since, now)}"
    if tried.more:
        looked += f". There are more: these are the newest {ITEMS_MAX:,}, back to {moment(trial.oldest, now)}"
    yield words(("Query", "strong")), words(tried.compiled.text)
    yield words(("Looked at", "strong")), words(looked)
    yield words((f"{trial.matched:,} match" + ("es" if trial.matched == 1 else ""), "strong")), words(_came(trial))


def _came(trial: Trial) -> str:
    """``12 alerts, 3 updates, 26 held: 20 copy, 6 stale``."""
    if not trial.matched:
        return ""
    held = {outcome.value: number for outcome, number in trial.outcomes.items() if not outcome.sent}
    parts = [count(trial.outcomes[Outcome.ALERTED], "alert"), count(trial.outcomes[Outcome.UPDATE], "update"),
             f"{sum(held.values()):,} held" + (f": {counted(held.items())}" if held else "")]  # fmt: skip
    text = ", ".join(parts)
    return text if trial.judged >= trial.matched else f"{text}; of the newest {trial.judged:,} that match"


def _shape(trial: Trial, now: datetime) -> Iterator[RenderableType]:
    signs = ("█", "░", "·") if (sys.stdout.encoding or "").lower().startswith("utf") else ("#", ".", "-")
    days = _days(trial, now)
    most = max(day.matched for _, day in days)
    yield table(
        (Column(), Column(right=True), Column(), Column()), [_bar(name, day, most, signs) for name, day in days]
    )
    told, held, rest = signs
    unjudged = f"  {rest} not judged" if trial.judged < trial.matched else ""
    yield words((f"{'':14}a day in UTC; {told} told  {held} held{unjudged}", "dim"))


def _days(trial: Trial, now: datetime) -> list[tuple[str, Day]]:
    """Every day that was looked at, also those without a match; before the last month they are one."""
    assert trial.oldest is not None, "something was looked at"
    last = max(now.date(), *trial.days)
    first = max(trial.oldest.date(), last - timedelta(days=_DAYS_MAX - 1))
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    days = [(f"{one:%Y-%m-%d}", trial.days.get(one, Day())) for one in dates]
    before = [day for one, day in trial.days.items() if one < first]
    if before:
        sums = (sum(getattr(day, name) for day in before) for name in ("matched", "judged", "told"))
        days.insert(0, ("earlier", Day(*sums)))
    return days


def _bar(name: str, day: Day, most: int, signs: tuple[str, str, str]) -> tuple[Text, ...]:
    """Told, held and not judged, side by side: never nothing where there is something."""
    ends = [-(-part * _BAR_CELLS // most) for part in (day.told, day.judged, day.matched)]
    told, held, rest = (sign * (end - start) for sign, start, end in zip(signs, (0, *ends), ends, strict=False))
    said = f"{day.told:,} told" if day.judged else ""
    if 0 < day.judged < day.matched:
        said += f" of {day.judged:,}"
    return (
        words((name, "dim")),
        words(f"{day.matched:,}"),
        words((told, "good"), (held + rest, "dim")),
        words((said, "dim")),
    )


# Headlines ------------------------------------------------------------------------------------------------------------


def _samples(samples: Iterable[Sample], names: Mapping[FeedId, str], now: datetime) -> Iterator[RenderableType]:
    rows = [
        (words((clock(one.item.seen, now), "dim")), words((one.verdict.outcome.value, _style(one))),
         _headline(one).append_text(_source(one.item, names)))
        for one in reversed(list(samples))
    ]  # fmt: skip
    if rows:
        yield words()
        yield words(("Newest", "strong"))
        yield table((Column(), Column(), Column(flex=1, wrap=True)), rows)


def _style(sample: Sample) -> str:
    return "good" if sample.verdict.outcome.sent else "dim"


def _headline(sample: Sample) -> Text:
    """The headline with what matched in it; where nothing did, also the place of the text that matched."""
    hits = [hit for hit in sample.verdict.hits if hit.field == "title"]
    if hits:
        return marked(sample.item.title, [(hit.start, hit.end) for hit in hits])
    quoted = words(f"“{sample.item.headline}”")
    for quotation in quotations(sample.item, sample.verdict.hits)[:1]:
        quoted.append_text(words("  ", (f"{quotation.field}: ", "dim"), quotation.text))
        if not quotation.text:
            quoted.append_text(words(", ".join(quotation.terms)))
    return quoted


def _source(item: Item, names: Mapping[FeedId, str]) -> Text:
    return words((f"  {names.get(item.feed, item.feed)}  why {item.id[:ID_DIGITS]}", "dim"))


def _difference(
    difference: Difference, topic: str, names: Mapping[FeedId, str], now: datetime
) -> Iterator[RenderableType]:
    both = f"{count(difference.both, 'item')} found by both"
    yield words(("Against ", "strong"), (topic, "strong"), f"  {both}")
    for number, whose, samples in (
        (difference.only_tried, "only this finds", difference.tried_samples),
        (difference.only_topic, f"only {topic} finds", difference.topic_samples),
    ):
        yield words(f"  {number:,} {whose}")
        rows = [(words((clock(item.seen, now), "dim")), words(f"“{item.headline}”").append_text(_source(item, names)))
                for item in samples]  # fmt: skip
        if rows:
            yield table((Column(), Column(flex=1, wrap=True)), rows, indent=4)


# Nothing matched ------------------------------------------------------------------------------------------------------


def _missing(tried: Tried, clauses: ClauseCount, concepts: Concepts) -> Iterator[RenderableType]:
    """Which clause is not there, or that they never come together; and the item that came closest."""
    rows = [(words(f"{one.items:,}"), words(_clause(one)), words((_note(one, tried.trial.looked), "warn")))
            for one in clauses.counted]  # fmt: skip
    yield words(("Nothing matches.", "strong"), " Items that hold each clause:")
    yield table((Column(right=True), Column(flex=2, wrap=True), Column(flex=1)), rows)
    never = [one for one in clauses.counted if not one.items and not isinstance(one.node, Not)]
    if clauses.whole:
        yield words(f"{count(clauses.whole, 'item')} with every clause, but not close enough together.")
    elif not never:
        yield words("Each of them is found, but no item meets all of them.")
    if clauses.nearest is not None:
        item = clauses.nearest
        [one] = asked(TopicIndex([tried.compiled], concepts), item, tried.trial.feed(item))
        yield words(("Closest", "strong"), f"  “{item.headline}”: {one.text}", (f"  why {item.id[:ID_DIGITS]}", "dim"))


def _clause(one: Counted) -> str:
    return f"NOT {named(one.node.node)}" if isinstance(one.node, Not) else named(one.node)


def _note(one: Counted, looked: int) -> str:
    if isinstance(one.node, Not):
        return "it excludes every item" if one.items == looked else "excluded"
    return "" if one.items else "never found"


# One object -----------------------------------------------------------------------------------------------------------


def as_object(tried: Tried, concepts: Concepts, now: datetime) -> dict[str, Any]:
    """Everything that the screen shows."""
    trial, topic = tried.trial, tried.compiled.topic
    whole: dict[str, Any] = {
        "query": tried.compiled.text,
        "watch": topic.watch,
        "feeds": topic.feeds,
        "since": tried.since,
        "until": now,
        "looked_at": trial.looked,
        "more": tried.more,
        "oldest": trial.oldest,
        "newest": trial.newest,
        "matched": trial.matched,
        "judged": trial.judged,
        "alerts": trial.outcomes[Outcome.ALERTED],
        "updates": trial.outcomes[Outcome.UPDATE],
        "held": {outcome: number for outcome, number in trial.outcomes.items() if not outcome.sent},
        "days": _days_of(trial.days),
        "samples": [_sample(one) for one in reversed(trial.samples)],
        "difference": None,
        "clauses": None,
        "nearest": None,
    }
    if trial.difference is not None and tried.against is not None:
        whole["difference"] = {
            "topic": tried.against.topic.id,
            "both": trial.difference.both,
            "only_tried": trial.difference.only_tried,
            "only_topic": trial.difference.only_topic,
            "tried_samples": _items(trial.difference.tried_samples),
            "topic_samples": _items(trial.difference.topic_samples),
        }
    if tried.clauses is not None:
        whole["clauses"] = [{"clause": _clause(one), "items": one.items} for one in tried.clauses.counted]
        if tried.clauses.nearest is not None:
            item = tried.clauses.nearest
            [one] = asked(TopicIndex([tried.compiled], concepts), item, trial.feed(item))
            whole["nearest"] = _item(item) | {"text": one.text}
    made: dict[str, Any] = plain(whole)
    return made


def _days_of(days: Mapping[date, Day]) -> list[dict[str, Any]]:
    return [{"day": day.isoformat()} | plain(one) for day, one in sorted(days.items())]


def _sample(sample: Sample) -> dict[str, Any]:
    verdict = sample.verdict
    return _item(sample.item) | {"outcome": verdict.outcome, "reason": verdict.reason, "hits": verdict.hits}


def _items(items: Sequence[Item]) -> list[dict[str, Any]]:
    return [_item(item) for item in items]


def _item(item: Item) -> dict[str, Any]:
    return {"item": item.id, "feed": item.feed, "headline": item.headline, "link": item.link, "seen": item.seen}
