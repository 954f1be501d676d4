"""``wirewatch topics suggest``: asked in a terminal, listed elsewhere, and told by flags."""

from __future__ import annotations

import json
import os
import signal
import tomllib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.item import make_item
from monitor.core.model import FeedId, FeedState, RawItem, Turn
from monitor.settings.beside import decisions_path
from tests.cli.newsroom import Newsroom, configured
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.terminal import Here

TOPIC = "aleppo-ceasefire"
QUESTION = "[q]uit: "
TRUCES = (
    "Aleppo truce opens a safe corridor for all on foot at noon",
    "Aleppo truce opens a safe corridor for buses at noon",
    "Aleppo truce opens a safe corridor for boats",
    "Aleppo truce opens a safe corridor to the sick",
)
NEAR = (
    "Families leave Aleppo through the safe corridor",
    "Aid reaches Aleppo by a safe corridor, drivers say",
    "Bakers of Aleppo at noon: bread is dear",
    "A concert at noon in Aleppo draws many",
)
OTHERS = tuple(f"{place} votes on {what}" for place in ("Lima", "Oslo", "Quito") for what in ("bread", "pay", "roads"))


@pytest.fixture
def filled(tmp_path: Path) -> Newsroom:
    """A configuration and some days of items, nothing decided yet."""
    newsroom = configured(tmp_path)
    fill(newsroom, (*TRUCES, *NEAR, *OTHERS))
    return newsroom


def fill(newsroom: Newsroom, titles: tuple[str, ...]) -> None:
    now = datetime.now(UTC)
    feed = newsroom.found.settings.feeds[0]
    items = tuple(
        make_item(RawItem(title=title, guid=title), FeedId(feed.id), now - timedelta(hours=number + 1))
        for number, title in enumerate(titles)
    )
    store = newsroom.store()
    try:
        store.sync_feeds([feed], now)
        store.record(Turn(at=now, state=FeedState(feed.id, feed.url, due_at=now), items=items))
    finally:
        store.close()


def decided(newsroom: Newsroom) -> dict[str, Any]:
    path = decisions_path(newsroom.path)
    tables = tomllib.loads(path.read_text(encoding="utf-8")).get("topics", {}) if path.exists() else {}
    found: dict[str, Any] = tables.get(TOPIC, {})
    return found


def listed(newsroom: Newsroom, here: Here) -> dict[str, Any]:
    done = here(newsroom, "topics", "suggest", TOPIC, "--json")
    assert done.code == 0, done.err
    data: dict[str, Any] = json.loads(done.out)
    return data


# In a terminal --------------------------------------------------------------------------------------------------------


def test_one_key_accepts_rejects_takes_back_and_ends(filled: Newsroom) -> None:
    with Terminal(filled, "topics", "suggest", TOPIC) as terminal:
        first = terminal.until(QUESTION)
        assert "4 near misses of 17 in 30 days; widens @ceasefire" in first
        assert "safe corridor  adds 2 items in 30 days" in first
        assert "Families leave Aleppo through the [safe corridor]" in first
        terminal.press("a")
        second = terminal.until(QUESTION)
        assert "accepted" in second
        assert "noon  adds 2 items" in second
        assert decided(filled) == {"accepted": ["safe corridor"]}
        terminal.press("u")
        assert "taken back" in terminal.until(QUESTION)
        assert decided(filled) == {}
        terminal.press("r")
        assert "rejected" in terminal.until(QUESTION)
        terminal.press("q")
        assert "Accepted 0, rejected 1; kept in" in terminal.until("suggestions.toml.")
        assert terminal.end() == 0
        assert decided(filled) == {"rejected": ["safe corridor"]}


def test_after_the_last_one_it_says_how_a_service_takes_it_up(filled: Newsroom, here: Here) -> None:
    with Terminal(filled, "topics", "suggest", TOPIC, "-n", "1") as terminal:
        terminal.until(QUESTION)
        terminal.press("a")
        assert "systemctl reload wirewatch" in terminal.until("SIGHUP.")
        assert terminal.end() == 0
    done = here(filled, "topics", "show", TOPIC)
    assert '(@ceasefire OR "safe corridor")' in " ".join(done.out.split())


