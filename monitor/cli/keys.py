"""Single keys from a terminal, without Enter; the terminal is as it was after each key, whatever happens meanwhile."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_ESCAPE = b"\x1b"
_END = b"\x04"


def can_ask() -> bool:
    """Whether somebody is there to press keys and to see what for."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def press(question: str, keys: Collection[str], end: str) -> str:
    """Ask, and wait for one of the keys; others are let pass. ``end``: what the end of input is taken for.

    Ctrl-C is an interrupt, as always.
    """
    sys.stdout.write(f"{question} ")
    sys.stdout.flush()
    while True:
        key = _key(sys.stdin.fileno()) or end
        if key in keys:
            return key


def _key(terminal: int) -> str:
    """One key in small letters; empty at the end of input. Arrows and the like are one key that means nothing."""
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSADRAIN)
        pressed = os.read(terminal, 1)
        if pressed == _ESCAPE:
            while select.select([terminal], [], [], 0)[0] and os.read(terminal, 1):
                pass
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
    return "" if pressed in (b"", _END) else pressed.decode("ascii", "replace").lower()
