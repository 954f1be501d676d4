"""Recorded items through match, place and decide, in memory: what Wirewatch would have done, one verdict a line.

An item in JSON: ``{"id","feed","title","summary","content","link","published","seen","author","tags","language"}``;
only ``title`` or ``content`` is required. Without ``seen``, file order is time order, one second apart.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.core.desk import Desk
from monitor.core.item import make_item
from monitor.core.model import EPOCH, Feed, FeedId, FeedState, RawItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.core.model import Item, PollPolicy, Verdict
    from monitor.core.query.index import TopicIndex

_TEXTS = ("title", "summary", "content", "link", "author", "language")
_STEP = timedelta(seconds=1)
_FAR = datetime(9000, 1, 1, tzinfo=UTC)  # later, and there is no time left to count on from
_DEFAULT_FEED = "replay"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded item as it was written: ``id`` and ``seen`` may be missing."""

    id: str
    feed: FeedId
    raw: RawItem
    seen: datetime | None


@dataclass(frozen=True, slots=True)
class ReplayLine:
    """One verdict of a replay. ``name``: the id that the file gave, else the item's own."""

    name: str
    item: Item
    verdict: Verdict

    def as_json(self) -> dict[str, object]:
        """The line of the contract."""
        verdict = self.verdict
        return {
            "item": self.name,
            "topic": verdict.topic,
            "outcome": verdict.outcome.value,
            "reason": verdict.reason,
            "story": verdict.story,
            "alert": verdict.alert if verdict.outcome.sent else None,
            "hits": [asdict(hit) for hit in verdict.hits],
            "evidence": asdict(verdict.evidence),
        }


def recorded(value: object) -> Recorded | str:
    """Read one JSON value as a recorded item; a string says what is wrong with it."""
    if not isinstance(value, dict):
        return "an item is a JSON object"
    for name in (*_TEXTS, "feed"):
        if not isinstance(value.get(name, ""), str | None):
            return f"{name!r} must be a text"
    if not (value.get("title") or value.get("content") or value.get("summary")):
        return "an item needs a title or a content"
    tags = value.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return "'tags' must be a list of texts"
    times: dict[str, datetime | None] = {}
    for name in ("published", "seen"):
        written = value.get(name)
        times[name] = read_time(written) if isinstance(written, str) else None
        if written is not None and times[name] is None:
            return f"{name!r} must be a time such as 2016-10-18T14:03:11Z"
    identity = value.get("id")
    if identity is not None and not isinstance(identity, str | int):
        return "'id' must be a text"
    texts = {name: value.get(name) or "" for name in _TEXTS}
    name = "" if identity is None else str(identity)
    raw = RawItem(guid=name, tags=tuple(tags), published=times["published"], **texts)
    return Recorded(name, FeedId(value.get("feed") or _DEFAULT_FEED), raw, times["seen"])


def read_time(text: str) -> datetime | None:
    """An RFC 3339 time in UTC; a time without a zone counts as UTC. None where it is none, or out of all bounds."""
    try:
        when = datetime.fromisoformat(text)
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return when if EPOCH <= when < _FAR else None


def item_json(item: Item, guid: str = "") -> dict[str, object]:
    """An item in the recorded form, without what it does not have."""
    fields: dict[str, object] = {
        "id": guid or item.id,
        "feed": item.feed,
        "title": item.title,
        "summary": item.summary,
        "content": item.content,
        "link": item.link,
        "published": _written(item.published),
        "seen": _written(item.seen),
        "author": item.author,
        "tags": list(item.tags),
        "language": item.language,
    }
    return {name: value for name, value in fields.items() if value}


def _written(when: datetime | None) -> str | None:
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z") if when is not None else None


class Replay:
    """A desk with nothing behind it. Items go in as they were recorded; verdicts come out."""

    def __init__(
        self, topics: TopicIndex, feeds: Iterable[Feed], policy: PollPolicy, *, place_all: bool = False
    ) -> None:
        self._feeds = {feed.id: feed for feed in feeds}
        self._desk = Desk(topics, self._feeds, policy, place_all=place_all)
        self._last: datetime | None = None

    def play(self, one: Recorded) -> list[ReplayLine]:
        """Every verdict of one item, as if it came in now."""
        seen = one.seen or self._next(one.raw.published)
        self._last = seen
        item = make_item(one.raw, one.feed, seen)
        return [ReplayLine(one.id or item.id, item, verdict) for verdict in self.judge(item)]

    def judge(self, item: Item) -> tuple[Verdict, ...]:
        """Every verdict of an item, as if it came in when it was seen: never as part of a feed's first poll."""
        self._feeds.setdefault(item.feed, Feed(item.feed, "", item.feed))
        state = FeedState(item.feed, "", due_at=item.seen, baselined=True)
        decision = self._desk.decide(state, (item,), item.seen)
        self._desk.keep(decision)
        return decision.turn.verdicts

    def _next(self, published: datetime | None) -> datetime:
        return self._last + _STEP if self._last is not None else (published or EPOCH)


def count(lines: Iterable[ReplayLine]) -> Mapping[str, int]:
    """How many verdicts of each outcome."""
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.verdict.outcome.value] = counts.get(line.verdict.outcome.value, 0) + 1
    return counts
