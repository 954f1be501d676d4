"""JSON Feed 1.0 and 1.1. Numbers are kept as they are written: an id is an id, to the letter."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from monitor.core.model import LIMITS, RawItem
from monitor.core.wire import Parsed, Unreadable
from monitor.parse.links import absolute
from monitor.parse.plain import looks_marked_up, plain_text, plain_title, tidy

_VERSION = re.compile(r"jsonfeed\.org/version/(\d(?:\.\d)?)")
_BROKEN_HELP = "Nothing to do: it is asked again. If it lasts, tell the publisher."


def read_json(text: str, url: str) -> Parsed | Unreadable:
    """Read a JSON document that came from ``url``."""
    try:
        document = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return Unreadable("broken", "The document is garbled JSON, or ends early: the site's fault.", _BROKEN_HELP)
    version = _VERSION.search(_text(document, "version")) if isinstance(document, dict) else None
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or version is None:
        return Unreadable(
            "unknown",
            "The address answers JSON of another kind, not a feed.",
            "Check that the address is that of a JSON Feed.",
        )
    usable = [item for item in items if isinstance(item, dict)]
    notes = []
    if len(usable) < len(items):
        notes.append(f"Items that are no items were left out: {len(items) - len(usable)}.")
    if document.get("expired") is True:
        notes.append("The feed says that it has ended.")
    return Parsed(
        items=tuple(_item(item, url) for item in usable[: LIMITS.items_max]),
        title=plain_title(_text(document, "title"), LIMITS.title_max),
        link=absolute(_text(document, "home_page_url"), url),
        kind=f"json {version[1] if '.' in version[1] else version[1] + '.0'}",
        language=_text(document, "language")[:40],
        notes=tuple(notes),
        dropped=max(0, len(usable) - LIMITS.items_max),
    )


def _item(item: dict[str, Any], url: str) -> RawItem:
    markup = _text(item, "content_html")
    plain = _text(item, "content_text")
    return RawItem(
        title=plain_title(_text(item, "title"), LIMITS.title_max),
        summary=_words(_text(item, "summary"), LIMITS.summary_max),
        content=plain_text(markup, LIMITS.content_max) if markup else _words(plain, LIMITS.content_max),
        guid=_text(item, "id")[: LIMITS.guid_max],
        link=absolute(_text(item, "url") or _text(item, "external_url"), url),
        author=_author(item),
        tags=_tags(item),
        language=_text(item, "language")[:40],
        published=_date(_text(item, "date_published")) or _date(_text(item, "date_modified")),
    )


def _text(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    return value.strip() if isinstance(value, str) else ""


def _words(text: str, limit: int) -> str:
    return plain_text(text, limit) if looks_marked_up(text) else tidy(text, limit)


def _author(item: dict[str, Any]) -> str:
    several = item.get("authors")
    people = several if isinstance(several, list) else [item.get("author")]
    names = (_text(person, "name") for person in people[: LIMITS.tags_max] if isinstance(person, dict))
    return plain_title(", ".join(name[: LIMITS.author_max] for name in names if name), LIMITS.author_max)


def _tags(item: dict[str, Any]) -> tuple[str, ...]:
    tags = item.get("tags")
    if not isinstance(tags, list):
        return ()
    named = (plain_title(tag, LIMITS.tag_max) for tag in tags[: LIMITS.tags_max] if isinstance(tag, str))
    return tuple(dict.fromkeys(tag for tag in named if tag))


def _date(text: str) -> datetime | None:
    """RFC 3339; without an offset, UTC."""
    try:
        when = datetime.fromisoformat(text)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
