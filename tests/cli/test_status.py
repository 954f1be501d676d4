"""``wirewatch status`` and bare ``wirewatch``: the screen, the JSON, the exit codes, and what to type next."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.cli.common import CliError, Context
from monitor.cli.render import show
from monitor.cli.state import state_of
from monitor.cli.status import proven, screen, status
from monitor.cli.welcome import welcome
from monitor.core.model import ServiceState
from monitor.core.snapshot import ChannelLine, FeedLine, Snapshot, TopicLine
from monitor.deliver import KINDS
from monitor.settings.load import load
from monitor.settings.packs import available_packs
from monitor.wiring import check_query
from tests.cli.newsroom import MORNING, NOW, Newsroom, Writer, fill, item_of, process_environ

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("narrow")


def as_json(newsroom: Newsroom, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert status(newsroom.context, NOW, as_json=True) == 1
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return data


def test_the_screen_of_a_morning_with_troubles(
    newsroom: Newsroom, capsys: pytest.CaptureFixture[str], golden: Callable[[str, str], None]
) -> None:
    state = state_of(newsroom.context, newsroom.found, NOW, need=True)
    show(*screen(proven(newsroom.found, state), "/etc/wirewatch/wirewatch.toml"))
    golden("status", capsys.readouterr().out)


def test_json_is_one_object_with_the_same_numbers(newsroom: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    data = as_json(newsroom, capsys)
    assert data["healthy"] is False
    assert data["at"] == "2016-10-18T14:00:00Z"
    assert (data["matched"], data["sent"], data["held"], data["unmatched"]) == (10, 7, 3, 1)
    assert data["topics"][0]["held"] == {"copy": 1, "stale": 1, "baseline": 1}
    assert {feed["id"]: feed["health"] for feed in data["feeds"]} == {
        "sana": "ok", "world": "ok", "alep": "ok", "dawn": "failing"
    }  # fmt: skip
    assert data["channels"][1]["next_at"] == "2016-10-18T14:07:00Z"
    assert len(data["problems"]) == 3


def test_an_expectation_that_does_not_hold_is_a_problem(newsroom: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    last = as_json(newsroom, capsys)["problems"][-1]
    soap = "Aleppo soap makers revive an old craft"
    assert last.startswith(
        f"An expectation of topic aleppo-ceasefire does not hold: “{soap}”. It does not match @aleppo"
    )


def test_a_refused_reload_has_said_it_already(unborn: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    fill(unborn)
    with contextlib.closing(unborn.store()) as store:
        store.beat(ServiceState(NOW, NOW, 4242, "0.1.0", "x", reload_problem="an expectation does not hold"))
    problems = as_json(unborn, capsys)["problems"]
    assert [text for text in problems if "xpectation" in text] == [
        "The last reload was refused; the old configuration keeps running: an expectation does not hold"
    ]


def test_every_field_of_the_snapshot_is_in_the_json(newsroom: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    data = as_json(newsroom, capsys)
    assert set(data) == {*Snapshot.__dataclass_fields__, "healthy"}


def test_health_is_the_exit_code(unborn: Newsroom) -> None:
    now = datetime.now(UTC)
    fill(unborn, healthy=True, beat_at=now)
    healthy = unborn.run("status")
    assert (healthy.returncode, healthy.stderr) == (0, "")
    assert "nothing needs your attention" in healthy.stdout
    store = unborn.store()
    store.beat(ServiceState(now, now, 4242, "0.1.0", "x", stopped_at=now))
    store.close()
    stopped = unborn.run("status")
    assert stopped.returncode == 1
    assert "systemctl start wirewatch" in stopped.stdout


def test_without_a_memory_it_says_so_and_ends_with_3(unborn: Newsroom) -> None:
    done = unborn.run("status", "--json")
    assert (done.returncode, done.stdout) == (3, "")
    assert "there is no memory at" in done.stderr
    assert "wirewatch run" in done.stderr


def test_a_damaged_memory_ends_every_verb_that_needs_it_with_3(unborn: Newsroom) -> None:
    fill(unborn)
    store = unborn.path.parent / "state" / "wirewatch.db"
    store.write_bytes(b"this was a database" * 1000)
    for args in (["status"], ["tail"], ["why", "aleppo"]):
        done = unborn.run(*args)
        assert (done.returncode, done.stdout) == (3, ""), args
        assert "wirewatch.db" in done.stderr


def test_a_broken_configuration_ends_with_2(unborn: Newsroom) -> None:
    unborn.path.write_text("[feeds.x]\nurk = 1\n")
    done = unborn.run("status")
    assert (done.returncode, done.stdout) == (2, "")
    assert "wirewatch.toml:2" in done.stderr


# An ordinary setup on 80 x 24 -----------------------------------------------------------------------------------------


def ordinary(**changes: Any) -> Snapshot:
    hour = timedelta(hours=1)
    feeds = tuple(
        FeedLine(f"feed-{n}", f"Feed {n}", f"https://feed-{n}.example.org/rss", "ok", "", "", None,  # type: ignore[arg-type]  # ids are texts
                 NOW, NOW, NOW - hour, NOW + hour, 0)
        for n in range(12)
    )  # fmt: skip
    failing = replace(feeds[3], health="failing", text="feed-3.example.org failed at its end (500): the site's fault.",
                      help="Nothing to do: it is asked again, less and less often, and daily at the least.",
                      since=NOW - hour, failures=4)  # fmt: skip
    topics = tuple(
        TopicLine(name, "high", 14, 3, {"copy": 104, "baseline": 12, "stale": 2}, NOW - hour)  # type: ignore[arg-type]  # ids are texts
        for name in ("aleppo-ceasefire", "mosul-offensive", "elections-in-europe")
    )
    channels = (
        ChannelLine("terminal", "terminal", "ok", 0, 0, 0, 51, None, None, "shown"),  # type: ignore[arg-type]  # ids are texts
        ChannelLine("desk", "webhook", "failing", 3, 3, 0, 48, NOW - hour, NOW + hour,  # type: ignore[arg-type]  # ids are texts
                    "desk.example.org is out of service for now (503)."),
    )  # fmt: skip
    whole = Snapshot(NOW, "running", "Running for 3 d 4 h (pid 4242).", (*feeds[:3], failing, *feeds[4:]), topics,
                     channels, 10_204, 3_101, 405, 51, 354, 354 / 405, 9_800, 41.0, 250.0,
                     ("Feed feed-3: it failed.", "Channel desk: 3 waiting. 503"))  # fmt: skip
    return replace(whole, **changes)


def test_an_ordinary_setup_fits_a_small_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show(*screen(ordinary(), "/etc/wirewatch/wirewatch.toml"))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 23
    assert max(map(len, lines)) <= 80


def test_problems_of_every_kind_come_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    text = "The service (pid 4242) has made no progress for 5 min."
    problems = (text, "The last reload was refused; the old configuration keeps running: x", "Channel desk: 3 waiting.")
    show(*screen(ordinary(service="silent", service_text=text, problems=problems), "x"))
    out = " ".join(capsys.readouterr().out.split())
    for advice in ("journalctl -u wirewatch", "wirewatch check names", "wirewatch send-test desk"):
        assert advice in out


def test_empty_sections_teach(capsys: pytest.CaptureFixture[str]) -> None:
    show(*screen(ordinary(feeds=(), topics=(), channels=(), lag_p50_s=None, problems=()), "x"))
    out = capsys.readouterr().out
    for lesson in ("[feeds.NAME]", "[topics.NAME]", "nobody is told", "not known yet"):
        assert lesson in out


# Bare wirewatch -------------------------------------------------------------------------------------------------------


def bare(home: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "monitor", *args], capture_output=True, text=True, encoding="utf-8", check=False,
        env=process_environ() | {"HOME": str(home)},
    )  # fmt: skip


def test_a_newcomer_learns_what_it_is_where_it_looked_and_what_to_type(tmp_path: Path) -> None:
    done = bare(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{tmp_path}/.config/wirewatch/wirewatch.toml" in done.stdout
    assert "wirewatch demo" in done.stdout


def test_the_configuration_that_a_newcomer_is_shown_holds(tmp_path: Path) -> None:
    out = bare(tmp_path).stdout
    text = "\n".join(line[2:] for line in out[out.index("  [feeds.") :].splitlines())
    assert tomllib.loads(text)["topics"]
    assert not isinstance(load(text, "x", KINDS, check_query=check_query, packs=available_packs()), list)


def test_a_named_configuration_that_is_missing_is_an_error(tmp_path: Path) -> None:
    done = bare(tmp_path, "--config", str(tmp_path / "typo.toml"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "typo.toml does not exist" in done.stderr


def told(newsroom: Newsroom, capsys: pytest.CaptureFixture[str]) -> str:
    assert welcome(newsroom.context, NOW) == 0
    return capsys.readouterr().out


def test_what_never_ran_is_told_how_to_begin(unborn: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    out = told(unborn, capsys)
    assert "It has never run" in out
    assert f"wirewatch --config {unborn.path} check" in out
    assert f"wirewatch --config {unborn.path} run\n" in out


def test_a_morning_with_troubles_points_to_status(newsroom: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    out = told(newsroom, capsys)
    assert "Running for 8 h" in out
    assert "7 alerts, 3 held back" in out
    assert out.endswith("status\n")


def test_a_good_morning_points_to_the_stream(unborn: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    fill(unborn, healthy=True)
    assert told(unborn, capsys).endswith("tail -f\n")


def test_a_stopped_service_is_to_be_started(unborn: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    fill(unborn, healthy=True)
    store = unborn.store()
    store.beat(ServiceState(NOW, NOW, 4242, "0.1.0", "x", stopped_at=NOW))
    store.close()
    out = told(unborn, capsys)
    assert "The service stopped 0 s ago." in out
    assert out.endswith(" run\n")


def test_where_all_was_held_the_next_thing_is_to_see_it(unborn: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    store = unborn.store()
    writer = Writer(unborn, store)
    writer.record(item_of(*MORNING[0]), first_poll=True)
    for feed in ("sana", "alep", "dawn"):
        writer.rest(feed)
    store.beat(ServiceState(NOW, NOW, 4242, "0.1.0", "x"))
    store.close()
    assert told(unborn, capsys).endswith("tail --held\n")


def test_mistakes_in_the_configuration_are_counted_and_point_to_check(
    unborn: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    unborn.path.write_text("[feeds.x]\nurk = 1\n")
    out = told(unborn, capsys)
    assert "2 mistakes" in out
    assert "wirewatch check" in out


def test_a_damaged_memory_is_told_too(unborn: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    fill(unborn)
    (unborn.path.parent / "state" / "wirewatch.db").write_bytes(b"this was a database" * 1000)
    out = told(unborn, capsys)
    assert "is not a memory of Wirewatch, or is damaged" in out
    assert "never run" not in out


def test_the_missing_name_is_no_store_problem() -> None:
    with pytest.raises(CliError) as caught:
        welcome(Context("/nowhere/typo.toml", {}), NOW)
    assert caught.value.code == 2
