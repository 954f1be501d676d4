"""What every verb shares: exit codes, the configuration, errors in plain words, output for people and for programs."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rich.console import Console

    from monitor.ports import Reader, StoreError
    from monitor.wiring import Configured

EXIT_OK = 0
EXIT_BAD = 1
"""It ran, and the answer is bad: degraded, an expectation that fails, nothing found."""
EXIT_USAGE = 2
"""The command line or the configuration is wrong. The unit does not restart on it."""
EXIT_UNREACHABLE = 3
"""Store or service out of reach."""
EXIT_DENIED = 4
"""Not permitted."""
EXIT_INTERRUPTED = 130

json_option = click.option("--json", "as_json", is_flag=True, help="For programs: one object, or one a line.")


class CliError(click.ClickException):
    """An error for people: what happened, and what to do."""

    def __init__(self, message: str, help_: str = "", code: int = EXIT_BAD) -> None:
        super().__init__(message)
        self.help = help_
        self.code = code

    def show(self, file: Any = None) -> None:  # noqa: ANN401 click's own signature
        """Print to stderr: stdout is data."""
        click.echo(f"wirewatch: {self.message}", file=file or sys.stderr)
        if self.help:
            click.echo(f"  {self.help}", file=file or sys.stderr)


@dataclass(frozen=True, slots=True)
class Context:
    """What the command line as a whole was given."""

    config: str | None
    environ: Mapping[str, str]

    def configured(self) -> Configured:
        """The configuration, or an exit with every problem in it. Warnings are for ``check`` and ``run`` to tell."""
        from monitor.settings.paths import NotFound
        from monitor.settings.problems import render
        from monitor.wiring import Misconfigured, configure

        found = configure(self.config, self.environ)
        if isinstance(found, NotFound):
            raise CliError(found.text, found.help, EXIT_USAGE)
        if isinstance(found, Misconfigured):
            click.echo(render(found.problems, found.text, found.beside), err=True, nl=False)
            raise click.exceptions.Exit(EXIT_USAGE)
        return found

    def reader(self, found: Configured) -> Reader:
        """The memory of that configuration, read-only, or an exit that says what to do."""
        from monitor.ports import StoreError
        from monitor.wiring import open_reader

        try:
            return open_reader(found.settings, self.environ)
        except StoreError as error:
            raise store_error(error) from error
        except PermissionError as error:  # a folder on the way that this user may not even look into
            help_ = "Read it as the user of the service, or as a member of its group."
            raise CliError(f"{error.filename} may not be read by this user", help_, EXIT_DENIED) from error

    @contextmanager
    def reading(self, found: Configured) -> Iterator[Reader]:
        """The same, closed at the end; a store that fails meanwhile ends the verb in plain words."""
        from monitor.ports import StoreError

        reader = self.reader(found)
        try:
            yield reader
        except StoreError as error:
            raise store_error(error) from error
        finally:
            reader.close()


def store_error(error: StoreError) -> CliError:
    """A store out of reach, as an error of the command line."""
    denied = isinstance(error.__cause__, PermissionError)
    return CliError(error.text, error.help, EXIT_DENIED if denied else EXIT_UNREACHABLE)


def suggest(word: str, known: Iterable[str]) -> str:
    """``; did you mean X?`` where something known comes close."""
    from rapidfuzz import process

    found = process.extractOne(word, list(known), score_cutoff=60)
    return f"; did you mean {found[0]!r}?" if found else ""


def console(*, stderr: bool = False) -> Console:
    """A rich console: plain without a terminal, with NO_COLOR, or on a dumb one. Never give it markup.

    Without a terminal it is COLUMNS wide, else 120.
    """
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    plain = not stream.isatty() or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    width = None if stream.isatty() or os.environ.get("COLUMNS", "").isdecimal() else 120
    return Console(file=stream, highlight=False, markup=False, emoji=False, no_color=plain, width=width,
                   force_terminal=False if plain else None, soft_wrap=False)  # fmt: skip


def plain(value: object) -> Any:  # noqa: ANN401 JSON is untyped
    """A model value as JSON values: dataclasses as objects, times as RFC 3339 with Z, enums as their words."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [plain(one) for one in value]
    return value


def rfc3339(when: datetime | None) -> str | None:
    """``2016-10-18T14:03:11Z``, with milliseconds where there are any."""
    if when is None:
        return None
    text = when.astimezone(UTC).isoformat(timespec="milliseconds" if when.microsecond else "seconds")
    return text.replace("+00:00", "Z")


def print_json(value: object) -> None:
    """One line of JSON on stdout; escaped where the other end cannot read every letter."""
    escaped = not (sys.stdout.encoding or "").lower().startswith("utf")
    click.echo(json.dumps(plain(value), ensure_ascii=escaped, separators=(",", ":")))


def refuse(message: str, help_: str = "") -> NoReturn:
    """End with a usage error."""
    raise CliError(message, help_, EXIT_USAGE)
