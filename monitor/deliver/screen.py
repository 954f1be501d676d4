"""The screen that the terminal channel writes to, drawn with rich. It trusts no text, and nobody who reads slowly.

Texts are safe already; what could steer a terminal is dropped here once more, because one escape code that got through
would be one too many. A reader that stops reading (a paused terminal, a full pipe) must not stop the service: each
write has a thread and a deadline of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import threading
import unicodedata
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from monitor.core.model import LIMITS
from monitor.core.wire import NoAnswer, Shown
from monitor.deliver.fit import is_border

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.core.wire import Line

STYLES = {"plain": "", "dim": "dim", "strong": "bold", "mark": "bold yellow", "warn": "bold red", "good": "green"}
_HANG = 12  # where the terminal channel's second and later lines start
_ROOM = 20  # the cells that words keep beside the indent; a narrower terminal gets a smaller indent
_COLUMNS = 80  # of a terminal that does not say
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji are written with them
_STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")


class ConsoleScreen:
    """An output that shows lines. Colours only on a terminal, and not where ``NO_COLOR`` is set."""

    def __init__(
        self,
        output: TextIO,
        environ: Mapping[str, str] = os.environ,
        *,
        deadline_s: float = LIMITS.send_deadline_s,
    ) -> None:
        self._output = output
        self._deadline_s = deadline_s
        self._writing = False
        self._turn = asyncio.Lock()
        self._environ = environ
        self._wraps = output.isatty()
        coloured = self._wraps and not environ.get("NO_COLOR") and environ.get("TERM", "dumb") != "dumb"
        # Rich only draws: it would end the process on a closed pipe, so the writing is done here. It breaks no lines
        # either, so its width is of no use; but it would take a 0 from COLUMNS, and then draws nothing at all.
        self._console = Console(
            width=_COLUMNS,
            color_system="auto" if coloured else None,
            force_terminal=coloured,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            _environ=environ,
        )

    async def show(self, line: Line) -> Shown | NoAnswer:
        """Called by the courier. A closed pipe is a NoAnswer, and so is an output that takes nothing in time.

        Lines are shown one after the other. The wait for one's turn counts against the deadline too: whoever calls
        holds a lease on the delivery, and that runs out however many are in front.
        """
        try:
            async with asyncio.timeout(self._deadline_s), self._turn:
                return await self._show(line)
        except TimeoutError:
            return NoAnswer("timeout", f"The terminal took nothing for {self._deadline_s:g} s; is it paused?")

    async def _show(self, line: Line) -> Shown | NoAnswer:
        if self._writing:
            return NoAnswer("timeout", "The terminal still holds back an earlier line; is it paused?")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Exception | None] = loop.create_future()
        drawn = self._draw(line)
        self._writing = True
        threading.Thread(target=self._write, args=(drawn, loop, done), name="screen", daemon=True).start()
        match await done:
            case None:
                return Shown()
            case BrokenPipeError():
                return NoAnswer("reset", "Nobody reads the output any more: the pipe is closed.")
            case OSError() as problem:
                return NoAnswer("reset", f"The output cannot be written: {problem.strerror or 'unknown reason'}.")
            case bug:
                raise bug

    def _draw(self, line: Line) -> str:
        with self._console.capture() as drawn:
            text = as_text(line)
            text = hang(text, width_of(self._output, self._environ)) if self._wraps else text
            self._console.print(text, soft_wrap=True)
        return drawn.get()

    def _write(self, drawn: str, loop: asyncio.AbstractEventLoop, done: asyncio.Future[Exception | None]) -> None:
        """The thread's work."""
        problem: Exception | None = None
        try:
            _write_all(self._output, drawn.encode(self._output.encoding or "utf-8", "replace"))
        except Exception as error:  # noqa: BLE001  told or raised again where the line was shown
            problem = error
        self._writing = False
        with contextlib.suppress(RuntimeError):  # the loop is closed: the service ended meanwhile
            loop.call_soon_threadsafe(_settle, done, problem)


