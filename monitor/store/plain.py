"""What SQLite complains about, in plain words: what happened, whose fault it is, what to do."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from monitor.ports import StoreError

if TYPE_CHECKING:
    from pathlib import Path

_SAFE = "Nothing that was stored is lost, and what could not be stored is tried again."
_DAMAGED = (
    "Stop Wirewatch, keep a copy of the file, and put a backup in its place. Without one, move the file away: "
    "Wirewatch then starts with an empty memory and treats every feed as new."
)
_WORDS: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: ("the disk is full: {path} cannot grow", f"Free some space. {_SAFE}"),
    sqlite3.SQLITE_IOERR: (
        "the disk refuses to read or write {path} ({error})",
        f"Look for disk errors and free space (dmesg, df). {_SAFE}",
    ),
    sqlite3.SQLITE_BUSY: (
        "another program keeps {path} locked",
        "Close other programs that have the file open, such as a database browser or a backup. " + _SAFE,
    ),
    sqlite3.SQLITE_READONLY: (
        "{path} may be read but not written",
        "Give the user that runs Wirewatch the right to write the file and its directory. " + _SAFE,
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "{path} cannot be opened",
        "See that it and its directory may be read by this user (readers belong to the group of the service).",
    ),
    sqlite3.SQLITE_NOTADB: ("{path} is not a memory of Wirewatch, or is damaged", _DAMAGED),
    sqlite3.SQLITE_CORRUPT: ("{path} is damaged ({error})", _DAMAGED),
    sqlite3.SQLITE_CONSTRAINT: (
        "{path} refuses a record that contradicts itself ({error})",
        "This is a fault in Wirewatch, not in your configuration: please report it. Nothing of the record was stored.",
    ),
}
_WORDS[sqlite3.SQLITE_LOCKED] = _WORDS[sqlite3.SQLITE_BUSY]
_WORDS[sqlite3.SQLITE_PERM] = _WORDS[sqlite3.SQLITE_CANTOPEN]


def in_plain_words(error: sqlite3.Error, path: Path) -> StoreError:
    """The error as people should read it."""
    code: int = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code; Python's own complaints have none
    text, help_ = _WORDS.get(
        code,
        (
            "{path} cannot be used ({error})",
            "If this happens again, stop the service and keep a copy of the file: it may be damaged.",
        ),
    )
    return StoreError(text.format(path=path, error=error), help_)


def no_memory(path: Path) -> StoreError:
    """There is nothing to read yet."""
    return StoreError(
        f"there is no memory at {path} yet",
        "`wirewatch run` makes it. If the service keeps its memory elsewhere, name its configuration with --config.",
    )


def not_ours(path: Path) -> StoreError:
    """A healthy database of some other program."""
    return StoreError(
        f"{path} is a database of another program, not a memory of Wirewatch",
        "It was left as it is. Set service.state_dir to a directory of its own.",
    )


def too_new(path: Path, version: int, ours: int) -> StoreError:
    """Going back would lose what the newer version added."""
    return StoreError(
        f"{path} was made by a newer Wirewatch (its form is {version}, this one knows {ours})",
        "It was left as it is. Install that version again, or put back a backup made before the upgrade.",
    )


def too_old(path: Path, version: int, ours: int) -> StoreError:
    """A reader cannot bring a memory up to date."""
    return StoreError(
        f"{path} was made by an older Wirewatch (its form is {version}, this one reads {ours})",
        "Start the service with this version once: it brings the memory up to date.",
    )
