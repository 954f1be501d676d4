"""The parts of nouns that one column holds together, as JSON: problems, hits, evidence, messages.

Times are milliseconds, as in columns. Letters stay letters, so that people can read a memory with any SQLite tool.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from monitor.core.message import Message, NearestTold
from monitor.core.model import (
    AlertId,
    Change,
    Evidence,
    FeedId,
    Hit,
    ItemId,
    Nearest,
    Outcome,
    Priority,
    Problem,
    StoryId,
    TopicId,
)
from monitor.store.codec import from_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def texts_json(texts: Iterable[str]) -> str:
    """A list of texts."""
    return _dump(list(texts))


def texts(json_: str) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(json.loads(json_))


def problem_json(problem: Problem | None) -> str | None:
    """What is wrong with a feed, if something is."""
    if problem is None:
        return None
    return _dump({"kind": problem.kind, "text": problem.text, "help": problem.help, "since_ms": to_ms(problem.since)})


def problem(json_: str | None) -> Problem | None:
    """What is wrong with a feed, if something is."""
    if json_ is None:
        return None
    parts = json.loads(json_)
    return Problem(parts["kind"], parts["text"], parts["help"], from_ms(parts["since_ms"]))


def hits_json(hits: Iterable[Hit]) -> str:
    """Where an item matched."""
    return _dump(_hit_lists(hits))


def hits(json_: str) -> tuple[Hit, ...]:
    """Where an item matched."""
    return _hits(json.loads(json_))


def evidence_json(evidence: Evidence) -> str:
    """Why placement decided so. Most items resemble nothing: what is empty is left out."""
    near = evidence.nearest
    parts = {
        "nearest": None if near is None else [near.item, near.story, near.feed, near.headline, near.score],
        "told": evidence.told,
        "changes": [[change.kind, change.before, change.after] for change in evidence.changes],
        "shared": evidence.shared,
        "fresh": evidence.fresh,
        "stories": list(evidence.stories),
    }
    return _dump({name: part for name, part in parts.items() if part})


def evidence(json_: str) -> Evidence:
    """Why placement decided so."""
    parts = json.loads(json_)
    near = parts.get("nearest")
    return Evidence(
        nearest=None if near is None else Nearest(ItemId(near[0]), StoryId(near[1]), FeedId(near[2]), near[3], near[4]),
        told=parts.get("told", 0.0),
        changes=tuple(Change(*change) for change in parts.get("changes", ())),
        shared=parts.get("shared", ""),
        fresh=parts.get("fresh", ""),
        stories=tuple(StoryId(story) for story in parts.get("stories", ())),
    )


def message_json(message: Message) -> str:
    """What there is to tell."""
    nearest = message.nearest
    return _dump(
        {
            "id": message.id,
            "revision": message.revision,
            "topic": message.topic,
            "priority": message.priority,
            "outcome": message.outcome,
            "item": message.item,
            "headline": message.headline,
            "link": message.link,
            "snippet": message.snippet,
            "marks": message.marks,
            "hits": _hit_lists(message.hits),
            "feed": message.feed,
            "feed_name": message.feed_name,
            "published_ms": None if message.published is None else to_ms(message.published),
            "seen_ms": to_ms(message.seen),
            "at_ms": to_ms(message.at),
            "story": message.story,
            "story_items": message.story_items,
            "story_origins": message.story_origins,
            "also": message.also,
            "sentence": message.sentence,
            "query": message.query,
            "nearest": None if nearest is None else [nearest.story, nearest.score],
            "changes": message.changes,
            "cut": message.cut,
        }
    )


def message(json_: str) -> Message:
    """What there is to tell."""
    parts = json.loads(json_)
    published_ms, nearest = parts["published_ms"], parts["nearest"]
    return Message(
        id=AlertId(parts["id"]),
        revision=parts["revision"],
        topic=TopicId(parts["topic"]),
        priority=Priority(parts["priority"]),
        outcome=Outcome(parts["outcome"]),
        item=ItemId(parts["item"]),
        headline=parts["headline"],
        link=parts["link"],
        snippet=parts["snippet"],
        marks=tuple((start, end) for start, end in parts["marks"]),
        hits=_hits(parts["hits"]),
        feed=FeedId(parts["feed"]),
        feed_name=parts["feed_name"],
        published=None if published_ms is None else from_ms(published_ms),
        seen=from_ms(parts["seen_ms"]),
        at=from_ms(parts["at_ms"]),
        story=StoryId(parts["story"]),
        story_items=parts["story_items"],
        story_origins=parts["story_origins"],
        also=tuple(parts["also"]),
        sentence=parts["sentence"],
        query=parts["query"],
        nearest=None if nearest is None else NearestTold(StoryId(nearest[0]), nearest[1]),
        changes=tuple(parts["changes"]),
        cut=parts["cut"],
    )


def _hit_lists(hits: Iterable[Hit]) -> list[list[str | int]]:
    return [[hit.field, hit.start, hit.end, hit.term] for hit in hits]


def _hits(lists: Iterable[Sequence[Any]]) -> tuple[Hit, ...]:
    return tuple(Hit(field, start, end, term) for field, start, end, term in lists)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
