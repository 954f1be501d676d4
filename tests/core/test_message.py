"""An alert as one neutral message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.core.message import Message, make_message
from monitor.core.model import (
    AlertId,
    Change,
    Evidence,
    FeedId,
    Hit,
    ItemId,
    Match,
    Nearest,
    Outcome,
    Priority,
    Story,
    StoryId,
    Topic,
    TopicId,
)
from monitor.core.wire import Line
from tests.core.kit import MINUTE, NOW, item

WANTED = item("A truce holds.", "Quiet", published=NOW - MINUTE, link="https://example.org/x")
STORY = Story(StoryId("s"), ItemId("lead"), "Quiet", NOW, NOW, 3, (FeedId("wire"), FeedId("blog")))
MATCH = Match(
    TopicId("t"), "truce", (Hit("content", 2, 7, "truce"),), ("“truce”",), "A truce holds.", ((2, 7),), "content"
)
EVIDENCE = Evidence(
    Nearest(ItemId("i"), StoryId("near"), FeedId("blog"), "Old", 0.18), changes=(Change("number", "11", "19"),)
)


def message(
    outcome: Outcome = Outcome.ALERTED, also: tuple[str, ...] = ("A Blog",), evidence: Evidence = EVIDENCE
) -> Message:
    return make_message(
        alert=AlertId("a"),
        revision=2,
        topic=Topic(TopicId("t"), query="truce", priority=Priority.HIGH),
        outcome=outcome,
        item=WANTED,
        match=MATCH,
        feed_name="The Wire",
        also=also,
        story=STORY,
        evidence=evidence,
        reason="Because.",
        at=NOW,
    )


def test_everything_there_is_to_tell_is_gathered() -> None:
    told = message()
    assert (told.id, told.revision, told.topic, told.priority, told.outcome) == ("a", 2, "t", "high", "alerted")
    assert (told.item, told.headline, told.link) == (WANTED.id, "Quiet", "https://example.org/x")
    assert (told.snippet, told.marks, told.hits, told.query) == ("A truce holds.", ((2, 7),), MATCH.hits, "truce")
    assert (told.feed, told.feed_name, told.also) == ("wire", "The Wire", ("A Blog",))
    assert (told.story, told.story_items, told.story_origins) == ("s", 3, 2)
    assert (told.published, told.seen, told.at) == (NOW - MINUTE, NOW, NOW)
    assert told.sentence == "Because."
    assert told.nearest is not None
    assert (told.nearest.story, told.nearest.score) == ("near", 0.18)
    assert told.cut == 0


def test_changes_are_told_with_an_update_only() -> None:
    assert message(Outcome.UPDATE).changes == ("11 → 19",)
    assert message(Outcome.ALERTED).changes == ()


def test_without_a_neighbour_there_is_none() -> None:
    assert message(evidence=Evidence()).nearest is None


@pytest.mark.parametrize(("count", "kept", "cut"), [(0, 0, 0), (12, 12, 0), (40, 12, 28)])
def test_of_many_other_feeds_the_first_are_named_and_the_rest_counted(count: int, kept: int, cut: int) -> None:
    told = message(also=tuple(f"Feed {number}" for number in range(count)))
    assert (len(told.also), told.cut) == (kept, cut)


def test_lag_is_the_time_from_published_to_seen_and_never_negative() -> None:
    told = message()
    assert told.lag_s == 60.0
    assert replace(told, published=None).lag_s is None
    assert replace(told, published=NOW + MINUTE).lag_s == 0.0


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Change("number", "11", "19"), "11 → 19"),
        (Change("denial", "", "not"), "not"),
        (Change("denial", "not", ""), "not"),
    ],
)
def test_a_change_is_shown_by_the_sides_that_exist(change: Change, text: str) -> None:
    assert str(change) == text


def test_a_rendered_line_has_its_words_without_their_styles() -> None:
    assert Line((("A ", "plain"), ("truce", "mark"), (".", "dim"))).text == "A truce."
