"""What is wrong with a configuration, and how it is shown: location, source line, caret, and what to do about it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from monitor.core.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Severity = Literal["error", "warning"]

_MESSAGE_MAX = 600
_LINE_CELLS_MAX = 140
_CONTEXT_CELLS = 50  # shown before the caret where a line is cut
_TAB = 4
_MASK = '"…"'
# Whatever else is wrong, nobody's password is shown with it: the part of an address before its last @.
_USERINFO = re.compile(r"(?<=://)[^\s\"']*(?=@)")


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing that is wrong, or only suspicious (a warning). Line and column count from 1; line 0: the file itself.

    ``hidden``: (column, width) stretches of that line that hold a secret and are never shown.
    """

    severity: Severity
    message: str
    path: str
    line: int
    column: int
    width: int
    help: str = ""
    hidden: tuple[tuple[int, int], ...] = ()


def ordered(problems: Iterable[ConfigProblem]) -> list[ConfigProblem]:
    """By line and column, each problem once; of several files one after the other, as they come."""
    distinct = list(dict.fromkeys(problems))
    files = list(dict.fromkeys(problem.path for problem in distinct))
    return sorted(distinct, key=lambda one: (files.index(one.path), one.line, one.column, one.severity))


def render(problems: Iterable[ConfigProblem], source: str, beside: Mapping[str, str] | None = None) -> str:
    """Show every problem with its line and a caret, in plain text. ``source`` is the text that was loaded.

    ``beside``: the texts of other files that were read with it, by path.
    """
    found = ordered(problems)
    if not found:
        return ""
    texts = {path: _lines(text) for path, text in (beside or {}).items()}
    own = _lines(source)
    return "\n\n".join([*(_frame(one, texts.get(one.path, own)) for one in found), _count(found)]) + "\n"


def _lines(source: str) -> list[str]:
    return source.replace("\r\n", "\n").split("\n") if source else []


def as_json(problems: Iterable[ConfigProblem]) -> list[dict[str, str | int]]:
    """The problems as plain values for editors and scripts. Holds no text of the file."""
    return [
        {
            "severity": problem.severity,
            "message": _clean(problem.message),
            "path": _clean(problem.path),
            "line": problem.line,
            "column": problem.column,
            "width": problem.width,
            "help": _clean(problem.help),
        }
        for problem in ordered(problems)
    ]


def _count(problems: Sequence[ConfigProblem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    parts = [(errors, "problem"), (warnings, "warning")]
    return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in parts if count)


def _frame(problem: ConfigProblem, lines: Sequence[str]) -> str:
    head = f"{problem.severity}: {_clean(problem.message)}"
    path = _clean(problem.path)
    if not 1 <= problem.line <= len(lines):
        place = f"{path}:{problem.line}:{problem.column}" if problem.line else path
        return "\n".join([head, f"  --> {place}", *([f"  = help: {_clean(problem.help)}"] if problem.help else [])])
    number = str(problem.line)
    gutter = " " * len(number)
    shown, offset, width = _show(lines[problem.line - 1], problem)
    rows = [
        head,
        f" {gutter}--> {path}:{problem.line}:{problem.column}",
        f" {gutter} |",
        f" {number} | {shown}".rstrip(),
        f" {gutter} | {' ' * offset}{'^' * width}",
    ]
    if problem.help:
        rows.append(f" {gutter} = help: {_clean(problem.help)}")
    return "\n".join(rows)


def _show(line: str, problem: ConfigProblem) -> tuple[str, int, int]:
    """A line as it may be shown, and where the caret goes under it and how wide it is, in terminal cells."""
    first = problem.column - 1
    start = max(0, first - 4 * _LINE_CELLS_MAX)  # bounds the work on a line of megabytes
    stop = min(len(line), first + 4 * _LINE_CELLS_MAX)
    pieces, before = _pieces(line, start, stop, _masked(line, problem))
    end = max(first + 1, first + problem.width)
    caret = before[min(first, stop) - start]
    until = before[min(end, stop) - start]
    width = sum(_cells(piece) for piece in pieces)
    left = max(0, caret - _CONTEXT_CELLS) if width > _LINE_CELLS_MAX or start or stop < len(line) else 0
    text, shift = _cut(pieces, left, more_left=start > 0, more_right=stop < len(line))
    offset = caret - shift
    return text, offset, max(1, min(until - caret, _LINE_CELLS_MAX - offset))


def _masked(line: str, problem: ConfigProblem) -> list[tuple[int, int, str]]:
    """Stretches that are not shown, as (start, end, what stands for it), in order."""
    secrets = [(column - 1, column - 1 + width, _MASK) for column, width in problem.hidden]
    addresses = [(*found.span(), "…") for found in _USERINFO.finditer(line) if found.group()]
    return sorted(secrets + [a for a in addresses if not any(s[0] <= a[0] < s[1] for s in secrets)])


def _pieces(line: str, start: int, stop: int, masked: Sequence[tuple[int, int, str]]) -> tuple[list[str], list[int]]:
    """What to show for ``line[start:stop]``, and how many cells stand before each of its characters, and its end."""
    pieces: list[str] = []
    before: list[int] = []
    cells = marks = 0
    shown_mask = -1
    for at in range(start, stop):
        before.append(cells)
        mask = next((m for m in masked if m[0] <= at < m[1]), None)
        marks = marks + 1 if mask is None and unicodedata.combining(line[at]) else 0
        if mask is None:
            piece = _shown_char(line[at], cells) if marks <= 3 else ""
        else:
            piece = mask[2] if mask[0] != shown_mask else ""
            shown_mask = mask[0]
        if piece:
            pieces.append(piece)
            cells += _cells(piece)
    return pieces, [*before, cells]


def _cut(pieces: Sequence[str], left: int, *, more_left: bool, more_right: bool) -> tuple[str, int]:
    """The pieces that fit, from cell ``left`` on, with ellipses where something is left out; and cells left out."""
    at = shift = 0
    kept: list[str] = []
    room = _LINE_CELLS_MAX
    for piece in pieces:
        size = _cells(piece)
        if at < left:
            shift = at + size
        elif size > room:
            more_right = True
            break
        else:
            kept.append(piece)
            room -= size
        at += size
    head = "…" if shift or more_left else ""
    return head + "".join(kept) + ("…" if more_right else ""), shift - len(head)


def _shown_char(char: str, cells: int) -> str:
    if char == "\t":
        return " " * (_TAB - cells % _TAB)
    if char == " ":
        return " "
    if char.isspace():
        return "�"
    return safe(char, 1) or "�"


def _cells(text: str) -> int:
    """How many terminal cells a text takes: wide characters two, marks and joiners none."""
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _clean(text: str) -> str:
    return safe(text, _MESSAGE_MAX)
