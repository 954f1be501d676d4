"""What every reader promises: streams in order, whole facts of one moment, and an item found however it is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.model import LIMITS, ChannelId, Copy, DeliveryState, Evidence, ItemId, Outcome, Placed, TopicId
from monitor.core.snapshot import ChannelFacts, Facts
from monitor.store.spans import PAGE
from tests.contract.store_values import (
    DAY,
    DESK,
    LEASE,
    LONG_AGO,
    MINUTE,
    NOW,
    TOPIC,
    held_turn,
    make_alert,
    make_delivery,
    make_item,
    make_story,
    make_turn,
    make_verdict,
    story_of,
)

if TYPE_CHECKING:
    from tests.contract.conftest import Memory

PORTS = TopicId("port-strikes")
SECOND = timedelta(seconds=1)


def test_an_empty_memory_answers_everything_with_nothing(memory: Memory) -> None:
    store, reader = memory.store, memory.reader
    assert reader.facts(LONG_AGO) == Facts(None, (), (), {}, 0, 0)
    assert (reader.alerts(), reader.held(), reader.verdicts(ItemId("x")), reader.find_items("truce")) == (
        [],
        [],
        [],
        [],
    )
    assert (reader.deliveries(make_alert(make_item()).id), reader.story_items(story_of(make_item()))) == ([], [])
    assert (reader.item(ItemId("x")), reader.story(story_of(make_item()))) == (None, None)
    assert list(reader.items(LONG_AGO)) == []
    assert (store.known([]), store.window(LONG_AGO), store.told(LONG_AGO), store.stories(LONG_AGO)) == ({}, [], [], [])
    assert store.claim_deliveries(NOW, 10, LEASE) == []
    assert (store.prune(NOW), store.release_leases(NOW)) == (0, 0)


# Streams --------------------------------------------------------------------------------------------------------------


def record_five(memory: Memory) -> None:
    """Five alerts and five held verdicts, a minute apart; the even ones are of another topic."""
    for number in range(1, 6):
        at, topic = NOW + number * MINUTE, TOPIC if number % 2 else PORTS
        item = make_item(f"story {number}")
        alert = make_alert(item, at=at, topic=topic)
        verdict = make_verdict(item, topic=topic, at=at)
        memory.store.record(make_turn(at=at, items=(item,), alerts=(alert,), verdicts=(verdict,)))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"after": 2}, [3, 4, 5]),
        ({"after": 5}, []),
        ({"after": 99}, []),
        ({"since": NOW + 2 * MINUTE}, [2, 3, 4, 5]),
        ({"since": NOW + 2 * MINUTE + timedelta(microseconds=1)}, [2, 3, 4, 5]),
        ({"since": NOW + 2 * MINUTE + timedelta(milliseconds=1)}, [3, 4, 5]),
        ({"until": NOW + 2 * MINUTE}, [1]),
        ({"since": NOW + 2 * MINUTE, "until": NOW + 4 * MINUTE}, [2, 3]),
        ({"topic": PORTS}, [2, 4]),
        ({"topic": TopicId("nobody")}, []),
        ({"last": 2}, [4, 5]),
        ({"last": 0}, []),
        ({"last": -1}, []),
        ({"last": 99}, [1, 2, 3, 4, 5]),
        ({"topic": TOPIC, "last": 2}, [3, 5]),
        ({"after": 1, "topic": TOPIC, "last": 1, "until": NOW + 4 * MINUTE}, [3]),
    ],
    ids=str,
)
def test_streams_are_told_oldest_first_and_cut_as_asked(
    memory: Memory, asked: dict[str, object], expected: list[int]
) -> None:
    record_five(memory)
    alerts = memory.reader.alerts(**asked)  # type: ignore[arg-type]  # a table of arguments has no types
    held = memory.reader.held(**asked)  # type: ignore[arg-type]  # as above
    assert [(seq, alert.message.headline) for seq, alert in alerts] == [(n, f"Story {n} in Aleppo") for n in expected]
    assert [(seq, item.title) for seq, _, item in held] == [(n, f"Story {n} in Aleppo") for n in expected]


def test_the_place_in_the_stream_is_the_order_of_recording_not_of_time(memory: Memory) -> None:
    early, late = make_alert(make_item("early")), make_alert(make_item("late"), at=NOW - DAY)
    memory.store.record(make_turn(alerts=(early,)))
    memory.store.record(make_turn(alerts=(early, late)))
    assert memory.reader.alerts() == [(1, early), (2, late)]
    assert memory.reader.alerts(after=1) == [(2, late)]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_everything_that_told_nobody_is_held_but_what_matched_nothing(memory: Memory, outcome: Outcome) -> None:
    item = make_item()
    turn = held_turn(item, outcome)
    memory.store.record(turn)
    held = outcome not in (Outcome.ALERTED, Outcome.UPDATE, Outcome.UNMATCHED)
    assert memory.reader.held() == ([(1, turn.verdicts[0], item)] if held else [])


def test_a_held_verdict_comes_with_the_version_it_was_about(memory: Memory) -> None:
    first, second = make_item(), make_item(title="Edited", seen=NOW + MINUTE)
    memory.store.record(held_turn(first))
    memory.store.record(held_turn(second, Outcome.MUTED))
    assert [item for _, _, item in memory.reader.held()] == [first, second]


def test_verdicts_are_told_in_the_order_of_their_times(memory: Memory) -> None:
    item = make_item()
    later, sooner = make_verdict(item, at=NOW + MINUTE), make_verdict(item, topic=None, outcome=Outcome.UNMATCHED)
    memory.store.record(held_turn(item, verdicts=(later, sooner)))
    memory.store.record(held_turn(make_item("other")))
    assert memory.reader.verdicts(item.id) == [sooner, later]


def test_the_newest_version_is_the_one_last_seen_not_the_one_last_recorded(memory: Memory) -> None:
    later, sooner = make_item(title="Later", seen=NOW + MINUTE), make_item(title="Sooner")
    memory.store.record(held_turn(later))
    memory.store.record(held_turn(sooner))
    assert memory.reader.item(later.id) == later
    assert memory.reader.find_items("sooner") == [later]


def test_deliveries_of_an_alert_are_told_by_when_they_were_promised(memory: Memory) -> None:
    first = make_alert(make_item())
    second = replace(first, revision=2)
    retried = make_delivery(first, channel=ChannelId("late"), created_at=NOW + MINUTE)
    promised = (make_delivery(second), retried, make_delivery(first), make_delivery(first, channel=ChannelId("a")))
    memory.store.record(make_turn(alerts=(second, first), deliveries=promised))
    expected = [promised[2], promised[3], promised[0], retried]
    assert memory.reader.deliveries(first.id) == expected


# Stories --------------------------------------------------------------------------------------------------------------


def test_the_window_keeps_the_order_of_placement(memory: Memory) -> None:
    names = ["delta", "alpha", "charlie", "bravo"]
    items = [make_item(name, seen=NOW - number * MINUTE) for number, name in enumerate(names)]
    memory.store.record(make_turn(*items[:2]))
    memory.store.record(make_turn(*items[2:], at=NOW + MINUTE))
    memory.store.record(make_turn(*items[:1], at=NOW + 2 * MINUTE))
    assert [placed.item for placed in memory.store.window(NOW)] == items
    assert [placed.item for placed in memory.store.window(NOW + MINUTE)] == items[2:]


def test_the_window_is_bounded_and_keeps_the_newest(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    few = replace(LIMITS, window_items_max=2)
    monkeypatch.setattr("monitor.store.sqlite.LIMITS", few)
    monkeypatch.setattr("monitor.store.memory.LIMITS", few)
    items = [make_item(name) for name in ("one", "two", "three")]
    memory.store.record(make_turn(*items))
    assert [placed.item for placed in memory.store.window(NOW)] == items[1:]


def test_a_story_names_its_items_in_the_order_of_placement(memory: Memory) -> None:
    first, second, other = make_item("zulu"), make_item("alpha"), make_item("other")
    copy = Placed(second, Copy(story_of(first), Evidence(told=1.0)))
    memory.store.record(make_turn(first, other))
    memory.store.record(make_turn(items=(second,), placed=(copy,)))
    assert [placed.item for placed in memory.reader.story_items(story_of(first))] == [first, second]
    assert memory.reader.story_items(story_of(first))[1] == copy


def test_stories_and_what_was_told_of_them_are_found_by_when_they_were_last_seen(memory: Memory) -> None:
    store = memory.store
    old, fresh = make_item("old", seen=NOW - DAY), make_item("fresh")
    store.record(make_turn(old, at=NOW - DAY, told=()))
    store.record(make_turn(fresh))
    assert store.stories(NOW) == [make_story(fresh)]
    assert store.stories(NOW - DAY) == [make_story(old), make_story(fresh)]
    said_long_ago = replace(make_turn(fresh).told[0], at=NOW - 9 * DAY)
    of_no_story = replace(make_turn(old).told[0], story=story_of(make_item("gone")), at=NOW)
    of_old = replace(make_turn(old).told[0], at=NOW - DAY)
    store.record(make_turn(told=(of_no_story, said_long_ago, of_old)))
    assert store.told(NOW) == [said_long_ago, of_no_story]
    assert store.told(NOW - DAY) == [said_long_ago, of_old, of_no_story]


# Finding items --------------------------------------------------------------------------------------------------------

TRUCE = make_item("truce", title="Truce in Aleppo: L'Élysée “pleased”", link="https://www.example.org/a/?id=7&utm_source=x",
                  canonical_link="example.org/a?id=7", id=ItemId("decade0123456789abcd"))  # fmt: skip
CONVOY = make_item("convoy", title="", content="Convoy reaches Aleppo\nMore", seen=NOW + MINUTE, link="")
ARABIC = make_item("arabic", title="هدنة في حلب", seen=NOW + 2 * MINUTE, id=ItemId("decadefedcba98765432"))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("decade0123456789abcd", [TRUCE]),
        ("decade0", [TRUCE]),
        (" decade ", [ARABIC, TRUCE]),
        ("decad", []),
        ("DECADE", []),
        ("decade01234567890000", []),
        ("https://www.example.org/a/?id=7&utm_source=x", [TRUCE]),
        ("http://m.example.org/a?utm_medium=rss&id=7", [TRUCE]),
        ("example.org/a?id=7", [TRUCE]),
        ("https://example.org/a?id=8", []),
        ("aleppo", [CONVOY, TRUCE]),
        ("ALEPPO truce", [TRUCE]),
        ("elysee", [TRUCE]),
        ("pleased aleppo, truce!", [TRUCE]),
        ("alepp", []),
        ("more", []),
        ("حلب", [ARABIC]),
        ("هدنه", [ARABIC]),
        ("", []),
        ("!!!", []),
        ("%", []),
        ("'; DROP TABLE items; --", []),
        ("nul\x00 \ud800 \udcff", []),
        ("https://\udcff/\x00", []),
        ("http://[broken", []),
    ],
)
def test_an_item_is_found_by_its_id_else_its_link_else_words_of_its_headline(
    memory: Memory, words: str, found: list[object]
) -> None:
    memory.store.record(make_turn(TRUCE, CONVOY, ARABIC))
    assert memory.reader.find_items(words) == found


def test_words_that_look_like_an_id_are_words_where_no_id_begins_so(memory: Memory) -> None:
    item = make_item("facade", title="A facade falls", id=ItemId("0" * 20))
    memory.store.record(make_turn(item))
    assert memory.reader.find_items("facade") == [item]


def test_finding_gives_the_newest_version_of_each_item_once_and_no_more_than_asked_for(memory: Memory) -> None:
    store, reader = memory.store, memory.reader
    first, edited = make_item(), make_item(title="It holds", seen=NOW + MINUTE)
    store.record(make_turn(first))
    store.record(held_turn(edited))
    assert reader.find_items("truce aleppo") == [edited]
    assert reader.find_items(first.id[:6]) == [edited]
    store.record(make_turn(*(make_item(f"aleppo {number}", seen=NOW + number * DAY) for number in range(2, 5))))
    assert [item.seen for item in reader.find_items("aleppo", 2)] == [NOW + 4 * DAY, NOW + 3 * DAY]
    assert reader.find_items("aleppo", 0) == reader.find_items("aleppo", -1) == []
    assert len(reader.find_items("aleppo")) == 4


# Facts ----------------------------------------------------------------------------------------------------------------


def test_outcomes_are_counted_by_topic_from_a_moment_on(memory: Memory) -> None:
    item = make_item()
    verdicts = (
        make_verdict(item, at=NOW - timedelta(milliseconds=1)),
        make_verdict(item),
        make_verdict(item, at=NOW + SECOND),
        make_verdict(item, topic=PORTS, outcome=Outcome.ALERTED),
        make_verdict(item, topic=None, outcome=Outcome.UNMATCHED),
    )
    memory.store.record(held_turn(item, verdicts=verdicts))
    expected = {(TOPIC, Outcome.COPY): 2, (PORTS, Outcome.ALERTED): 1, (None, Outcome.UNMATCHED): 1}
    assert memory.reader.facts(NOW).outcomes == expected


def test_each_topic_knows_its_last_alert_however_long_ago(memory: Memory) -> None:
    record_five(memory)
    assert memory.reader.facts(NOW + DAY).last_alert_at == {TOPIC: NOW + 5 * MINUTE, PORTS: NOW + 4 * MINUTE}


def test_channels_count_their_deliveries_and_name_what_they_heard_last(memory: Memory) -> None:
    store = memory.store
    alerts = [make_alert(make_item(name)) for name in ("one", "two", "three", "four")]
    desk = [make_delivery(alert, created_at=NOW + n * SECOND) for n, alert in enumerate(alerts)]
    log = make_delivery(alerts[0], channel=ChannelId("log"), due_at=NOW + DAY, created_at=NOW - DAY)
    store.record(make_turn(alerts=tuple(alerts), deliveries=(*desk, log)))
    store.settle(replace(desk[0], state=DeliveryState.DONE, due_at=None, last_answer="200", attempts=1))
    store.settle(replace(desk[2], due_at=NOW + MINUTE, last_answer="503", attempts=1))
    store.settle(replace(desk[1], state=DeliveryState.GIVEN_UP, due_at=None, last_answer="410", attempts=2))
    assert memory.reader.facts(NOW).channels == (
        ChannelFacts(
            channel=DESK,
            waiting=2,
            failing=1,
            given_up=1,
            done=1,
            oldest_waiting_at=NOW + 2 * SECOND,
            next_at=NOW,
            last_answer="410",
        ),
        ChannelFacts(
            channel=ChannelId("log"),
            waiting=1,
            failing=0,
            given_up=0,
            done=0,
            oldest_waiting_at=NOW - DAY,
            next_at=NOW + DAY,
            last_answer="",
        ),
    )


def test_a_channel_that_has_nothing_waiting_has_no_next_time(memory: Memory) -> None:
    alert = make_alert(make_item())
    done = make_delivery(alert, state=DeliveryState.DONE, due_at=None, ended_at=NOW)
    memory.store.record(make_turn(alerts=(alert,), deliveries=(done,)))
    [channel] = memory.reader.facts(NOW).channels
    assert (channel.oldest_waiting_at, channel.next_at, channel.waiting, channel.done) == (None, None, 0, 1)


def test_lags_are_those_of_items_that_somebody_was_told_of(memory: Memory) -> None:
    alerted = make_item("alerted", published=NOW - 41 * SECOND)
    updated = make_item("updated", published=NOW - timedelta(milliseconds=1_500))
    instant = make_item("instant", published=NOW)
    ahead = make_item("ahead", published=NOW + SECOND)
    undated = make_item("undated", published=None)
    copied = make_item("copied", published=NOW - DAY)
    before = make_item("before", published=NOW - DAY)
    outcomes = {copied: Outcome.COPY, updated: Outcome.UPDATE}
    verdicts = [
        make_verdict(item, outcome=outcomes.get(item, Outcome.ALERTED), at=NOW - DAY if item is before else NOW)
        for item in (updated, before, instant, ahead, undated, copied, alerted)
    ]
    again = make_verdict(updated, outcome=Outcome.UPDATE, topic=PORTS)  # one item in two topics is seen once
    items = (alerted, updated, instant, ahead, undated, copied, before)
    memory.store.record(make_turn(items=items, verdicts=(*verdicts, again)))
    assert memory.reader.facts(NOW).lags_s == (0.0, 41.0, 1.5)


def test_lags_are_bounded_and_the_newest_kept(memory: Memory) -> None:
    items = [make_item(f"item {number}", published=NOW - number * SECOND) for number in range(1_003)]
    memory.store.record(make_turn(*items))
    assert memory.reader.facts(NOW).lags_s == tuple(float(number) for number in range(3, 1_003))


def test_the_data_version_moves_when_something_was_stored_and_only_then(memory: Memory) -> None:
    before = memory.reader.data_version()
    memory.reader.facts(NOW)
    assert memory.reader.data_version() == before
    memory.store.record(make_turn(make_item()))
    assert memory.reader.data_version() != before


# Items of an interval -------------------------------------------------------------------------------------------------


def test_items_of_an_interval_come_newest_first_and_end_before_it_does(memory: Memory) -> None:
    items = [make_item(f"item {number}", seen=NOW + number * MINUTE) for number in range(5)]
    memory.store.record(make_turn(*items))
    assert list(memory.reader.items(NOW)) == items[::-1]
    assert list(memory.reader.items(NOW + MINUTE, NOW + 3 * MINUTE)) == [items[2], items[1]]
    assert list(memory.reader.items(NOW + MINUTE + timedelta(microseconds=1), NOW + 2 * MINUTE)) == [items[1]]


def test_items_of_an_interval_come_in_their_newest_version_only(memory: Memory) -> None:
    first, edited = make_item(), make_item(title="Edited", seen=NOW + DAY)
    memory.store.record(make_turn(first))
    memory.store.record(make_turn(edited, at=NOW + DAY))
    assert list(memory.reader.items(NOW)) == [edited]
    assert list(memory.reader.items(NOW, NOW + DAY)) == []


def test_more_items_than_one_page_come_once_each_whatever_is_recorded_meanwhile(memory: Memory) -> None:
    items = [make_item(f"item {number}", seen=NOW + number // 3 * MINUTE) for number in range(2 * PAGE)]
    memory.store.record(make_turn(*items))
    reading = memory.reader.items(NOW)
    begun = [next(reading)]
    memory.store.record(make_turn(make_item("later", seen=NOW + DAY), at=NOW + DAY))
    assert [*begun, *reading] == items[::-1]
