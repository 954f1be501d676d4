"""Single keys from a terminal, without Enter. The terminal is as it was before however the asking ends."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import tty
from typing import TYPE_CHECKING, Any, NoReturn, Self

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import FrameType, TracebackType

_ESCAPE = b"\x1b"
_INTRODUCERS = b"[O"
_END = b"\x04"
_TERMINATED = 128 + signal.SIGTERM


def can_ask() -> bool:
    """Whether somebody is there to press keys and to see what for."""
    return sys.stdin.isatty() and sys.stdout.isatty()


class Keys:
    """Takes keys one by one while it is entered. Ctrl-C interrupts and Ctrl-Z pauses, as always."""

    def __init__(self) -> None:
        self._terminal = sys.stdin.fileno()
        self._before: list[Any] = []
        self._signals: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._before = termios.tcgetattr(self._terminal)
        for name, act in ((signal.SIGTERM, self._end), (signal.SIGTSTP, self._pause)):
            self._signals[name] = signal.signal(name, act)
        self._take_keys()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._give_back()
        for name, act in self._signals.items():
            signal.signal(name, act)

    def press(self, question: str, keys: Collection[str], end: str) -> str:
        """Ask, and wait for one of the keys; others are let pass. ``end``: what the end of input is taken for."""
        sys.stdout.write(f"{question} ")
        sys.stdout.flush()
        while True:
            pressed = os.read(self._terminal, 1)
            if pressed == _ESCAPE:
                self._skip_sequence()
            key = end if pressed in (b"", _END) else pressed.decode("ascii", "replace").lower()
            if key in keys:
                return key

    def _skip_sequence(self) -> None:
        """Read what an arrow or a function key sends behind its first byte, and nothing of what is typed next."""
        first = True
        while select.select([self._terminal], [], [], 0)[0]:
            part = os.read(self._terminal, 1)
            if not part or (b"@" <= part <= b"~" and not (first and part in _INTRODUCERS)):
                return
            first = False

    def _take_keys(self) -> None:
        tty.setcbreak(self._terminal, termios.TCSADRAIN)

    def _give_back(self) -> None:
        termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)

    def _end(self, number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(_TERMINATED)

    def _pause(self, number: int, frame: FrameType | None) -> None:
        """Leave the terminal to the shell for as long as it takes."""
        self._give_back()
        os.kill(os.getpid(), signal.SIGSTOP)
        self._take_keys()
