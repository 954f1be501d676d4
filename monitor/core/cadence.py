"""When to ask a feed or retry a delivery next. Pure: the time and the spread are handed in.

Two rules hold everywhere: what a server asks for is a floor, within reason; and spreading only ever adds time, so that
an interval of an hour never becomes 59 minutes. All durations are ``timedelta``; ``spread`` is a number from 0 to 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from monitor.core.model import LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.model import Feed, PollPolicy

DAY = timedelta(days=1)
# A cache header may hold us off for a day, a feed's own <ttl> for six hours: both are often set once and forgotten, and
# a feed that is never asked again would be silent unnoticed.
FRESH_MAX = DAY
TTL_MAX = timedelta(hours=6)
BACK_OFF_MAX = DAY
ASK_SPREAD = 0.10
SEND_SPREAD = 0.20
SEND_STEPS = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
WISH_MAX = timedelta(hours=6)


def spread_of(*parts: str) -> float:
    """A number from 0 up to 1 that looks random and is the same for the same parts on every machine."""
    digest = sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


# What a server says ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hints:
    """What was said of when to ask again.

    ``fresh_for``: how long the answer stays good, by its cache headers. ``not_before``: Retry-After, as an absolute
    time. ``ttl``: what the document itself says; the softest of the three.
    """

    fresh_for: timedelta | None = None
    not_before: datetime | None = None
    ttl: timedelta | None = None


NO_HINTS = Hints()


def read_hints(headers: Mapping[str, str], now: datetime) -> Hints:
    """Read the headers of an answer; their names are lower case."""
    return Hints(_fresh_for(headers, now), parse_retry_after(headers.get("retry-after", ""), now))


def _fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long a private cache may keep it: max-age less Age, else Expires less Date. None where it may not."""
    directives = parse_cache_control(headers.get("cache-control", ""))
    # no-cache with field names concerns only these fields; bare, it means: ask every time.
    if "no-store" in directives or directives.get("no-cache") == "":
        return None
    if "max-age" in directives:
        max_age, age = _seconds(directives["max-age"]), _seconds(headers.get("age", ""))
        return None if max_age is None else _positive(max_age - (age or timedelta(0)))
    expires = parse_http_date(headers.get("expires", ""))
    if expires is None:
        return None
    return _positive(expires - (parse_http_date(headers.get("date", "")) or now))


_DIRECTIVE = re.compile(r'([^\s,;="]+)\s*(?:=\s*(?:"([^"]*)"|([^\s,"]*)))?[^,]*,?')


def parse_cache_control(value: str) -> dict[str, str]:
    """Directive names, lower case, with their arguments unquoted (or nothing). Where one repeats, the first counts."""
    directives: dict[str, str] = {}
    for match in _DIRECTIVE.finditer(value[: LIMITS.header_max]):
        directives.setdefault(match[1].lower(), match[2] or match[3] or "")
    return directives


def parse_retry_after(value: str, now: datetime) -> datetime | None:
    """When a server wants to be asked again: seconds or an HTTP date, at most ``LIMITS.retry_after_max`` away.

    None where it asks for nothing: no value, one that makes no sense, or a time that is already past.
    """
    seconds = _seconds(value)
    wish = parse_http_date(value) if seconds is None else now + min(seconds, LIMITS.retry_after_max)
    if wish is None or wish <= now:
        return None
    return min(wish, now + LIMITS.retry_after_max)


def _seconds(value: str) -> timedelta | None:
    """A count of whole seconds. More than a year counts as a year: the number may have any length."""
    text = value.strip()
    if not (text.isascii() and text.isdigit()):
        return None
    return timedelta(days=365) if len(text) > 8 else min(timedelta(seconds=int(text)), timedelta(days=365))


