"""The terminal channel: an alert as one line for the eye, with its quotation, its reason and its link below.

    12:40:52 !! aleppo-ceasefire  upd 11 → 19  Ceasefire takes hold in Aleppo  Reuters +6  why 7f3a12bc
                "…the [ceasefire] in [Aleppo] took effect at dawn"
                Matches aleppo and ceasefire in the text; nothing told before comes close.
                https://www.example.org/world/ceasefire

The order of facts never changes, so eyes learn it. Priorities and marks are letters: colours only repeat them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from monitor.core.model import Outcome, Priority
from monitor.core.wire import Answer, Delivered, Line, NoAnswer, Shown, TryAgain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.core.message import Message
    from monitor.core.model import ChannelId
    from monitor.core.wire import Judgement

_PRIORITY = {Priority.CRITICAL: "!!", Priority.HIGH: "! ", Priority.NORMAL: "  ", Priority.LOW: ". "}
_TOPIC_CELLS = 16
_INDENT = "\n" + " " * 12
_ID_DIGITS = 8


@dataclass(frozen=True)
class TerminalSettings:
    """What the configuration says of the terminal: nothing but that it is one."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """Alerts on the standard output of ``wirewatch run``."""

    id: ChannelId

    @property
    def kind(self) -> str:
        """The name in the menu of channel kinds."""
        return "terminal"

    def compose(self, message: Message, now: datetime) -> Line:
        """Text and styles, never markup. Times are UTC, so that lines of two machines can be compared."""
        return Line(tuple((_flat(text), style) for text, style in _parts(message) if text))

    def judge(self, answer: Answer | NoAnswer | Shown, now: datetime) -> Judgement:
        """A closed or stuck terminal may come back."""
        match answer:
            case Shown():
                return Delivered("It was shown.")
            case NoAnswer():
                return TryAgain(answer.text)
            case Answer():
                raise TypeError("a terminal was answered by a web server")


def _parts(message: Message) -> Iterator[tuple[str, str]]:
    """The words of an alert with their styles, from left to right and top to bottom."""
    yield f"{message.at.astimezone(UTC):%H:%M:%S} ", "dim"
    yield _PRIORITY[message.priority], "warn" if message.priority in (Priority.HIGH, Priority.CRITICAL) else "plain"
    yield f" {message.topic}{' ' * (_TOPIC_CELLS - _cells(message.topic))}  ", "good"
    if message.outcome is Outcome.UPDATE:
        yield " ".join(("upd", ", ".join(message.changes))).rstrip() + "  ", "mark"
    yield message.headline, "strong"
    yield f"  {message.feed_name}", "plain"
    yield f" +{len(message.also)}" if message.also else "", "plain"
    # The word in Latin letters keeps the id whole and in its place behind a name in Arabic or Hebrew.
    yield f"  why {message.item[:_ID_DIGITS]}", "dim"
    if message.snippet or message.sentence:
        yield _INDENT, "plain"
    yield from _quoted(message)
    yield _INDENT if message.snippet and message.sentence else "", "plain"
    yield message.sentence, "dim"
    if message.link:
        yield _INDENT, "plain"
        yield message.link, "dim"


def _flat(text: str) -> str:
    """Only the layout breaks lines: a line that a text could begin would look like an alert of its own."""
    return text if text is _INDENT else text.replace("\n", " ")


def _quoted(message: Message) -> Iterator[tuple[str, str]]:
    """The snippet with what matched in brackets."""
    end = 0
    for start, stop in sorted(message.marks):
        if not end <= start < stop <= len(message.snippet):
            continue  # overlaps one that is shown already
        yield message.snippet[end:start], "dim"
        yield f"[{message.snippet[start:stop]}]", "mark"
        end = stop
    yield message.snippet[end:], "dim"


def _cells(text: str) -> int:
    """How wide a terminal draws a text: Chinese letters take two cells, accents none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
        for char in text
    )
