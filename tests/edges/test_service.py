from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
from standardwebhooks import Webhook

from tests.conftest import FeedServer
from tests.contract.receiving import assert_valid
from tests.edges.daemon import BROKEN, ELSEWHERE, HALT, PATIENCE_S, SECRET, House, ids, item, rss

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def hook() -> Iterator[FeedServer]:
    server = FeedServer()
    server.script("/hook", server.reply(204))
    yield server
    server.close()


@pytest.fixture
def house(tmp_path: Path, feed_server: FeedServer, hook: FeedServer) -> Iterator[House]:
    feed_server.script("/news.xml", feed_server.reply(200, rss(item("halt", "Aleppo: a halt is announced", HALT))))
    house = House(tmp_path, {"news": feed_server.url("/news.xml")}, hook.url("/hook"))
    yield house
    house.close()


def test_an_alert_arrives_signed_and_nothing_is_sent_twice_by_polls_and_restarts(
    house: House, feed_server: FeedServer, hook: FeedServer
) -> None:
    first = house.start()
    hook.wait_for(1)
    feed_server.wait_for(3)
    assert house.stop(first)[0] == 0
    polls = len(feed_server.requests)
    second = house.start()
    feed_server.wait_for(polls + 2)
    assert house.stop(second)[0] == 0
    assert len(hook.requests) == 1
    request = hook.requests[0]
    event = assert_valid(request.body)
    assert Webhook(SECRET).verify(request.body, request.headers) == event
    assert event["type"] == "alert.created"
    assert event["data"]["topic"] == "aleppo"
    assert "@ceasefire: halt in airstrikes" in [hit["term"] for hit in event["data"]["hits"]]


def test_a_story_that_goes_on_is_told_and_one_elsewhere_is_not(
    house: House, feed_server: FeedServer, hook: FeedServer
) -> None:
    daemon = house.start()
    hook.wait_for(1)
    later = rss(
        item("elsewhere", "Yemen: quiet", ELSEWHERE),
        item("copy", "Repost", HALT + "\n\nNo comments: Post a Comment"),
        item("broken", "Aleppo: it is over", BROKEN),
        item("halt", "Aleppo: a halt is announced", HALT),
    )
    feed_server.script("/news.xml", feed_server.reply(200, later))
    hook.wait_for(2)
    house.stop(daemon)
    headlines = [json.loads(request.body)["data"]["headline"] for request in hook.requests]
    assert headlines == ["Aleppo: a halt is announced", "Aleppo: it is over"]
    held = house.run("tail", "--held", "-o", "json").stdout.decode()
    assert '"copy"' in held


def test_killed_between_record_and_act_nothing_is_lost(house: House, hook: FeedServer) -> None:
    """The process is killed by the kernel at the first moment after the record, before the courier hears of it."""
    script = """
        import asyncio, os, signal, sys
        from monitor.cli.common import Context
        from monitor.cli.run import make_plan
        from monitor.deliver.screen import ConsoleScreen
        from monitor.engine.loop import Pace
        from monitor.engine.sdnotify import Systemd
        from monitor.wiring import Parts, SystemClock, service

        def die(turn):
            if turn.alerts:
                os.kill(os.getpid(), signal.SIGKILL)

        async def main():
            context = Context(sys.argv[1], os.environ)
            found = context.configured()
            parts = Parts(SystemClock(), ConsoleScreen(sys.stdout), Systemd(None), Pace(), die)
            plan = make_plan(found, os.environ)
            async with service(found.settings, plan, os.environ, parts, pid=os.getpid()) as loop:
                await loop.run(asyncio.Event())

        asyncio.run(main())
    """
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(house.config)],
        env=house.environ(),
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert hook.requests == []
    assert house.run("run", "--once").returncode == 0
    assert len(hook.requests) == 1
    assert house.run("run", "--once").returncode == 0
    assert len(hook.requests) == 1