def _write_all(output: TextIO, drawn: bytes) -> None:
    """Past the buffer where there is a file beneath: a thread stuck in a buffer's lock would break the exit."""
    try:
        fd = output.fileno()
    except io.UnsupportedOperation:
        output.write(drawn.decode(output.encoding or "utf-8"))
        output.flush()
        return
    output.flush()
    while drawn:
        drawn = drawn[os.write(fd, drawn) :]


def width_of(output: TextIO, environ: Mapping[str, str]) -> int:
    """What a terminal itself says, each time: rich would ask another stream, and a window can change its size."""
    with contextlib.suppress(OSError):
        if columns := os.get_terminal_size(output.fileno()).columns:
            return columns
    told = environ.get("COLUMNS", "")
    return (int(told) if told.isdecimal() else 0) or _COLUMNS


def as_text(line: Line) -> Text:
    """A line for any rich console: styles, never markup, and nothing that could steer a terminal."""
    return Text.assemble(*((clean(part), STYLES[style]) for part, style in line.parts))


def hang(text: Text, width: int) -> Text:
    """Wrap at the terminal's width with a hanging indent, so that times and topics stand alone at the left.

    The terminal must never have to break a line itself: what it moved to the left edge would look like an alert of its
    own. Only a line that is nothing but a link stays whole: it is there to be copied.
    """
    width = max(width, 3)  # a wide letter and its indent
    indent = Text(" " * min(_HANG, max(1, width - _ROOM)))
    lines: list[Text] = []
    for paragraph in text.split("\n", allow_blank=True):
        first = width - len(indent) if lines else width
        words = paragraph[len(paragraph) - len(paragraph.plain.lstrip(" ")) :] if lines else paragraph
        cuts = [] if _is_link(words.plain) else _cuts(words.plain, first, width - len(indent))
        for piece in words.divide(cuts):
            line = indent + piece if lines else piece
            line.rstrip()
            lines.append(line)
    return Text("\n").join(lines)


def _is_link(text: str) -> bool:
    """Only letters, marks, digits and ASCII: a sign that is drawn as a blank could set words apart, as in an alert."""
    return text.startswith(("http://", "https://")) and all(
        "!" <= char <= "~" or char in _JOINERS or unicodedata.category(char)[0] in "LMN" for char in text
    )


def _cuts(text: str, first: int, rest: int) -> Iterator[int]:
    """Where lines begin, so that none is wider than ``rest`` cells and the first not wider than ``first``.

    Before a word; inside one that is wider than a line, before a whole character; and inside a character if a feed
    piles up one that is wider than a line. The spaces in front of a cut stand beyond the width, to be dropped.
    """
    room, total = first, 0
    line = word = sign = (0, 0)  # where each begins, and the cells before it
    for at, char in enumerate(text):
        if text[max(0, at - 1) : at] in ("", " "):
            word = (at, total)
        if is_border(text, at):
            sign = (at, total)
        here = (at, total)
        total += _cells(char)
        if char == " " or total - line[1] <= room:
            continue
        line = next((place for place in (word, sign) if place > line and total - place[1] <= rest), here)
        room = rest
        yield line[0]


def _cells(char: str) -> int:
    """The most cells that a terminal gives a character: they disagree on vowel signs, flags and composed emoji."""
    if char.isascii() or char == "\ufe0f":  # the selector makes the sign before it wide
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    flag_or_skin = "\U0001f1e6" <= char <= "\U0001f1ff" or "\U0001f3fb" <= char <= "\U0001f3ff"
    return 2 if flag_or_skin else max(1, cell_len(char))


def clean(text: str) -> str:
    """The text without anything that could steer a terminal; line breaks are the layout's and stay."""
    return "".join(
        char for char in text if char == "\n" or char in _JOINERS or unicodedata.category(char) not in _STEERING
    )


def _settle(done: asyncio.Future[Exception | None], problem: Exception | None) -> None:
    if not done.done():  # the deadline may have ended the wait
        done.set_result(problem)
