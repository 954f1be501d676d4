"""Where each key and value of a TOML text stands.

``tomllib`` says what a text means, and is the only judge of whether it is right; this module says where each part of it
was written, so that a problem can be pointed at. It reads structure only: keys, tables, strings, brackets. On a text
that is no TOML it stops where it is lost, and what came before stays located.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

Path = tuple[str | int, ...]
Span = tuple[int, int]

_SPACE = re.compile(r"[ \t]*+")
_GAP = re.compile(r"(?:[ \t\n]++|#[^\n]*+)*+")
_REST = re.compile(r"[ \t]*+(?:#[^\n]*+)?+")
_BARE = re.compile(r"[A-Za-z0-9_-]++")
_BASIC = re.compile(r'"(?:[^"\\\n]++|\\[^\n])*+"')
_LITERAL = re.compile(r"'[^'\n]*+'")
_LONG_BASIC = re.compile(r'"""(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*+"{3,5}')
_LONG_LITERAL = re.compile(r"'''(?:[^']++|'{1,2}(?!'))*+'{3,5}")
# A date and a time may be parted by a space; any other value that is no string or bracket holds none.
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]++|[^\s,\]}#]++")
_PIECE = re.compile(
    r"\\(?:u(?P<u>[0-9A-Fa-f]{4})|U(?P<U>[0-9A-Fa-f]{8})|x(?P<x>[0-9A-Fa-f]{2})|(?P<fold>[ \t]*\n[ \t\n]*)|(?P<c>.))"
    r"|[^\\]",
    re.DOTALL,
)
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one line: line and column count from 1, width in characters. Line 0 is the file as a whole."""

    line: int
    column: int
    width: int


WHOLE_FILE = Place(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Spot:
    """A key and its value as offsets into the text. Of a table written with a header, the header is the value."""

    path: Path
    key: Span
    value: Span


@dataclass(frozen=True, slots=True)
class Statement:
    """One ``key = value`` or one ``[header]``. ``key`` is the last part of its name."""

    path: Path
    key: Span
    span: Span
    header: bool


def locate(text: str) -> Places:
    """Find every key and value of a text, whatever its line ends."""
    return Places(text.replace("\r\n", "\n"))


class Places:
    """Every key and value of one text, whose line ends are single newlines, as tomllib makes them.

    ``lost_at``: where the text stops being TOML. ``unclosed_at``: a quote that nothing closes, where that is why.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        walk = _Walk(text)
        walk.run()
        self.spots = walk.spots
        self.statements = walk.statements
        self.lost_at = walk.lost_at
        self.unclosed_at = walk.unclosed_at
        self._first: dict[Path, Spot] = {}
        for spot in self.spots:
            self._first.setdefault(spot.path, spot)

    def spot(self, path: Path) -> Spot | None:
        """The first place that defines ``path``."""
        return self._first.get(path)

    def key(self, path: Path) -> Place | None:
        """Where the key stands; of an array's element, where the element stands."""
        spot = self._first.get(path)
        return None if spot is None else self.place(spot.key)

    def value(self, path: Path) -> Place | None:
        """Where the value stands, or its first line where it has several."""
        spot = self._first.get(path)
        return None if spot is None else self.place(spot.value)

    def nearest(self, path: Path) -> Place:
        """The key of ``path``, or of the closest table around it that is written down."""
        while path:
            place = self.key(path)
            if place is not None:
                return place
            path = path[:-1]
        return WHOLE_FILE

    def within(self, path: Path, start: int, end: int) -> Place | None:
        """Where the characters ``start`` to ``end`` of a string value stand. ``start`` may be its length: the quote."""
        spot = self._first.get(path)
        if spot is None or self.text[spot.value[0]] not in "\"'":
            return None
        _, offsets = unquote(self.text[slice(*spot.value)])
        first = max(0, min(start, len(offsets) - 1))
        last = max(first, min(end, len(offsets) - 1))
        return self.place((spot.value[0] + offsets[first], spot.value[0] + offsets[last]))

    def place(self, span: Span) -> Place:
        """Offsets to line and column. The width ends with the line, and is one at least."""
        start, end = span
        line = bisect_right(self._starts, start)
        begin, stop = self.line_span(line)
        return Place(line, start - begin + 1, max(1, min(end, stop) - start))

    def line_span(self, line: int) -> Span:
        """The offsets of a line, without its line end."""
        begin = self._starts[line - 1]
        stop = self._starts[line] - 1 if line < len(self._starts) else len(self.text)
        return begin, stop

    def statement_at(self, offset: int) -> Statement | None:
        """The statement that holds ``offset``, or the last one before it."""
        index = bisect_right(self.statements, offset, key=lambda statement: statement.span[0])
        return self.statements[index - 1] if index else None

    def section(self, header: Statement) -> Span:
        """From a header to the next one, or as far as the text was understood."""
        after = (other.span[0] for other in self.statements if other.header and other.span[0] > header.span[0])
        return header.span[0], next(after, len(self.text) if self.lost_at is None else self.lost_at)


