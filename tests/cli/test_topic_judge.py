"""``wirewatch topics judge``: answers in a terminal and by flags, and the estimate that they come to."""

from __future__ import annotations

import json
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
MATCHED = tuple(f"Aleppo truce holds on day {day}" for day in ("one", "two", "three", "four", "five", "six"))
NEAR = tuple(f"Aleppo {what} is on sale" for what in ("soap", "bread", "cloth", "copper", "wool", "salt"))


@pytest.fixture
def filled(tmp_path: Path) -> Newsroom:
    """A configuration and a few items, nothing judged yet."""
    newsroom = configured(tmp_path)
    now = datetime.now(UTC)
    feed = newsroom.found.settings.feeds[0]
    items = tuple(
        make_item(RawItem(title=title, content=f"{title}, residents say.", guid=title), FeedId(feed.id), now - number)
        for number, title in (
            (timedelta(hours=n + 1), title) for n, title in enumerate((*MATCHED, *NEAR, "Rain in Lima"))
        )
    )
    store = newsroom.store()
    try:
        store.sync_feeds([feed], now)
        store.record(Turn(at=now, state=FeedState(feed.id, feed.url, due_at=now), items=items))
    finally:
        store.close()
    return newsroom


def answers(newsroom: Newsroom) -> list[bool]:
    path = decisions_path(newsroom.path)
    tables = tomllib.loads(path.read_text(encoding="utf-8")).get("topics", {}) if path.exists() else {}
    return [one["right"] for one in tables.get(TOPIC, {}).get("judged", [])]


def told(newsroom: Newsroom, here: Here, *args: str) -> dict[str, Any]:
    done = here(newsroom, "topics", "judge", TOPIC, "--json", *args)
    assert done.code == 0, done.err
    data: dict[str, Any] = json.loads(done.out)
    return data


def test_yes_and_no_are_kept_one_by_one_and_can_be_taken_back(filled: Newsroom) -> None:
    with Terminal(filled, "topics", "judge", TOPIC) as terminal:
        first = terminal.until(QUESTION)
        assert "1 of 9  Aleppo truce holds on day" in first
        assert "residents say." in first
        terminal.press("y")
        assert "yes" in terminal.until(QUESTION)
        assert answers(filled) == [True]
        terminal.press("n")
        terminal.until(QUESTION)
        assert answers(filled) == [True, False]
        terminal.press("u")
        assert "taken back" in terminal.until(QUESTION)
        assert answers(filled) == [True]
        terminal.press("s")
        terminal.until(QUESTION)
        terminal.press("q")
        end = terminal.until("nor such words")
        assert "precision: 4 more to judge, recall: " in end
        assert terminal.end() == 0
        assert terminal.attributes == terminal.before
    assert answers(filled) == [True]


def test_no_item_is_asked_about_twice_and_in_the_end_there_is_a_figure(filled: Newsroom, here: Here) -> None:
    asked = [one["id"] for one in told(filled, here, "-n", "100")["to_ask"]]
    assert len(asked) == len(set(asked)) == 12
    with Terminal(filled, "topics", "judge", TOPIC, "-n", "11") as terminal:
        for _ in range(11):
            terminal.press("y" if "truce" in terminal.until(QUESTION) else "n")
        assert "precision 1.00" in terminal.until("nor such words")
        assert terminal.end() == 0
    left = told(filled, here)
    assert [one["id"] for one in left["to_ask"]] == asked[11:]
    assert (left["judged"], left["precision"]["value"], left["recall"]["value"]) == (11, 1.0, 1.0)
    assert 0 < left["recall"]["low"] < 1
    assert [one["judged"] for one in left["history"]] == [11]
    shown = here(filled, "topics", "show", TOPIC)
    assert "quality" in shown.out
    assert "11 judged in 30 days" in " ".join(shown.out.split())
    assert json.loads(here(filled, "topics", "show", TOPIC, "--json").out)["quality"]["judged"] == 11


def test_an_interrupt_keeps_what_was_answered_and_tells_what_it_comes_to(filled: Newsroom) -> None:
    with Terminal(filled, "topics", "judge", TOPIC) as terminal:
        terminal.until(QUESTION)
        terminal.press("y")
        terminal.until(QUESTION)
        terminal.press("\x03")
        assert "1 judged in 30 days" in terminal.until("nor such words")
        assert terminal.end() == 130
        assert terminal.attributes == terminal.before
    assert answers(filled) == [True]


def test_without_a_terminal_nothing_is_asked_and_what_is_missing_is_told(filled: Newsroom, here: Here) -> None:
    done = here(filled, "topics", "judge", TOPIC)
    assert (done.code, done.err) == (0, "")
    assert "nothing judged yet" in done.out
    assert "[y]es" not in done.out
    data = told(filled, here)
    assert (data["precision"], data["recall"]) == (None, None)
    assert data["wanted"] == {"precision": 5, "recall": 10}
    assert data["matched"] == {"items": 6, "judged": 0, "right": 0}
    assert not decisions_path(filled.path).exists()


def test_scripts_answer_by_id(filled: Newsroom, here: Here) -> None:
    one, two, *_ = (item["id"] for item in told(filled, here)["to_ask"])
    data = told(filled, here, "--yes", one[:10], "--no", two)
    assert data["judged"] == 2
    assert answers(filled) == [True, False]
    assert told(filled, here, "--forget", two[:8])["judged"] == 1
    assert told(filled, here, "--no", one)["matched"]["right"] == 0
    assert answers(filled) == [False]


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["--yes", "ffffff"], 1, "no item begins with 'ffffff'"),
        (["--yes", "truce"], 1, "no item begins with 'truce'"),
        (["--forget", "ffffff"], 1, "nothing was answered about 'ffffff'"),
        (["--yes", "aaaaaa", "--no", "aaaaaa"], 2, "two things are asked for 'aaaaaa'"),
        (["--since", "soon"], 2, "--since"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    filled: Newsroom, here: Here, args: list[str], code: int, message: str
) -> None:
    done = here(filled, "topics", "judge", TOPIC, *args)
    assert (done.code, done.out) == (code, "")
    assert message in done.err
    assert answers(filled) == []


def test_earlier_measures_are_shown(filled: Newsroom, here: Here) -> None:
    one = told(filled, here)["to_ask"][0]["id"]
    here(filled, "topics", "judge", TOPIC, "--yes", one)
    path = decisions_path(filled.path)
    line = "{ at = 2016-10-01T08:00:00Z, days = 7, matched = [9, 5, 4], close = [0, 0, 0], far = [0, 0, 0] },"
    text = path.read_text(encoding="utf-8").replace("measured = [", f"measured = [\n    {line}")
    path.write_text(text, encoding="utf-8")
    out = here(filled, "topics", "judge", TOPIC).out
    assert "Before" in out
    assert "2016-10-01  precision 0.80" in out


def test_nothing_to_judge_by_says_why(unborn: Newsroom, filled: Newsroom, here: Here) -> None:
    done = here(filled, "topics", "judge", "strikes")
    assert (done.code, done.out) == (0, "")
    assert "No items in 30 days" in done.err


def test_without_a_store_it_says_so(unborn: Newsroom, here: Here) -> None:
    done = here(unborn, "topics", "judge", TOPIC)
    assert (done.code, done.out) == (3, "")
    assert "no memory" in done.err
