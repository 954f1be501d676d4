"""What is asked of a feed and what its answers mean: the rules of polite fetching, one test each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.model import LIMITS, Feed, FeedId, FeedState, PollPolicy, Problem
from monitor.core.wire import Answer, Fetched, NoAnswer, Parsed, Refused, Unchanged, Unreadable
from monitor.fetch.exchange import ask, read, readable, unreadable

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = Feed(FeedId("sana"), "https://news.example/private/path?key=hush", "SANA")
POLICY = PollPolicy()
FRESH = FeedState(FEED.id, FEED.url, due_at=NOW, asked_at=NOW)
KNOWN = replace(FRESH, etag='W/"a\xe9"', last_modified="yesterday, about noon", baselined=True, title="Old")
BROKEN = replace(KNOWN, failures=3, problem=Problem("timeout", "slow", "wait", NOW - DAY))
ERRORS = [300, 302, 400, 401, 403, 404, 406, 410, 418, 429, 451, 500, 502, 503, 504, 599, 204, 206]


def answer(status: int = 200, body: bytes = b"<rss/>", **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body, FEED.url)


def good(state: FeedState, **headers: str) -> Fetched:
    result = read(state, answer(200, b"<rss/>", **headers), FEED, POLICY, NOW)
    assert isinstance(result, Fetched)
    return result


def bad(state: FeedState, what: Answer | NoAnswer) -> FeedState:
    result = read(state, what, FEED, POLICY, NOW)
    assert isinstance(result, Refused)
    return result.state


def problem(state: FeedState) -> Problem:
    assert state.problem is not None
    return state.problem


def within_a_tenth(state: FeedState, wait: timedelta) -> bool:
    return wait <= state.due_at - NOW <= wait * 1.1


# Asking ---------------------------------------------------------------------------------------------------------------


def test_the_first_request_is_plain_and_names_feed_types_first() -> None:
    request = ask(FRESH, "wirewatch/1 (+https://w.example)")
    assert set(request.headers) == {"User-Agent", "Accept", "Accept-Encoding"}
    assert request.headers["User-Agent"] == "wirewatch/1 (+https://w.example)"
    assert request.headers["Accept-Encoding"] == "gzip"
    assert request.headers["Accept"].startswith("application/atom+xml, application/rss+xml")
    assert (request.method, request.url, request.body) == ("GET", FEED.url, b"")
    assert (request.redirects_max, request.deadline_s) == (LIMITS.redirects_max, LIMITS.ask_deadline_s)


def test_validators_are_echoed_to_the_byte() -> None:
    headers = ask(KNOWN, "w").headers
    assert headers["If-None-Match"] == 'W/"a\xe9"'
    assert headers["If-Modified-Since"] == "yesterday, about noon"


# Good answers ---------------------------------------------------------------------------------------------------------


def test_a_200_replaces_both_validators_together() -> None:
    state = good(KNOWN, etag='"b"', last_modified="today").state
    assert (state.etag, state.last_modified) == ('"b"', "today")


def test_a_validator_that_is_absent_now_is_forgotten() -> None:
    assert good(KNOWN, etag='"b"').state.last_modified is None
    assert good(KNOWN, last_modified="today").state.etag is None
    assert good(KNOWN).state.etag is None


def test_a_validator_too_long_to_send_back_is_not_kept() -> None:
    assert good(KNOWN, etag="x" * (LIMITS.header_max + 1)).state.etag is None


def test_a_200_hands_on_what_the_parser_needs_and_ends_the_problem() -> None:
    fetched = good(BROKEN, content_type="text/xml")
    assert (fetched.body, fetched.content_type, fetched.url) == (b"<rss/>", "text/xml", FEED.url)
    state = fetched.state
    assert (state.failures, state.problem, state.ok_at) == (0, None, NOW)
    assert (state.asked_at, state.baselined, state.title) == (NOW, True, "Old")
    assert within_a_tenth(state, 10 * MINUTE)


def test_a_304_keeps_validators_and_refreshes_those_it_carries() -> None:
    result = read(BROKEN, answer(304, b"", etag='"c"'), FEED, POLICY, NOW)
    assert isinstance(result, Unchanged)
    assert (result.state.etag, result.state.last_modified) == ('"c"', "yesterday, about noon")
    assert (result.state.failures, result.state.problem, result.state.ok_at) == (0, None, NOW)


@pytest.mark.parametrize("status", [200, 304])
def test_cache_headers_hold_off_the_next_ask(status: int) -> None:
    result = read(KNOWN, answer(status, cache_control="max-age=3600", age="600"), FEED, POLICY, NOW)
    assert within_a_tenth(result.state, 50 * MINUTE)
    assert result.state.floor_at == NOW + 50 * MINUTE


def test_a_feed_with_its_own_interval_is_asked_at_it() -> None:
    result = read(KNOWN, answer(), replace(FEED, interval=3 * MINUTE), POLICY, NOW)
    assert within_a_tenth(result.state, 3 * MINUTE)
    assert result.state.floor_at is None


def test_the_same_answer_at_the_same_time_gives_the_same_state() -> None:
    assert good(KNOWN) == good(KNOWN)


def test_a_304_to_a_plain_request_is_a_fault() -> None:
    assert problem(bad(FRESH, answer(304))).kind == "status"


# Refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ERRORS)
def test_errors_never_touch_validators_and_always_speak(status: int) -> None:
    state = bad(KNOWN, answer(status, etag='"page"', last_modified="now"))
    assert (state.etag, state.last_modified) == (KNOWN.etag, KNOWN.last_modified)
    assert (state.failures, state.ok_at) == (1, None)
    assert state.due_at >= NOW + 10 * MINUTE
    found = problem(state)
    assert found.since == NOW
    assert str(status) in found.text
    assert found.text.startswith("news.example ")
    for text in (found.text, found.help):
        assert text.endswith(".")
        assert "hush" not in text
        assert "path" not in text


KINDS = "dns refused reset timeout tls too_large bad_encoding forbidden redirects truncated protocol unheard_of"


@pytest.mark.parametrize("kind", KINDS.split())
def test_no_answer_is_a_problem_with_advice(kind: str) -> None:
    state = bad(KNOWN, NoAnswer(kind, "It did not work."))
    assert (state.etag, state.failures) == (KNOWN.etag, 1)
    assert (problem(state).kind, problem(state).text) == (kind, "It did not work.")
    assert problem(state).help.endswith(".")
    assert within_a_tenth(state, 10 * MINUTE)


def test_a_problem_remembers_since_when_and_failures_add_up() -> None:
    state = bad(BROKEN, answer(500))
    assert (problem(state).since, problem(state).kind, state.failures) == (NOW - DAY, "server_error", 4)
    assert within_a_tenth(state, 80 * MINUTE)


def test_retry_after_is_a_floor() -> None:
    state = bad(KNOWN, answer(429, retry_after="7200"))
    assert within_a_tenth(state, 2 * HOUR)
    assert state.floor_at == NOW + 2 * HOUR
    assert problem(state).kind == "too_often"


def test_cache_headers_on_an_error_are_a_floor_too() -> None:
    assert within_a_tenth(bad(KNOWN, answer(500, cache_control="max-age=3600")), HOUR)


@pytest.mark.parametrize("status", [429, 503])
def test_without_retry_after_too_many_and_unavailable_wait_an_hour_and_more(status: int) -> None:
    assert within_a_tenth(bad(KNOWN, answer(status)), HOUR)
    assert within_a_tenth(bad(replace(KNOWN, failures=1), answer(status)), 2 * HOUR)


def test_a_missing_feed_waits_six_hours_and_then_a_day() -> None:
    assert within_a_tenth(bad(KNOWN, answer(404)), 6 * HOUR)
    assert within_a_tenth(bad(replace(KNOWN, failures=1), answer(404)), DAY)


def test_a_feed_that_is_gone_is_still_asked_daily() -> None:
    for failures in (0, 5, 500):
        assert within_a_tenth(bad(replace(KNOWN, failures=failures), answer(410)), DAY)


@pytest.mark.parametrize("status", [200, 403, 503])
def test_a_challenge_page_is_told_as_one(status: int) -> None:
    state = bad(KNOWN, answer(status, cf_mitigated="challenge", etag='"page"'))
    assert (problem(state).kind, state.etag) == ("challenge", KNOWN.etag)


# After the parser -----------------------------------------------------------------------------------------------------


def test_a_body_that_is_no_feed_leaves_the_old_validators() -> None:
    why = Unreadable("html", "The server answered a web page, not a feed.", "Look for the feed.")
    state = unreadable(BROKEN, why, FEED, POLICY, NOW)
    assert (state.etag, state.last_modified, state.failures) == (KNOWN.etag, KNOWN.last_modified, 4)
    assert problem(state) == Problem("html", why.text, why.help, NOW - DAY)
    assert within_a_tenth(state, 80 * MINUTE)


def test_a_body_that_is_a_feed_brings_its_title_and_its_patience() -> None:
    fetched = good(KNOWN, etag='"b"', cache_control="max-age=1800")
    state = readable(fetched.state, Parsed((), title="SANA\x1b[31m", ttl_s=3600), FEED, POLICY, NOW)
    assert (state.title, state.etag) == ("SANA", '"b"')
    assert state.floor_at == NOW + HOUR
    assert within_a_tenth(state, HOUR)


def test_a_short_ttl_does_not_shorten_anything() -> None:
    fetched = good(KNOWN, cache_control="max-age=7200")
    state = readable(fetched.state, Parsed((), ttl_s=60), FEED, POLICY, NOW)
    assert (state.floor_at, state.due_at) == (fetched.state.floor_at, fetched.state.due_at)
    assert state.title == "Old"


def test_an_absurd_ttl_is_capped() -> None:
    assert within_a_tenth(readable(good(KNOWN).state, Parsed((), ttl_s=10**30), FEED, POLICY, NOW), 6 * HOUR)


def test_an_address_that_cannot_be_split_still_gives_a_sentence() -> None:
    state = bad(KNOWN, Answer(500, {}, b"", "http://[broken"))
    assert problem(state).text.startswith("The site ")
