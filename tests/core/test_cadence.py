"""When to ask or retry next: never early, never never."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.cadence import (
    BACK_OFF_MAX,
    NO_HINTS,
    SEND_STEPS,
    Hints,
    floor_of,
    interval_of,
    next_ask,
    next_attempt,
    next_try,
    parse_cache_control,
    parse_http_date,
    parse_retry_after,
    read_hints,
    spread_of,
)
from monitor.core.model import LIMITS, Feed, FeedId, PollPolicy

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
POLICY = PollPolicy()
FEED = Feed(FeedId("a"), "http://a.example/", "A")
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
spreads = st.floats(0, 1, exclude_max=True)
waits = st.timedeltas(timedelta(0), timedelta(days=20_000))


def feed(interval: timedelta | None) -> Feed:
    return Feed(FeedId("a"), "http://a.example/", "A", interval=interval)


# Intervals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "given_"),
    [
        (None, 10 * MINUTE),
        (5 * MINUTE, 5 * MINUTE),
        (SECOND, 2 * MINUTE),
        (9 * HOUR, 6 * HOUR),
    ],
)
def test_the_interval_of_a_feed_stays_between_least_and_most(wanted: timedelta | None, given_: timedelta) -> None:
    assert interval_of(feed(wanted), POLICY) == given_


def test_spreading_adds_up_to_a_tenth_and_never_takes_away() -> None:
    assert next_ask(FEED, POLICY, NOW, NO_HINTS, 0.0) == NOW + 10 * MINUTE
    assert next_ask(FEED, POLICY, NOW, NO_HINTS, 1.0) == NOW + 11 * MINUTE


@given(st.none() | waits, st.none() | waits, st.none() | waits, spreads)
def test_no_floor_is_ever_undercut(
    fresh: timedelta | None, wish: timedelta | None, ttl: timedelta | None, spread: float
) -> None:
    hints = Hints(fresh, None if wish is None else NOW + wish, ttl)
    due = next_ask(FEED, POLICY, NOW, hints, spread)
    floor = floor_of(FEED, hints, NOW)
    assert due >= NOW + 10 * MINUTE
    assert due >= NOW + min(fresh or timedelta(0), DAY)
    assert due >= NOW + min(ttl or timedelta(0), 6 * HOUR)
    assert due >= NOW + min(wish or timedelta(0), LIMITS.retry_after_max)
    assert floor is None or due >= floor
    assert due <= NOW + LIMITS.retry_after_max * 1.1


def test_an_hour_of_freshness_outlasts_a_short_interval() -> None:
    assert next_ask(FEED, POLICY, NOW, Hints(fresh_for=HOUR), 0.0) == NOW + HOUR
    assert next_ask(FEED, POLICY, NOW, Hints(fresh_for=MINUTE), 0.0) == NOW + 10 * MINUTE


def test_a_ttl_gives_way_to_an_interval_set_for_this_very_feed() -> None:
    assert floor_of(FEED, Hints(ttl=HOUR), NOW) == NOW + HOUR
    assert floor_of(feed(5 * MINUTE), Hints(ttl=HOUR), NOW) is None
    assert floor_of(feed(5 * MINUTE), Hints(fresh_for=HOUR), NOW) == NOW + HOUR


def test_forgotten_hints_cannot_silence_a_feed() -> None:
    assert floor_of(FEED, Hints(ttl=300 * DAY), NOW) == NOW + 6 * HOUR
    assert floor_of(FEED, Hints(fresh_for=300 * DAY), NOW) == NOW + DAY


# Failures -------------------------------------------------------------------------------------------------------------


def test_failures_double_the_wait_up_to_a_day_and_never_end() -> None:
    waits_ = [next_try(10 * MINUTE, failures, NOW, None, 0.0) - NOW for failures in range(1, 12)]
    assert waits_[:4] == [10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 80 * MINUTE]
    assert waits_[-1] == DAY
    assert next_try(10 * MINUTE, 10**9, NOW, None, 1.0) == NOW + DAY * 1.1


@given(st.timedeltas(SECOND, timedelta(days=900)), st.integers(0, 10**6), spreads, st.none() | waits)
def test_back_off_stays_in_its_bounds(first: timedelta, failures: int, spread: float, floor: timedelta | None) -> None:
    due = next_try(first, failures, NOW, None if floor is None else NOW + floor, spread)
    least = max(min(first, BACK_OFF_MAX), floor or timedelta(0))
    assert NOW + least <= due <= NOW + max(first, BACK_OFF_MAX, floor or timedelta(0)) * 1.1 + SECOND


# Deliveries -----------------------------------------------------------------------------------------------------------


def test_deliveries_follow_the_schedule_and_then_end() -> None:
    steps = []
    for attempts in range(len(SEND_STEPS)):
        due = next_attempt(attempts, NOW, None, 0.0)
        assert due is not None
        steps.append((due - NOW).total_seconds())
    assert steps == [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert next_attempt(10, NOW, None, 0.0) is None
    assert next_attempt(99, NOW, NOW + HOUR, 0.5) is None


@given(st.integers(0, 9), st.timedeltas(-DAY, 400 * DAY), spreads)
def test_a_receivers_wish_is_granted_within_six_hours(attempts: int, wish: timedelta, spread: float) -> None:
    step, due = next_attempt(attempts, NOW, None, spread), next_attempt(attempts, NOW, NOW + wish, spread)
    assert step is not None
    assert due is not None
    assert NOW + SEND_STEPS[attempts] <= step <= NOW + SEND_STEPS[attempts] * 1.2
    assert due == min(max(step, NOW + wish), step + 6 * HOUR)


# Headers --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", 2 * MINUTE),
        ("  120 ", 2 * MINUTE),
        ("Sun, 01 Mar 2026 13:00:00 GMT", HOUR),
        ("Sunday, 01-Mar-26 13:00:00 GMT", HOUR),
        ("Sun Mar  1 13:00:00 2026", HOUR),
        ("999999999999999999999999999", LIMITS.retry_after_max),
        ("9" * 5000, LIMITS.retry_after_max),
        ("Thu, 01 Jan 9999 00:00:00 GMT", LIMITS.retry_after_max),
        ("0", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("١٢٠", None),
        ("Sun, 01 Mar 2026 11:00:00 GMT", None),
        ("Sun, 31 Feb 2026 11:00:00 GMT", None),
        ("Sun, 01 Foo 2026 11:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_or_ignored(value: str, wait: timedelta | None) -> None:
    assert parse_retry_after(value, NOW) == (None if wait is None else NOW + wait)


@given(st.text())
def test_retry_after_never_raises_and_stays_in_its_bounds(value: str) -> None:
    wish = parse_retry_after(value, NOW)
    assert wish is None or NOW < wish <= NOW + LIMITS.retry_after_max


@given(st.integers(0, 3_155_759_999))
def test_all_three_forms_of_a_date_say_the_same(seconds: int) -> None:
    when = datetime.fromtimestamp(seconds, UTC)
    forms = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y")
    assert [parse_http_date(when.strftime(form)) for form in forms] == [when] * 3


def test_a_leap_second_is_a_date() -> None:
    assert parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "directives"),
    [
        ("max-age=300, public", {"max-age": "300", "public": ""}),
        ('Max-Age="300"', {"max-age": "300"}),
        ('no-cache="Set-Cookie, X", max-age=5', {"no-cache": "Set-Cookie, X", "max-age": "5"}),
        ("max-age=1,max-age=2", {"max-age": "1"}),
        (" , ;, max-age = 7", {"max-age": "7"}),
        ("", {}),
    ],
)
def test_cache_control_is_taken_apart(value: str, directives: dict[str, str]) -> None:
    assert parse_cache_control(value) == directives


@given(st.text())
def test_cache_control_never_raises(value: str) -> None:
    assert all(name == name.lower() for name in parse_cache_control(value))


@pytest.mark.parametrize(
    ("headers", "fresh_for"),
    [
        ({"cache-control": "max-age=900"}, 15 * MINUTE),
        ({"cache-control": "max-age=900", "age": "300"}, 10 * MINUTE),
        ({"cache-control": "max-age=900", "age": "1000"}, None),
        ({"cache-control": "max-age=900, no-cache"}, None),
        ({"cache-control": 'max-age=900, no-cache="Set-Cookie"'}, 15 * MINUTE),
        ({"cache-control": "no-store, max-age=900"}, None),
        ({"cache-control": "max-age=0", "expires": "Sun, 01 Mar 2026 13:00:00 GMT"}, None),
        ({"cache-control": "max-age=soon", "expires": "Sun, 01 Mar 2026 13:00:00 GMT"}, None),
        ({"expires": "Sun, 01 Mar 2026 13:00:00 GMT"}, HOUR),
        ({"expires": "Sun, 01 Mar 2026 13:00:00 GMT", "date": "Sun, 01 Mar 2026 12:30:00 GMT"}, 30 * MINUTE),
        ({"expires": "0"}, None),
        ({"cache-control": "public", "expires": "Sun, 01 Mar 2026 13:00:00 GMT"}, HOUR),
        ({}, None),
    ],
)
def test_cache_headers_say_how_long_an_answer_stays_good(headers: dict[str, str], fresh_for: timedelta | None) -> None:
    assert read_hints(headers, NOW) == Hints(fresh_for=fresh_for)


def test_retry_after_is_a_hint_too() -> None:
    assert read_hints({"retry-after": "60"}, NOW) == Hints(not_before=NOW + MINUTE)


# Spread ---------------------------------------------------------------------------------------------------------------


@given(st.lists(st.text(), max_size=4))
def test_a_spread_is_stable_and_between_nought_and_one(parts: list[str]) -> None:
    assert 0 <= spread_of(*parts) < 1
    assert spread_of(*parts) == spread_of(*parts)


def test_spreads_differ_and_fill_their_range() -> None:
    values = sorted(spread_of("feed", str(number)) for number in range(1000))
    assert values[0] < 0.02
    assert values[-1] > 0.98
    assert max(after - before for before, after in pairwise(values)) < 0.02
