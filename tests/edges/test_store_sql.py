"""The SQL itself: every statement named, explained, used, understood by SQLite, and quick where it has to be."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import monitor.store
from monitor.core.model import EPOCH
from monitor.store.named import parse_queries, queries, script, statements
from monitor.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.store.connection import Connection

ROOM = Path(monitor.store.__file__).parent
PYTHON = "\n".join(file.read_text() for file in ROOM.glob("*.py"))


@pytest.fixture
def sql(tmp_path: Path) -> Iterator[Connection]:
    with closing(SqliteStore(tmp_path / "wirewatch.db")) as store:
        yield store._connection


def plan(sql: Connection, name: str) -> str:
    text = queries()[name]
    empty: dict[str, None] = dict.fromkeys(re.findall(r":(\w+)", text))
    return "\n".join(str(row["detail"]) for row in sql._raw.execute(f"EXPLAIN QUERY PLAN {text}", empty))


def test_python_names_every_query_and_no_other() -> None:
    named = set(re.findall(r"""(?:rows|row|run|run_each)\(\s*"(\w+)\"""", PYTHON)) | set(
        re.findall(r'"(forget_\w+)"', PYTHON)
    )
    assert named == set(queries())


def test_python_builds_no_sql() -> None:
    words = re.compile(r"\b(?:SELECT .* FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|CREATE (?:TABLE|INDEX))\b")
    assert [line.strip() for line in PYTHON.splitlines() if words.search(line)] == [
        'tables = sql.tell("SELECT count(*) FROM sqlite_master")'
    ]


def test_every_query_has_a_sentence_and_is_understood_by_sqlite(sql: Connection) -> None:
    opened = re.findall(r"^-- name: \w+\n-- [A-Z].+", script("queries.sql"), re.MULTILINE)
    assert len(opened) == len(queries())
    for name in queries():
        plan(sql, name)


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("due_feeds", "feeds USING INDEX feeds_due"),
        ("due_deliveries", "deliveries USING INDEX deliveries_due"),
        ("next_due", "deliveries USING INDEX deliveries_due"),
        ("known", "seen USING PRIMARY KEY"),
        ("held", "verdicts USING INDEX verdicts_held"),
        ("alerts", "alerts USING INTEGER PRIMARY KEY"),
        ("outcomes", "verdicts USING COVERING INDEX verdicts_at"),
        ("verdicts", "verdicts USING INDEX verdicts_once"),
        ("items_by_link", "items USING INDEX items_link"),
        ("items_by_link", "items USING INDEX items_canonical_link"),
        ("items_between", "items USING INDEX items_seen"),
        ("items_by_words", "items USING COVERING INDEX items_words"),
        ("forget_items", "items USING COVERING INDEX items_seen"),
    ],
)
def test_what_runs_often_or_over_much_uses_its_index(sql: Connection, name: str, index: str) -> None:
    assert index in plan(sql, name)


def test_a_column_that_holds_a_time_reads_as_one(sql: Connection) -> None:
    sql.run("list_feed", {"id": "sana", "url": "https://example.org/", "now": EPOCH})
    [row] = sql.rows("active_feeds")
    assert (row["due_ms"], row["failures"]) == (EPOCH, 0)


def test_statements_are_taken_apart_at_their_ends_only() -> None:
    text = "-- one; two\nSELECT ';';\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\nSELECT 1;\nSELECT 2;\nEND;\n-- over\n"
    assert [statement.split("\n")[-1] for statement in statements(text)] == ["SELECT ';';", "END;"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("-- name: a\n-- A.\nSELECT 1", "has no end"),
        ("-- name: a\n-- A.\nSELECT 1;\nSELECT 2;\n", "not one complete"),
        ("-- name: a\n-- A.\n", "not one complete"),
        ("-- name: a\n-- A.\nSELECT 1;\n-- name: a\n-- A.\nSELECT 2;\n", "two queries"),
    ],
)
def test_a_file_of_queries_that_is_wrong_is_refused(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        parse_queries(text)
