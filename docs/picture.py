"""Renew ``docs/demo.svg``: the picture of the README, drawn from what ``wirewatch demo`` prints on a real terminal.

python docs/picture.py
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

from rich.console import Console
from rich.text import Text

LINES, COLUMNS = 34, 124
TARGET = Path(__file__).with_name("demo.svg")
# rich links a web font from another host; a picture of ours asks nobody.
FONT_FACES = re.compile(r"@font-face\s*\{[^}]*\}")


def screen_of_demo() -> str:
    """The demo's first screenful after its greeting, as the terminal got it, escape codes included."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    environ = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    environ.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "monitor", "demo", "--seconds", "30"]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environ) as demo:
        os.close(theirs)
        text = ""
        while text.count("\n") < LINES * 3:
            text += os.read(ours, 65_536).decode("utf-8", "replace")
        demo.send_signal(signal.SIGINT)
        try:
            while os.read(ours, 65_536):
                pass
        except OSError:  # the other end of a pseudo-terminal is gone: the demo has ended
            pass
    os.close(ours)
    return text.replace("\r\n", "\n")


def main() -> None:
    """Draw and write the picture."""
    shown = [line for line in screen_of_demo().split("\n") if "baseline" not in line][: LINES + 1]
    while shown and not shown[-1].startswith(" "):  # end on a whole entry
        shown.pop()
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True)
        console.print(Text.from_ansi("$ wirewatch demo\n" + "\n".join(shown)))
        svg = console.export_svg(title="wirewatch demo")
    TARGET.write_text(FONT_FACES.sub("", svg), encoding="utf-8")


if __name__ == "__main__":
    main()
