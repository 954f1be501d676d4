"""The languages that we convert from, and what a conversion says of itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.core.query.tree import Node


class Dialect(StrEnum):
    """A program's query language. Meltwater's also reads Brandwatch's and Talkwalker's, Lucene's Elasticsearch's."""

    LUCENE = "lucene"
    GOOGLE = "google"
    FACTIVA = "factiva"
    NEXIS = "nexis"
    MELTWATER = "meltwater"
    CISION = "cision"

    @property
    def label(self) -> str:
        """Its name, as people write it."""
        return self.value.capitalize()


# Other names for the same languages.
ALSO_CALLED = {
    "elasticsearch": Dialect.LUCENE,
    "opensearch": Dialect.LUCENE,
    "solr": Dialect.LUCENE,
    "google-alerts": Dialect.GOOGLE,
    "lexis": Dialect.NEXIS,
    "lexisnexis": Dialect.NEXIS,
    "brandwatch": Dialect.MELTWATER,
    "talkwalker": Dialect.MELTWATER,
}
# They find a word only as it is written. Nexis finds plurals too, and ours every inflection.
LITERAL = frozenset(Dialect) - {Dialect.NEXIS}


class Kind(StrEnum):
    """What a note tells of the query that came out, against the one that went in."""

    CHANGED = "changed"
    """Finds the same, said otherwise, or as that program took it rather than as it reads."""
    WIDER = "wider"
    NARROWER = "narrower"
    DROPPED = "left out"
    """It decided nothing about what was found."""
    MISSING = "missing"
    """It did, and could not be converted: the query that came out is not the whole one."""


@dataclass(frozen=True, slots=True)
class Note:
    """One remark; ``start`` and ``end`` point into the text that was converted, at the first of so many ``times``."""

    kind: Kind
    message: str
    start: int
    end: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted query in its canonical form, empty where nothing came out, and what to know of it."""

    dialect: Dialect
    query: str
    tree: Node | None
    notes: tuple[Note, ...]

    @property
    def complete(self) -> bool:
        """Whether everything that decided what was found is in it."""
        return bool(self.query) and all(note.kind is not Kind.MISSING for note in self.notes)


class Notes:
    """Remarks as they arise; the same one again is counted, not repeated."""

    def __init__(self) -> None:
        self._notes: dict[tuple[Kind, str], Note] = {}

    def add(self, kind: Kind, message: str, start: int, end: int) -> None:
        """Remark on ``text[start:end]``."""
        known = self._notes.get((kind, message))
        self._notes[kind, message] = (
            replace(known, times=known.times + 1) if known else Note(kind, message, start, max(end, start))
        )

    def missing(self, message: str, start: int, end: int) -> None:
        """Something could not be converted."""
        self.add(Kind.MISSING, message, start, end)

    def wider(self, message: str, start: int, end: int, *, negative: bool) -> None:
        """More is found here than there; where it is to be excluded, less."""
        self.add(Kind.NARROWER if negative else Kind.WIDER, message, start, end)

    @property
    def all(self) -> tuple[Note, ...]:
        """What is missing first, then in the order of the text."""
        return tuple(
            sorted(self._notes.values(), key=lambda note: (note.kind is not Kind.MISSING, note.start, note.end))
        )
