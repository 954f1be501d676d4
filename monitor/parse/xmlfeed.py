"""RSS, RDF and Atom through feedparser: its guesses about formats are kept, its work on our behalf is not.

It neither sanitises (what comes out is plain text) nor resolves ids (a feed's own id is its identity, to the letter).
Runs in the child process: for some documents feedparser takes for ever.
"""

from __future__ import annotations

import calendar
import io
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from xml.sax import SAXParseException

import feedparser
from feedparser.mixin import _FeedParserMixin

from monitor.core.model import EPOCH, LIMITS, RawItem
from monitor.core.wire import Parsed, Unreadable
from monitor.parse.links import absolute
from monitor.parse.plain import cut, looks_marked_up, plain_text, plain_title, tidy
from monitor.parse.trim import trim

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.parse.trim import Trimmed

_KINDS = {
    "rss090": "rdf 0.90",
    "rss091n": "rss 0.91",
    "rss091u": "rss 0.91",
    "rss092": "rss 0.92",
    "rss093": "rss 0.93",
    "rss094": "rss 0.94",
    "rss10": "rdf 1.0",
    "rss20": "rss 2.0",
    "rss": "rss",
    "atom01": "atom 0.1",
    "atom02": "atom 0.2",
    "atom03": "atom 0.3",
    "atom10": "atom 1.0",
    "atom": "atom",
    "cdf": "cdf",
}
_PERIODS_S = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
# feedparser reads a date into almost anything ("10" becomes the tenth of this month); a real one names its year.
_DATED = re.compile(r"\d{4}|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2}\b")
_WORDY = frozenset(("text/plain", "text/html", "application/xhtml+xml", ""))
_AUTHOR_WORK_MAX = 600
_MAIL_AND_NAME = re.compile(r"[^\s@()]+@[^\s@()]+\s+\(([^()]+)\)")
_NAME_AND_MAIL = re.compile(r"([^<>@]*[^<>@\s])\s*<[^\s@<>]+@[^\s@<>]+>")


def _adapt() -> None:
    """The two places where feedparser has no switch. It joins bare ids to the feed's address; and it searches an author
    for an e-mail address, in quadratic time and with a pattern that tears newer addresses apart.
    """
    _FeedParserMixin.can_be_relative_uri = _FeedParserMixin.can_be_relative_uri - {"id"}
    _FeedParserMixin._sync_author_detail = _name_author  # noqa: SLF001 - there is no public place


def _name_author(parser: _FeedParserMixin, key: str = "author") -> None:
    """Called at the end of an author element: gives the author a name, where only its text is known."""
    context = parser._get_context()  # noqa: SLF001 - a method of that very class, in all but place
    people = dict.get(context, f"{key}s")
    text = dict.get(context, key)
    if people and not people[-1] and isinstance(text, str):
        people[-1]["name"] = _person(text[:_AUTHOR_WORK_MAX])


def _person(text: str) -> str:
    """The name in ``a@b.example (Name)`` or ``Name <a@b.example>``, else the text."""
    match = _MAIL_AND_NAME.fullmatch(text.strip()) or _NAME_AND_MAIL.fullmatch(text.strip())
    return match[1].strip() if match else text


_adapt()


