"""One daemon a state directory, however the one before it ended."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from monitor.ports import StoreError
from monitor.store.lock import LOCK_FILE, StateLock

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from monitor.store.lock import StateLock

lock = StateLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_daemon_is_refused_and_told_who_is_first(tmp_path: Path) -> None:
    with StateLock(tmp_path), pytest.raises(StoreError, match=rf"another wirewatch \(pid {os.getpid()}\)") as caught:
        StateLock(tmp_path)
    assert "Stop that one first" in caught.value.help


def test_a_released_directory_is_free(tmp_path: Path) -> None:
    StateLock(tmp_path).release()
    assert (tmp_path / LOCK_FILE).read_text() == ""
    with StateLock(tmp_path):
        assert (tmp_path / LOCK_FILE).read_text() == f"{os.getpid()}\n"


def test_a_killed_daemon_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match=rf"\(pid {child.pid}\)"):
            StateLock(tmp_path)
        child.kill()
        assert child.wait() == -signal.SIGKILL
    with StateLock(tmp_path):
        pass


def test_a_process_that_the_daemon_started_does_not_hold_the_lock_for_it(tmp_path: Path) -> None:
    lock = StateLock(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", "print(flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        close_fds=False,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"\n"
        os.close(lock._file)  # as when this process died
        with StateLock(tmp_path):
            assert child.poll() is None
        child.communicate(b"\n")


def test_the_directory_is_made_for_the_group_to_read(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with StateLock(tmp_path / "new" / "state"):
            assert stat.S_IMODE((tmp_path / "new" / "state").stat().st_mode) == 0o750
            assert stat.S_IMODE((tmp_path / "new" / "state" / LOCK_FILE).stat().st_mode) == 0o640
    finally:
        os.umask(before)


def test_a_directory_that_cannot_be_used_is_said_to_be_at_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be used") as caught:
        StateLock(tmp_path / "file")
    assert "state_dir" in caught.value.help
