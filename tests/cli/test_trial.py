"""``wirewatch try``: the screen, the object, the difference from a topic, and what it says where there is nothing."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import click
import pytest

from monitor.cli import trial
from monitor.cli.common import CliError
from monitor.cli.trial import Wanted, try_
from monitor.core import trial as core_trial
from tests.cli.newsroom import NOW, Newsroom, Writer, fill, item_of

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("narrow")
Capture = pytest.CaptureFixture[str]


def wanted(
    query: str | None = None,
    watch: str | None = None,
    topic: str | None = None,
    since: str = "7d",
    feeds: tuple[str, ...] = (),
    samples: int = 5,
) -> Wanted:
    return Wanted(query, watch, topic, since, feeds, samples)


def shown(newsroom: Newsroom, capsys: Capture, what: Wanted, code: int = 0) -> str:
    assert try_(newsroom.context, what, NOW, as_json=False) == code
    return capsys.readouterr().out


def as_json(newsroom: Newsroom, capsys: Capture, what: Wanted, code: int = 0) -> dict[str, Any]:
    assert try_(newsroom.context, what, NOW, as_json=True) == code
    [line] = capsys.readouterr().out.splitlines()
    data: dict[str, Any] = json.loads(line)
    return data


# What it finds --------------------------------------------------------------------------------------------------------


def test_the_screen_of_a_query_against_a_topic(
    newsroom: Newsroom, capsys: Capture, golden: Callable[[str, str], None]
) -> None:
    golden("try", shown(newsroom, capsys, wanted("aleppo OR clinic", topic="aleppo-ceasefire", samples=3)))


def test_a_watch_would_tell_and_hold_what_the_topic_did(newsroom: Newsroom, capsys: Capture) -> None:
    data = as_json(newsroom, capsys, wanted(watch="Aleppo ceasefire"))
    assert (data["looked_at"], data["matched"], data["judged"]) == (10, 8, 8)
    # One more than in the morning itself: there the first item was a baseline.
    assert (data["alerts"], data["updates"], data["held"]) == (5, 1, {"copy": 1, "stale": 1})
    assert data["days"] == [{"day": "2016-10-18", "matched": 8, "judged": 8, "told": 6}]
    assert data["query"].startswith("@aleppo NEAR/24 @ceasefire")
    newest = data["samples"][0]
    assert (newest["outcome"], newest["headline"]) == ("stale", "Aleppo ceasefire of last week remembered")
    assert newest["hits"][0] == {"field": "title", "start": 0, "end": 6, "term": "@aleppo: Aleppo"}


def test_what_matched_is_marked_in_the_headline_or_quoted_from_the_text(newsroom: Newsroom, capsys: Capture) -> None:
    out = " ".join(shown(newsroom, capsys, wanted("generator OR title:clinic")).split())
    assert "“[Clinic] reopens after shelling”" in out
    assert "“Shells kill 19 in Aleppo after truce is announced” content: “" in out
    assert "because the [generator] had run out of fuel" in out
    assert "feed: world" in " ".join(shown(newsroom, capsys, wanted("feed:world")).split())


def test_a_topic_alone_is_tried_itself(newsroom: Newsroom, capsys: Capture) -> None:
    data = as_json(newsroom, capsys, wanted(topic="strikes"))
    assert (data["feeds"], data["matched"], data["difference"]) == (["tag:world"], 2, None)


def test_the_difference_is_taken_over_the_feeds_of_the_topic(newsroom: Newsroom, capsys: Capture) -> None:
    data = as_json(newsroom, capsys, wanted("@aleppo", topic="strikes"))
    assert data["looked_at"] == 6
    difference = data["difference"]
    assert {name: difference[name] for name in ("topic", "both", "only_tried", "only_topic")} == {
        "topic": "strikes", "both": 1, "only_tried": 3, "only_topic": 1
    }  # fmt: skip
    assert [one["headline"] for one in difference["topic_samples"]] == ["Clinic reopens after shelling"]


def test_feeds_can_be_chosen_by_name_and_by_tag(newsroom: Newsroom, capsys: Capture) -> None:
    assert as_json(newsroom, capsys, wanted("*", feeds=("sana",)))["matched"] == 2
    assert as_json(newsroom, capsys, wanted("*", feeds=("tag:syria",)))["matched"] == 4
    difference = as_json(newsroom, capsys, wanted("*", topic="strikes", feeds=("sana", "alep")))["difference"]
    assert (difference["both"], difference["only_tried"]) == (1, 3)  # over other feeds than the topic's own


def test_so_many_headlines_as_asked_for(newsroom: Newsroom, capsys: Capture) -> None:
    assert len(as_json(newsroom, capsys, wanted("*", samples=2))["samples"]) == 2
    assert "Newest" not in shown(newsroom, capsys, wanted("*", samples=0))


def test_days_without_a_match_are_shown_and_an_old_match_is_not_lost(unborn: Newsroom, capsys: Capture) -> None:
    with contextlib.closing(unborn.store()) as store:
        writer = Writer(unborn, store)
        for days in (40, 3, 0):
            writer.record(item_of("sana", -days * 24 * 60, f"Aleppo truce, day {days}", "", None))
    out = shown(unborn, capsys, wanted("aleppo", since="60d"))
    rows = [line.split()[:2] for line in out.splitlines() if line.startswith("  2016-") and ":" not in line]
    assert rows[-5:] == [
        ["2016-10-14", "0"], ["2016-10-15", "1"], ["2016-10-16", "0"], ["2016-10-17", "0"], ["2016-10-18", "1"]
    ]  # fmt: skip
    assert "  earlier     1" in out


def test_a_limit_that_is_hit_is_said(newsroom: Newsroom, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_trial, "ITEMS_MAX", 4)
    monkeypatch.setattr("monitor.cli.trial_screen.ITEMS_MAX", 4)
    monkeypatch.setattr(core_trial, "JUDGED_MAX", 2)
    out = " ".join(shown(newsroom, capsys, wanted("*")).split())
    assert "There are more: these are the newest 4, back to" in out
    assert "of the newest 2 that match" in out
    assert "4 ████████░░░░░░░··············· 1 told of 2 a day in UTC; █ told ░ held · not judged" in out
    assert as_json(newsroom, capsys, wanted("*"))["more"] is True
    monkeypatch.setattr(core_trial, "ITEMS_MAX", 10)
    assert as_json(newsroom, capsys, wanted("*"))["more"] is False


def test_it_works_beside_a_running_service_and_stores_nothing(unborn: Newsroom, capsys: Capture) -> None:
    fill(unborn)
    store = unborn.store()
    try:
        before = store.facts(NOW)
        version = store.data_version()
        assert as_json(unborn, capsys, wanted("aleppo"))["matched"] == 7
        assert (store.facts(NOW), store.data_version()) == (before, version)
    finally:
        store.close()


# Where there is nothing -----------------------------------------------------------------------------------------------


def test_a_clause_that_never_matched_is_named(newsroom: Newsroom, capsys: Capture) -> None:
    out = shown(newsroom, capsys, wanted("aleppo AND football NOT @ceasefire"), 1)
    assert "  7  aleppo\n" in out
    assert "never found" in next(line for line in out.splitlines() if "  0  football" in line)
    assert "excluded" in next(line for line in out.splitlines() if "  9  NOT @ceasefire" in line)
    assert "lacks football" in " ".join(out.split())
    data = as_json(newsroom, capsys, wanted("aleppo AND football"), 1)
    assert data["clauses"] == [{"clause": "aleppo", "items": 7}, {"clause": "football", "items": 0}]
    assert data["nearest"]["text"] == "has aleppo (“Aleppo”), lacks football"


def test_clauses_that_are_far_apart_are_said_to_be(newsroom: Newsroom, capsys: Capture) -> None:
    out = shown(newsroom, capsys, wanted("aleppo NEAR/2 generator"), 1)
    assert "2 items with every clause, but not close enough together." in out
    assert "Each of them is found, but no item meets all of them." in shown(newsroom, capsys, wanted("kyiv clinic"), 1)


def test_no_item_in_the_span_teaches(newsroom: Newsroom, capsys: Capture) -> None:
    assert try_(newsroom.context, wanted("aleppo", since="5m", feeds=("sana",)), NOW, as_json=False) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "None of the 10 stored items of sana was seen since 13:55:00. Look further back" in told.err


def test_a_store_without_items_teaches(unborn: Newsroom, capsys: Capture) -> None:
    unborn.store().close()
    assert try_(unborn.context, wanted("aleppo"), NOW, as_json=True) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["looked_at"] == 0
    assert "Items come with the first poll" in told.err


def test_no_store_is_3_but_a_bad_query_comes_first(unborn: Newsroom) -> None:
    done = unborn.run("try", "aleppo")
    assert (done.returncode, done.stdout) == (3, "")
    assert "there is no memory at" in done.stderr
    assert unborn.run("try", "aleppo AND").returncode == 2


# What is wrong --------------------------------------------------------------------------------------------------------


def test_a_wrong_query_is_shown_with_a_caret_as_check_shows_it(newsroom: Newsroom) -> None:
    done = newsroom.run("try", 'aleppo AND\n"never closed')
    assert (done.returncode, done.stdout) == (2, "")
    assert "--> QUERY:2:1" in done.stderr
    assert '2 | "never closed\n   | ^^^^^^^^^^^^^\n' in done.stderr
    done = newsroom.run("try", "--watch", "…", "--json")
    assert done.returncode == 2
    [problem] = json.loads(done.stdout)["problems"]
    assert (problem["path"], problem["message"]) == ("--watch", "there is no word to watch for")


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (wanted(), "there is nothing to try"),
        (wanted("a1", watch="b1"), "a query and --watch say two things"),
        (wanted("a1", topic="aleppo-ceasfire"), "did you mean 'aleppo-ceasefire'?"),
        (wanted("a1", feeds=("tag:syra",)), "did you mean 'tag:syria'?"),
        (wanted("a1", since="soon"), "--since 'soon' is no time"),
    ],
    ids=str,
)
def test_a_wrong_command_line_says_what_to_write(newsroom: Newsroom, what: Wanted, message: str) -> None:
    with pytest.raises(CliError) as caught:
        try_(newsroom.context, what, NOW, as_json=False)
    assert caught.value.code == 2
    assert message in caught.value.message
    assert caught.value.help


def test_a_concept_that_nobody_defined_is_pointed_at(newsroom: Newsroom, capsys: Capture) -> None:
    with pytest.raises(click.exceptions.Exit):
        try_(newsroom.context, wanted("@alepo"), NOW, as_json=False)
    assert "there is no concept @alepo" in capsys.readouterr().err


def test_the_command_line_reaches_the_trial(newsroom: Newsroom) -> None:
    done = newsroom.run("try", "--watch", "Aleppo ceasefire", "--since", "2016-10-01", "-n", "1", "--json")
    data = json.loads(done.stdout)
    assert (done.returncode, data["matched"], len(data["samples"])) == (0, 8, 1)
    assert trial.SAMPLES_MAX == 100
