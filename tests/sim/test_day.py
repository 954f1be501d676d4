from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.model import LIMITS, Outcome
from monitor.core.query.topics import unexpected
from monitor.core.text import safe
from monitor.demo.day import START, DayItem, Expected, load_day
from monitor.engine.loop import LEASE
from monitor.store.memory import MemoryStore
from monitor.wiring import topics_of
from tests.sim.virtual import VirtualClock, day_settings, day_turns, play_day

if TYPE_CHECKING:
    from monitor.core.model import Turn, Verdict

# What each label of the recorded day allows. The labels were written with the texts, not from what the code answered.
ALLOWED = {
    Expected.NEW: {Outcome.ALERTED},
    Expected.FOLLOW_UP: {Outcome.ALERTED, Outcome.UPDATE},
    Expected.UPDATE: {Outcome.UPDATE},
    Expected.COPY: {Outcome.COPY},
    Expected.BASELINE: {Outcome.BASELINE},
    Expected.STALE: {Outcome.STALE},
    Expected.PASSING_MENTION: {Outcome.ALERTED, Outcome.UNMATCHED},
    Expected.OTHER_TOPIC: {Outcome.UNMATCHED},
    Expected.UNRELATED: {Outcome.UNMATCHED},
}


@pytest.fixture(scope="module")
def day() -> tuple[list[Turn], MemoryStore]:
    return play_day()


@pytest.fixture(scope="module")
def verdicts(day: tuple[list[Turn], MemoryStore]) -> dict[tuple[str, str], list[Verdict]]:
    """By feed and title, as the title was when the feed first listed the item."""
    found: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for turn in day[0]:
        items = {item.id: item for item in turn.items}
        for verdict in turn.verdicts:
            found[items[verdict.item].feed, items[verdict.item].title].append(verdict)
    return found


@pytest.mark.parametrize("item", load_day().items, ids=lambda item: item.id)
def test_every_item_of_the_day_gets_the_verdict_that_its_author_expected(
    item: DayItem, verdicts: dict[tuple[str, str], list[Verdict]]
) -> None:
    found = verdicts[item.feed, safe(item.title, LIMITS.title_max)]
    assert {verdict.topic for verdict in found if verdict.topic} == set(item.topics)
    assert found
    allowed = ALLOWED[item.expect] if item.topics else {Outcome.UNMATCHED}
    assert {verdict.outcome for verdict in found} <= allowed


def test_every_item_has_a_verdict_and_every_verdict_is_a_sentence(day: tuple[list[Turn], MemoryStore]) -> None:
    for turn in day[0]:
        judged = {verdict.item for verdict in turn.verdicts}
        assert judged == {item.id for item in turn.items}
        assert all(verdict.reason.endswith(".") and verdict.reason[0].isupper() for verdict in turn.verdicts)


def test_one_story_is_one_alert_and_its_updates_count_up(day: tuple[list[Turn], MemoryStore]) -> None:
    told: dict[tuple[str, str], list[int]] = defaultdict(list)
    for turn in day[0]:
        for alert in turn.alerts:
            told[alert.topic, alert.story].append(alert.revision)
    assert told
    assert all(revisions == list(range(1, len(revisions) + 1)) for revisions in told.values())


def test_a_feed_that_breaks_is_named_keeps_its_place_and_comes_back(day: tuple[list[Turn], MemoryStore]) -> None:
    troubled = [turn for turn in day[0] if turn.state.problem is not None]
    assert {turn.state.feed for turn in troubled} == {"globe-desk"}
    assert {turn.state.problem.kind for turn in troubled if turn.state.problem} >= {"html"}
    assert all(turn.state.due_at > turn.at for turn in troubled)
    last = [turn for turn in day[0] if turn.state.feed == "globe-desk"][-1]
    assert last.state.problem is None
    assert last.state.failures == 0


def test_no_feed_is_asked_before_its_time(day: tuple[list[Turn], MemoryStore]) -> None:
    due: dict[str, object] = {}
    for turn in day[0]:
        promised = due.get(turn.state.feed)
        assert promised is None or turn.at >= promised  # type: ignore[operator]  # both are times
        due[turn.state.feed] = turn.state.due_at


def test_the_same_day_gives_the_same_alerts_in_another_process_and_another_order_of_ticks(
    day: tuple[list[Turn], MemoryStore],
) -> None:
    again, _ = play_day()
    assert [alert for turn in again for alert in turn.alerts] == [alert for turn in day[0] for alert in turn.alerts]


def test_a_desk_rebuilt_at_every_hour_decides_as_one_that_never_stopped(day: tuple[list[Turn], MemoryStore]) -> None:
    """Restart the engine every virtual hour: same store, new memory. Nothing is told twice, nothing is lost."""
    clock, store = VirtualClock(), MemoryStore()
    made: list[Turn] = []

    async def run() -> None:
        for hour in range(25):
            turns = day_turns(clock, store, made.append)
            store.sync_feeds(tuple(turns.plan.feeds.values()), clock.now())
            await turns.restore()
            until = START + timedelta(hours=hour + 1)
            while clock.time < min(until, START + timedelta(hours=24, minutes=1)):
                for state in store.claim_feeds(clock.now(), 100, LEASE):
                    await turns.take(state)
                clock.time += timedelta(minutes=1)

    asyncio.run(run())
    expected = [(alert.key, alert.item) for turn in day[0] for alert in turn.alerts]
    assert [(alert.key, alert.item) for turn in made for alert in turn.alerts] == expected


def test_the_demo_configuration_expects_what_its_topics_do() -> None:
    assert unexpected(topics_of(day_settings())) == []