def unquote(raw: str) -> tuple[str, list[int]]:
    """Read a string as it is written, quotes included: its value, and where each character of it begins in ``raw``.

    The offsets have one more, where the closing quote begins.
    """
    quote = raw[:3] if raw[:3] in ('"""', "'''") else raw[0]
    start, stop = len(quote), len(raw) - len(quote)
    if len(quote) == 3 and raw[start] == "\n":
        start += 1
    if quote[0] == "'":
        return raw[start:stop], list(range(start, stop + 1))
    chars: list[str] = []
    offsets: list[int] = []
    for piece in _PIECE.finditer(raw, start, stop):
        code = piece["u"] or piece["U"] or piece["x"]
        if piece["fold"] is not None:
            continue
        if code:
            chars.append(chr(int(code, 16)))
        else:
            chars.append(_ESCAPES.get(piece["c"], piece["c"]) if piece["c"] else piece.group())
        offsets.append(piece.start())
    return "".join(chars), [*offsets, stop]


class _LostError(Exception):
    """What follows is no TOML."""


class _Walk:
    """One pass over a text, top down."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.spots: list[Spot] = []
        self.statements: list[Statement] = []
        self.lost_at: int | None = None
        self.unclosed_at: int | None = None
        self._table: Path = ()
        self._rows: dict[Path, int] = {}  # arrays of tables, and how many tables each has so far

    def run(self) -> None:
        try:
            while self._skip(_GAP) < len(self.text):
                if self.text[self.at] == "[":
                    self._header()
                else:
                    self._assignment()
                if self._skip(_REST) < len(self.text):
                    self._must("\n")
        except _LostError:
            self.lost_at = self.at

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return self.at

    def _take(self, mark: str) -> bool:
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def _must(self, mark: str) -> None:
        if not self._take(mark):
            raise _LostError

    def _names(self) -> list[tuple[str, Span]]:
        """A key, dotted or not: each part as it is meant, and where it stands."""
        names = []
        while True:
            self._skip(_SPACE)
            found = next((m for p in (_BARE, _BASIC, _LITERAL) if (m := p.match(self.text, self.at))), None)
            if found is None:
                if self.text.startswith(("'", '"'), self.at):
                    self.unclosed_at = self.at
                raise _LostError
            raw = found.group()
            names.append((unquote(raw)[0] if raw[0] in "\"'" else raw, found.span()))
            self.at = found.end()
            self._skip(_SPACE)
            if not self._take("."):
                return names

    def _header(self) -> None:
        start = self.at
        row = self.text.startswith("[[", self.at)
        self.at += 2 if row else 1
        names = self._names()
        self._must("]]" if row else "]")
        whole = (start, self.at)
        path: Path = ()
        for number, (name, span) in enumerate(names, 1):
            path = (*path, name)
            last = number == len(names)
            self.spots.append(Spot(path, span, whole))
            if last and row:
                self._rows[path] = self._rows.get(path, 0) + 1
            if path in self._rows:
                path = (*path, self._rows[path] - 1)
                if last:
                    self.spots.append(Spot(path, span, whole))
        self._table = path
        self.statements.append(Statement(path, names[-1][1], whole, header=True))

    def _assignment(self) -> None:
        start = self.at
        path, key = self._pair(self._table)
        self.statements.append(Statement(path, key, (start, self.at), header=False))

    def _pair(self, table: Path) -> tuple[Path, Span]:
        start = self.at
        names = self._names()
        self._must("=")
        self._skip(_SPACE)
        path = (*table, *(name for name, _ in names))
        value = self._value(path)
        for number, (_, span) in enumerate(names[:-1], 1):
            self.spots.append(Spot(path[: len(table) + number], span, (start, self.at)))
        self.spots.append(Spot(path, names[-1][1], value))
        return path, names[-1][1]

    def _value(self, path: Path) -> Span:
        start = self.at
        mark = self.text[start : start + 1]
        if mark == "[":
            self._array(path)
        elif mark == "{":
            self._inline(path)
        elif mark in ('"', "'") and mark:
            long, short = (_LONG_BASIC, _BASIC) if mark == '"' else (_LONG_LITERAL, _LITERAL)
            found = (long if self.text.startswith(mark * 3, start) else short).match(self.text, start)
            if found is None:
                self.unclosed_at = self.at
                raise _LostError
            self.at = found.end()
        elif self._skip(_SCALAR) == start:
            raise _LostError
        return start, self.at

    def _array(self, path: Path) -> None:
        self._must("[")
        count = 0
        self._skip(_GAP)
        while not self._take("]"):
            element = (*path, count)
            span = self._value(element)
            self.spots.append(Spot(element, span, span))
            count += 1
            self._skip(_GAP)
            if not self._take(","):
                self._must("]")
                return
            self._skip(_GAP)

    def _inline(self, path: Path) -> None:
        # Line ends are taken here too: newer TOML allows them, and tomllib has already said whether it does.
        self._must("{")
        self._skip(_GAP)
        while not self._take("}"):
            self._pair(path)
            self._skip(_GAP)
            if not self._take(","):
                self._must("}")
                return
            self._skip(_GAP)
