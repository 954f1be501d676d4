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

from rich.console import Console
from rich.text import Text

from monitor.core.model import LIMITS
from monitor.core.wire import NoAnswer, Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.wire import Line

_STYLES = {"plain": "", "dim": "dim", "strong": "bold", "mark": "bold yellow", "warn": "bold red", "good": "green"}
_HANG = 12  # where the terminal channel's second and third lines start
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
        self._wraps = output.isatty()
        coloured = output.isatty() and not environ.get("NO_COLOR") and environ.get("TERM", "dumb") != "dumb"
        # Rich only draws: it would end the process on a closed pipe, so the writing is done here.
        self._console = Console(
            color_system="auto" if coloured else None,
            force_terminal=coloured,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            _environ=environ,
        )

    async def show(self, line: Line) -> Shown | NoAnswer:
        """Called by the courier. A closed pipe is a NoAnswer, and so is an output that takes nothing in time."""
        async with self._turn:
            return await self._show(line)

    async def _show(self, line: Line) -> Shown | NoAnswer:
        if self._writing:
            return NoAnswer("timeout", "The terminal still holds back an earlier line; is it paused?")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Exception | None] = loop.create_future()
        self._writing = True
        threading.Thread(target=self._write, args=(self._draw(line), loop, done), name="screen", daemon=True).start()
        try:
            async with asyncio.timeout(self._deadline_s):
                problem = await done
        except TimeoutError:
            return NoAnswer("timeout", f"The terminal took nothing for {self._deadline_s:g} s; is it paused?")
        match problem:
            case None:
                return Shown()
            case BrokenPipeError():
                return NoAnswer("reset", "Nobody reads the output any more: the pipe is closed.")
            case OSError():
                return NoAnswer("reset", f"The output cannot be written: {problem.strerror or 'unknown reason'}.")
            case _:
                raise problem

    def _draw(self, line: Line) -> str:
        with self._console.capture() as drawn:
            text = as_text(line)
            self._console.print(hang(text, self._console) if self._wraps else text, soft_wrap=True)
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


def as_text(line: Line) -> Text:
    """A line for any rich console: styles, never markup, and nothing that could steer a terminal."""
    return Text.assemble(*((clean(part), _STYLES[style]) for part, style in line.parts))


def hang(text: Text, console: Console) -> Text:
    """Wrap at the terminal's width with a hanging indent, so that times and topics stand alone at the left.

    A line that is only a link stays whole: it is there to be copied.
    """
    wrapped: list[Text] = []
    for number, paragraph in enumerate(text.split("\n", allow_blank=True)):
        words = paragraph.plain.lstrip(" ")
        if words.startswith(("http://", "https://")) and " " not in words:
            wrapped.append(paragraph)
            continue
        skip = len(paragraph.plain) - len(words)
        lines = paragraph[skip:].wrap(console, max(20, console.width - _HANG), no_wrap=False)
        wrapped.extend(Text(" " * (_HANG if number or at else 0)) + line for at, line in enumerate(lines))
    return Text("\n").join(wrapped)


def clean(text: str) -> str:
    """The text without anything that could steer a terminal; line breaks are the layout's and stay."""
    return "".join(
        char for char in text if char == "\n" or char in _JOINERS or unicodedata.category(char) not in _STEERING
    )


def _settle(done: asyncio.Future[Exception | None], problem: Exception | None) -> None:
    if not done.done():  # the deadline may have ended the wait
        done.set_result(problem)
