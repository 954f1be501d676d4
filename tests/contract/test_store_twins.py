"""Whatever is done to them, in whatever order, the two stores answer alike: replay and simulation stand on that."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from monitor.core.model import (
    ChannelId,
    Copy,
    DeliveryState,
    Evidence,
    FeedId,
    ItemId,
    NewStory,
    Outcome,
    Placed,
    StoryId,
    TopicId,
    Turn,
    Update,
)
from monitor.ports import StoreError
from monitor.store.memory import MemoryStore
from monitor.store.reader import SqliteReader
from monitor.store.sqlite import SqliteStore
from tests.contract.store_values import (
    FULL_SERVICE,
    NOW,
    SANA,
    make_alert,
    make_delivery,
    make_feed,
    make_item,
    make_state,
    make_story,
    make_told,
    make_verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.model import Delivery
    from monitor.ports import Reader, Store

# Few of everything, so that things meet; times close together and far apart, some between two milliseconds.
FEEDS = st.sampled_from([SANA, FeedId("bbc"), FeedId("odd \ud800")])
URLS = st.sampled_from(["https://example.org/1", "https://example.org/2"])
TOPICS = st.sampled_from([TopicId("aleppo"), TopicId("nul \x00")])
STORIES = st.sampled_from([StoryId("s1"), StoryId("s2"), StoryId("s3")])
CHANNELS = st.sampled_from([ChannelId("desk"), ChannelId("log")])
SPANS = st.sampled_from([0, 1, 60, 3_600, 86_400, 3 * 86_400, 40 * 86_400, 140 * 86_400])
TIMES = st.builds(
    lambda seconds, micros, sign: NOW + sign * timedelta(seconds=seconds, microseconds=micros),
    SPANS,
    st.sampled_from([0, 1, 999, 1_000]),
    st.sampled_from([1, -1]),
)
ITEMS = st.builds(
    lambda name, version, feed, seen, published: make_item(
        name, title=f"{name} {version}", id=ItemId(name * 6), feed=feed, seen=seen, published=published
    ),
    st.sampled_from(["a", "b", "c", "d"]),
    st.sampled_from(["one", "two"]),
    FEEDS,
    TIMES,
    st.none() | TIMES,
)
EVIDENCES = st.sampled_from([Evidence(), Evidence(told=0.5, shared="\udfff")])


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    items = draw(st.lists(ITEMS, max_size=3))
    of_items = st.sampled_from(items) if items else ITEMS
    alerts = draw(st.lists(st.builds(make_alerts, ITEMS, TOPICS, STORIES, st.integers(1, 2), TIMES), max_size=2))
    of_alerts = st.sampled_from(alerts) if alerts else st.builds(make_alert, ITEMS)
    kinds = st.sampled_from([NewStory, Copy, Update])
    placements = st.builds(lambda kind, story, evidence: kind(story, evidence), kinds, STORIES, EVIDENCES)
    promise = st.fixed_dictionaries({"channel": CHANNELS, "due_at": TIMES, "created_at": TIMES})
    return Turn(
        at=draw(TIMES),
        state=draw(
            st.builds(lambda feed, url, due: make_state(feed, url=url, due_at=due, etag="1"), FEEDS, URLS, TIMES)),
        items=tuple(items),
        placed=tuple(draw(st.lists(st.builds(Placed, of_items, placements), max_size=2))),
        stories=tuple(draw(st.lists(st.builds(make_stories, ITEMS, STORIES, TIMES), max_size=2))),
        verdicts=tuple(draw(st.lists(st.builds(
            lambda item, topic, outcome, at: make_verdict(item, topic=topic, outcome=outcome, at=at),
            of_items, st.none() | TOPICS, st.sampled_from(list(Outcome)), TIMES), max_size=3))),
        told=tuple(draw(st.lists(st.builds(make_told, of_alerts), max_size=2))),
        alerts=tuple(alerts),
        deliveries=tuple(draw(st.lists(st.builds(
            lambda alert, parts: make_delivery(alert, **parts), of_alerts, promise), max_size=2))),
    )  # fmt: skip


def make_alerts(item: Any, topic: TopicId, story: StoryId, revision: int, at: Any) -> Any:
    return make_alert(item, topic=topic, story=story, revision=revision, at=at)


def make_stories(item: Any, story: StoryId, last_seen: Any) -> Any:
    return make_story(item, id=story, last_seen=last_seen)


class Twins(RuleBasedStateMachine):
    """Does the same to both, and compares every answer; then compares all that can be read."""

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        path = Path(self._open.enter_context(tempfile.TemporaryDirectory())) / "wirewatch.db"
        self.sqlite, self.twin = SqliteStore(path), MemoryStore()
        self._open.callback(self.sqlite.close)
        self.reader = SqliteReader(path)
        self._open.callback(self.reader.close)
        self.now = NOW
        self.deliveries: list[Delivery] = []

    def teardown(self) -> None:
        self._open.close()

    def both(self, act: Callable[[Store], object]) -> Any:
        outcomes = []
        for store in (self.sqlite, self.twin):
            try:
                outcomes.append(act(store))
            except StoreError as error:
                outcomes.append(error.text.split("contradicts itself")[0][-10:])
        assert outcomes[0] == outcomes[1]
        return outcomes[0]

    @rule(span=SPANS)
    def time_passes(self, span: int) -> None:
        self.now += timedelta(seconds=span, microseconds=span)

    @rule(feeds=st.lists(FEEDS, unique=True), url=URLS)
    def sync(self, feeds: list[FeedId], url: str) -> None:
        self.both(lambda store: store.sync_feeds([make_feed(feed, url) for feed in feeds], self.now))

    @rule(limit=st.integers(0, 3), span=SPANS)
    def claim_feeds(self, limit: int, span: int) -> None:
        self.both(lambda store: store.claim_feeds(self.now, limit, timedelta(seconds=span, microseconds=1)))

    @rule(turn=turns(), twice=st.booleans())
    def record(self, turn: Turn, twice: bool) -> None:
        for _ in range(1 + twice):
            self.both(lambda store: store.record(turn))

    @rule(items=st.lists(ITEMS))
    def known(self, items: list[Any]) -> None:
        self.both(lambda store: store.known({item.id for item in items}))

    @rule(limit=st.integers(0, 3), span=SPANS, busy=st.sets(CHANNELS, max_size=1))
    def claim_deliveries(self, limit: int, span: int, busy: set[ChannelId]) -> None:
        claimed = self.both(lambda store: store.claim_deliveries(self.now, limit, timedelta(seconds=span), busy))
        self.deliveries += [delivery for delivery, _ in claimed]

    @rule(pick=st.integers(0, 9), state=st.sampled_from(list(DeliveryState)), due=st.none() | TIMES)
    def settle(self, pick: int, state: DeliveryState, due: Any) -> None:
        if self.deliveries:
            promise = self.deliveries[pick % len(self.deliveries)]
            settled = replace(promise, state=state, due_at=due, last_answer=f"{pick}", attempts=pick)
            self.both(lambda store: store.settle(settled))

    @rule()
    def release_leases(self) -> None:
        self.both(lambda store: store.release_leases(self.now))

    @rule(before=TIMES)
    def prune(self, before: Any) -> None:
        self.both(lambda store: store.prune(before))

    @rule()
    def beat(self) -> None:
        self.both(lambda store: store.beat(FULL_SERVICE))

    @invariant()
    def they_know_the_same(self) -> None:
        self.both(lambda store: (store.window(self.now), store.told(self.now), store.stories(self.now)))
        self.both(lambda store: store.next_due())
        for since in (NOW - timedelta(days=400), self.now):
            assert read(self.reader, since) == read(self.twin, since)


def read(reader: Reader, since: Any) -> object:
    alerts = reader.alerts()
    return (
        reader.facts(since),
        alerts,
        reader.alerts(after=1, since=since, last=2),
        reader.held(),
        reader.held(until=since, last=1),
        [reader.deliveries(alert.id) for _, alert in alerts],
        [reader.story_items(StoryId(story)) for story in ("s1", "s2", "s3")],
        [(reader.verdicts(ItemId(name * 6)), reader.item(ItemId(name * 6))) for name in "abcd"],
        list(reader.items(since)),
        [reader.find_items(words) for words in ("aaaaaa", "one", "two b", "https://example.org/c")],
    )


TestTwins = Twins.TestCase
TestTwins.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
