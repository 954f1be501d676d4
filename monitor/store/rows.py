"""The nouns as columns, and back. Each noun has its two functions side by side: what one writes, the other reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.model import (
    Alert,
    AlertId,
    ChannelId,
    Copy,
    Delivery,
    DeliveryState,
    FeedId,
    FeedState,
    Item,
    ItemId,
    NewStory,
    Outcome,
    Placed,
    Placement,
    Priority,
    ServiceState,
    Story,
    StoryId,
    Told,
    TopicId,
    Update,
    Verdict,
)
from monitor.core.text import tokens
from monitor.store import embedded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.store.codec import Columns, Row

_KINDS: Mapping[type[Placement], str] = {NewStory: "new", Copy: "copy", Update: "update"}
_PLACEMENTS: Mapping[str, type[Placement]] = {kind: placement for placement, kind in _KINDS.items()}


# Feeds ----------------------------------------------------------------------------------------------------------------


def feed_columns(state: FeedState) -> Columns:
    """A feed's state; whether it is active is the store's own business."""
    return {
        "id": state.feed,
        "url": state.url,
        "due_ms": state.due_at,
        "etag": state.etag,
        "last_modified": state.last_modified,
        "asked_ms": state.asked_at,
        "ok_ms": state.ok_at,
        "fresh_ms": state.fresh_at,
        "floor_ms": state.floor_at,
        "failures": state.failures,
        "problem": embedded.problem_json(state.problem),
        "baselined": state.baselined,
        "title": state.title,
    }


def feed_state(row: Row) -> FeedState:
    """A feed's state."""
    return FeedState(
        feed=FeedId(row["id"]),
        url=row["url"],
        due_at=row["due_ms"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        asked_at=row["asked_ms"],
        ok_at=row["ok_ms"],
        fresh_at=row["fresh_ms"],
        floor_at=row["floor_ms"],
        failures=row["failures"],
        problem=embedded.problem(row["problem"]),
        baselined=bool(row["baselined"]),
        title=row["title"],
    )


# Items and stories ----------------------------------------------------------------------------------------------------


def item_columns(item: Item) -> Columns:
    """One version of an item, with the words that it can be found by."""
    return {
        "id": item.id,
        "version": item.version,
        "feed": item.feed,
        "seen_ms": item.seen,
        "published_ms": item.published,
        "words": f" {' '.join(token.form for token in tokens(item.headline))} ",
        "title": item.title,
        "link": item.link,
        "canonical_link": item.canonical_link,
        "author": item.author,
        "tags": embedded.texts_json(item.tags),
        "language": item.language,
        "summary": item.summary,
        "content": item.content,
    }


def item(row: Row) -> Item:
    """One version of an item."""
    return Item(
        id=ItemId(row["id"]),
        version=row["version"],
        feed=FeedId(row["feed"]),
        title=row["title"],
        summary=row["summary"],
        content=row["content"],
        link=row["link"],
        canonical_link=row["canonical_link"],
        author=row["author"],
        tags=embedded.texts(row["tags"]),
        language=row["language"],
        published=row["published_ms"],
        seen=row["seen_ms"],
    )


def seen_columns(item: Item, at: datetime) -> Columns:
    """That an item was listed."""
    return {"id": item.id, "version": item.version, "feed": item.feed, "at_ms": at}


def placement_columns(placed: Placed, at: datetime) -> Columns:
    """Where an item was put, and when."""
    return {
        "item": placed.item.id,
        "version": placed.item.version,
        "story": placed.placement.story,
        "kind": _KINDS[type(placed.placement)],
        "evidence": embedded.evidence_json(placed.placement.evidence),
        "at_ms": at,
    }


def placed(row: Row) -> Placed:
    """An item's columns together with those of its placement."""
    return Placed(item(row), placement(row))


def placement(row: Row) -> Placement:
    """Where an item was put."""
    return _PLACEMENTS[row["kind"]](StoryId(row["story"]), embedded.evidence(row["evidence"]))


def story_columns(story: Story) -> Columns:
    """A story."""
    return {
        "id": story.id,
        "lead": story.lead,
        "headline": story.headline,
        "first_seen_ms": story.first_seen,
        "last_seen_ms": story.last_seen,
        "items": story.items,
        "feeds": embedded.texts_json(story.feeds),
    }


def story(row: Row) -> Story:
    """A story."""
    return Story(
        id=StoryId(row["id"]),
        lead=ItemId(row["lead"]),
        headline=row["headline"],
        first_seen=row["first_seen_ms"],
        last_seen=row["last_seen_ms"],
        items=row["items"],
        feeds=tuple(FeedId(feed) for feed in embedded.texts(row["feeds"])),
    )


def told_columns(told: Told) -> Columns:
    """What a topic said of a story."""
    return {
        "topic": told.topic,
        "story": told.story,
        "outcome": told.outcome,
        "alert": told.alert,
        "revision": told.revision,
        "at_ms": told.at,
    }


def told(row: Row) -> Told:
    """What a topic said of a story."""
    return Told(
        topic=TopicId(row["topic"]),
        story=StoryId(row["story"]),
        outcome=Outcome(row["outcome"]),
        alert=row["alert"],
        revision=row["revision"],
        at=row["at_ms"],
    )


# Verdicts -------------------------------------------------------------------------------------------------------------


def verdict_columns(verdict: Verdict) -> Columns:
    """A verdict."""
    return {
        "item": verdict.item,
        "version": verdict.version,
        "topic": verdict.topic,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "at_ms": verdict.at,
        "story": verdict.story,
        "alert": verdict.alert,
        "revision": verdict.revision,
        "hits": embedded.hits_json(verdict.hits),
        "evidence": embedded.evidence_json(verdict.evidence),
    }


def verdict(row: Row) -> Verdict:
    """A verdict."""
    return Verdict(
        item=ItemId(row["item"]),
        version=row["version"],
        topic=row["topic"],
        outcome=Outcome(row["outcome"]),
        reason=row["reason"],
        at=row["at_ms"],
        story=row["story"],
        alert=row["alert"],
        revision=row["revision"],
        hits=embedded.hits(row["hits"]),
        evidence=embedded.evidence(row["evidence"]),
    )


# Alerts and deliveries ------------------------------------------------------------------------------------------------


def alert_columns(alert: Alert) -> Columns:
    """One revision of an alert."""
    return {
        "id": alert.id,
        "revision": alert.revision,
        "topic": alert.topic,
        "story": alert.story,
        "item": alert.item,
        "outcome": alert.outcome,
        "priority": alert.priority,
        "at_ms": alert.at,
        "message": embedded.message_json(alert.message),
        "channels": embedded.texts_json(alert.channels),
    }


def alert(row: Row) -> Alert:
    """One revision of an alert."""
    return Alert(
        id=AlertId(row["id"]),
        revision=row["revision"],
        topic=TopicId(row["topic"]),
        story=StoryId(row["story"]),
        item=ItemId(row["item"]),
        outcome=Outcome(row["outcome"]),
        priority=Priority(row["priority"]),
        at=row["at_ms"],
        message=embedded.message(row["message"]),
        channels=tuple(ChannelId(channel) for channel in embedded.texts(row["channels"])),
    )


def delivery_columns(delivery: Delivery) -> Columns:
    """One alert to one channel; whether it is leased is the store's own business."""
    return {
        "alert": delivery.alert,
        "revision": delivery.revision,
        "channel": delivery.channel,
        "state": delivery.state,
        "created_ms": delivery.created_at,
        "due_ms": delivery.due_at,
        "attempts": delivery.attempts,
        "last_answer": delivery.last_answer,
        "ended_ms": delivery.ended_at,
    }


def delivery(row: Row) -> Delivery:
    """One alert to one channel."""
    return Delivery(
        alert=AlertId(row["alert"]),
        revision=row["revision"],
        channel=ChannelId(row["channel"]),
        state=DeliveryState(row["state"]),
        created_at=row["created_ms"],
        due_at=row["due_ms"],
        attempts=row["attempts"],
        last_answer=row["last_answer"],
        ended_at=row["ended_ms"],
    )


# The service ----------------------------------------------------------------------------------------------------------


def service_columns(service: ServiceState) -> Columns:
    """What the daemon says of itself."""
    return {
        "started_ms": service.started_at,
        "beat_ms": service.beat_at,
        "pid": service.pid,
        "version": service.version,
        "config": service.config,
        "stopped_ms": service.stopped_at,
        "reload_problem": service.reload_problem,
    }


def service_state(row: Row) -> ServiceState:
    """What the daemon said of itself."""
    return ServiceState(
        started_at=row["started_ms"],
        beat_at=row["beat_ms"],
        pid=row["pid"],
        version=row["version"],
        config=row["config"],
        stopped_at=row["stopped_ms"],
        reload_problem=row["reload_problem"],
    )
