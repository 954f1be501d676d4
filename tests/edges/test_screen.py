"""The screen on a real pipe and a real terminal: what it shows, and what never passes it."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import select
import termios
import threading
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text
from wcwidth import wcswidth, wcwidth

from monitor.core.model import ChannelId, Priority
from monitor.core.wire import Line, NoAnswer, Shown
from monitor.deliver.screen import ConsoleScreen, as_text, clean, hang
from monitor.deliver.terminal import Terminal
from tests.contract.messages import HOSTILE, NOW, SCRIPTS, make_message

if TYPE_CHECKING:
    from collections.abc import Iterator

XTERM = {"TERM": "xterm-256color"}
INDENT = " " * 12
Ends = tuple[int, io.TextIOWrapper]
FILLING = b"\0"  # no screen ever lets it pass


def line(text: str = "hello", style: str = "plain") -> Line:
    return Line(((text, style),))


def alert(**changes: object) -> Line:
    return Terminal(ChannelId("terminal")).compose(make_message(**changes), NOW)


@pytest.fixture
def terminal() -> Iterator[Ends]:
    """Both ends of a real terminal, a wide one: the end that people see, and the one that programs write to."""
    seen, written = pty.openpty()
    with os.fdopen(written, "w") as out:
        resize(out, 400)
        yield seen, out
    os.close(seen)


def resize(out: io.TextIOWrapper, columns: int) -> None:
    termios.tcsetwinsize(out.fileno(), (24, columns))


@pytest.fixture
def full_pipe() -> Iterator[Ends]:
    """Both ends of a pipe that takes nothing until somebody reads."""
    writers_end()
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    while select.select([], [writing], [], 0)[1]:
        os.write(writing, FILLING * 4096)
    os.set_blocking(writing, True)
    with os.fdopen(writing, "w") as out:
        yield reading, out
    os.close(reading)


def writers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "screen"]


def writers_end() -> None:
    for thread in writers():
        thread.join(20)
    assert writers() == []


def read_until(reading: int, end: bytes) -> bytes:
    got = b""
    while not got.endswith(end):
        assert select.select([reading], [], [], 10)[0], f"{end!r} never comes"
        got += os.read(reading, 65_536)
    return got.lstrip(FILLING)


def written_to(terminal: Ends, shown: Line, environ: dict[str, str]) -> str:
    seen, out = terminal
    assert asyncio.run(ConsoleScreen(out, environ).show(shown)) == Shown()
    os.write(out.fileno(), b"THE END")
    return read_until(seen, b"THE END").removesuffix(b"THE END").decode()


def to_file(path: Path, shown: Line, environ: dict[str, str], encoding: str = "utf-8") -> str:
    with path.open("w", encoding=encoding, newline="") as out:
        assert asyncio.run(ConsoleScreen(out, environ).show(shown)) == Shown()
    return path.read_text(encoding)


def test_a_terminal_gets_colours(terminal: Ends) -> None:
    assert "\x1b[1m" in written_to(terminal, alert(), XTERM)


@pytest.mark.parametrize("environ", [{**XTERM, "NO_COLOR": "1"}, {"TERM": "dumb"}, {}])
def test_whoever_wants_no_colours_gets_no_escape_codes_at_all(terminal: Ends, environ: dict[str, str]) -> None:
    assert written_to(terminal, alert(), environ).replace("\r\n", "\n") == alert().text + "\n"


def test_an_empty_no_color_means_nothing(terminal: Ends) -> None:
    assert "\x1b[" in written_to(terminal, alert(), {**XTERM, "NO_COLOR": ""})


@pytest.mark.parametrize("environ", [XTERM, {**XTERM, "FORCE_COLOR": "1"}, {**XTERM, "TTY_COMPATIBLE": "1"}])
def test_a_file_gets_the_plain_words_in_lines_that_are_never_broken(tmp_path: Path, environ: dict[str, str]) -> None:
    shown = alert(headline="word " * 100 + "end", priority=Priority.CRITICAL)
    assert to_file(tmp_path / "out", shown, environ) == shown.text + "\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_feed_says_steers_a_terminal(terminal: Ends, text: str) -> None:
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
    assert all(row.startswith(INDENT) and row.strip() for row in screen.display[2:5])
    assert screen.display[5].startswith("AFTER")
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
def test_wide_and_right_to_left_headlines_stay_whole(terminal: Ends, headline: str) -> None:
    drawn = written_to(terminal, alert(headline=headline, feed_name="الجزيرة"), {**XTERM, "NO_COLOR": "1"})
    first, second, third, fourth = drawn.removesuffix("\r\n").split("\r\n")
    assert first == f"14:03:11 !  aleppo-ceasefire  {headline}  الجزيرة +2  why 7f3a12bc"
    assert second.startswith(INDENT + "…the [ceasefire]")
    assert third == INDENT + make_message().sentence
    assert fourth == INDENT + make_message().link


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


def test_a_reader_that_stops_reading_stops_nobody_else(full_pipe: Ends) -> None:
    reading, out = full_pipe

    async def scene() -> None:
        screen = ConsoleScreen(out, {}, deadline_s=0.01)
        stuck = await screen.show(line("first"))
        assert stuck == NoAnswer("timeout", "The terminal took nothing for 0.01 s; is it paused?")
        assert await screen.show(line("second")) == NoAnswer(
            "timeout", "The terminal still holds back an earlier line; is it paused?"
        )
        assert read_until(reading, b"first\n") == b"first\n"
        writers_end()
        assert await screen.show(line("third")) == Shown()
        assert os.read(reading, 100) == b"third\n"

    asyncio.run(scene())


# Several callers ------------------------------------------------------------------------------------------------------


def test_a_second_caller_waits_for_its_turn(full_pipe: Ends) -> None:
    reading, out = full_pipe

    async def scene() -> None:
        screen = ConsoleScreen(out, {})
        first, second = (asyncio.create_task(screen.show(line(text))) for text in ("first", "second"))
        await asyncio.to_thread(lambda: None)  # both have called
        assert await asyncio.to_thread(read_until, reading, b"second\n") == b"first\nsecond\n"
        assert (await first, await second) == (Shown(), Shown())

    asyncio.run(scene())


def test_a_stuck_terminal_answers_everybody_who_waits_and_costs_one_thread(full_pipe: Ends) -> None:
    reading, out = full_pipe

    async def scene() -> None:
        screen = ConsoleScreen(out, {}, deadline_s=0.05)
        answers = await asyncio.gather(*(screen.show(line(f"caller {number}")) for number in range(8)))
        assert [answer.kind for answer in answers if isinstance(answer, NoAnswer)] == ["timeout"] * 8
        assert len(writers()) == 1
        assert read_until(reading, b"caller 0\n") == b"caller 0\n"
        writers_end()
        assert await screen.show(line("later")) == Shown()
        assert os.read(reading, 100) == b"later\n"  # what was answered for is not shown behind the caller's back

    asyncio.run(scene())


class Hurried(asyncio.SelectorEventLoop):
    """A loop whose clock can be put forward."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def test_the_wait_for_ones_turn_counts_against_the_deadline(full_pipe: Ends) -> None:
    reading, out = full_pipe
    loop = Hurried()
    long = "long " * 50_000 + "end"

    async def scene() -> None:
        screen = ConsoleScreen(out, {}, deadline_s=1000)
        both = asyncio.create_task(screen.show(line("first"))), asyncio.create_task(screen.show(line(long)))
        await asyncio.to_thread(lambda: None)  # both have called
        loop.ahead = 600
        assert (await asyncio.to_thread(read_until, reading, b"first\n")) == b"first\n"
        assert await both[0] == Shown()
        assert await asyncio.to_thread(os.read, reading, 1) == b"l"  # the second has begun
        loop.ahead = 1200
        async with asyncio.timeout(20):
            answer = await both[1]
        assert answer == NoAnswer("timeout", "The terminal took nothing for 1000 s; is it paused?")
        read_until(reading, b"end\n")
        writers_end()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(scene())


