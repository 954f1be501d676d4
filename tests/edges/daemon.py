"""The real daemon as a child process, over real sockets, and texts for it to find."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import FeedServer

PATIENCE_S = 30.0
SECRET = "whsec_" + "d2lyZXdhdGNoIHRlc3Qgc2VjcmV0IG51bWJlciAx"

HALT = (
    "The army announced a halt in airstrikes on the eastern districts of Aleppo on Tuesday. The pause is meant to let "
    "civilians and the wounded leave by two roads, officials said, and it is to last for eight hours. Commanders of "
    "the armed groups inside said that none of their men would go."
)
BROKEN = (
    "Shells fell on the old city of Aleppo before dawn and the truce of the past two days is over, residents said. At "
    "least three people were killed near the citadel. Each side accuses the other of having fired first."
)
ELSEWHERE = "The ceasefire in Yemen entered its second day with few violations, the envoy said in Sanaa."


def item(guid: str, title: str, text: str) -> str:
    now = format_datetime(datetime.now(UTC))
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{escape(title)}</title>"
        f"<link>https://news.example.org/{guid}</link><pubDate>{now}</pubDate>"
        f"<description>{escape(text)}</description></item>"
    )


def rss(*items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>A feed</title>{''.join(items)}</channel></rss>".encode()


@dataclass
class House:
    """A configuration in a folder of its own, and the daemon that runs on it."""

    folder: Path
    feeds: dict[str, str]
    hook: str
    topics: str = '[topics.aleppo]\nwatch = "Aleppo ceasefire"\nchannels = ["desk"]\n'
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.write()

    @property
    def config(self) -> Path:
        return self.folder / "wirewatch.toml"

    def write(self, extra: str = "") -> None:
        feeds = "".join(f'[feeds.{name}]\nurl = "{url}"\n' for name, url in self.feeds.items())
        self.config.write_text(
            f'[service]\nstate_dir = "{self.folder / "state"}"\n'
            '[poll]\ninterval = "1s"\nmin_interval = "1s"\nfirst_poll = "alert"\nallow_private = ["127.0.0.0/8"]\n'
            f'{feeds}{self.topics}[channels.desk]\nkind = "webhook"\nurl = "{self.hook}"\nsecret = "env:DESK_SECRET"\n'
            f'[channels.here]\nkind = "terminal"\n[concepts]\npacks = ["conflict", "middle-east"]\n{extra}',
            encoding="utf-8",
        )

    def environ(self, **more: str) -> dict[str, str]:
        return {**os.environ, "DESK_SECRET": SECRET, **more}

    def command(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "monitor", "--config", str(self.config), *args]

    def start(self, *args: str, **environ: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            self.command("run", *args),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environ(**environ),
        )
        self.running.append(process)
        return process

    def run(self, *args: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            self.command(*args), capture_output=True, env=self.environ(**environ), timeout=PATIENCE_S, check=False
        )

    def stop(self, process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> tuple[int, bytes, bytes]:
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_S)
        return process.returncode, out, err

    def status(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return answer

    def close(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=PATIENCE_S)


def ids(server: FeedServer) -> list[str]:
    return [request.headers["webhook-id"] for request in server.requests if request.method == "POST"]
