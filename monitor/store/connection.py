"""One SQLite connection that runs named queries, keeps transactions whole, and complains in plain words."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from monitor.store.codec import loaded, stored
from monitor.store.named import queries
from monitor.store.plain import in_plain_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from monitor.store.codec import Columns, Row, Stored, Value

BUSY_TIMEOUT_S = 5.0


class Connection:
    """A connection to the memory at ``path``, for one thread at a time, not always the one that made it.

    ``mode``: ``rw``, or ``ro`` to read. ``immutable`` promises that nobody writes; SQLite then takes no locks.
    """

    def __init__(self, path: Path, mode: str, *, immutable: bool = False) -> None:
        self.path = path
        uri = f"{path.absolute().as_uri()}?mode={mode}{'&immutable=1' if immutable else ''}"
        with self.plainly():
            self._raw = sqlite3.connect(
                uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
        self._raw.row_factory = _row

    def rows(self, name: str, columns: Mapping[str, Value] | None = None) -> list[Row]:
        """Everything that a query of ``queries.sql`` answers."""
        with self.plainly():
            return self._raw.execute(queries()[name], stored(columns or {})).fetchall()

    def row(self, name: str, columns: Mapping[str, Value] | None = None) -> Row | None:
        """The first row of a query's answer."""
        return next(iter(self.rows(name, columns)), None)

    def run(self, name: str, columns: Mapping[str, Value] | None = None) -> int:
        """Run a statement of ``queries.sql``; returns how many rows it changed."""
        with self.plainly():
            return self._raw.execute(queries()[name], stored(columns or {})).rowcount

    def run_each(self, name: str, many: Iterable[Columns]) -> None:
        """Run a statement once for each."""
        with self.plainly():
            self._raw.executemany(queries()[name], (stored(columns) for columns in many))

    def tell(self, sql: str) -> Stored:
        """Run a literal statement, such as a PRAGMA; returns the first column of its first row."""
        with self.plainly():
            row: Row | None = self._raw.execute(sql).fetchone()
        return None if row is None else next(iter(row.values()))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything or nothing. The lock is taken first, so that nothing read here is stale when it is written."""
        with self._within("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several reads of one moment."""
        with self._within("BEGIN"):
            yield

    @contextmanager
    def _within(self, begin: str) -> Iterator[None]:
        self.tell(begin)
        try:
            yield
            self.tell("COMMIT")
        except BaseException:
            if self._raw.in_transaction:  # a full disk, among others, already rolled back
                self.tell("ROLLBACK")
            raise

    @contextmanager
    def plainly(self) -> Iterator[None]:
        """Turn what SQLite raises into a StoreError."""
        try:
            yield
        except sqlite3.Error as error:
            raise in_plain_words(error, self.path) from error

    def close(self) -> None:
        """The last connection to close puts the log into the file and removes it."""
        with self.plainly():
            self._raw.close()


def _row(cursor: sqlite3.Cursor, values: tuple[Stored, ...]) -> Row:
    return {column[0]: loaded(column[0], value) for column, value in zip(cursor.description, values, strict=True)}
