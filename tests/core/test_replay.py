"""Recorded items through match, place and decide, in memory."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import EPOCH, Feed, FeedId, PollPolicy, Topic, TopicId
from monitor.core.query.concepts import Concepts
from monitor.core.query.topics import build_index
from monitor.core.replay import Recorded, Replay, ReplayLine, count, item_json, read_time, recorded
from tests.core.kit import DAY, NOW, few, item
from tests.core.texts import HALT, HARVEST, retold


def replay(*, place_all: bool = False) -> Replay:
    index = build_index([Topic(TopicId("aleppo"), query="aleppo"), Topic(TopicId("all"), query="*")], Concepts())
    return Replay(index, [Feed(FeedId("wire"), "", "The Wire")], PollPolicy(), place_all=place_all)


def one(**fields: object) -> Recorded:
    found = recorded(fields)
    assert isinstance(found, Recorded), found
    return found


def play(player: Replay, **fields: object) -> list[ReplayLine]:
    return player.play(one(**fields))


# One line of a file ---------------------------------------------------------------------------------------------------


def test_every_field_is_read() -> None:
    found = one(
        id="7",
        feed="wire",
        title="T",
        summary="S",
        content="C",
        link="https://example.org/",
        published="2016-10-18T14:03:11Z",
        seen="2016-10-18T16:03:11+02:00",
        author="A",
        tags=["x", "y"],
        language="en",
        extra="is ignored",
    )
    assert (found.id, found.feed, found.seen) == ("7", "wire", datetime(2016, 10, 18, 14, 3, 11, tzinfo=UTC))
    raw = found.raw
    assert (raw.title, raw.summary, raw.content, raw.guid, raw.author) == ("T", "S", "C", "7", "A")
    assert (raw.tags, raw.language, raw.link) == (("x", "y"), "en", "https://example.org/")
    assert raw.published == found.seen


def test_only_a_text_is_required() -> None:
    assert one(title="T").feed == "replay"
    assert one(content="C", id=7, link=None, tags=None, seen=None).raw.guid == "7"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ([], "an item is a JSON object"),
        ("x", "an item is a JSON object"),
        ({}, "an item needs a title or a content"),
        ({"title": ""}, "an item needs a title or a content"),
        ({"title": 5}, "'title' must be a text"),
        ({"title": "T", "feed": ["x"]}, "'feed' must be a text"),
        ({"title": "T", "tags": "x"}, "'tags' must be a list of texts"),
        ({"title": "T", "tags": [1]}, "'tags' must be a list of texts"),
        ({"title": "T", "seen": "yesterday"}, "'seen' must be a time such as 2016-10-18T14:03:11Z"),
        ({"title": "T", "seen": 5}, "'seen' must be a time such as 2016-10-18T14:03:11Z"),
        ({"title": "T", "published": "1800-01-01"}, "'published' must be a time such as 2016-10-18T14:03:11Z"),
        ({"title": "T", "id": 1.5}, "'id' must be a text"),
    ],
)
def test_what_is_no_item_is_told_in_words(value: object, problem: str) -> None:
    assert recorded(value) == problem


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2016-10-18T14:00:00Z", NOW),
        ("2016-10-18T14:00:00", NOW),
        ("2016-10-18T16:00:00+02:00", NOW),
        ("1970-01-01T00:00:00Z", EPOCH),
        ("1969-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("9999-12-31T23:59:59-23:00", None),
        ("9999-12-31T23:59:59Z", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_time_is_read_in_utc_or_not_at_all(text: str, when: datetime | None) -> None:
    assert read_time(text) == when


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = ("id", "feed", "title", "summary", "content", "link", "published", "seen", "author", "tags", "language")


@few
@given(st.lists(st.dictionaries(st.sampled_from(NAMES), values | st.datetimes().map(str), max_size=8), max_size=4))
def test_any_json_is_an_item_or_told_in_words(lines: list[dict[str, object]]) -> None:
    player = replay(place_all=True)
    for value in lines:
        found = recorded(value)
        if isinstance(found, Recorded):
            assert player.play(found)
        else:
            assert found


# A file ---------------------------------------------------------------------------------------------------------------


def test_items_run_through_one_desk() -> None:
    player = replay()
    first = play(player, id="1", feed="wire", title="Quiet", content=HALT)
    assert [(line.name, line.verdict.topic, line.verdict.outcome) for line in first] == [
        ("1", "aleppo", "alerted"),
        ("1", "all", "alerted"),
    ]
    assert [line.verdict.outcome for line in play(player, feed="blog", content=HALT)] == ["copy", "copy"]
    toll = play(player, content=retold(HALT, ("Eleven people", "Nineteen people")))
    assert [line.verdict.outcome for line in toll] == ["update", "update"]
    assert toll[0].name == toll[0].item.id
    assert count([*first, *toll]) == {"alerted": 2, "update": 2}


def test_without_seen_items_come_a_second_apart_in_the_order_of_the_file() -> None:
    player = replay()
    times = [
        play(player, title="a", published="2016-10-18T14:00:00Z")[0].item.seen,
        play(player, title="b")[0].item.seen,
        play(player, title="c", seen="2016-10-19T14:00:00Z")[0].item.seen,
        play(player, title="d")[0].item.seen,
    ]
    second = timedelta(seconds=1)
    assert times == [NOW, NOW + second, NOW + DAY, NOW + DAY + second]
    assert play(replay(), title="a")[0].item.seen == EPOCH


def test_a_line_of_json_holds_what_was_promised() -> None:
    player = replay()
    (aleppo, _) = play(player, id="1", title="Quiet in Aleppo", content=HALT)
    told = json.loads(json.dumps(aleppo.as_json()))
    assert set(told) == {"item", "topic", "outcome", "reason", "story", "alert", "hits", "evidence"}
    assert (told["item"], told["topic"], told["outcome"]) == ("1", "aleppo", "alerted")
    assert told["hits"][0] == {"field": "title", "start": 9, "end": 15, "term": "aleppo"}
    assert told["alert"] == aleppo.verdict.alert
    (held, _) = play(player, content=HALT)
    told = json.loads(json.dumps(held.as_json()))
    assert (told["outcome"], told["alert"]) == ("copy", None)
    assert told["evidence"]["nearest"]["headline"] == "Quiet in Aleppo"


def test_an_item_without_a_topic_has_a_story_when_all_are_placed() -> None:
    index = build_index([Topic(TopicId("aleppo"), query="aleppo")], Concepts())
    for place_all in (False, True):
        player = Replay(index, (), PollPolicy(), place_all=place_all)
        (line,) = play(player, content=HARVEST)
        assert line.verdict.topic is None
        assert (line.verdict.story is not None) == place_all


def test_an_item_is_written_as_it_is_read() -> None:
    wanted = item(HALT, "T", link="https://example.org/x", published=NOW - DAY, tags=("x",), author="A", language="en")
    written = item_json(wanted, "7")
    assert written["published"] == "2016-10-17T14:00:00Z"
    assert "summary" not in written
    found = recorded(json.loads(json.dumps(written)))
    assert isinstance(found, Recorded)
    again = play(replay(), **written)[0].item
    assert (again.title, again.content, again.link, again.published, again.seen, again.tags) == (
        wanted.title,
        wanted.content,
        wanted.link,
        wanted.published,
        wanted.seen,
        wanted.tags,
    )
    assert item_json(wanted)["id"] == wanted.id
