"""What a feed lists, written out in its own format. Pure: the same items give the same bytes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.demo.day import LISTED_MAX, DayFeed, DayItem, Format

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LEAD_WORDS = 28

_TYPES = {
    Format.RSS2: "application/rss+xml",
    Format.RSS091: "text/xml",
    Format.RDF: "application/rdf+xml",
    Format.ATOM: "application/atom+xml",
    Format.ATOM_XHTML: "application/atom+xml",
    Format.ATOM03: "application/x.atom+xml",
    Format.JSON: "application/feed+json",
}


def render(feed: DayFeed, items: Sequence[DayItem]) -> tuple[bytes, str]:
    """The document with the newest of ``items`` first, and its content type."""
    newest = sorted(items, key=lambda item: item.at, reverse=True)[:LISTED_MAX]
    text = _WRITERS[feed.format](feed, newest)
    # A letter that the encoding lacks becomes a character reference. JSON has none and is always UTF-8.
    return text.encode(feed.encoding, "xmlcharrefreplace"), f"{_TYPES[feed.format]}; charset={feed.encoding}"


def link(feed: DayFeed, item: DayItem) -> str:
    """The item's address."""
    return f"{feed.home}/{item.at:%Y/%m/%d}/{item.slug}"


def identity(feed: DayFeed, item: DayItem) -> str:
    """The id that a reader finds: the feed's own, or the link in the formats that have none."""
    if feed.format in (Format.RSS091, Format.RDF):
        return link(feed, item)
    return f"tag:{urlsplit(feed.home).hostname},2016:{item.id}"


# Texts ----------------------------------------------------------------------------------------------------------------


def body(feed: DayFeed, item: DayItem) -> list[str]:
    """The paragraphs that the feed gives out, without its furniture."""
    paragraphs = list(item.paragraphs) or [item.summary] * bool(item.summary)
    if feed.words is None:
        return paragraphs
    words = " ".join(paragraphs).split()
    return [" ".join(words[: feed.words]) + " […]"] if len(words) > feed.words else paragraphs


def _lead(feed: DayFeed, item: DayItem) -> str:
    """The summary that came with the item, else the first words of its text."""
    words = " ".join(body(feed, item)[:1]).split()
    return item.summary or " ".join(words[:_LEAD_WORDS]) + ("…" if len(words) > _LEAD_WORDS else "")


def _html(feed: DayFeed, item: DayItem) -> str:
    parts = [
        f"<h3>{escape(text[3:], quote=False)}</h3>" if text.startswith("## ") else f"<p>{escape(text, quote=False)}</p>"
        for text in body(feed, item)
    ]
    return "\n".join([*parts, feed.tail] if parts and feed.tail else parts)


def _x(text: str) -> str:
    return escape(_NOT_XML.sub("", text))


def _cdata(text: str) -> str:
    return "<![CDATA[" + _NOT_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _rfc822(feed: DayFeed, at: datetime) -> str:
    return format_datetime(at.astimezone(feed.zone))


def _rfc3339(feed: DayFeed, at: datetime) -> str:
    return at.astimezone(feed.zone).isoformat().replace("+00:00", "Z")


def _changed(items: Sequence[DayItem]) -> datetime:
    """Derived from the items, never from a clock: the document may change only when the news does."""
    return max((item.changed for item in items), default=datetime(2016, 10, 17, tzinfo=UTC))


def _head(feed: DayFeed) -> str:
    return f'<?xml version="1.0" encoding="{feed.encoding.upper()}"?>\n'


# Formats --------------------------------------------------------------------------------------------------------------


def _rss2(feed: DayFeed, items: Sequence[DayItem]) -> str:
    return (
        f'{_head(feed)}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n<title>{_x(feed.name)}</title>\n'
        f"<link>{_x(feed.home)}/</link>\n<description>{_x(feed.name)}: latest</description>\n"
        f"<language>{feed.language}</language>\n"
        f"<lastBuildDate>{_rfc822(feed, _changed(items))}</lastBuildDate>\n"
        + "".join(_rss2_item(feed, item) for item in items)
        + "</channel>\n</rss>\n"
    )


def _rss2_item(feed: DayFeed, item: DayItem) -> str:
    cut = feed.words is not None
    description = _html(feed, item) if cut else escape(_lead(feed, item), quote=False)
    lines = [
        f"<title>{_x(item.title)}</title>",
        f"<link>{_x(link(feed, item))}</link>",
        f'<guid isPermaLink="false">{_x(identity(feed, item))}</guid>',
        f"<pubDate>{_rfc822(feed, item.published)}</pubDate>",
        f"<dc:creator>{_x(item.author)}</dc:creator>" if item.author else "",
        f"<description>{_x(description)}</description>" if description else "",
        f"<content:encoded>{_cdata(_html(feed, item))}</content:encoded>" if item.paragraphs and not cut else "",
    ]
    return "<item>\n" + "".join(f"  {line}\n" for line in lines if line) + "</item>\n"


