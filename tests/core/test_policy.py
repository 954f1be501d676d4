"""What becomes of a match, and the sentence that says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import (
    AlertId,
    Change,
    Copy,
    Evidence,
    FeedId,
    Hit,
    ItemId,
    Match,
    Nearest,
    NewStory,
    Outcome,
    Placement,
    PollPolicy,
    StoryId,
    Told,
    TopicId,
    Update,
)
from monitor.core.policy import UNMATCHED, Ruling, rule, span
from tests.core.kit import DAY, HOUR, MINUTE, NOW, few, item

STORY = StoryId("s")
NEAREST = Nearest(ItemId("i"), STORY, FeedId("wire"), "Quiet for Aleppo", 0.18)
MATCH = Match(
    TopicId("t"), "q", (Hit("content", 0, 5, "truce"),), ("“truce” (@ceasefire)", "“Aleppo”"), "A truce.", (), "content"
)
TOLD = Told(TopicId("t"), STORY, Outcome.ALERTED, AlertId("a"), 1, NOW)
BASELINE = replace(TOLD, outcome=Outcome.BASELINE, alert=None, revision=0)
EVIDENCE = Evidence(nearest=NEAREST, told=0.94)
CHANGED = replace(EVIDENCE, changes=(Change("number", "11", "19"), Change("name", "Homs", "Hama")))


def ruling(
    placement: Placement, told: Told | None = None, *, match: Match = MATCH, age: timedelta | None = None,
    first_poll: bool = False, policy: PollPolicy | None = None,
) -> Ruling:  # fmt: skip
    wanted = item("A truce.", published=NOW - age if age is not None else None)
    return rule(
        wanted,
        match,
        placement,
        told,
        policy=policy or PollPolicy(),
        first_poll=first_poll,
        at=NOW,
        nearest_feed="The Wire",
    )


MATCHES = "Matches “truce” (@ceasefire) and “Aleppo” in the text; "


@pytest.mark.parametrize(
    ("placement", "told", "outcome", "reason"),
    [
        (NewStory(STORY), None, Outcome.ALERTED, MATCHES + "nothing told before comes close."),
        (NewStory(STORY, replace(EVIDENCE, nearest=replace(NEAREST, score=0.09))), None, Outcome.ALERTED,
         MATCHES + "nothing told before comes close."),
        (NewStory(STORY, EVIDENCE), None, Outcome.ALERTED,
         MATCHES + "the nearest told before is “Quiet for Aleppo” (The Wire), which holds 18 % of it."),
        (Copy(STORY, EVIDENCE), TOLD, Outcome.COPY,
         "Held as a copy: 94 % of it was told before, in “Quiet for Aleppo” (The Wire)."),
        (Copy(STORY, EVIDENCE), BASELINE, Outcome.COPY,
         "Held as a copy: 94 % of it was told before, in “Quiet for Aleppo” (The Wire)."),
        (Copy(STORY, replace(EVIDENCE, stories=(STORY, StoryId("b")))), TOLD, Outcome.COPY,
         "Held as a copy: 94 % of it was told before, in “Quiet for Aleppo” (The Wire) and 1 other story."),
        (Copy(STORY, replace(EVIDENCE, stories=(STORY, StoryId("b"), StoryId("c")))), TOLD, Outcome.COPY,
         "Held as a copy: 94 % of it was told before, in “Quiet for Aleppo” (The Wire) and 2 other stories."),
        (Copy(STORY, EVIDENCE), None, Outcome.ALERTED,
         MATCHES + "a copy of “Quiet for Aleppo” (The Wire), not yet told for this topic."),
        (Update(STORY, CHANGED), TOLD, Outcome.UPDATE,
         MATCHES + "changed: 11 → 19, Homs → Hama since “Quiet for Aleppo” (The Wire)."),
        (Update(STORY, replace(EVIDENCE, told=0.7)), TOLD, Outcome.UPDATE,
         MATCHES + "30 % of it is new since “Quiet for Aleppo” (The Wire)."),
        (Update(STORY, replace(EVIDENCE, told=0.996)), TOLD, Outcome.UPDATE,
         MATCHES + "under 1 % of it is new since “Quiet for Aleppo” (The Wire)."),
        (Update(STORY, CHANGED), None, Outcome.ALERTED,
         MATCHES + "changed: 11 → 19, Homs → Hama since “Quiet for Aleppo” (The Wire), which nobody was told."),
        (Update(STORY, CHANGED), BASELINE, Outcome.ALERTED,
         MATCHES + "changed: 11 → 19, Homs → Hama since “Quiet for Aleppo” (The Wire), which nobody was told."),
        (Update(STORY, Evidence(told=0.0)), TOLD, Outcome.UPDATE, MATCHES + "100 % of it is new since what was told."),
    ],
)  # fmt: skip
def test_a_match_is_ruled(placement: Placement, told: Told | None, outcome: Outcome, reason: str) -> None:
    assert ruling(placement, told) == Ruling(outcome, reason)


def test_the_first_poll_comes_before_everything() -> None:
    held = ruling(NewStory(STORY), first_poll=True, age=9 * DAY)
    assert held == Ruling(
        Outcome.BASELINE,
        "Held: it was already in the feed when Wirewatch first read it. Only what comes after is told.",
    )
    alerting = PollPolicy(first_poll_alerts=True)
    assert ruling(NewStory(STORY), first_poll=True, policy=alerting).outcome is Outcome.ALERTED
    assert ruling(NewStory(STORY), first_poll=True, policy=alerting, age=9 * DAY).outcome is Outcome.STALE


def test_age_comes_before_likeness() -> None:
    assert ruling(Copy(STORY, EVIDENCE), TOLD, age=2 * DAY).outcome is Outcome.COPY
    assert ruling(Copy(STORY, EVIDENCE), TOLD, age=2 * DAY + MINUTE).outcome is Outcome.STALE
    held = ruling(NewStory(STORY), age=3 * DAY + 4 * HOUR)
    assert held.reason == "Held: it was 3 d 4 h old when first seen, and max_age is 2 d."
    assert ruling(NewStory(STORY), age=HOUR, policy=PollPolicy(max_age=MINUTE)).outcome is Outcome.STALE
    assert ruling(NewStory(STORY)).outcome is Outcome.ALERTED  # an undated item is never too old


@pytest.mark.parametrize(
    ("match", "start"),
    [
        (replace(MATCH, place="title"), "Matches “truce” (@ceasefire) and “Aleppo” in the headline; "),
        (replace(MATCH, place="summary"), "Matches “truce” (@ceasefire) and “Aleppo” in the text; "),
        (replace(MATCH, expressions=(), hits=()), "Matches every item; "),
        (replace(MATCH, expressions=("“a”", "“b”", "“c”", "“d”", "“e”")), "Matches “a” and “b” and “c” and “d” in"),
        (replace(MATCH, hits=(Hit("tag", 0, 5, "syria"),)), "Matches “truce” (@ceasefire) and “Aleppo” in the tags; "),
        (replace(MATCH, hits=(Hit("content", 0, 5, "a"), Hit("feed", 0, 5, "b"))), MATCHES),
    ],
)
def test_the_sentence_says_what_matched_and_where(match: Match, start: str) -> None:
    assert ruling(NewStory(STORY), match=match).reason.startswith(start)


def test_a_long_headline_is_cut_at_a_word() -> None:
    long = replace(EVIDENCE, nearest=replace(NEAREST, headline="word " * 40, score=0.5))
    assert "“" + ("word " * 17).strip() + "…” (The Wire)" in ruling(NewStory(STORY, long)).reason


def test_an_unmatched_item_has_its_sentence_too() -> None:
    assert (UNMATCHED.outcome, UNMATCHED.reason) == (Outcome.UNMATCHED, "No topic matches it.")


shares = st.floats(0, 1)
evidence = st.builds(
    Evidence,
    nearest=st.none() | st.builds(replace, st.just(NEAREST), headline=st.text(max_size=200), score=shares),
    told=shares,
    changes=st.lists(st.builds(Change, st.just("number"), st.text(max_size=5), st.text(max_size=5)), max_size=5).map(
        tuple
    ),
)
placements = st.one_of(*(st.builds(kind, st.just(STORY), evidence) for kind in (NewStory, Copy, Update)))


@few
@given(
    placements, st.sampled_from([None, TOLD, BASELINE]), st.none() | st.integers(0, 10), st.booleans(), st.booleans()
)
def test_every_reason_is_a_sentence(
    placement: Placement, told: Told | None, days: int | None, first_poll: bool, alerts: bool
) -> None:
    found = ruling(
        placement,
        told,
        age=None if days is None else days * DAY,
        first_poll=first_poll,
        policy=PollPolicy(first_poll_alerts=alerts),
    )
    assert found.reason.endswith(".")
    assert found.reason[0].isupper()
    assert "None" not in found.reason or "None" in repr(placement.evidence.nearest)


def test_what_was_told_is_told_again_only_as_an_update() -> None:
    every: list[Placement] = [NewStory(STORY, CHANGED), Copy(STORY, CHANGED), Update(STORY, CHANGED)]
    for placement, told in product(every, (None, TOLD, BASELINE)):
        outcome = ruling(placement, told).outcome
        assert outcome.sent == (not isinstance(placement, Copy) or told is None)
        assert (outcome is Outcome.UPDATE) == (isinstance(placement, Update) and told is TOLD)


# Spans ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(0), "0 s"),
        (timedelta(milliseconds=900), "0 s"),
        (-HOUR, "0 s"),
        (timedelta(seconds=5), "5 s"),
        (timedelta(seconds=59), "59 s"),
        (MINUTE, "1 min"),
        (timedelta(seconds=119), "1 min"),
        (59 * MINUTE, "59 min"),
        (HOUR, "1 h"),
        (HOUR + 30 * MINUTE, "1 h 30 min"),
        (23 * HOUR + 59 * MINUTE, "23 h 59 min"),
        (DAY, "1 d"),
        (DAY + 59 * MINUTE, "1 d"),
        (3 * DAY + 4 * HOUR, "3 d 4 h"),
        (400 * DAY, "400 d"),
    ],
)
def test_a_span_is_told_in_its_largest_units(length: timedelta, text: str) -> None:
    assert span(length) == text
