"""Facts to numbers: everything that ``status``, ``--json`` and the dashboard show is computed here, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.core.model import ChannelId, FeedState, Outcome, ServiceState, TopicId


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
