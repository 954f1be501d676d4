"""What every channel promises, and how an alert reads in the terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from monitor.core.model import LIMITS, ChannelId, Hit, Outcome, Priority
from monitor.core.text import safe
from monitor.core.wire import Answer, Line, NoAnswer, Request, Shown, TryAgain
from monitor.deliver import KINDS
from monitor.deliver.terminal import Terminal
from monitor.deliver.webhook import Webhook
from tests.contract.messages import HOSTILE, NOW, SCRIPTS, make_message
from tests.contract.receiving import DESK, KEY, OLD_KEY, URL

if TYPE_CHECKING:
    from monitor.core.message import Message
    from monitor.ports import Channel

CHANNELS: dict[str, Channel] = {
    "webhook": Webhook(DESK, URL, (KEY, OLD_KEY)),
    "terminal": Terminal(ChannelId("terminal")),
}
every_channel = pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)


# Every channel --------------------------------------------------------------------------------------------------------


def test_every_kind_in_the_menu_is_tested_here_and_knows_its_name() -> None:
    assert {name: channel.kind for name, channel in CHANNELS.items()} == {name: name for name in KINDS}


@every_channel
@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_slipped_past_the_border_breaks_no_channel(channel: Channel, text: str) -> None:
    hits = (Hit("title", 0, 3, text),)
    message = make_message(
        headline=text,
        snippet=text,
        marks=((0, 3),),
        hits=hits,
        feed_name=text,
        also=(text,),
        sentence=text,
        changes=(text,),
    )
    match channel.compose(message, NOW):
        case Request() as request:
            assert json.loads(request.body)["data"]["headline"] == text.encode("utf-8", "replace").decode()
            assert all(value.isascii() and value.isprintable() for value in request.headers.values())
        case Line() as line:
            first, *others = line.text.split("\n")
            assert first.startswith("14:03:11 !  aleppo-ceasefire  " + text.replace("\n", " "))
            assert len(others) == 3  # snippet, sentence and link, whatever they hold
            assert all(other.startswith(" " * 12) for other in others)


@every_channel
def test_composing_is_pure(channel: Channel) -> None:
    assert channel.compose(make_message(), NOW) == channel.compose(make_message(), NOW)


@every_channel
@pytest.mark.parametrize("kind", ["dns", "refused", "reset", "timeout", "tls", "forbidden", "protocol"])
def test_no_answer_is_tried_again_with_its_reason(channel: Channel, kind: str) -> None:
    assert channel.judge(NoAnswer(kind, f"The {kind} was to blame."), NOW) == TryAgain(f"The {kind} was to blame.")


def test_an_answer_from_the_wrong_world_is_a_bug() -> None:
    with pytest.raises(TypeError):
        CHANNELS["webhook"].judge(Shown(), NOW)
    with pytest.raises(TypeError):
        CHANNELS["terminal"].judge(Answer(200, {}, b"", ""), NOW)


def test_importing_the_room_loads_no_terminal_and_no_web_library() -> None:
    code = (
        "import sys, monitor.deliver; print([m for m in ('rich', 'httpx', 'asyncio', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


# The terminal ---------------------------------------------------------------------------------------------------------


def shown(message: Message) -> str:
    line = Terminal(ChannelId("terminal")).compose(message, NOW)
    assert isinstance(line, Line)
    return line.text


def test_an_alert_in_the_terminal_reads_like_this() -> None:
    assert shown(make_message()) == (
        "14:03:11 !  aleppo-ceasefire  Ceasefire takes hold in Aleppo after overnight talks  SANA +2  why 7f3a12bc\n"
        "            …the [ceasefire] in [Aleppo] took effect at dawn, officials said…\n"
        "            title matches aleppo and ceasefire; nothing told before is like it\n"
        "            https://www.example.org/world/ceasefire"
    )


def test_an_update_shows_what_changed_before_its_headline() -> None:
    update = make_message(outcome=Outcome.UPDATE, changes=("11 → 19", "Homs → Hama"), also=(), link="", topic="quake")
    assert shown(update).split("\n")[0] == (
        "14:03:11 !  quake             upd 11 → 19, Homs → Hama  Ceasefire takes hold in Aleppo after overnight talks"
        "  SANA  why 7f3a12bc"
    )
    assert len(shown(update).split("\n")) == 3
    assert "  upd  Ceasefire" in shown(make_message(outcome=Outcome.UPDATE))


@pytest.mark.parametrize(
    ("priority", "mark"),
    [(Priority.CRITICAL, "!!"), (Priority.HIGH, "! "), (Priority.NORMAL, "  "), (Priority.LOW, ". ")],
)
def test_priorities_are_letters(priority: Priority, mark: str) -> None:
    assert shown(make_message(priority=priority)).startswith(f"14:03:11 {mark} aleppo")


def test_headlines_begin_in_the_same_column_whatever_the_script_of_the_topic() -> None:
    columns = {
        wcswidth(shown(make_message(topic=topic)).split("Ceasefire")[0])
        for topic in ("quake", "地震", "زلزال", "e\u0301t")
    }
    assert len(columns) == 1


def test_a_bare_message_is_one_line() -> None:
    bare = make_message(snippet="", marks=(), sentence="", link="", also=())
    assert "\n" not in shown(bare)


@pytest.mark.parametrize("left_out", ["snippet", "sentence", "link"])
def test_what_a_message_does_not_have_takes_no_line(left_out: str) -> None:
    texts = {"snippet": "Quoted.", "sentence": "It matches.", "link": "https://www.example.org/"}
    _, *others = shown(make_message(**{**texts, left_out: ""}, marks=())).split("\n")
    assert others == [" " * 12 + text for name, text in texts.items() if name != left_out]


def test_marks_that_overlap_or_lie_outside_are_left_out() -> None:
    text = shown(make_message(snippet="abcdef", marks=((4, 5), (0, 3), (2, 4), (5, 99), (3, 3))))
    assert text.split("\n")[1] == " " * 12 + "[abc]d[e]f"


@given(SCRIPTS, st.lists(st.tuples(st.integers(-2, 30), st.integers(-2, 30)), max_size=6))
def test_a_line_holds_headline_and_snippet_whole(text: str, marks: list[tuple[int, int]]) -> None:
    text = safe(text, LIMITS.snippet_max)
    plain = shown(make_message(headline=text, snippet=text.replace("[", "").replace("]", ""), marks=tuple(marks)))
    first, rest = plain.split("\n", 1)
    assert text in first
    assert text.replace("[", "").replace("]", "") in rest.replace("[", "").replace("]", "")
