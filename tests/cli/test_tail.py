"""``wirewatch tail``: its three forms, its limits, what it says of nothing, and how it follows."""

from __future__ import annotations

import io
import json
import signal
from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

import jsonschema
import pytest

from monitor.cli.tail import Wanted, tail
from monitor.core.model import ChannelId, FeedId, TopicId
from monitor.deliver.screen import ConsoleScreen, as_text
from monitor.deliver.terminal import Terminal
from monitor.store.reader import SqliteReader
from tests.cli.newsroom import MORNING, NOW, START, Newsroom, Writer, fill, item_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.model import Alert

ALEPPO = TopicId("aleppo-ceasefire")
Capture = pytest.CaptureFixture[str]


def never() -> None:
    raise AssertionError("nothing is to be waited for")


def show(newsroom: Newsroom, capsys: Capture, **wanted: object) -> tuple[str, str]:
    assert tail(newsroom.context, Wanted(**wanted), NOW, never) == 0  # type: ignore[arg-type]  # any field of Wanted
    told = capsys.readouterr()
    return told.out, told.err


def alerts(newsroom: Newsroom) -> list[Alert]:
    reader = SqliteReader(newsroom.path.parent / "state" / "wirewatch.db")
    try:
        return [alert for _, alert in reader.alerts()]
    finally:
        reader.close()


# Forms ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["short", "long"])
@pytest.mark.parametrize("held", [False, True], ids=["alerts", "held"])
def test_what_it_shows(
    newsroom: Newsroom, capsys: Capture, golden: Callable[[str, str], None], form: str, held: bool
) -> None:
    out, err = show(newsroom, capsys, form=form, held=held)
    assert err == ""
    golden(f"tail-{'held' if held else 'alerts'}-{form}", out)


def test_short_is_one_line_an_alert_whatever_its_title_holds(newsroom: Newsroom, capsys: Capture) -> None:
    out, _ = show(newsroom, capsys)
    assert len(out.splitlines()) == len(alerts(newsroom)) == 7
    assert "[/bold] [red]停火[/red] Aleppo truce :boom: [link=file:///etc/passwd]阿勒颇[/link]" in out
    assert "\x1b" not in out


def test_long_is_drawn_as_the_terminal_channel_draws(newsroom: Newsroom) -> None:
    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    environ = {"TERM": "xterm-256color", "COLUMNS": "300"}
    screen = ConsoleScreen(Tty(), environ)
    for alert in alerts(newsroom):
        line = Terminal(ChannelId("terminal")).compose(alert.message, NOW)
        with screen._console.capture() as drawn:
            screen._console.print(as_text(line), soft_wrap=True)
        assert drawn.get() == screen._draw(line)
        assert "\x1b[" in drawn.get()


def test_json_of_an_alert_is_the_data_of_its_webhook_event(newsroom: Newsroom, capsys: Capture) -> None:
    out, _ = show(newsroom, capsys, form="json")
    schema = json.loads((files("monitor.deliver") / "event.schema.json").read_text("utf-8"))
    found = [json.loads(line) for line in out.splitlines()]
    for data in found:
        kind = "alert.updated" if data["outcome"] == "update" else "alert.created"
        event = {"type": kind, "timestamp": "2016-10-18T14:00:00Z", "data": data}
        jsonschema.validate(event, schema, jsonschema.Draft202012Validator)
    assert [data["id"] for data in found] == [alert.id for alert in alerts(newsroom)]


def test_json_of_what_was_held_is_its_verdict(newsroom: Newsroom, capsys: Capture) -> None:
    out, _ = show(newsroom, capsys, form="json", held=True)
    copy = next(data for data in map(json.loads, out.splitlines()) if data["outcome"] == "copy")
    assert copy["topic"] == "aleppo-ceasefire"
    assert copy["reason"].startswith("Held as a copy: 100 %")
    assert copy["evidence"]["nearest"]["headline"] == "Russia and Syria halt air strikes on Aleppo"
    assert (copy["headline"], copy["feed"]) == ("Moscow and Damascus stop bombing Aleppo early", "world")
    assert copy["at"] == "2016-10-18T08:20:00Z"


# Limits ---------------------------------------------------------------------------------------------------------------


def test_the_newest_so_many(newsroom: Newsroom, capsys: Capture) -> None:
    everything, _ = show(newsroom, capsys)
    out, _ = show(newsroom, capsys, last=2)
    assert out.splitlines() == everything.splitlines()[-2:]


def test_none_of_what_was_there_says_nothing(newsroom: Newsroom, capsys: Capture) -> None:
    assert show(newsroom, capsys, last=0) == ("", "")


def test_a_topic_and_a_time(newsroom: Newsroom, capsys: Capture) -> None:
    out, _ = show(newsroom, capsys, topic=ALEPPO, since=START + timedelta(hours=3), until=START + timedelta(hours=5))
    assert [line[:8] for line in out.splitlines()] == ["09:20:00", "10:20:00"]


