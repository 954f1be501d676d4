"""Which reader reads what. A new format is a function here, and a line in ``sniff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.wire import Unreadable
from monitor.parse.decode import decode
from monitor.parse.jsonfeed import read_json
from monitor.parse.sniff import JSON, XML, sniff
from monitor.parse.xmlfeed import read_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from monitor.core.wire import Parsed

    Read = Callable[[str, str], Parsed | Unreadable]

READERS: Mapping[str, Read] = {XML: read_xml, JSON: read_json}


def read_feed(body: bytes, content_type: str, url: str) -> Parsed | Unreadable:
    """Read a feed's bytes. ``content_type`` is asked for its charset only, ``url`` completes links."""
    text = decode(body, content_type)
    sniffed = sniff(text, url)
    if isinstance(sniffed, Unreadable):
        return sniffed
    return READERS[sniffed.media_type](text[sniffed.start :], url)
