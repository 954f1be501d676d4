"""What to ask of a feed, and what its answer means for it. Pure: a state and an answer in, the next state out.

Validators are echoed to the byte and belong together: a 200 replaces both, a 304 refreshes those it carries, and
nothing else touches them. A 200 counts only once its body was read as a feed, so that the validators of a web page put
in the feed's place never stick: record ``Fetched.state`` (through ``readable``) then, and ``unreadable`` otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.core.cadence import NO_HINTS, Hints, floor_of, interval_of, next_ask, next_try, read_hints, spread_of
from monitor.core.model import LIMITS, Problem
from monitor.core.text import safe
from monitor.core.wire import Answer, Fetched, NoAnswer, Refused, Request, Unchanged
from monitor.fetch.refusals import Refusal, is_challenge, of_silence, of_status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.core.model import Feed, FeedState, PollPolicy
    from monitor.core.wire import Parsed, Unreadable

# Feed types first: servers that choose by Accept give a web page to those who will take anything.
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
_HOUR = timedelta(hours=1)
_DOCUMENT = (200, 203)


def ask(state: FeedState, user_agent: str) -> Request:
    """The next request for a feed: conditional where it ever gave a validator, without cookies or cache busting."""
    headers = {"User-Agent": user_agent, "Accept": ACCEPT, "Accept-Encoding": "gzip"}
    if state.etag is not None:
        headers["If-None-Match"] = state.etag
    if state.last_modified is not None:
        headers["If-Modified-Since"] = state.last_modified
    return Request(
        method="GET",
        url=state.url,
        headers=headers,
        deadline_s=LIMITS.ask_deadline_s,
        body_bytes_max=LIMITS.body_bytes_max,
        redirects_max=LIMITS.redirects_max,
    )


def read(
    state: FeedState, answer: Answer | NoAnswer, feed: Feed, policy: PollPolicy, now: datetime
) -> Fetched | Unchanged | Refused:
    """What an answer means: a document to parse, nothing new, or a refusal with its problem and the next due time."""
    if isinstance(answer, NoAnswer):
        return Refused(_failed(state, of_silence(answer), interval_of(feed, policy), NO_HINTS, feed, now))
    hints = read_hints(answer.headers, now)
    if answer.status in _DOCUMENT and not is_challenge(answer):
        fetched = replace(
            _answered(state, feed, policy, hints, now),
            etag=_validator(answer.headers, "etag"),
            last_modified=_validator(answer.headers, "last-modified"),
        )
        return Fetched(answer.body, answer.headers.get("content-type", ""), answer.url, fetched)
    conditional = state.etag is not None or state.last_modified is not None
    if answer.status == 304 and conditional:
        unchanged = replace(
            _answered(state, feed, policy, hints, now),
            etag=_validator(answer.headers, "etag") or state.etag,
            last_modified=_validator(answer.headers, "last-modified") or state.last_modified,
        )
        return Unchanged(unchanged)
    first = _first_wait(answer.status, state.failures, interval_of(feed, policy), hints)
    return Refused(_failed(state, of_status(_host(answer.url), answer), first, hints, feed, now))


def readable(state: FeedState, parsed: Parsed, feed: Feed, policy: PollPolicy, now: datetime) -> FeedState:
    """The state to record once the body was read: ``Fetched.state`` with the feed's title and its wish for patience."""
    ttl = None if parsed.ttl_s is None else timedelta(seconds=min(parsed.ttl_s, 10**7))
    hints = Hints(ttl=ttl)
    floors = [floor for floor in (state.floor_at, floor_of(feed, hints, now)) if floor is not None]
    return replace(
        state,
        title=safe(parsed.title, LIMITS.title_max) or state.title,
        due_at=max(state.due_at, next_ask(feed, policy, now, hints, _spread(state, now))),
        floor_at=max(floors, default=None),
    )


def unreadable(state: FeedState, why: Unreadable, feed: Feed, policy: PollPolicy, now: datetime) -> FeedState:
    """The state to record when a body was no feed: ``state`` from before the answer, with the problem counted."""
    refusal = Refusal(why.kind, why.text, why.help)
    return _failed(state, refusal, interval_of(feed, policy), NO_HINTS, feed, now)


def _answered(state: FeedState, feed: Feed, policy: PollPolicy, hints: Hints, now: datetime) -> FeedState:
    return replace(
        state,
        ok_at=now,
        failures=0,
        problem=None,
        due_at=next_ask(feed, policy, now, hints, _spread(state, now)),
        floor_at=floor_of(feed, hints, now),
    )


def _failed(state: FeedState, refusal: Refusal, first: timedelta, hints: Hints, feed: Feed, now: datetime) -> FeedState:
    failures = state.failures + 1
    floor = floor_of(feed, hints, now)
    since = now if state.problem is None else state.problem.since
    return replace(
        state,
        failures=failures,
        problem=Problem(refusal.kind, refusal.text, refusal.help, since),
        due_at=next_try(first, failures, now, floor, _spread(state, now)),
        floor_at=floor,
    )


def _first_wait(status: int, failures: int, interval: timedelta, hints: Hints) -> timedelta:
    """How long to wait after the first failure of this sort; ``failures`` had happened before it."""
    if status == 410:
        return timedelta(days=1)
    if status == 404:
        return timedelta(hours=6) if failures == 0 else timedelta(days=1)
    if status in (429, 503) and hints.not_before is None:
        return max(interval, _HOUR)
    return interval


def _validator(headers: Mapping[str, str], name: str) -> str | None:
    """A validator to the byte. One too long to be sent back safely counts as absent."""
    value = headers.get(name, "")
    return value if 0 < len(value) <= LIMITS.header_max else None


def _spread(state: FeedState, now: datetime) -> float:
    return spread_of(state.feed, now.isoformat())


def _host(url: str) -> str:
    """The host for people to read: never a path, a query or a password."""
    try:
        return safe(urlsplit(url).hostname or "", 100) or "The site"
    except ValueError:
        return "The site"