# Lines that are wider than the terminal -------------------------------------------------------------------------------

NEWS = {
    "English": "Ceasefire takes hold in Aleppo after overnight talks between Russia and Syria, officials say",
    "Arabic": "هدنة في حلب بعد محادثات ليلية بين روسيا وسوريا كما يقول مسؤولون في دمشق وموسكو",
    "Hebrew": "הפסקת אש בחאלב לאחר שיחות ליליות בין רוסיה לסוריה",
    "Chinese": "阿勒颇停火生效，官员称俄罗斯与叙利亚彻夜会谈后达成协议，救援车队准备进入该市东部地区",
    "Korean": "시리아 알레포에서 밤샘 회담 끝에 휴전이 발효되었다고 당국자들이 말했다",
    "Hindi": "रात भर की बातचीत के बाद अलेप्पो में युद्धविराम लागू हुआ अधिकारियों का कहना है",
    "emoji": "👩\u200d🚒👍🏽🇸🇾❤\ufe0f" * 30,
    "hearts": "❤\ufe0f" * 90,
    "one word": "Donaudampfschifffahrtsgesellschaft" * 6,
    "marks": "z" + "\u0301" * 300 + " and on",
    "a line of its own": ("filler " * 9 + "14:03:11 !! aleppo-ceasefire  Peace is signed  Reuters  why 00000000 ") * 4,
    "an address and words": "https://x.example/" + "a" * 60 + " 14:03:11 !! aleppo-ceasefire  Peace is signed" * 4,
    "blanks": "https://x.example/" + ("\u2800" * 9 + "14:03:11\u2800!!\u2800aleppo-ceasefire\u2800\u2800Peace") * 9,
}


def rows_on(width: int, drawn: str) -> list[str]:
    """What stands on a terminal of that width. pyte takes joiners for an end, and breaks full lines before marks."""
    screen = pyte.Screen(width, 1000)
    pyte.Stream(screen).feed("".join(char for char in drawn if unicodedata.category(char) not in ("Mn", "Me", "Cf")))
    return [row.rstrip() for row in screen.display[: screen.cursor.y]]


