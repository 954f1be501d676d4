"""Lucene's own grammar: no precedence, but clauses that must be there, may be there, or must not.

AND makes the clauses on both its sides required, and OR makes nothing optional that was required; beside a required
clause the others only rank. So ``a AND b OR c`` finds what ``a AND b`` finds. This follows the classic query parser,
with OR between words side by side, as query_string in Elasticsearch and OpenSearch does by default.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from monitor.core.query.convert.dialect import Kind
from monitor.core.query.convert.grammar import Grammar
from monitor.core.query.convert.pieces import Lost, Piece, Quote, Term, Without, all_of, any_of

_SMALL = frozenset(("and", "or", "not"))
_FUZZY = re.compile(r"(?P<word>.+?)~(?P<fuzz>\d*(?:\.\d+)?)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
EDITS_MAX = 2


@dataclass(slots=True)
class _Clause:
    piece: Piece
    role: str
    """``must``, ``may`` or ``never``."""
    said_or: bool = False


class Clauses(Grammar):
    """Grammar for Lucene."""

    def level(self, step: int) -> Piece:
        """A row of clauses, up to the parenthesis that closes it."""
        clauses: list[_Clause] = []
        before = self.at
        while self.peek().kind not in ("end", "close"):
            self._clause(clauses)
        if not clauses:
            here = self.lexemes[before]
            return Lost(here.start, here.end)
        return self._joined(clauses)

    def _clause(self, clauses: list[_Clause]) -> None:
        joint = self.next() if self.peek().kind in ("and", "or") else None
        sign = self.next() if self.peek().kind in ("not", "must") else None
        here = self.peek()
        if here.kind in ("end", "close"):
            operator = sign or joint or here
            self.notes.missing("something is missing behind this", operator.start, operator.end)
            return
        piece = self.single()
        if isinstance(piece, Term) and piece.text in _SMALL and sign is None:
            self.notes.add(Kind.DROPPED, f"{piece.text} in small letters is a word to Lucene, not an operator",
                           piece.start, piece.end)  # fmt: skip
            return
        with_and = joint is not None and joint.kind == "and"
        if with_and and clauses and clauses[-1].role == "may":
            clauses[-1].role = "must"
        role = "never" if sign and sign.kind == "not" else "must" if sign or (with_and and clauses) else "may"
        if joint is None and sign is None and clauses and clauses[-1].role == "may":
            message = "words side by side: any of them does, Lucene's default; where your index wants all, write AND"
            self.notes.add(Kind.CHANGED, message, clauses[-1].piece.start, piece.end)
        said_or = joint is not None and joint.kind == "or"
        if said_or and clauses:
            clauses[-1].said_or = True
        clauses.append(_Clause(piece, role, said_or))

    def _joined(self, clauses: list[_Clause]) -> Piece:
        must = [clause.piece for clause in clauses if clause.role == "must"]
        may = [clause for clause in clauses if clause.role == "may"]
        never = [Without(one.piece, one.piece.start, one.piece.end) for one in clauses if one.role == "never"]
        if must:
            for clause in may:
                said = "OR beside AND, + or without parentheses" if clause.said_or else "a word beside a required one"
                self.notes.add(Kind.DROPPED, f"{said} only ranks in Lucene; group with ( ) what should count",
                               clause.piece.start, clause.piece.end)  # fmt: skip
        elif may:
            must = [any_of([clause.piece for clause in may])]
        for clause in clauses:
            if clause.role == "never" and clause.said_or and len(clauses) > 1:
                self.notes.add(Kind.CHANGED, "OR NOT excludes in Lucene, whatever stands before it",
                               clause.piece.start, clause.piece.end)  # fmt: skip
        return all_of([*must, *never])

    def single(self) -> Piece:
        """One word, phrase or group: escapes undone, ``~`` read."""
        piece = super().single()
        if isinstance(piece, Quote):
            return replace(piece, text=_ESCAPED.sub(r"\1", piece.text))
        if not isinstance(piece, Term):
            return piece
        fuzzy = _FUZZY.fullmatch(piece.text)
        text = _ESCAPED.sub(lambda found: " " if found[1] in "*?" else found[1], fuzzy["word"] if fuzzy else piece.text)
        edits = self._edits(piece, fuzzy["fuzz"], len(text)) if fuzzy else 0
        return self._behind(replace(piece, text=text, fuzz=edits))

    def _edits(self, piece: Term, written: str, length: int) -> int:
        """``~`` is 2 edits; ``~0.8`` of old a likeness, as many edits as Lucene makes of it."""
        if not written or written == ".":
            return EDITS_MAX
        number = float(written)
        if number >= 1 or number == 0:
            return min(int(number), EDITS_MAX)
        edits = min(int((1 - number) * length), EDITS_MAX)
        self.notes.add(Kind.CHANGED, f"a likeness of {written} is {edits} letters of a word this long, as in Lucene",
                       piece.start, piece.end)  # fmt: skip
        return edits
