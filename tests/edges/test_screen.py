"""The screen on a real pipe and a real terminal: what it shows, and what never passes it."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import select
import threading
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import ChannelId, Priority
from monitor.core.wire import Line, NoAnswer, Shown
from monitor.deliver.screen import ConsoleScreen, clean
from monitor.deliver.terminal import Terminal
from tests.contract.messages import HOSTILE, NOW, make_message

if TYPE_CHECKING:
    from collections.abc import Iterator

XTERM = {"TERM": "xterm-256color"}


def line(text: str = "hello", style: str = "plain") -> Line:
    return Line(((text, style),))


def alert(**changes: object) -> Line:
    return Terminal(ChannelId("terminal")).compose(make_message(**changes), NOW)


@pytest.fixture
def terminal() -> Iterator[tuple[int, io.TextIOWrapper]]:
    """Both ends of a real terminal: the one that people see, and the one that programs write to."""
    seen, written = pty.openpty()
    with os.fdopen(written, "w") as out:
        yield seen, out
    os.close(seen)


def written_to(terminal: tuple[int, io.TextIOWrapper], shown: Line, environ: dict[str, str]) -> str:
    seen, out = terminal
    assert asyncio.run(ConsoleScreen(out, environ).show(shown)) == Shown()
    os.write(out.fileno(), b"THE END")
    got = b""
    while not got.endswith(b"THE END"):
        got += os.read(seen, 65_536)
    return got.removesuffix(b"THE END").decode()


def to_file(path: Path, shown: Line, environ: dict[str, str], encoding: str = "utf-8") -> str:
    with path.open("w", encoding=encoding, newline="") as out:
        assert asyncio.run(ConsoleScreen(out, environ).show(shown)) == Shown()
    return path.read_text(encoding)


def test_a_terminal_gets_colours(terminal: tuple[int, io.TextIOWrapper]) -> None:
    assert "\x1b[1m" in written_to(terminal, alert(), XTERM)


@pytest.mark.parametrize("environ", [{**XTERM, "NO_COLOR": "1"}, {"TERM": "dumb"}, {}])
def test_whoever_wants_no_colours_gets_no_escape_codes_at_all(
    terminal: tuple[int, io.TextIOWrapper], environ: dict[str, str]
) -> None:
    assert written_to(terminal, alert(), environ).replace("\r\n", "\n") == alert().text + "\n"


def test_an_empty_no_color_means_nothing(terminal: tuple[int, io.TextIOWrapper]) -> None:
    assert "\x1b[" in written_to(terminal, alert(), {**XTERM, "NO_COLOR": ""})


@pytest.mark.parametrize("environ", [XTERM, {**XTERM, "FORCE_COLOR": "1"}, {**XTERM, "TTY_COMPATIBLE": "1"}])
def test_a_file_gets_the_plain_words_in_lines_that_are_never_broken(tmp_path: Path, environ: dict[str, str]) -> None:
    shown = alert(headline="word " * 100 + "end", priority=Priority.CRITICAL)
    assert to_file(tmp_path / "out", shown, environ) == shown.text + "\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_feed_says_steers_a_terminal(terminal: tuple[int, io.TextIOWrapper], text: str) -> None:
    shown = Terminal(ChannelId("terminal")).compose(
        make_message(headline=text, snippet=text, marks=((0, 4),), feed_name=text, sentence=text, link=text), NOW
    )
    drawn = written_to(terminal, shown, XTERM)
    screen = pyte.Screen(400, 10)
    pyte.Stream(screen).feed("MINE\r\n" + drawn + "AFTER")
    assert screen.title == ""
    assert screen.display[0].rstrip() == "MINE"
    assert screen.display[1].startswith("14:03:11 !  aleppo-ceasefire")
    assert screen.buffer[screen.cursor.y][screen.cursor.x - 1].fg == "default"
    assert screen.display[4].startswith("AFTER")
    assert "\x1b]" not in drawn
    assert unsafe(drawn.replace("\x1b[", "").replace("\r\n", "")) == []


def unsafe(text: str) -> list[str]:
    return [
        char
        for char in text
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in "\u200c\u200d"
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_feed_says_steers_a_file(tmp_path: Path, text: str) -> None:
    drawn = to_file(tmp_path / "out", alert(headline=text, snippet=text, marks=()), {})
    assert unsafe(drawn.replace("\n", "")) == []


def test_markup_and_emoji_codes_are_words_like_any_other(tmp_path: Path) -> None:
    text = "[/bold] [red]not markup[/red] [/] [link=file:///x]y[/link] :boom: 12.5 'quoted'"
    assert text in to_file(tmp_path / "out", line(text, "strong"), {})


@given(st.text())
def test_cleaning_leaves_nothing_that_steers_and_takes_no_letters(text: str) -> None:
    left = clean(text)
    assert unsafe(left.replace("\n", "")) == []
    assert [char for char in text if char.isalnum()] == [char for char in left if char.isalnum()]


@pytest.mark.parametrize(
    "headline",
    [
        "هدنة في حلب بعد محادثات ليلية",
        "הפסקת אש בחאלב",
        "阿勒颇停火生效",
        "한국 속보",
        "नमस्ते दुनिया",
        "👩\u200d🚒 🇸🇾 e\u0301",
    ],
)
def test_wide_and_right_to_left_headlines_stay_whole(terminal: tuple[int, io.TextIOWrapper], headline: str) -> None:
    drawn = written_to(terminal, alert(headline=headline, feed_name="الجزيرة"), {**XTERM, "NO_COLOR": "1"})
    first, second, third = drawn.removesuffix("\r\n").split("\r\n")
    assert first == f"14:03:11 !  aleppo-ceasefire  {headline}  الجزيرة +2  why 7f3a12bc"
    assert second.startswith("            …the [ceasefire]")
    assert third.strip() == make_message().link


def test_an_output_with_another_encoding_loses_letters_but_not_the_alert(tmp_path: Path) -> None:
    assert to_file(tmp_path / "out", line("11 → 19 in Aleppo"), {}, "ascii") == "11 ? 19 in Aleppo\n"


def test_an_output_without_a_file_beneath_works_too() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    assert asyncio.run(ConsoleScreen(out, {}).show(line("حلب"))) == Shown()
    out.seek(0)
    assert out.read() == "حلب\n"


def test_lines_come_after_what_was_printed_before(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as out:
        out.write("printed\n")
        asyncio.run(ConsoleScreen(out, {}).show(line("shown")))
    assert (tmp_path / "out").read_text() == "printed\nshown\n"


# Outputs that fail ----------------------------------------------------------------------------------------------------


def test_a_closed_pipe_is_an_answer_and_no_exception() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as out:
        answer = asyncio.run(ConsoleScreen(out, {}).show(line()))
    assert answer == NoAnswer("reset", "Nobody reads the output any more: the pipe is closed.")


def test_a_full_disk_is_an_answer_and_no_exception() -> None:
    with Path("/dev/full").open("w") as out:
        answer = asyncio.run(ConsoleScreen(out, {}).show(line()))
    assert answer == NoAnswer("reset", "The output cannot be written: No space left on device.")


def test_an_output_that_we_closed_ourselves_is_a_bug(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w") as out:
        screen = ConsoleScreen(out, {})
    with pytest.raises(ValueError, match="closed file"):
        asyncio.run(screen.show(line()))


def test_a_reader_that_stops_reading_stops_nobody_else() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    while select.select([], [writing], [], 0)[1]:
        os.write(writing, b"x" * 4096)
    os.set_blocking(writing, True)
    with os.fdopen(writing, "w") as out:

        async def scene() -> None:
            screen = ConsoleScreen(out, {}, deadline_s=0.01)
            stuck = await screen.show(line("first"))
            assert stuck == NoAnswer("timeout", "The terminal took nothing for 0.01 s; is it paused?")
            assert await screen.show(line("second")) == NoAnswer(
                "timeout", "The terminal still holds back an earlier line; is it paused?"
            )
            got = b""
            while not got.endswith(b"first\n"):
                got = os.read(reading, 65_536)
            for thread in threading.enumerate():
                if thread.name == "screen":
                    thread.join(20)
            assert await ConsoleScreen.show(screen, line("third")) == Shown()
            assert os.read(reading, 100) == b"third\n"

        asyncio.run(scene())
    os.close(reading)
