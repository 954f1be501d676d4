"""What was told within the window, findable by its words. Bounded in age and number; the same for the same input."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.model import LIMITS
from monitor.core.text import fold

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from monitor.core.model import FeedId, Item, ItemId, StoryId, TopicId
    from monitor.core.story.content import Content

# A shingle that more items share is a phrase of the trade, or a story that everybody copies: the latest will do.
_COMMON = 64
# A segment that one feed carries in more stories than these is its furniture. Five versions of a story count as one.
_FURNITURE_STORIES = 3


@dataclass(frozen=True, slots=True)
class Told:
    """One item of the window. ``number`` counts up in the order of placement; ``topics`` are those that heard of it."""

    number: int
    item: ItemId
    version: str
    story: StoryId
    feed: FeedId
    headline: str
    link: str
    seen: datetime
    content: Content
    topics: frozenset[TopicId]


class StoryIndex:
    """The items of the window, by shingle, by title and by link."""

    def __init__(self, window: timedelta = LIMITS.window, size_max: int = LIMITS.window_items_max) -> None:
        self._window = window
        self._size_max = size_max
        self._next = 0
        self._told: OrderedDict[int, Told] = OrderedDict()
        self._keys: dict[int | str, list[int]] = {}
        self._segments: dict[FeedId, Counter[int]] = {}
        self._tellings: dict[tuple[FeedId, StoryId], list[int]] = {}
        self._numbers: dict[ItemId, list[int]] = {}

    def __len__(self) -> int:
        """How many items the window holds."""
        return len(self._told)

    def is_furniture(self, feed: FeedId, segment: int) -> bool:
        """Whether a feed repeats this segment in story after story."""
        segments = self._segments.get(feed)
        return segments is not None and segments[segment] > _FURNITURE_STORIES

    def heard(self, item: ItemId, topic: TopicId) -> bool:
        """Whether a topic heard of the last version of an item."""
        numbers = self._numbers.get(item)
        return numbers is not None and topic in self._told[numbers[-1]].topics

    def add(self, item: Item, content: Content, story: StoryId, topics: frozenset[TopicId] = frozenset()) -> int:
        """Remember an item as told in ``story``. Returns its number, with which ``remove`` takes it back.

        Never forgets another item, so that ``remove`` undoes it to the letter: ``expire`` is a step of its own.
        """
        number = self._next
        self._next += 1
        told = Told(
            number,
            item.id,
            item.version,
            story,
            item.feed,
            item.headline,
            item.canonical_link,
            item.seen,
            content,
            topics,
        )
        self._told[number] = told
        self._numbers.setdefault(item.id, []).append(number)
        for key in _keys(told):
            self._keys.setdefault(key, []).append(number)
        tellings = self._tellings.setdefault((item.feed, story), [])
        tellings.append(number)
        if len(tellings) == 1:
            self._learn(told)
        return number

    def remove(self, number: int) -> None:
        """Forget an item; the index is then as if it had never been added."""
        told = self._told.pop(number)
        for key in _keys(told):
            numbers = self._keys[key]
            numbers.remove(number)
            if not numbers:
                del self._keys[key]
        versions = self._numbers[told.item]
        versions.remove(number)
        if not versions:
            del self._numbers[told.item]
        tellings = self._tellings[told.feed, told.story]
        first = tellings[0] == number
        tellings.remove(number)
        if first:
            self._unlearn(told)
        if first and tellings:
            self._learn(self._told[tellings[0]])  # the next version of the story stands for it now
        if not tellings:
            del self._tellings[told.feed, told.story]

    def _learn(self, told: Told) -> None:
        if told.content.segments:
            self._segments.setdefault(told.feed, Counter()).update(told.content.segments)

    def _unlearn(self, told: Told) -> None:
        if not told.content.segments:
            return
        segments = self._segments[told.feed]
        segments.subtract(told.content.segments)
        for segment in told.content.segments:
            if segments[segment] <= 0:
                del segments[segment]
        if not segments:
            del self._segments[told.feed]

    def candidates(self, item: Item, content: Content, limit: int, topic: TopicId | None = None) -> list[Told]:
        """The items told before that may hold the same words: the most promising first, and of each text only one.

        With ``topic``, only those that it heard of.
        """
        votes: Counter[int] = Counter()
        for key in content.sketch:
            votes.update(self._keys.get(key, ())[-_COMMON:])
        for name in (_title_key(content), _link_key(item.canonical_link)):
            for number in self._keys.get(name, ())[-_COMMON:] if name else ():
                votes[number] += 2
        ranked = sorted(votes.items(), key=lambda vote: (-vote[1], -vote[0]))
        oldest = item.seen - self._window
        # Of items with one text the latest is enough, or the one with the same title: five copies of one story must
        # not hide the other half of a stitched item.
        found: dict[tuple[int, ...], Told] = {}
        fewest = 0
        for number, vote in ranked:
            told = self._told[number]
            if vote < fewest:
                break
            if told.seen < oldest or (topic is not None and topic not in told.topics):
                continue
            text = (len(told.content.order), *told.content.sketch) if told.content.order else (-number,)
            known = found.get(text)
            if known is None and len(found) < limit:
                found[text] = told
                fewest = vote if len(found) == limit else 0
            elif known is not None and told.content.title == content.title != known.content.title:
                found[text] = told
        return list(found.values())

    def expire(self, now: datetime) -> None:
        """Forget what fell out of the window, and the oldest where there are too many."""
        oldest = now - self._window
        while self._told:
            number, told = next(iter(self._told.items()))
            if told.seen >= oldest and len(self._told) <= self._size_max:
                return
            self.remove(number)


def _keys(told: Told) -> list[int | str]:
    keys: list[int | str] = list(told.content.sketch)
    keys.extend(key for key in (_title_key(told.content), _link_key(told.link)) if key)
    return keys


def _title_key(content: Content) -> str:
    return "title " + fold(" ".join(content.title)) if len(content.title) >= 4 else ""


def _link_key(link: str) -> str:
    return f"link {link}" if link else ""
