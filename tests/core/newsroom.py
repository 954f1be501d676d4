"""A desk with its topics and feeds, to which tests hand items one poll at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - a dataclass needs it
from typing import TYPE_CHECKING

from monitor.core.desk import Desk
from monitor.core.model import Feed, FeedId, FeedState, PollPolicy, Topic
from monitor.core.query.concepts import Concepts
from monitor.core.query.topics import build_index
from tests.core.kit import MINUTE, NOW, feed, item

if TYPE_CHECKING:
    from monitor.core.desk import Decision
    from monitor.core.model import Item, Placed, Story, Told, Turn, Verdict
    from monitor.core.query.index import TopicIndex

FEEDS = (
    feed("wire", title="The Wire", tags=("syria",)),
    feed("blog", title="A Blog"),
    feed("paper", title="The Paper", tags=("syria",)),
)


@dataclass
class Newsroom:
    """Every poll is kept, a minute after the one before. ``turns``: what was recorded."""

    topics: tuple[Topic, ...]
    concepts: Concepts = field(default_factory=Concepts)
    policy: PollPolicy = field(default_factory=PollPolicy)
    feeds: tuple[Feed, ...] = FEEDS
    place_all: bool = False
    at: datetime = NOW
    turns: list[Turn] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = self.fresh_desk()

    @property
    def index(self) -> TopicIndex:
        return build_index(self.topics, self.concepts)

    def fresh_desk(self) -> Desk:
        return Desk(self.index, {one.id: one for one in self.feeds}, self.policy, place_all=self.place_all)

    def decide(self, *items: Item, first_poll: bool = False) -> Decision:
        self.at += MINUTE
        name = items[0].feed if items else FeedId("wire")
        state = FeedState(name, "http://x.example/", due_at=self.at)
        return self.desk.decide(state, items, self.at, first_poll=first_poll)

    def take(self, *items: Item, first_poll: bool = False) -> list[Verdict]:
        decision = self.decide(*items, first_poll=first_poll)
        self.desk.keep(decision)
        self.turns.append(decision.turn)
        return list(decision.turn.verdicts)

    def hear(
        self,
        content: str = "",
        title: str = "",
        *,
        feed: str = "wire",
        guid: str = "",
        published: datetime | None = None,
    ) -> list[Verdict]:
        """One item in a poll of its own."""
        return self.take(item(content, title, feed=feed, guid=guid, seen=self.at + MINUTE, published=published))

    def outcomes(
        self, content: str = "", title: str = "", *, feed: str = "wire", guid: str = ""
    ) -> list[tuple[str, str]]:
        """(topic, outcome) of one item in a poll of its own."""
        return [(one.topic or "", one.outcome.value) for one in self.hear(content, title, feed=feed, guid=guid)]

    # What a store would have kept -------------------------------------------------------------------------------------

    @property
    def placed(self) -> list[Placed]:
        return [one for turn in self.turns for one in turn.placed]

    @property
    def stories(self) -> list[Story]:
        return list({story.id: story for turn in self.turns for story in turn.stories}.values())

    @property
    def told(self) -> list[Told]:
        return list({(one.topic, one.story): one for turn in self.turns for one in turn.told}.values())
