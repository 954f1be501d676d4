"""An alert as one neutral message: the shape that every channel renders, and the data of the webhook event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.model import AlertId, FeedId, Hit, ItemId, Outcome, Priority, StoryId, TopicId


@dataclass(frozen=True, slots=True)
class NearestTold:
    """The story told before that comes closest, as a message names it."""

    story: StoryId
    score: float


@dataclass(frozen=True, slots=True)
class Message:
    """What there is to tell about one revision of one alert. All texts are safe; ``snippet`` quotes the item.

    ``marks``: (start, end) pairs in ``snippet`` that matched. ``also``: names of other feeds that told the story.
    ``changes``: facts that changed, as ``11 → 19``. ``cut``: characters left out to keep the message in its limit.
    """

    id: AlertId
    revision: int
    topic: TopicId
    priority: Priority
    outcome: Outcome
    item: ItemId
    headline: str
    link: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    hits: tuple[Hit, ...]
    feed: FeedId
    feed_name: str
    published: datetime | None
    seen: datetime
    at: datetime
    story: StoryId
    story_items: int
    story_origins: int
    also: tuple[str, ...]
    sentence: str
    query: str
    nearest: NearestTold | None = None
    changes: tuple[str, ...] = ()
    cut: int = 0

    @property
    def lag_s(self) -> float | None:
        """Seconds from published to seen; None where the feed gave no date. Never negative."""
        return None if self.published is None else max(0.0, (self.seen - self.published).total_seconds())
