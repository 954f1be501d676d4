"""Foreign lexemes to pieces, by each program's own precedence. Nothing is refused: what makes no sense is noted.

The steps of a ladder go from the loosest to the tightest. What two words side by side mean is part of it: both of them
(Google, Meltwater, Cision) or a phrase (Factiva, Nexis). Lucene has no ladder, but clauses: see ``clauses``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from monitor.core.model import LIMITS
from monitor.core.query.convert.dialect import Dialect, Kind, Notes
from monitor.core.query.convert.fields import FIELDS, GREEDY, STYLES, reason
from monitor.core.query.convert.pieces import (
    Any,
    Everything,
    Lost,
    Mentions,
    Pair,
    Piece,
    Quote,
    Reach,
    Row,
    Scope,
    Term,
    Without,
    Written,
    all_of,
    any_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from monitor.core.query.convert.lexemes import Lexeme

_LADDERS: Mapping[Dialect, tuple[str, ...]] = {
    Dialect.GOOGLE: ("all", "any", "near", "prefix"),
    Dialect.FACTIVA: ("any", "all", "without", "prefix", "near", "row"),
    Dialect.NEXIS: ("without", "all", "near", "any", "row"),
    Dialect.MELTWATER: ("any", "all", "prefix", "near"),
    Dialect.CISION: ("any", "all", "prefix", "near"),
}
_STARTS = frozenset(
    ("word", "phrase", "unclosed", "open", "field", "call", "mentions", "cased", "range", "regex", "must", "gap",
     "everything")
)  # fmt: skip
_SMALL = frozenset(
    ("a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "of", "on", "or", "that", "the",
     "this", "to", "was", "with")
)  # fmt: skip
_UNITS = {"s": "sentence", "sent": "sentence", "p": "paragraph", "para": "paragraph", "seg": "segment"}
_RANK = {"words": 0, "sentence": 1, "paragraph": 2, "segment": 3}


class TooDeepError(Exception):
    """Groups in groups beyond what a query may have. A note has said so."""


class Grammar:
    """A recursive descent over foreign lexemes, bounded in depth."""

    def __init__(self, lexemes: list[Lexeme], dialect: Dialect, notes: Notes) -> None:
        self.lexemes = lexemes
        self.dialect = dialect
        self.notes = notes
        self.at = 0
        self._depth = 0
        names = _LADDERS.get(dialect, ())
        self._ladder: tuple[Callable[[int], Piece], ...] = tuple(getattr(self, f"_{name}") for name in names)

    def whole(self) -> Piece | None:
        """The whole text; None where there is nothing in it."""
        pieces = []
        while self.peek().kind != "end":
            if self.peek().kind == "close":
                stray = self.next()
                self.notes.missing("this parenthesis closes nothing", stray.start, stray.end)
                continue
            pieces.append(self.level(0))
        return all_of(pieces) if pieces else None

    def peek(self) -> Lexeme:
        """The lexeme to be read next."""
        return self.lexemes[self.at]

    def next(self) -> Lexeme:
        """Read a lexeme; the one at the end stays."""
        lexeme = self.lexemes[self.at]
        self.at += lexeme.kind != "end"
        return lexeme

    def level(self, step: int) -> Piece:
        """What stands at one step of the ladder; behind the last, a single piece."""
        return self._ladder[step](step) if step < len(self._ladder) else self.single()

    # The steps -------------------------------------------------------------------------------------------------------

    def _any(self, step: int) -> Piece:
        pieces = [self.level(step + 1)]
        while self.peek().kind == "or":
            self.next()
            pieces.append(self.level(step + 1))
        return any_of(pieces)

    def _all(self, step: int) -> Piece:
        pieces = [self.level(step + 1)]
        while True:
            if self.peek().kind == "and":
                self.next()
            elif self.peek().kind not in _STARTS and (self.peek().kind != "not" or "without" in self._names):
                break
            pieces.append(self.level(step + 1))
        return all_of(self._without_small(pieces) if self.dialect is Dialect.GOOGLE else pieces)

    def _without_small(self, pieces: list[Piece]) -> list[Piece]:
        """Google passes over small words outside quotes, ``and`` and ``or`` in small letters among them."""
        small = [isinstance(piece, Term) and piece.text in _SMALL for piece in pieces]
        if all(small):
            return pieces
        kept = []
        for piece, passed_over in zip(pieces, small, strict=True):
            if passed_over:
                self.notes.add(Kind.DROPPED, "Google passes over small words outside quotes", piece.start, piece.end)
            else:
                kept.append(piece)
        return kept

    @property
    def _names(self) -> tuple[str, ...]:
        return _LADDERS.get(self.dialect, ())

    def _without(self, step: int) -> Piece:
        pieces = [] if self.peek().kind == "not" else [self.level(step + 1)]
        while self.peek().kind == "not":
            operator = self.next()
            piece = self.level(step + 1)
            pieces.append(Without(piece, operator.start, piece.end))
        return all_of(pieces)

    def _prefix(self, step: int) -> Piece:
        lexeme = self.peek()
        if lexeme.kind == "not":
            self.next()
            piece = self.deeper(lambda: self.level(step))
            return Without(piece, lexeme.start, piece.end)
        if self.dialect is Dialect.FACTIVA and lexeme.kind in ("field", "mentions"):
            self.next()
            piece = self.deeper(lambda: self.level(step))
            return self.scoped(lexeme, piece) if lexeme.kind == "field" else self._mentions(lexeme, piece)
        return self.level(step + 1)

    def _near(self, step: int) -> Piece:
        pieces, reaches = [self.level(step + 1)], []
        while self.peek().kind in ("near", "first"):
            lexeme = self.next()
            if lexeme.kind == "first":
                pieces[-1] = Scope("first", pieces[-1], pieces[-1].start, lexeme.end, lexeme.number or 0)
                continue
            reaches.append(self._reach(lexeme))
            if len(reaches) > LIMITS.query_depth_max:
                self.too_deep(f"distances join {LIMITS.query_depth_max} pieces at most in a row")
            pieces.append(self.level(step + 1))
        while reaches:
            # Nexis takes the shortest distance first, the others from left to right.
            nexis = self.dialect is Dialect.NEXIS
            first = min(
                range(len(reaches)), key=lambda i: (_RANK[reaches[i].unit], reaches[i].distance) if nexis else i
            )
            left, right = pieces[first : first + 2]
            pieces[first : first + 2] = [Pair(left, right, reaches.pop(first), left.start, right.end)]
        return pieces[0]

    def _row(self, step: int) -> Piece:
        pieces, gaps = [self.level(step + 1)], [0]
        gap = 0
        while self.peek().kind in _STARTS - {"field", "mentions", "range"} or (
            self.dialect is Dialect.NEXIS and self.peek().kind in ("mentions", "range")
        ):
            if self.peek().kind == "gap":
                self.next()
                gap += 1
                continue
            pieces.append(self.level(step + 1))
            gaps.append(gap)
            gap = 0
        if len(pieces) == 1:
            return pieces[0]
        return Row(tuple(pieces), tuple(gaps), pieces[0].start, pieces[-1].end)

    # Single pieces ---------------------------------------------------------------------------------------------------

    def single(self) -> Piece:
        """One word, phrase or group, with what belongs to it."""
        lexeme = self.next()
        match lexeme.kind:
            case "word":
                return self._behind(Term(lexeme.text, lexeme.start, lexeme.end))
            case "phrase" | "unclosed":
                return self._quote(lexeme)
            case "open":
                return self._behind(self._group(lexeme))
            case "must":
                return self.deeper(self.single)
            case "not":
                piece = self.deeper(self.single)
                return Without(piece, lexeme.start, piece.end)
            case "field":
                return self.scoped(lexeme, self._field_value(lexeme))
            case "call":
                return self._called(lexeme)
            case "mentions":
                return self._mentions(lexeme, self.deeper(self.single))
            case "cased":
                quote = Quote(lexeme.text[1:-1], lexeme.start, lexeme.end)
                return self._behind(Written("as", quote, lexeme.start, lexeme.end))
            case "gap" | "everything":
                return Everything(lexeme.start, lexeme.end)
            case _:
                return self._lost(lexeme)

    def _lost(self, lexeme: Lexeme) -> Piece:
        match lexeme.kind:
            case "range":
                self.notes.missing("ranges of dates, numbers or lengths are nothing here", lexeme.start, lexeme.end)
            case "regex":
                self.notes.missing("there are no regular expressions here; a star stands for any letters",
                                   lexeme.start, lexeme.end)  # fmt: skip
            case "boost" | "slop":
                self._behind(Lost(lexeme.start, lexeme.end), lexeme)
            case "end" | "close":
                if lexeme.kind == "close":
                    self.at -= 1
                self.notes.missing("something is missing in front of this", lexeme.start, lexeme.end)
            case "other":
                self.notes.missing("this sign means nothing here", lexeme.start, lexeme.end)
            case _:
                self.notes.missing("this operator has nothing to join", lexeme.start, lexeme.end)
        return Lost(lexeme.start, lexeme.end)

    def _quote(self, lexeme: Lexeme) -> Piece:
        text, _, slop = lexeme.text.rpartition("~") if not lexeme.text.endswith('"') else (lexeme.text, "", "")
        if lexeme.kind == "unclosed":
            self.notes.missing("this quote is never closed; it was read up to the end", lexeme.start, lexeme.end)
            text, slop = lexeme.text + '"', ""
        number = int(float(slop)) if slop and slop != "." else None
        return self._behind(Quote(text[1:-1], lexeme.start, lexeme.end, number))

    def _group(self, opening: Lexeme) -> Piece:
        piece = self.deeper(lambda: self.level(0)) if self.peek().kind != "close" else None
        if self.peek().kind == "close":
            end = self.next().end
        else:
            end = self.peek().start
            self.notes.missing("this parenthesis is never closed; it was read up to the end",
                               opening.start, opening.end)  # fmt: skip
        if piece is None:
            self.notes.missing("there is nothing in these parentheses", opening.start, end)
            return Lost(opening.start, end)
        # A group is a piece of its own: what stands around it must not flow into it.
        return Any((piece,), opening.start, end)

    def _behind(self, piece: Piece, lexeme: Lexeme | None = None) -> Piece:
        """What may stand behind a piece and changes nothing, or cannot be said."""
        while lexeme is not None or self.peek().kind in ("boost", "slop"):
            found = lexeme or self.next()
            lexeme = None
            if found.kind == "boost":
                self.notes.add(Kind.DROPPED, "nothing is ranked here", found.start, found.end)
            else:
                self.notes.missing("a distance behind a group: write (a OR b) NEAR/n (c OR d)", found.start, found.end)
        return piece

    def _field_value(self, field: Lexeme) -> Piece:
        if field.text.strip().rstrip(":").lower() in GREEDY:
            return self.deeper(lambda: self.level(0))
        if self.peek().kind not in _STARTS:
            self.notes.missing("a word, a phrase or a group must follow", field.start, field.end)
            return Lost(field.start, field.end)
        return self._behind(self.deeper(self.single))

    def scoped(self, field: Lexeme, piece: Piece) -> Piece:
        """A piece in a field of theirs, as one of ours."""
        if isinstance(piece, Lost):
            return Lost(field.start, piece.end)
        name = field.text.strip().rstrip(":=").replace("\\", "").lower()
        if name in STYLES and self.dialect is not Dialect.LUCENE:
            return Written(STYLES[name], piece, field.start, piece.end)
        ours = FIELDS[self.dialect].get(name.rpartition(".")[2] if self.dialect is Dialect.LUCENE else name)
        if ours is None:
            self.notes.missing(f"{field.text.strip()} {reason(name)}", field.start, piece.end)
            return Lost(field.start, piece.end)
        if name in ("lp", "lead", "ingress"):
            self.notes.add(Kind.WIDER, "the lead is the headline and the first 60 words here", field.start, field.end)
        return Scope(ours, piece, field.start, piece.end)

    def _called(self, call: Lexeme) -> Piece:
        if call.text.lower() not in (*STYLES, *FIELDS[self.dialect]) and reason(call.text) == reason(""):
            # A word that stands too close to a group.
            word = Term(call.text, call.start, call.end)
            group = self.deeper(self.single)
            return Row((word, group), (0, 0), call.start, group.end) if "row" in self._names else all_of([word, group])
        return self.scoped(call, self.deeper(self.single))

    def _mentions(self, lexeme: Lexeme, piece: Piece) -> Piece:
        return Mentions(lexeme.number or 1, piece, lexeme.start, piece.end)

    def _reach(self, lexeme: Lexeme) -> Reach:
        """How far an operator reaches, in our way of counting: neighbours are one word apart."""
        text = lexeme.text.lower()
        negated = text.startswith("not")
        text = text.removeprefix("not").strip()
        ordered = text.startswith(("adj", "pre", "onear"))
        unit = re.search(r"/(seg|sent|para|s|p)$", text)
        if unit or text == "same":
            return Reach(0, _UNITS[unit[1]] if unit else "paragraph", ordered, negated)
        number = lexeme.number
        match self.dialect:
            case Dialect.FACTIVA:
                if number is None and text == "near":
                    self.notes.add(Kind.CHANGED, "near without a number: taken as near4", lexeme.start, lexeme.end)
                    return Reach(4)
                return Reach(1 if number is None else number, ordered=ordered or text.startswith("w"), negated=negated)
            case Dialect.GOOGLE:
                return Reach((number or 0) + 1)
            case Dialect.MELTWATER:  # they count the words between
                return Reach((4 if number is None else number) + 1, "words", ordered or text.endswith("f"), negated)
            case _:
                return Reach(4 if number is None else number, "words", ordered, negated)

    def deeper(self, rule: Callable[[], Piece]) -> Piece:
        """One step further in, if there is one."""
        self._depth += 1
        if self._depth > LIMITS.query_depth_max:
            self.too_deep(f"groups go {LIMITS.query_depth_max} deep at most")
        result = rule()
        self._depth -= 1
        return result

    def too_deep(self, message: str) -> NoReturn:
        """End the conversion here."""
        here = self.peek()
        self.notes.missing(message, here.start, here.end)
        raise TooDeepError
