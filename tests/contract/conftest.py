"""The memories that every test of the Store contract runs against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from monitor.store.memory import MemoryStore
from monitor.store.reader import SqliteReader
from monitor.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.ports import Reader, Store


@dataclass(frozen=True, slots=True)
class Memory:
    """A store and a reader of the same memory. In SQLite the reader has a connection of its own to the file."""

    store: Store
    reader: Reader


@pytest.fixture(params=["sqlite", "memory"])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Memory]:
    store: Store
    reader: Reader
    if request.param == "sqlite":
        path = tmp_path / "state" / "wirewatch.db"
        store, reader = SqliteStore(path), SqliteReader(path)
    else:
        store = reader = MemoryStore()
    yield Memory(store, reader)
    reader.close()
    store.close()
