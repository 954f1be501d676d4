"""What becomes of a match: told, held, or told as an update, and the sentence that says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from monitor.core.model import Copy, NewStory, Outcome, Update

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from monitor.core.model import Evidence, Item, Match, Placement, PollPolicy, Told


# A nearest item that holds less than this of the new one is no neighbour worth naming.
_NOTABLE = 0.1
_LABELS = {
    "feed": "the name of the feed",
    "tag": "the tags",
    "author": "the author",
    "lang": "the language",
    "link": "the link",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """An outcome and its sentence."""

    outcome: Outcome
    reason: str


UNMATCHED = Ruling(Outcome.UNMATCHED, "No topic matches it.")


def rule(
    item: Item,
    match: Match,
    placement: Placement,
    told: Told | None,
    *,
    policy: PollPolicy,
    first_poll: bool,
    at: datetime,
    nearest_feed: str,
) -> Ruling:
    """Decide one item for one topic. ``told``: what the topic said of the story so far; None: nothing."""
    if first_poll and not policy.first_poll_alerts:
        return Ruling(
            Outcome.BASELINE,
            "Held: it was already in the feed when Wirewatch first read it. Only what comes after is told.",
        )
    if item.published is not None and at - item.published > policy.max_age:
        age, limit = span(at - item.published), span(policy.max_age)
        return Ruling(Outcome.STALE, f"Held: it was {age} old when first seen, and max_age is {limit}.")
    matched = _matched(match)
    match placement:
        case NewStory(_, evidence):
            return Ruling(Outcome.ALERTED, f"{matched}; {_nearest(evidence, nearest_feed)}.")
        case Copy(_, evidence):
            if told is not None:
                return Ruling(Outcome.COPY, f"Held as a copy: {_share(evidence.told)} of it was told before, "
                                            f"in {_tellers(evidence, nearest_feed)}.")  # fmt: skip
            return Ruling(
                Outcome.ALERTED,
                f"{matched}; a copy of {_tellers(evidence, nearest_feed)}, not yet told for this topic.",
            )
        case Update(_, evidence):
            news = _news(evidence)
            if told is not None and told.alert is not None:
                return Ruling(Outcome.UPDATE, f"{matched}; {news} since {_quoted(evidence, nearest_feed)}.")
            return Ruling(
                Outcome.ALERTED, f"{matched}; {news} since {_quoted(evidence, nearest_feed)}, which nobody was told."
            )
        case _:
            assert_never(placement)


def _matched(match: Match) -> str:
    if not match.expressions:
        return "Matches every item"
    fields = [hit.field for hit in match.hits]
    if fields and all(field in _LABELS for field in fields):
        where = _LABELS[fields[0]]
    else:
        where = "the headline" if match.place == "title" else "the text"
    return f"Matches {' and '.join(match.expressions[:4])} in {where}"


def _nearest(evidence: Evidence, feed: str) -> str:
    if evidence.nearest is None or evidence.nearest.score < _NOTABLE:
        return "nothing told before comes close"
    return f"the nearest told before is {_quoted(evidence, feed)}, which holds {_share(evidence.nearest.score)} of it"


def _news(evidence: Evidence) -> str:
    if evidence.changes:
        return "changed: " + ", ".join(str(change) for change in evidence.changes[:3])
    return f"{_share(1 - evidence.told)} of it is new"


def _tellers(evidence: Evidence, feed: str) -> str:
    """Everything that a copy is a copy of: one that is stitched from several stories cannot be found in the nearest."""
    others = len(evidence.stories) - 1
    if others < 1:
        return _quoted(evidence, feed)
    return f"{_quoted(evidence, feed)} and {others} other {'story' if others == 1 else 'stories'}"


def _quoted(evidence: Evidence, feed: str) -> str:
    if evidence.nearest is None:
        return "what was told"
    headline = evidence.nearest.headline
    headline = headline if len(headline) <= 90 else headline[:89].rsplit(" ", 1)[0] + "…"
    return f"“{headline}” ({feed})"


def _share(share: float) -> str:
    percent = share * 100
    return f"{percent:.0f} %" if percent >= 1 or percent == 0 else "under 1 %"


def span(length: timedelta) -> str:
    """A duration in its largest one or two units: ``3 d 4 h``, ``12 min``, ``5 s``."""
    seconds = max(0, int(length.total_seconds()))
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    for at, (name, size) in enumerate(units):
        if seconds >= size:
            whole, rest = divmod(seconds, size)
            text = f"{whole} {name}"
            if at + 1 < len(units) and name in ("d", "h") and rest >= units[at + 1][1]:
                text += f" {rest // units[at + 1][1]} {units[at + 1][0]}"
            return text
    return "0 s"
