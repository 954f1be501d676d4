"""Nouns for the tests of stores: ordinary ones, to be changed where a test cares."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.core.message import Message, NearestTold
from monitor.core.model import (
    Alert,
    AlertId,
    Change,
    ChannelId,
    Copy,
    Delivery,
    DeliveryState,
    Evidence,
    Feed,
    FeedId,
    FeedState,
    Hit,
    Item,
    ItemId,
    Nearest,
    NewStory,
    Outcome,
    Placed,
    Priority,
    Problem,
    ServiceState,
    Story,
    StoryId,
    Told,
    TopicId,
    Turn,
    Verdict,
    derive_id,
)
from monitor.core.text import canonical_link

if TYPE_CHECKING:
    from monitor.ports import Reader, Store

NOW = datetime(2016, 10, 18, 14, 3, 11, 123_000, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LEASE = timedelta(minutes=2)

SANA = FeedId("sana")
TOPIC = TopicId("aleppo-ceasefire")
DESK = ChannelId("desk")

ODD_TEXTS = (
    "",
    "\x00",
    "nul\x00inside",
    "lone \ud800 surrogate",
    "\udc80\udcff",
    "\ud83d\ude00",  # two lone surrogates, not one smile
    "😀",
    "\x1a",
    "\x1a00",
    "حلب – Алеппо 阿勒颇",
    "'; DROP TABLE items; --",
    '["json"]',
    "%_*?",
    "\ufeff\u202e\x1b[2J\r\n",
    "\uffff\U0010ffff",
)
"""Texts that a store must give back to the letter, wherever they stand."""

EVIDENCE = Evidence(
    nearest=Nearest(ItemId("a" * 20), StoryId("b" * 20), FeedId("bbc"), "Strikes on Aleppo halted", 0.71875),
    told=0.1 + 0.2,
    changes=(Change("number", "11", "19"), Change("place", "", "Idlib")),
    shared="halt in air strikes",
    fresh="until Thursday",
    stories=(StoryId("a1"), StoryId("b2")),
)
HITS = (Hit("title", 0, 6, "aleppo"), Hit("content", 118, 136, "@ceasefire: halt in airstrikes"))

FULL_SERVICE = ServiceState(
    NOW - DAY, NOW + MINUTE, 4711, "1.0", "/etc/wirewatch/wirewatch.toml", NOW + DAY, "line 3: a typo"
)


def make_feed(feed: str = SANA, url: str = "https://example.org/rss.xml") -> Feed:
    return Feed(FeedId(feed), url, feed.upper())


def make_state(feed: str = SANA, **changes: Any) -> FeedState:
    state = FeedState(FeedId(feed), "https://example.org/rss.xml", NOW + 10 * MINUTE, asked_at=NOW, ok_at=NOW)
    return replace(state, **changes)


FULL_STATE = make_state(
    etag='W/"strange \xff etag"',
    last_modified="Tue, 18 Oct 2016 14:03:11 GMT",
    fresh_at=NOW - MINUTE,
    floor_at=NOW + MINUTE,
    failures=3,
    problem=Problem("server", "The server answered 503.", "Nothing to do: asked again later.", NOW - MINUTE),
    baselined=True,
    title="SANA – Syrian Arab News Agency",
)


def make_item(name: str = "truce", **changes: Any) -> Item:
    """An item whose id and version follow from its name and changes."""
    link = f"https://example.org/{name}"
    item = Item(
        id=ItemId(derive_id("item", name)),
        version="",
        feed=SANA,
        title=f"{name.title()} in Aleppo",
        summary="Air strikes halted.",
        content="Damascus and Moscow halt air strikes on Aleppo.\nMore follows.",
        link=link,
        canonical_link=canonical_link(link),
        author="A. Reporter",
        tags=("syria", "aleppo"),
        language="en-gb",
        published=NOW - MINUTE,
        seen=NOW,
    )
    item = replace(item, **changes)
    return item if item.version else replace(item, version=derive_id(item.title, item.summary, item.content, length=12))


def make_story(item: Item, **changes: Any) -> Story:
    story = Story(story_of(item), item.id, item.headline, item.seen, item.seen, 1, (item.feed,))
    return replace(story, **changes)


def story_of(item: Item) -> StoryId:
    return StoryId(derive_id("story", item.id))


def make_verdict(item: Item, **changes: Any) -> Verdict:
    verdict = Verdict(item.id, item.version, TOPIC, Outcome.COPY, "Everything it says was told before.", NOW)
    return replace(verdict, **changes)


def make_alert(item: Item, **changes: Any) -> Alert:
    alert = AlertId(derive_id("alert", TOPIC, story_of(item)))
    message = Message(
        id=alert,
        revision=1,
        topic=TOPIC,
        priority=Priority.HIGH,
        outcome=Outcome.ALERTED,
        item=item.id,
        headline=item.headline,
        link=item.link,
        snippet="halt air strikes",
        marks=((0, 4), (5, 16)),
        hits=HITS,
        feed=item.feed,
        feed_name="SANA",
        published=item.published,
        seen=item.seen,
        at=NOW,
        story=story_of(item),
        story_items=2,
        story_origins=2,
        also=("BBC", "وكالة"),
        sentence="Its title matches aleppo.",
        query="aleppo AND @ceasefire",
        nearest=NearestTold(StoryId("b" * 20), 0.18),
        changes=("11 → 19",),
        cut=7,
    )
    made = Alert(
        alert, 1, TOPIC, story_of(item), item.id, Outcome.ALERTED, Priority.HIGH, NOW, message, (DESK, ChannelId("log"))
    )
    return replace(made, **changes)


def make_delivery(alert: Alert, **changes: Any) -> Delivery:
    delivery = Delivery(alert.id, alert.revision, DESK, DeliveryState.WAITING, NOW, NOW)
    return replace(delivery, **changes)


def make_told(alert: Alert, **changes: Any) -> Told:
    return replace(Told(alert.topic, alert.story, alert.outcome, alert.id, alert.revision, alert.at), **changes)


def make_turn(*items: Item, **changes: Any) -> Turn:
    """A turn in which every item is a new story, alerts, and is to be delivered to the desk."""
    alerts = tuple(make_alert(item) for item in items)
    turn = Turn(
        at=NOW,
        state=make_state(),
        items=items,
        placed=tuple(Placed(item, NewStory(story_of(item), EVIDENCE)) for item in items),
        stories=tuple(make_story(item) for item in items),
        verdicts=tuple(
            make_verdict(
                item,
                outcome=Outcome.ALERTED,
                story=alert.story,
                alert=alert.id,
                revision=1,
                hits=HITS,
                evidence=EVIDENCE,
            )
            for item, alert in zip(items, alerts, strict=True)
        ),
        told=tuple(make_told(alert) for alert in alerts),
        alerts=alerts,
        deliveries=tuple(make_delivery(alert) for alert in alerts),
    )
    return replace(turn, **changes)


def held_turn(item: Item, outcome: Outcome = Outcome.COPY, **changes: Any) -> Turn:
    """A turn that tells nobody of an item."""
    turn = Turn(
        at=NOW,
        state=make_state(),
        items=(item,),
        placed=(Placed(item, Copy(StoryId("b" * 20), EVIDENCE)),),
        verdicts=(make_verdict(item, outcome=outcome),),
    )
    return replace(turn, **changes)


def ended_turn(item: Item, at: datetime) -> Turn:
    """A turn of that time whose promises are all kept."""
    alert = make_alert(item, at=at)
    done = make_delivery(alert, state=DeliveryState.DONE, due_at=None, attempts=1, ended_at=at)
    return make_turn(item, at=at, told=(make_told(alert),), alerts=(alert,), deliveries=(done,))


def everything(store: Store, reader: Reader, *items: Item) -> object:
    """All that a store knows of these items, to compare before and after."""
    return (
        reader.facts(LONG_AGO),
        reader.alerts(),
        reader.held(),
        store.window(LONG_AGO),
        store.stories(LONG_AGO),
        store.told(LONG_AGO),
        store.known([item.id for item in items]),
        store.next_due(),
        [reader.verdicts(item.id) for item in items],
        [reader.deliveries(alert.id) for _, alert in reader.alerts()],
    )
