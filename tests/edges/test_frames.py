"""What parent and child say to each other, and the child's loop, without a process around it."""

from __future__ import annotations

import io
import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import LIMITS, RawItem
from monitor.core.wire import Parsed, Unreadable
from monitor.parse import child
from monitor.parse.frames import (
    ANSWER_HEAD,
    GarbledError,
    decode_answer,
    encode_answer,
    encode_request,
    read_request,
)

words = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)
raw_items = st.builds(
    RawItem,
    title=words,
    summary=words,
    content=words,
    guid=words,
    link=words,
    author=words,
    tags=st.lists(words, max_size=3).map(tuple),
    language=words,
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
)
results = st.builds(
    Parsed,
    items=st.lists(raw_items, max_size=4).map(tuple),
    title=words,
    link=words,
    kind=words,
    language=words,
    notes=st.lists(words, max_size=3).map(tuple),
    dropped=st.integers(0, 10**6),
    ttl_s=st.none() | st.integers(0, 10**6),
) | st.builds(Unreadable, words, words, words)


def payload(answer: bytes) -> bytes:
    (length,) = ANSWER_HEAD.unpack(answer[: ANSWER_HEAD.size])
    assert length == len(answer) - ANSWER_HEAD.size
    return answer[ANSWER_HEAD.size :]


def fields(**changed: Any) -> bytes:
    item = dict.fromkeys(("title", "summary", "content", "guid", "link", "author", "language"), "")
    item_fields: dict[str, Any] = {**item, "tags": [], "published": None}
    feed: dict[str, Any] = {
        "title": "",
        "link": "",
        "kind": "",
        "language": "",
        "notes": [],
        "dropped": 0,
        "ttl_s": None,
    }
    item_fields |= {name: value for name, value in changed.items() if name in item_fields and name not in feed}
    feed |= {name: value for name, value in changed.items() if name in feed}
    return json.dumps({"parsed": feed | {"items": changed.get("items", [item_fields])}}).encode()


# Frames ---------------------------------------------------------------------------------------------------------------


@given(results)
def test_an_answer_arrives_as_it_was_given(result: Parsed | Unreadable) -> None:
    assert decode_answer(payload(encode_answer(result))) == result


@given(st.binary(max_size=100), words, words)
def test_a_request_arrives_as_it_was_made(body: bytes, content_type: str, url: str) -> None:
    stream = io.BytesIO(encode_request(body, content_type, url) * 2)
    assert read_request(stream.read) == (body, content_type, url)
    assert read_request(stream.read) == (body, content_type, url)
    assert read_request(stream.read) is None


def test_a_request_that_breaks_off_is_no_request() -> None:
    wire = encode_request(b"body", "", "")
    assert read_request(io.BytesIO(wire[:-1]).read) is None
    assert read_request(io.BytesIO(wire[:5]).read) is None


def test_half_a_character_does_not_spoil_an_answer() -> None:
    result = decode_answer(payload(encode_answer(Parsed((RawItem(title="a\ud800b"),)))))
    assert isinstance(result, Parsed)
    assert result.items[0].title == "a?b"


def test_results_are_bounded_in_all_and_what_is_dropped_is_counted() -> None:
    item = RawItem(content="x" * LIMITS.content_max)
    answer = encode_answer(Parsed((item,) * 200, dropped=5))
    assert len(answer) <= LIMITS.parsed_bytes_max
    result = decode_answer(payload(answer))
    assert isinstance(result, Parsed)
    assert 0 < len(result.items) < 200
    assert len(result.items) + result.dropped == 205


def test_the_form_that_the_next_test_breaks_is_sound() -> None:
    assert decode_answer(fields()) == Parsed((RawItem(),))


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"nonsense", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000, b'{"parsed": {}}', b'{"unreadable": {}}'),
        b'{"unreadable": {"kind": 1, "text": "", "help": ""}}',
        fields(items="x"),
        fields(items=[1]),
        fields(items=[{}]),
        fields(summary=7),
        fields(content=None),
        fields(content="x" * (LIMITS.content_max + 1)),
        fields(summary="x" * (LIMITS.summary_max + 1)),
        fields(guid="x" * (LIMITS.guid_max + 1)),
        fields(tags=["x"] * (LIMITS.tags_max + 1)),
        fields(tags=[["x"]]),
        fields(tags={"a": 1}),
        fields(published="soon"),
        fields(published=5),
        fields(published="0001-01-01T00:00:00+23:59"),
        fields(dropped=-1),
        fields(dropped=1.5),
        fields(dropped=10**30),
        fields(ttl_s="5"),
        fields(notes=["x" * 10_000]),
        fields(notes=["x"] * 1000),
    ],
)
def test_an_answer_out_of_form_is_garbled_and_nothing_else(data: bytes) -> None:
    with pytest.raises(GarbledError):
        decode_answer(data)


# The child's loop -----------------------------------------------------------------------------------------------------

GOOD = b"<rss version='2.0'><channel><title>T</title><item><title>A</title></item></channel></rss>"


def serve(*bodies: bytes) -> tuple[list[Parsed | Unreadable], int]:
    """The answers, and how often the loop asked for processor time."""
    answers, allowed = io.BytesIO(), []
    requests = io.BytesIO(b"".join(encode_request(body, "", "https://a.example/") for body in bodies))
    child.serve(requests, answers, lambda: allowed.append(1))
    answers.seek(0)
    results = []
    while head := answers.read(ANSWER_HEAD.size):
        results.append(decode_answer(answers.read(*ANSWER_HEAD.unpack(head))))
    return results, len(allowed)


def test_the_loop_answers_until_there_are_no_more_requests() -> None:
    results, allowed = serve(GOOD, b"", GOOD)
    assert [result.kind for result in results] == ["rss 2.0", "empty", "rss 2.0"]
    assert allowed == 3


@pytest.mark.parametrize(
    ("error", "says"),
    [(MemoryError(), "memory"), (ZeroDivisionError("hostile words"), "ZeroDivisionError at test_frames")],
)
def test_a_process_in_doubt_says_why_and_ends(error: Exception, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_feed(body: bytes, content_type: str, url: str) -> Parsed:
        raise error

    monkeypatch.setattr(child, "read_feed", read_feed)
    results, _ = serve(GOOD, GOOD)
    assert len(results) == 1
    assert isinstance(results[0], Unreadable)
    assert results[0].kind == "crashed"
    assert says in results[0].text
    assert "hostile" not in results[0].text
