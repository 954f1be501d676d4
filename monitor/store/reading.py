"""Reading a memory in SQLite: the half that the one writer and every reader share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from monitor.core.model import Outcome
from monitor.core.snapshot import ChannelFacts, Facts
from monitor.store import rows
from monitor.store.spans import FOR_EVER_MS, LAGS_MAX, PAGE
from monitor.store.wanted import wanted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.core.model import (
        Alert,
        AlertId,
        Delivery,
        Item,
        ItemId,
        Placed,
        Story,
        StoryId,
        TopicId,
        Verdict,
    )
    from monitor.store.codec import Columns, Row, Value
    from monitor.store.connection import Connection


class Reading:
    """Every method of ``ports.Reader``. Intervals hold their ``since`` and end before their ``until``."""

    _connection: Connection

    @property
    def _sql(self) -> Connection:
        return self._connection

    def facts(self, since: datetime) -> Facts:
        """Everything at one moment. ``feeds`` are those listed; ``items`` counts every stored version."""
        sql = self._sql
        with sql.snapshot():
            service = sql.row("service")
            feeds = sql.rows("active_feeds")
            channels = sql.rows("channels")
            outcomes = sql.rows("outcomes", {"since": since})
            last_alerts = sql.rows("last_alerts")
            lags = sql.rows("lags", {"since": since, "limit": LAGS_MAX})
            [totals] = sql.rows("totals")
        return Facts(
            service=None if service is None else rows.service_state(service),
            feeds=tuple(rows.feed_state(row) for row in feeds),
            channels=tuple(_channel(row) for row in channels),
            outcomes={(row["topic"], Outcome(row["outcome"])): row["verdicts"] for row in outcomes},
            items=totals["items"],
            stories=totals["stories"],
            last_alert_at={row["topic"]: row["at_ms"] for row in last_alerts},
            lags_s=tuple((row["seen_ms"] - row["published_ms"]).total_seconds() for row in lags),
        )

    def alerts(
        self,
        *,
        after: int = 0,
        since: datetime | None = None,
        until: datetime | None = None,
        topic: TopicId | None = None,
        last: int | None = None,
    ) -> list[tuple[int, Alert]]:
        """Oldest first, each with its sequence number."""
        found = self._sql.rows("alerts", _stretch(after, since, until, topic, last))
        return [(row["seq"], rows.alert(row)) for row in found]

    def held(
        self,
        *,
        after: int = 0,
        since: datetime | None = None,
        until: datetime | None = None,
        topic: TopicId | None = None,
        last: int | None = None,
    ) -> list[tuple[int, Verdict, Item]]:
        """Oldest first, each with its sequence number."""
        found = self._sql.rows("held", _stretch(after, since, until, topic, last))
        return [(row["seq"], rows.verdict(row), rows.item(row)) for row in found]

    def verdicts(self, item: ItemId) -> list[Verdict]:
        """Oldest first."""
        return [rows.verdict(row) for row in self._sql.rows("verdicts", {"item": item})]

    def find_items(self, words: str, limit: int = 20) -> list[Item]:
        """The newest version of each, newest first."""
        return [rows.item(row) for row in self._find(words, max(limit, 0))]

    def _find(self, words: str, limit: int) -> list[Row]:
        want = wanted(words)
        sql = self._sql
        if want.prefix:
            columns: Columns = {"prefix": want.prefix, "beyond": want.beyond, "limit": limit}
            if found := sql.rows("items_by_prefix", columns):
                return found
        if want.link:
            columns = {"link": want.link, "canonical": want.canonical, "limit": limit}
            if found := sql.rows("items_by_link", columns):
                return found
        if want.words:
            return sql.rows("items_by_words", {"words": json.dumps(want.words), "limit": limit})
        return []

    def item(self, item: ItemId) -> Item | None:
        """The newest version."""
        row = self._sql.row("item", {"id": item})
        return None if row is None else rows.item(row)

    def items(self, since: datetime, until: datetime | None = None) -> Iterator[Item]:
        """A page at a time: no read is left open, and what is recorded meanwhile does not shift the rest."""
        page: list[Row] = []
        before: Value = FOR_EVER_MS if until is None else until
        seq = 0
        while not seq or len(page) == PAGE:
            page = self._sql.rows("items_between", {"since": since, "before": before, "seq": seq, "limit": PAGE})
            if not page:
                return
            before, seq = page[-1]["seen_ms"], page[-1]["seq"]
            yield from map(rows.item, page)

    def story(self, story: StoryId) -> Story | None:
        """One story."""
        row = self._sql.row("story", {"id": story})
        return None if row is None else rows.story(row)

    def story_items(self, story: StoryId) -> list[Placed]:
        """In the order of placement."""
        return [rows.placed(row) for row in self._sql.rows("story_items", {"story": story})]

    def deliveries(self, alert: AlertId) -> list[Delivery]:
        """Oldest first."""
        return [rows.delivery(row) for row in self._sql.rows("deliveries", {"alert": alert})]

    def data_version(self) -> int:
        """SQLite's own counter of what others committed; what this connection commits does not move it."""
        [row] = self._sql.rows("data_version")
        return int(row["data_version"])

    def close(self) -> None:
        """Called once."""
        self._connection.close()


def _stretch(
    after: int, since: datetime | None, until: datetime | None, topic: TopicId | None, last: int | None
) -> Columns:
    return {
        "after": after,
        "since": since,
        "until": until,
        "topic": topic,
        "last": -1 if last is None else max(last, 0),  # to SQLite, a negative limit is none
    }


def _channel(row: Row) -> ChannelFacts:
    return ChannelFacts(
        channel=row["channel"],
        waiting=row["waiting"],
        failing=row["failing"],
        given_up=row["given_up"],
        done=row["done"],
        oldest_waiting_at=row["oldest_waiting_ms"],
        next_at=row["next_ms"],
        last_answer=row["last_answer"],
    )
