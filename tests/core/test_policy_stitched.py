"""The sentence of a copy names what it was copied from, all of it: one item can be stitched from several stories."""

from __future__ import annotations

import pytest

from monitor.core.desk import Desk
from monitor.core.model import (
    AlertId,
    Change,
    Copy,
    Evidence,
    FeedId,
    FeedState,
    ItemId,
    Match,
    Nearest,
    NewStory,
    Outcome,
    Placement,
    PollPolicy,
    StoryId,
    Told,
    Topic,
    TopicId,
    Update,
)
from monitor.core.policy import Ruling, rule
from monitor.core.query.concepts import Concepts
from monitor.core.query.topics import build_index
from tests.core.kit import NOW, feed, item
from tests.core.texts import HALT, SIEGE

TOPIC = TopicId("aleppo")
STORIES = tuple(StoryId(f"story{number}") for number in range(1, 5))
NEAREST = Nearest(ItemId("item1"), STORIES[0], FeedId("wire"), "Truce holds in Aleppo", 0.7)
TOLD = Told(TOPIC, STORIES[1], Outcome.ALERTED, AlertId("alert1"), 1, NOW)


def evidence(stories: int, changes: tuple[Change, ...] = ()) -> Evidence:
    return Evidence(NEAREST, 0.92, changes, stories=STORIES[:stories])


def ruling(placement: Placement, told: Told | None) -> Ruling:
    match = Match(TOPIC, "aleppo", (), ("aleppo",), place="title")
    return rule(
        item("A truce holds."),
        match,
        placement,
        told,
        policy=PollPolicy(),
        first_poll=False,
        at=NOW,
        nearest_feed="Feed",
    )


@pytest.mark.parametrize(
    ("stories", "tail"),
    [(0, ""), (1, ""), (2, " and 1 other story"), (3, " and 2 other stories"), (4, " and 3 other stories")],
)
def test_a_held_copy_counts_the_other_stories_that_told_it(stories: int, tail: str) -> None:
    held = ruling(Copy(STORIES[0], evidence(stories)), TOLD)
    sentence = f"Held as a copy: 92 % of it was told before, in “Truce holds in Aleppo” (Feed){tail}."
    assert held == Ruling(Outcome.COPY, sentence)


@pytest.mark.parametrize(("stories", "tail"), [(1, ""), (2, " and 1 other story"), (3, " and 2 other stories")])
def test_so_does_a_copy_of_what_the_topic_was_never_told(stories: int, tail: str) -> None:
    alerted = ruling(Copy(STORIES[0], evidence(stories)), None)
    copied = f"a copy of “Truce holds in Aleppo” (Feed){tail}, not yet told for this topic."
    assert alerted == Ruling(Outcome.ALERTED, f"Matches aleppo in the headline; {copied}")


@pytest.mark.parametrize("told", [TOLD, None], ids=["told", "not told"])
@pytest.mark.parametrize("placed", [NewStory, Update])
def test_news_is_compared_with_the_nearest_alone(placed: type[NewStory | Update], told: Told | None) -> None:
    changes = (Change("number", "11", "19"),)
    one, several = (ruling(placed(STORIES[0], evidence(count, changes)), told) for count in (1, 4))
    assert several == one
    assert "other" not in several.reason


def test_an_item_stitched_from_two_stories_says_so_at_the_desk() -> None:
    wire = feed()
    topic = Topic(TOPIC, query="aleppo OR madaya")
    desk = Desk(build_index([topic], Concepts()), {wire.id: wire}, PollPolicy())
    texts = {"Quiet for Aleppo": HALT, "Doors burn in Madaya": SIEGE, "The day in Syria": SIEGE + "\n" + HALT}
    items = [item(text, title) for title, text in texts.items()]
    turn = desk.decide(FeedState(wire.id, wire.url, due_at=NOW, baselined=True), items, NOW).turn
    assert [verdict.outcome for verdict in turn.verdicts] == [Outcome.ALERTED, Outcome.ALERTED, Outcome.COPY]
    assert turn.verdicts[-1].reason.endswith("(Wire) and 1 other story.")
