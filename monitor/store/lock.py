"""One daemon a state directory: a lock that the kernel lets go of when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from monitor.ports import StoreError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

LOCK_FILE = "wirewatch.lock"


class StateLock:
    """Held from its making until ``release``. A second one on the same directory raises StoreError.

    The file names the holder for people; the lock on it, not its being there, is what counts, so it is never removed.
    """

    def __init__(self, directory: Path) -> None:
        try:
            directory.mkdir(mode=0o750, parents=True, exist_ok=True)
            self._file = os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        except OSError as error:
            raise StoreError(
                f"the state directory {directory} cannot be used: {error.strerror}",
                "Set service.state_dir to a directory that the user who runs Wirewatch may write.",
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._file, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            if not isinstance(error, BlockingIOError):
                raise StoreError(
                    f"the state directory {directory} cannot be locked: {error.strerror}",
                    "Set service.state_dir to a local disk: network file systems often cannot lock.",
                ) from error
            raise StoreError(
                f"another wirewatch (pid {holder}) is running on this state directory ({directory})",
                "Two would tell everything twice. Stop that one first, or give this one a state_dir of its own; to "
                "look at what the running one does, use `wirewatch status` and `wirewatch tail`.",
            ) from None
        with suppress(OSError):  # a full disk must not keep the daemon from starting: the number is for people only
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Called once."""
        os.ftruncate(self._file, 0)
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
