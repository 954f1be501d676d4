"""The recorded day: outlets and items read from the folder ``day``, and what each feed lists at a given time."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

START = datetime(2016, 10, 18, 5, tzinfo=UTC)
END = START + timedelta(hours=24)
LISTED_MAX = 15

_TEXT = re.compile(r"\{([a-z0-9-]+)\}")


class Expected(StrEnum):
    """What an item demonstrates. The topics that it belongs to stand beside it, in ``DayItem.topics``."""

    BASELINE = "baseline"  # there before we were: remembered, told to nobody
    NEW = "new"  # the first telling of a story: told
    FOLLOW_UP = "follow-up"  # the same affair in other words, or what came next: told
    UPDATE = "update"  # a text told before, with a changed fact: told as an update
    COPY = "copy"  # everything in it was told before: held
    STALE = "stale"  # too old when it first appeared: held
    PASSING_MENTION = "passing-mention"  # names a place that is watched, but is about something else
    OTHER_TOPIC = "other-topic"  # a truce or an offensive, but not one that is watched
    UNRELATED = "unrelated"


class Format(StrEnum):
    """The form in which a feed writes its items."""

    RSS2 = "rss2"
    RSS091 = "rss091"
    RDF = "rdf"
    ATOM = "atom"
    ATOM_XHTML = "atom-xhtml"
    ATOM03 = "atom03"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class DayFeed:
    """One invented outlet. ``words``: cuts every text after so many; ``tail``: HTML below every text."""

    id: str
    name: str
    path: str
    home: str
    format: Format
    tags: tuple[str, ...]
    language: str = "en"
    words: int | None = None
    tail: str = ""
    encoding: str = "utf-8"
    zone: timezone = UTC


@dataclass(frozen=True, slots=True)
class Edit:
    """New words that an item gets later, in place."""

    at: datetime
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayItem:
    """One item of the day. ``at``: when the feed first lists it; ``of``: the item that it copies or carries on.

    A paragraph that starts with ``## `` is a sub-headline. ``changed`` is the time of its last words.
    """

    id: str
    feed: str
    at: datetime
    title: str
    expect: Expected
    published: datetime
    changed: datetime
    paragraphs: tuple[str, ...] = ()
    summary: str = ""
    author: str = ""
    slug: str = ""
    topics: tuple[str, ...] = ()
    of: str = ""
    note: str = ""
    edits: tuple[Edit, ...] = ()

    def as_of(self, now: datetime) -> DayItem:
        """The item with the words that it has at ``now``."""
        item = self
        for edit in self.edits:
            if edit.at <= now:
                item = replace(item, title=edit.title, paragraphs=edit.paragraphs, changed=edit.at)
        return item


@dataclass(frozen=True, slots=True)
class Breakage:
    """What goes wrong with a feed: ``html`` and ``error`` last until ``end``; ``half`` happens once after ``start``."""

    feed: str
    kind: str
    start: datetime
    end: datetime | None = None

    def on(self, now: datetime) -> bool:
        """Whether ``now`` falls into it."""
        return self.start <= now and (self.end is None or now < self.end)


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that is played. ``items`` in the order of their appearance."""

    feeds: tuple[DayFeed, ...]
    items: tuple[DayItem, ...]
    breakages: tuple[Breakage, ...]

    def visible(self, feed: str, now: datetime) -> tuple[DayItem, ...]:
        """What ``feed`` lists at ``now``: newest first, as a real feed no more than the last few."""
        listed = [item.as_of(now) for item in self.items if item.feed == feed and item.at <= now]
        return tuple(reversed(listed))[:LISTED_MAX]


@cache
def load_day() -> Day:
    """Read the whole folder. Its files are ours, so a mistake in them raises."""
    folder = files(__package__) / "day"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    tables = [tomllib.loads((folder / name).read_text("utf-8")) for name in names]
    texts = {name: text.strip() for table in tables for name, text in table.get("texts", {}).items()}
    items = [_item(row, texts) for table in tables for row in table.get("items", ())]
    return Day(
        feeds=tuple(_feed(row) for table in tables for row in table.get("feeds", ())),
        items=tuple(sorted(items, key=lambda item: (item.at, item.id))),
        breakages=tuple(Breakage(**row) for table in tables for row in table.get("breakages", ())),
    )


def _feed(row: dict[str, Any]) -> DayFeed:
    zone = timezone(timedelta(hours=row.pop("zone", 0)))
    return DayFeed(format=Format(row.pop("format")), tags=tuple(row.pop("tags")), zone=zone, **row)


def _item(row: dict[str, Any], texts: Mapping[str, str]) -> DayItem:
    at = row["at"]
    edits = tuple(Edit(edit["at"], edit["title"], _paragraphs(edit["content"], texts)) for edit in row.pop("edits", ()))
    return DayItem(
        expect=Expected(row.pop("expect")),
        published=row.pop("published", at),
        changed=at,
        paragraphs=_paragraphs(row.pop("content", ""), texts),
        topics=tuple(row.pop("topics", ())),
        summary=" ".join(row.pop("summary", "").split()),
        slug=row.pop("slug", row["id"]),
        edits=edits,
        **row,
    )


def _paragraphs(content: str, texts: Mapping[str, str]) -> tuple[str, ...]:
    """Blank lines part paragraphs; ``{name}`` stands for a text that several items share."""
    whole = _TEXT.sub(lambda match: texts[match[1]], content)
    return tuple(" ".join(part.split()) for part in whole.split("\n\n") if part.strip())
