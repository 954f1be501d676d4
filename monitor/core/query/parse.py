"""Lexemes to a tree. NOT binds tightest, then NEAR, then AND (words side by side mean AND), then OR."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.core.model import LIMITS
from monitor.core.query.lex import Lexeme, lex
from monitor.core.query.tree import (
    NEAR_MAX,
    And,
    AtLeast,
    Concept,
    Everything,
    In,
    Mode,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    QueryProblem,
    SomeOf,
    Word,
    has_places,
    height,
    requires_something,
)
from monitor.core.text import APOSTROPHES, fold, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

# Everything that walks a tree does so by recursion: chains of NEAR in groups of groups must not get it to the bottom.
HEIGHT_MAX = 150
_STARTS = frozenset(("word", "phrase", "case", "field", "concept", "open", "not", "atleast", "someof"))
# Signs around a word that are no part of it.
_EDGES = f"{APOSTROPHES}.,;:!?&+-…()[]"


def parse(text: str) -> Node | QueryProblem:
    """Parse a query. The problem returned is the first one; its offsets point into ``text``."""
    if len(text) > LIMITS.query_max:
        return QueryProblem(
            f"the query has {len(text):,} characters, the limit is {LIMITS.query_max:,}",
            LIMITS.query_max,
            len(text),
            "split it into two topics, or name a part of it as a concept",
        )
    lexemes = lex(text)
    if isinstance(lexemes, QueryProblem):
        return lexemes
    if len(lexemes) == 1:
        return QueryProblem(
            "the query is empty", 0, len(text), 'write what to look for, such as aleppo AND "air strike"'
        )
    try:
        return _Parser(lexemes, text).whole()
    except _StopError as stop:
        return replace(stop.problem, end=min(stop.problem.end, len(text)))


# Longer words of plain letters are one word, whatever stands beside them: no prefix that is joined to what follows.
_JOINED_MAX = 3


class _StopError(Exception):
    """Carries the first problem out of the recursion; never leaves this module."""

    def __init__(self, problem: QueryProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Parser:
    """A recursive descent over lexemes, bounded in depth."""

    def __init__(self, lexemes: list[Lexeme], text: str) -> None:
        self._lexemes = lexemes
        self._text = text
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._or()
        left = self._peek()
        if left.kind == "close":
            raise _stop(left, "this parenthesis closes nothing", "remove it, or add the ( that it belongs to")
        if left.kind != "end":
            raise self._misplaced(left)
        if height(node) > HEIGHT_MAX:
            whole = Lexeme("", "", self._lexemes[0].start, self._lexemes[-2].end)
            raise _stop(whole, "groups and NEARs stand too deep in one another", "name a part of it as a concept")
        if not requires_something(node):
            first, last = self._lexemes[0], self._lexemes[-2]
            problem = QueryProblem(
                "this query only says what must not be there, so nearly everything would match",
                first.start,
                last.end,
                "add something that must be there; to really match everything else, write: * NOT …",
            )
            raise _StopError(problem)
        return node

    def _peek(self) -> Lexeme:
        return self._lexemes[self._at]

    def _next(self) -> Lexeme:
        lexeme = self._lexemes[self._at]
        self._at += 1
        return lexeme

    def _or(self) -> Node:
        nodes = [self._and()]
        while self._peek().kind == "or":
            self._next()
            nodes.append(self._and())
        return _flat(Or, nodes)

    def _and(self) -> Node:
        nodes = [self._near()]
        while True:
            if self._peek().kind == "and":
                self._next()
            elif self._peek().kind not in _STARTS:
                break
            nodes.append(self._near())
        return _flat(And, nodes)

    def _near(self) -> Node:
        left_start, left_end = self._at, self._at
        node = self._unary()
        chain = 0
        while self._peek().kind == "near":
            left_end = self._at
            operator = self._next()
            chain += 1
            if chain > LIMITS.query_depth_max:
                raise _stop(operator, f"NEAR joins {LIMITS.query_depth_max} at most in a row", "join the others by AND")
            right_start = self._at
            right = self._unary()
            number = operator.number or 0
            if not 1 <= number <= NEAR_MAX:
                raise _stop(operator, f"a distance goes from 1 to {NEAR_MAX:,}", "such as NEAR/8")
            self._check_near(node, left_start, left_end)
            self._check_near(right, right_start, self._at)
            node = Near(node, right, number, "onear" in operator.text, operator.text.startswith("not"))
        return node

    def _check_near(self, node: Node, first: int, behind: int) -> None:
        if not has_places(node):
            start, end = self._lexemes[first].start, self._lexemes[behind - 1].end
            raise _stop(
                Lexeme("", "", start, end),
                "NEAR needs words, phrases or groups joined by OR on both sides",
                "AND and NOT have no place in the text to be near to; move them out of the group",
            )

    def _unary(self) -> Node:
        if self._peek().text == "+" and self._peek().kind == "and":  # +word, of Lucene: what AND already says
            self._next()
        if self._peek().kind == "not":
            operator = self._next()
            if self._peek().kind not in _STARTS:
                raise _stop(operator, "NOT must be followed by what to exclude", 'such as NOT "air show"')
            return Not(self._deeper(self._unary))
        return self._primary()

    def _primary(self) -> Node:
        lexeme = self._next()
        match lexeme.kind:
            case "word":
                return _word(lexeme)
            case "case":
                return _cased(lexeme)
            case "phrase":
                return _phrase(lexeme)
            case "concept":
                return Concept(lexeme.text)
            case "open":
                node = self._deeper(self._or)
                self._close(lexeme)
                return node
            case "field":
                return In(lexeme.text, self._field_value(lexeme))
            case "atleast":
                group = self._next()
                node = self._deeper(self._or)
                self._close(group)
                if not lexeme.number or not has_places(node):
                    raise _stop(lexeme, "ATLEAST counts mentions of words or phrases", "such as ATLEAST/3(truce)")
                return AtLeast(lexeme.number, node)
            case "someof":
                return self._some_of(lexeme)
            case "end":
                previous = self._lexemes[self._at - 2] if self._at > 1 else lexeme
                raise _stop(previous, "something is missing after this", "a word, a phrase or ( is expected")
            case _:
                raise self._misplaced(lexeme)

    def _field_value(self, field: Lexeme) -> Node:
        if self._peek().kind not in ("word", "phrase", "open", "concept", "case"):
            raise _stop(
                field, f"{field.text}: must be followed by a word, a phrase or (", f"such as {field.text}:truce"
            )
        return self._deeper(self._primary)

    def _some_of(self, lexeme: Lexeme) -> Node:
        group = self._next()
        nodes = [self._deeper(self._or)]
        while self._peek().kind == "comma":
            self._next()
            nodes.append(self._deeper(self._or))
        self._close(group)
        if not lexeme.number or lexeme.number > len(nodes):
            raise _stop(lexeme, f"{lexeme.number} of {len(nodes)} is not possible", "such as 2 OF (fuel, bread, water)")
        return SomeOf(lexeme.number, tuple(nodes))

    def _close(self, group: Lexeme) -> None:
        if self._peek().kind != "close":
            if self._peek().kind == "end":
                raise _stop(group, "this parenthesis is never closed", "add a ) where the group ends")
            raise self._misplaced(self._peek())
        self._next()

    def _misplaced(self, lexeme: Lexeme) -> _StopError:
        written = self._text[lexeme.start : lexeme.end]
        match lexeme.kind:
            case "comma":
                help_ = 'commas part what 2 OF (a, b) chooses from; put a number that holds one in quotes: "1,500"'
            case "and" | "or" | "near":
                help_ = (
                    f"it stands between two of them: truce {written} ceasefire; to look for the word, put it in quotes"
                )
            case _:
                help_ = "a word, a phrase or ( is expected"
        return _stop(lexeme, f"{written!r} is out of place here", help_)

    def _deeper(self, rule: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > LIMITS.query_depth_max:
            raise _stop(
                self._peek(), f"groups go {LIMITS.query_depth_max} deep at most", "name a part of it as a concept"
            )
        node = rule()
        self._depth -= 1
        return node


def _stop(lexeme: Lexeme, message: str, help_: str) -> _StopError:
    return _StopError(QueryProblem(message, lexeme.start, max(lexeme.end, lexeme.start + 1), help_))


def _flat(kind: type[And | Or], nodes: list[Node]) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, kind) else (node,))
    return kind(tuple(flat))


def _word(lexeme: Lexeme) -> Node:
    text = lexeme.text
    if len(text) > _JOINED_MAX and text.isascii() and text.isalpha() and lexeme.number is None:
        return Word(text)
    if text.strip("*?") == "":
        if text == "*":
            return Everything()
        raise _stop(lexeme, "a star needs letters beside it", "* alone matches everything; write at least two letters")
    mode = Mode.EXACT if text.startswith("=") else Mode.STEM
    text = text.removeprefix("=").rstrip("?")
    if "?" in text:
        raise _stop(lexeme, "? stands for nothing inside a word", "a star stands for any letters, as in wom*n")
    if "*" in text or lexeme.number is not None:
        return _pattern(lexeme, text.strip(_EDGES), mode, lexeme.number)
    parts = [token.raw for token in tokens(text)]
    if not parts:
        raise _stop(lexeme, f"{lexeme.text!r} holds no letter or digit", "write a word")
    if len(parts) == 1:
        return Word(parts[0], mode)
    return Phrase(tuple(Word(part, mode) for part in parts))  # air-strike is two words in a text, so also here


def _cased(lexeme: Lexeme) -> Node:
    found = tokens(lexeme.text)
    if len(found) != 1 or found[0].raw not in (lexeme.text, lexeme.text.rstrip(_EDGES)):
        raise _stop(lexeme, "cs: takes one word, as it is written", "such as cs:NATO; NEAR/1 joins two of them")
    return Word(found[0].raw, Mode.CASE)


def _pattern(lexeme: Lexeme, text: str, mode: Mode, fuzz: int | None = None) -> Word:
    letters = "".join(char for char in fold(text.replace("*", "")) if not unicodedata.category(char).startswith("M"))
    if fuzz is not None and ("*" in text or not 1 <= fuzz <= 2):
        raise _stop(lexeme, "an edit distance is 1 or 2, and goes with no star", "such as mosul~1")
    if len(letters) < 2 or not letters.isalnum():
        raise _stop(lexeme, "a pattern needs at least two letters, and no other signs", "such as ceasefir* or mos*l")
    return Word(text, mode, fuzz or 0)


def _phrase(lexeme: Lexeme) -> Node:
    words = []
    for piece in lexeme.text.split():
        if len(piece) > _JOINED_MAX and piece.isascii() and piece.isalpha():
            words.append(Word(piece))
            continue
        mode = Mode.EXACT if piece.startswith("=") and len(piece) > 1 else Mode.STEM
        if "*" in piece:
            words.append(_pattern(lexeme, piece.removeprefix("=").strip(_EDGES), mode))
        else:
            words.extend(Word(token.raw, mode) for token in tokens(piece))
    if not words:
        raise _stop(lexeme, "this phrase holds no word", "write words between the quotes")
    if lexeme.number is not None and len(words) > 1:
        if not 1 <= lexeme.number <= NEAR_MAX:
            raise _stop(lexeme, f"a distance goes from 1 to {NEAR_MAX:,}", 'such as "truce aleppo"~8')
        return Phrase(tuple(words), lexeme.number)
    return words[0] if len(words) == 1 else Phrase(tuple(words))
