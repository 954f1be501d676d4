"""Match, place, decide: what one poll leads to, and what the desk remembers of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import (
    LIMITS,
    ChannelId,
    DeliveryState,
    Outcome,
    PollPolicy,
    Priority,
    StoryId,
    Topic,
    TopicId,
    Update,
    derive_id,
)
from tests.core.kit import DAY, HOUR, NOW, few, item
from tests.core.newsroom import Newsroom
from tests.core.texts import HALT, HARVEST, SIEGE, retold

if TYPE_CHECKING:
    from monitor.core.model import Item, Verdict

TOLL = retold(HALT, ("Eleven people", "Nineteen people"))


def topic(
    name: str, query: str, *, feeds: tuple[str, ...] = (), channels: tuple[str, ...] = ("terminal",),
    priority: Priority = Priority.NORMAL,
) -> Topic:  # fmt: skip
    return Topic(TopicId(name), None, query, priority, tuple(ChannelId(name) for name in channels), feeds)


ALEPPO = topic("aleppo", "aleppo")
MADAYA = topic("madaya", "madaya")


# From news to alert ---------------------------------------------------------------------------------------------------


def test_news_becomes_a_verdict_an_alert_and_a_delivery_for_each_channel() -> None:
    room = Newsroom((topic("aleppo", "aleppo", channels=("terminal", "desk"), priority=Priority.HIGH),))
    (verdict,) = room.hear(HALT, "Eight hours of quiet", guid="g")
    (turn,) = room.turns
    (alert,) = turn.alerts
    (placed,) = turn.placed
    (story,) = turn.stories
    (told,) = turn.told
    wanted = turn.items[0]
    assert (verdict.outcome, verdict.item, verdict.version) == (Outcome.ALERTED, wanted.id, wanted.version)
    assert (verdict.alert, verdict.revision, verdict.story) == (alert.id, 1, story.id)
    assert verdict.hits == alert.message.hits
    assert verdict.hits
    assert (alert.topic, alert.item, alert.priority) == ("aleppo", wanted.id, Priority.HIGH)
    assert alert.id == derive_id("alert", "aleppo", story.id)
    assert (story.lead, story.items, story.feeds, story.headline) == (wanted.id, 1, ("wire",), "Eight hours of quiet")
    assert (placed.item, placed.placement.story) == (wanted, story.id)
    assert (told.topic, told.story, told.alert, told.revision) == ("aleppo", story.id, alert.id, 1)
    assert [(one.channel, one.alert, one.revision, one.state) for one in turn.deliveries] == [
        ("terminal", alert.id, 1, DeliveryState.WAITING),
        ("desk", alert.id, 1, DeliveryState.WAITING),
    ]
    assert {one.due_at for one in turn.deliveries} == {room.at}
    assert turn.state.baselined


def test_a_message_says_what_there_is_to_say() -> None:
    room = Newsroom((ALEPPO,))
    room.hear(HALT, "Eight hours of quiet")
    room.hear(TOLL, "Toll rises", feed="blog")
    first, second = (turn.alerts[0].message for turn in room.turns)
    assert (first.feed_name, first.also, first.changes, first.nearest) == ("The Wire", (), (), None)
    assert (second.headline, second.feed_name, second.also) == ("Toll rises", "A Blog", ("The Wire",))
    assert (second.story_items, second.story_origins, second.changes) == (2, 2, ("Eleven → Nineteen",))
    assert second.nearest is not None
    assert second.nearest.story == first.story == second.story
    assert second.sentence == room.turns[1].verdicts[0].reason
    assert second.snippet.startswith("Russia and Syria will stop all air strikes on the east of Aleppo")


def test_an_item_that_no_topic_matches_is_recorded_and_not_placed() -> None:
    room = Newsroom((ALEPPO,))
    (verdict,) = room.hear(HARVEST)
    assert (verdict.topic, verdict.outcome, verdict.reason) == (None, Outcome.UNMATCHED, "No topic matches it.")
    assert (verdict.story, verdict.alert, verdict.hits) == (None, None, ())
    assert room.turns[0].placed == ()


def test_every_item_is_placed_when_asked_for() -> None:
    room = Newsroom((ALEPPO,), place_all=True)
    (first,) = room.hear(HARVEST)
    (again,) = room.hear(HARVEST, feed="blog")
    assert first.topic is again.topic is None
    assert first.story == again.story is not None
    assert again.evidence.nearest is not None
    assert len(room.placed) == 2


def test_a_poll_without_items_is_a_turn_too() -> None:
    room = Newsroom((ALEPPO,))
    assert room.take() == []
    assert room.turns[0].state.baselined


def test_a_topic_without_channels_is_recorded_and_told_nobody() -> None:
    room = Newsroom((topic("quiet", "aleppo", channels=()),))
    assert room.outcomes(HALT) == [("quiet", "alerted")]
    assert room.turns[0].deliveries == ()


def test_an_item_of_an_unknown_feed_is_heard_under_its_id() -> None:
    room = Newsroom((ALEPPO,))
    room.hear(HALT, feed="stranger")
    assert room.turns[0].alerts[0].message.feed_name == "stranger"


# Told once ------------------------------------------------------------------------------------------------------------


def test_a_copy_is_held_and_names_the_alert_that_told_it() -> None:
    room = Newsroom((ALEPPO,))
    room.hear(HALT, "Quiet")
    (verdict,) = room.hear(HALT, "Something else", feed="blog")
    assert verdict.outcome is Outcome.COPY
    assert verdict.alert == room.turns[0].alerts[0].id
    assert verdict.revision is None
    assert verdict.reason == "Held as a copy: 100 % of it was told before, in “Quiet” (The Wire)."
    assert room.turns[1].alerts == ()
    assert room.turns[1].told == ()
    assert room.turns[1].stories[0].feeds == ("wire", "blog")


def test_an_update_keeps_its_alert_and_counts_up() -> None:
    room = Newsroom((ALEPPO,))
    more = retold(TOLL, ("Nineteen people", "Thirty people"))
    assert room.outcomes(HALT) == [("aleppo", "alerted")]
    assert room.outcomes(TOLL) == [("aleppo", "update")]
    assert room.outcomes(TOLL, feed="blog") == [("aleppo", "copy")]
    assert room.outcomes(more, feed="blog") == [("aleppo", "update")]
    alerts = [alert for turn in room.turns for alert in turn.alerts]
    assert len({alert.id for alert in alerts}) == 1
    assert [alert.revision for alert in alerts] == [1, 2, 3]
    assert [alert.key for alert in alerts] == [f"{alerts[0].id}-{number}" for number in (1, 2, 3)]
    assert room.told[0].revision == 3


def test_two_copies_in_one_poll_are_told_once() -> None:
    room = Newsroom((ALEPPO,))
    verdicts = room.take(item(HALT, "One", guid="1"), item(HALT, "Two", guid="2"), item(TOLL, "Three", guid="3"))
    assert [one.outcome.value for one in verdicts] == ["alerted", "copy", "update"]
    assert [alert.revision for alert in room.turns[0].alerts] == [1, 2]
    assert room.turns[0].stories[0].items == 3


def test_an_item_that_serves_two_topics_alerts_once_in_each() -> None:
    room = Newsroom((ALEPPO, MADAYA))
    assert room.outcomes(HALT + "\n" + SIEGE) == [("aleppo", "alerted"), ("madaya", "alerted")]
    one, other = room.turns[0].alerts
    assert one.id != other.id
    assert one.story == other.story
    assert room.outcomes(SIEGE, feed="blog") == [("madaya", "copy")]


def test_a_copy_of_a_story_not_yet_told_for_this_topic_alerts() -> None:
    room = Newsroom((ALEPPO, topic("syria", "aleppo", feeds=("tag:syria",))))
    assert room.outcomes(HALT, "Quiet", feed="blog") == [("aleppo", "alerted")]
    (held, told) = room.hear(HALT, "Quiet", feed="wire")
    assert (held.topic, held.outcome) == ("aleppo", Outcome.COPY)
    assert (told.topic, told.outcome) == ("syria", Outcome.ALERTED)
    assert told.reason.endswith("; a copy of “Quiet” (A Blog), not yet told for this topic.")


def test_news_that_only_another_topic_heard_of_is_news_for_this_one() -> None:
    # "all" hears every feed, "syria" only some. The new toll comes by a feed that "syria" does not hear.
    room = Newsroom((topic("all", "aleppo"), topic("syria", "aleppo", feeds=("tag:syria",))))
    assert room.outcomes(HALT, "Quiet", feed="wire") == [("all", "alerted"), ("syria", "alerted")]
    assert room.outcomes(TOLL, "Toll", feed="blog") == [("all", "update")]
    assert room.outcomes(TOLL, "Toll", feed="paper") == [("all", "copy"), ("syria", "update")]
    assert [str(change) for change in room.turns[2].verdicts[1].evidence.changes] == ["Eleven → Nineteen"]
    assert room.outcomes(TOLL, "Toll once more", feed="wire") == [("all", "copy"), ("syria", "copy")]
    assert room.outcomes(HALT, "Quiet", feed="paper") == [("all", "copy"), ("syria", "copy")]


def test_a_copy_by_way_of_a_feed_that_the_topic_does_not_hear_is_a_copy_all_the_same() -> None:
    room = Newsroom((topic("all", "aleppo"), topic("syria", "aleppo", feeds=("tag:syria",))))
    room.hear(HALT, "Quiet", feed="wire")
    room.hear(HALT, "Quiet at last", feed="blog")
    verdicts = room.hear(HALT, "Quiet at last", feed="paper")
    assert [one.outcome.value for one in verdicts] == ["copy", "copy"]
    nearest = verdicts[1].evidence.nearest
    assert nearest is not None
    assert nearest.feed == "wire"  # the one that this topic heard


def test_a_stitched_item_is_a_copy_for_the_topics_of_both_its_stories() -> None:
    room = Newsroom((ALEPPO, MADAYA))
    assert room.outcomes(HALT, "Quiet") == [("aleppo", "alerted")]
    assert room.outcomes(SIEGE, "Doors burn") == [("madaya", "alerted")]
    verdicts = room.hear(HALT + "\n" + SIEGE, "The day in Syria", feed="blog")
    assert [(one.topic, one.outcome.value) for one in verdicts] == [("aleppo", "copy"), ("madaya", "copy")]
    assert [one.alert for one in verdicts] == [turn.alerts[0].id for turn in room.turns[:2]]


# Held -----------------------------------------------------------------------------------------------------------------


def test_a_first_poll_is_remembered_and_alerts_on_nothing() -> None:
    room = Newsroom((ALEPPO,))
    verdicts = room.take(item(HALT, "Old news", guid="1"), item(HARVEST, guid="2"), first_poll=True)
    assert [one.outcome for one in verdicts] == [Outcome.BASELINE, Outcome.UNMATCHED]
    assert room.turns[0].alerts == ()
    assert (room.told[0].alert, room.told[0].revision) == (None, 0)
    assert room.outcomes(HALT, "Old news", feed="blog") == [("aleppo", "copy")]
    assert room.turns[1].verdicts[0].alert is None
    (update,) = room.hear(TOLL, "Toll rises")
    assert (update.outcome, update.revision) == (Outcome.ALERTED, 1)
    assert update.reason.endswith("since “Old news” (A Blog), which nobody was told.")
    assert room.outcomes(SIEGE + " Aleppo.", "New news") == [("aleppo", "alerted")]


def test_a_first_poll_of_a_story_already_told_changes_nothing_of_what_was_told() -> None:
    room = Newsroom((ALEPPO,))
    room.hear(HALT, "Quiet")
    assert [one.outcome for one in room.take(item(HALT, "Quiet", feed="blog"), first_poll=True)] == [Outcome.BASELINE]
    assert room.turns[1].told == ()
    assert room.outcomes(TOLL) == [("aleppo", "update")]


def test_a_first_poll_may_alert_where_the_configuration_says_so() -> None:
    room = Newsroom((ALEPPO,), policy=PollPolicy(first_poll_alerts=True))
    assert [one.outcome for one in room.take(item(HALT), first_poll=True)] == [Outcome.ALERTED]


def test_what_is_too_old_when_first_seen_is_held_as_stale() -> None:
    room = Newsroom((ALEPPO,))
    (verdict,) = room.hear(HALT, published=NOW - 5 * DAY)
    assert verdict.outcome is Outcome.STALE
    assert verdict.reason == "Held: it was 5 d old when first seen, and max_age is 2 d."
    assert room.told == []
    assert room.outcomes(HALT, feed="blog") == [("aleppo", "alerted")]


# The same everywhere --------------------------------------------------------------------------------------------------


def plot(room: Newsroom) -> list[Verdict]:
    verdicts = room.hear(HALT, "Quiet", guid="a")
    verdicts += room.hear(TOLL, "Toll", feed="blog", guid="b")
    verdicts += room.hear(HALT + "\n" + SIEGE, "Two stories", feed="paper", guid="c")
    verdicts += room.hear(SIEGE, "Doors", guid="d")
    return verdicts


def test_the_same_items_give_the_same_ids_verdicts_and_alerts() -> None:
    one, other = Newsroom((ALEPPO, MADAYA)), Newsroom((ALEPPO, MADAYA))
    assert plot(one) == plot(other)
    assert one.turns == other.turns


def test_the_id_of_an_alert_stands_on_the_words_and_not_on_the_time() -> None:
    one, other = Newsroom((ALEPPO,)), Newsroom((ALEPPO,), at=NOW + 30 * DAY)
    one.hear(HALT, guid="a")
    other.hear(HALT, guid="a")
    assert one.turns[0].alerts[0].key == other.turns[0].alerts[0].key


sentences = st.sampled_from([*HALT.split("\n"), *SIEGE.split("\n"), "Aleppo.", "Madaya, 11 dead.", "Madaya, 19 dead."])
drafts = st.tuples(
    st.lists(sentences, max_size=5).map("\n".join),
    st.sampled_from(["", "Eight hours of quiet for Aleppo", "Madaya burns its doors for heat"]),
    st.sampled_from(["wire", "blog", "paper"]),
)
plots = st.lists(drafts, max_size=6)
TOPICS = (ALEPPO, MADAYA, topic("syria", "aleppo OR madaya", feeds=("tag:syria",)))


def tell(room: Newsroom, wanted: list[tuple[str, str, str]]) -> list[Verdict]:
    return [verdict for content, title, feed in wanted for verdict in room.hear(content, title, feed=feed)]


@few
@given(plots, plots, plots)
def test_a_dropped_decision_never_happened(
    before: list[tuple[str, str, str]], dropped: list[tuple[str, str, str]], later: list[tuple[str, str, str]]
) -> None:
    room, other = Newsroom(TOPICS), Newsroom(TOPICS)
    tell(room, before)
    tell(other, before)
    lost: list[Item] = [item(content, title, feed="wire", guid=f"{content}{title}") for content, title, _ in dropped]
    room.desk.drop(room.decide(*lost))
    room.at = other.at
    assert tell(room, later) == tell(other, later)
    assert room.turns == other.turns


@few
@given(plots, plots)
def test_a_restored_desk_decides_as_the_one_that_went_on(
    before: list[tuple[str, str, str]], later: list[tuple[str, str, str]]
) -> None:
    room, other = Newsroom(TOPICS), Newsroom(TOPICS)
    tell(room, before)
    other.desk.restore(room.placed, room.stories, room.told)
    other.at = room.at
    assert tell(room, later) == tell(other, later)


def test_a_restored_desk_knows_what_a_long_running_one_knows() -> None:
    room = Newsroom(TOPICS)
    room.hear(HALT, "Quiet")
    room.at += 5 * DAY
    room.hear(TOLL, "Toll", feed="blog")
    room.at += 3 * DAY  # the first item is out of the window, the second is not
    other = Newsroom(TOPICS, at=room.at)
    since = room.at - LIMITS.window
    kept = [one for one in room.placed if one.item.seen >= since]
    assert len(kept) == 1
    other.desk.restore(kept, room.stories, room.told)
    for wanted in ((HALT, "Quiet", "paper"), (TOLL, "Toll", "paper"), (HALT + "\n" + SIEGE, "Two stories", "wire")):
        assert tell(room, [wanted]) == tell(other, [wanted])


def test_a_reload_changes_the_topics_and_not_what_was_told() -> None:
    room = Newsroom((ALEPPO,))
    room.hear(HALT, "Quiet")
    room.topics = (ALEPPO, topic("bakery", "bakery"))
    old, room.desk = room.desk, room.fresh_desk()
    room.desk.adopt(old)
    assert room.outcomes(HALT, "Quiet", feed="blog") == [("aleppo", "copy"), ("bakery", "alerted")]


# Forgotten ------------------------------------------------------------------------------------------------------------


def test_after_the_window_a_story_is_new_again() -> None:
    room = Newsroom((ALEPPO,))
    room.hear(HALT, "Quiet", guid="a")
    room.at += LIMITS.window + HOUR
    assert room.outcomes(HARVEST) == [("", "unmatched")]
    assert room.desk._stories == {}
    assert room.desk._told == {}
    assert room.outcomes(HALT, "Quiet", feed="blog") == [("aleppo", "alerted")]
    assert len(room.desk._index) == 1


def test_a_story_that_goes_on_is_remembered() -> None:
    room = Newsroom((ALEPPO,))
    room.hear(HALT, "Quiet", guid="a")
    room.at += 6 * DAY
    room.hear(HALT, "Quiet", feed="blog")
    room.at += 6 * DAY
    assert room.outcomes(HALT, feed="paper") == [("aleppo", "copy")]


def test_memory_stays_bounded_over_many_days() -> None:
    room = Newsroom((topic("all", "*"),))
    for number in range(60):
        room.at += DAY
        room.hear(f"Number {number} of the daily notes says " + " ".join(f"word{number}x{at}" for at in range(20)))
    assert len(room.desk._index) <= 8
    assert len(room.desk._stories) <= 8
    assert len(room.desk._told) <= 8


@pytest.mark.parametrize("outcome", [Outcome.ALERTED, Outcome.UPDATE])
def test_what_is_sent_counts_as_sent(outcome: Outcome) -> None:
    assert outcome.sent
    assert not Outcome.COPY.sent


def test_an_update_of_a_lost_story_begins_it_anew() -> None:
    # A store may have pruned the story of an item that is still in the window.
    room, other = Newsroom((ALEPPO,)), Newsroom((ALEPPO,))
    room.hear(HALT, "Quiet")
    other.desk.restore(room.placed, (), ())
    (verdict,) = other.hear(TOLL, "Toll", feed="blog")
    assert (verdict.outcome, verdict.revision) == (Outcome.ALERTED, 1)
    assert isinstance(other.turns[0].placed[0].placement, Update)
    assert other.turns[0].stories[0].items == 1
    assert verdict.story == StoryId(room.stories[0].id)
    assert replace(room.stories[0], items=2).origins == 1
