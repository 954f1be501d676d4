"""What every store promises its one writer: feeds in due order, and turns recorded whole or not at all."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.model import (
    LIMITS,
    AlertId,
    ChannelId,
    Copy,
    DeliveryState,
    Evidence,
    FeedId,
    ItemId,
    NewStory,
    Outcome,
    Placed,
    Placement,
    StoryId,
    TopicId,
    Update,
)
from monitor.ports import StoreError
from tests.contract.store_values import (
    DAY,
    EVIDENCE,
    FULL_SERVICE,
    FULL_STATE,
    HITS,
    LEASE,
    MINUTE,
    NOW,
    ODD_TEXTS,
    SANA,
    TOPIC,
    everything,
    held_turn,
    make_alert,
    make_delivery,
    make_feed,
    make_item,
    make_state,
    make_story,
    make_told,
    make_turn,
    make_verdict,
)

if TYPE_CHECKING:
    from monitor.core.model import FeedState
    from monitor.ports import Store
    from tests.contract.conftest import Memory

LOG = ChannelId("log")


def claim(store: Store, now: datetime = NOW) -> FeedState:
    [state] = store.claim_feeds(now, 10, LEASE)
    return state


# Feeds ----------------------------------------------------------------------------------------------------------------


def test_a_new_feed_is_due_at_once(memory: Memory) -> None:
    memory.store.sync_feeds([make_feed()], NOW)
    state = claim(memory.store)
    assert state == make_state(due_at=NOW + LEASE, asked_at=NOW, ok_at=None)


def test_a_claimed_feed_is_out_of_reach_until_its_lease_ends(memory: Memory) -> None:
    store = memory.store
    store.sync_feeds([make_feed()], NOW)
    claim(store)
    assert store.claim_feeds(NOW + LEASE - timedelta(milliseconds=1), 10, LEASE) == []
    again = claim(store, NOW + LEASE)
    assert (again.asked_at, again.due_at) == (NOW + LEASE, NOW + 2 * LEASE)


def test_feeds_are_claimed_by_the_age_of_their_debt_and_no_more_than_asked_for(memory: Memory) -> None:
    store = memory.store
    store.sync_feeds([make_feed(name) for name in ("dpa", "afp", "bbc", "cnn")], NOW)
    store.record(make_turn(state=make_state("bbc", due_at=NOW - MINUTE)))
    store.record(make_turn(state=make_state("cnn", due_at=NOW + MINUTE)))
    assert [state.feed for state in store.claim_feeds(NOW, 2, LEASE)] == ["bbc", "afp"]
    assert [state.feed for state in store.claim_feeds(NOW, 2, LEASE)] == ["dpa"]
    assert store.claim_feeds(NOW, 0, LEASE) == []


def test_a_feed_state_comes_back_to_the_letter(memory: Memory) -> None:
    memory.store.sync_feeds([make_feed()], NOW)
    memory.store.record(make_turn(state=FULL_STATE))
    assert memory.reader.facts(NOW).feeds == (FULL_STATE,)


def test_a_feed_with_another_address_forgets_what_belonged_to_the_old_one_and_is_due(memory: Memory) -> None:
    store = memory.store
    store.sync_feeds([make_feed()], NOW)
    store.record(make_turn(state=FULL_STATE))
    store.sync_feeds([make_feed(url="https://example.org/new.xml")], NOW)
    expected = replace(
        FULL_STATE,
        url="https://example.org/new.xml",
        due_at=NOW + LEASE,
        asked_at=NOW,
        etag=None,
        last_modified=None,
        floor_at=None,
        failures=0,
        problem=None,
    )
    assert claim(store) == expected


def test_a_turn_that_asked_the_old_address_does_not_bring_it_back(memory: Memory) -> None:
    store, item = memory.store, make_item()
    store.sync_feeds([make_feed()], NOW)
    asked = claim(store)
    store.sync_feeds([make_feed(url="https://example.org/new.xml")], NOW)
    store.record(make_turn(item, state=replace(asked, etag='"old"', due_at=NOW + DAY)))
    after = claim(store)
    assert (after.url, after.etag) == ("https://example.org/new.xml", None)
    assert memory.reader.item(item.id) == item


def test_syncing_the_same_feeds_again_changes_nothing(memory: Memory) -> None:
    store = memory.store
    store.sync_feeds([make_feed()], NOW)
    store.record(make_turn(state=FULL_STATE))
    store.sync_feeds([make_feed()], NOW + DAY)
    assert memory.reader.facts(NOW).feeds == (FULL_STATE,)


def test_a_feed_no_longer_listed_is_never_due_but_keeps_its_memory(memory: Memory) -> None:
    store = memory.store
    store.sync_feeds([make_feed(), make_feed("bbc")], NOW)
    asked = claim_of(store, SANA)
    store.sync_feeds([make_feed("bbc")], NOW)
    store.record(make_turn(state=replace(FULL_STATE, asked_at=asked.asked_at)))  # it was on its way
    assert store.claim_feeds(NOW + 90 * DAY, 10, LEASE)[0].feed == "bbc"
    assert [state.feed for state in memory.reader.facts(NOW).feeds] == ["bbc"]
    store.sync_feeds([make_feed()], NOW)
    assert claim(store, NOW + DAY) == replace(FULL_STATE, asked_at=NOW + DAY, due_at=NOW + DAY + LEASE)


def claim_of(store: Store, feed: FeedId) -> FeedState:
    return next(state for state in store.claim_feeds(NOW, 10, LEASE) if state.feed == feed)


def test_a_turn_of_a_feed_that_was_never_listed_does_not_make_it_due(memory: Memory) -> None:
    memory.store.record(make_turn())
    assert memory.store.next_due() is None
    assert memory.store.claim_feeds(NOW + DAY, 10, LEASE) == []


def test_the_next_due_time_is_that_of_the_earliest_feed_or_waiting_delivery(memory: Memory) -> None:
    store, item = memory.store, make_item()
    assert store.next_due() is None
    store.sync_feeds([make_feed()], NOW + MINUTE)
    assert store.next_due() == NOW + MINUTE
    turn = make_turn(item)
    store.record(turn)
    assert store.next_due() == NOW
    store.settle(replace(turn.deliveries[0], state=DeliveryState.DONE, due_at=None, ended_at=NOW))
    assert store.next_due() == turn.state.due_at


# Recording ------------------------------------------------------------------------------------------------------------


def test_a_turn_is_remembered_whole(memory: Memory) -> None:
    store, reader = memory.store, memory.reader
    store.sync_feeds([make_feed()], NOW)
    turn = make_turn(make_item("truce"), make_item("convoy"))
    store.record(turn)
    assert reader.facts(NOW).feeds == (turn.state,)
    assert store.window(NOW) == list(turn.placed)
    assert store.stories(NOW) == sorted(turn.stories, key=lambda story: story.id)
    assert store.told(NOW) == sorted(turn.told, key=lambda told: told.story)
    assert reader.alerts() == list(enumerate(turn.alerts, start=1))
    for item, verdict, alert, delivery in zip(turn.items, turn.verdicts, turn.alerts, turn.deliveries, strict=True):
        assert reader.item(item.id) == item
        assert reader.verdicts(item.id) == [verdict]
        assert reader.deliveries(alert.id) == [delivery]
        assert store.known([item.id]) == {item.id: {item.version}}


def test_recording_the_same_turn_twice_changes_nothing_more(memory: Memory) -> None:
    store, reader = memory.store, memory.reader
    items = (make_item("truce"), make_item("convoy"))
    store.record(make_turn(*items))
    before = everything(store, reader, *items)
    store.record(make_turn(*items))
    assert everything(store, reader, *items) == before


def test_recording_again_does_not_revive_what_was_delivered(memory: Memory) -> None:
    store, turn = memory.store, make_turn(make_item())
    store.record(turn)
    done = replace(turn.deliveries[0], state=DeliveryState.DONE, due_at=None, attempts=1, ended_at=NOW)
    store.settle(done)
    store.record(turn)
    assert memory.reader.deliveries(done.alert) == [done]
    assert store.claim_deliveries(NOW + DAY, 10, LEASE) == []


@pytest.mark.parametrize("fault", ["delivery of no alert", "delivery never due", "verdict on no item", "naive time"])
def test_a_turn_that_fails_at_its_end_leaves_nothing_behind(memory: Memory, fault: str) -> None:
    store, reader = memory.store, memory.reader
    store.sync_feeds([make_feed()], NOW)
    first, second = make_item("truce"), make_item("convoy")
    store.record(make_turn(first))
    before = everything(store, reader, first, second)
    turn = make_turn(second, state=FULL_STATE)
    stranger = make_delivery(make_alert(make_item("stranger")))
    if fault == "delivery of no alert":
        turn = replace(turn, deliveries=(*turn.deliveries, stranger))
    elif fault == "delivery never due":
        turn = replace(turn, deliveries=(*turn.deliveries, replace(turn.deliveries[0], channel=LOG, due_at=None)))
    elif fault == "verdict on no item":
        turn = replace(turn, verdicts=(*turn.verdicts, make_verdict(make_item("stranger"))))
    else:
        naive = NOW.replace(tzinfo=None)
        turn = replace(turn, deliveries=(*turn.deliveries, replace(turn.deliveries[0], channel=LOG, created_at=naive)))
    with pytest.raises(TypeError if fault == "naive time" else StoreError) as caught:
        store.record(turn)
    if isinstance(caught.value, StoreError):
        assert "contradicts itself" in caught.value.text
        assert caught.value.help
    assert everything(store, reader, first, second) == before
    store.record(make_turn(second))
    assert reader.item(second.id) == second


def test_a_second_version_stands_beside_the_first(memory: Memory) -> None:
    store, item = memory.store, make_item()
    edited = make_item(title="Truce in Aleppo holds", seen=NOW + MINUTE)
    store.record(make_turn(item))
    store.record(held_turn(edited, at=NOW + MINUTE))
    assert store.known([item.id, ItemId("f" * 20)]) == {item.id: {item.version, edited.version}}
    assert memory.reader.item(item.id) == edited
    assert [verdict.version for verdict in memory.reader.verdicts(item.id)] == [item.version, edited.version]
    assert memory.reader.facts(NOW).items == 2


def test_what_was_stored_of_a_version_stays_as_it_was(memory: Memory) -> None:
    store, item = memory.store, make_item()
    store.record(make_turn(item))
    store.record(held_turn(replace(item, author="Somebody else", seen=NOW + DAY), at=NOW + DAY))
    assert memory.reader.item(item.id) == item
    assert store.window(NOW) == list(make_turn(item).placed)


def test_an_item_that_is_only_placed_is_stored_too(memory: Memory) -> None:
    turn = make_turn(make_item())
    memory.store.record(replace(turn, items=()))
    assert memory.store.window(NOW) == list(turn.placed)
    assert memory.store.known([turn.placed[0].item.id])


def test_stories_and_what_was_told_of_them_take_their_new_values(memory: Memory) -> None:
    store, item = memory.store, make_item()
    turn = make_turn(item)
    store.record(turn)
    story = replace(turn.stories[0], last_seen=NOW + MINUTE, items=2, feeds=(SANA, FeedId("bbc")), headline="It holds")
    told = replace(turn.told[0], revision=2, outcome=Outcome.UPDATE, at=NOW + MINUTE)
    store.record(make_turn(at=NOW + MINUTE, stories=(story,), told=(told,)))
    assert memory.reader.story(story.id) == story
    assert store.told(NOW) == [told]


def test_what_was_remembered_without_an_alert_has_none(memory: Memory) -> None:
    told = replace(make_told(make_alert(make_item())), alert=None, revision=0, outcome=Outcome.BASELINE)
    memory.store.record(make_turn(told=(told,)))
    assert memory.store.told(NOW) == [told]


def test_one_item_gets_a_verdict_for_each_topic_and_each_time_it_was_judged(memory: Memory) -> None:
    item = make_item()
    verdicts = tuple(
        make_verdict(item, topic=topic, at=at)
        for at in (NOW, NOW + MINUTE)
        for topic in (TOPIC, TopicId("port-strikes"), None)
    )
    memory.store.record(held_turn(item, verdicts=verdicts))
    assert memory.reader.verdicts(item.id) == list(verdicts)


@pytest.mark.parametrize("kind", [NewStory, Copy, Update])
def test_every_kind_of_placement_comes_back(memory: Memory, kind: type[Placement]) -> None:
    placed = Placed(make_item(), kind(StoryId("s"), EVIDENCE))
    memory.store.record(make_turn(placed=(placed, replace(placed, placement=Copy(StoryId("later"), Evidence())))))
    assert memory.store.window(NOW) == [placed]


def test_two_thousand_items_are_one_turn(memory: Memory) -> None:
    items = [make_item(f"story {number}") for number in range(LIMITS.items_max)]
    turn = make_turn(*items)
    memory.store.record(turn)
    assert memory.store.window(NOW) == list(turn.placed)
    assert len(memory.store.known([item.id for item in items])) == LIMITS.items_max
    assert len(memory.store.claim_deliveries(NOW, 10_000, LEASE)) == LIMITS.items_max


def test_times_are_kept_to_the_millisecond_and_rounded_down(memory: Memory) -> None:
    odd = NOW + timedelta(microseconds=999)
    before_1970 = datetime.fromisoformat("1969-12-31T23:59:59.999999+00:00")
    item = make_item(seen=odd, published=before_1970)
    memory.store.record(make_turn(item, at=odd))
    back = memory.reader.item(item.id)
    assert back is not None
    assert (back.seen, back.published) == (NOW, datetime.fromisoformat("1969-12-31T23:59:59.999+00:00"))
    assert memory.store.window(odd) == memory.store.window(NOW) != []
    assert memory.store.window(NOW + timedelta(milliseconds=1)) == []


@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
def test_odd_texts_come_back_to_the_letter_wherever_they_stand(memory: Memory, text: str) -> None:
    store, reader = memory.store, memory.reader
    feed, topic, channel, story = FeedId(text), TopicId(text), ChannelId(text), StoryId(text)
    item = make_item(
        title=text, summary=text, content=text, author=text, tags=(text, text), feed=feed, id=ItemId(text), version="1"
    )
    nearest = EVIDENCE.nearest
    assert nearest is not None
    evidence = replace(EVIDENCE, shared=text, fresh=text, nearest=replace(nearest, headline=text, story=story))
    alert = make_alert(item, topic=topic, channels=(channel,), id=AlertId(text), story=story)
    alert = replace(alert, message=replace(alert.message, headline=text, also=(text,), sentence=text))
    verdict = make_verdict(item, topic=topic, reason=text, story=story, evidence=evidence)
    delivery = make_delivery(alert, channel=channel, last_answer=text)
    placed = Placed(item, Update(story, evidence))
    told = make_told(alert)
    stored = make_story(item, id=story, headline=text, feeds=(feed, FeedId("bbc")))
    state = make_state(text, etag=text, last_modified=text, title=text, url=text)
    store.sync_feeds([make_feed(text, url=text)], NOW)
    store.record(make_turn(state=state, items=(item,), placed=(placed,), stories=(stored,), verdicts=(verdict,),
                           told=(told,), alerts=(alert,), deliveries=(delivery,)))  # fmt: skip
    facts = reader.facts(NOW)
    assert (facts.feeds, facts.channels[0].channel) == ((state,), channel)
    assert store.known([item.id]) == {item.id: {"1"}}
    assert reader.item(item.id) == item
    assert reader.verdicts(item.id) == [verdict]
    assert reader.held(topic=topic) == [(1, verdict, item)]
    assert reader.alerts(topic=topic) == [(1, alert)]
    assert reader.story(story) == stored
    assert reader.story_items(story) == store.window(NOW) == [placed]
    assert store.told(NOW) == [told]
    assert store.claim_deliveries(NOW, 1, LEASE, {channel}) == []
    assert store.claim_deliveries(NOW, 1, LEASE) == [(replace(delivery, due_at=NOW + LEASE), alert)]
    assert reader.deliveries(alert.id) == [replace(delivery, due_at=NOW + LEASE)]


def test_no_field_of_any_noun_is_lost(memory: Memory) -> None:
    item = make_item()
    alert = make_alert(item)
    verdict = make_verdict(item, story=alert.story, alert=alert.id, revision=1, hits=HITS, evidence=EVIDENCE)
    delivery = make_delivery(alert, state=DeliveryState.GIVEN_UP, attempts=9, last_answer="410", ended_at=NOW)
    nouns = (
        item,
        alert,
        alert.message,
        verdict,
        delivery,
        make_told(alert),
        make_story(item),
        FULL_STATE,
        FULL_SERVICE,
    )
    for noun in (*nouns, EVIDENCE, EVIDENCE.nearest, FULL_STATE.problem):
        assert is_dataclass(noun)
        assert [field.name for field in fields(noun) if not getattr(noun, field.name)] == []
    store, reader = memory.store, memory.reader
    store.sync_feeds([make_feed()], NOW)
    store.record(make_turn(item, state=FULL_STATE, verdicts=(verdict,), deliveries=(delivery,)))
    store.beat(FULL_SERVICE)
    [told] = store.told(NOW)
    [feed] = reader.facts(NOW).feeds
    [(_, back)] = reader.alerts()
    found = (reader.item(item.id), back, back.message, *reader.verdicts(item.id), *reader.deliveries(alert.id), told,
             reader.story(alert.story), feed, reader.facts(NOW).service)  # fmt: skip
    assert found == nouns
