"""Facts to numbers: what status, --json and the dashboard show."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import ChannelId, FeedId, FeedState, Outcome, Priority, Problem, ServiceState, Topic, TopicId
from monitor.core.snapshot import ChannelFacts, Facts, Snapshot, snapshot
from tests.core.kit import DAY, HOUR, MINUTE, NOW, feed, few

if TYPE_CHECKING:
    from collections.abc import Mapping

RUNNING = ServiceState(NOW - HOUR, NOW - timedelta(seconds=20), 42, "1.0", "/etc/wirewatch/wirewatch.toml")
WIRE = feed("wire", title="The Wire")
STATE = FeedState(
    WIRE.id,
    WIRE.url,
    due_at=NOW + MINUTE,
    asked_at=NOW - MINUTE,
    ok_at=NOW - MINUTE,
    fresh_at=NOW - HOUR,
    baselined=True,
)
BROKEN = replace(
    STATE, failures=3, problem=Problem("dns", "There is no wire.example.", "Correct the address.", NOW - DAY)
)
TERMINAL, DESK = ChannelId("terminal"), ChannelId("desk")
CALM = ChannelFacts(DESK, 0, 0, 0, 7, None, None, "200 OK")
NEVER = "The service has never run on this state directory."


def shown(
    *,
    service: ServiceState | None = RUNNING,
    states: tuple[FeedState, ...] = (STATE,),
    channels: tuple[ChannelFacts, ...] = (),
    outcomes: Mapping[tuple[TopicId | None, Outcome], int] | None = None,
    lags: tuple[float, ...] = (),
    topics: tuple[Topic, ...] = (),
) -> Snapshot:
    last = {topic.id: NOW - HOUR for topic in topics[:1]}
    facts = Facts(service, states, channels, outcomes or {}, 10, 4, last, lags)
    return snapshot(facts, [WIRE], topics, {TERMINAL: "terminal", DESK: "webhook"}, NOW)


# The service ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "state", "text"),
    [
        (RUNNING, "running", "Running for 1 h (pid 42)."),
        (replace(RUNNING, beat_at=NOW - timedelta(seconds=90)), "running", "Running for 1 h (pid 42)."),
        (replace(RUNNING, beat_at=NOW - timedelta(seconds=91)), "silent",
         "The service (pid 42) has made no progress for 1 min."),
        (replace(RUNNING, stopped_at=NOW - 2 * DAY), "stopped", "The service stopped 2 d ago."),
        (None, "never", NEVER),
    ],
)  # fmt: skip
def test_the_service_is_in_one_of_four_states(service: ServiceState | None, state: str, text: str) -> None:
    now = shown(service=service)
    assert (now.service, now.service_text) == (state, text)
    assert now.problems == (() if state == "running" else (text,))
    assert now.healthy == (state == "running")


def test_a_refused_reload_is_a_problem_while_the_old_configuration_runs() -> None:
    now = shown(service=replace(RUNNING, reload_problem="line 3: no such key"))
    assert now.service == "running"
    assert now.problems == ("The last reload was refused; the old configuration keeps running: line 3: no such key",)


# Feeds ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "service", "health", "text"),
    [
        (STATE, RUNNING, "ok", ""),
        (None, RUNNING, "new", ""),
        (FeedState(WIRE.id, WIRE.url, due_at=NOW), RUNNING, "new", ""),
        (BROKEN, RUNNING, "failing", "There is no wire.example."),
        (replace(BROKEN, ok_at=None), RUNNING, "failing", "There is no wire.example."),
        (replace(STATE, due_at=NOW - 5 * MINUTE), RUNNING, "ok", ""),
        (replace(STATE, due_at=NOW - 6 * MINUTE), RUNNING, "late", "It should have been asked 6 min ago."),
        (replace(BROKEN, due_at=NOW - 6 * MINUTE), RUNNING, "late", "It should have been asked 6 min ago."),
        (replace(STATE, due_at=NOW - 6 * MINUTE), None, "ok", ""),
        (replace(STATE, due_at=NOW - 6 * MINUTE), replace(RUNNING, stopped_at=NOW), "ok", ""),
    ],
    ids=["ok", "unknown", "never asked", "failing", "never answered", "due", "late", "failing and late", "never ran",
         "stopped"],
)  # fmt: skip
def test_the_health_of_a_feed(state: FeedState | None, service: ServiceState | None, health: str, text: str) -> None:
    now = shown(service=service, states=(state,) if state else ())
    (line,) = now.feeds
    assert (line.health, line.text) == (health, text)
    assert any(problem.startswith("Feed wire: ") for problem in now.problems) == (health in ("failing", "late"))


def test_a_failing_feed_says_since_when_and_what_to_do() -> None:
    now = shown(states=(BROKEN,))
    (line,) = now.feeds
    assert (line.since, line.help, line.failures) == (NOW - DAY, "Correct the address.", 3)
    assert now.problems == ("Feed wire: There is no wire.example. Correct the address.",)


def test_a_late_feed_says_since_when_and_what_to_do() -> None:
    (line,) = shown(states=(replace(STATE, due_at=NOW - HOUR),)).feeds
    assert (line.since, line.help) == (
        NOW - HOUR,
        "The machine cannot keep up, or the service is stuck: see its log.",
    )


def test_a_feed_line_holds_its_times() -> None:
    (line,) = shown().feeds
    assert (line.id, line.name, line.url) == ("wire", "The Wire", WIRE.url)
    assert (line.asked_at, line.ok_at, line.fresh_at, line.due_at) == (
        STATE.asked_at,
        STATE.ok_at,
        STATE.fresh_at,
        STATE.due_at,
    )
    (fresh,) = shown(states=()).feeds
    assert (fresh.asked_at, fresh.due_at, fresh.failures) == (None, None, 0)


def test_a_feed_that_is_no_longer_configured_is_not_shown() -> None:
    assert [line.id for line in shown(states=(STATE, replace(BROKEN, feed=FeedId("gone")))).feeds] == ["wire"]


# Channels -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "health", "problems"),
    [
        (CALM, "ok", ()),
        (replace(CALM, waiting=2), "waiting", ()),
        (replace(CALM, waiting=2, failing=1, last_answer="500 No"), "failing", ("Channel desk: 2 waiting. 500 No",)),
        (replace(CALM, given_up=1, last_answer="410 Gone"), "given_up", ("Channel desk: 1 given up. 410 Gone",)),
        (replace(CALM, waiting=3, failing=2, given_up=1, last_answer=""), "given_up",
         ("Channel desk: 3 waiting.", "Channel desk: 1 given up.")),
    ],
    ids=["ok", "waiting", "failing", "given up", "both"],
)  # fmt: skip
def test_the_health_of_a_channel(facts: ChannelFacts, health: str, problems: tuple[str, ...]) -> None:
    now = shown(channels=(facts,))
    (terminal, desk) = now.channels
    assert (desk.id, desk.kind, desk.health, desk.done) == ("desk", "webhook", health, 7)
    assert (terminal.health, terminal.done, terminal.oldest_waiting_at) == ("ok", 0, None)
    assert now.problems == problems


# Numbers --------------------------------------------------------------------------------------------------------------

ALEPPO = Topic(TopicId("aleppo"), watch="Aleppo ceasefire", priority=Priority.HIGH)
MOSUL = Topic(TopicId("mosul"), watch="Mosul offensive")
OUTCOMES = {
    (ALEPPO.id, Outcome.ALERTED): 3,
    (ALEPPO.id, Outcome.UPDATE): 2,
    (ALEPPO.id, Outcome.COPY): 10,
    (ALEPPO.id, Outcome.STALE): 1,
    (MOSUL.id, Outcome.BASELINE): 4,
    (TopicId("gone"), Outcome.COPY): 5,
    (None, Outcome.UNMATCHED): 100,
}


def test_verdicts_are_counted_by_topic_and_in_all() -> None:
    now = shown(outcomes=OUTCOMES, topics=(ALEPPO, MOSUL))
    aleppo, mosul = now.topics
    assert (aleppo.alerts, aleppo.updates, aleppo.held) == (3, 2, {"copy": 10, "stale": 1})
    assert (aleppo.priority, aleppo.last_alert_at) == ("high", NOW - HOUR)
    assert (mosul.alerts, mosul.updates, mosul.held, mosul.last_alert_at) == (0, 0, {"baseline": 4}, None)
    assert (now.matched, now.sent, now.held, now.unmatched) == (25, 5, 20, 100)
    assert now.held_share == 0.8
    assert (now.items, now.stories) == (10, 4)


def test_where_nothing_matched_no_share_is_held() -> None:
    now = shown(outcomes={(None, Outcome.UNMATCHED): 9})
    assert (now.matched, now.held, now.held_share) == (0, 0, None)


@pytest.mark.parametrize(
    ("lags", "half", "most"),
    [
        ((), None, None),
        ((5.0,), 5.0, 5.0),
        ((2.0, 1.0), 1.0, 2.0),
        ((3.0, 1.0, 2.0), 2.0, 3.0),
        (tuple(float(number) for number in range(1, 101)), 50.0, 95.0),
        (tuple(float(number) for number in range(100, 0, -1)), 50.0, 95.0),
        ((0.0,) * 19 + (60.0,), 0.0, 0.0),
        ((0.0,) * 18 + (60.0,) * 2, 0.0, 60.0),
    ],
)
def test_percentiles_are_lags_that_occurred(lags: tuple[float, ...], half: float | None, most: float | None) -> None:
    now = shown(lags=lags)
    assert (now.lag_p50_s, now.lag_p95_s) == (half, most)


@few
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_half_of_the_lags_lie_at_or_below_the_median(lags: list[float]) -> None:
    now = shown(lags=tuple(lags))
    assert now.lag_p50_s in lags
    assert now.lag_p95_s in lags
    assert now.lag_p50_s is not None
    assert now.lag_p95_s is not None
    assert sum(lag <= now.lag_p50_s for lag in lags) * 2 >= len(lags)
    assert sum(lag <= now.lag_p95_s for lag in lags) * 100 >= len(lags) * 95
    assert now.lag_p50_s <= now.lag_p95_s


def test_all_problems_are_told_in_order() -> None:
    now = shown(service=None, states=(BROKEN,), channels=(replace(CALM, given_up=1),))
    assert now.problems == (
        NEVER,
        "Feed wire: There is no wire.example. Correct the address.",
        "Channel desk: 1 given up. 200 OK",
    )
    assert not now.healthy
