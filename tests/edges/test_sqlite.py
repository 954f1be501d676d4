"""SQLite for real: what survives a kill, a full disk, a damaged file and another program's, and in whose words."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.core.model import DeliveryState
from monitor.ports import StoreError
from monitor.store import connection
from monitor.store.connection import Connection
from monitor.store.migrate import STEPS, check_readable, migrate
from monitor.store.named import script
from monitor.store.reader import SqliteReader
from monitor.store.sqlite import SqliteStore
from tests.contract.store_values import (
    FULL_SERVICE,
    FULL_STATE,
    LEASE,
    NOW,
    everything,
    make_feed,
    make_item,
    make_turn,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TRUCE, CONVOY = make_item("truce"), make_item("convoy")
MANY = [make_item(f"story {number}", content="all work and no play " * 50) for number in range(200)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "wirewatch.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(path)) as store:
        yield store


def raw(store: SqliteStore) -> sqlite3.Connection:
    return store._connection._raw


def do_within_a_turn(store: SqliteStore, act: Callable[[], None]) -> None:
    """Have every turn of this store call ``act`` when it is nearly done: items are in, the last promise is not."""
    raw(store).create_function("act", 0, act)
    raw(store).execute("CREATE TEMP TRIGGER nearly AFTER INSERT ON main.deliveries BEGIN SELECT act(); END")


# Killed ---------------------------------------------------------------------------------------------------------------

CHILD = """
import sys
from pathlib import Path
from monitor.store.sqlite import SqliteStore
from tests.contract.store_values import make_item, make_turn
from tests.edges.test_sqlite import MANY, do_within_a_turn, raw

def say_and_wait(word):
    print(word, flush=True)
    sys.stdin.read()

store = SqliteStore(Path(sys.argv[1]))
raw(store).execute("PRAGMA cache_size = 10")  # pages of the open turn reach the log before it is committed
if sys.argv[2] == "within":
    do_within_a_turn(store, lambda: say_and_wait("within"))
store.record(make_turn(*MANY))
say_and_wait("after")
"""


def kill_a_writer(path: Path, when: str) -> None:
    """Start a process that records a large turn, and kill it in the middle of the turn or right after it."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), when], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == when
        child.kill()
        assert child.wait() == -signal.SIGKILL


def test_a_process_killed_within_a_turn_leaves_nothing_of_it(store: SqliteStore, path: Path) -> None:
    store.sync_feeds([make_feed()], NOW)
    store.record(make_turn(TRUCE))
    before = everything(store, store, TRUCE, *MANY)
    store.close()
    kill_a_writer(path, "within")
    assert path.with_name("wirewatch.db-wal").stat().st_size > 100_000, "nothing of the turn had been written"
    with closing(SqliteStore(path)) as again:
        assert everything(again, again, TRUCE, *MANY) == before
        again.record(make_turn(*MANY))
        assert again.facts(NOW).items == 1 + len(MANY)


def test_a_process_killed_right_after_a_turn_leaves_all_of_it(store: SqliteStore, path: Path) -> None:
    store.close()
    kill_a_writer(path, "after")
    with closing(SqliteReader(path)) as reader:
        assert reader.facts(NOW).items == len(MANY)
    with closing(SqliteStore(path)) as again:
        assert again.window(NOW) == list(make_turn(*MANY).placed)
        assert len(again.claim_deliveries(NOW, 1_000, LEASE)) == len(MANY)


def test_what_is_acknowledged_is_on_the_disk(store: SqliteStore) -> None:
    found = {name: store._connection.tell(f"PRAGMA {name}") for name in ("synchronous", "journal_mode", "foreign_keys")}
    assert found == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}  # 2: FULL


# Full, failing, locked ------------------------------------------------------------------------------------------------


