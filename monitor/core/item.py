"""The border: what a parser or a file handed in becomes an Item here, bounded and safe, and nowhere else."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.model import EPOCH, LIMITS, FeedId, Item, ItemId, RawItem, derive_id
from monitor.core.text import canonical_link, safe, safe_link

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_LANGUAGE = re.compile(r"^[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*$")
_AHEAD = timedelta(minutes=10)


def make_item(raw: RawItem, feed: FeedId, seen: datetime, *, trust_guid: bool = True, language: str = "") -> Item:
    """Make one item safe and give it its identity.

    The identity is the feed's own id, else the link, else the words; with ``trust_guid`` false all three together.
    A date from the future counts as ``seen``, but for a few minutes of a wrong clock; one before 1970 as none.
    """
    title = safe(raw.title, LIMITS.title_max)
    summary = safe(raw.summary, LIMITS.summary_max, lines=True)
    content = safe(raw.content, LIMITS.content_max, lines=True)
    link = safe_link(raw.link, LIMITS.link_max)
    guid = raw.guid.strip()[: LIMITS.guid_max]
    canonical = canonical_link(link)
    words = derive_id(title, summary, content)
    key = (guid or canonical or words) if trust_guid else f"{guid}\x1e{canonical}\x1e{words}"
    published = raw.published
    if published is not None and published > seen + _AHEAD:
        published = seen
    elif published is not None and published < EPOCH:
        published = None
    spoken = (raw.language or language).strip()
    return Item(
        id=ItemId(derive_id("item", feed, key)),
        version=derive_id(title, summary, content, length=12),
        feed=feed,
        title=title,
        summary=summary,
        content=content,
        link=link,
        canonical_link=canonical,
        author=safe(raw.author, LIMITS.author_max),
        tags=tuple(tag for raw_tag in raw.tags[: LIMITS.tags_max] if (tag := safe(raw_tag, LIMITS.tag_max))),
        language=spoken.lower().replace("_", "-") if _LANGUAGE.match(spoken) else "",
        published=published,
        seen=seen,
    )


def make_items(raws: Iterable[RawItem], feed: FeedId, seen: datetime, *, language: str = "") -> list[Item]:
    """Make a whole poll's items, oldest first. Where several share an id or a link, it is not trusted for these.

    Feeds list the newest first; items are told in the order they happened. Exact repeats and items without any words
    are dropped.
    """
    kept = [raw for raw in raws if raw.title.strip() or raw.summary.strip() or raw.content.strip()]
    distinct = list(dict.fromkeys(kept))
    distinct.reverse()
    items = [make_item(raw, feed, seen, language=language) for raw in distinct]
    times = Counter(item.id for item in items)
    items = [
        make_item(raw, feed, seen, trust_guid=False, language=language) if times[item.id] > 1 else item
        for raw, item in zip(distinct, items, strict=True)
    ]
    items = [item for item in items if item.title or item.summary or item.content]
    items.sort(key=lambda item: item.published or item.seen)
    return list({item.id: item for item in items}.values())
