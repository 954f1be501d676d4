"""The SQL of this room: scripts, and the statements of ``queries.sql`` by name. SQL lives in .sql files only."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from sqlite3 import complete_statement
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAME = re.compile(r"^-- name: (\w+)\n((?:-- .+\n)+)", re.MULTILINE)
_SECTION = re.compile(r"^-- [^-\n]+ -{3,}$", re.MULTILINE)


def script(file: str) -> str:
    """The text of a .sql file of this room."""
    return files("monitor.store").joinpath(file).read_text("utf-8")


@cache
def queries() -> Mapping[str, str]:
    """Every statement of ``queries.sql`` by its name."""
    return parse_queries(script("queries.sql"))


def parse_queries(text: str) -> dict[str, str]:
    """Take a file of statements apart: each opens with ``-- name: so_and_so`` and a sentence in a comment.

    Raises ValueError where a name is used twice, or where what follows is not one complete statement.
    """
    marks = list(_NAME.finditer(text))
    found: dict[str, str] = {}
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        name = mark.group(1)
        body = _SECTION.sub("", text[mark.end() : after.start() if after else len(text)]).strip()
        if name in found:
            raise ValueError(f"two queries are named {name}")
        if len(list(statements(body))) != 1:
            raise ValueError(f"query {name} is not one complete statement")
        found[name] = body
    return found


def statements(text: str) -> Iterator[str]:
    """The statements of a script, one by one: ``executescript`` would commit what is open before it."""
    pending = ""
    for line in text.splitlines(keepends=True):
        pending += line
        if complete_statement(pending):
            yield pending.strip()
            pending = ""
    if re.sub(r"(?m)^\s*(?:--.*)?$", "", pending).strip():
        raise ValueError(f"a statement has no end: {pending.strip()[:80]}")
