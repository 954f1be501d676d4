from __future__ import annotations

import pytest

from tests.edges.settings_kit import (
    FEED,
    errors_of,
    settings_of,
)

ASKED = FEED + "[channels.desk]\nkind = 'terminal'\n"


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "help_"),
    [
        ("channels = ['dsk']\nwatch = 'a'", 6, 13, "there is no channel `dsk`", "did you mean `desk`?"),
        ("channels = ['Desk']\nwatch = 'a'", 6, 13, "there is no channel `Desk`", "did you mean `desk`?"),
        ("feeds = ['Tag:x']\nwatch = 'a'", 6, 10, "`Tag:x` is neither a feed nor a tag", "tag:syria"),
        ("channels = ['fax']\nwatch = 'a'", 6, 13, "there is no channel `fax`", "channels are: desk"),
        ("channels = ['desk', 'x']\nwatch = 'a'", 6, 21, "there is no channel `x`", "channels are: desk"),
        ("feeds = ['b']\nwatch = 'a'", 6, 10, "there is no feed `b`", "feeds are: a"),
        ("feeds = ['a', 'tag:syria']\nwatch = 'a'", 6, 15, "no feed has the tag `syria`", "give a feed this tag"),
        ("priority = 'low'", 5, 9, "`t` has neither `watch` nor `query`", 'watch = "Aleppo ceasefire"'),
        ("watch = 'a'\nquery = 'b'", 7, 1, "`t` has both `watch` and `query`", "keep one of them"),
        ("query = 'b'\nwatch = 'a'", 7, 1, "`t` has both `watch` and `query`", "keep one of them"),
    ],
)
def test_names_that_lead_nowhere_are_found(text: str, line: int, column: int, message: str, help_: str) -> None:
    ((found_line, found_column, found_message, found_help),) = errors_of(ASKED + "[topics.t]\n" + text)
    assert (found_line, found_column, found_message) == (line, column, message)
    assert help_ in found_help


def test_a_tag_that_is_named_like_a_feed_is_explained() -> None:
    text = FEED + "tags = ['syria']\n[topics.t]\nwatch = 'a'\nfeeds = ['syria']\n"
    assert errors_of(text) == [(6, 10, "there is no feed `syria`", "did you mean `tag:syria`?")]


@pytest.mark.parametrize(
    ("poll", "line", "column", "message"),
    [
        ("min_interval = '7h'", 2, 16, "`min_interval` (7h) is longer than `max_interval` (6h)"),
        ("max_interval = '1m'", 2, 16, "`min_interval` (2m) is longer than `max_interval` (1m)"),
        ("interval = '1m'", 2, 12, "the interval of 1m is not within min_interval 2m to max_interval 6h"),
        ("min_interval = '20m'", 2, 16, "the interval of 10m is not within min_interval 20m to max_interval 6h"),
        ("max_interval = '5m'", 2, 16, "the interval of 10m is not within min_interval 2m to max_interval 5m"),
    ],
)
def test_intervals_that_exclude_each_other_are_found(poll: str, line: int, column: int, message: str) -> None:
    ((found_line, found_column, found_message, _),) = errors_of(f"[poll]\n{poll}\n")
    assert (found_line, found_column, found_message) == (line, column, message)


def test_the_interval_of_a_feed_stays_within_the_bounds() -> None:
    ((line, column, message, _),) = errors_of(FEED + "interval = '1d'\n")
    assert (line, column) == (3, 12)
    assert message == "`interval` of this feed is not within min_interval 2m to max_interval 6h"


def test_an_unknown_pack_is_found() -> None:
    text = '[concepts]\npacks = ["conflict", "conflicts"]\n'
    assert errors_of(text) == [(2, 22, "there is no concept pack `conflicts`", "did you mean `conflict`?")]


def test_suspicious_things_are_warnings_and_do_not_stop_anything() -> None:
    text = ASKED + "[topics.t]\nwatch = 'a'\n[feeds.b]\nurl = 'https://example.org/a'\n"
    warnings = settings_of(text).warnings
    assert [(one.severity, one.line, one.column, one.message) for one in warnings] == [
        ("warning", 5, 9, "`t` has no channels: what it finds is recorded, and nobody is told"),
        ("warning", 8, 7, "`b` has the same address as `a` in line 2"),
    ]


def test_problems_of_queries_point_into_every_kind_of_text() -> None:
    text = (
        '[topics.a]\nquery = "\\"x\\" AND \\"y"\n'
        "[topics.b]\nquery = '''\nx AND\n  \"y'''\n"
        "[concepts]\ndefine.c = ['ok', '\"z']\n"
    )
    found = [(line, column, message) for line, column, message, _ in errors_of(text)]
    assert found == [
        (2, 20, "this quote is not closed"),
        (6, 3, "this quote is not closed"),
        (8, 20, "this quote is not closed"),
    ]


def test_queries_are_judged_knowing_the_concepts_of_the_file() -> None:
    text = "[topics.t]\nquery = 'a AND @corridor'\n"
    assert errors_of(text) == [(2, 16, "there is no such concept", "")]
    settings_of(text + "[concepts.define]\ncorridor = ['x']\n")
    settings_of(text + "[concepts]\npacks = ['conflict']\n")
