"""The webhook event: what the contract says it is, and how it is kept under its limit."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from monitor.core.model import LIMITS, Hit, Outcome
from monitor.deliver.event import encode
from monitor.deliver.fit import cut_text, fit, is_border
from monitor.deliver.ping import ping
from tests.contract.messages import GRAPHEMES, NOW, SCRIPTS, make_message
from tests.contract.receiving import DESK, assert_valid

if TYPE_CHECKING:
    from monitor.core.message import Message

# The event ------------------------------------------------------------------------------------------------------------


def test_the_event_is_the_one_of_the_contract() -> None:
    assert assert_valid(encode(make_message())) == {
        "type": "alert.created",
        "timestamp": "2016-10-18T14:03:11Z",
        "data": {
            "id": make_message().id,
            "item": make_message().item,
            "topic": "aleppo-ceasefire",
            "priority": "high",
            "outcome": "alerted",
            "headline": "Ceasefire takes hold in Aleppo after overnight talks",
            "link": "https://www.example.org/world/ceasefire",
            "snippet": "…the ceasefire in Aleppo took effect at dawn, officials said…",
            "hits": [
                {"field": "content", "start": 118, "end": 127, "term": "@ceasefire: ceasefire"},
                {"field": "title", "start": 24, "end": 30, "term": "aleppo"},
            ],
            "feed": {"id": "sana", "name": "SANA"},
            "published": "2016-10-18T14:02:19Z",
            "seen": "2016-10-18T14:03:00Z",
            "lag_s": 41.0,
            "changes": [],
            "story": {
                "id": make_message().story,
                "revision": 1,
                "items": 3,
                "origins": 3,
                "also": ["BBC World", "Reuters"],
            },
            "why": {
                "sentence": "title matches aleppo and ceasefire; nothing told before is like it",
                "query": "aleppo AND @ceasefire",
                "nearest": {"story": make_message().nearest.story, "score": 0.18},  # type: ignore[union-attr]  # it has one
            },
            "cut": 0,
        },
    }


def test_an_update_says_what_changed() -> None:
    event = assert_valid(encode(make_message(outcome=Outcome.UPDATE, revision=2, changes=("11 → 19",))))
    assert (event["type"], event["data"]["story"]["revision"]) == ("alert.updated", 2)
    assert event["data"]["changes"] == ["11 → 19"]


def test_what_is_not_known_is_null() -> None:
    data = assert_valid(encode(make_message(published=None, nearest=None)))["data"]
    assert (data["published"], data["lag_s"], data["why"]["nearest"]) == (None, None, None)


def test_a_test_is_marked_as_one_and_each_has_its_own_id() -> None:
    event = assert_valid(encode(ping(DESK, NOW)))
    assert event["type"] == "test.ping"
    assert encode(ping(DESK, NOW)) == encode(ping(DESK, NOW))
    assert ping(DESK, NOW).id != ping(DESK, NOW + timedelta(seconds=1)).id


def test_times_of_other_zones_and_parts_of_a_second_are_kept() -> None:
    berlin = datetime.fromisoformat("2016-10-18T16:03:11.250000+02:00")
    assert assert_valid(encode(make_message(at=berlin)))["timestamp"] == "2016-10-18T14:03:11.250000Z"


# Under 20 kB ----------------------------------------------------------------------------------------------------------


@given(SCRIPTS)
def test_no_cut_tears_what_a_reader_sees_as_one_character(text: str) -> None:
    allowed = {0}
    for grapheme in iter_graphemes(text):
        allowed.add(max(allowed) + len(grapheme))
    assert {index for index in range(len(text) + 1) if is_border(text, index)} <= allowed


@pytest.mark.parametrize("grapheme", GRAPHEMES)
def test_a_character_of_several_parts_is_kept_or_cut_whole(grapheme: str) -> None:
    assert list(iter_graphemes(f"a{grapheme}b")) == ["a", grapheme, "b"]
    borders = [index for index in range(len(grapheme) + 3) if is_border(f"a{grapheme}b", index)]
    assert borders == [0, 1, 1 + len(grapheme), 2 + len(grapheme)]


def test_a_row_of_flags_is_cut_between_flags() -> None:
    assert [index for index in range(9) if is_border("🇩🇪🇫🇷🇸🇾🇮🇶", index)] == [0, 2, 4, 6, 8]


@given(SCRIPTS, st.integers(min_value=3, max_value=200))
def test_a_cut_text_is_a_beginning_that_weighs_no_more_than_asked(text: str, bytes_max: int) -> None:
    short = cut_text(text, bytes_max)
    assert len(json.dumps(short, ensure_ascii=False).encode()) - 2 <= bytes_max
    if short != text:
        assert text.startswith(short[:-1])
        assert short[-1] == "…"


def test_ordinary_text_is_cut_between_any_two_letters() -> None:
    assert [cut_text("Aleppo", bytes_max) for bytes_max in (6, 5, 4, 3)] == ["Aleppo", "Al…", "A…", "…"]


def huge(fill: str) -> Message:
    def full(length: int) -> str:
        return (fill * length)[:length]

    return make_message(
        headline=full(LIMITS.title_max),
        link="https://example.org/" + "é" * (LIMITS.link_max - 20),
        snippet=full(LIMITS.snippet_max),
        marks=((0, 2), (300, 310)),
        hits=tuple(Hit("content", n, n + 1, full(500)) for n in range(LIMITS.hits_max)),
        also=tuple(f"{n} {full(200)}" for n in range(300)),
        feed_name=full(200),
        sentence=full(5_000),
        query=full(LIMITS.query_max),
        changes=tuple(full(300) for _ in range(40)),
        cut=7,
    )


def texts(data: dict[str, Any]) -> list[str]:
    """Every text of an event that may be cut."""
    return [
        data["headline"], data["snippet"], data["feed"]["name"], data["why"]["sentence"], data["why"]["query"],
        *data["changes"], *data["story"]["also"], *(hit["term"] for hit in data["hits"]),
    ]  # fmt: skip


def characters(message: Message) -> int:
    named = (message.headline, message.snippet, message.feed_name, message.sentence, message.query)
    return sum(map(len, (*named, *message.changes, *message.also, *(hit.term for hit in message.hits))))


@pytest.mark.parametrize("fill", ["a", "é", "中", "🇩🇪", "👩\u200d🚒", '"', "\\", "न\u094d"])
def test_the_largest_message_that_limits_allow_fits_and_every_cut_is_counted(fill: str) -> None:
    message = huge(fill)
    data = assert_valid(encode(message))["data"]
    left = sum(len(text) - text.endswith("…") for text in texts(data))
    assert data["cut"] == 7 + characters(message) - left
    assert data["link"] == message.link


@given(
    st.integers(0, 400), st.integers(0, 20_000), st.integers(0, 12), st.integers(0, 5_000), st.sampled_from('aé中"\n')
)
@settings(max_examples=40, deadline=None)
def test_any_message_fits_and_is_cut_only_when_it_must_be(
    also: int, query: int, hits: int, long: int, fill: str
) -> None:
    message = make_message(
        snippet="words that end in no ellipsis of their own",
        marks=(),
        also=("A feed with a name",) * also,
        query=fill * query,
        hits=tuple(Hit("content", 0, 1, fill * 300) for _ in range(hits)),
        sentence=fill * long,
    )
    body = encode(message)
    data = assert_valid(body)["data"]
    left = sum(len(text) - text.endswith("…") for text in texts(data))
    assert data["cut"] == characters(message) - left
    assert data["headline"] == message.headline


def test_a_limit_that_cannot_be_kept_is_a_bug_and_not_an_oversized_event() -> None:
    with pytest.raises(ValueError, match="does not fit 50 bytes"):
        fit(huge("a"), lambda message: 100 + len(message.query), 50)


def test_the_query_goes_first_and_the_headline_last() -> None:
    data = assert_valid(encode(make_message(query="word " * 5_000)))["data"]
    assert data["why"]["query"].endswith("…")
    assert len(data["why"]["query"]) > 1_900
    assert data["snippet"] == make_message().snippet
    assert len(data["hits"]) == 2
