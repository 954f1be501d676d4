"""The nouns of Wirewatch, and the limits on everything that comes from outside.

All of them are frozen values. Every id is derived from content, so a replay, a restart or a restored backup makes the
same ids. Every time is an aware ``datetime`` in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from monitor.core.message import Message

FeedId = NewType("FeedId", str)
ItemId = NewType("ItemId", str)
TopicId = NewType("TopicId", str)
StoryId = NewType("StoryId", str)
AlertId = NewType("AlertId", str)
ChannelId = NewType("ChannelId", str)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def derive_id(*parts: str, length: int = 20) -> str:
    """Hash the parts to ``length`` hexadecimal digits; equal parts give equal ids on every machine."""
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:length]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of anything we take. Feeds are hostile input: nothing is unbounded. Sizes in characters unless named."""

    wire_bytes_max: int = 8 * 2**20
    body_bytes_max: int = 16 * 2**20
    answer_bytes_max: int = 64 * 2**10
    redirects_max: int = 5
    ask_deadline_s: float = 30.0
    send_deadline_s: float = 20.0
    parse_wall_s: float = 15.0
    parse_cpu_s: int = 10
    parse_memory_bytes: int = 768 * 2**20
    parsed_bytes_max: int = 32 * 2**20
    items_max: int = 2_000
    title_max: int = 1_000
    summary_max: int = 20_000
    content_max: int = 200_000
    link_max: int = 2_000
    author_max: int = 300
    tag_max: int = 100
    tags_max: int = 30
    guid_max: int = 2_000
    header_max: int = 4_000
    query_max: int = 20_000
    query_depth_max: int = 50
    also_max: int = 200
    config_bytes_max: int = 4 * 2**20
    hits_max: int = 12
    snippet_max: int = 320
    message_bytes_max: int = 20_000
    in_flight_max: int = 16
    deliveries_in_flight_max: int = 8
    window_items_max: int = 100_000
    window: timedelta = timedelta(days=7)
    retention: timedelta = timedelta(days=30)
    retry_after_max: timedelta = timedelta(days=7)
    replay_line_max: int = 2 * 2**20


LIMITS = Limits()


# What is asked for ----------------------------------------------------------------------------------------------------


class Priority(StrEnum):
    """How much an alert of a topic matters, from least to most."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Feed:
    """A place we listen to, as the configuration names it."""

    id: FeedId
    url: str
    name: str
    tags: tuple[str, ...] = ()
    interval: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Expect:
    """A headline that a topic must, or must not, match: proof kept beside the query."""

    text: str
    match: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """Something to watch for. ``watch`` holds plain words, ``query`` the query language; exactly one was given.

    ``feeds`` holds feed ids and ``tag:NAME`` selectors; empty means every feed. No ``channels``: recorded, told nobody.
    ``also``: expressions that widen one idea of the topic, written by hand or accepted from suggestions.
    """

    id: TopicId
    watch: str | None = None
    query: str | None = None
    priority: Priority = Priority.NORMAL
    channels: tuple[ChannelId, ...] = ()
    feeds: tuple[str, ...] = ()
    expect: tuple[Expect, ...] = ()
    also: tuple[str, ...] = ()

    def listens_to(self, feed: Feed) -> bool:
        """Whether items of ``feed`` concern this topic."""
        return not self.feeds or feed.id in self.feeds or any(f"tag:{tag}" in self.feeds for tag in feed.tags)


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """When to ask feeds, and what to do with what was there before us."""

    interval: timedelta = timedelta(minutes=10)
    min_interval: timedelta = timedelta(minutes=2)
    max_interval: timedelta = timedelta(hours=6)
    first_poll_alerts: bool = False
    max_age: timedelta = timedelta(days=2)


# What a feed's memory holds -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a feed or a channel: what happened, whose fault, what to do."""

    kind: str
    text: str
    help: str
    since: datetime


@dataclass(frozen=True, slots=True)
class FeedState:
    """What we remember of a feed between two asks. Validators belong to ``url`` and are kept to the byte.

    ``due_at``: next ask, and not before. ``ok_at``: last good answer, changed or not. ``fresh_at``: last new item.
    ``baselined``: a first poll was recorded. ``floor_at``: the server asked not to be asked before then.
    """

    feed: FeedId
    url: str
    due_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    asked_at: datetime | None = None
    ok_at: datetime | None = None
    fresh_at: datetime | None = None
    floor_at: datetime | None = None
    failures: int = 0
    problem: Problem | None = None
    baselined: bool = False
    title: str = ""