def test_a_full_disk_refuses_the_turn_whole_and_takes_it_when_there_is_room_again(store: SqliteStore) -> None:
    store.sync_feeds([make_feed()], NOW)
    store.record(make_turn(TRUCE))
    before = everything(store, store, TRUCE, *MANY)
    pages = raw(store).execute("PRAGMA page_count").fetchone()["page_count"]
    raw(store).execute(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(StoreError, match="the disk is full") as caught:
        store.record(make_turn(*MANY, state=FULL_STATE))
    assert "Free some space" in caught.value.help
    assert everything(store, store, TRUCE, *MANY) == before
    store.beat(FULL_SERVICE)  # what still fits is still taken
    raw(store).execute("PRAGMA max_page_count = 1000000")
    store.record(make_turn(*MANY, state=FULL_STATE))
    assert store.facts(NOW).items == 1 + len(MANY)
    assert store.facts(NOW).feeds == (FULL_STATE,)


FILE_TOO_LARGE = """
import resource, signal, sys
from pathlib import Path
from monitor.ports import StoreError
from monitor.store.sqlite import SqliteStore
from tests.contract.store_values import NOW, make_turn
from tests.edges.test_sqlite import CONVOY, MANY, TRUCE

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = SqliteStore(Path(sys.argv[1]))
store.record(make_turn(TRUCE))
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
try:
    store.record(make_turn(*MANY))
except StoreError as error:
    print(error.text)
print(store.facts(NOW).items)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
store.record(make_turn(CONVOY, *MANY))
print(store.facts(NOW).items)
store.close()
"""


def test_a_disk_that_stops_taking_bytes_refuses_the_turn_whole(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILE_TOO_LARGE, str(path)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    text, after, at_last = done.stdout.splitlines()
    assert text.startswith(("the disk refuses", "the disk is full"))
    assert (after, at_last) == ("1", str(2 + len(MANY)))


def test_a_fault_in_the_middle_of_a_turn_leaves_nothing_of_it(store: SqliteStore, path: Path) -> None:
    store.record(make_turn(TRUCE))
    before = everything(store, store, TRUCE, CONVOY)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TRIGGER fault AFTER INSERT ON alerts BEGIN SELECT raise(FAIL, 'of its own'); END")
    with pytest.raises(StoreError, match="of its own"):
        store.record(make_turn(CONVOY))
    assert everything(store, store, TRUCE, CONVOY) == before


def test_a_locked_memory_is_said_to_be_locked(store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_S", 0.01)
    with closing(SqliteStore(path)) as second, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"another program keeps .* locked") as caught:
            second.beat(FULL_SERVICE)
        other.execute("ROLLBACK")
        second.beat(FULL_SERVICE)
    assert caught.value.help
    assert store.facts(NOW).service == FULL_SERVICE


def test_what_may_not_be_written_is_said_to_be_so(store: SqliteStore, path: Path) -> None:
    assert store.facts(NOW).items == 0
    with closing(Connection(path, "ro")) as sql, pytest.raises(StoreError, match="read but not written"):
        sql.run("forget_items", {"before": NOW})


def test_a_closed_store_says_so_instead_of_crashing(path: Path) -> None:
    store = SqliteStore(path)
    store.close()
    with pytest.raises(StoreError, match="cannot be used"):
        store.next_due()


# Files ----------------------------------------------------------------------------------------------------------------


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(path: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in (path.parent, *path.parent.iterdir())}


def test_the_group_may_read_and_nobody_else(path: Path) -> None:
    with umask(0o022), closing(SqliteStore(path)) as store:
        store.record(make_turn(TRUCE))
        expected = dict.fromkeys(("wirewatch.db", "wirewatch.db-wal", "wirewatch.db-shm"), 0o640)
        assert modes(path) == {"state": 0o750, **expected}


def test_a_stricter_umask_is_respected(path: Path) -> None:
    with umask(0o077), closing(SqliteStore(path)):
        assert set(modes(path).values()) == {0o700, 0o600}


def test_a_clean_end_leaves_one_complete_file_even_while_somebody_reads(path: Path) -> None:
    store = SqliteStore(path)
    with closing(SqliteReader(path)) as reader:
        store.record(make_turn(TRUCE))
        store.close()
        assert path.with_name("wirewatch.db-wal").stat().st_size == 0
        assert reader.item(TRUCE.id) == TRUCE
    copy = path.with_name("copy.db")
    copy.write_bytes(path.read_bytes())
    with closing(SqliteReader(copy)) as reader:
        assert reader.item(TRUCE.id) == TRUCE


@pytest.mark.parametrize("name", ["what?.db", "a#b%20c.db", "naïve ☃.db", "mode=memory&x.db"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with closing(SqliteStore(path)) as store, closing(SqliteReader(path)) as reader:
        store.record(make_turn(TRUCE))
        assert reader.item(TRUCE.id) == TRUCE
    assert path.stat().st_size > 0


def test_a_directory_that_cannot_be_made_is_said_to_be_at_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written") as caught:
        SqliteStore(tmp_path / "file" / "wirewatch.db")
    assert "state_dir" in caught.value.help


def test_the_store_may_be_used_from_another_thread_than_the_one_that_made_it(store: SqliteStore) -> None:
    thread = threading.Thread(target=lambda: store.record(make_turn(TRUCE)))
    thread.start()
    thread.join()
    assert store.item(TRUCE.id) == TRUCE


def test_an_empty_file_left_by_a_start_that_died_is_no_obstacle(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with pytest.raises(StoreError, match="no memory at") as caught:
        SqliteReader(path)
    assert "wirewatch run" in caught.value.help
    with closing(SqliteStore(path)) as store:
        store.record(make_turn(TRUCE))
        assert store.item(TRUCE.id) == TRUCE


# Damaged, foreign, newer ----------------------------------------------------------------------------------------------


def refuse(path: Path, match: str) -> list[StoreError]:
    """Neither store nor reader opens it, both say why and what to do, and not a byte is changed."""
    before = path.read_bytes()
    errors = []
    for opener in (SqliteStore, SqliteReader):
        with pytest.raises(StoreError, match=match) as caught:
            opener(path)
        assert caught.value.help
        errors.append(caught.value)
    assert path.read_bytes() == before
    return errors


@pytest.mark.parametrize("content", [b"hello, world\n", b"<rss/>" * 1_000, b"SQLite format 3\x00" + b"\xff" * 9_000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wirewatch.db"
    path.write_bytes(content)
    refuse(path, "not a memory of Wirewatch, or is damaged|is damaged")


def test_a_file_cut_short_is_refused_and_left_alone(store: SqliteStore, path: Path) -> None:
    store.record(make_turn(*MANY))
    store.close()
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 // 4096 * 4096)
    errors = refuse(path, "is damaged")
    assert "backup" in errors[0].help


def test_damage_found_later_is_told_when_it_is_met(store: SqliteStore, path: Path) -> None:
    store.record(make_turn(*MANY))
    store.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        for page in range(size // 4096 // 4, size // 4096):
            file.seek(page * 4096)
            file.write(b"\xa5" * 4096)
    with closing(SqliteStore(path)) as again, pytest.raises(StoreError, match="is damaged"):
        again.window(NOW)


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "wirewatch.db"
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
        other.execute("PRAGMA user_version = 7")
    refuse(path, "of another program")


NEXT = "ALTER TABLE stories ADD COLUMN note TEXT;\n-- a second; in a comment\nPRAGMA user_version = 2;\n"


def test_a_memory_made_by_a_newer_version_is_refused_and_left_alone(store: SqliteStore, path: Path) -> None:
    store.record(make_turn(TRUCE))
    migrate(store._connection, [script(STEPS[0]), NEXT])
    store.close()
    errors = refuse(path, "made by a newer Wirewatch")
    assert "that version" in errors[0].help


def test_a_step_brings_a_memory_forward_and_keeps_what_it_held(store: SqliteStore) -> None:
    store.record(make_turn(TRUCE))
    for _ in range(2):
        migrate(store._connection, [script(STEPS[0]), NEXT])
    assert store._connection.tell("PRAGMA user_version") == 2
    assert store._connection.tell("SELECT count(*) FROM stories WHERE note IS NULL") == 1
    assert store.item(TRUCE.id) == TRUCE


def test_a_step_that_fails_leaves_the_memory_in_the_form_it_had(store: SqliteStore) -> None:
    store.record(make_turn(TRUCE))
    broken = "ALTER TABLE stories ADD COLUMN note TEXT;\nINSERT INTO nowhere VALUES (1);\nPRAGMA user_version = 2;"
    with pytest.raises(StoreError, match="nowhere"):
        migrate(store._connection, [script(STEPS[0]), broken])
    assert store._connection.tell("PRAGMA user_version") == 1
    migrate(store._connection, [script(STEPS[0]), NEXT])
    assert store.item(TRUCE.id) == TRUCE


def test_a_step_that_forgets_its_number_is_a_bug(store: SqliteStore) -> None:
    with pytest.raises(AssertionError, match="user_version"):
        migrate(store._connection, [script(STEPS[0]), "ALTER TABLE stories ADD COLUMN note TEXT;"])
    assert store._connection.tell("SELECT count(*) FROM pragma_table_info('stories') WHERE name = 'note'") == 0


def test_a_reader_does_not_read_a_form_it_does_not_know_yet(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.migrate.FORM", 2)
    with pytest.raises(StoreError, match="made by an older Wirewatch") as caught:
        check_readable(store._connection)
    assert "Start the service" in caught.value.help


def test_a_promise_settled_before_a_kill_stays_settled(store: SqliteStore, path: Path) -> None:
    turn = make_turn(TRUCE)
    store.record(turn)
    done = replace(turn.deliveries[0], state=DeliveryState.DONE, due_at=None, attempts=1, ended_at=NOW)
    store.settle(done)
    store.close()
    kill_a_writer(path, "within")
    with closing(SqliteReader(path)) as reader:
        assert reader.deliveries(done.alert) == [done]
