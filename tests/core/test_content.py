"""What an item says, without what surrounds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.query.reading import read
from monitor.core.story.content import WORDS_MAX, Content, content_of
from tests.core.kit import few, item
from tests.core.texts import HALT

if TYPE_CHECKING:
    from monitor.core.model import FeedId, Item


def content(text: str, title: str = "", **more: str) -> Content:
    wanted = item(text, title, **more)  # type: ignore[arg-type]  # only texts are passed on
    return content_of(wanted, read(wanted))


def words(text: str) -> str:
    return " ".join(content(text).raws)


# What is taken --------------------------------------------------------------------------------------------------------


def test_the_words_run_side_by_side_folded_and_as_written() -> None:
    found = content("Fresh Raids hit. École closed.", "A Title")
    assert found.forms == ("fresh", "raids", "hit", "ecole", "closed")
    assert found.raws == ("Fresh", "Raids", "hit", "École", "closed")
    assert found.starts == {0, 3}
    assert found.title == ("a", "title")
    assert len(found.order) == len(found.shingles) == 3
    assert len(found.segments) == 2


def test_the_summary_speaks_where_there_is_no_content() -> None:
    assert content("", summary="Only a summary.").forms == ("only", "a", "summary")
    assert content("The content.", summary="Only a summary.").forms == ("the", "content")
    assert content("", "A title only").forms == ()
    assert content("").sketch == ()


def test_a_text_of_one_or_two_words_has_one_shingle() -> None:
    assert len(content("Truce").shingles) == 1
    assert len(content("Truce holds").shingles) == 1
    assert content("Truce holds").shingles != content("Truce breaks").shingles


def test_the_same_words_give_the_same_hashes_whatever_their_dress() -> None:
    one, other = content("Halt in “AIRSTRIKES” on Aleppo"), content("halt, in airstrikes — on ALEPPO")
    assert (one.order, one.sketch, one.segments) == (other.order, other.sketch, other.segments)
    assert one.order[0] == 1340577741  # the CRC-32 of "halt in airstrikes", also by gzip


def test_the_sketch_of_a_summary_meets_that_of_its_text() -> None:
    start = HALT.split("\n")[0]
    assert len(set(content(start).sketch) & set(content(HALT).sketch)) >= 4
    assert len(content(HALT).sketch) <= 24


def test_a_text_is_read_up_to_a_bound() -> None:
    long = content("\n".join(f"sentence {number} of a very long text" for number in range(2_000)))
    assert WORDS_MAX - 10 <= len(long.forms) <= WORDS_MAX


# What is left out -----------------------------------------------------------------------------------------------------


def test_repeated_paragraphs_are_dropped() -> None:
    assert content(HALT + "\n" + HALT).forms == content(HALT).forms
    assert words("One truth. Another. One truth. A third.") == "One truth Another A third"


@pytest.mark.parametrize(
    "furniture",
    [
        "No comments:",
        "3 Comments",
        "Post a Comment",
        "Leave a reply",
        "Share this:",
        "Share on Facebook",
        "Continue reading →",
        "Read more",
        "Read the rest of this story here",
        "Click here to subscribe",
        "Related stories: the war in pictures",
        "Follow us on Twitter and Facebook",
        "Subscribe to our newsletter",
        "Sign up now for free alerts in your inbox",
        "Copyright 2016 The Wire",
        "© 2016 The Wire. All rights reserved.",
        "(c) 2016 The Wire",
        "This material may not be published, broadcast or redistributed.",
        "Reporting by Jane Smith; Editing by John Brown",
        "The post Halt in Aleppo appeared first on The Wire.",
        "Originally published on 18 October",
        "Filed under: Syria",
        "Tags: syria, aleppo",
        "Source: The Wire",
        "Photo credit: The Wire",
        "By Jane Smith",
        "By Jane Smith and Ali O'Neill",
        "Advertisement",
        "Print this",
        "Live blog",
    ],
)
def test_furniture_is_dropped(furniture: str) -> None:
    assert content(f"{HALT}\n{furniture}").forms == content(HALT).forms


@pytest.mark.parametrize(
    "sentence",
    [
        "The minister said that the copyright law of the whole country would be changed before the end of the year.",
        "Officials would not comment.",
        "By dawn the guns had fallen silent in every quarter of the city.",
        "By Monday nineteen were dead.",
        "He was asked to share the burden.",
        "They read the terms aloud.",
        "Sources said talks continue.",
    ],
)
def test_sentences_of_news_stay(sentence: str) -> None:
    assert words(f"First.\n{sentence}\nLast.").count(" ") > 2
    assert len(content(f"First.\n{sentence}").forms) > 2


@pytest.mark.parametrize(
    "opening",
    [
        "ALEPPO, Oct 18 (MPA) - ",
        "ALEPPO, Syria (MPA) — ",
        "ALEPPO: ",
        "Aleppo (Reuters) - ",
        "(MPA) -- ",
        "By Jane Smith\n",
        "By Jane Smith\nALEPPO, Oct 18 (MPA) - ",
    ],
)
def test_datelines_and_bylines_are_dropped(opening: str) -> None:
    assert words(opening + "Fresh raids hit the city.") == "Fresh raids hit the city"


@pytest.mark.parametrize(
    "text",
    [
        "Truce holds: guns silent",
        "Assad, in Aleppo - a visit",
        "Moscow - the capital",
        "Fresh raids (again) hit",
        "By dawn all was quiet.",
    ],
)
def test_a_first_sentence_that_only_looks_like_a_dateline_stays(text: str) -> None:
    assert len(content(text).forms) == len(text.replace("- ", "").split())


# What a feed teaches --------------------------------------------------------------------------------------------------


def taught(text: str, known: set[int]) -> str:
    wanted = item(text)

    def is_furniture(feed: FeedId, segment: int) -> bool:
        assert feed == "wire"
        return segment in known

    return " ".join(content_of(wanted, read(wanted), is_furniture).raws)


def test_a_segment_that_the_feed_repeats_is_dropped_but_never_the_first_nor_one_with_digits() -> None:
    text = "First words. The Wire is an agency. It killed 11 people. Last words."
    known = set(content(text).segments)
    assert taught(text, known) == "First words It killed 11 people"
    assert taught(text, {content(text).segments[1]}) == "First words It killed 11 people Last words"


def test_segments_are_counted_also_where_they_were_dropped() -> None:
    assert len(content("News. Post a comment. News.").segments) == 2


texts = st.lists(st.sampled_from(["alpha", "Bravo", "11", ".", "\n", "By", "X:", "(x)", "-", "the"]), max_size=40).map(
    " ".join
)


@few
@given(texts, texts)
def test_content_is_a_part_of_the_text_in_order(text: str, title: str) -> None:
    wanted: Item = item(text, title)
    found = content_of(wanted, read(wanted))
    rest = iter(wanted.content.replace(",", " ").split())
    assert all(any(raw in word for word in rest) for raw in found.raws)
    assert len(found.forms) == len(found.raws)
    assert frozenset(found.order) == found.shingles
    assert set(found.sketch) <= found.shingles
    assert content_of(wanted, read(wanted)) == found
