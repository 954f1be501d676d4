"""What was told within the window: found by its words, bounded, and undone to the letter."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import FeedId, Item, StoryId
from monitor.core.query.reading import read
from monitor.core.story.content import Content, content_of
from monitor.core.story.index import StoryIndex
from tests.core.kit import DAY, NOW, few, item
from tests.core.texts import HALT, HARVEST, SIEGE

WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel")
texts = st.lists(st.sampled_from([*WORDS, "."]), max_size=30).map(" ".join)
items = st.builds(
    item,
    texts,
    st.sampled_from(["", "alpha bravo charlie delta", "echo foxtrot golf hotel", "short one"]),
    feed=st.sampled_from(["a", "b"]),
    link=st.sampled_from(["", "https://example.org/1", "https://example.org/2"]),
)
tellings = st.lists(st.tuples(items, st.sampled_from(["s1", "s2", "s3"])), max_size=8)


def content(one: Item) -> Content:
    return content_of(one, read(one))


def add(index: StoryIndex, one: Item, story: str = "s") -> int:
    return index.add(one, content(one), StoryId(story))


def inside(index: StoryIndex) -> tuple[object, ...]:
    """Everything that decides what an index answers."""
    return deepcopy((list(index._told.values()), index._keys, index._segments, index._tellings))


def found(index: StoryIndex, one: Item, limit: int = 5) -> list[str]:
    return [told.item for told in index.candidates(one, content(one), limit)]


# Found by its words ---------------------------------------------------------------------------------------------------


def test_a_text_is_found_by_its_words_its_title_or_its_link() -> None:
    index = StoryIndex()
    told = item(HALT, "Eight hours of quiet", link="https://example.org/x")
    add(index, told)
    add(index, item(SIEGE, feed="b"))
    assert found(index, item(HALT)) == [told.id]
    assert found(index, item(HALT.split("\n")[0])) == [told.id]
    assert found(index, item(HARVEST, "EIGHT HOURS of quiet!")) == [told.id]
    assert found(index, item(HARVEST, link="http://www.example.org/x/?utm_source=a")) == [told.id]
    assert found(index, item(HARVEST, "Hours of quiet")) == []
    assert found(index, item("")) == []


def test_the_most_promising_come_first_and_no_more_than_asked_for() -> None:
    index = StoryIndex()
    tellings = [item(HALT.split("\n")[number], f"Part {number}") for number in range(5)]
    whole = item(HALT, "The whole")
    for one in (*tellings, whole, item(SIEGE)):
        add(index, one)
    ranked = found(index, item(HALT), limit=3)
    assert ranked[0] == whole.id
    assert len(ranked) == 3


def test_of_one_text_only_the_latest_is_found_or_the_one_with_the_same_title() -> None:
    index = StoryIndex()
    for number in range(9):
        add(index, item(HALT, f"Title {number}", feed=f"f{number}"))
    siege = item(SIEGE)
    add(index, siege)
    assert found(index, item(HALT, "Title 4")) == [item(HALT, "Title 4", feed="f4").id]
    assert found(index, item(HALT, "Other")) == [item(HALT, "Title 8", feed="f8").id]
    assert set(found(index, item(HALT + "\n" + SIEGE, "Other"))) == {item(HALT, "Title 8", feed="f8").id, siege.id}


def test_items_without_a_text_are_each_found_by_their_title() -> None:
    index = StoryIndex()
    for name in ("a", "b"):
        add(index, item("", "Eight hours of quiet", feed=name))
    assert len(found(index, item("", "Eight hours of quiet"))) == 2


def test_a_text_that_hundreds_carry_is_still_found() -> None:
    index = StoryIndex()
    for number in range(300):
        add(index, item(f"{HALT}\nNumber {number}.", feed=f"f{number}"))
    assert len(found(index, item(HALT))) == 5


# Furniture ------------------------------------------------------------------------------------------------------------


def furniture(count: int, stories: int = 100) -> bool:
    index = StoryIndex()
    for number in range(count):
        add(index, item(f"News number {number}. The Wire is an agency.", feed="wire"), f"s{number % stories}")
    return index.is_furniture(FeedId("wire"), content(item("The Wire is an agency.")).segments[0])


def test_what_a_feed_repeats_in_more_than_three_stories_is_its_furniture() -> None:
    assert not furniture(3)
    assert furniture(4)
    assert not StoryIndex().is_furniture(FeedId("wire"), 1)


def test_the_versions_of_one_story_teach_nothing() -> None:
    assert not furniture(20, stories=3)
    assert furniture(20, stories=4)


def test_another_feed_is_not_taught() -> None:
    index = StoryIndex()
    for number in range(9):
        add(index, item("The Wire is an agency.", feed="wire"), f"s{number}")
    assert not index.is_furniture(FeedId("other"), content(item("The Wire is an agency.")).segments[0])


def test_when_the_first_version_leaves_the_next_one_stands_for_the_story() -> None:
    index = StoryIndex()
    first = add(index, item("One."), "s")
    add(index, item("Two."), "s")
    index.remove(first)
    fresh = StoryIndex()
    add(fresh, item("Two."), "s")
    assert inside(index)[2] == inside(fresh)[2]


# Undone ---------------------------------------------------------------------------------------------------------------


@few
@given(tellings, tellings)
def test_what_is_added_and_removed_was_never_there(
    kept: list[tuple[Item, str]], undone: list[tuple[Item, str]]
) -> None:
    index = StoryIndex()
    for one, story in kept:
        add(index, one, story)
    before = inside(index)
    numbers = [add(index, one, story) for one, story in undone]
    assert len(index) == len(kept) + len(undone)
    for number in numbers:
        index.remove(number)
    assert inside(index) == before
    assert len(index) == len(kept)


@few
@given(tellings, st.data())
def test_an_index_without_some_items_is_as_if_they_had_never_come(
    wanted: list[tuple[Item, str]], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.integers(0, max(0, len(wanted) - 1)))) if wanted else set()
    whole, part = StoryIndex(), StoryIndex()
    numbers = [add(whole, one, story) for one, story in wanted]
    for at in gone:
        whole.remove(numbers[at])
    for at, (one, story) in enumerate(wanted):
        if at not in gone:
            add(part, one, story)
    for one, _ in wanted:
        assert found(whole, one) == found(part, one)
        for segment in content(one).segments:
            assert whole.is_furniture(one.feed, segment) == part.is_furniture(one.feed, segment)


# Bounded --------------------------------------------------------------------------------------------------------------


def test_what_fell_out_of_the_window_is_forgotten() -> None:
    index = StoryIndex(window=DAY)
    add(index, item(HALT))
    index.expire(NOW + DAY)
    assert len(index) == 1
    later = replace(item(HALT), seen=NOW + 2 * DAY)
    assert found(index, later) == []  # not found any more even before it is forgotten
    index.expire(NOW + 2 * DAY)
    assert len(index) == 0
    assert inside(index) == inside(StoryIndex())


def test_the_oldest_make_room() -> None:
    index = StoryIndex(size_max=3)
    for number in range(5):
        add(index, item(f"{HALT}\nNumber {number}.", feed=f"f{number}"))
    assert len(index) == 5  # a decision under way is never forgotten
    index.expire(NOW)
    assert len(index) == 3
    assert [told.number for told in index._told.values()] == [2, 3, 4]
