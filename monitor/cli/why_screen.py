"""The account of one item on a screen: the item, each verdict, its stories, and the topics that did not match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.cli.render import (
    ID_DIGITS,
    Column,
    clock,
    count,
    listed,
    moment,
    percent,
    quotations,
    table,
    words,
)
from monitor.cli.why import placed_as
from monitor.core.model import DeliveryState, Outcome
from monitor.core.policy import span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from rich.console import RenderableType
    from rich.text import Text

    from monitor.cli.asked import Asked
    from monitor.cli.why import Account
    from monitor.core.model import Delivery, Evidence, FeedId, Item, Placed, Story, Verdict

_QUOTES_MAX = 6
_MEMBERS_MAX = 15
_LABELLED = (Column(), Column(flex=1, wrap=True))


def screen(found: Account, names: Mapping[FeedId, str], now: datetime) -> Iterator[RenderableType]:
    """Everything about one item, top to bottom."""
    yield from _item(found.item, names, now)
    for verdict in found.verdicts:
        yield words()
        yield from _verdict(found, verdict, names, now)
    for story, members in found.stories.values():
        yield words()
        yield from _story(story, members, found.item, names, now)
    if found.asked:
        yield words()
        yield from _asked(found.asked)


def _item(item: Item, names: Mapping[FeedId, str], now: datetime) -> Iterator[RenderableType]:
    published = "without a date"
    if item.published is not None:
        lag = max(item.seen - item.published, item.seen - item.seen)
        published = f"published {clock(item.published, now)}, lag {span(lag)}"
    yield words((item.headline, "strong"))
    yield words(f"  {names.get(item.feed, item.feed)}", f"  seen {moment(item.seen, now)}, {published}")
    if item.link:
        yield words((f"  {item.link}", "dim"))
    yield words((f"  item {item.id}", "dim"))


# One verdict ----------------------------------------------------------------------------------------------------------


def _verdict(found: Account, verdict: Verdict, names: Mapping[FeedId, str], now: datetime) -> Iterator[RenderableType]:
    style = "good" if verdict.outcome.sent else "mark"
    earlier = ", for earlier words of it" if verdict.version != found.item.version else ""
    if verdict.outcome is Outcome.UNMATCHED:
        yield words(("unmatched", "mark"), (f"  {clock(verdict.at, now)}{earlier}", "dim"))
        yield table(_LABELLED, [(words(("reason", "dim")), words(verdict.reason))])
        return
    yield words((verdict.topic or "", "strong"), "  ", (verdict.outcome.value, style),
                (f"  {clock(verdict.at, now)}{earlier}", "dim"))  # fmt: skip
    rows = [
        ("reason", words(verdict.reason)),
        *_hits(found.item, verdict),
        *_evidence(verdict.evidence, names),
        *_alert(found, verdict, now),
    ]
    yield table(_LABELLED, ((words((label, "dim")), text) for label, text in rows))


def _hits(item: Item, verdict: Verdict) -> Iterator[tuple[str, Text]]:
    """Quoted where we still have the words that were judged."""
    if verdict.version != item.version:
        yield from ((hit.field, words(hit.term)) for hit in verdict.hits[:_QUOTES_MAX])
        return
    quoted = quotations(item, verdict.hits)
    for one in quoted[:_QUOTES_MAX]:
        yield one.field, words(one.text, "  " if one.text else "", (listed(one.terms), "dim"))
    if len(quoted) > _QUOTES_MAX:
        yield "", words((f"and {count(len(quoted) - _QUOTES_MAX, 'other place')} (all of them with --json)", "dim"))


def _evidence(evidence: Evidence, names: Mapping[FeedId, str]) -> Iterator[tuple[str, Text]]:
    nearest = evidence.nearest
    if nearest is None:
        yield "nearest", words("nothing told before")
        return
    told, alone = percent(evidence.told), percent(nearest.score)
    together = f"; {told} of it was told by all before" if told != alone else ""
    quoted = f"“{nearest.headline}” ({names.get(nearest.feed, nearest.feed)}) holds {alone} of it{together}"
    yield "nearest", words(quoted, (f"  why {nearest.item[:ID_DIGITS]}", "dim"))
    if evidence.shared:
        yield "shared", words(f"“{evidence.shared}”")
    if evidence.fresh:
        yield "fresh", words(f"“{evidence.fresh}”")
    if evidence.changes:
        yield "changed", words(", ".join(f"{change.kind} {change}" for change in evidence.changes))


def _alert(found: Account, verdict: Verdict, now: datetime) -> Iterator[tuple[str, Text]]:
    if verdict.alert is None:
        return
    if not verdict.outcome.sent:
        yield "alert", words(f"none for this item; the story was told by alert {verdict.alert}")
        return
    yield "alert", words(f"{verdict.alert}, revision {verdict.revision}")
    deliveries = found.delivered(verdict)
    yield from ((delivery.channel, _delivery(delivery, now)) for delivery in deliveries)
    if not deliveries:
        yield "", words("no delivery: the topic names no channel, or it was forgotten after its time")


def _delivery(delivery: Delivery, now: datetime) -> Text:
    state = {
        DeliveryState.DONE: ("delivered", "good"),
        DeliveryState.WAITING: ("waiting", "mark"),
        DeliveryState.GIVEN_UP: ("given up", "warn"),
    }[delivery.state]
    ended = f" {clock(delivery.ended_at, now)}" if delivery.ended_at else ""
    next_ = f", next try {moment(delivery.due_at, now)}" if delivery.due_at else ""
    answer = f": {delivery.last_answer}" if delivery.last_answer else ""
    return words(state, f"{ended}, {count(delivery.attempts, 'attempt')}{next_}{answer}")


# Its stories, and who did not match -----------------------------------------------------------------------------------


def _story(
    story: Story, members: Sequence[Placed], item: Item, names: Mapping[FeedId, str], now: datetime
) -> Iterator[RenderableType]:
    yield words(
        (f"Story {story.id[:ID_DIGITS]}", "strong"),
        f"  {count(story.items, 'item')} from {count(story.origins, 'feed')}, "
        f"{clock(story.first_seen, now)} to {clock(story.last_seen, now)}",
    )
    columns = (Column(), Column(), Column(), Column(most=20), Column(flex=1))
    yield table(columns, (_member(one, item, names, now) for one in members[:_MEMBERS_MAX]))
    if len(members) > _MEMBERS_MAX:
        yield words((f"  and {count(len(members) - _MEMBERS_MAX, 'other')} (all of them with --json)", "dim"))


def _member(one: Placed, item: Item, names: Mapping[FeedId, str], now: datetime) -> tuple[Text, ...]:
    this = one.item.id == item.id and one.item.version == item.version
    return (
        words((clock(one.item.seen, now), "dim")),
        words("this" if this else (one.item.id[:ID_DIGITS], "dim")),
        words(placed_as(one)),
        words(names.get(one.item.feed, one.item.feed)),
        words((one.item.headline, "strong" if this else "plain")),
    )


def _asked(asked: Sequence[Asked]) -> Iterator[RenderableType]:
    yield words(("Other topics", "strong"), ("  as configured now", "dim"))
    yield table(_LABELLED, ((words(one.topic), words(one.text)) for one in asked))
