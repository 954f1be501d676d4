"""``wirewatch why``: the account of one item, choosing among several, and what is said when there is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from monitor.cli.common import CliError
from monitor.cli.why import why
from tests.cli.newsroom import HALT, NOW, Newsroom, Writer, fill, item_of

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("narrow")
Capture = pytest.CaptureFixture[str]


def account(newsroom: Newsroom, capsys: Capture, words: str) -> dict[str, Any]:
    assert why(newsroom.context, words, NOW, as_json=True) == 0
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return data


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("alert", "Russia and Syria halt air strikes"),
        ("update", "Shells kill 19"),
        ("copy", "Damascus stop bombing"),
        ("unmatched", "kyiv"),
        ("hostile", "阿 停 boom"),
        ("several", "Aleppo"),
    ],
)
def test_what_it_shows(
    newsroom: Newsroom, capsys: Capture, golden: Callable[[str, str], None], name: str, words: str
) -> None:
    code = why(newsroom.context, words, NOW, as_json=False)
    assert code == (1 if name == "several" else 0)
    golden(f"why-{name}", capsys.readouterr().out)


def test_an_alert_is_followed_to_each_delivery(newsroom: Newsroom, capsys: Capture) -> None:
    data = account(newsroom, capsys, "Shells kill 19")
    update, other = data["verdicts"]
    assert (update["outcome"], update["revision"], other["outcome"]) == ("update", 2, "alerted")
    assert [(one["channel"], one["state"], one["revision"]) for one in update["deliveries"]] == [
        ("terminal", "done", 2), ("desk", "waiting", 2)
    ]  # fmt: skip
    assert update["deliveries"][1]["due_at"] == "2016-10-18T14:07:00Z"
    assert other["deliveries"] == []


def test_the_story_names_its_members_and_how_they_came_in(newsroom: Newsroom, capsys: Capture) -> None:
    [story] = account(newsroom, capsys, "Damascus stop bombing")["stories"]
    assert (story["items"], story["origins"]) == (2, 2)
    assert [(member["feed"], member["placed"]) for member in story["members"]] == [("sana", "new"), ("world", "copy")]


def test_an_item_is_found_by_its_id_its_first_digits_and_its_link(newsroom: Newsroom, capsys: Capture) -> None:
    item = account(newsroom, capsys, "kyiv")["item"]
    for name in (item["id"], item["id"][:8], item["link"]):
        assert account(newsroom, capsys, name)["item"] == item


def test_topics_that_did_not_match_say_what_they_missed(newsroom: Newsroom, capsys: Capture) -> None:
    asked = {one["topic"]: one for one in account(newsroom, capsys, "kyiv")["asked"]}
    assert asked["aleppo-ceasefire"]["has"] == [{"idea": "@ceasefire", "quote": "ceasefire"}]
    assert asked["aleppo-ceasefire"]["lacks"] == ["@aleppo"]
    assert asked["strikes"]["text"] == 'lacks ("air strike" OR shelling) and (hospital OR clinic)'


def test_several_are_listed_newest_first_and_json_gives_them_all(newsroom: Newsroom, capsys: Capture) -> None:
    assert why(newsroom.context, "Aleppo", NOW, as_json=True) == 1
    items = [json.loads(line)["item"] for line in capsys.readouterr().out.splitlines()]
    assert len(items) == 7
    assert [item["seen"] for item in items] == sorted((item["seen"] for item in items), reverse=True)


def test_of_more_than_twenty_it_says_that_there_are_more(unborn: Newsroom, capsys: Capture) -> None:
    store = unborn.store()
    writer = Writer(unborn, store)
    for number in range(22):
        writer.record(item_of("sana", number, f"Weather report {number}", "Rain.", 1))
    store.close()
    assert why(unborn.context, "weather", NOW, as_json=False) == 1
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 21  # with the heads of the columns
    assert "add a word" in told.err


def test_nothing_found_says_what_was_searched(newsroom: Newsroom) -> None:
    done = newsroom.run("why", "martians", "land")
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        "no item is known by 'martians land'; searched the ids, links and headlines of 10 stored items" in done.stderr
    )


def test_nothing_stored_points_to_run(unborn: Newsroom) -> None:
    unborn.store().close()
    with pytest.raises(CliError, match="no item is stored yet") as caught:
        why(unborn.context, "aleppo", NOW, as_json=False)
    assert caught.value.code == 1


def test_an_item_whose_words_changed_is_not_quoted_with_offsets_of_the_old_ones(
    unborn: Newsroom, capsys: Capture
) -> None:
    store = unborn.store()
    writer = Writer(unborn, store)
    writer.record(item_of("sana", 10, "Truce holds in the old town of Aleppo", "", 1))
    writer.record(item_of("sana", 10, "Aleppo: truce broken", "", 1))
    store.close()
    assert why(unborn.context, "truce broken", NOW, as_json=False) == 0
    out = capsys.readouterr().out
    assert "for earlier words of it" in out
    assert "“[Aleppo]: [truce] broken”" in out
    assert out.count("[Aleppo]") == 1


def test_a_topic_configured_later_is_not_told_to_have_missed_it(unborn: Newsroom, capsys: Capture) -> None:
    fill(unborn)
    text = unborn.path.read_text(encoding="utf-8")
    unborn.path.write_text(text + '\n[topics.kyiv]\nwatch = "Kyiv"\n', encoding="utf-8")
    asked = {one["topic"]: one for one in account(unborn, capsys, "kyiv")["asked"]}
    assert asked["kyiv"]["matches"] is True
    assert "as the topic is configured now" in asked["kyiv"]["text"]


def test_a_story_of_many_is_cut_on_the_screen_and_whole_in_json(unborn: Newsroom, capsys: Capture) -> None:
    store = unborn.store()
    writer = Writer(unborn, store)
    for number in range(18):
        writer.record(item_of("sana", number, f"Edition {number}: air strikes on Aleppo halted", HALT, 1))
    store.close()
    assert why(unborn.context, "Edition 17", NOW, as_json=False) == 0
    assert "and 3 others (all of them with --json)" in capsys.readouterr().out
    [story] = account(unborn, capsys, "Edition 17")["stories"]
    assert len(story["members"]) == 18
