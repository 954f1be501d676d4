"""What parent and child say to each other: lengths, bytes and bounded JSON. Never code, and never believed unchecked.

A request is two lengths (four bytes each, big-endian), a JSON head and the body; an answer is one length and JSON.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.core.model import LIMITS, RawItem
from monitor.core.wire import Parsed, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

REQUEST_HEAD = struct.Struct("!II")
ANSWER_HEAD = struct.Struct("!I")
_HEAD_TEXT_MAX = 4_000
_NOTES_MAX = 20
_NOTE_MAX = 300
_COUNT_MAX = 10**9


class GarbledError(Exception):
    """The other side did not keep to the form."""


def encode_request(body: bytes, content_type: str, url: str) -> bytes:
    """A request as the child reads it."""
    head = json.dumps([content_type[:_HEAD_TEXT_MAX], url[:_HEAD_TEXT_MAX]]).encode()
    return REQUEST_HEAD.pack(len(head), len(body)) + head + body


def read_request(read: Callable[[int], bytes]) -> tuple[bytes, str, str] | None:
    """The next request as (body, content type, address); None when the parent has closed its end."""
    lengths = read(REQUEST_HEAD.size)
    if len(lengths) < REQUEST_HEAD.size:
        return None
    head_length, body_length = REQUEST_HEAD.unpack(lengths)
    content_type, url = json.loads(read(head_length))
    body = read(body_length)
    return (body, content_type, url) if len(body) == body_length else None


def encode_answer(result: Parsed | Unreadable) -> bytes:
    """A result as the parent reads it. Items beyond ``LIMITS.parsed_bytes_max`` in all are dropped and counted."""
    if isinstance(result, Unreadable):
        return _framed({"unreadable": asdict(result)})
    kept: list[Any] = []
    room = LIMITS.parsed_bytes_max - 64 * 1024
    for item in result.items:
        fields = asdict(item) | {"published": item.published.isoformat() if item.published else None}
        room -= len(_json(fields))
        if room < 0:
            break
        kept.append(fields)
    bounded = replace(result, items=(), dropped=result.dropped + len(result.items) - len(kept))
    return _framed({"parsed": asdict(bounded) | {"items": kept}})


def _framed(value: Any) -> bytes:  # noqa: ANN401 - JSON
    data = _json(value)
    return ANSWER_HEAD.pack(len(data)) + data


def _json(value: Any) -> bytes:  # noqa: ANN401 - JSON
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def decode_answer(data: bytes) -> Parsed | Unreadable:
    """A child's answer. The child read hostile bytes, so every field is checked and cut again."""
    try:
        value = json.loads(data)
        if "unreadable" in value:
            fields = value["unreadable"]
            return Unreadable(*(_text(fields[name], _NOTE_MAX * 2) for name in ("kind", "text", "help")))
        return _parsed(value["parsed"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise GarbledError from error


def _parsed(fields: Any) -> Parsed:  # noqa: ANN401 - JSON
    return Parsed(
        items=tuple(_item(item) for item in _list(fields["items"], LIMITS.items_max)),
        title=_text(fields["title"], LIMITS.title_max),
        link=_text(fields["link"], LIMITS.link_max),
        kind=_text(fields["kind"], 40),
        language=_text(fields["language"], 40),
        notes=tuple(_text(note, _NOTE_MAX) for note in _list(fields["notes"], _NOTES_MAX)),
        dropped=_count(fields["dropped"]),
        ttl_s=None if fields["ttl_s"] is None else _count(fields["ttl_s"]),
    )


def _item(fields: Any) -> RawItem:  # noqa: ANN401 - JSON
    published = fields["published"]
    return RawItem(
        title=_text(fields["title"], LIMITS.title_max),
        summary=_text(fields["summary"], LIMITS.summary_max),
        content=_text(fields["content"], LIMITS.content_max),
        guid=_text(fields["guid"], LIMITS.guid_max),
        link=_text(fields["link"], LIMITS.link_max),
        author=_text(fields["author"], LIMITS.author_max),
        tags=tuple(_text(tag, LIMITS.tag_max) for tag in _list(fields["tags"], LIMITS.tags_max)),
        language=_text(fields["language"], 40),
        published=None if published is None else datetime.fromisoformat(published).astimezone(UTC),
    )


def _text(value: object, limit: int) -> str:
    if not isinstance(value, str) or len(value) > limit:
        raise TypeError
    return value


def _list(value: object, limit: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > limit:
        raise TypeError
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= _COUNT_MAX:
        raise TypeError
    return value