def test_other_keys_are_let_pass_and_a_skipped_one_is_asked_again_next_time(filled: Newsroom, here: Here) -> None:
    with Terminal(filled, "topics", "suggest", TOPIC, "-n", "1") as terminal:
        terminal.until(QUESTION)
        terminal.press("x\x1b[A\r Zé")
        terminal.press("S")
        assert "skipped" in terminal.until("Nothing was decided.")
        assert terminal.end() == 0
    assert decided(filled) == {}
    assert listed(filled, here)["suggestions"][0]["expression"] == "safe corridor"


@pytest.mark.parametrize(("keys", "code"), [("\x03", 130), ("\x04", 0), ("q", 0)])
def test_however_it_ends_the_terminal_is_as_it_was_and_decisions_are_kept(
    filled: Newsroom, keys: str, code: int
) -> None:
    with Terminal(filled, "topics", "suggest", TOPIC) as terminal:
        terminal.until(QUESTION)
        terminal.press("a")
        terminal.until(QUESTION)
        terminal.press(keys)
        terminal.until("SIGHUP.")
        assert terminal.end() == code
        assert terminal.attributes == terminal.before
    assert decided(filled) == {"accepted": ["safe corridor"]}


def test_a_pause_leaves_the_terminal_to_the_shell_and_an_end_from_outside_gives_it_back(filled: Newsroom) -> None:
    with Terminal(filled, "topics", "suggest", TOPIC) as terminal:
        terminal.until(QUESTION)
        assert terminal.attributes != terminal.before
        terminal.press("\x1a")
        _, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        assert terminal.attributes == terminal.before
        terminal.process.send_signal(signal.SIGCONT)
        terminal.press("a")
        terminal.until(QUESTION)
        assert terminal.attributes != terminal.before
        terminal.process.terminate()
        terminal.until("SIGHUP.")
        assert terminal.end() == 128 + signal.SIGTERM
        assert terminal.attributes == terminal.before


def test_what_would_break_an_expectation_says_so_and_is_not_accepted(filled: Newsroom, here: Here) -> None:
    text = filled.path.read_text(encoding="utf-8")
    line = '{ text = "Aleppo has no safe corridor yet", match = false },\n    { text = "Kyiv'
    filled.path.write_text(text.replace('{ text = "Kyiv', line), encoding="utf-8")
    with Terminal(filled, "topics", "suggest", TOPIC, "-n", "1") as terminal:
        assert "breaks: the expect line “Aleppo has no safe corridor yet”" in terminal.until(QUESTION)
        terminal.press("a")
        assert "not accepted: it breaks" in terminal.until(QUESTION)
        terminal.press("r")
        terminal.until("suggestions.toml.")
        assert terminal.end() == 0
    done = here(filled, "topics", "suggest", TOPIC, "--accept", "safe corridor")
    assert (done.code, decided(filled)) == (1, {"rejected": ["safe corridor"]})
    assert "it would break the expect line" in done.err


# Elsewhere ------------------------------------------------------------------------------------------------------------


def test_without_a_terminal_the_list_is_printed_and_nothing_asked(filled: Newsroom, here: Here) -> None:
    done = here(filled, "topics", "suggest", TOPIC)
    assert (done.code, done.err) == (0, "")
    assert "safe corridor  adds 2 items in 30 days" in done.out
    assert "[a]ccept" not in done.out


def test_as_json_each_suggestion_has_what_it_would_add(filled: Newsroom, here: Here) -> None:
    data = listed(filled, here)
    assert (data["topic"], data["widens"], data["items"], data["matched"], data["near_misses"]) == (
        TOPIC,
        "@ceasefire",
        17,
        4,
        4,
    )
    first = data["suggestions"][0]
    assert (first["expression"], first["adds"], first["breaks"]) == ("safe corridor", 2, [])
    assert [one["headline"] for one in first["samples"]] == list(NEAR[:2])


def test_what_was_rejected_is_never_suggested_again(filled: Newsroom, here: Here) -> None:
    assert here(filled, "topics", "suggest", TOPIC, "--reject", "Safe  corridors").code == 0
    assert "safe corridor" not in [one["expression"] for one in listed(filled, here)["suggestions"]]
    shown = here(filled, "topics", "suggest", TOPIC, "--rejected")
    assert "rejected  Safe corridors" in shown.out