def _rss091(feed: DayFeed, items: Sequence[DayItem]) -> str:
    """No ids, no dates, no markup: a title, a link and plain words."""
    rows = "".join(
        f"<item>\n  <title>{_x(item.title)}</title>\n  <link>{_x(link(feed, item))}</link>\n"
        f"  <description>{_x(escape(chr(10).join(body(feed, item)), quote=False))}</description>\n</item>\n"
        for item in items
    )
    return (
        f'{_head(feed)}<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        f'"http://my.netscape.com/publish/formats/rss-0.91.dtd">\n<rss version="0.91">\n<channel>\n'
        f"<title>{_x(feed.name)}</title>\n<link>{_x(feed.home)}/</link>\n<description>{_x(feed.name)}</description>\n"
        f"<language>{feed.language}</language>\n{rows}</channel>\n</rss>\n"
    )


def _rdf(feed: DayFeed, items: Sequence[DayItem]) -> str:
    listed = "".join(f'  <rdf:li rdf:resource="{_x(link(feed, item))}"/>\n' for item in items)
    rows = "".join(
        f'<item rdf:about="{_x(link(feed, item))}">\n  <title>{_x(item.title)}</title>\n'
        f"  <link>{_x(link(feed, item))}</link>\n  <dc:date>{_rfc3339(feed, item.published)}</dc:date>\n"
        f"  <description>{_x(escape(_lead(feed, item), quote=False))}</description>\n"
        f"  <content:encoded>{_cdata(_html(feed, item))}</content:encoded>\n</item>\n"
        for item in items
    )
    return (
        f'{_head(feed)}<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<channel rdf:about="{_x(feed.home)}/">\n'
        f"<title>{_x(feed.name)}</title>\n<link>{_x(feed.home)}/</link>\n<description>{_x(feed.name)}</description>\n"
        f"<dc:language>{feed.language}</dc:language>\n<items><rdf:Seq>\n{listed}</rdf:Seq></items>\n</channel>\n"
        f"{rows}</rdf:RDF>\n"
    )


def _atom(feed: DayFeed, items: Sequence[DayItem]) -> str:
    return (
        f'{_head(feed)}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{feed.language}">\n'
        f'<id>{_x(feed.home)}/</id>\n<title>{_x(feed.name)}</title>\n<link href="{_x(feed.home)}/"/>\n'
        f"<author><name>{_x(feed.name)}</name></author>\n<updated>{_rfc3339(feed, _changed(items))}</updated>\n"
        + "".join(_atom_item(feed, item) for item in items)
        + "</feed>\n"
    )


def _atom_item(feed: DayFeed, item: DayItem) -> str:
    html = _html(feed, item)
    if feed.format is Format.ATOM_XHTML:
        inside = f'type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{_NOT_XML.sub("", html)}</div>'
    else:
        inside = f'type="html">{_x(html)}'
    lines = [
        f"<id>{_x(identity(feed, item))}</id>",
        f"<title>{_x(item.title)}</title>",
        f'<link rel="alternate" href="{_x(link(feed, item))}"/>',
        f"<published>{_rfc3339(feed, item.published)}</published>",
        f"<updated>{_rfc3339(feed, item.changed)}</updated>",
        f"<author><name>{_x(item.author)}</name></author>" if item.author else "",
        f"<content {inside}</content>" if html else "",
    ]
    return "<entry>\n" + "".join(f"  {line}\n" for line in lines if line) + "</entry>\n"


def _atom03(feed: DayFeed, items: Sequence[DayItem]) -> str:
    rows = "".join(
        f"<entry>\n  <id>{_x(identity(feed, item))}</id>\n  <title>{_x(item.title)}</title>\n"
        f'  <link rel="alternate" type="text/html" href="{_x(link(feed, item))}"/>\n'
        f"  <issued>{_rfc3339(feed, item.published)}</issued>\n  <modified>{_rfc3339(feed, item.changed)}</modified>\n"
        f'  <content type="text/html" mode="escaped">{_x(_html(feed, item))}</content>\n</entry>\n'
        for item in items
    )
    return (
        f'{_head(feed)}<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="{feed.language}">\n'
        f'<title>{_x(feed.name)}</title>\n<link rel="alternate" type="text/html" href="{_x(feed.home)}/"/>\n'
        f"<modified>{_rfc3339(feed, _changed(items))}</modified>\n{rows}</feed>\n"
    )


def _json(feed: DayFeed, items: Sequence[DayItem]) -> str:
    rows = []
    for item in items:
        row: dict[str, object] = {"id": identity(feed, item), "url": link(feed, item), "title": item.title}
        row |= {"summary": item.summary} if item.summary else {}
        row |= {"content_html": _html(feed, item), "date_published": _rfc3339(feed, item.published)}
        row |= {"date_modified": _rfc3339(feed, item.changed)} if item.changed != item.at else {}
        row |= {"authors": [{"name": item.author}]} if item.author else {}
        rows.append(row)
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.name,
        "home_page_url": f"{feed.home}/",
        "language": feed.language,
        "items": rows,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


_WRITERS: dict[Format, Callable[[DayFeed, Sequence[DayItem]], str]] = {
    Format.RSS2: _rss2,
    Format.RSS091: _rss091,
    Format.RDF: _rdf,
    Format.ATOM: _atom,
    Format.ATOM_XHTML: _atom,
    Format.ATOM03: _atom03,
    Format.JSON: _json,
}
