"""The verbs that do something: check, replay, peek, send-test, demo and schema, as people and scripts call them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.replay import Recorded, recorded
from tests.edges.daemon import BROKEN, ELSEWHERE, HALT, item, rss

if TYPE_CHECKING:
    from tests.conftest import FeedServer

ROOT = Path(__file__).parents[2]
GOOD = """\
[topics.aleppo]
watch = "Aleppo ceasefire"
channels = ["here"]
expect = [
    { text = "Damascus and Moscow halt air strikes on Aleppo", match = true },
    { text = "Kyiv rejects ceasefire terms", match = false },
]

[channels.here]
kind = "terminal"

[concepts]
packs = ["conflict", "middle-east"]
"""
BAD = """\
[poll]
intervall = "10m"
max_age = "soon"

[feeds.bbc]
url = "https://example.org/rss.xml"

[feeds.bbc]
url = "https://example.org/other.xml"

[topics.aleppo]
query = 'aleppo AND "cease fire'
channels = ["desk"]

[channels.desk]
kind = "webhook"
url = "https://desk.example.org/hook"
secret = "whsec_dGhpcyBpcyBhIHNlY3JldCB0aGF0IG11c3Qgbm90IGJlIGhlcmU="
"""


def wirewatch(*args: str, config: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    named = ["--config", str(config)] if config else []
    command = [sys.executable, "-m", "monitor", *named, *args]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WIREWATCH")}
    environ |= {"HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent", "XDG_STATE_HOME": "/nonexistent"}
    return subprocess.run(
        command, input=stdin, capture_output=True, text=True, timeout=60, check=False, env=environ, cwd=ROOT
    )


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


class TestCheck:
    def test_a_good_configuration_is_summed_up(self, good: Path) -> None:
        ran = wirewatch("check", config=good)
        assert ran.returncode == 0
        assert "1 topics, 1 channels; 2 expectations hold" in ran.stdout

    def test_a_broken_one_prints_every_problem_with_its_line_and_no_secret(self, tmp_path: Path) -> None:
        path = tmp_path / "bad.toml"
        path.write_text(BAD, encoding="utf-8")
        ran = wirewatch("check", config=path)
        assert ran.returncode == 2
        assert ran.stdout == ""
        for place in (":2:1", ":3:11", ":8:8", ":12:", ":18:"):
            assert f"{path}{place}" in ran.stderr
        assert "did you mean `interval`?" in ran.stderr
        assert "never closed" in ran.stderr
        assert "5 problems" in ran.stderr
        assert "dGhpcyBpcyBh" not in ran.stderr
        problems = json.loads(wirewatch("check", "--json", config=path).stdout)["problems"]
        assert sorted(problem["line"] for problem in problems if problem["severity"] == "error") == [2, 3, 8, 12, 18]

    def test_an_expectation_that_fails_is_underlined_and_is_no_usage_error(self, good: Path) -> None:
        good.write_text(GOOD.replace("Kyiv rejects ceasefire terms", "Aleppo truce rejected"), encoding="utf-8")
        ran = wirewatch("check", config=good)
        assert ran.returncode == 1
        assert f"{good}:6:5" in ran.stderr
        assert "It matches" in ran.stderr
        assert "1 of 2 expectations hold" in ran.stdout

    def test_a_missing_configuration_says_where_it_was_looked_for(self) -> None:
        ran = wirewatch("check")
        assert ran.returncode == 2
        assert "/etc/wirewatch/wirewatch.toml" in ran.stderr


class TestReplay:
    ITEMS = (
        {"id": "halt", "feed": "a", "title": "Aleppo: a halt", "content": HALT, "seen": "2016-10-18T08:00:00Z"},
        {"id": "copy", "feed": "b", "content": HALT + "\n\nNo comments: Post a Comment"},
        {"id": "over", "feed": "a", "title": "Aleppo: it is over", "content": BROKEN},
        {"id": "elsewhere", "feed": "a", "title": "Yemen", "content": ELSEWHERE},
    )

    def test_every_line_is_a_verdict_of_the_contract(self, good: Path, tmp_path: Path) -> None:
        path = tmp_path / "items.jsonl"
        path.write_text("\n".join(json.dumps(one) for one in self.ITEMS), encoding="utf-8")
        ran = wirewatch("replay", "--json", str(path), config=good)
        assert ran.returncode == 0
        told = lines(ran.stdout)
        keys = {"item", "topic", "outcome", "reason", "story", "alert", "hits", "evidence"}
        assert all(set(line) == keys for line in told)
        assert [(line["item"], line["topic"], line["outcome"]) for line in told] == [
            ("halt", "aleppo", "alerted"),
            ("copy", "aleppo", "copy"),
            ("over", "aleppo", "alerted"),
            ("elsewhere", None, "unmatched"),
        ]
        assert told[0]["story"] == told[1]["story"] != told[2]["story"]
        assert told[3]["story"] is None
        assert told[0]["alert"]
        assert told[1]["alert"] is None
        hit = told[0]["hits"][0]
        assert set(hit) == {"field", "start", "end", "term"}

    def test_place_all_needs_no_configuration_and_gives_every_item_a_story(self) -> None:
        ran = wirewatch("replay", "--place-all", "--json", "-", stdin="\n".join(json.dumps(one) for one in self.ITEMS))
        assert ran.returncode == 0
        told = lines(ran.stdout)
        assert all(line["story"] for line in told)
        assert told[0]["story"] == told[1]["story"]
        assert len({line["story"] for line in told}) == 3

    def test_lines_that_are_no_items_are_named_and_stop_nothing(self, good: Path, tmp_path: Path) -> None:
        path = tmp_path / "items.jsonl"
        path.write_text('{"title": "Aleppo truce"}\nnot json\n{"feed": "a"}\n{"title": 7}\n', encoding="utf-8")
        ran = wirewatch("replay", "--json", str(path), config=good)
        assert ran.returncode == 1
        assert [line["outcome"] for line in lines(ran.stdout)] == ["alerted"]
        assert all(f"{path}:{number}: " in ran.stderr for number in (2, 3, 4))

    def test_a_feed_saved_to_a_file_is_replayed_too(self, good: Path, tmp_path: Path) -> None:
        path = tmp_path / "saved.xml"
        path.write_bytes(rss(item("halt", "Aleppo: a halt", HALT)))
        ran = wirewatch("replay", "--json", str(path), config=good)
        assert [line["outcome"] for line in lines(ran.stdout)] == ["alerted"]

    def test_a_file_that_is_not_there_is_an_error_that_says_so(self, good: Path) -> None:
        ran = wirewatch("replay", "nothing.jsonl", config=good)
        assert ran.returncode == 1
        assert "nothing.jsonl: No such file" in ran.stderr


class TestPeek:
    def test_items_come_in_the_form_that_replay_reads(self, feed_server: FeedServer) -> None:
        url = feed_server.script("/f", feed_server.reply(200, rss(item("a", "One", HALT), item("b", "Two", BROKEN))))
        ran = wirewatch("peek", "--private", "--json", url)
        assert ran.returncode == 0
        read = [recorded(line) for line in lines(ran.stdout)]
        assert [one.raw.title for one in read if isinstance(one, Recorded)] == ["Two", "One"]

    def test_a_person_sees_kind_manners_and_headlines(self, feed_server: FeedServer) -> None:
        reply = feed_server.reply(200, rss(item("a", "One", HALT)), {"ETag": '"v1"'})
        ran = wirewatch("peek", "--private", feed_server.script("/f", reply))
        assert ran.returncode == 0
        for words in ("A feed", "rss 2.0", "ETag", "would be asked again", "One"):
            assert words in ran.stdout

    def test_what_is_no_feed_is_said_with_what_to_do(self, feed_server: FeedServer, tmp_path: Path) -> None:
        url = feed_server.script("/f", feed_server.reply(200, b"<!doctype html><html><body>Hello</body></html>"))
        ran = wirewatch("peek", "--private", url)
        assert ran.returncode == 1
        assert "web page" in ran.stderr
        private = wirewatch("peek", url)
        assert private.returncode == 1
        assert "--private" in private.stderr
        missing = wirewatch("peek", str(tmp_path / "none.xml"))
        assert missing.returncode == 1
        assert "No such file" in missing.stderr

    def test_a_file_is_read_without_a_network(self, tmp_path: Path) -> None:
        path = tmp_path / "saved.xml"
        path.write_bytes(rss(item("a", "One", HALT)))
        ran = wirewatch("peek", str(path))
        assert ran.returncode == 0
        assert "One" in ran.stdout


class TestSendTest:
    def config(self, tmp_path: Path, url: str) -> Path:
        path = tmp_path / "channels.toml"
        path.write_text(
            f'[poll]\nallow_private = ["127.0.0.0/8"]\n[channels.desk]\nkind = "webhook"\nurl = "{url}"\n'
            '[channels.here]\nkind = "terminal"\n',
            encoding="utf-8",
        )
        return path

    def test_the_answer_and_its_latency_are_shown(self, feed_server: FeedServer, tmp_path: Path) -> None:
        config = self.config(tmp_path, feed_server.script("/hook", feed_server.reply(500), feed_server.reply(204)))
        refused = wirewatch("send-test", "desk", config=config)
        assert refused.returncode == 1
        assert "answered 500" in refused.stderr
        told = json.loads(wirewatch("send-test", "desk", "--json", config=config).stdout)
        assert told["delivered"] is True
        assert told["took_s"] >= 0
        assert json.loads(feed_server.requests[-1].body)["type"] == "test.ping"

    def test_the_terminal_is_a_channel_too_and_a_slip_is_corrected(
        self, feed_server: FeedServer, tmp_path: Path
    ) -> None:
        config = self.config(tmp_path, feed_server.url("/hook"))
        assert "This is a test" in wirewatch("send-test", "here", config=config).stdout
        slip = wirewatch("send-test", "dsk", config=config)
        assert slip.returncode == 2
        assert "did you mean 'desk'?" in slip.stderr


def test_the_demo_tells_holds_back_ends_and_leaves_nothing(tmp_path: Path) -> None:
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "monitor", "demo", "--seconds", "8"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False, env=environ)
    assert ran.returncode == 0, ran.stderr
    for words in ("aleppo-ceasefire", "mosul-offensive", "held copy", "baseline", "signed deliveries", "Next:"):
        assert words in ran.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_schema_is_the_one_that_ships() -> None:
    shipped = (ROOT / "config" / "wirewatch.schema.json").read_text(encoding="utf-8")
    assert wirewatch("schema").stdout == shipped


def test_a_slip_in_the_command_is_corrected() -> None:
    ran = wirewatch("chek")
    assert ran.returncode == 2
    assert "did you mean 'check'?" in ran.stderr


@pytest.mark.parametrize("verb", ["run", "check", "peek", "replay", "send-test", "demo", "schema"])
def test_every_acting_verb_explains_itself_with_examples_and_exit_codes(verb: str) -> None:
    ran = wirewatch(verb, "--help")
    assert ran.returncode == 0
    assert ran.stdout.count("wirewatch") >= 2
    assert "Exit codes:" in ran.stdout
