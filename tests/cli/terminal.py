"""A verb in a real terminal: what it shows, what it is answered, and how it leaves the terminal behind."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

from tests.cli.newsroom import process_environ

if TYPE_CHECKING:
    from types import TracebackType

    from tests.cli.newsroom import Newsroom

PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Done:
    """A verb that ran to its end without a terminal."""

    code: int
    out: str
    err: str


class Here(Protocol):
    """Runs a command line in this process, which is quicker than a process of its own."""

    def __call__(self, newsroom: Newsroom, *args: str) -> Done:
        """Run it, and take what it wrote."""
        ...


class Terminal:
    """Runs one command line in a terminal of its own, 24 lines of 100 columns, without colours."""

    def __init__(self, newsroom: Newsroom, *args: str) -> None:
        self._seen, inner = pty.openpty()
        termios.tcsetwinsize(inner, (24, 100))
        self.before = termios.tcgetattr(inner)
        self._inner = inner
        self.process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "--config", str(newsroom.path), *args],
            stdin=inner,
            stdout=inner,
            stderr=subprocess.STDOUT,
            env=process_environ() | {"TERM": "xterm", "NO_COLOR": "1"},
            start_new_session=True,
            # So that Ctrl-C is a signal, as it is for people.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - one ioctl needs no lock
        )
        self._text = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)
        os.close(self._inner)
        os.close(self._seen)

    @property
    def attributes(self) -> list[Any]:
        """How the terminal is set now."""
        return termios.tcgetattr(self._inner)

    def until(self, end: str) -> str:
        """What is shown from here to these words, which have to come."""
        while end not in self._text:
            ready, _, _ = select.select([self._seen], [], [], PATIENCE_S)
            assert ready, f"{end!r} never comes; so far: {self._text}"
            self._text += os.read(self._seen, 65_536).decode("utf-8", "replace").replace("\r\n", "\n")
        shown, _, self._text = self._text.partition(end)
        return shown + end

    def press(self, keys: str) -> None:
        """Type, without Enter."""
        os.write(self._seen, keys.encode())

    def end(self) -> int:
        """Wait for the end; returns the exit code."""
        return self.process.wait(PATIENCE_S)