@pytest.mark.parametrize("width", [120, 80, 61, 40, 32, 31, 20, 12, 4])
@pytest.mark.parametrize("headline", NEWS.values(), ids=NEWS)
def test_a_terminal_never_has_to_break_a_line_itself(terminal: Ends, headline: str, width: int) -> None:
    resize(terminal[1], width)
    drawn = written_to(terminal, alert(headline=headline, snippet=headline, marks=(), link=headline), XTERM)
    first, *others = rows_on(width, drawn)
    assert len(others) == drawn.count("\r\n") - 1
    assert first.startswith("14:03:11"[:width])
    assert all(row.startswith(" " * min(12, max(1, width - 20))) for row in others)


def test_an_alert_on_eighty_columns_reads_like_this(terminal: Ends) -> None:
    resize(terminal[1], 80)
    link = "https://www.example.org/world/2016/10/18/ceasefire-takes-hold-in-aleppo-after-overnight-talks"
    drawn = written_to(terminal, alert(headline=NEWS["English"], link=link), {})
    assert drawn.split("\r\n") == [
        "14:03:11 !  aleppo-ceasefire  Ceasefire takes hold in Aleppo after overnight",
        "            talks between Russia and Syria, officials say  SANA +2  why 7f3a12bc",
        "            …the [ceasefire] in [Aleppo] took effect at dawn, officials said…",
        "            title matches aleppo and ceasefire; nothing told before is like it",
        "            " + link,
        "",
    ]


@pytest.mark.parametrize("slug", ["a-" * 60, "سوريا-" * 30, "अलेप्पो-" * 30, "%D8%AD" * 30, "می\u200cخواهم-" * 30])
def test_a_link_stays_whole_because_it_is_there_to_be_copied(terminal: Ends, slug: str) -> None:
    resize(terminal[1], 60)
    link = f"https://www.example.org/{slug}"
    assert written_to(terminal, alert(link=link), {}).endswith(f"\r\n{INDENT}{link}\r\n")


def test_the_output_itself_is_asked_how_wide_it_is_for_each_line(terminal: Ends) -> None:
    shown = line("word " * 100)

    def widest(environ: dict[str, str]) -> int:
        return max(map(len, written_to(terminal, shown, environ).split("\r\n")))

    assert widest({}) == 399
    resize(terminal[1], 64)
    assert widest({"COLUMNS": "300"}) == 64
    assert widest({"COLUMNS": "300", "TERM": "dumb"}) == 64
    resize(terminal[1], 0)  # a terminal that does not know
    assert widest({"COLUMNS": "44"}) == 44
    assert widest({"COLUMNS": "0"}) == 79
    assert widest({"COLUMNS": "wide"}) == 79


TEXTS = st.lists(
    st.tuples(
        st.one_of(SCRIPTS, st.sampled_from(["word ", "  ", "\n ", "a" * 50, "阿勒颇" * 20, *NEWS.values()])),
        st.sampled_from(["", "dim", "bold", "bold yellow"]),
    ),
    max_size=8,
).map(lambda parts: Text.assemble(*((clean(text), style) for text, style in parts)))


def styled(text: Text) -> list[tuple[str, tuple[str, ...]]]:
    """Every character that is drawn, with its styles, in order."""
    return [
        (char, tuple(str(span.style) for span in text.spans if span.start <= at < span.end))
        for at, char in enumerate(text.plain)
        if not char.isspace()
    ]


@given(TEXTS, st.integers(3, 130))
def test_wrapping_loses_no_letter_and_no_style_and_makes_no_line_too_wide(text: Text, width: int) -> None:
    wrapped = hang(text, width)
    assert styled(wrapped) == styled(text)
    indent = min(12, max(1, width - 20))
    for number, row in enumerate(wrapped.plain.split("\n")):
        assert row == row.rstrip()
        assert max(wcswidth(row), sum(max(0, wcwidth(char)) for char in row)) <= width  # emoji composed, or one by one
        assert number == 0 or row == "" or row.startswith(" " * indent)
        assert number == 0 or row[indent : indent + 1] != " "


@pytest.mark.parametrize("text", ["e\u0301" * 99, "👩\u200d🚒" * 99, "🇸🇾" * 99, "न\u093f" * 99, "👍🏽" * 99, "각" * 99])
def test_a_word_that_is_wider_than_a_line_is_cut_between_whole_characters(text: str) -> None:
    pieces = hang(Text(text), 33).plain.replace("\n" + INDENT, "\n").split("\n")
    whole = text[: len(text) // 99]
    assert len(pieces) > 2
    assert all(piece == whole * (len(piece) // len(whole)) for piece in pieces)


@pytest.mark.parametrize("width", [1, 2])
def test_a_terminal_of_no_use_gets_its_words_all_the_same(width: int) -> None:
    assert "".join(hang(as_text(line("阿勒颇 truce")), width).plain.split()) == "阿勒颇truce"
