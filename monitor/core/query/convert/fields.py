"""What the fields and commands of other programs are called here, and why some of them are nothing here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.query.convert.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMON = {
    **dict.fromkeys(("title", "headline"), "title"),
    **dict.fromkeys(("author", "byline"), "author"),
    **dict.fromkeys(("lang", "language"), "lang"),
    **dict.fromkeys(("link", "url", "site", "domain"), "link"),
    **dict.fromkeys(("source", "publication", "feed"), "feed"),
    **dict.fromkeys(("body", "content", "text"), "body"),
    **dict.fromkeys(("lead", "ingress"), "lead"),
    "summary": "summary",
    "tag": "tag",
}
# Ours, or ``body`` for what stands below the headline.
FIELDS: Mapping[Dialect, Mapping[str, str]] = {
    Dialect.LUCENE: {
        **_COMMON,
        **dict.fromkeys(("head", "hed", "subject"), "title"),
        **dict.fromkeys(("creator", "by"), "author"),
        **dict.fromkeys(("description", "abstract", "excerpt", "teaser"), "summary"),
        **dict.fromkeys(("message", "fulltext", "article", "_all", "story"), "body"),
        **dict.fromkeys(("tags", "keyword", "keywords", "category", "categories", "section"), "tag"),
        **dict.fromkeys(("publisher", "outlet", "site_name", "source_name"), "feed"),
        **dict.fromkeys(("host", "href", "hostname"), "link"),
    },
    Dialect.GOOGLE: {
        **dict.fromkeys(("intitle", "allintitle", "inposttitle"), "title"),
        **dict.fromkeys(("site", "inurl", "allinurl"), "link"),
        **dict.fromkeys(("intext", "allintext"), "body"),
        **dict.fromkeys(("author", "inpostauthor"), "author"),
        "source": "feed",
        "lang": "lang",
    },
    Dialect.FACTIVA: {
        **dict.fromkeys(("hd", "hl"), "title"),
        **dict.fromkeys(("hlp", "lp"), "lead"),
        **dict.fromkeys(("td", "tx"), "body"),
        **dict.fromkeys(("sn", "pub"), "feed"),
        "by": "author",
        "la": "lang",
    },
    Dialect.NEXIS: {**_COMMON, **dict.fromkeys(("hlead",), "lead"), "by": "author", "web-address": "link"},
    Dialect.MELTWATER: {
        **_COMMON,
        **dict.fromkeys(("sourcename", "outlet"), "feed"),
        **dict.fromkeys(("authorname", "authors"), "author"),
        **dict.fromkeys(("links", "host"), "link"),
    },
    Dialect.CISION: {**_COMMON, **dict.fromkeys(("outlet", "pub"), "feed")},
}
# Fields that take all that follows them.
GREEDY = frozenset(("allintitle", "allinurl", "allintext"))
# Commands that say how letters count.
STYLES = {
    "caps": "caps",
    "allcaps": "allcaps",
    "nocaps": "nocaps",
    "cs": "as",
    "raw": "as",
    "singular": "form",
    "plural": "form",
}

_CODES = "index codes are nothing here: the text itself is read; write the names, or a concept, into the query"
_SOURCES = 'sources stand with the topic here, as in feeds = ["bbc-world"]'
_DATES = "a topic watches what comes in from now on; how old an item may be is said in [poll] max_age"
_LENGTH = "the length of a text is nothing that can be asked here"
_REASONS = {
    **dict.fromkeys(("co", "fds", "in", "ns", "re", "ric", "de", "cat", "subject", "term", "terms", "company"), _CODES),
    **dict.fromkeys(("ticker", "industry", "geographic", "country", "person", "organization", "state", "city"), _CODES),
    **dict.fromkeys(("continent", "region", "location", "nis", "isin", "cusip"), _CODES),
    **dict.fromkeys(("rst", "sc", "sourcetype", "sourceid", "mediatype"), _SOURCES),
    **dict.fromkeys(("date", "before", "after", "daterange", "upd", "pd", "load-date", "pub-date"), _DATES),
    **dict.fromkeys(("published", "pubdate", "timestamp", "@timestamp"), _DATES),
    **dict.fromkeys(("length", "wc"), _LENGTH),
    **dict.fromkeys(("filetype", "ext", "related", "cache", "link", "info", "define", "inanchor", "allinanchor"),
                    "that is asked of the web, not of news"),
    "_exists_": "whether a field is filled is nothing that can be asked here",
}  # fmt: skip


def reason(name: str) -> str:
    """Why a field could not be converted."""
    return _REASONS.get(name.lower(), "there is no such field here")


LANGUAGES = {
    "arabic": "ar", "catalan": "ca", "chinese": "zh", "croatian": "hr", "czech": "cs", "danish": "da", "dutch": "nl",
    "english": "en", "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi",
    "hungarian": "hu", "indonesian": "id", "italian": "it", "japanese": "ja", "korean": "ko", "norwegian": "no",
    "persian": "fa", "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru", "serbian": "sr",
    "spanish": "es", "swedish": "sv", "turkish": "tr", "ukrainian": "uk", "urdu": "ur", "vietnamese": "vi",
}  # fmt: skip
