"""A message as the webhook event of the contract: JSON, under its limit, described by ``event.schema.json``."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from monitor.core.model import LIMITS, Outcome
from monitor.deliver.fit import fit, json_bytes
from monitor.deliver.ping import is_ping

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.message import Message


def encode(message: Message) -> bytes:
    """The body of the webhook. Equal messages give equal bytes, so a retry repeats what was sent before."""
    fitting = fit(message, lambda candidate: len(json_bytes(_event(candidate))), LIMITS.message_bytes_max)
    return json_bytes(_event(fitting))


def event_type(message: Message) -> str:
    """What happened, as the contract names it."""
    if is_ping(message):
        return "test.ping"
    return "alert.updated" if message.outcome is Outcome.UPDATE else "alert.created"


def _event(message: Message) -> dict[str, object]:
    return {"type": event_type(message), "timestamp": _time(message.at), "data": _data(message)}


def _data(message: Message) -> dict[str, object]:
    nearest = message.nearest
    return {
        "id": message.id,
        "item": message.item,
        "topic": message.topic,
        "priority": message.priority.value,
        "outcome": message.outcome.value,
        "headline": message.headline,
        "link": message.link,
        "snippet": message.snippet,
        "hits": [{"field": hit.field, "start": hit.start, "end": hit.end, "term": hit.term} for hit in message.hits],
        "feed": {"id": message.feed, "name": message.feed_name},
        "published": None if message.published is None else _time(message.published),
        "seen": _time(message.seen),
        "lag_s": message.lag_s,
        "changes": list(message.changes),
        "story": {
            "id": message.story,
            "revision": message.revision,
            "items": message.story_items,
            "origins": message.story_origins,
            "also": list(message.also),
        },
        "why": {
            "sentence": message.sentence,
            "query": message.query,
            "nearest": None if nearest is None else {"story": nearest.story, "score": nearest.score},
        },
        "cut": message.cut,
    }


def _time(moment: datetime) -> str:
    """RFC 3339 in UTC, to the microsecond where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
