"""``wirewatch feeds``: the list and one feed, with and without a memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from monitor.cli.common import CliError
from monitor.cli.feeds import list_feeds, show_feed
from monitor.core.model import FeedId, FeedState
from tests.cli.newsroom import NOW, Newsroom

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("narrow")
Capture = pytest.CaptureFixture[str]


def test_the_list(newsroom: Newsroom, capsys: Capture, golden: Callable[[str, str], None]) -> None:
    list_feeds(newsroom.context, NOW, as_json=False)
    told = capsys.readouterr()
    golden("feeds", told.out)
    assert told.err == "1 feed in trouble; what to do: wirewatch feeds show dawn\n"


@pytest.mark.parametrize("feed", ["sana", "dawn"])
def test_one_feed(newsroom: Newsroom, capsys: Capture, golden: Callable[[str, str], None], feed: FeedId) -> None:
    show_feed(newsroom.context, feed, NOW, as_json=False)
    golden(f"feeds-show-{feed}", capsys.readouterr().out)


def test_json_of_a_feed_holds_everything_that_is_remembered(newsroom: Newsroom, capsys: Capture) -> None:
    show_feed(newsroom.context, FeedId("dawn"), NOW, as_json=True)
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert set(data["state"]) == set(FeedState.__dataclass_fields__)
    assert data["state"]["problem"]["kind"] == "missing"
    assert (data["health"], data["interval_s"], data["topics"]) == ("failing", 1800.0, ["aleppo-ceasefire"])


def test_json_of_the_list_is_one_feed_a_line(newsroom: Newsroom, capsys: Capture) -> None:
    list_feeds(newsroom.context, NOW, as_json=True)
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["id"], one["health"]) for one in found] == [
        ("sana", "ok"), ("world", "ok"), ("alep", "ok"), ("dawn", "failing")
    ]  # fmt: skip
    assert found[1]["fresh_at"] == "2016-10-18T11:30:00Z"


def test_without_a_memory_the_configuration_is_shown(unborn: Newsroom, capsys: Capture) -> None:
    list_feeds(unborn.context, NOW, as_json=False)
    told = capsys.readouterr()
    assert "https://dawn.example.org/rss.xml" in told.out
    assert "left out: there is no memory" in told.err
    show_feed(unborn.context, FeedId("dawn"), NOW, as_json=True)
    assert json.loads(capsys.readouterr().out)["state"] is None


def test_a_feed_that_is_not_there_suggests_one_that_is(newsroom: Newsroom) -> None:
    with pytest.raises(CliError) as caught:
        show_feed(newsroom.context, FeedId("down"), NOW, as_json=False)
    assert (caught.value.code, caught.value.message) == (1, "there is no feed 'down'; did you mean 'dawn'?")


def test_no_feeds_at_all_teach(unborn: Newsroom) -> None:
    unborn.path.write_text("")
    done = unborn.run("feeds", "list")
    assert (done.returncode, done.stdout) == (0, "")
    assert "wirewatch peek" in done.stderr


def test_a_name_in_another_script_keeps_the_columns(newsroom: Newsroom, capsys: Capture) -> None:
    from rich.cells import cell_len

    text = newsroom.path.read_text(encoding="utf-8")
    assert "حلب اليوم" in text
    list_feeds(newsroom.context, NOW, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert {cell_len(line[: line.index("ago")]) for line in lines if "ago" in line} == {
        lines[0].index("good answer") + len("4 h 40 min ")
    }
