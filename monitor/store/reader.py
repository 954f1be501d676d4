"""Reading a memory that somebody else writes: beside the running service, across its restarts, and after its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.ports import StoreError
from monitor.store.connection import Connection
from monitor.store.migrate import check_readable
from monitor.store.plain import no_memory
from monitor.store.reading import Reading

if TYPE_CHECKING:
    from pathlib import Path


class SqliteReader(Reading):
    """``ports.Reader`` over a file that this process may not even be allowed to write.

    A memory in WAL mode is three files, and opening it read-only wants to create two of them where they are missing:
    after a clean stop, in a directory of another user, that fails. Then, and only where no log exists, the file is
    opened as one that nobody changes. That holds until the service comes back, so each read looks first whether the
    file is still the one that was opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._openings = 0
        self._mark: tuple[int, ...] = ()
        self._open()

    @property
    def _sql(self) -> Connection:
        if self._mark != self._look():
            before = self._connection
            self._open()
            before.close()
        return self._connection

    def data_version(self) -> int:
        """As SQLite counts, and it also moves when the file had to be opened anew."""
        return super().data_version() + (self._openings << 32)

    def _open(self) -> None:
        if not self._path.exists():
            raise no_memory(self._path)
        try:
            connection, self._immutable = self._checked(immutable=False), False
            mark = self._look()
        except StoreError:
            if self._log_exists():
                raise
            self._immutable = True
            mark = self._look()  # before opening: a change in between is then noticed
            connection = self._checked(immutable=True)
        self._connection, self._mark = connection, mark
        self._openings += 1

    def _checked(self, *, immutable: bool) -> Connection:
        connection = Connection(self._path, "ro", immutable=immutable)
        try:
            check_readable(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _look(self) -> tuple[int, ...]:
        """What must stay as it is: the file itself, and where it is taken for immutable also that nobody writes."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:  # moved away; what is open can still be read
            return self._mark
        if self._immutable:
            return (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, self._log_exists())
        return (stat.st_dev, stat.st_ino)

    def _log_exists(self) -> bool:
        return self._path.with_name(f"{self._path.name}-wal").exists()
