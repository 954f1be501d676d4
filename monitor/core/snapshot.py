"""Facts to numbers: everything that ``status`` and ``--json`` show is computed here, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.model import Outcome
from monitor.core.policy import span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.core.model import ChannelId, Feed, FeedId, FeedState, ServiceState, Topic, TopicId

SINCE = timedelta(hours=24)
# The daemon says so at least every half minute; three silences are one too many.
_BEAT_LATE = timedelta(seconds=90)
_ASK_LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What the store knows of one channel's deliveries. ``failing``: waiting after at least one failed attempt."""

    channel: ChannelId
    waiting: int
    failing: int
    given_up: int
    done: int
    oldest_waiting_at: datetime | None
    next_at: datetime | None
    last_answer: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a store knows, uninterpreted. ``outcomes`` counts verdicts since ``since``, by topic (None: no topic)."""

    service: ServiceState | None
    feeds: tuple[FeedState, ...]
    channels: tuple[ChannelFacts, ...]
    outcomes: Mapping[tuple[TopicId | None, Outcome], int]
    items: int
    stories: int
    last_alert_at: Mapping[TopicId, datetime] = field(default_factory=dict)
    lags_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One feed as people see it. ``health``: ok, new (never asked), failing, or late."""

    id: FeedId
    name: str
    url: str
    health: str
    text: str
    help: str
    since: datetime | None
    asked_at: datetime | None
    ok_at: datetime | None
    fresh_at: datetime | None
    due_at: datetime | None
    failures: int


