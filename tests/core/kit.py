"""What the tests of the core share: items, and how often a property is tried."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import settings

from monitor.core.item import make_item
from monitor.core.model import Feed, FeedId, Item, RawItem
from monitor.core.query.concepts import Concepts
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.parse import parse
from monitor.core.query.reading import read
from monitor.core.query.tree import QueryProblem

if TYPE_CHECKING:
    from monitor.core.query.evaluate import Found
    from monitor.core.query.tree import Node

ROOT = Path(__file__).parents[2]
NOW = datetime(2016, 10, 18, 14, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

few = settings(max_examples=60, deadline=None)


def feed(name: str = "wire", *, title: str = "", tags: tuple[str, ...] = ()) -> Feed:
    return Feed(FeedId(name), f"https://{name}.example/rss", title or name.capitalize(), tags)


def item(
    content: str = "",
    title: str = "",
    *,
    feed: str = "wire",
    guid: str = "",
    seen: datetime = NOW,
    published: datetime | None = None,
    summary: str = "",
    language: str = "",
    link: str = "",
    author: str = "",
    tags: tuple[str, ...] = (),
) -> Item:
    raw = RawItem(title, summary, content, guid, link, author, tags, language, published)
    return make_item(raw, FeedId(feed), seen)


def tree(query: str) -> Node:
    found = parse(query)
    assert not isinstance(found, QueryProblem), found
    return found


def find(query: str, wanted: Item, concepts: Concepts | None = None, feed: Feed | None = None) -> list[Found] | None:
    """The places of an item that satisfy a query; None where it does not match."""
    return Evaluator(read(wanted, feed), concepts or Concepts()).find(tree(query))


def matches(query: str, text: str | Item, concepts: Concepts | None = None) -> bool:
    return find(query, item(text) if isinstance(text, str) else text, concepts) is not None