def _positive(wait: timedelta) -> timedelta | None:
    return wait if wait > timedelta(0) else None


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
# The three forms of RFC 9110, section 5.6.7. They are always GMT.
_DATES = (
    re.compile(rf"[a-z]{{3}}, (?P<day>\d\d) (?P<month>[a-z]{{3}}) (?P<year>\d{{4}}) {_CLOCK} (?:gmt|utc)", re.ASCII),
    re.compile(rf"[a-z]{{6,9}}, (?P<day>\d\d)-(?P<month>[a-z]{{3}})-(?P<year>\d\d) {_CLOCK} gmt", re.ASCII),
    re.compile(rf"[a-z]{{3}} (?P<month>[a-z]{{3}}) (?P<day>[ \d]\d) {_CLOCK} (?P<year>\d{{4}})", re.ASCII),
)


def parse_http_date(value: str) -> datetime | None:
    """An HTTP date in any of its three forms, in UTC; None for everything else."""
    text = value.strip().lower()
    match = next((match for form in _DATES if (match := form.fullmatch(text))), None)
    if match is None or match["month"] not in _MONTHS:
        return None
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 1900 if year >= 70 else 2000
    try:
        return datetime(
            year,
            _MONTHS.index(match["month"]) + 1,
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"]),
            min(int(match["second"]), 59),  # a leap second is a legal HTTP date
            tzinfo=UTC,
        )
    except ValueError:
        return None


# When to ask a feed ---------------------------------------------------------------------------------------------------


def interval_of(feed: Feed, policy: PollPolicy) -> timedelta:
    """The feed's own interval, else the policy's, kept between the policy's least and most."""
    return max(policy.min_interval, min(feed.interval or policy.interval, policy.max_interval))


def floor_of(feed: Feed, hints: Hints, now: datetime) -> datetime | None:
    """Before when not to ask, whatever the interval says; None where nobody minds.

    A ``ttl`` gives way to an interval that a person set for this very feed: it is a habit of publishing software (most
    of it says an hour), while cache headers and Retry-After speak for the server.
    """
    waits = []
    if hints.fresh_for is not None:
        waits.append(min(hints.fresh_for, FRESH_MAX))
    if hints.ttl is not None and feed.interval is None:
        waits.append(min(hints.ttl, TTL_MAX))
    if hints.not_before is not None:
        waits.append(min(hints.not_before - now, LIMITS.retry_after_max))
    wait = max(waits, default=timedelta(0))
    return now + wait if wait > timedelta(0) else None


def next_ask(feed: Feed, policy: PollPolicy, now: datetime, hints: Hints, spread: float) -> datetime:
    """When to ask again after a good answer: the interval or the floor, whichever is longer, plus up to 10 %."""
    return _later(now, interval_of(feed, policy), floor_of(feed, hints, now), spread)


def next_try(first: timedelta, failures: int, now: datetime, floor: datetime | None, spread: float) -> datetime:
    """When to ask again after ``failures`` failures in a row, this one included: at least 1.

    ``first`` after the first, doubled with each further one up to a day, and daily from then on: a feed is never given
    up. Never before ``floor``; plus up to 10 %.
    """
    doublings = min(max(failures - 1, 0), 17)  # a second becomes a day; more would only overflow
    return _later(now, min(first * 2**doublings, max(first, BACK_OFF_MAX)), floor, spread)


def _later(now: datetime, wait: timedelta, floor: datetime | None, spread: float) -> datetime:
    if floor is not None:
        wait = max(wait, floor - now)
    return now + wait * (1 + ASK_SPREAD * spread)


# When to retry a delivery ---------------------------------------------------------------------------------------------


def next_attempt(attempts: int, now: datetime, not_before: datetime | None, spread: float) -> datetime | None:
    """When to try a delivery again after ``attempts`` attempts; None when the schedule is exhausted.

    Ten attempts over three days, each wait stretched by up to 20 %. ``not_before``, the receiver's own wish, is granted
    as far as six hours past the step: a receiver cannot park us for a year.
    """
    if attempts >= len(SEND_STEPS):
        return None
    step = now + SEND_STEPS[max(attempts, 0)] * (1 + SEND_SPREAD * spread)
    return step if not_before is None else max(step, min(not_before, step + WISH_MAX))
