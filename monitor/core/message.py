"""An alert as one neutral message: the shape that every channel renders, and the data of the webhook event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.model import (
        AlertId,
        Evidence,
        FeedId,
        Hit,
        Item,
        ItemId,
        Match,
        Outcome,
        Priority,
        Story,
        StoryId,
        Topic,
        TopicId,
    )


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


_ALSO_MAX = 12


def make_message(
    *,
    alert: AlertId,
    revision: int,
    topic: Topic,
    outcome: Outcome,
    item: Item,
    match: Match,
    feed_name: str,
    also: tuple[str, ...],
    story: Story,
    evidence: Evidence,
    reason: str,
    at: datetime,
) -> Message:
    """Gather what there is to tell. Cuts are counted, never silent."""
    nearest = evidence.nearest
    return Message(
        id=alert,
        revision=revision,
        topic=topic.id,
        priority=topic.priority,
        outcome=outcome,
        item=item.id,
        headline=item.headline,
        link=item.link,
        snippet=match.quote,
        marks=match.marks,
        hits=match.hits,
        feed=item.feed,
        feed_name=feed_name,
        published=item.published,
        seen=item.seen,
        at=at,
        story=story.id,
        story_items=story.items,
        story_origins=story.origins,
        also=also[:_ALSO_MAX],
        sentence=reason,
        query=match.query,
        nearest=NearestTold(nearest.story, nearest.score) if nearest is not None else None,
        changes=tuple(str(change) for change in evidence.changes) if outcome.value == "update" else (),
        cut=max(0, len(also) - _ALSO_MAX),
    )
