"""What an item says, without what surrounds it: furniture, repeated paragraphs and datelines taken away.

Works on the words that matching already made; no text is taken apart twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.core.model import FeedId, Item
    from monitor.core.query.reading import Place, Reading

SHINGLE_WORDS = 3
_SKETCH = 16
_LEAD_SKETCH = 8
_LEAD_WORDS = 45
WORDS_MAX = 4_000

# What sites put around a text. Only short segments are compared, so that a sentence of news that mentions a copyright
# stays. Written for segments that were folded, with everything but letters and digits turned into single spaces.
_FURNITURE = re.compile(
    r"^(?:"
    r"(?:\d+ |no )?comments?(?: \d+)?(?: (?:post|leave|add|write) a (?:comment|reply))?"
    r"|(?:post|leave|add|write) a (?:comment|reply)|share (?:this|on|with|via)\b.*"
    r"|(?:continue reading|read (?:more|the rest|also|next|full story)|click here|see also|more on this)\b.*"
    r"|related (?:stories|posts|news)\b.*|(?:follow|like|join|find) us on\b.*"
    r"|(?:subscribe|sign up|register)\b.*(?:newsletter|updates|alerts|inbox|email|free|now)"
    r"|(?:copyright|c) (?:the )?\d{4}\b.*|copyright\b.*|.*\ball rights reserved(?: .{0,40})?"
    r"|.*\bmay not be (?:published|reproduced|redistributed)\b.*"
    r"|(?:reporting|writing|editing|edited|written|compiled|translated) by\b.*"
    r"|(?:the )?(?:post|article|story) .{0,80} (?:first )?appeared (?:first )?on\b.*"
    r"|(?:originally )?(?:published|posted|updated) (?:on|at|by)\b.{0,60}|(?:filed|posted) (?:under|in)\b.*"
    r"|tags? .*|source .{0,40}|photo(?:graph)? (?:by|credit)\b.*|image (?:copyright|caption|credit)\b.*"
    r"|advertisement|print this|email this|tweet|loading|watch live|live blog"
    r")$"
)
_FURNITURE_WORDS_MAX = 16
# As written: "By Jane Smith" is a byline, "By dawn all was quiet" is news.
_SIGNED = re.compile(r"^(?:By|BY)(?: (?:[A-ZÀ-Þ][\w'’-]*|and)){1,5}$")
_DATELINE = re.compile(
    r"^(?:[A-ZÀ-Þ][\w.'’-]*(?:[ ,/]+[A-ZÀ-Þ0-9][\w.'’-]*){0,7},?\s*)?(?:\([^()\n]{2,40}\))?\s*(?:--?|–|—|:)\s+(?=\S)"
)
_DATELINE_MAX = 90
_BYLINE = re.compile(r"^by\s+[^\n]{3,80}\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Content:
    """An item's words for placing.

    ``forms`` and ``raws`` run side by side, folded and as written; ``starts``: the indexes at which a segment begins.
    ``order``: hashes of every three words in a row, as they come; ``shingles``: the same as a set. ``sketch``: the few
    that find its like. ``title``: its folded words. ``segments``: hashes of all segments (sentences), by which the
    index learns what a feed repeats.
    """

    forms: tuple[str, ...]
    raws: tuple[str, ...]
    starts: frozenset[int]
    order: tuple[int, ...]
    shingles: frozenset[int]
    sketch: tuple[int, ...]
    title: tuple[str, ...]
    segments: tuple[int, ...]


def content_of(item: Item, reading: Reading, is_furniture: Callable[[FeedId, int], bool] | None = None) -> Content:
    """Take an item's own words. ``is_furniture`` says of a segment hash whether its feed repeats it on every item."""
    field = "content" if reading.ranges["content"][0] < reading.ranges["content"][1] else "summary"
    text = item.content if field == "content" else item.summary
    first, last = reading.ranges[field]
    skip = _opening(text)
    places = [place for place in reading.places[first:last] if place.token.start >= skip]
    forms: list[str] = []
    raws: list[str] = []
    starts: list[int] = []
    segments: dict[int, None] = {}
    for number, segment in enumerate(_segments(places)):
        mark = _hash(segment)
        if mark in segments:
            continue
        segments[mark] = None
        digits = any(place.token.form[:1].isdigit() for place in segment)
        learned = is_furniture is not None and number > 0 and not digits and is_furniture(item.feed, mark)
        if learned or (len(segment) <= _FURNITURE_WORDS_MAX and _is_furniture(segment, text)):
            continue
        if len(forms) + len(segment) > WORDS_MAX:
            break
        starts.append(len(forms))
        forms.extend(place.token.form for place in segment)
        raws.extend(place.token.raw for place in segment)
    title_first, title_last = reading.ranges["title"]
    title = tuple(place.token.form for place in reading.places[title_first:title_last])
    shingles = _shingles(forms)
    return Content(
        tuple(forms),
        tuple(raws),
        frozenset(starts),
        tuple(shingles),
        frozenset(shingles),
        _sketch(shingles),
        title,
        tuple(segments),
    )


def _is_furniture(segment: Sequence[Place], text: str) -> bool:
    start = segment[0].token.start
    if "©" in text[max(0, start - 2) : start] or _FURNITURE.match(_plain(segment)):
        return True
    return _SIGNED.match(" ".join(place.token.raw for place in segment)) is not None


def _segments(places: Sequence[Place]) -> list[list[Place]]:
    result: list[list[Place]] = []
    sentence = -1
    for place in places:
        if place.token.sentence != sentence:
            result.append([])
            sentence = place.token.sentence
        result[-1].append(place)
    return result


def _opening(text: str) -> int:
    """How many characters of byline and dateline a text opens with: ``ALEPPO, Oct 18 (MPA) -``."""
    byline = _BYLINE.match(text)
    start = byline.end() if byline else 0
    dateline = _DATELINE.match(text[start : start + _DATELINE_MAX])
    if dateline and ("(" in dateline.group() or dateline.group().split(",")[0].split(" ")[0].isupper()):
        return start + dateline.end()
    return start


def _plain(segment: Sequence[Place]) -> str:
    return " ".join(place.token.form for place in segment)


def _hash(segment: Sequence[Place]) -> int:
    return crc32(_plain(segment).encode("utf-8", "surrogatepass"))


def _shingles(forms: Sequence[str]) -> list[int]:
    """Hashes of every three words in a row (CRC-32: fast, the same everywhere; collisions only add candidates)."""
    if len(forms) < SHINGLE_WORDS:
        return [crc32(" ".join(forms).encode("utf-8", "surrogatepass"))] if forms else []
    return [
        crc32(f"{one} {two} {three}".encode("utf-8", "surrogatepass"))
        for one, two, three in zip(forms, forms[1:], forms[2:], strict=False)
    ]


def _sketch(shingles: Sequence[int]) -> tuple[int, ...]:
    """The smallest hashes of the whole and of the lead: two texts that share much share some of them.

    After bottom-k sketches (Broder 1997, "On the resemblance and containment of documents"); the lead's own hashes let
    a summary find its text.
    """
    lead = sorted(set(shingles[:_LEAD_WORDS]))[:_LEAD_SKETCH]
    return tuple(dict.fromkeys((*sorted(set(shingles))[:_SKETCH], *lead)))