def read_xml(text: str, url: str) -> Parsed | Unreadable:
    """Read an XML document that came from ``url``."""
    # With a declaration already there, feedparser adds no line of its own, and the lines that it names are right.
    declared = text if text.startswith("<?xml") else f"<?xml version='1.0'?>{text}"
    trimmed = trim(declared, LIMITS.items_max)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        result = feedparser.parse(
            io.BytesIO(trimmed.text.encode("utf-8", "replace")),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - feedparser raises a dozen kinds on garbled input, by design of none
        return _broken(f"a fault in it stops the reader ({type(error).__name__})")
    version = result.get("version") or ""
    entries = result["entries"]
    if not entries and not version:
        return Unreadable(
            "unknown",
            "The address answers XML of another kind, not a feed.",
            "Check that the address is that of a feed, and not of a site map or a list of feeds.",
        )
    # Trouble with the encoding is no fault of the XML; only what the XML parser stumbled over has a line.
    stumbled = result.get("bozo_exception") if result.get("bozo") else None
    line = stumbled.getLineNumber() if isinstance(stumbled, SAXParseException) else None
    if not entries and (line is not None or trimmed.cut_short):
        return _broken("it ends early" if trimmed.cut_short else "its XML is garbled")
    return _parsed(result, _KINDS.get(version, "xml"), url, trimmed, line)


def _broken(how: str) -> Unreadable:
    return Unreadable(
        "broken",
        f"The document breaks off before its first item: {how}. The site's fault.",
        "Nothing to do: it is asked again. If it lasts, tell the publisher; a feed checker shows what is wrong.",
    )


def _parsed(result: Mapping[str, Any], kind: str, url: str, trimmed: Trimmed, line: int | None) -> Parsed:
    feed, entries = result["feed"], result["entries"]
    notes = []
    if trimmed.cut_short:
        notes.append("The document ends early; the items that were whole are kept.")
    if line is not None:
        notes.append(f"The XML is garbled at line {line}; read as well as possible.")
    if trimmed.fat_tags:
        notes.append(f"Tags with endless attributes were stripped of them: {trimmed.fat_tags}.")
    strict = kind.startswith("atom")
    return Parsed(
        items=tuple(_item(entry, url, strict=strict) for entry in entries[: LIMITS.items_max]),
        title=_title(feed, strict=strict),
        link=absolute(_text(feed, "link"), url),
        kind=kind,
        language=_text(feed, "language")[:40],
        notes=tuple(notes),
        dropped=trimmed.dropped + max(0, len(entries) - LIMITS.items_max),
        ttl_s=_patience(feed),
    )


def _item(entry: dict[str, Any], url: str, *, strict: bool) -> RawItem:
    # feedparser copies the content to the summary where there is none; such a copy has no details of its own.
    summary = dict.get(entry, "summary_detail")
    contents = [part for part in dict.get(entry, "content") or () if part.get("type", "") in _WORDY]
    content = max(contents, key=lambda part: len(part.get("value") or ""), default=None)
    return RawItem(
        title=_title(entry, strict=strict),
        summary=_words(summary, LIMITS.summary_max, strict=strict) if summary else "",
        content=_words(content, LIMITS.content_max, strict=strict) if content else "",
        guid=_text(entry, "id")[: LIMITS.guid_max],
        link=_link(entry, url),
        author=_author(entry),
        tags=_tags(entry),
        language=_language(dict.get(entry, "title_detail"), summary, content),
        published=_date(entry, "published") or _date(entry, "updated"),
    )


def _text(values: dict[str, Any], key: str) -> str:
    """A value if it is a text. Around FeedParserDict's own look-up, which answers one key with another's value."""
    value = dict.get(values, key)
    return value.strip() if isinstance(value, str) else ""


def _title(values: dict[str, Any], *, strict: bool) -> str:
    detail = dict.get(values, "title_detail") or {"value": _text(values, "title")}
    text = detail.get("value") or ""
    if strict and detail.get("type") == "text/plain" and not looks_marked_up(text):
        return cut(" ".join(text[: LIMITS.title_max * 8].split()), LIMITS.title_max)
    return plain_title(text, LIMITS.title_max)


def _words(detail: Mapping[str, Any], limit: int, *, strict: bool) -> str:
    """A text construct as plain text. Only Atom can be believed when it says that a text holds no markup."""
    text = detail.get("value") or ""
    if strict and detail.get("type") == "text/plain" and not looks_marked_up(text):
        return tidy(text, limit)
    return plain_text(text, limit)


def _link(entry: dict[str, Any], url: str) -> str:
    original = absolute(_text(entry, "feedburner_origlink"), url)
    if original:
        return original
    link = _text(entry, "link")
    if link and link == _text(entry, "id") and not link.startswith(("http://", "https://")):
        link = ""  # a bare id that feedparser took for an address
    if not link:
        links = dict.get(entry, "links") or ()
        link = next((_text(one, "href") for one in links if one.get("rel", "alternate") == "alternate"), "")
    return absolute(link, url)


def _author(entry: dict[str, Any]) -> str:
    people = dict.get(entry, "authors") or ()
    names = [_text(person, "name") or _text(person, "email") for person in people]
    text = ", ".join(dict.fromkeys(name for name in names if name)) or _text(entry, "author")
    return plain_title(text[: LIMITS.author_max * 4], LIMITS.author_max)


def _tags(entry: dict[str, Any]) -> tuple[str, ...]:
    tags = (_text(tag, "label") or _text(tag, "term") for tag in dict.get(entry, "tags") or ())
    named = (plain_title(tag[: LIMITS.tag_max * 4], LIMITS.tag_max) for tag in tags)
    return tuple(dict.fromkeys(tag for tag in named if tag))[: LIMITS.tags_max]


def _language(*details: Mapping[str, Any] | None) -> str:
    return next((str(detail["language"])[:40] for detail in details if detail and detail.get("language")), "")


def _date(entry: dict[str, Any], key: str) -> datetime | None:
    """A date in UTC, as feedparser's tuples are, though they may name a 61st second or a 13th month."""
    parsed = dict.get(entry, f"{key}_parsed")
    if parsed is None or not _DATED.search(_text(entry, key)):
        return None
    try:
        return EPOCH + timedelta(seconds=calendar.timegm(parsed))
    except (ValueError, OverflowError):
        return None


def _patience(feed: dict[str, Any]) -> int | None:
    """How long the feed asks to be left alone, in seconds: ``ttl`` (minutes), else ``sy:updatePeriod``."""
    ttl = _text(feed, "ttl")
    if ttl.isascii() and ttl.isdigit() and len(ttl) < 8:
        return int(ttl) * 60 or None
    period = _PERIODS_S.get(_text(feed, "sy_updateperiod").lower())
    frequency = _text(feed, "sy_updatefrequency")
    if period is None:
        return None
    usable = frequency.isascii() and frequency.isdigit() and len(frequency) < 6
    return period // max(1, int(frequency) if usable else 1) or None
