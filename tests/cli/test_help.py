"""What --help says of the reading verbs: golden files in tests/cli/golden (conftest.py says how to rewrite them)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.cli import root

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = (
    "status",
    "tail",
    "why",
    "topics",
    "topics list",
    "topics show",
    "topics suggest",
    "topics judge",
    "topics convert",
    "topics lint",
    "try",
    "feeds",
    "feeds list",
    "feeds show",
    "version",
)


@pytest.fixture
def page(narrow: None, capsys: pytest.CaptureFixture[str]) -> Callable[[str], str]:
    def read(words: str) -> str:
        root.main([*words.split(), "--help"], prog_name="wirewatch", standalone_mode=False)
        return capsys.readouterr().out

    return read


@pytest.mark.parametrize("words", PAGES)
def test_help_says_what_it_said(words: str, page: Callable[[str], str], golden: Callable[[str, str], None]) -> None:
    golden(f"help-{words.replace(' ', '-')}", page(words))


@pytest.mark.parametrize("words", PAGES)
def test_help_gives_two_examples_and_the_exit_codes(words: str, page: Callable[[str], str]) -> None:
    text = page(words)
    assert sum(line.strip().startswith(f"wirewatch {words.split()[0]}") for line in text.splitlines()) >= 2
    assert "Exit codes: 0" in text
