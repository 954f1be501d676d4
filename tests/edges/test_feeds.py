"""What is read from each feed of the corpus: beside every document lies what it must become."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from monitor.core.model import LIMITS
from monitor.core.wire import Parsed, Unreadable
from monitor.parse.registry import read_feed

FEEDS = Path(__file__).parents[1] / "corpora" / "feeds"
NAMES = sorted(path.name for path in FEEDS.iterdir() if path.suffix != ".expected")
URL = "https://news.example/feeds/main.xml"
ITEM = {"title": "", "summary": "", "content": "", "guid": "", "link": "", "author": "", "tags": [], "language": ""}
FEED = {"title": "", "link": "", "language": "", "notes": [], "dropped": 0, "ttl_s": None}


def plain(parsed: Parsed) -> dict[str, Any]:
    """A result as the corpus writes it down: nothing that is left out there may be anything but empty here."""
    fields = asdict(parsed)
    fields["notes"] = list(parsed.notes)
    fields["items"] = [
        asdict(item) | {"tags": list(item.tags), "published": item.published.isoformat() if item.published else None}
        for item in parsed.items
    ]
    return fields


def read(name: str) -> tuple[Parsed | Unreadable, dict[str, Any]]:
    expected = json.loads((FEEDS / f"{name}.expected").read_text("utf-8"))
    return read_feed((FEEDS / name).read_bytes(), expected.pop("content_type", ""), URL), expected


@pytest.mark.parametrize("name", NAMES)
def test_a_document_becomes_what_is_written_beside_it(name: str) -> None:
    result, expected = read(name)
    if "unreadable" in expected:
        assert isinstance(result, Unreadable)
        assert result.kind == expected["unreadable"]
        assert expected.get("help", "") in result.help
        assert result.text.endswith(".")
        assert result.help.endswith(".")
        return
    assert isinstance(result, Parsed)
    items = [ITEM | {"published": None} | item for item in expected.pop("items")]
    assert plain(result) == FEED | expected | {"items": items}


def test_a_reader_that_raises_makes_a_broken_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object, **__: object) -> None:
        raise RecursionError("hostile words")

    monkeypatch.setattr("feedparser.parse", parse)
    result = read_feed(b"<rss/>", "", URL)
    assert isinstance(result, Unreadable)
    assert (result.kind, "RecursionError" in result.text, "hostile" in result.text) == ("broken", True, False)


def test_memory_that_runs_out_is_not_blamed_on_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("feedparser.parse", parse)
    with pytest.raises(MemoryError):
        read_feed(b"<rss/>", "", URL)


def rss(item: str, channel: str = "") -> Parsed:
    document = f"<rss version='2.0'><channel><title>T</title>{channel}<item>{item}</item></channel></rss>"
    result = read_feed(document.encode(), "", URL)
    assert isinstance(result, Parsed)
    return result


@pytest.mark.parametrize(
    ("field", "item", "most"),
    [
        ("title", "<title>{}</title>", LIMITS.title_max),
        ("summary", "<description>{}</description>", LIMITS.summary_max),
        ("guid", "<guid isPermaLink='false'>{}</guid>", LIMITS.guid_max),
        ("author", "<author>{}</author>", LIMITS.author_max),
        ("tags", "<category>{}</category>", LIMITS.tag_max),
    ],
)
def test_fields_are_cut_to_their_limits(field: str, item: str, most: int) -> None:
    value = getattr(rss(item.format("x" * (most * 3))).items[0], field)
    assert len(value[0] if field == "tags" else value) == most


def test_lists_are_cut_to_their_limits() -> None:
    tags = "".join(f"<category>{number}</category>" for number in range(LIMITS.tags_max * 2))
    assert len(rss(tags).items[0].tags) == LIMITS.tags_max


def test_a_link_too_long_is_no_link() -> None:
    link = "https://long.example/" + "x" * LIMITS.link_max
    assert rss(f"<link>{link}</link>").items[0].link == ""
    assert rss("<link>http://[broken/</link>").items[0].link == ""


@pytest.mark.parametrize(
    ("channel", "ttl_s"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<ttl> 5 </ttl>", 300),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>99999999999999</ttl>", None),
        ("<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>daily</sy:updatePeriod>", 86400),
        ("<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>never</sy:updatePeriod>", None),
    ],
)
def test_a_feeds_own_wish_is_read_in_seconds(channel: str, ttl_s: int | None) -> None:
    assert rss("<title>A</title>", channel).ttl_s == ttl_s