@dataclass(frozen=True, slots=True)
class TopicLine:
    """One topic over the last day. ``held`` counts what was matched and told nobody, by outcome."""

    id: TopicId
    priority: str
    alerts: int
    updates: int
    held: Mapping[str, int]
    last_alert_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel. ``health``: ok, waiting, failing or given_up."""

    id: ChannelId
    kind: str
    health: str
    waiting: int
    failing: int
    given_up: int
    done: int
    oldest_waiting_at: datetime | None
    next_at: datetime | None
    last_answer: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything there is to say about the state of Wirewatch at one moment. Shares are 0 to 1."""

    at: datetime
    service: str
    service_text: str
    feeds: tuple[FeedLine, ...]
    topics: tuple[TopicLine, ...]
    channels: tuple[ChannelLine, ...]
    items: int
    stories: int
    matched: int
    sent: int
    held: int
    held_share: float | None
    unmatched: int
    lag_p50_s: float | None
    lag_p95_s: float | None
    problems: tuple[str, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing needs a person's attention."""
        return not self.problems


def snapshot(
    facts: Facts, feeds: Sequence[Feed], topics: Sequence[Topic], channels: Mapping[ChannelId, str], now: datetime
) -> Snapshot:
    """Interpret what the store knows in the light of the configuration. ``channels``: id to kind."""
    service, service_text = _service(facts.service, now)
    states = {state.feed: state for state in facts.feeds}
    feed_lines = tuple(_feed(feed, states.get(feed.id), now, running=service == "running") for feed in feeds)
    topic_lines = tuple(_topic(topic, facts) for topic in topics)
    known = {one.channel: one for one in facts.channels}
    channel_lines = tuple(_channel(channel, kind, known.get(channel)) for channel, kind in channels.items())
    counts = dict.fromkeys(Outcome, 0)
    for (_, outcome), count in facts.outcomes.items():
        counts[outcome] += count
    sent = counts[Outcome.ALERTED] + counts[Outcome.UPDATE]
    matched = sum(counts.values()) - counts[Outcome.UNMATCHED]
    lags = sorted(facts.lags_s)
    return Snapshot(
        at=now,
        service=service,
        service_text=service_text,
        feeds=feed_lines,
        topics=topic_lines,
        channels=channel_lines,
        items=facts.items,
        stories=facts.stories,
        matched=matched,
        sent=sent,
        held=matched - sent,
        held_share=(matched - sent) / matched if matched else None,
        unmatched=counts[Outcome.UNMATCHED],
        lag_p50_s=_percentile(lags, 50),
        lag_p95_s=_percentile(lags, 95),
        problems=_problems(service, service_text, facts.service, feed_lines, channel_lines),
    )


def _service(service: ServiceState | None, now: datetime) -> tuple[str, str]:
    if service is None:
        return "never", "The service has never run on this state directory."
    if service.stopped_at is not None:
        return "stopped", f"The service stopped {span(now - service.stopped_at)} ago."
    silent = now - service.beat_at
    if silent > _BEAT_LATE:
        return "silent", f"The service (pid {service.pid}) has made no progress for {span(silent)}."
    return "running", f"Running for {span(now - service.started_at)} (pid {service.pid})."


def _feed(feed: Feed, state: FeedState | None, now: datetime, *, running: bool) -> FeedLine:
    health, text, help_, since = "ok", "", "", None
    if state is None or (state.ok_at is None and state.problem is None):
        health = "new"
    elif state.problem is not None:
        problem = state.problem
        health, text, help_, since = "failing", problem.text, problem.help, problem.since
    if running and state is not None and now - state.due_at > _ASK_LATE:
        health, since = "late", state.due_at
        text = f"It should have been asked {span(now - state.due_at)} ago."
        help_ = "The machine cannot keep up, or the service is stuck: see its log."
    return FeedLine(
        id=feed.id,
        name=feed.name,
        url=feed.url,
        health=health,
        text=text,
        help=help_,
        since=since,
        asked_at=state.asked_at if state else None,
        ok_at=state.ok_at if state else None,
        fresh_at=state.fresh_at if state else None,
        due_at=state.due_at if state else None,
        failures=state.failures if state else 0,
    )


def _topic(topic: Topic, facts: Facts) -> TopicLine:
    counts = {outcome: facts.outcomes.get((topic.id, outcome), 0) for outcome in Outcome}
    return TopicLine(
        id=topic.id,
        priority=topic.priority.value,
        alerts=counts[Outcome.ALERTED],
        updates=counts[Outcome.UPDATE],
        held={outcome.value: count for outcome, count in counts.items() if count and not outcome.sent},
        last_alert_at=facts.last_alert_at.get(topic.id),
    )


def _channel(channel: ChannelId, kind: str, facts: ChannelFacts | None) -> ChannelLine:
    if facts is None:
        return ChannelLine(channel, kind, "ok", 0, 0, 0, 0, None, None, "")
    health = "ok"
    if facts.given_up:
        health = "given_up"
    elif facts.failing:
        health = "failing"
    elif facts.waiting:
        health = "waiting"
    return ChannelLine(
        channel,
        kind,
        health,
        facts.waiting,
        facts.failing,
        facts.given_up,
        facts.done,
        facts.oldest_waiting_at,
        facts.next_at,
        facts.last_answer,
    )


def _problems(
    service: str,
    service_text: str,
    state: ServiceState | None,
    feeds: Sequence[FeedLine],
    channels: Sequence[ChannelLine],
) -> tuple[str, ...]:
    problems = []
    if service != "running":
        problems.append(service_text)
    if state is not None and state.reload_problem:
        problems.append(f"The last reload was refused; the old configuration keeps running: {state.reload_problem}")
    problems.extend(
        f"Feed {feed.id}: {feed.text} {feed.help}".strip() for feed in feeds if feed.health in ("failing", "late")
    )
    for channel in channels:
        if channel.failing:
            problems.append(f"Channel {channel.id}: {channel.waiting} waiting. {channel.last_answer}".strip())
        if channel.given_up:
            problems.append(f"Channel {channel.id}: {channel.given_up} given up. {channel.last_answer}".strip())
    return tuple(problems)


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    """Nearest rank."""
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * percent // 100) - 1))]