def test_without_a_time_twenty_and_with_a_time_all(unborn: Newsroom) -> None:
    store = unborn.store()
    writer = Writer(unborn, store)
    for number in range(25):
        towns = ("Homs", "Idlib", "Hama", "Daraa", "Raqqa")
        text = (
            f"A truce for Aleppo, {towns[number % 5]} and {number * 7919} others was signed by envoy {number * 104729}."
        )
        writer.record(item_of("sana", number, f"Truce number {number * 31} signed in Aleppo", text, 1))
    store.close()
    everything = len(unborn.run("tail", "--since", "2016-10-18").stdout.splitlines())
    assert everything > 20
    assert len(unborn.run("tail").stdout.splitlines()) == 20
    assert len(unborn.run("tail", "--since", "2016-10-18", "-n", "3").stdout.splitlines()) == 3


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--since", "yesterday"], "no time"),
        (["-f", "--until", "2h"], "contradict"),
        (["--since", "1h", "--until", "2h"], "nothing in between"),
        (["-o", "yaml"], "yaml"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(newsroom: Newsroom, args: list[str], says: str) -> None:
    done = newsroom.run("tail", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def test_days_other_than_today_are_announced_beside_the_data(newsroom: Newsroom) -> None:
    done = newsroom.run("tail", "-n", "2", "--json")
    assert done.stderr == ""
    done = newsroom.run("tail", "-n", "2")
    assert done.stderr == "Tuesday 2016-10-18, times in UTC\n"
    assert len(done.stdout.splitlines()) == 2


# Nothing --------------------------------------------------------------------------------------------------------------


def test_an_empty_stream_teaches(unborn: Newsroom, capsys: Capture) -> None:
    unborn.store().close()
    out, err = show(unborn, capsys)
    assert out == ""
    assert "No alerts yet. 4 feeds, 0 items read; in the last 24 hours 0 matches" in err
    assert "Next: wirewatch run" in err


def test_a_stream_that_held_everything_points_to_what_was_held(unborn: Newsroom, capsys: Capture) -> None:
    store = unborn.store()
    Writer(unborn, store).record(item_of(*MORNING[0]), first_poll=True)
    store.close()
    _, err = show(unborn, capsys)
    assert "1 match, 1 held back. Next: wirewatch tail --held" in err


def test_nothing_held_points_to_the_numbers(unborn: Newsroom, capsys: Capture) -> None:
    store = unborn.store()
    Writer(unborn, store).record(item_of(*MORNING[1]))
    store.close()
    _, err = show(unborn, capsys, held=True)
    assert "Nothing was held back yet. 4 feeds, 1 item read" in err
    assert "Next: wirewatch status" in err


def test_a_stream_without_a_match_points_to_the_topics(unborn: Newsroom, capsys: Capture) -> None:
    store = unborn.store()
    Writer(unborn, store).record(item_of("sana", 1, "Rain in Paris", "", 1))
    store.close()
    assert "Next: wirewatch topics" in show(unborn, capsys)[1]


def test_limits_that_leave_nothing_are_named(newsroom: Newsroom, capsys: Capture) -> None:
    out, err = show(newsroom, capsys, topic=TopicId("strike"), since=START)
    assert out == ""
    assert "did you mean 'strikes'?" in err
    assert "No alerts of topic strike since 2016-10-18 06:00:00. Without these limits: wirewatch tail" in err


# Following ------------------------------------------------------------------------------------------------------------

NEWS = ("sana", 470, "Aleppo truce extended by a day", "The guns stay silent until Friday, the army said.", 1)
OTHER = ("world", 471, "Hospital hit by shelling in Homs", "Two wards of the hospital burned.", 1)


def follow(newsroom: Newsroom, capsys: Capture, **wanted: object) -> list[str]:
    """What is printed by each look, where the first wait brings news, the second none, and the third ends it."""
    fill(newsroom)
    store = newsroom.store()
    writer = Writer(newsroom, store)
    printed: list[str] = []

    def wait() -> None:
        printed.append(capsys.readouterr().out)
        if len(printed) == 1:
            writer.record(item_of(*NEWS))
            writer.record(item_of(*OTHER))
        if len(printed) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tail(newsroom.context, Wanted(follow=True, **wanted), NOW, wait)  # type: ignore[arg-type]  # any field of Wanted
    store.close()
    return printed


def test_following_prints_what_is_new_once(unborn: Newsroom, capsys: Capture) -> None:
    first, second, third = follow(unborn, capsys)
    assert len(first.splitlines()) == 7
    assert [line[:8] for line in second.splitlines()] == ["13:50:00", "13:51:00"]
    assert third == ""


def test_following_from_nothing_prints_only_what_is_new(unborn: Newsroom, capsys: Capture) -> None:
    first, second, _ = follow(unborn, capsys, last=0)
    assert (first, len(second.splitlines())) == ("", 2)


def test_following_a_topic_leaves_others_out(unborn: Newsroom, capsys: Capture) -> None:
    first, second, third = follow(unborn, capsys, topic=TopicId("strikes"))
    assert (len(first.splitlines()), len(second.splitlines()), third) == (2, 1, "")
    assert "Hospital hit" in second


def test_ctrl_c_ends_it_with_130(newsroom: Newsroom) -> None:
    with newsroom.start("tail", "-f") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in out + err


def test_a_closed_pipe_ends_it_in_silence_without_waiting_for_news(newsroom: Newsroom) -> None:
    with newsroom.start("tail", "-f", "-n", "1", "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=30) == 0
        assert process.stderr.read() == ""


def test_the_name_of_a_feed_no_longer_configured_is_its_id(newsroom: Newsroom, capsys: Capture) -> None:
    from monitor.cli.told import held_text

    reader = SqliteReader(newsroom.path.parent / "state" / "wirewatch.db")
    _, verdict, item = reader.held(last=1)[0]
    reader.close()
    assert f"  {FeedId('world')}  why" in held_text(verdict, item, {}, long=False).plain
