"""Suggestions over stored items: what near misses say, what each expression would add, and what is never suggested."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.model import FeedId, Item, Topic, TopicId
from monitor.core.query.compile import Compiled, compile_topic
from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.suggest import Suggestions, suggest, widened
from monitor.core.query.topics import build_index
from monitor.core.query.wording import ITEM_WORDS_MAX, Wording, count_grams, grams
from tests.core.kit import DAY, HOUR, NOW, feed, item
from tests.core.packs import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ALEPPO = Topic(TopicId("aleppo"), watch="Aleppo ceasefire")
NONE = Concepts()

TRUCES = (
    "Aleppo ceasefire opens a humanitarian corridor for the wounded",
    "Truce in Aleppo: buses wait at the humanitarian corridor",
    "A ceasefire lets families use the humanitarian corridor out of Aleppo",
    "Envoy hails Aleppo truce and its humanitarian corridors",
    "Mosul ceasefire opens a humanitarian corridor to the camp",
)
NEAR = (
    "Aid reaches Aleppo by the humanitarian corridor",
    "Families leave Aleppo on foot through the humanitarian corridor",
    "Humanitarian corridors out of Aleppo are full, the mayor says",
    "Aleppo bakers raise the price of bread",
    "Shells hit a market in Aleppo, police officials say",
    "Police officials in Aleppo count the dead",
)
OTHERS = tuple(
    f"{place} {what}"
    for place in ("Paris", "Lima", "Oslo", "Quito")
    for what in (
        "police officials strike for better pay",
        "council votes on the price of bread",
        "team wins the cup after extra time",
        "museum shows the old masters again",
        "banks report a better quarter",
    )
)


def items(texts: Sequence[str] = (*TRUCES, *NEAR, *OTHERS)) -> list[Item]:
    """Newest first, an hour apart, as the store gives them."""
    return [item(f"{text}.", seen=NOW - number * HOUR, guid=str(number)) for number, text in enumerate(texts)]


def ready(topic: Topic = ALEPPO, concepts: Concepts = SHIPPED) -> Compiled:
    found = compile_topic(topic, concepts)
    assert isinstance(found, Compiled), found
    return found


def suggested(
    topic: Topic = ALEPPO,
    stored: Iterable[Item] | None = None,
    concepts: Concepts = SHIPPED,
    rejected: Sequence[str] = (),
) -> Suggestions:
    kept = items() if stored is None else list(stored)
    return suggest(ready(topic, concepts), concepts, lambda: iter(kept), rejected=rejected)


def texts(found: Suggestions) -> list[str]:
    return [one.expression for one in found.found]


# What is suggested ----------------------------------------------------------------------------------------------------


def test_what_near_misses_share_with_matches_is_suggested_with_what_it_would_add() -> None:
    found = suggested()
    assert (found.idea, found.items, found.matched, found.pool) == ("@ceasefire", len(items()), 4, len(NEAR))
    first = found.found[0]
    assert first.expression == "humanitarian corridor"
    assert [one.headline for one in first.samples] == [f"{text}." for text in NEAR[:3]]
    assert first.adds == tuple(one.id for one in items()[5:8])


def test_what_a_suggestion_says_it_adds_is_what_accepting_it_adds() -> None:
    stored = items()
    for one in suggested().found:
        wide = widened(ready(), [one.expression], SHIPPED)
        assert isinstance(wide, Compiled)
        matched = {kept.id for kept in stored if build_index([wide.topic], SHIPPED).matching(kept)}
        before = {kept.id for kept in stored if build_index([ALEPPO], SHIPPED).matching(kept)}
        assert matched - before == set(one.adds)


def test_an_expression_far_from_the_place_adds_nothing_and_is_not_suggested() -> None:
    away = [f"Aleppo soap is on sale. {'The shop is full of it. ' * 20} A humanitarian corridor opened." for _ in "abc"]
    stored = items((*TRUCES, *(f"{text} {n}" for n, text in enumerate(away)), *OTHERS))
    found = suggested(stored=stored)
    assert found.pool == 3
    assert "humanitarian corridor" not in texts(found)


def test_names_numbers_idle_words_and_what_is_covered_are_never_suggested() -> None:
    shared = "Aleppo truce: General Staffan says that 72 hours of the bus route number seven are agreed"
    missed = "In Aleppo General Staffan says that 72 hours of the bus route number seven are too few"
    stored = items([f"{shared} {n}" for n in "abcd"] + [f"{missed} {n}" for n in "efgh"] + list(OTHERS))
    found = texts(suggested(stored=stored))
    assert found
    words = {word for text in found for word in text.split()}
    assert not words & {"aleppo", "truce", "general", "staffan", "72", "seven", "that"}
    assert not [text for text in found if text.split()[0] in ("of", "the") or text.split()[-1] in ("of", "the")]


def test_furniture_and_copies_count_once() -> None:
    missed = "Aleppo baker opens shop. Sign our daily petition here."
    stored = items([f"Aleppo truce holds {n}. Sign our daily petition here." for n in range(9)] + [missed] * 9)
    assert texts(suggested(stored=stored)) == []


def test_nothing_is_suggested_that_one_item_alone_says() -> None:
    stored = items((*TRUCES, NEAR[0], *OTHERS))
    assert texts(suggested(stored=stored)) == []


def test_what_was_rejected_is_not_suggested_in_any_inflection() -> None:
    assert "humanitarian corridor" not in texts(suggested(rejected=["humanitarian corridors"]))


def test_what_was_accepted_is_covered() -> None:
    found = suggested(replace(ALEPPO, also=("humanitarian corridor",)))
    assert found.matched == 7
    assert "humanitarian corridor" not in texts(found)


def test_a_pack_that_knows_an_expression_supports_it() -> None:
    stored = items(
        [f"Aleppo truce lets {n} buses evacuate all who are sick" for n in "abcde"]
        + [f"Sick families evacuate from Aleppo, {n} says" for n in "fghi"]
        + list(OTHERS)
    )
    found = {one.expression: one.supported_by for one in suggested(stored=stored).found}
    assert found["evacuate"] == ("evacuation",)
    assert found["sick"] == ()


def test_where_the_topic_matches_nothing_its_idea_elsewhere_says_what_belongs_to_it() -> None:
    elsewhere = [f"Mosul ceasefire opens a humanitarian corridor, {n} says" for n in ("mayor", "envoy", "baker")]
    found = suggested(stored=items((*elsewhere, *NEAR, *OTHERS)))
    assert found.matched == 0
    assert "humanitarian corridor" in texts(found)


def test_where_nobody_tells_of_the_idea_the_sentences_of_its_concept_say_what_belongs_to_it() -> None:
    calm = (
        "The guns of Aleppo are silent, residents say",
        "Residents of Aleppo say that guns were silent",
        *NEAR,
        *OTHERS,
    )
    concepts = Concepts(
        [
            Definition("truce", ("ceasefire",), ("truce",), match=("The guns fell silent",)),
            Definition("aleppo", ("Aleppo",), ("Aleppo",), is_name=True),
        ]
    )
    found = suggested(stored=items(calm), concepts=concepts)
    assert found.matched == 0
    assert {"guns", "silent"} <= set(texts(found))


def test_a_topic_of_one_idea_is_widened_from_all_items() -> None:
    topic = Topic(TopicId("t"), query="truce OR ceasefire")
    found = suggested(topic, concepts=NONE)
    assert (found.matched, found.pool) == (5, len(items()) - 5)
    assert found.found[0].expression == "humanitarian corridor"


def test_items_of_feeds_that_the_topic_does_not_listen_to_do_not_count() -> None:
    topic = replace(ALEPPO, feeds=("tag:syria",))
    feeds = {one.id: one for one in (feed("wire", tags=("syria",)), feed("other"))}
    stored = [replace(one, feed=FeedId("other")) if n % 2 else one for n, one in enumerate(items())]
    found = suggest(ready(topic), SHIPPED, lambda: iter(stored), feeds)
    assert found.items == (len(stored) + 1) // 2


def test_the_same_items_give_the_same_suggestions() -> None:
    assert suggested() == suggested()


def test_what_the_rest_of_the_topic_asks_for_and_names_in_small_letters_are_not_suggested() -> None:
    stored = items(
        [f"flour truce of mosul and its mills, {n}" for n in "abcd"]
        + [f"flour of mosul comes from mills, {n}" for n in "efgh"]
        + list(OTHERS)
    )
    found = texts(suggested(Topic(TopicId("t"), query="flour AND truce"), stored))
    assert found == ["mills"]


def test_no_more_are_made_than_asked_for_and_an_expression_does_not_come_twice_as_its_own_part() -> None:
    stored = items(
        [f"Aleppo truce brings safe buses and clean water, {n}" for n in "abcd"]
        + [f"Aleppo gets safe buses and clean water, {n}" for n in "efgh"]
        + [f"{place} has clean air and safe streets" for place in ("Oslo", "Lima", "Rome", "Bonn")]
        + list(OTHERS)
    )
    every = texts(suggested(stored=stored))
    assert len(every) > 1
    assert not [one for one in every for other in every if one != other and set(one.split()) < set(other.split())]
    assert texts(suggest(ready(), SHIPPED, lambda: iter(stored), limit=1)) == every[:1]


def test_samples_beyond_what_is_known_are_of_the_items_that_are_new() -> None:
    more = [f"{text} {n}" for n in ("today", "again") for text in NEAR[:3]]
    stored = items((*TRUCES, *NEAR, *more, *OTHERS))
    first = suggested(stored=stored).found[0]
    assert (first.expression, len(first.adds), len(first.samples)) == ("humanitarian corridor", 9, 5)
    fresh = first.beyond(set(first.adds[:3]))
    assert {one.id for one in fresh} <= set(first.adds[3:])
    assert [one.seen for one in fresh] == sorted((one.seen for one in fresh), reverse=True)
    assert first.beyond(set(first.adds)) == ()


def test_a_word_that_every_item_says_is_nothing_to_go_by() -> None:
    stored = items([f"Aleppo truce holds {n} daily" for n in "abc"] + [f"Aleppo soap is sold {n} daily" for n in "def"])
    assert "daily" not in texts(suggested(stored=stored))


def test_no_items_give_no_suggestions() -> None:
    assert suggested(stored=[]) == Suggestions("@ceasefire", 0, 0, 0, ())


def test_samples_are_of_different_stories_first_and_newest_first() -> None:
    copies = [f"Aid reaches Aleppo by the humanitarian corridor, {n}" for n in ("agency says", "officials say", "new")]
    rest = [
        NEAR[1],
        NEAR[2],
        "Aleppo nurse writes of the humanitarian corridor",
        "Rain floods a humanitarian corridor in Aleppo",
    ]
    stored = items((*TRUCES, *copies, *rest, *OTHERS))
    found = next(one for one in suggested(stored=stored).found if one.expression == "humanitarian corridor")
    assert len(found.adds) == 7
    assert [one.headline for one in found.samples] == [f"{text}." for text in (copies[0], *rest)]


@pytest.mark.parametrize("language", ["", "fr"])
def test_an_expression_keeps_its_accents_and_joints(language: str) -> None:
    truces = [
        f"Trêve à Alep: un cessez-le-feu et un couloir-humanitaire sûr, {n}" for n in ("un", "deux", "trois", "six")
    ]
    misses = [f"Alep: le couloir-humanitaire reste fermé, {n}" for n in ("dit-on", "encore", "hier")]
    stored = [replace(one, language=language) for one in items((*truces, *misses, *OTHERS))]
    assert "couloir-humanitaire" in texts(suggested(stored=stored))


# Words as numbers -----------------------------------------------------------------------------------------------------


def wording(*texts: str) -> Wording:
    made = Wording()
    for text in texts:
        made.add(item(text))
    return made


def test_phrases_end_with_their_sentence() -> None:
    made = wording("One two. Three four five")
    found = {made.stems(gram) for gram in grams(made.texts[0])}
    assert {("one",), ("one", "two"), ("three", "four", "five")} <= found
    assert ("two", "three") not in found


def test_counts_are_of_texts_and_of_wanted_grams_only() -> None:
    made = wording("truce truce holds", "truce ends", "no such thing")
    gram = made.gram(("truce",))
    assert gram is not None
    assert count_grams(made.texts, {gram}) == {gram: 2}
    assert made.gram(("never",)) is None


def test_a_word_with_a_capital_inside_sentences_is_a_name_and_a_headline_in_capitals_says_nothing() -> None:
    made = wording("Today the envoy met Jenkins. Later the envoy left", "ENVOY HAILS ACCORD", "Accord of the two sides")
    names = {word: made.is_name(gram[0]) for word in ("envoy", "jenkin", "accord") if (gram := made.gram((word,)))}
    assert names == {"envoy": False, "jenkin": True, "accord": False}


def test_of_a_long_item_only_the_beginning_is_kept() -> None:
    made = wording(" ".join(f"w{number}" for number in range(5_000)))
    assert len(made.texts[0]) <= ITEM_WORDS_MAX + 1
    assert not made.full


def test_days_of_news_stay_small_in_memory() -> None:
    made = Wording()
    start = NOW - 30 * DAY
    for number in range(300):
        made.add(item(f"story {number} " + "with the same few words again " * 20, seen=start + timedelta(hours=number)))
    assert sum(len(text) for text in made.texts) * made.texts[0].itemsize < 300 * 125 * 8
