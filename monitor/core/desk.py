"""Match, place, decide: what one poll of one feed leads to, as one Turn to record.

The Desk holds what those decisions look back on: the story index, the stories of the window, and what each topic said
of them. ``decide`` is deterministic: the same items in the same order give the same ids, verdicts and alerts on every
machine. A decision counts only once it is recorded: ``keep`` it then, or ``drop`` it, and the desk is as before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.core.message import make_message
from monitor.core.model import (
    LIMITS,
    Alert,
    AlertId,
    Copy,
    Delivery,
    DeliveryState,
    Evidence,
    Feed,
    FeedId,
    Outcome,
    Placed,
    Story,
    StoryId,
    Told,
    TopicId,
    Turn,
    Update,
    Verdict,
    derive_id,
)
from monitor.core.policy import UNMATCHED, rule
from monitor.core.query.reading import read
from monitor.core.story.content import content_of
from monitor.core.story.index import StoryIndex
from monitor.core.story.placement import place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.core.model import FeedState, Item, Match, Placement, PollPolicy
    from monitor.core.query.index import TopicIndex
    from monitor.core.story.content import Content


@dataclass(frozen=True, slots=True)
class Decision:
    """A turn to record, and what ``keep`` and ``drop`` need: the numbers that its items got in the index."""

    turn: Turn
    numbers: tuple[int, ...]


class Desk:
    """One news desk: topics, feeds, and the memory of what was told."""

    def __init__(
        self, topics: TopicIndex, feeds: Mapping[FeedId, Feed], policy: PollPolicy, *, place_all: bool = False
    ) -> None:
        self._topics = topics
        self._by_id = {compiled.topic.id: compiled.topic for compiled in topics.topics}
        self._feeds = feeds
        self._policy = policy
        self._place_all = place_all
        self._index = StoryIndex()
        self._stories: dict[StoryId, Story] = {}
        self._told: dict[tuple[TopicId, StoryId], Told] = {}

    def restore(self, placed: Iterable[Placed], stories: Iterable[Story], told: Iterable[Told]) -> None:
        """Rebuild the memory from what a store kept, in the order of placement."""
        for one in placed:
            feed = self._feeds.get(one.item.feed)
            reading = read(one.item, feed)
            content = content_of(one.item, reading, self._index.is_furniture)
            heard = frozenset(compiled.topic.id for compiled in self._topics.matching(one.item, feed))
            self._index.add(one.item, content, one.placement.story, heard)
        self._stories = {story.id: story for story in stories}
        self._told = {(one.topic, one.story): one for one in told}

    def adopt(self, other: Desk) -> None:
        """Take over another desk's memory: a reload changes topics, feeds and policy, not what was told."""
        self._index, self._stories, self._told = other._index, other._stories, other._told

    def decide(self, state: FeedState, items: Sequence[Item], at: datetime, *, first_poll: bool = False) -> Decision:
        """Match, place and decide every item in order. ``state`` is recorded as it is, with ``baselined`` set."""
        self._index.expire(at)
        draft = _Draft(self._stories, self._told)
        for item in items:
            self._consider(item, at, first_poll, draft)
        turn = Turn(
            at=at,
            state=replace(state, baselined=True),
            items=tuple(items),
            placed=tuple(draft.placed),
            stories=tuple(draft.stories.values()),
            verdicts=tuple(draft.verdicts),
            told=tuple(draft.told.values()),
            alerts=tuple(draft.alerts),
            deliveries=tuple(
                Delivery(alert.id, alert.revision, channel, DeliveryState.WAITING, created_at=at, due_at=at)
                for alert in draft.alerts
                for channel in alert.channels
            ),
        )
        return Decision(turn, tuple(draft.numbers))

    def keep(self, decision: Decision) -> None:
        """The decision was recorded: it is what happened."""
        self._stories.update((story.id, story) for story in decision.turn.stories)
        self._told.update(((one.topic, one.story), one) for one in decision.turn.told)
        self._forget(decision.turn.at)

    def drop(self, decision: Decision) -> None:
        """The decision could not be recorded: it never happened."""
        for number in decision.numbers:
            self._index.remove(number)

    def _forget(self, now: datetime) -> None:
        oldest = now - LIMITS.window
        gone = [story.id for story in self._stories.values() if story.last_seen < oldest]
        for story in gone:
            del self._stories[story]
        if gone:
            lost = set(gone)
            self._told = {key: one for key, one in self._told.items() if key[1] not in lost}

    def _consider(self, item: Item, at: datetime, first_poll: bool, draft: _Draft) -> None:
        feed = self._feeds.get(item.feed)
        matching = self._topics.matching(item, feed)
        if not matching and not self._place_all:  # most items: nothing else is asked of them
            draft.verdicts.append(
                Verdict(item.id, item.version, None, UNMATCHED.outcome, UNMATCHED.reason, at, evidence=Evidence())
            )
            return
        reading = read(item, feed)
        matches = self._topics.explained(matching, item, reading)
        content = content_of(item, reading, self._index.is_furniture)
        placement = place(item, content, self._index)
        story = _story(item, placement, draft)
        draft.stories[story.id] = story
        draft.placed.append(Placed(item, placement))
        for match in matches:
            self._judge(item, content, match, placement, story, at, first_poll, draft)
        if not matches:
            verdict = Verdict(item.id, item.version, None, UNMATCHED.outcome, UNMATCHED.reason, at, story=story.id)
            draft.verdicts.append(replace(verdict, evidence=placement.evidence))
        heard = frozenset(match.topic for match in matches)
        draft.numbers.append(self._index.add(item, content, placement.story, heard))

    def _judge(
        self,
        item: Item,
        content: Content,
        match: Match,
        placement: Placement,
        story: Story,
        at: datetime,
        first_poll: bool,
        draft: _Draft,
    ) -> None:
        story, told = self._told_in(match, placement, story, draft)
        if told is not None and told.story == placement.story:
            placement = self._as_heard(item, content, placement, match.topic)
        nearest = placement.evidence.nearest
        ruling = rule(item, match, placement, told, policy=self._policy, first_poll=first_poll, at=at,
                      nearest_feed=self._feed_name(nearest.feed) if nearest else "")  # fmt: skip
        alert: Alert | None = None
        if ruling.outcome.sent:
            alert = self._alert(item, match, placement, story, told, ruling.outcome, ruling.reason, at)
            draft.alerts.append(alert)
        if alert is not None or (ruling.outcome is Outcome.BASELINE and told is None):
            draft.told[match.topic, story.id] = Told(
                topic=match.topic,
                story=story.id,
                outcome=ruling.outcome,
                alert=alert.id if alert else None,
                revision=alert.revision if alert else 0,
                at=at,
            )
        draft.verdicts.append(
            Verdict(
                item=item.id,
                version=item.version,
                topic=match.topic,
                outcome=ruling.outcome,
                reason=ruling.reason,
                at=at,
                story=story.id,
                alert=alert.id if alert else (told.alert if told else None),
                revision=alert.revision if alert else None,
                hits=match.hits,
                evidence=placement.evidence,
            )
        )

    def _told_in(self, match: Match, placement: Placement, story: Story, draft: _Draft) -> tuple[Story, Told | None]:
        """What the topic said of this, and in which story: a copy stitched from several may have been told in any."""
        stories = (story.id, *placement.evidence.stories) if isinstance(placement, Copy) else (story.id,)
        for one in stories:
            told = draft.said(match.topic, one)
            if told is not None:
                return draft.story(one) or story, told
        return story, None

    def _as_heard(self, item: Item, content: Content, placement: Placement, topic: TopicId) -> Placement:
        """The placement as one topic has to see it: what it never heard of was not told to it.

        The item that this one copies may have matched other topics only, or have come by a feed that this one does not
        listen to. It is news then, of a story that the topic knows.
        """
        nearest = placement.evidence.nearest
        if not isinstance(placement, Copy) or nearest is None or self._index.heard(nearest.item, topic):
            return placement
        own = place(item, content, self._index, topic)
        kind = Copy if isinstance(own, Copy) else Update
        return kind(placement.story, own.evidence)

    def _alert(
        self, item: Item, match: Match, placement: Placement, story: Story, told: Told | None, outcome: Outcome,
        reason: str, at: datetime,
    ) -> Alert:  # fmt: skip
        topic = self._by_id[match.topic]
        alert_id = AlertId(derive_id("alert", topic.id, story.id))
        revision = told.revision + 1 if told is not None else 1
        message = make_message(
            alert=alert_id,
            revision=revision,
            topic=topic,
            outcome=outcome,
            item=item,
            match=match,
            feed_name=self._feed_name(item.feed),
            also=tuple(self._feed_name(feed) for feed in story.feeds if feed != item.feed),
            story=story,
            evidence=placement.evidence,
            reason=reason,
            at=at,
        )
        return Alert(
            alert_id, revision, topic.id, story.id, item.id, outcome, topic.priority, at, message, topic.channels
        )

    def _feed_name(self, feed: FeedId) -> str:
        known = self._feeds.get(feed)
        return known.name if known is not None else feed


class _Draft:
    """What one decision adds, over what was known before it."""

    def __init__(self, stories: Mapping[StoryId, Story], told: Mapping[tuple[TopicId, StoryId], Told]) -> None:
        self._stories = stories
        self._told = told
        self.stories: dict[StoryId, Story] = {}
        self.told: dict[tuple[TopicId, StoryId], Told] = {}
        self.numbers: list[int] = []
        self.placed: list[Placed] = []
        self.verdicts: list[Verdict] = []
        self.alerts: list[Alert] = []

    def story(self, story: StoryId) -> Story | None:
        return self.stories.get(story) or self._stories.get(story)

    def said(self, topic: TopicId, story: StoryId) -> Told | None:
        return self.told.get((topic, story)) or self._told.get((topic, story))


def _story(item: Item, placement: Placement, draft: _Draft) -> Story:
    """The story with this item in it."""
    known = draft.story(placement.story) if isinstance(placement, Copy | Update) else None
    if known is None:
        return Story(placement.story, item.id, item.headline, item.seen, item.seen, 1, (item.feed,))
    feeds = known.feeds if item.feed in known.feeds else (*known.feeds, item.feed)
    return replace(known, items=known.items + 1, last_seen=max(known.last_seen, item.seen), feeds=feeds)
