"""Where an item belongs: a copy, an update, or a new story, and with which evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Copy, FeedId, Item, NewStory, Placement, Update
from monitor.core.query.reading import read
from monitor.core.story.content import content_of
from monitor.core.story.index import StoryIndex
from monitor.core.story.placement import place
from tests.core.kit import DAY, HOUR, NOW, few, item
from tests.core.texts import HALT, HARVEST, SIEGE, retold

TITLE = "Eight hours of quiet for Aleppo, Moscow says"


class Wire:
    """Items placed one after the other, as the desk does it."""

    def __init__(self, *told: Item) -> None:
        self.index = StoryIndex()
        self.placements = [self.tell(one) for one in told]

    def tell(self, one: Item) -> Placement:
        content = content_of(one, read(one), self.index.is_furniture)
        placement = place(one, content, self.index)
        self.index.add(one, content, placement.story)
        return placement

    @property
    def first(self) -> str:
        return self.placements[0].story


def after(old: Item, new: Item) -> Placement:
    return Wire(old).tell(new)


FIRST = item(HALT, TITLE)


def other(content: str, title: str = TITLE, hours: float = 2, **more: str) -> Item:
    return replace(item(content, title, feed="blog", **more), seen=NOW + hours * HOUR)  # type: ignore[arg-type]


# Copies ---------------------------------------------------------------------------------------------------------------

LINES = HALT.split("\n")


@pytest.mark.parametrize(
    "new",
    [
        other(HALT),
        other(HALT, "Something else entirely"),
        other(HALT, ""),
        other(HALT, hours=24 * 6),
        other(HALT, "A wholly different headline", hours=24 * 6),
        other("\n".join(LINES[:2])),
        other(LINES[0] + "…"),
        other("", summary=LINES[0]),
        other(" ".join(HALT.split()[:60]) + "…"),
        other(HALT + "\n" + HALT),
        other("\n".join(LINES[:3] + LINES[1:])),
        other("\n".join(reversed(LINES))),
        other(HALT + "\nNo comments:\nPost a Comment\n© 2016 Some Blog. All rights reserved."),
        other("By Jane Smith\nALEPPO, Oct 18 (MPA) - " + HALT),
        other("\n".join(LINES[2:])),
        other(retold(HALT, ("Eleven people", "11 people"))),
        other(HALT.upper()),
    ],
    ids=["identical", "retitled", "untitled", "six days later", "retitled, six days later", "two paragraphs",
         "one sentence", "summary", "cut", "doubled", "stammering", "reversed", "furniture", "dateline",
         "tail", "spelled", "shouted"],
)  # fmt: skip
def test_the_same_words_are_a_copy(new: Item) -> None:
    placement = after(FIRST, new)
    assert isinstance(placement, Copy)
    assert placement.story == Wire(FIRST).first
    nearest = placement.evidence.nearest
    assert nearest is not None
    assert (nearest.item, nearest.feed, nearest.headline) == (FIRST.id, "wire", TITLE)
    assert placement.evidence.told >= 0.8
    assert placement.evidence.changes == ()
    assert placement.evidence.shared


def test_a_copy_of_a_copy_belongs_to_the_first_story() -> None:
    wire = Wire(FIRST, other("\n".join(LINES[:4])), other("\n".join(LINES[2:]), "Other title"))
    assert [type(one) for one in wire.placements] == [NewStory, Copy, Copy]
    assert {one.story for one in wire.placements} == {wire.first}


def test_an_item_stitched_from_two_stories_is_a_copy_that_names_both() -> None:
    wire = Wire(FIRST, item(SIEGE, "Doors burn in Madaya", feed="second"))
    placement = wire.tell(other(HALT + "\n" + SIEGE, "The day in Syria"))
    assert isinstance(placement, Copy)
    assert set(placement.evidence.stories) == {one.story for one in wire.placements}
    assert placement.evidence.told > 0.9


def test_five_copies_of_one_story_do_not_hide_the_other_half_of_a_stitched_item() -> None:
    copies = [item(HALT, TITLE, feed=f"blog{number}") for number in range(8)]
    wire = Wire(item(SIEGE, "Doors burn in Madaya", feed="second"), FIRST, *copies)
    placement = wire.tell(other(HALT + "\n" + SIEGE, "The day in Syria"))
    assert isinstance(placement, Copy)
    assert {wire.placements[0].story, wire.placements[1].story} <= set(placement.evidence.stories)


def test_the_hundredth_copy_is_still_a_copy() -> None:
    wire = Wire(FIRST)
    kinds = {
        type(wire.tell(item(HALT, f"Headline of the blog, number {number}", feed=f"b{number}")))
        for number in range(100)
    }
    assert kinds == {Copy}


# Updates --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ((("Eleven people", "Nineteen people"),), ["Eleven → Nineteen"]),
        ((("Eleven people", "19 people"),), ["Eleven → 19"]),
        ((("eight hours on Thursday", "eight hours on Friday"),), ["Thursday → Friday"]),
        ((("welcomed the step", "did not welcome the step"),), ["not"]),
        ((("will stop all air strikes", "will resume all air strikes"),), ["stop → resume"]),
    ],
)
def test_a_changed_fact_is_an_update_that_names_it(changes: tuple[tuple[str, str], ...], told: list[str]) -> None:
    placement = after(FIRST, other(retold(HALT, *changes)))
    assert isinstance(placement, Update)
    assert placement.story == Wire(FIRST).first
    assert [str(change) for change in placement.evidence.changes] == told


def test_a_changed_fact_in_the_same_feed_and_item_is_an_update_too() -> None:
    edited = item(retold(HALT, ("Eleven people", "Nineteen people")), TITLE, guid="g", seen=NOW + HOUR)
    assert isinstance(after(item(HALT, TITLE, guid="g"), edited), Update)


def test_an_expansion_is_an_update_that_quotes_what_is_new() -> None:
    placement = after(FIRST, other(HALT + "\n" + "\n".join(SIEGE.split("\n")[:2])))
    assert isinstance(placement, Update)
    assert placement.evidence.changes == ()
    assert placement.evidence.fresh.startswith("Families in the besieged town of Madaya")
    assert 0.5 < placement.evidence.told < 0.82


def test_a_new_number_in_a_sentence_of_its_own_is_an_update_however_little_it_adds() -> None:
    rescue = "Nineteen more bodies were recovered from under the walls of a clinic in the same quarter, rescuers said."
    placement = after(FIRST, other(HALT + "\n" + rescue))
    assert isinstance(placement, Update)
    assert placement.evidence.told > 0.82
    assert [str(change) for change in placement.evidence.changes] == ["Nineteen"]
    spelled = rescue.replace("Nineteen", "11")  # a number that was told, in other letters
    assert isinstance(after(FIRST, other(HALT + "\n" + spelled)), Copy)
    plain = (
        "Several more bodies were recovered from under the walls of a clinic in the same quarter, rescuers said late."
    )
    assert isinstance(after(FIRST, other(HALT + "\n" + plain)), Copy)


def test_a_correction_is_news_once_and_a_copy_of_it_is_a_copy() -> None:
    corrected = retold(HALT, ("Eleven people", "Nineteen people"))
    wire = Wire(FIRST, other(corrected, hours=1))
    assert isinstance(wire.placements[1], Update)
    again = replace(other(corrected, hours=3), feed=FIRST.feed)
    assert isinstance(wire.tell(again), Copy)


def test_a_correction_that_a_longer_text_told_is_no_news_against_the_shorter_one() -> None:
    corrected = retold(HALT, ("Eleven people", "Nineteen people"))
    wire = Wire(FIRST, other(corrected + "\n" + SIEGE, "The day in Syria", hours=1))
    placement = wire.tell(other(corrected, hours=3))
    assert isinstance(placement, Copy)
    assert placement.evidence.nearest is not None
    assert placement.evidence.nearest.headline == "The day in Syria"


# New stories ----------------------------------------------------------------------------------------------------------

TEMPLATE = (
    "Shells hit the {quarter} quarter of {city} on {day}, killing {dead} people and wounding {hurt}, the ambulance "
    "service said. The shells came from the direction of {source}, a witness said. No group claimed the attack."
)
ONE = TEMPLATE.format(quarter="Salaheddin", city="Aleppo", day="Monday", dead="five", hurt="23", source="Ramouseh")
TWO = TEMPLATE.format(quarter="Waer", city="Homs", day="Friday", dead="nine", hurt="40", source="Talbiseh")
FOLLOW_UP = """The quiet in the east of Aleppo held through its first morning, and buses stood empty at six crossings.
Nobody had walked out by noon, an officer at one of them said, and loudspeakers called on the men inside to give up.
Relief agencies said that no convoy had moved because nobody would vouch for the safety of the road."""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (FIRST, other(SIEGE, "Doors burn in Madaya")),
        (FIRST, other(SIEGE)),  # a title alone holds nothing back
        (FIRST, other(FOLLOW_UP, "First morning of quiet in Aleppo", hours=26)),
        (item(ONE, "Shells hit Aleppo"), other(TWO, "Shells hit Homs", hours=96)),
        (item(ONE, "Shells hit quarter"), other(TWO, "Shells hit quarter", hours=96)),
        (item(HALT, link="https://example.org/live"), other(HARVEST, link="https://example.org/live")),
        (item("", "Moscow announces halt in Aleppo strikes"), other(HALT, "Moscow announces halt in Aleppo strikes")),
        (item("", "Truce holds"), other("", "Truce holds")),  # too few words to be held for
        (item(""), other("", "")),
    ],
    ids=["unrelated", "same title", "follow-up", "template", "template and title", "same link", "text for a headline",
         "two words", "nothing"],
)  # fmt: skip
def test_other_words_are_a_new_story(old: Item, new: Item) -> None:
    placement = after(old, new)
    assert isinstance(placement, NewStory)
    assert placement.story != Wire(old).first


def test_the_nearest_is_named_for_a_new_story_too() -> None:
    placement = after(FIRST, other(SIEGE + "\n" + LINES[4]))
    assert isinstance(placement, NewStory)
    assert placement.evidence.nearest is not None
    assert 0.1 < placement.evidence.nearest.score < 0.4
    assert placement.evidence.shared.startswith("A commander of the opposition called")


def test_a_story_is_named_after_the_item_that_began_it() -> None:
    assert after(item(SIEGE), FIRST).story == after(item(HARVEST), FIRST).story
    assert after(item(SIEGE), FIRST).story != after(item(SIEGE), other(HALT)).story


# Short items ----------------------------------------------------------------------------------------------------------

SENTENCE = "Both sides agreed on Monday to stop fighting in Aleppo at midnight."
HEADLINE = "Ceasefire for Aleppo agreed in Geneva"


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (item(SENTENCE, HEADLINE), other(SENTENCE, HEADLINE), Copy),
        (item(SENTENCE, HEADLINE), other("", HEADLINE), Copy),
        (item("", HEADLINE), other("", HEADLINE), Copy),
        (item("", HEADLINE), other("", HEADLINE.upper() + "!"), Copy),
        (item(HALT, TITLE), other("", TITLE), Copy),
        (item(SENTENCE, HEADLINE), other(SENTENCE, ""), Copy),
        (item(SENTENCE, HEADLINE), other("Both sides agreed on Monday to stop fighting in Alep…", HEADLINE), Copy),
        (item(SENTENCE, HEADLINE), other(SENTENCE, "Agreed in Geneva: ceasefire for Aleppo"), Copy),
        (item(SENTENCE, HEADLINE), other(SENTENCE.replace("midnight", "noon"), HEADLINE), Update),
        (item(SENTENCE, HEADLINE), other(SENTENCE + " Eleven died.", HEADLINE), Update),
        (item("Eleven people died in Aleppo on Monday, a doctor there said.", HEADLINE),
         other("Nineteen people died in Aleppo on Monday, a doctor there said.", HEADLINE), Update),
        (item("Army and rebels agreed to stop fighting around the city of Aleppo", "Ceasefire"),
         other("Army and rebels agreed to stop fighting around the city of Homs", "Ceasefire"), Update),
        (item("A ceasefire began in the city at midnight, a witness said.", "Ceasefire begins in Aleppo"),
         other("A ceasefire began in the city at midnight, a witness said.", "Ceasefire begins in Homs"), Update),
        (item("", "Eleven killed in Aleppo raids"), other("", "19 killed in Aleppo raids"), NewStory),
        (item("", HEADLINE), other("", HEADLINE + " collapses"), NewStory),
        (item("", HEADLINE, link="https://a.example/x"), other("", HEADLINE + " collapses", link="https://a.example/x"),
         Update),
        (item("", HEADLINE, link="https://a.example/x"), other("", "Ceasefire", link="https://a.example/x"), Copy),
        (item("It holds.", "Ceasefire in Aleppo, day 1"), other("It holds.", "Ceasefire in Aleppo, day 2"), NewStory),
        (item(SENTENCE, HEADLINE), other("Fighting stopped in Aleppo.", HEADLINE), NewStory),
    ],
    ids=["same", "headline of it", "headlines", "shouted", "headline of a text", "untitled", "cut",
         "same words in the title", "other word", "longer", "other number", "other name", "other name in the title",
         "number in a headline", "headline goes on", "page goes on", "page says less", "day 2", "other words"],
)  # fmt: skip
def test_short_items_are_held_only_for_the_same_words(old: Item, new: Item, kind: type[Placement]) -> None:
    placement = after(old, new)
    assert type(placement) is kind


def test_a_short_update_names_the_words() -> None:
    new = other("A ceasefire began in the city at midnight, a witness said.", "Ceasefire begins in Homs")
    placement = after(
        item("A ceasefire began in the city at midnight, a witness said.", "Ceasefire begins in Aleppo"), new
    )
    assert [str(change) for change in placement.evidence.changes] == ["aleppo → homs"]


@pytest.mark.parametrize(
    "standing",
    [
        "The latest news and reports from our correspondents in the region.",
        "The latest news, sport, weather and features from our correspondents around the region, updated every minute.",
    ],
    ids=["short", "long"],
)
def test_a_text_that_a_feed_puts_under_every_headline_holds_nothing_back(standing: str) -> None:
    titles = ["Aleppo truce agreed at last", "Aleppo truce collapses within an hour", "Bread riots in Damascus suburbs"]
    wire = Wire(*(item(standing, title) for title in titles))
    assert [type(one) for one in wire.placements] == [NewStory, NewStory, NewStory]
    assert isinstance(wire.tell(item(standing, titles[0])), Copy)


# Always ---------------------------------------------------------------------------------------------------------------

sentences = st.sampled_from([*LINES, *SIEGE.split("\n"), "Eleven died.", "Nineteen died.", "Post a comment"])
items = st.builds(
    item,
    st.lists(sentences, max_size=5).map("\n".join),
    st.sampled_from(["", TITLE, HEADLINE, "Truce"]),
    feed=st.sampled_from(["a", "b"]),
    link=st.sampled_from(["", "https://example.org/live"]),
)


@few
@given(st.lists(items, max_size=8))
def test_placing_is_the_same_every_time_and_changes_nothing(wanted: list[Item]) -> None:
    once, again = Wire(*wanted), Wire(*wanted)
    assert once.placements == again.placements
    for one in wanted:
        content = content_of(one, read(one), once.index.is_furniture)
        size = len(once.index)
        assert place(one, content, once.index) == place(one, content, once.index)
        assert len(once.index) == size


@few
@given(st.lists(items, max_size=8))
def test_the_evidence_is_within_its_bounds(wanted: list[Item]) -> None:
    for placement in Wire(*wanted).placements:
        evidence = placement.evidence
        assert 0 <= evidence.told <= 1
        assert len(evidence.changes) <= 8
        assert len(evidence.fresh.split()) <= 30
        assert len(evidence.shared.split()) <= 30
        assert isinstance(placement, NewStory) or evidence.nearest is not None
        assert evidence.nearest is None or 0 <= evidence.nearest.score <= 1


@few
@given(st.lists(items, min_size=1, max_size=6))
def test_a_text_that_comes_again_word_for_word_is_never_news(wanted: list[Item]) -> None:
    # Each from a feed of its own: what one feed repeats in story after story counts as its furniture.
    apart = [replace(one, feed=FeedId(f"feed{number}")) for number, one in enumerate(wanted)]
    wire = Wire(*apart)
    for one in apart:
        if len(one.content) > 80:
            assert isinstance(wire.tell(replace(one, seen=one.seen + DAY)), Copy)