def test_killed_while_a_delivery_is_under_way_it_is_repeated_under_the_same_id(house: House, hook: FeedServer) -> None:
    hook.script("/hook", hook.reply(200, headers={"content-length": "1000000"}, end="drip"))
    daemon = house.start()
    hook.wait_for(1)
    daemon.kill()
    daemon.communicate(timeout=PATIENCE_S)
    hook.script("/hook", hook.reply(204))
    assert house.run("run", "--once").returncode == 0
    assert len(hook.requests) == 2
    assert len(set(ids(hook))) == 1


def test_broken_feeds_are_named_and_stop_nobody_else(house: House, feed_server: FeedServer, hook: FeedServer) -> None:
    whole = rss(item("halt", "Aleppo: a halt is announced", HALT), item("more", "More", ELSEWHERE))
    bad = {
        "page": feed_server.reply(200, b"<!doctype html><html><body>Please wait</body></html>"),
        "empty": feed_server.reply(200, b""),
        "error": feed_server.reply(500),
        "gone": feed_server.reply(raw=b"\r\n", end="reset"),
    }
    for name, reply in bad.items():
        house.feeds[name] = feed_server.script(f"/{name}", reply)
    house.feeds["half"] = feed_server.script("/half", feed_server.reply(200, whole[: len(whole) * 2 // 3]))
    house.write()
    assert house.run("run", "--once").returncode == 0
    assert len(hook.requests) == 1
    status = house.status()
    assert status["healthy"] is False
    troubled = {feed["id"]: feed for feed in status["feeds"] if feed["health"] == "failing"}
    assert set(troubled) == set(bad)
    assert all(feed["text"] and feed["help"] and feed["due_at"] for feed in troubled.values())


def test_a_hostile_title_prints_harmlessly(house: House, feed_server: FeedServer, hook: FeedServer) -> None:
    house.topics = house.topics.replace('["desk"]', '["desk", "here"]')
    house.write()
    title = "Aleppo truce \x9b31m[/bold] \u202efdp.exe"
    body = rss(item("evil", title, HALT)).replace(b"[/bold]", b"&#27;]0;owned&#7;[/bold]&#27;[2J")
    feed_server.script("/news.xml", feed_server.reply(200, body))
    ran = house.run("run", "--once")
    assert ran.returncode == 0
    for output in (ran.stdout, ran.stderr, hook.requests[0].body, house.run("tail").stdout):
        text = output.decode()
        assert not set(text) & {"\x1b", "\x9b", "\x07", "\u202e"}
    assert "[/bold]" in ran.stdout.decode()


def test_a_reload_takes_new_topics_refuses_bad_ones_and_repeats_nothing(
    house: House, feed_server: FeedServer, hook: FeedServer, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(str(tmp_path / "notify"))
        notify.settimeout(PATIENCE_S)

        def next_with(word: str) -> str:
            while word not in (told := notify.recv(4096).decode()):
                pass
            return told

        daemon = house.start(NOTIFY_SOCKET=str(tmp_path / "notify"))
        next_with("READY=1")
        hook.wait_for(1)
        good = house.topics
        house.topics = "[topics.aleppo]\nquery = '\"never closed'\n"
        house.write()
        daemon.send_signal(signal.SIGHUP)
        next_with("RELOADING=1")
        assert "reload refused" in next_with("READY=1")
        house.topics = good + '[topics.citadel]\nquery = "citadel"\nchannels = ["desk"]\n'
        house.write()
        daemon.send_signal(signal.SIGHUP)
        next_with("RELOADING=1")
        assert "refused" not in next_with("READY=1")
        feed_server.script("/news.xml", feed_server.reply(200, rss(item("new", "At the citadel", BROKEN))))
        hook.wait_for(3)
        code, _, err = house.stop(daemon)
        next_with("STOPPING=1")
    assert code == 0
    assert b"reload refused" in err
    topics = [json.loads(request.body)["data"]["topic"] for request in hook.requests]
    assert sorted(topics) == ["aleppo", "aleppo", "citadel"]


SOAP = 'expect = [{ text = "Aleppo soap makers revive an old craft", match = true }]\n'


def test_a_reload_whose_topics_break_their_own_expectations_is_refused_and_the_old_topics_stay(
    house: House, feed_server: FeedServer, hook: FeedServer, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(str(tmp_path / "notify"))
        notify.settimeout(PATIENCE_S)
        daemon = house.start(NOTIFY_SOCKET=str(tmp_path / "notify"))
        _told_with(notify, "READY=1")
        hook.wait_for(1)
        good = house.topics
        house.topics = good.replace("Aleppo ceasefire", "Mosul ceasefire") + SOAP
        house.write()
        daemon.send_signal(signal.SIGHUP)
        _told_with(notify, "RELOADING=1")
        assert "aleppo does not hold: “Aleppo soap makers" in _told_with(notify, "WATCHDOG=1")
        ready = _told_with(notify, "READY=1")
        assert "reload refused: an expectation of topic aleppo does not hold: “Aleppo soap makers" in ready
        [problem] = [text for text in house.status()["problems"] if "xpectation" in text]
        assert problem.startswith("The last reload was refused; the old configuration keeps running: an expectation")
        feed_server.script("/news.xml", feed_server.reply(200, rss(item("over", "Aleppo: it is over", BROKEN))))
        hook.wait_for(2)  # the topic as it was: the new one watches Mosul
        house.topics = good + SOAP.replace("true", "false")
        house.write()
        daemon.send_signal(signal.SIGHUP)
        _told_with(notify, "RELOADING=1")
        assert "refused" not in _told_with(notify, "READY=1")
        assert "xpectation" not in " ".join(house.status()["problems"])
        code, _, err = house.stop(daemon)
    assert code == 0
    assert "keeps running: an expectation of topic aleppo does not hold: “Aleppo soap makers" in err.decode()


def test_a_start_with_a_broken_expectation_warns_everywhere_and_runs(
    house: House, hook: FeedServer, tmp_path: Path
) -> None:
    house.topics += SOAP
    house.write()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(str(tmp_path / "notify"))
        notify.settimeout(PATIENCE_S)
        daemon = house.start(NOTIFY_SOCKET=str(tmp_path / "notify"))
        assert "an expectation of topic aleppo does not hold" in _told_with(notify, "READY=1")
        hook.wait_for(1)
        status = house.status()
        assert status["service"] == "running"
        assert status["healthy"] is False
        assert any(text.startswith("An expectation of topic aleppo does not hold") for text in status["problems"])
        code, _, err = house.stop(daemon)
    assert code == 0
    log = err.decode()
    assert "warning an expectation of topic aleppo does not hold: “Aleppo soap makers revive an old craft”." in log
    assert "expectations that do not hold: 1." in log


def _told_with(notify: socket.socket, word: str) -> str:
    """The next thing that systemd is told with this word in it."""
    while word not in (told := notify.recv(4096).decode()):
        pass
    return told


def test_a_dry_run_saves_nothing_and_tells_nobody(house: House, hook: FeedServer) -> None:
    ran = house.run("run", "--once", "--dry-run")
    assert ran.returncode == 0
    assert "Aleppo: a halt is announced" in ran.stdout.decode()
    assert hook.requests == []
    assert not (house.folder / "state").exists()


def test_two_daemons_on_one_state_directory_are_refused(house: House, hook: FeedServer) -> None:
    house.start()
    hook.wait_for(1)
    second = house.run("run", "--once")
    assert second.returncode == 3
    assert b"another wirewatch" in second.stderr


def test_interrupted_it_ends_in_order(house: House, hook: FeedServer) -> None:
    daemon = house.start()
    hook.wait_for(1)
    assert house.stop(daemon, signal.SIGINT)[0] == 0
    assert house.status()["service"] == "stopped"


def test_a_missing_secret_is_a_configuration_error(house: House) -> None:
    ran = house.run("run", "--once", DESK_SECRET="")
    assert ran.returncode == 2
    assert b"DESK_SECRET" in ran.stderr
