"""Rendering: hostile text is harmless, columns hold, and nothing but text is written where nobody can see colours."""

from __future__ import annotations

import json
import os
import pty
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from monitor.cli.common import CliError, Context
from monitor.cli.render import Column, age, clock, counted, listed, marked, moment, quotations, show, table, words
from monitor.cli.status import status
from monitor.core.model import Hit
from monitor.deliver.screen import clean
from tests.cli.newsroom import CONFIG, NOW, Newsroom, item_of, process_environ

if TYPE_CHECKING:
    from collections.abc import Iterator

Capture = pytest.CaptureFixture[str]
HOSTILE = (
    "[/bold] [red]x[/red] [/] [link=file:///etc/passwd]y[/link] :boom:",
    "\x1b[2J\x1b]0;title\x07\x9b31mred",
    "two\nlines\rand\ttabs",
    "阿勒颇停火协议生效，居民返回家园，学校重新开放，市场恢复营业",
    "هدنة إنسانية في حلب \u202eتبدأ صباح غد",
    "z\u0300\u0301\u0302algo e\u0301",
    "👨‍👩‍👧 flag 🇸🇾",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_and_keeps_its_column(text: str, narrow: None, capsys: Capture) -> None:
    columns = [Column("a", most=12), Column("b", flex=1), Column("c")]
    show(table(columns, [(words(text), words(text), words("END"))]))
    head, row = capsys.readouterr().out.splitlines()
    assert row.endswith("END")
    assert cell_len(row) <= 80
    assert cell_len(row[: -len("END")]) == head.index("c")
    assert not any(ord(char) < 32 for char in row)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_a_line_out_of_its_row(left: str, right: str) -> None:
    made = words(left, (right, "strong"))
    assert "\n" not in made.plain
    assert made.plain == clean(left).replace("\n", " ") + clean(right).replace("\n", " ")


def test_a_quotation_marks_what_matched_and_skips_overlaps() -> None:
    assert marked("a truce in Aleppo", [(2, 7), (4, 9), (11, 17)]).plain == "“a [truce] in [Aleppo]”"
    assert marked("short", [(3, 99)]).plain == "“short”"


def test_hits_that_stand_together_share_a_quotation() -> None:
    text = "A truce in Aleppo. " + "Rain fell on the roofs of the town. " * 10 + "The truce held."
    last = text.rindex("truce")
    hits = [
        Hit("content", 2, 7, "truce"),
        Hit("content", 11, 17, "aleppo"),
        Hit("content", last, last + 5, "truce"),
        Hit("tag", 0, 5, "syria"),
    ]
    first, second, third = quotations(item_of("sana", 1, "Rain", text, 1), hits)
    assert first.text.plain.startswith("“A [truce] in [Aleppo].")
    assert first.terms == ("truce", "aleppo")
    assert second.text.plain.endswith("The [truce] held.”")
    assert (third.field, third.text.plain, third.terms) == ("tag", "", ("syria",))


def test_times_are_said_with_their_age_and_the_date_where_it_is_another() -> None:
    assert moment(NOW - timedelta(minutes=51), NOW) == "13:09:00 (51 min ago)"
    assert moment(None, NOW) == "never"
    assert clock(NOW - timedelta(days=1), NOW) == "2016-10-17 14:00:00"
    assert age(NOW + timedelta(minutes=17), NOW) == "in 17 min"


def test_lists_and_counts_read_as_words() -> None:
    assert counted([("copy", 3), ("stale", 0), ("baseline", 1200)]) == "1,200 baseline, 3 copy"
    assert [listed(["a", "b", "c"][:n], "none") for n in range(4)] == ["none", "a", "a and b", "a, b and c"]
    assert listed([str(n) for n in range(12)]) == "0, 1, 2, 3, 4, 5, 6, 7 and 4 more"


def test_an_output_of_few_letters_gets_question_marks_not_an_exception(newsroom: Newsroom) -> None:
    done = newsroom.run("tail", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "Aleppo" in done.stdout
    assert "[/bold] [red]??[/red]" in done.stdout
    done = newsroom.run("tail", "--json", PYTHONIOENCODING="ascii")
    assert "阿勒颇" in json.loads(done.stdout.splitlines()[-2])["headline"]


def on_a_terminal(newsroom: Newsroom, **environ: str) -> str:
    """What ``tail --held`` draws where it is a terminal that it writes to."""
    master, slave = pty.openpty()
    child = os.fork()
    if child == 0:  # pragma: no cover - becomes another program
        os.dup2(slave, 1)
        command = [sys.executable, "-m", "monitor", "--config", str(newsroom.path), "tail", "--held", "-n", "1"]
        os.execve(sys.executable, command, process_environ() | {"TERM": "xterm-256color"} | environ)
    os.close(slave)
    drawn = b""
    try:
        while piece := os.read(master, 65_536):
            drawn += piece
    except OSError:  # the terminal's other end is closed: the program has ended
        pass
    os.close(master)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return drawn.decode()


def test_colours_are_for_terminals_that_want_them(newsroom: Newsroom) -> None:
    assert "\x1b[" in on_a_terminal(newsroom)
    assert "\x1b" not in on_a_terminal(newsroom, NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(newsroom, TERM="dumb")


@contextmanager
def another_user() -> Iterator[None]:
    """Root may read everything, so where root runs the tests, we are somebody else for a while."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_what_this_user_may_not_read_ends_with_4(unborn: Newsroom) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        config = folder / "wirewatch.toml"
        config.write_text(CONFIG.format(state=folder / "closed" / "state"), encoding="utf-8")
        context = Context(str(config), unborn.environ)
        with pytest.raises(CliError, match="there is no memory"):  # also loads all that the other user cannot
            status(context, NOW, as_json=False)
        (folder / "closed" / "state").mkdir(parents=True)
        (folder / "closed").chmod(0)
        with another_user(), pytest.raises(CliError) as caught:
            status(context, NOW, as_json=False)
        (folder / "closed").chmod(0o700)
    assert caught.value.code == 4
    assert "may not be read by this user" in caught.value.message
