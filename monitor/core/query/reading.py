"""An item laid out for matching and placing: every word once, with its stem and its position.

Positions run through title, summary and content. A sentence's end adds 14, a paragraph's 18 and a field's 1, so that
"within a dozen words" means in one sentence, and a headline stands beside the text it heads. The feed's name, tags,
author, language and link follow far behind, where only a query that names those fields looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from monitor.core.query.language import language_of, stemmed
from monitor.core.query.stems import stem, stem_in, stemmer_for
from monitor.core.query.tree import LEAD_WORDS, META_FIELDS
from monitor.core.text import Token, fold, tokens

if TYPE_CHECKING:
    from monitor.core.model import Feed, Item

__all__ = [
    "FIELD_GAP",
    "META_GAP",
    "PARAGRAPH_GAP",
    "SENTENCE_GAP",
    "Place",
    "Reading",
    "folded",
    "read",
    "stem",
    "stem_in",
    "stemmer_for",
]

SENTENCE_GAP = 14
PARAGRAPH_GAP = 18
FIELD_GAP = 1
META_GAP = 10_000


class Place(NamedTuple):
    """One word of an item: where it stands in its field, and its position on the line through all fields."""

    field: str
    token: Token
    stem: str
    position: int


class Reading:
    """One item, taken apart once. Built by ``read``; holds places in order and look-ups by stem and by form.

    ``language`` is what ``language_of`` said of the item: the code of one that we stem, or empty.
    """

    __slots__ = ("by_form", "by_stem", "language", "places", "ranges")

    def __init__(self, language: str) -> None:
        self.language = stemmed(language)
        self.places: list[Place] = []
        self.by_stem: dict[str, list[int]] = {}
        self.by_form: dict[str, list[int]] = {}
        self.ranges: dict[str, tuple[int, int]] = {}
        """Field name to (first, behind last) index into ``places``."""

    def add(self, field: str, text: str, start: int) -> int:
        """Lay out one field from position ``start`` on; returns the position behind it."""
        first = len(self.places)
        position = start
        before: Token | None = None
        for token in tokens(text):
            if before is not None:
                position += 1
                if token.sentence != before.sentence:
                    broken = "\n" in text[before.end : token.start]
                    position += PARAGRAPH_GAP if broken else SENTENCE_GAP
            word = stem_in(token.form, self.language)
            index = len(self.places)
            self.places.append(Place(field, token, word, position))
            self.by_stem.setdefault(word, []).append(index)
            self.by_form.setdefault(token.form, []).append(index)
            before = token
        self.ranges[field] = (first, len(self.places))
        return position + 1 + FIELD_GAP if len(self.places) > first else start

    @property
    def text_end(self) -> int:
        """Index behind the last place of title, summary and content."""
        return self.ranges["content"][1]


def read(item: Item, feed: Feed | None = None) -> Reading:
    """Lay an item out. Where the summary only repeats how the content starts, those words are laid out once."""
    reading = Reading(language_of(item))
    position = reading.add("title", item.title, 0)
    again = repeated(item.summary, item.content)
    summary = "" if again else item.summary
    position = reading.add("summary", summary, position)
    position = reading.add("content", item.content, position + (PARAGRAPH_GAP if summary else 0))
    if again:
        first, last = reading.ranges["content"]
        inside = sum(1 for place in reading.places[first:last] if place.token.end <= again)
        reading.ranges["summary"] = (first, first + inside)
    title_end = reading.ranges["title"][1]
    reading.ranges["lead"] = (0, min(title_end + LEAD_WORDS, reading.text_end))
    for field, text in meta_fields(item, feed):
        position = reading.add(field, text, position + META_GAP)
    return reading


def meta_fields(item: Item, feed: Feed | None) -> tuple[tuple[str, str], ...]:
    """The fields that only a query which names them looks into, in the order of META_FIELDS, each with its text."""
    name = f"{item.feed} {feed.name}" if feed is not None else str(item.feed)
    labels = (*item.tags, *(feed.tags if feed is not None else ()))
    texts = (name, "\n".join(labels), item.author, item.language, item.link)
    return tuple(zip(META_FIELDS, texts, strict=True))


def repeated(summary: str, content: str) -> int:
    """How many characters of the content are the summary once more."""
    start = summary.rstrip("… .[]").strip()
    return len(start) if content.startswith(start) else 0


def folded(text: str) -> str:
    """A single word of a query, folded as the words of items are."""
    found = tokens(text)
    return found[0].form if len(found) == 1 else fold(text)
