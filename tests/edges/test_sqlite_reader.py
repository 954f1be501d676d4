"""Reading a memory that somebody else writes, starts, stops, restores, and does not let us write."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.ports import StoreError
from monitor.store.reader import SqliteReader
from monitor.store.sqlite import SqliteStore
from tests.contract.store_values import NOW, make_item, make_turn
from tests.edges.test_sqlite import do_within_a_turn

if TYPE_CHECKING:
    from collections.abc import Iterator

TRUCE, CONVOY = make_item("truce"), make_item("convoy")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "wirewatch.db"


def test_a_missing_memory_teaches_how_to_make_one(path: Path) -> None:
    with pytest.raises(StoreError, match="there is no memory at") as caught:
        SqliteReader(path)
    assert "`wirewatch run`" in caught.value.help
    assert not path.exists()


def test_a_reader_sees_a_turn_when_it_is_whole_and_not_before(path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with closing(SqliteStore(path)) as store, closing(SqliteReader(path)) as reader:
        version = reader.data_version()
        do_within_a_turn(store, lambda: seen.append((reader.facts(NOW).items, reader.data_version() - version)))
        store.record(make_turn(TRUCE, CONVOY))
        assert seen == [(0, 0), (0, 0)]
        assert reader.facts(NOW).items == 2
        assert reader.data_version() != version


def test_facts_are_those_of_one_moment_whatever_is_recorded_meanwhile(path: Path) -> None:
    with closing(SqliteStore(path)) as store, closing(SqliteReader(path)) as reader:
        store.record(make_turn(TRUCE))
        before = reader.facts(NOW)

        def record_meanwhile(statement: str) -> None:
            if "FROM verdicts" in statement:
                store.record(make_turn(CONVOY))

        reader._connection._raw.set_trace_callback(record_meanwhile)
        assert reader.facts(NOW) == before
        reader._connection._raw.set_trace_callback(None)
        assert reader.facts(NOW).items == 2


def test_a_reader_outlives_the_service_and_meets_the_next(path: Path) -> None:
    store = SqliteStore(path)
    with closing(SqliteReader(path)) as reader:
        store.record(make_turn(TRUCE))
        store.close()
        assert reader.item(TRUCE.id) == TRUCE
        version = reader.data_version()
        with closing(SqliteStore(path)) as again:
            again.record(make_turn(CONVOY))
            assert reader.item(CONVOY.id) == CONVOY
            assert reader.data_version() != version


def test_a_reader_opens_what_a_clean_stop_left(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        store.record(make_turn(TRUCE))
    assert [file.name for file in path.parent.iterdir()] == ["wirewatch.db"]
    with closing(SqliteReader(path)) as reader:
        assert reader.item(TRUCE.id) == TRUCE


def test_a_reader_notices_a_backup_put_in_place(path: Path) -> None:
    backup = path.with_name("backup.db")
    for file, item in ((backup, CONVOY), (path, TRUCE)):
        with closing(SqliteStore(file)) as store:
            store.record(make_turn(item))
    with closing(SqliteReader(path)) as reader:
        version = reader.data_version()
        for companion in ("wirewatch.db-wal", "wirewatch.db-shm"):
            path.with_name(companion).unlink()
        backup.replace(path)
        assert reader.item(TRUCE.id) is None
        assert reader.item(CONVOY.id) == CONVOY
        assert reader.data_version() != version


def test_a_reader_goes_on_reading_a_file_that_was_moved_away(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        store.record(make_turn(TRUCE))
        with closing(SqliteReader(path)) as reader:
            path.rename(path.with_name("moved.db"))
            assert reader.item(TRUCE.id) == TRUCE


# Another user ---------------------------------------------------------------------------------------------------------

STRANGER = """
import json, os, sys
from pathlib import Path
from monitor.ports import StoreError
from monitor.store.named import queries
from monitor.store.reader import SqliteReader
from tests.contract.store_values import NOW

queries()  # all that must be loaded is loaded before the rights to load it are gone
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
reader = None
for line in sys.stdin:
    try:
        reader = reader or SqliteReader(Path(sys.argv[1]))
        said = {"items": reader.facts(NOW).items, "version": reader.data_version(), "immutable": reader._immutable}
    except StoreError as error:
        said = {"error": error.text}
    print(json.dumps(said), flush=True)
if reader is not None:
    reader.close()
"""


class Stranger:
    """A reader in a process that may read the state directory, but not write it."""

    def __init__(self, path: Path) -> None:
        self.directory = path.parent
        self._child = subprocess.Popen(
            [sys.executable, "-c", STRANGER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def read(self) -> dict[str, int | str]:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self.directory.chmod(0o555)
        self._child.stdin.write("read\n")
        self._child.stdin.flush()
        said: dict[str, int | str] = json.loads(self._child.stdout.readline())
        self.directory.chmod(0o755)
        return said

    def leave(self) -> None:
        self._child.communicate()
        assert self._child.returncode == 0


@pytest.fixture
def shared() -> Iterator[Path]:
    """A file in a directory that everybody may enter; pytest's own are closed to others."""
    directory = Path(tempfile.mkdtemp(prefix="wirewatch-test-"))
    directory.chmod(0o755)
    yield directory / "wirewatch.db"
    shutil.rmtree(directory)


@contextmanager
def stranger_to(path: Path) -> Iterator[Stranger]:
    stranger = Stranger(path)
    yield stranger
    stranger.leave()


def open_to_all(path: Path) -> SqliteStore:
    store = SqliteStore(path)
    for file in path.parent.iterdir():
        file.chmod(0o644)
    return store


def test_a_reader_that_may_not_write_follows_the_service_through_its_stops_and_starts(shared: Path) -> None:
    store = open_to_all(shared)
    store.record(make_turn(TRUCE))
    store.close()
    with stranger_to(shared) as stranger:
        stopped = stranger.read()
        assert (stopped["items"], stopped["immutable"]) == (1, True)
        assert stranger.read() == stopped
        with closing(open_to_all(shared)) as store:
            store.record(make_turn(CONVOY))
            running = stranger.read()
            assert (running["items"], running["immutable"]) == (2, False)
            assert running["version"] != stopped["version"]
            store.record(make_turn(make_item("third")))
            assert stranger.read()["items"] == 3
        assert stranger.read()["items"] == 3


def test_a_start_and_stop_between_two_reads_is_noticed(shared: Path) -> None:
    open_to_all(shared).close()
    with stranger_to(shared) as stranger:
        before = stranger.read()
        with closing(open_to_all(shared)) as store:
            store.record(make_turn(TRUCE))
        after = stranger.read()
        assert (before["items"], after["items"], after["immutable"]) == (0, 1, True)
        assert before["version"] != after["version"]


def test_a_log_without_its_index_is_not_passed_over(shared: Path) -> None:
    """Taken for immutable, the file would show a past without what its log holds."""
    with closing(open_to_all(shared)) as store:
        store.record(make_turn(TRUCE))
        copy = shared.parent / "copy"
        copy.mkdir(mode=0o755)
        for name in ("wirewatch.db", "wirewatch.db-wal"):
            shutil.copy(shared.with_name(name), copy / name)
    with stranger_to(copy / "wirewatch.db") as stranger:
        assert "cannot be opened" in str(stranger.read()["error"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said_to_be_so(path: Path) -> None:
    SqliteStore(path).close()
    path.chmod(0)
    with pytest.raises(StoreError, match="cannot be opened") as caught:
        SqliteReader(path)
    assert "group" in caught.value.help
