"""What the reading verbs share on a screen: safe text, moments and ages, tables and marked quotations.

Everything is a rich ``Text``, never markup, and meaning never rests on colour. Rich only draws: a closed pipe would end
the process inside it, so the writing is done here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, TypeVar

import click
from rich.table import Table
from rich.text import Text

from monitor.cli.common import console
from monitor.core.policy import span
from monitor.core.text import excerpt
from monitor.deliver.screen import STYLES, clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from rich.console import RenderableType

    from monitor.core.model import Hit, Item

T = TypeVar("T")
Part = str | tuple[str, str] | Text

# The styles of ``core.wire.Line``, as the terminal channel draws them (a test holds the two together).
ID_DIGITS = 8
_TEXTS = ("title", "summary", "content")
_QUOTE_MAX = 110


# Text -----------------------------------------------------------------------------------------------------------------


def words(*parts: Part) -> Text:
    """Parts side by side, on one line: nothing in them can steer a terminal. A style is a name of ``STYLES``."""
    made = Text()
    for part in parts:
        if isinstance(part, Text):
            made.append_text(part)
        else:
            text, style = (part, "plain") if isinstance(part, str) else part
            made.append(clean(text).replace("\n", " "), STYLES[style])
    return made


def marked(text: str, marks: Iterable[tuple[int, int]]) -> Text:
    """A quotation with brackets around what matched."""
    made, end = Text("“"), 0
    for start, stop in sorted(marks):
        if not end <= start < stop <= len(text):
            continue  # overlaps one that is shown already
        made.append_text(words(text[end:start], (f"[{text[start:stop]}]", "mark")))
        end = stop
    return made.append_text(words(text[end:], "”"))


@dataclass(frozen=True, slots=True)
class Quotation:
    """A place of an item, what matched in it, and the terms that did."""

    field: str
    text: Text
    terms: tuple[str, ...]


def quotations(item: Item, hits: Sequence[Hit]) -> list[Quotation]:
    """The surroundings of every hit; those that stand close together share one quotation."""
    made: list[Quotation] = []
    left = list(hits)
    while left:
        first = left[0]
        if first.field not in _TEXTS:  # labels of the feed: a term says it all
            made.append(Quotation(first.field, words(), (first.term,)))
            left.pop(0)
            continue
        text = str(getattr(item, first.field))
        quote, shift = excerpt(text, first.start, first.end, _QUOTE_MAX)
        inside = [hit for hit in left if hit.field == first.field and 0 <= hit.start + shift < hit.end + shift
                  and hit.end + shift <= len(quote)] or [first]  # fmt: skip
        marks = [(hit.start + shift, hit.end + shift) for hit in inside]
        made.append(Quotation(first.field, marked(quote, marks), tuple(dict.fromkeys(hit.term for hit in inside))))
        left = [hit for hit in left if hit not in inside]
    return made


# Numbers and times ----------------------------------------------------------------------------------------------------


def count(number: int, one: str, many: str = "") -> str:
    """``1 alert``, ``1,204 alerts``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def counted(counts: Iterable[tuple[str, int]]) -> str:
    """``27 copy, 3 stale``, the most first; what is zero is left out."""
    found = [(name, number) for name, number in counts if number]
    return ", ".join(f"{number:,} {name}" for name, number in sorted(found, key=lambda pair: -pair[1]))


def listed(names: Sequence[str], none: str = "", most: int = 8) -> str:
    """``a, b and c``; of many the first few, and how many more."""
    if not names:
        return none
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def percent(share: float) -> str:
    """``82 %``."""
    return f"{share * 100:.0f} %"


def age(when: datetime, now: datetime) -> str:
    """``51 min ago``, ``in 17 min``."""
    return f"in {span(when - now)}" if when > now else f"{span(now - when)} ago"


def clock(when: datetime, now: datetime) -> str:
    """The time of day in UTC; with its date where that is not today's."""
    when = when.astimezone(UTC)
    return f"{when:%H:%M:%S}" if when.date() == now.astimezone(UTC).date() else f"{when:%Y-%m-%d %H:%M:%S}"


def moment(when: datetime | None, now: datetime, never: str = "never") -> str:
    """``13:12:00 (51 min ago)``."""
    return never if when is None else f"{clock(when, now)} ({age(when, now)})"


# Tables and writing ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``flex``: its share of the width that is left, cut with an ellipsis; ``wrap`` instead of cutting."""

    head: str = ""
    right: bool = False
    flex: int = 0
    wrap: bool = False
    most: int | None = None


def table(columns: Sequence[Column], rows: Iterable[Sequence[Text]], indent: int = 2) -> Table:
    """Rows in columns that hold, whatever stands in them: cells are measured as a terminal draws them."""
    grid = Table.grid(padding=(0, 2, 0, 0), expand=any(column.flex for column in columns), pad_edge=False)
    if indent:
        grid.add_column(width=max(0, indent - 2))
    edge = ("",) if indent else ()
    for column in columns:
        grid.add_column(
            justify="right" if column.right else "left",
            ratio=column.flex or None,
            no_wrap=not column.wrap,
            overflow="fold" if column.wrap else "ellipsis",
            max_width=column.most,
        )
    if any(column.head for column in columns):
        grid.add_row(*edge, *(words((column.head, "dim")) for column in columns))
    for row in rows:
        grid.add_row(*edge, *row)
    return grid


def show(*things: RenderableType, stderr: bool = False, wrap: bool = True) -> None:
    """Write on stdout; without ``wrap`` each line stays one line, however long."""
    screen = console(stderr=stderr)
    with screen.capture() as drawn:
        for thing in things:
            screen.print(thing, soft_wrap=not wrap)
    say("\n".join(line.rstrip() for line in drawn.get().splitlines()), stderr=stderr)


def say(text: str, *, stderr: bool = False) -> None:
    """Write plain lines, in what the other end can read."""
    stream = sys.stderr if stderr else sys.stdout
    encoding = stream.encoding or "utf-8"
    click.echo(text.encode(encoding, "replace").decode(encoding), file=stream)


def talk(text: str) -> None:
    """Say something beside the data."""
    say(clean(text), stderr=True)
