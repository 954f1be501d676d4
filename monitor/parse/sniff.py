"""What a document is, by looking at it. Its Content-Type is never believed: feeds come as web pages and the reverse."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from monitor.core.text import safe_link
from monitor.core.wire import Unreadable

XML = "application/xml"
JSON = "application/json"
HTML = "text/html"
_HEAD = 64 * 1024
_PAGE_ROOTS = frozenset(("html", "head", "body", "script", "meta", "title", "div"))
_FEED_ROOTS = frozenset(("rss", "feed", "rdf", "channel"))
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_FEED_START = re.compile(r"<\?xml\s|<(?:[a-zA-Z]+:)?(?:rss|feed|RDF)[\s>]")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_LINK = re.compile(r"<link\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The media type of a document and where it begins: some servers put warnings before it."""

    media_type: str
    start: int = 0


def sniff(text: str, url: str) -> Sniffed | Unreadable:
    """Which reader a text is for, or why none can read it."""
    start = len(text) - len(text.lstrip("\ufeff\0 \t\r\n"))
    head = text[start : start + _HEAD]
    if not head:
        return Unreadable("empty", "The answer was empty: the site's fault.", "Nothing to do: it is asked again.")
    if head[0] in "{[":
        return Sniffed(JSON, start)
    root = _root(head)
    if root in _PAGE_ROOTS or head[:100].lower().startswith("<!doctype html"):
        return _page(head, url)
    if root in _FEED_ROOTS and head[0] == "<":
        return Sniffed(XML, start)
    junk = _FEED_START.search(head)
    if junk:
        return Sniffed(XML, start + junk.start())
    if root is not None and head[0] == "<":
        return Sniffed(XML, start)
    return _neither(head)


def _root(head: str) -> str | None:
    """The name of the first element, without its prefix and in lower case."""
    at = 0
    while (at := head.find("<", at)) >= 0:
        ends = {"<!--": "-->", "<?": "?>", "<!": ">"}
        end = next((end for start, end in ends.items() if head.startswith(start, at)), None)
        if end is None:
            match = _ROOT.match(head, at)
            return match[2].lower() if match else None
        at = head.find(end, at + 2)
        if at < 0:
            return None
    return None


def _page(head: str, url: str) -> Unreadable:
    feed = _feed_of_page(head, url)
    advice = (
        f"The page says that its feed is at {feed} : use that address."
        if feed
        else "Open it in a browser and look for a link named RSS, Atom or Feed; it may also ask visitors to log in."
    )
    return Unreadable("html", "The address answers a web page, not a feed.", advice)


def _feed_of_page(head: str, url: str) -> str:
    """The first feed that a web page names as its own, or nothing."""
    for tag in _LINK.finditer(head):
        attributes = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(tag[1])}
        if attributes.get("type", "").lower() in _FEED_TYPES and "alternate" in attributes.get("rel", "").lower():
            try:
                return safe_link(urljoin(url, attributes.get("href", "")), 300)
            except ValueError:
                continue
    return ""


def _neither(head: str) -> Unreadable:
    if head.startswith(("\x1f\x8b", "PK\x03\x04")):
        what = "a packed file"
    elif "\0" in head or head.count("\ufffd") > len(head) // 20:
        what = "a binary file"
    else:
        what = "plain text"
    return Unreadable(
        "unknown", f"The address answers {what}, not a feed.", "Check that the address is that of a feed."
    )
