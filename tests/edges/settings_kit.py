"""What the loader is handed in these tests: a menu of channel kinds and a judge of queries, shaped like real ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.settings.load import ConfigProblem, Settings, load

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from monitor.settings.checks import ChosenConcepts, QueryKind

FEED = '[feeds.a]\nurl = "https://example.org/a"\n'
WEBHOOK = "[channels.x]\nkind = 'webhook'\nurl = 'https://x.org'\n"
PACKS = ("conflict", "disaster")


@dataclass(frozen=True, slots=True)
class TerminalSettings:
    """Alerts on a terminal."""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """A signed event."""

    url: str = field(metadata={"secret_or_url": True, "help": "Where events go."})
    secret: str | None = field(default=None, metadata={"secret": True})
    former: tuple[str, ...] = field(default=(), metadata={"secret": True})
    deadline: timedelta = timedelta(seconds=20)
    colour: str = "plain"
    tries: int = 3

    def __post_init__(self) -> None:
        if self.tries < 1:
            raise ValueError("tries must be at least 1")


KINDS: Mapping[str, type] = {"terminal": TerminalSettings, "webhook": WebhookSettings}


@dataclass(frozen=True, slots=True)
class Complaint:
    message: str
    start: int
    end: int
    help: str = ""


def check_query(text: str, kind: QueryKind, concepts: ChosenConcepts) -> list[Complaint]:
    """Complains of an unclosed quote in anything but plain words, and of a concept that is not defined here."""
    complaints = []
    if kind != "watch" and text.count('"') % 2:
        at = text.rindex('"')
        complaints.append(Complaint("this quote is not closed", at, len(text), 'add a " where the phrase ends'))
    at = text.find("@")
    if at >= 0 and not concepts.packs and text[at + 1 :].split()[0] not in concepts.define:
        complaints.append(Complaint("there is no such concept", at, at + len(text[at:].split()[0])))
    return complaints


def read(text: str, packs: Collection[str] = PACKS) -> Settings | list[ConfigProblem]:
    return load(text, "wirewatch.toml", KINDS, check_query=check_query, packs=packs)


def settings_of(text: str) -> Settings:
    found = read(text)
    assert isinstance(found, Settings), found
    return found


def problems_of(text: str) -> list[ConfigProblem]:
    found = read(text)
    return list(found.warnings) if isinstance(found, Settings) else found


def errors_of(text: str) -> list[tuple[int, int, str, str]]:
    """Line, column, message and help of everything that is wrong, and not only suspicious."""
    return [
        (problem.line, problem.column, problem.message, problem.help)
        for problem in problems_of(text)
        if problem.severity == "error"
    ]
