"""What somebody means who asks for an item: the beginning of an id, a link, or words of its headline."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.core.text import canonical_link, tokens

_ID = re.compile(r"[0-9a-f]{6,64}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The three readings, tried in this order; the first that finds something is meant. Empty: cannot be meant.

    ``words`` stand between spaces, as they do in what is stored, so that only whole words are found.
    """

    prefix: str
    link: str
    canonical: str
    words: tuple[str, ...]

    @property
    def beyond(self) -> str:
        """The first text that sorts behind everything that begins with ``prefix``: g follows f."""
        return self.prefix + "g"


def wanted(words: str) -> Wanted:
    """Read what somebody typed. A link may come without its scheme."""
    words = words.strip()
    link = "" if len(words.split()) != 1 else words.encode("utf-8", "replace").decode()
    return Wanted(
        prefix=words if _ID.fullmatch(words) else "",
        link=link,
        canonical=canonical_link(link if "://" in link else f"https://{link}") if link else "",
        words=tuple(dict.fromkeys(f" {token.form} " for token in tokens(words))),
    )