def test_flags_decide_all_or_nothing(filled: Newsroom, here: Here) -> None:
    done = here(filled, "topics", "suggest", TOPIC, "--accept", "lull", "--accept", "@ceasefire NEAR/3 talks", "--json")
    assert json.loads(done.out)["accepted"] == ["lull", "@ceasefire NEAR/3 talks"]
    wrong = here(filled, "topics", "suggest", TOPIC, "--accept", "pause", "--accept", "a AND b")
    assert wrong.code == 2
    assert "has to stand somewhere in a text" in wrong.err
    assert decided(filled) == {"accepted": ["lull", "@ceasefire NEAR/3 talks"]}
    forgotten = here(filled, "topics", "suggest", TOPIC, "--forget", "lull", "--reject", "pause")
    assert "Kept in" in forgotten.err
    assert decided(filled) == {"accepted": ["@ceasefire NEAR/3 talks"], "rejected": ["pause"]}


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["--forget", "lull"], 1, "nothing was decided about 'lull'"),
        (["--accept", "lull", "--reject", "lull"], 2, "two things are asked for 'lull'"),
        (["--since", "yesteryear"], 2, "--since"),
        (["-n", "0"], 2, "-n"),
    ],
)
def test_what_cannot_be_done_is_refused(filled: Newsroom, args: list[str], code: int, message: str, here: Here) -> None:
    done = here(filled, "topics", "suggest", TOPIC, *args)
    assert (done.code, done.out) == (code, "")
    assert message in done.err


def test_a_file_that_cannot_be_written_is_told_with_what_to_put_where(filled: Newsroom, here: Here) -> None:
    decisions_path(filled.path).symlink_to(filled.path.parent / "gone" / "decisions.toml")
    done = here(filled, "topics", "suggest", TOPIC, "--accept", "safe corridor")
    assert done.code == 1
    assert "cannot be written" in done.err
    assert f"put this under [topics.{TOPIC}]" in done.err
    assert 'also = ["safe corridor"]' in done.err


def test_a_topic_that_is_not_there_suggests_one_that_is(filled: Newsroom, here: Here) -> None:
    done = here(filled, "topics", "suggest", "alepo")
    assert done.code == 1
    assert "did you mean 'aleppo-ceasefire'?" in done.err


# Nothing to suggest ---------------------------------------------------------------------------------------------------


def test_without_a_store_it_says_so(unborn: Newsroom, here: Here) -> None:
    done = here(unborn, "topics", "suggest", TOPIC)
    assert (done.code, done.out) == (3, "")
    assert "no memory" in done.err


@pytest.mark.parametrize(
    ("titles", "message"),
    [
        ((), "No items in 30 days"),
        (TRUCES, "there are no near misses"),
        (NEAR[:1], "matches none"),
        ((TRUCES[0], "Aleppo soap is on sale"), "have nothing in common"),
    ],
)
def test_an_empty_list_says_why(tmp_path: Path, titles: tuple[str, ...], message: str, here: Here) -> None:
    newsroom = configured(tmp_path)
    fill(newsroom, titles)
    done = here(newsroom, "topics", "suggest", TOPIC)
    assert (done.code, done.out) == (0, "")
    assert message in done.err


def test_a_topic_of_some_feeds_without_items_says_which(filled: Newsroom, here: Here) -> None:
    done = here(filled, "topics", "suggest", "strikes")
    assert "No items of the feeds that it listens to" in done.err


def test_a_decision_about_a_topic_that_is_gone_is_a_warning_of_check(filled: Newsroom, here: Here) -> None:
    here(filled, "topics", "suggest", TOPIC, "--accept", "lull")
    text = filled.path.read_text(encoding="utf-8").replace("topics.aleppo-ceasefire", "topics.aleppo-truces")
    filled.path.write_text(text, encoding="utf-8")
    done = here(filled, "check")
    assert "there is no topic `aleppo-ceasefire` any more" in done.err
    assert "[topics.aleppo-ceasefire]\n" in done.err
    assert filled.found.settings.topics[0].also == ()
