"""The file of decisions on disk: where it lies, and how it is changed without ever being half written."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.settings.decisions import Decided, format_decisions, read_decisions
from monitor.settings.paths import read_config

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.model import TopicId
    from monitor.settings.problems import ConfigProblem


class DecisionsError(Exception):
    """The file cannot be read or written. ``text`` says why, ``help`` what to do."""

    def __init__(self, text: str, help_: str) -> None:
        super().__init__(text)
        self.text = text
        self.help = help_


def decisions_path(config: Path) -> Path:
    """``wirewatch.suggestions.toml`` for ``wirewatch.toml``, in the same folder."""
    return config.with_name(f"{config.stem}.suggestions.toml")


def read_beside(config: Path) -> str | list[ConfigProblem]:
    """The text of the decisions that belong to a configuration; empty where there are none yet."""
    path = decisions_path(config)
    try:
        if not path.exists():
            return ""
    except PermissionError:
        pass  # there may be one: reading it says what is wrong
    return read_config(path)


def decide(config: Path, topic: TopicId, change: Callable[[Decided], Decided]) -> Decided:
    """Change what is decided about a topic, on disk, and return it. Raises DecisionsError, and then nothing changed.

    The file is read anew each time: what somebody else decided meanwhile stays.
    """
    path = decisions_path(config)
    text = read_beside(config)
    if not isinstance(text, str):
        raise DecisionsError(f"{path}: {text[0].message}", text[0].help)
    known, problems = read_decisions(text, str(path))
    if wrong := [one for one in problems if one.severity == "error"]:
        raise DecisionsError(
            f"{path}:{wrong[0].line}: {wrong[0].message}", "Mend it first: `wirewatch check` shows how."
        )
    before = known.get(topic, Decided())
    after = change(before)
    if after != before:
        _replace(path, format_decisions(known | {topic: after}), like=config)
    return after


def _replace(path: Path, text: str, like: Path) -> None:
    """Write a whole file in place of what is there, with the rights of what is there, or else of ``like``."""
    try:
        path = path.resolve()
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
        fresh = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                _take_rights(handle, path if path.exists() else like)
                file.write(text)
                file.flush()
                os.fsync(handle)
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise DecisionsError(
            f"{path} cannot be written: {error.strerror}",
            "Decisions are kept there, beside the configuration. Decide as a user who may write it.",
        ) from error


def _take_rights(handle: int, model: Path) -> None:
    try:
        found = model.stat()
    except FileNotFoundError:
        return
    # Only root may give files away, and others only to groups they are in: whoever may not keeps it as their own.
    with suppress(PermissionError):
        os.fchown(handle, -1, found.st_gid)
    with suppress(PermissionError):
        os.fchown(handle, found.st_uid, -1)
    os.fchmod(handle, stat.S_IMODE(found.st_mode))


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