# What travels ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RawItem:
    """One item as a parser read it: bounded, markup already turned to text, but not yet safe to show."""

    title: str = ""
    summary: str = ""
    content: str = ""
    guid: str = ""
    link: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a feed said, made safe. ``id`` is its identity in its feed, ``version`` changes when its words do."""

    id: ItemId
    version: str
    feed: FeedId
    title: str
    summary: str
    content: str
    link: str
    canonical_link: str
    author: str
    tags: tuple[str, ...]
    language: str
    published: datetime | None
    seen: datetime

    @property
    def headline(self) -> str:
        """The title, or the first words of the text where a feed gives none."""
        if self.title:
            return self.title
        start = (self.content or self.summary).lstrip().split("\n", 1)[0]
        return start if len(start) <= 120 else start[:119].rsplit(" ", 1)[0] + "…"

    @property
    def body(self) -> str:
        """The fuller of content and summary."""
        return self.content if len(self.content) >= len(self.summary) else self.summary


@dataclass(frozen=True, slots=True)
class Hit:
    """One place in an item that proves a match: ``term`` matched ``field[start:end]``."""

    field: str
    start: int
    end: int
    term: str


@dataclass(frozen=True, slots=True)
class Match:
    """A topic and an item, with proof.

    ``expressions``: what matched, as a person would name it. ``quote``: the sentence that matched best, with ``marks``
    as (start, end) pairs in it. ``place``: the field it stands in.
    """

    topic: TopicId
    query: str
    hits: tuple[Hit, ...]
    expressions: tuple[str, ...]
    quote: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that differs between an item and what was told before, such as 11 → 19."""

    kind: str
    before: str
    after: str

    def __str__(self) -> str:
        """``11 → 19``, or only the side that exists."""
        return " → ".join(part for part in (self.before, self.after) if part)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The item told before that comes closest. ``score``: the share of the new item's content that it holds, 0 to 1."""

    item: ItemId
    story: StoryId
    feed: FeedId
    headline: str
    score: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why placement decided as it did. ``told``: share of the content told before, by any story. Texts are excerpts.

    ``stories``: every story that told a good part of it, the nearest first: a stitched item has several.
    """

    nearest: Nearest | None = None
    told: float = 0.0
    changes: tuple[Change, ...] = ()
    shared: str = ""
    fresh: str = ""
    stories: tuple[StoryId, ...] = ()


@dataclass(frozen=True, slots=True)
class NewStory:
    """Nothing told before covers this item."""

    story: StoryId
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class Copy:
    """Everything this item says was told before."""

    story: StoryId
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Update:
    """Most of this item was told before, by one story, and something is new."""

    story: StoryId
    evidence: Evidence


Placement = NewStory | Copy | Update


@dataclass(frozen=True, slots=True)
class Story:
    """Items that tell one thing. ``origins`` counts the feeds it came from."""

    id: StoryId
    lead: ItemId
    headline: str
    first_seen: datetime
    last_seen: datetime
    items: int = 1
    feeds: tuple[FeedId, ...] = ()

    @property
    def origins(self) -> int:
        """How many feeds told it."""
        return len(self.feeds)


class Outcome(StrEnum):
    """What became of an item for a topic. The first two are sent; all others are held, listed, and say why."""

    ALERTED = "alerted"
    UPDATE = "update"
    COPY = "copy"
    SILENCED = "silenced"
    MUTED = "muted"
    THROTTLED = "throttled"
    QUIET = "quiet"
    STALE = "stale"
    BASELINE = "baseline"
    UNMATCHED = "unmatched"

    @property
    def sent(self) -> bool:
        """Whether somebody is told."""
        return self in (Outcome.ALERTED, Outcome.UPDATE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an item for a topic, and why. ``topic`` is None where the item touched no topic."""

    item: ItemId
    version: str
    topic: TopicId | None
    outcome: Outcome
    reason: str
    at: datetime
    story: StoryId | None = None
    alert: AlertId | None = None
    revision: int | None = None
    hits: tuple[Hit, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class Alert:
    """The promise to tell someone. One id for a topic and a story; ``revision`` counts what was told of it."""

    id: AlertId
    revision: int
    topic: TopicId
    story: StoryId
    item: ItemId
    outcome: Outcome
    priority: Priority
    at: datetime
    message: Message
    channels: tuple[ChannelId, ...] = ()

    @property
    def key(self) -> str:
        """The ``webhook-id``: the same over retries, restarts and restored backups; holds no full stop."""
        return f"{self.id}-{self.revision}"


@dataclass(frozen=True, slots=True)
class Told:
    """What a topic already said of a story. ``alert`` is None where it was remembered without an alert (baseline)."""

    topic: TopicId
    story: StoryId
    outcome: Outcome
    alert: AlertId | None
    revision: int
    at: datetime


class DeliveryState(StrEnum):
    """Where a delivery stands. ``given_up`` stays visible and can be retried."""

    WAITING = "waiting"
    DONE = "done"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert to one channel. ``due_at`` is None once it ended; ``last_answer`` is cleaned and redacted."""

    alert: AlertId
    revision: int
    channel: ChannelId
    state: DeliveryState
    created_at: datetime
    due_at: datetime | None
    attempts: int = 0
    last_answer: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """An item and where placement put it: what the index is rebuilt from."""

    item: Item
    placement: Placement


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything one ask of one feed leads to. Recorded whole or not at all.

    ``stories`` are the new values of every story that changed; ``told`` the new values of every (topic, story) pair.
    """

    at: datetime
    state: FeedState
    items: tuple[Item, ...] = ()
    placed: tuple[Placed, ...] = ()
    stories: tuple[Story, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    told: tuple[Told, ...] = ()
    alerts: tuple[Alert, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceState:
    """What the daemon last said of itself. ``beat_at`` moves only on real progress."""

    started_at: datetime
    beat_at: datetime
    pid: int
    version: str
    config: str
    stopped_at: datetime | None = None
    reload_problem: str = ""
