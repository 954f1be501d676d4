"""A query of another program, understood but not yet said in our words: every piece knows where it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A word as it was written, with its wildcards; ``fuzz`` edits are allowed."""

    text: str
    start: int
    end: int
    fuzz: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """Words in quotes; ``slop`` as Lucene counts it."""

    text: str
    start: int
    end: int
    slop: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Pieces side by side that mean a phrase; ``gaps``: how many words may stand before each."""

    pieces: tuple[Piece, ...]
    gaps: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How far two things may be apart: ``distance`` words, or in one ``sentence``, ``paragraph`` or ``segment``."""

    distance: int
    unit: str = "words"
    ordered: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pieces near each other."""

    left: Piece
    right: Piece
    reach: Reach
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class All:
    """Every one of them."""

    pieces: tuple[Piece, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Any:
    """One of them."""

    pieces: tuple[Piece, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Without:
    """What must not be there."""

    piece: Piece
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Only in one place: a field of ours, or ``body`` (summary or content), or ``first`` (the first words)."""

    field: str
    piece: Piece
    start: int
    end: int
    words: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """Letters count: ``as`` written, ``caps`` (a capital somewhere), ``allcaps``, ``nocaps``, or this ``form`` only."""

    style: str
    piece: Piece
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mentions:
    """So many mentions at least."""

    count: int
    piece: Piece
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Everything:
    """Whatever there is."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lost:
    """What could not be converted. A note has said so already."""

    start: int
    end: int


Piece = Term | Quote | Row | Pair | All | Any | Without | Scope | Written | Mentions | Everything | Lost


def all_of(pieces: list[Piece]) -> Piece:
    """Several pieces as one that wants them all."""
    return pieces[0] if len(pieces) == 1 else All(tuple(pieces), pieces[0].start, pieces[-1].end)


def any_of(pieces: list[Piece]) -> Piece:
    """Several pieces as one that wants any of them."""
    return pieces[0] if len(pieces) == 1 else Any(tuple(pieces), pieces[0].start, pieces[-1].end)


def height(piece: Piece) -> int:
    """How many pieces stand above one another, counted without recursion."""
    level, count = [piece], 0
    while level:
        count += 1
        level = [inner for one in level for inner in _inside(one)]
    return count


def _inside(piece: Piece) -> tuple[Piece, ...]:
    match piece:
        case Row() | All() | Any():
            return piece.pieces
        case Pair():
            return (piece.left, piece.right)
        case Without() | Scope() | Written() | Mentions():
            return (piece.piece,)
        case _:
            return ()
