"""The border: what a parser handed in becomes an Item, bounded and safe, with an identity that stays."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.item import make_item, make_items
from monitor.core.model import EPOCH, LIMITS, FeedId, RawItem
from tests.core.kit import DAY, HOUR, MINUTE, NOW, few

FEED = FeedId("wire")
LINK = "https://example.org/halt"
RAW = RawItem(title="Halt in air strikes", content="Moscow announced it.", guid="g-1", link=LINK)

times = st.none() | st.datetimes(timezones=st.just(UTC))
raw_items = st.builds(
    RawItem,
    title=st.text(max_size=20),
    summary=st.text(max_size=20),
    content=st.text(max_size=20),
    guid=st.sampled_from(["", "a", "b"]),
    link=st.sampled_from(["", LINK, "https://example.org/b", "javascript:x"]) | st.text(max_size=20),
    author=st.text(max_size=10),
    tags=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    language=st.sampled_from(["", "en", "fr_CA", "not a language", "xx\n"]),
    published=times,
)


# Identity -------------------------------------------------------------------------------------------------------------


def test_the_feeds_own_id_is_the_identity_whatever_the_words() -> None:
    edited = replace(RAW, title="Halt in air strikes extended", link=LINK + "-2")
    assert make_item(RAW, FEED, NOW).id == make_item(edited, FEED, NOW + DAY).id
    assert make_item(RAW, FEED, NOW).version != make_item(edited, FEED, NOW).version
    assert make_item(RAW, FEED, NOW).id != make_item(replace(RAW, guid="g-2"), FEED, NOW).id


def test_without_an_id_the_link_is_the_identity() -> None:
    raw = replace(RAW, guid="")
    same_page = replace(raw, title="Other words", link="http://www.example.org/halt/?utm_source=rss")
    assert make_item(raw, FEED, NOW).id == make_item(same_page, FEED, NOW).id
    assert make_item(raw, FEED, NOW).id != make_item(replace(raw, link=LINK + "-2"), FEED, NOW).id


def test_without_id_and_link_the_words_are_the_identity() -> None:
    raw = replace(RAW, guid="", link="")
    assert make_item(raw, FEED, NOW).id == make_item(replace(raw, published=NOW), FEED, NOW + DAY).id
    assert make_item(raw, FEED, NOW).id != make_item(replace(raw, content="Damascus announced it."), FEED, NOW).id


def test_a_blank_id_is_no_id() -> None:
    assert make_item(replace(RAW, guid=" \n"), FEED, NOW).id == make_item(replace(RAW, guid=""), FEED, NOW).id


def test_the_same_item_of_two_feeds_is_two_items() -> None:
    assert make_item(RAW, FEED, NOW).id != make_item(RAW, FeedId("other"), NOW).id


def test_ids_are_the_same_on_every_machine_and_in_every_year() -> None:
    item = make_item(RAW, FEED, NOW)
    # printf 'item\x1fwire\x1fg-1' | sha256sum, and the same of title, summary and content
    assert (item.id, item.version) == ("f4f2517baa772ef4e826", "48adb8826067")


def test_an_id_that_several_items_share_is_trusted_for_none_of_them() -> None:
    poll = [replace(RAW, title="Second"), replace(RAW, title="First"), replace(RAW, guid="g-9", title="Alone")]
    items = make_items(poll, FEED, NOW)
    assert [item.title for item in items] == ["Alone", "First", "Second"]
    assert len({item.id for item in items}) == 3
    assert items[0].id == make_item(poll[2], FEED, NOW).id  # an id of its own stays trusted beside them


def test_items_that_all_link_to_the_front_page_are_all_kept() -> None:
    poll = [RawItem(title=f"Headline {number}", link="https://example.org/") for number in range(3)]
    assert [item.title for item in make_items(poll, FEED, NOW)] == ["Headline 2", "Headline 1", "Headline 0"]


def test_untitled_items_with_one_id_and_other_words_are_all_kept() -> None:
    poll = [RawItem(content=words, guid="same") for words in ("Two", "One")]
    assert [item.content for item in make_items(poll, FEED, NOW)] == ["One", "Two"]


@few
@given(st.lists(raw_items, max_size=6))
def test_no_words_are_lost_in_a_poll_and_no_id_repeats(poll: list[RawItem]) -> None:
    items = make_items(poll, FEED, NOW)
    assert len({item.id for item in items}) == len(items)
    wanted = {(one.title, one.summary, one.content) for one in (make_item(raw, FEED, NOW) for raw in poll)}
    assert {(one.title, one.summary, one.content) for one in items} == wanted - {("", "", "")}
    assert make_items(poll, FEED, NOW) == items


# Time -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "kept"),
    [
        (None, None),
        (NOW - HOUR, NOW - HOUR),
        (NOW + 5 * MINUTE, NOW + 5 * MINUTE),
        (NOW + HOUR, NOW),
        (datetime(9999, 12, 31, tzinfo=UTC), NOW),
        (datetime(1800, 1, 1, tzinfo=UTC), None),
        (EPOCH, EPOCH),
    ],
)
def test_a_date_that_cannot_be_is_put_right(published: datetime | None, kept: datetime | None) -> None:
    assert make_item(replace(RAW, published=published), FEED, NOW).published == kept


def test_items_come_oldest_first_and_undated_ones_count_as_seen_now() -> None:
    poll = [
        RawItem(title="undated, listed first"),
        RawItem(title="young", published=NOW - MINUTE),
        RawItem(title="old", published=NOW - DAY),
        RawItem(title="undated, listed last"),
    ]
    titles = [item.title for item in make_items(poll, FEED, NOW)]
    assert titles == ["old", "young", "undated, listed last", "undated, listed first"]


# Hostile input --------------------------------------------------------------------------------------------------------


@few
@given(raw_items)
def test_every_text_of_an_item_is_safe_and_bounded(raw: RawItem) -> None:
    item = make_item(raw, FEED, NOW)
    for text, limit in (
        (item.title, LIMITS.title_max),
        (item.summary, LIMITS.summary_max),
        (item.content, LIMITS.content_max),
        (item.author, LIMITS.author_max),
        (item.link, LIMITS.link_max),
        *((tag, LIMITS.tag_max) for tag in item.tags),
    ):
        assert len(text) <= limit
        assert all(unicodedata.category(char) not in ("Cc", "Cs") or char == "\n" for char in text)
    assert item.language in ("", "en", "fr-ca", "xx")
    assert all(item.tags)
    assert item.headline == item.headline.strip()


def test_everything_too_long_is_cut() -> None:
    long = "word " * 100_000
    item = make_item(
        RawItem(long, long, long, guid=long, link=LINK + "a" * 3_000, author=long, tags=(long,) * 99), FEED, NOW
    )
    assert len(item.title) <= LIMITS.title_max
    assert len(item.summary) <= LIMITS.summary_max
    assert len(item.content) <= LIMITS.content_max
    assert len(item.author) <= LIMITS.author_max
    assert item.link == item.canonical_link == ""
    assert len(item.tags) == LIMITS.tags_max
    assert max(map(len, item.tags)) <= LIMITS.tag_max


def test_an_item_without_any_word_is_dropped_also_when_only_escapes_were_there() -> None:
    assert make_items([RawItem(title=" "), RawItem(title="\x1b[31m", content="\u200b"), RawItem()], FEED, NOW) == []


def test_exact_repeats_are_one_item() -> None:
    assert len(make_items([RAW, RAW, RAW], FEED, NOW)) == 1


def test_an_unsafe_link_is_dropped_and_the_item_stays() -> None:
    item = make_item(replace(RAW, link="javascript:alert(1)", guid=""), FEED, NOW)
    assert (item.link, item.canonical_link, item.title) == ("", "", RAW.title)


def test_the_language_of_the_item_goes_before_that_of_the_feed() -> None:
    assert make_item(replace(RAW, language="fr_CA"), FEED, NOW, language="en").language == "fr-ca"
    assert make_item(RAW, FEED, NOW, language=" EN ").language == "en"
    assert make_item(replace(RAW, language="<script>"), FEED, NOW).language == ""


def test_lines_stay_in_texts_and_not_in_titles() -> None:
    item = make_item(RawItem(title="a\nb", summary="a\n\nb", content="a\r\nb", author="a\nb"), FEED, NOW)
    assert (item.title, item.summary, item.content, item.author) == ("a b", "a\nb", "a\nb", "a b")


# What an item says of itself ------------------------------------------------------------------------------------------


def test_the_headline_is_the_title_or_the_first_words() -> None:
    assert make_item(RAW, FEED, NOW).headline == "Halt in air strikes"
    assert make_item(RawItem(content="First line\nSecond"), FEED, NOW).headline == "First line"
    long = make_item(RawItem(summary="word " * 60), FEED, NOW).headline
    assert long.endswith("word…")
    assert len(long) <= 120


def test_the_body_is_the_fuller_text() -> None:
    assert make_item(RawItem(summary="longer text", content="short"), FEED, NOW).body == "longer text"
    assert make_item(RawItem(summary="short", content="longer text"), FEED, NOW).body == "longer text"
