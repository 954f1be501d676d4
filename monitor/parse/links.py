"""Links as items give them, made complete."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from monitor.core.model import LIMITS


def absolute(link: str, url: str) -> str:
    """A web address, joined to that of the feed; nothing for any other scheme, or for one too long."""
    if not link:
        return ""
    try:
        joined = urljoin(url, link)
        scheme = urlsplit(joined).scheme
    except ValueError:
        return ""
    return joined if scheme in ("http", "https") and len(joined) <= LIMITS.link_max else ""
