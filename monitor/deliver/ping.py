"""The message that ``send-test`` sends: a whole alert in shape, and plainly a test in its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.message import Message
from monitor.core.model import AlertId, FeedId, Hit, ItemId, Outcome, Priority, StoryId, TopicId, derive_id

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.model import ChannelId

# Ids of real stories are hexadecimal digits, so no real story can ever have this one.
_PING = StoryId("test-ping")
_HEADLINE = "This is a test: Wirewatch can reach you here"
_SNIPPET = "Real alerts quote the item here, with the words that matched marked."


def ping(channel: ChannelId, now: datetime) -> Message:
    """Make a test message for one channel. Each has an id of its own, so no receiver drops it as a repeat."""
    word = "matched"
    start = _SNIPPET.index(word)
    return Message(
        id=AlertId(derive_id("ping", channel, now.isoformat())),
        revision=1,
        topic=TopicId("test"),
        priority=Priority.NORMAL,
        outcome=Outcome.ALERTED,
        item=ItemId(derive_id("ping")),
        headline=_HEADLINE,
        link="",
        snippet=_SNIPPET,
        marks=((start, start + len(word)),),
        hits=(Hit("summary", start, start + len(word), word),),
        feed=FeedId("wirewatch"),
        feed_name="Wirewatch",
        published=now,
        seen=now,
        at=now,
        story=_PING,
        story_items=1,
        story_origins=1,
        also=(),
        sentence=f"someone asked for a test of channel {channel}",
        query="",
    )


def is_ping(message: Message) -> bool:
    """Whether a message is a test and no news."""
    return message.story == _PING
