"""``wirewatch topics``: the list and one topic, with and without a memory."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from monitor.cli.common import CliError
from monitor.cli.topics import list_topics, show_query, show_topic
from monitor.core.model import TopicId
from tests.cli.newsroom import NOW, Newsroom

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("narrow")
Capture = pytest.CaptureFixture[str]
ALEPPO = TopicId("aleppo-ceasefire")


def listed(newsroom: Newsroom, capsys: Capture) -> tuple[list[dict[str, Any]], str]:
    list_topics(newsroom.context, NOW, as_json=True)
    told = capsys.readouterr()
    return [json.loads(line) for line in told.out.splitlines()], told.err


def shown(newsroom: Newsroom, capsys: Capture, topic: TopicId = ALEPPO) -> dict[str, Any]:
    show_topic(newsroom.context, topic, NOW, as_json=True)
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return data


def test_the_list(newsroom: Newsroom, capsys: Capture, golden: Callable[[str, str], None]) -> None:
    list_topics(newsroom.context, NOW, as_json=False)
    golden("topics", capsys.readouterr().out)


def test_one_topic(newsroom: Newsroom, capsys: Capture, golden: Callable[[str, str], None]) -> None:
    show_topic(newsroom.context, TopicId("strikes"), NOW, as_json=False)
    golden("topics-show", capsys.readouterr().out)


def test_the_list_counts_the_day(newsroom: Newsroom, capsys: Capture) -> None:
    [aleppo, strikes], err = listed(newsroom, capsys)
    assert err == ""
    assert (aleppo["alerts"], aleppo["updates"], aleppo["held"]) == (4, 1, {"copy": 1, "stale": 1, "baseline": 1})
    assert (strikes["watch"], strikes["feeds"], strikes["priority"]) == (None, ["tag:world"], "low")


def test_without_a_memory_counts_are_left_out_and_said_to_be(unborn: Newsroom, capsys: Capture) -> None:
    [aleppo, _], err = listed(unborn, capsys)
    assert (aleppo["alerts"], aleppo["held"], aleppo["last_alert_at"]) == (None, None, None)
    assert "Counts and times are left out: there is no memory at" in err
    list_topics(unborn.context, NOW, as_json=False)
    told = capsys.readouterr()
    assert "held" not in told.out
    assert "Aleppo ceasefire" in told.out
    assert "left out" in told.err


def test_a_topic_shows_the_query_it_became_and_its_concepts(newsroom: Newsroom, capsys: Capture) -> None:
    data = shown(newsroom, capsys)
    assert data["canonical"].startswith("@aleppo NEAR/24 @ceasefire")
    assert set(data["concepts"]) == {"aleppo", "ceasefire"}
    assert "Halab" in data["concepts"]["aleppo"]
    assert data["listens_to"] == ["sana", "world", "alep", "dawn"]
    assert shown(newsroom, capsys, TopicId("strikes"))["listens_to"] == ["world"]


def test_a_watch_is_turned_into_a_query_that_asks_the_same(unborn: Newsroom, capsys: Capture) -> None:
    before = shown(unborn, capsys)
    show_query(unborn.context, ALEPPO)
    told = capsys.readouterr()
    assert "in place of the watch" in told.err
    table = tomllib.loads(told.out)["topics"]["aleppo-ceasefire"]
    text = unborn.path.read_text(encoding="utf-8")
    unborn.path.write_text(text.replace('watch = "Aleppo ceasefire"', f"query = '{table['query']}'"), "utf-8")
    after = shown(unborn, capsys)
    assert after["watch"] is None
    assert after["canonical"] == before["canonical"]


def test_concepts_that_concepts_use_are_shown_too(unborn: Newsroom, capsys: Capture) -> None:
    text = unborn.path.read_text(encoding="utf-8").replace('watch = "Aleppo ceasefire"', 'watch = "calm"')
    unborn.path.write_text(text + '\n[concepts.define]\ncalm = ["@quiet", "lull"]\nquiet = ["silence"]\n', "utf-8")
    assert shown(unborn, capsys)["concepts"] == {"calm": ["@quiet", "lull"], "quiet": ["silence"]}


def test_expectations_are_put_to_the_test_now(newsroom: Newsroom, capsys: Capture) -> None:
    assert [one["holds"] for one in shown(newsroom, capsys)["expect"]] == [True, True, False]
    show_topic(newsroom.context, ALEPPO, NOW, as_json=False)
    out = capsys.readouterr().out
    assert "2 of 3 hold" in out
    assert "FAILS  must match      “Aleppo soap makers" in out


def test_its_last_alerts_are_the_webhooks_data(newsroom: Newsroom, capsys: Capture) -> None:
    last = shown(newsroom, capsys)["last_alerts"]
    assert len(last) == 5
    assert last[-1]["headline"].startswith("[/bold]")


def test_a_topic_that_is_not_there_suggests_one_that_is(newsroom: Newsroom) -> None:
    with pytest.raises(CliError) as caught:
        show_topic(newsroom.context, TopicId("alepo-ceasfire"), NOW, as_json=False)
    assert caught.value.code == 1
    assert "did you mean 'aleppo-ceasefire'?" in caught.value.message


def test_no_topics_at_all_teach(unborn: Newsroom) -> None:
    unborn.path.write_text('[feeds.a]\nurl = "https://a.example.org/rss"\n')
    done = unborn.run("topics")
    assert (done.returncode, done.stdout) == (0, "")
    assert 'watch = "ceasefire"' in done.stderr


@pytest.mark.parametrize("args", [["--json", "list"], ["list", "--json"], ["--json"]])
def test_json_may_stand_before_or_behind_the_subcommand(newsroom: Newsroom, args: list[str]) -> None:
    done = newsroom.run("topics", *args)
    assert done.returncode == 0
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["aleppo-ceasefire", "strikes"]
