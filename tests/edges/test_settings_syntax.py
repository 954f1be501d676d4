from __future__ import annotations

import pytest

from tests.edges.settings_kit import (
    FEED,
    errors_of,
)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a = 'x\nb = 1\n", 1, 5, "this text is not closed"),
        ('a = "x\nb = 1\n', 1, 5, "this text is not closed"),
        ("x = 1\na = '''\nb = 1\n", 2, 5, "this text is not closed"),
        ("a = webhook\n", 1, 5, "this is no TOML value"),
        ("a = True\n", 1, 5, "this is no TOML value"),
        ("a =\n", 1, 3, "this is no TOML value"),
        ("a = 'x' 'y'\n", 1, 9, "the line goes on after its value"),
        ("a b = 1\n", 1, 3, "an = is missing after this key"),
        ("[a\nb = 1\n", 1, 2, "this header has no closing bracket"),
        ('a = "\\q"\n', 1, 6, "this backslash means nothing in double quotes"),
        ("a = [1, 2\n", 1, 9, "this list is not closed"),
        ("a = { b = 1, b = 2 }\n", 1, 14, "`b` is defined twice in this table"),
        ("\x00\n", 1, 1, "this is neither a [table] nor a key = value"),
        ("a = " + "1" * 5000, 1, 5, "this number is too long"),
        ("a = " + "[" * 5000, 0, 0, "lists or tables in this file are nested too deeply"),
    ],
)
def test_a_mistake_in_the_writing_is_put_in_plain_words(text: str, line: int, column: int, message: str) -> None:
    ((found_line, found_column, found_message, _),) = errors_of(text)
    assert (found_line, found_column, found_message) == (line, column, message)


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "help_"),
    [
        ("[poll]\n[feeds]\n[poll]\n", 3, 2, "[poll] is defined twice", "the first is in line 1;"),
        (FEED + "url = 'https://x.org'\n", 3, 1, "`url` is defined twice", "the first is in line 2;"),
        ("poll = {}\n[poll]\n", 2, 2, "[poll] is defined twice", "the first is in line 1;"),
        ("poll.max_age = '1d'\n[poll]\n", 2, 2, "[poll] is defined twice", "the first is in line 1;"),
        ("poll = {}\npoll.max_age = '1d'\n", 2, 6, "`max_age` is defined twice", "poll has it already;"),
    ],
)
def test_a_name_that_is_given_twice_is_named_with_its_first_place(
    text: str, line: int, column: int, message: str, help_: str
) -> None:
    ((found_line, found_column, found_message, found_help),) = errors_of(text)
    assert (found_line, found_column, found_message) == (line, column, message)
    assert found_help.startswith(help_)


def test_many_names_given_twice_are_all_named_and_the_rest_is_still_read() -> None:
    text = FEED * 4 + "[topics.t]\nwatch = 'a'\nurgent = true\n"
    assert [(line, message) for line, _, message, _ in errors_of(text)] == [
        (3, "[feeds.a] is defined twice"),
        (5, "[feeds.a] is defined twice"),
        (7, "[feeds.a] is defined twice"),
        (11, "unknown key `urgent`"),
    ]


def test_a_flood_of_names_given_twice_ends() -> None:
    problems = errors_of(FEED * 500)
    assert 50 <= len(problems) <= 52
