"""What every store forgets, and what it must not: promises that wait, what was told of living stories, listed ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.model import ChannelId, DeliveryState, ItemId, Outcome
from tests.contract.store_values import (
    DAY,
    LEASE,
    LONG_AGO,
    NOW,
    SANA,
    ended_turn,
    held_turn,
    make_alert,
    make_delivery,
    make_feed,
    make_item,
    make_state,
    make_turn,
    story_of,
)

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.ports import Store
    from tests.contract.conftest import Memory


def test_pruning_forgets_old_items_with_all_that_hangs_on_them(memory: Memory) -> None:
    store, reader = memory.store, memory.reader
    old, fresh = make_item("old", seen=NOW - timedelta(milliseconds=1)), make_item("fresh")
    store.record(ended_turn(old, at=NOW - DAY))
    store.record(ended_turn(fresh, at=NOW))
    assert store.prune(NOW) == 1
    assert reader.item(old.id) is None
    assert reader.verdicts(old.id) == []
    assert reader.story(story_of(old)) is None
    assert reader.deliveries(make_alert(old).id) == []
    assert [placed.item for placed in store.window(LONG_AGO)] == [fresh]
    assert [told.story for told in store.told(LONG_AGO)] == [story_of(fresh)]
    assert reader.alerts() == [(2, ended_turn(fresh, at=NOW).alerts[0])]
    facts = reader.facts(LONG_AGO)
    assert (facts.items, facts.stories, sum(facts.outcomes.values())) == (1, 1, 1)
    assert [channel.done for channel in facts.channels] == [1]
    assert store.prune(NOW) == 0


def test_an_item_without_a_story_goes_too(memory: Memory) -> None:
    unmatched = make_item("unmatched", seen=NOW - DAY)
    memory.store.record(held_turn(unmatched, Outcome.UNMATCHED, placed=()))
    assert memory.store.prune(NOW) == 1
    assert memory.reader.facts(LONG_AGO).outcomes == {}


def test_a_promise_that_waits_is_kept_with_its_alert_however_old(memory: Memory) -> None:
    store, item = memory.store, make_item(seen=NOW - 99 * DAY)
    turn = ended_turn(item, at=NOW - 99 * DAY)
    waiting = make_delivery(turn.alerts[0], channel=ChannelId("log"))
    store.record(replace(turn, deliveries=(*turn.deliveries, waiting)))
    assert store.prune(NOW) == 1
    assert store.claim_deliveries(NOW, 10, LEASE) == [(replace(waiting, due_at=NOW + LEASE), turn.alerts[0])]
    assert len(memory.reader.deliveries(waiting.alert)) == 2
    store.settle(replace(waiting, state=DeliveryState.GIVEN_UP, due_at=None, ended_at=NOW))
    store.prune(NOW)
    assert memory.reader.alerts() == []
    assert memory.reader.deliveries(waiting.alert) == []


def test_an_earlier_revision_stays_while_a_later_one_waits(memory: Memory) -> None:
    store, item = memory.store, make_item(seen=NOW - 99 * DAY)
    turn = ended_turn(item, at=NOW - 99 * DAY)
    second = replace(turn.alerts[0], revision=2)
    store.record(replace(turn, alerts=(*turn.alerts, second), deliveries=(*turn.deliveries, make_delivery(second))))
    store.prune(NOW)
    assert [delivery.revision for delivery in memory.reader.deliveries(second.id)] == [1, 2]


def test_what_was_told_of_a_living_story_is_not_forgotten(memory: Memory) -> None:
    store, item = memory.store, make_item(seen=NOW - 99 * DAY)
    turn = ended_turn(item, at=NOW - 99 * DAY)
    alive = replace(turn.stories[0], last_seen=NOW)
    store.record(replace(turn, stories=(alive,)))
    assert store.prune(NOW) == 1
    assert store.told(NOW) == list(turn.told)
    assert memory.reader.alerts() == [(1, turn.alerts[0])]
    assert store.prune(NOW + DAY) == 0
    assert store.told(LONG_AGO) == []
    assert memory.reader.alerts() == []


def test_sequence_numbers_never_come_again(memory: Memory) -> None:
    store, reader = memory.store, memory.reader
    store.record(ended_turn(make_item("old", seen=NOW - DAY), at=NOW - DAY))
    store.record(held_turn(make_item("held", seen=NOW - DAY)))
    store.prune(NOW + DAY)
    assert reader.alerts() == []
    assert reader.held() == []
    store.record(make_turn(make_item("new")))
    store.record(held_turn(make_item("newer")))
    assert [seq for seq, _ in reader.alerts()] == [2]
    assert [seq for seq, _, _ in reader.held()] == [4]


def test_memory_of_a_feed_outlives_its_items(memory: Memory) -> None:
    store = memory.store
    store.sync_feeds([make_feed()], NOW)
    state = make_state(etag='"1"', baselined=True)
    store.record(make_turn(make_item(), state=state))
    store.prune(NOW + 365 * DAY)
    assert memory.reader.facts(NOW).feeds == (state,)


# Ids stay known while their feed may still list them ------------------------------------------------------------------


def ask(store: Store, now: datetime, *listed: ItemId) -> set[ItemId]:
    """Ask the feed, which lists these ids; returns those that the store knows."""
    assert store.claim_feeds(now, 1, LEASE)
    known = set(store.known(listed))
    store.record(make_turn(at=now, state=make_state(asked_at=now, due_at=now)))
    return known


def test_ids_outlive_their_items_by_ninety_days(memory: Memory) -> None:
    store, item = memory.store, make_item(seen=NOW)
    store.record(make_turn(item))  # of a feed that is not listed: nobody asks it any more
    assert store.prune(NOW + 90 * DAY) == 1
    assert store.known([item.id]) == {item.id: {item.version}}
    store.prune(NOW + 90 * DAY + timedelta(milliseconds=1))
    assert store.known([item.id]) == {}


def test_an_id_that_the_feed_goes_on_listing_stays_known_for_ever(memory: Memory) -> None:
    store, item, other = memory.store, make_item("pinned"), make_item("passing")
    store.sync_feeds([make_feed()], NOW)
    store.record(make_turn(item, other, state=make_state(due_at=NOW)))
    for days in range(1, 300, 7):
        assert ask(store, NOW + days * DAY, item.id) == {item.id}
        store.prune(NOW + days * DAY)
    assert store.known([item.id, other.id]) == {item.id: {item.version}}


def test_a_feed_that_stands_still_for_a_year_is_not_news_again(memory: Memory) -> None:
    store, item = memory.store, make_item()
    store.sync_feeds([make_feed()], NOW)
    store.record(make_turn(item, state=make_state(due_at=NOW)))
    for days in range(1, 400, 30):  # answered 304 every time: nothing is parsed, so nothing is looked up
        now = NOW + days * DAY
        store.claim_feeds(now, 1, LEASE)
        store.record(make_turn(at=now, state=make_state(asked_at=now, due_at=now)))
        store.prune(now)
    assert ask(store, NOW + 400 * DAY, item.id) == {item.id}


def test_an_id_is_forgotten_once_its_feed_was_read_without_it_for_long(memory: Memory) -> None:
    store, gone, fresh = memory.store, make_item("gone"), make_item("fresh")
    store.sync_feeds([make_feed()], NOW)
    store.record(make_turn(gone))
    store.record(make_turn(fresh, at=NOW + 3 * DAY))
    store.prune(NOW + 90 * DAY)
    assert set(store.known([gone.id, fresh.id])) == {gone.id, fresh.id}
    store.prune(NOW + 91 * DAY)
    assert set(store.known([gone.id, fresh.id])) == {fresh.id}


def test_ids_of_one_listing_are_forgotten_together_or_not_at_all(memory: Memory) -> None:
    store, old, fresh = memory.store, make_item("old"), make_item("fresh")
    store.sync_feeds([make_feed()], NOW)
    store.record(make_turn(old, state=make_state(due_at=NOW)))
    almost_a_day = NOW + timedelta(hours=23)
    assert ask(store, almost_a_day, old.id, fresh.id) == {old.id}  # too soon to note that old is still listed
    store.record(make_turn(fresh, at=almost_a_day))
    store.prune(NOW + 300 * DAY)
    assert set(store.known([old.id, fresh.id])) == {old.id, fresh.id}


def test_that_an_id_is_listed_is_noted_from_a_day_on(memory: Memory) -> None:
    store, item, fresh = memory.store, make_item(), make_item("fresh")
    store.sync_feeds([make_feed()], NOW)
    store.record(make_turn(item, state=make_state(due_at=NOW)))
    ask(store, NOW + DAY, item.id)
    store.record(make_turn(fresh, at=NOW + 3 * DAY))
    store.prune(NOW + 300 * DAY)
    assert item.id in store.known([item.id])


def test_a_clock_that_went_back_makes_no_id_older(memory: Memory) -> None:
    store, item = memory.store, make_item()
    store.record(make_turn(item))
    store.record(make_turn(item, at=NOW - 50 * DAY))
    store.prune(NOW + 60 * DAY)
    assert item.id in store.known([item.id])


def test_ids_of_a_feed_no_longer_listed_go_with_time(memory: Memory) -> None:
    store, item = memory.store, make_item()
    store.sync_feeds([make_feed(SANA)], NOW)
    store.record(make_turn(item))
    store.sync_feeds([make_feed("bbc")], NOW)
    store.prune(NOW + 91 * DAY)
    assert store.known([item.id]) == {}
