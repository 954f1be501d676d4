"""Text to TOML, and what is wrong where it is none.

A name that is given twice does not hide the rest: its second place is reported and blanked out, and reading goes on,
with every other line where it was.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from monitor.settings.locate import WHOLE_FILE, Place, Places
from monitor.settings.source import Source, dotted

if TYPE_CHECKING:
    from collections.abc import Collection

    from monitor.settings.locate import Statement
    from monitor.settings.problems import ConfigProblem

TWICE_MAX = 50
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_LONG_NUMBER = re.compile(r"[0-9_]{4000,}+")
_WORDS = (
    (
        "Invalid value",
        "this is no TOML value",
        "text goes in quotes, lists in brackets; true and false in small letters",
    ),
    ("Expected newline", "the line goes on after its value", "one key = value to a line; quotes inside text need care"),
    ("Invalid statement", "this is neither a [table] nor a key = value", "a comment begins with #"),
    ("Expected '='", "an = is missing after this key", "names with spaces or dots go in quotes"),
    ("Invalid initial character", "no key can begin like this", "names with other characters go in quotes"),
    (
        "Unescaped '\\'",
        "this backslash means nothing in double quotes",
        "double it, or use single quotes around the text",
    ),
    ("Expected ']' at", "this header has no closing bracket", "a header is [table] or [table.name]"),
    ("Unclosed array", "this list is not closed", "a list ends with ]"),
    ("Unclosed inline", "this inline table is not closed", "{ key = value } stands in one line"),
    ("Illegal character", "this character cannot stand here", "write it as an escape such as \\u001b, or take it out"),
    ("Invalid date", "this is no date or time", "put it in quotes if it is meant as text"),
)
_UNCLOSED = ("this text is not closed", "end it with the quote it begins with; three quotes hold several lines")


@dataclass(frozen=True, slots=True)
class _Failure:
    text: str
    offset: int | None


def read_toml(
    text: str, path: str, open_keys: Collection[str]
) -> tuple[dict[str, Any] | None, Source, list[ConfigProblem]]:
    """What the text says, None where it says nothing; where everything stands; and what is wrong with the writing."""
    try:
        source = Source(path, Places(text), open_keys)
    except RecursionError:
        source = Source(path, Places(""), open_keys)
        return None, source, [_too_deep(source)]
    problems: list[ConfigProblem] = []
    kept = text
    while True:
        read = _read(kept)
        if not isinstance(read, _Failure):
            return read, source, problems
        again = _second(read, source) if len(problems) < TWICE_MAX else None
        if again is None:
            return None, source, [*problems, _broken(read, source)]
        problems.append(_twice(again, source))
        start, end = source.places.section(again) if again.header else again.span
        kept = kept[:start] + re.sub(r"[^\n]", " ", kept[start:end]) + kept[end:]


def _read(text: str) -> dict[str, Any] | _Failure:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _failure(error, text)
    except ValueError:  # the only one that tomllib lets through: more digits than Python turns into a number
        found = _LONG_NUMBER.search(text)
        return _Failure("", found.start() if found else None)
    except RecursionError:
        return _Failure("RecursionError", None)


def _failure(error: tomllib.TOMLDecodeError, text: str) -> _Failure:
    message = str(error)
    found = _AT.search(message)
    line, column = getattr(error, "lineno", None), getattr(error, "colno", None)  # Python 3.14 and later
    if line is None and found is not None and found[1]:
        line, column = int(found[1]), int(found[2])
    if line is None or column is None:
        return _Failure(_AT.sub("", message), len(text))
    begin = 0
    for _ in range(line - 1):
        begin = text.index("\n", begin) + 1
    return _Failure(_AT.sub("", message), min(len(text), begin + column - 1))


def _second(failure: _Failure, source: Source) -> Statement | None:
    """The statement that defines again what is defined above it, where that is what is wrong."""
    if failure.offset is None or not failure.text.startswith("Cannot "):
        return None
    return source.places.statement_at(failure.offset)


def _twice(again: Statement, source: Source) -> ConfigProblem:
    name = next((part for part in reversed(again.path) if isinstance(part, str)), "")
    first = source.places.spot(again.path)
    line = source.places.place(first.key).line if first is not None and first.key != again.key else 0
    where = f"the first is in line {line}" if line else f"{dotted(again.path[:-1]) or 'the file'} has it already"
    what = f"[{dotted(again.path)}]" if again.header else f"`{name}`"
    help_ = f"{where}; rename one of them, or take one out"
    return source.error(source.places.place(again.key), f"{what} is defined twice", help_)


def _twice_inline(name: str, offset: int, source: Source) -> ConfigProblem:
    spots = [spot for spot in source.places.spots if spot.path[-1] == name and spot.key[0] < offset]
    place = source.places.place(max(spot.key for spot in spots)) if spots else _at_sight(offset, source.places)
    return source.error(place, f"`{name}` is defined twice in this table", "take one of them out")


def _broken(failure: _Failure, source: Source) -> ConfigProblem:
    """The one mistake that reading stops at."""
    places = source.places
    if failure.text == "RecursionError":
        return _too_deep(source)
    if failure.offset is None:
        return source.error(WHOLE_FILE, "a number in this file is too long", "text goes in quotes")
    if not failure.text:
        return source.error(
            places.place((failure.offset, failure.offset)), "this number is too long", "text goes in quotes"
        )
    if places.unclosed_at is not None and failure.offset >= places.unclosed_at:
        return source.error(places.place((places.unclosed_at, len(places.text))), *_UNCLOSED)
    repeated = re.match(r"Duplicate inline table key '(.*)'", failure.text)
    if repeated:
        return _twice_inline(repeated[1], failure.offset, source)
    place = _at_sight(failure.offset, places)
    if failure.text.startswith("Unescaped"):  # it is told behind the letter that follows
        place = _at_sight(max(0, places.text.rfind("\\", 0, failure.offset)), places)
    for begin, message, help_ in _WORDS:
        if failure.text.startswith(begin):
            return source.error(place, message, help_)
    return source.error(place, f"this is no TOML: {failure.text}")


def _at_sight(offset: int, places: Places) -> Place:
    """The place of an offset; of one behind the last character of a line or of the file, that last character."""
    text = places.text
    while (
        offset > 0
        and (offset >= len(text) or text[offset] == "\n")
        and (text[offset - 1] != "\n" or offset >= len(text))
    ):
        offset -= 1
    return places.place((offset, offset + 1))


def _too_deep(source: Source) -> ConfigProblem:
    return source.error(
        WHOLE_FILE, "lists or tables in this file are nested too deeply", "a configuration needs three levels"
    )
