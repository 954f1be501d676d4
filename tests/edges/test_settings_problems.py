from __future__ import annotations

import json

import pytest

from monitor.settings.problems import ConfigProblem, Severity, as_json, render


def problem(line: int, column: int, width: int, **more: str) -> ConfigProblem:
    severity: Severity = "warning" if more.get("severity") == "warning" else "error"
    return ConfigProblem(severity, more.get("message", "wrong"), "w.toml", line, column, width, more.get("help", ""))


def frame(line: str, column: int, width: int, hidden: tuple[tuple[int, int], ...] = ()) -> tuple[str, str]:
    """The source line as shown, and the caret line below it."""
    shown = render([ConfigProblem("error", "wrong", "w.toml", 1, column, width, "", hidden)], line).split("\n")
    assert shown[3].startswith(" 1 |")
    assert shown[4].startswith("   |")
    return shown[3].removeprefix(" 1 | "), shown[4].removeprefix("   | ")


def test_no_problems_are_shown_as_nothing() -> None:
    assert render([], "a = 1") == ""


def test_problems_come_by_line_and_are_counted_apart_from_warnings() -> None:
    problems = [problem(2, 3, 1), problem(2, 1, 1, severity="warning"), problem(1, 1, 1)]
    shown = render(problems, "a\nbcd\n")
    assert [line.split(":")[0] + line[-4:] for line in shown.split("\n") if "-->" in line] == [
        "  --> w.toml:1:1",
        "  --> w.toml:2:1",
        "  --> w.toml:2:3",
    ]
    assert shown.endswith("\n\n2 problems, 1 warning\n")


@pytest.mark.parametrize(
    ("problems", "count"),
    [
        ([problem(1, 1, 1)], "1 problem"),
        ([problem(1, 1, 1, severity="warning")], "1 warning"),
        ([problem(1, 1, 1), problem(1, 1, 1)], "1 problem"),
    ],
)
def test_what_is_one_is_not_called_many(problems: list[ConfigProblem], count: str) -> None:
    assert render(problems, "a").endswith(f"\n\n{count}\n")


def test_a_problem_of_the_whole_file_has_no_frame() -> None:
    assert render([problem(0, 0, 0, help="look")], "a") == "error: wrong\n  --> w.toml\n  = help: look\n\n1 problem\n"


def test_a_place_in_a_text_that_cannot_be_shown_keeps_its_numbers() -> None:
    assert render([problem(3, 7, 1)], "") == "error: wrong\n  --> w.toml:3:7\n\n1 problem\n"


def test_the_gutter_grows_with_the_line_number() -> None:
    shown = render([problem(100, 1, 3, help="so")], "\n" * 99 + "abc")
    assert shown == (
        "error: wrong\n    --> w.toml:100:1\n     |\n 100 | abc\n     | ^^^\n     = help: so\n\n1 problem\n"
    )


def test_a_tab_does_not_shift_the_caret() -> None:
    assert frame("\ta\t= x", 6, 1) == ("    a   = x", "          ^")
    assert frame("a\tb", 2, 1) == ("a   b", " ^^^")


def test_wide_characters_take_two_cells_and_marks_take_none() -> None:
    assert frame("q = '停火' x", 10, 1) == ("q = '停火' x", "           ^")
    assert frame("'停火'", 2, 2) == ("'停火'", " ^^^^")
    assert frame("e\u0301 x", 4, 1) == ("e\u0301 x", "  ^")


def test_what_could_steer_a_terminal_is_shown_as_a_mark() -> None:
    assert frame("a\x1b[31m\u202eb", 8, 1) == ("a�[31m�b", "       ^")
    assert frame("a\u2028b\x0bc", 5, 1) == ("a�b�c", "    ^")


def test_marks_do_not_pile_up() -> None:
    line, caret = frame("e" + "\u0301" * 50 + " x", 53, 1)
    assert line == "e" + "\u0301" * 3 + " x"
    assert caret == "  ^"


def test_messages_and_help_cannot_steer_a_terminal_either() -> None:
    shown = render([problem(0, 0, 0, message="unknown key `\x1b[2J`", help="a\nb\x07")], "")
    assert shown == "error: unknown key ``\n  --> w.toml\n  = help: a b\n\n1 problem\n"


def test_a_caret_is_at_least_one_wide_and_may_stand_behind_the_line() -> None:
    assert frame("abc", 4, 1) == ("abc", "   ^")
    assert frame("\n", 1, 1) == (" 1 |", "^")  # nothing, not even a space, stands behind the bar
    assert frame("abc", 2, 0) == ("abc", " ^")


def test_a_long_line_is_cut_around_the_caret_on_both_sides() -> None:
    line, caret = frame("x" * 1000 + "HERE" + "y" * 1000, 1001, 4)
    assert line[caret.index("^") :].startswith("HERE")
    assert caret.strip() == "^^^^"
    assert line.startswith("…x")
    assert line.endswith("y…")
    assert len(line) <= 142


def test_a_line_of_megabytes_is_cut_as_quickly() -> None:
    text = "é" * 3_000_000
    line, caret = frame(text, 2_000_000, 900_000)
    assert len(line) <= 142
    assert len(caret) <= 142


def test_a_long_line_whose_problem_is_at_its_start_keeps_its_start() -> None:
    line, caret = frame("abc" + "x" * 1000, 1, 3)
    assert line.startswith("abcx")
    assert line.endswith("x…")
    assert caret == "^^^"


def test_secrets_are_masked_and_the_caret_follows() -> None:
    line = "desk = { secret = 'hunter2', tries = x }"
    assert frame(line, 38, 1, ((19, 9),)) == ('desk = { secret = "…", tries = x }', " " * 31 + "^")
    assert frame(line, 19, 9, ((19, 9),)) == ('desk = { secret = "…", tries = x }', " " * 18 + "^^^")


def test_a_secret_at_the_cut_of_a_long_line_stays_masked() -> None:
    line = "a = '" + "s" * 5000 + "' x"
    shown, _ = frame(line, 5008, 1, ((5, 5002),))
    assert "s" not in shown


def test_the_user_part_of_an_address_is_masked_wherever_it_stands() -> None:
    assert frame("u = 'https://me:pw@x.org/' z", 28, 1) == ("u = 'https://…@x.org/' z", " " * 23 + "^")


def test_json_holds_the_facts_and_none_of_the_file() -> None:
    made = as_json([problem(2, 1, 3, message="b\x1b[0m"), problem(1, 1, 1, severity="warning", help="h")])
    assert json.loads(json.dumps(made)) == [
        {"severity": "warning", "message": "wrong", "path": "w.toml", "line": 1, "column": 1, "width": 1, "help": "h"},
        {"severity": "error", "message": "b", "path": "w.toml", "line": 2, "column": 1, "width": 3, "help": ""},
    ]
