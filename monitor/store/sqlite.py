"""The memory of the one writer, in one SQLite file.

Write-ahead log, so that readers never wait; ``synchronous=FULL``, so that what was acknowledged survives a power cut;
every method one transaction. The connection may be used from another thread than the one that made it, but from one at
a time. That there is one daemon only is the business of ``lock.py``.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.core.model import EPOCH, LIMITS
from monitor.ports import StoreError
from monitor.store import rows
from monitor.store.codec import to_ms, to_text, whole_ms
from monitor.store.connection import Connection
from monitor.store.migrate import check_writable, migrate
from monitor.store.reading import Reading
from monitor.store.spans import LISTING_SLACK, SEEN_KEPT, TOUCH_EVERY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    from monitor.core.model import (
        Alert,
        ChannelId,
        Delivery,
        Feed,
        FeedState,
        ItemId,
        Placed,
        ServiceState,
        Story,
        Told,
        Turn,
    )
    from monitor.store.codec import Columns

_BEFORE = ("PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON")
_AFTER = ("PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON", "PRAGMA journal_size_limit = 67108864")


class SqliteStore(Reading):
    """``ports.Store`` in a file that is made when it does not exist. Raises StoreError where it cannot be used."""

    def __init__(self, path: Path) -> None:
        _make(path)
        self._connection = Connection(path, "rw")
        try:
            _prepare(self._connection)
        except BaseException:
            self._connection.close()
            raise

    def sync_feeds(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Feeds with another address forget all that belonged to the old one: validators, failures, waiting times."""
        with self._sql.transaction():
            self._sql.run("retire_feeds")
            self._sql.run_each("list_feed", ({"id": feed.id, "url": feed.url, "now": now} for feed in feeds))

    def claim_feeds(self, now: datetime, limit: int, lease: timedelta) -> list[FeedState]:
        """Oldest debt first; by id where debts are equally old."""
        with self._sql.transaction():
            due = self._sql.rows("due_feeds", {"now": now, "limit": max(limit, 0)})
            until = now + lease
            self._sql.run_each("claim_feed", ({"id": row["id"], "now": now, "until": until} for row in due))
        return [replace(rows.feed_state(row), asked_at=whole_ms(now), due_at=whole_ms(until)) for row in due]

    def next_due(self) -> datetime | None:
        """The earliest due feed or waiting delivery."""
        [row] = self._sql.rows("next_due")
        due: datetime | None = row["due_ms"]
        return due

    def known(self, items: Collection[ItemId]) -> dict[ItemId, frozenset[str]]:
        """Whoever asks for an id has just seen it listed: once a day that is noted, for ``prune``."""
        columns: Columns = {"ids": _list(items), "day": _ms(TOUCH_EVERY)}
        found = self._sql.rows("known", columns)
        if any(row["fading"] for row in found):
            with self._sql.transaction():
                self._sql.run("touch", columns)
        versions: dict[ItemId, set[str]] = {}
        for row in found:
            versions.setdefault(row["id"], set()).add(row["version"])
        return {item: frozenset(of_item) for item, of_item in versions.items()}

    def record(self, turn: Turn) -> None:
        """Everything or nothing. A feed no longer listed stays so."""
        items = (*turn.items, *(placed.item for placed in turn.placed))
        sql = self._sql
        with sql.transaction():
            sql.run("keep_feed", rows.feed_columns(turn.state))
            sql.run_each("keep_seen", (rows.seen_columns(item, turn.at) for item in items))
            sql.run_each("keep_item", map(rows.item_columns, items))
            sql.run_each("keep_placement", (rows.placement_columns(placed, turn.at) for placed in turn.placed))
            sql.run_each("keep_story", map(rows.story_columns, turn.stories))
            sql.run_each("keep_verdict", map(rows.verdict_columns, turn.verdicts))
            sql.run_each("keep_told", map(rows.told_columns, turn.told))
            sql.run_each("keep_alert", map(rows.alert_columns, turn.alerts))
            sql.run_each("keep_delivery", map(rows.delivery_columns, turn.deliveries))

    def window(self, since: datetime) -> list[Placed]:
        """In the order of placement; the newest ``LIMITS.window_items_max`` of them."""
        found = self._sql.rows("window", {"since": since, "limit": LIMITS.window_items_max})
        return [rows.placed(row) for row in found]

    def told(self, since: datetime) -> list[Told]:
        """Of stories seen since then, and whatever was said since then; oldest first."""
        return [rows.told(row) for row in self._sql.rows("told", {"since": since})]

    def stories(self, since: datetime) -> list[Story]:
        """By when they were last seen."""
        return [rows.story(row) for row in self._sql.rows("stories", {"since": since})]

    def claim_deliveries(
        self, now: datetime, limit: int, lease: timedelta, busy: Collection[ChannelId] = ()
    ) -> list[tuple[Delivery, Alert]]:
        """Oldest first: by due time, then by when they were promised."""
        columns: Columns = {"now": now, "limit": max(limit, 0), "busy": _list(busy)}
        with self._sql.transaction():
            due = self._sql.rows("due_deliveries", columns)
            claimed = [(replace(rows.delivery(row), due_at=whole_ms(now + lease)), rows.alert(row)) for row in due]
            self._sql.run_each("lease_delivery", (_lease(delivery) for delivery, _ in claimed))
        return claimed

    def settle(self, delivery: Delivery) -> None:
        """One that already ended stays as it is."""
        with self._sql.transaction():
            self._sql.run("settle_delivery", rows.delivery_columns(delivery))

    def release_leases(self, now: datetime) -> int:
        """How many there were."""
        with self._sql.transaction():
            return self._sql.run("release_leases", {"now": now})

    def beat(self, service: ServiceState) -> None:
        """The last word counts."""
        with self._sql.transaction():
            self._sql.run("beat", rows.service_columns(service))

    def prune(self, before: datetime) -> int:
        """What was told is kept as long as its story, an alert also as long as one of its deliveries waits.

        Ids go 90 days later still, and only once their feed was read without them or is asked no more.
        """
        with self._sql.transaction():
            items = self._sql.run("forget_items", {"before": before})
            for name in ("forget_stories", "forget_told", "forget_alerts"):
                self._sql.run(name, {"before": before})
            self._sql.run("forget_seen", {"before": before - SEEN_KEPT, "slack": _ms(LISTING_SLACK)})
        return items

    def close(self) -> None:
        """Leave one complete file behind, also when readers stay connected and the log with them."""
        with suppress(StoreError):  # a full disk, say: nothing is lost, the log is read where the file is behind
            self._connection.tell("PRAGMA wal_checkpoint(TRUNCATE)")
        super().close()


def _make(path: Path) -> None:
    """Make the file where there is none, so that it has our mode and not SQLite's; its companions take after it.

    One that exists is not touched: closing it would drop the locks that this process may already have on it.
    """
    try:
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640))
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}",
            "Set service.state_dir to a directory that the user who runs Wirewatch may write.",
        ) from error


def _prepare(connection: Connection) -> None:
    for pragma in _BEFORE:
        connection.tell(pragma)
    check_writable(connection)  # before anything is changed: the file may be another program's
    if connection.tell("PRAGMA journal_mode = WAL") != "wal":
        raise StoreError(
            f"{connection.path} lies where SQLite cannot share memory between programs",
            "Set service.state_dir to a directory on a local disk.",
        )
    for pragma in _AFTER:
        connection.tell(pragma)
    migrate(connection)


def _lease(delivery: Delivery) -> Columns:
    return {
        "alert": delivery.alert,
        "revision": delivery.revision,
        "channel": delivery.channel,
        "until": delivery.due_at,
    }


def _list(texts: Iterable[str]) -> str:
    """Texts for ``json_each``, each in the form in which columns hold it."""
    return json.dumps([to_text(text) for text in texts])


def _ms(span: timedelta) -> int:
    return to_ms(EPOCH + span)
