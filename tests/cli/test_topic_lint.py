"""``wirewatch topics lint``: advice by topic, with and without a memory, and what it says where there is nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from monitor.cli.common import CliError
from monitor.cli.topic_lint import MOST_A_DAY, lint
from monitor.core.query import measure
from tests.cli.newsroom import NOW, Newsroom, fill

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("narrow")
Capture = pytest.CaptureFixture[str]
PROOF = 'expect = [{ text = "x", match = false }]'
MORE = f"""
[topics.pieces]
query = '(truce OR truces) AND aleppo AND football'
{PROOF}

[topics.good]
query = '@aleppo AND clinic AND hospital'
{PROOF}

[channels.terminal]"""


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten items are enough to go by."""
    standards = measure.Standards
    monkeypatch.setattr(measure, "Standards", lambda **changes: standards(**{"items_least": 10, **changes}))


@pytest.fixture
def advised(unborn: Newsroom) -> Newsroom:
    """A newsroom with topics that need advice, and one that needs none."""
    text = unborn.path.read_text(encoding="utf-8").replace("\n[channels.terminal]", MORE)
    unborn.path.write_text(text, encoding="utf-8")
    return unborn


def as_json(
    newsroom: Newsroom, capsys: Capture, *names: str, code: int = 1, most: float = MOST_A_DAY, since: str = "30d"
) -> tuple[dict[str, Any], str]:
    assert lint(newsroom.context, names, since, most, NOW, as_json=True) == code
    told = capsys.readouterr()
    [line] = told.out.splitlines()
    data: dict[str, Any] = json.loads(line)
    return data, told.err


def kinds(data: dict[str, Any]) -> dict[str, list[str]]:
    return {topic["id"]: [finding["kind"] for finding in topic["findings"]] for topic in data["topics"]}


def test_without_a_memory_the_queries_are_looked_at(advised: Newsroom, capsys: Capture) -> None:
    data, err = as_json(advised, capsys)
    assert kinds(data) == {
        "aleppo-ceasefire": [],
        "strikes": ["no-expect"],
        "pieces": ["contained", "name"],
        "good": [],
    }
    assert (data["looked_at"], data["measured"], data["topics"][0]["matched"]) == (0, False, None)
    assert "4 topics: 3 findings. Figures are left out: there is no memory at" in err


def test_too_few_items_are_said_to_be(advised: Newsroom, capsys: Capture) -> None:
    fill(advised)
    data, err = as_json(advised, capsys)
    assert kinds(data)["pieces"] == ["contained", "name"]
    assert (data["looked_at"], data["measured"]) == (10, False)
    assert "Figures are left out: 10 stored items of 1 d are too few, 200 are needed." in err


@pytest.mark.usefixtures("few")
def test_the_screen_by_topic(advised: Newsroom, capsys: Capture, golden: Callable[[str, str], None]) -> None:
    fill(advised)
    assert lint(advised.context, (), "30d", 5.5, NOW, as_json=False) == 1
    told = capsys.readouterr()
    golden("topics-lint", told.out)
    assert told.err == "4 topics: 5 findings, by 10 stored items of 1 d\n"


@pytest.mark.usefixtures("few")
def test_figures_come_from_the_stored_items(advised: Newsroom, capsys: Capture) -> None:
    fill(advised)
    data, _ = as_json(advised, capsys, most=5.5)
    aleppo, _, pieces, _ = data["topics"]
    assert (aleppo["matched"], aleppo["alerts"], aleppo["updates"], aleppo["a_day"]) == (8, 5, 1, 6)
    assert aleppo["held"] == {"copy": 1, "stale": 1}
    assert [finding["kind"] for finding in aleppo["findings"]] == ["many"]
    never = next(one for one in pieces["findings"] if one["kind"] == "never")
    assert (never["parts"], never["figures"]) == (["football"], {"items": 10})
    assert [one["kind"] for one in pieces["findings"]] == ["none", "never", "contained"]


@pytest.mark.usefixtures("few")
def test_only_what_was_asked_for_is_advised(advised: Newsroom, capsys: Capture) -> None:
    fill(advised)
    assert kinds(as_json(advised, capsys, "strikes", "strikes")[0]) == {"strikes": ["no-expect"]}
    data, err = as_json(advised, capsys, "good", "aleppo-ceasefire", code=0)
    assert kinds(data) == {"good": [], "aleppo-ceasefire": []}
    assert "2 topics: 0 findings" in err


def test_a_span_without_items_measures_nothing(advised: Newsroom, capsys: Capture) -> None:
    fill(advised)
    _, err = as_json(advised, capsys, since="1m")
    assert "no stored items are too few" in err


@pytest.mark.usefixtures("few")
def test_a_limit_that_is_hit_is_said(advised: Newsroom, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(advised)
    monkeypatch.setattr("monitor.core.trial.ITEMS_MAX", 9)
    monkeypatch.setattr(measure, "Standards", measure.Standards)
    data, err = as_json(advised, capsys)
    assert (data["looked_at"], data["more"]) == (9, True)
    assert "9 stored items of 1 d, the newest 9" in err


def test_a_topic_that_is_not_there_suggests_one_that_is(advised: Newsroom) -> None:
    with pytest.raises(CliError) as caught:
        lint(advised.context, ("alepo-ceasfire",), "30d", MOST_A_DAY, NOW, as_json=False)
    assert caught.value.code == 2
    assert "did you mean 'aleppo-ceasefire'?" in caught.value.message


def test_no_topics_at_all_teach(unborn: Newsroom) -> None:
    unborn.path.write_text('[feeds.a]\nurl = "https://a.example.org/rss"\n')
    done = unborn.run("topics", "lint")
    assert (done.returncode, done.stdout) == (0, "")
    assert 'watch = "ceasefire"' in done.stderr


def test_the_command_line_reaches_the_advice(advised: Newsroom) -> None:
    done = advised.run("topics", "--json", "lint", "pieces", "--since", "7d", "--most-a-day", "1")
    assert done.returncode == 1
    assert [topic["id"] for topic in json.loads(done.stdout)["topics"]] == ["pieces"]
    done = advised.run("topics", "lint", "good")
    assert (done.returncode, done.stdout) == (0, "")
    assert advised.run("topics", "lint", "nobody").returncode == 2
