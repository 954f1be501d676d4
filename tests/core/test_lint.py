"""Advice on topics: what their queries say by themselves, and what items say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.core.model import Expect, Item, PollPolicy, Topic, TopicId
from monitor.core.query import lint
from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.lint import KINDS, Finding, find
from monitor.core.query.measure import Measure, Standards
from monitor.core.query.topics import build_index
from tests.core.kit import DAY, HOUR, NOW, feed, item

if TYPE_CHECKING:
    from collections.abc import Iterable

CONFLICT = Concepts(
    [
        Definition("ceasefire", ("ceasefire", "truce"), ("ceasefire", "truce", "armistice")),
        Definition("aleppo", ("aleppo",), ("Aleppo", "Halab", "Alep OR Haleb"), is_name=True),
        Definition("islamic-state", ("islamic state",), ('"islamic state"', "daesh"), is_name=True),
    ]
)
DISASTER = Concepts([Definition("earthquake", ("earthquake", "earth tremor"), ("earthquake", "quake"))])
SHELF = {"disaster": DISASTER}
PROVEN = (Expect("x", match=False),)


def topic(name: str, query: str | None = None, watch: str | None = None, feeds: tuple[str, ...] = ()) -> Topic:
    return Topic(TopicId(name), query=query, watch=watch, feeds=feeds, expect=PROVEN)


def advice(*topics: Topic, only: str | None = None, measured: bool = False) -> dict[tuple[str, str], Finding]:
    index = build_index(topics, CONFLICT)
    chosen = [one.id for one in topics if only in (None, one.id)]
    found = find(index.topics, chosen, CONFLICT, SHELF, measured=measured)
    assert all(one.kind in KINDS and one.text.endswith(".") and one.help.endswith((".", "]")) for one in found)
    return {(one.topic, one.kind): one for one in found}


# Read off the queries -------------------------------------------------------------------------------------------------


def test_a_good_topic_needs_no_advice() -> None:
    assert advice(topic("a", "@aleppo AND (truce OR halt) NOT football"), topic("b", watch="Aleppo ceasefire")) == {}


def test_a_topic_without_expectations_proves_nothing() -> None:
    assert advice(Topic(TopicId("a"), query="a1"))["a", "no-expect"].help.startswith("Add headlines")


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("truce OR truces", ("truces",)),
        ('"cease fire" OR cease', ('"cease fire"',)),
        ("halt OR (x1 AND halts)", ("x1 AND halts",)),
        ("@ceasefire OR armistice", ("armistice",)),
        ("cease* OR ceasefire OR ceasing", ("ceasefire",)),
        ("x1 AND (halt OR pause OR halts)", ("halts",)),
        ("x1 NEAR/4 (halt OR halts)", ("halts",)),
        ("2 OF (halt, halts, pause)", ("halts",)),
    ],
)
def test_alternatives_that_add_nothing_are_named(query: str, parts: tuple[str, ...]) -> None:
    assert advice(topic("a", query))["a", "contained"].parts == parts


@pytest.mark.parametrize("query", ['x1 NEAR/4 ("cease fire" OR cease)', "halt OR pause", "x1 NOT (halt OR halts)"])
def test_alternatives_that_matter_are_left_alone(query: str) -> None:
    assert ("a", "contained") not in advice(topic("a", query))


def test_of_what_widens_a_watch_only_the_written_is_looked_at() -> None:
    from dataclasses import replace

    watch = topic("a", watch="Aleppo ceasefire")
    assert ("a", "contained") not in advice(watch)
    assert advice(replace(watch, also=("armistice",)))["a", "contained"].parts == ("armistice",)


def test_topics_that_ask_the_same_are_told_of_one_another() -> None:
    found = advice(topic("a", "x1 AND y1"), topic("b", "x1 y1"), topic("c", "x1 AND z1"))
    assert found["a", "same"].parts == ("b",)
    assert found["b", "same"].parts == ("a",)
    assert ("c", "same") not in found
    apart = advice(topic("a", "x1", feeds=("wire",)), topic("b", "x1", feeds=("slow",)))
    assert ("a", "same") not in apart


def test_a_topic_inside_another_is_told_unless_it_hears_more() -> None:
    found = advice(topic("wide", "x1"), topic("narrow", "x1 AND y1"))
    assert found["narrow", "inside"].parts == ("wide",)
    assert ("wide", "inside") not in found
    assert ("narrow", "inside") not in advice(topic("wide", "x1", feeds=("wire",)), topic("narrow", "x1 AND y1"))
    assert ("narrow", "inside") in advice(topic("wide", "x1"), topic("narrow", "x1 AND y1", feeds=("wire",)))
    assert ("narrow", "inside") not in advice(topic("all", "*"), topic("narrow", "x1 AND y1"))


def test_very_many_topics_are_not_compared_by_twos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lint, "_PAIRS_MAX", 3)
    topics = [topic(f"t{number}", f"x1 AND y{number}") for number in range(4)]
    assert ("t1", "inside") not in advice(topic("wide", "x1"), *topics)


def test_only_the_chosen_topics_are_advised_but_compared_with_all() -> None:
    found = advice(topic("wide", "x1 OR x1s"), topic("narrow", "x1 AND y1"), only="narrow")
    assert set(found) == {("narrow", "inside")}


def test_few_letters_beside_a_star_are_told_where_no_item_tells_it_better() -> None:
    assert advice(topic("a", "pa* OR cease*"))["a", "pattern"].parts == ("pa*",)
    assert ("a", "pattern") not in advice(topic("a", "pa* OR cease*"), measured=True)


@pytest.mark.parametrize(
    ("query", "kind", "parts"),
    [
        ("aleppo AND x1", "name", ("aleppo", "@aleppo")),
        ("halab AND x1", "name", ("halab", "@aleppo")),
        ('"islamic state" AND x1', "name", ('"islamic state"', "@islamic-state")),
        ("alepo AND x1", "unknown-word", ("alepo", "@aleppo")),
        ("earthqauke", "unknown-word", ("earthqauke", "@earthquake")),
    ],
)
def test_names_without_their_concept_are_named_in_a_query(query: str, kind: str, parts: tuple[str, ...]) -> None:
    assert advice(topic("a", query))["a", kind].parts == parts


@pytest.mark.parametrize(
    "query", ["=aleppo", "cs:Aleppo", "alep*", "@aleppo OR aleppo", "truce", "earthquake", "x1 NOT alepo", "homs"]
)
def test_what_is_meant_as_it_is_written_is_left_alone(query: str) -> None:
    assert not {kind for _, kind in advice(topic("a", query))} & {"name", "unknown-word"}


def test_a_watch_word_that_only_a_pack_on_the_shelf_knows_names_the_pack() -> None:
    found = advice(topic("a", watch="Aleppo earth tremor"))["a", "unknown-word"]
    assert (found.parts, '"disaster"' in found.help) == (('"earth tremor"', "@earthquake"), True)
    assert ("a", "unknown-word") not in advice(topic("a", watch="Aleppo ceasefire bakery"))


def test_a_watch_word_that_spells_a_name_in_an_odd_way_is_told_what_calls_it() -> None:
    found = advice(topic("a", watch="Haleb ceasefire"))["a", "name"]
    assert (found.parts, found.help) == (("Haleb", "@aleppo"), "Write aleppo in its place.")
    found = advice(topic("a", watch="Alleppo ceasefire"))["a", "unknown-word"]
    assert found.help == "If @aleppo is meant, mend the spelling."


# Measured by items ----------------------------------------------------------------------------------------------------

FEW = Standards(items_least=10, most_a_day=3, excluded_least=5, forms_most=3)


def measured(
    items: Iterable[Item], *topics: Topic, only: str | None = None, standards: Standards = FEW
) -> tuple[Measure, dict[tuple[str, str], Finding]]:
    index = build_index(topics, CONFLICT)
    chosen = [one.id for one in topics if only in (None, one.id)]
    known = {one.id: one for one in (feed("wire"), feed("slow"))}
    measure = Measure(index.topics, chosen, CONFLICT, known, PollPolicy(), standards)
    stored = sorted(items, key=lambda one: one.seen, reverse=True)
    for one in stored:
        measure.look(one)
    by_id = {one.id: one for one in stored}
    for name in measure.to_judge:
        measure.judge(by_id[name])
    return measure, {(one.topic, one.kind): one for one in measure.findings()}


def news(*texts: str, every: int = 1) -> list[Item]:
    """Items a few hours apart; each with words of its own, so that none is a copy."""
    return [
        item(f"{text} w{number}a w{number}b w{number}c w{number}d", f"n{number}", guid=str(number),
             seen=NOW - number * every * HOUR)
        for number, text in enumerate(texts)
    ]  # fmt: skip


def test_too_few_items_say_nothing() -> None:
    measure, found = measured(news(*["rain"] * 9), topic("a", "snow"))
    assert (measure.enough, found) == (False, {})
    assert measured([], topic("a", "snow"))[0].a_day(TopicId("a")) == 0


def test_alerts_a_day_are_counted_over_the_time_that_the_items_cover() -> None:
    measure, found = measured(news(*["rain"] * 24, every=6), topic("a", "rain"), topic("b", "w1a"))
    assert measure.lasted == 23 * 6 * HOUR
    assert found["a", "many"].figures == {"matched": 24, "told": 24, "a_day": round(24 / 5.75, 2)}
    assert "About 4 alerts a day: 24 in 5 d 18 h." in found["a", "many"].text
    assert "b" not in {name for name, _ in found}


def test_an_hour_of_news_is_not_taken_for_many_days() -> None:
    measure, _ = measured(news(*["rain"] * 12), topic("a", "rain"))
    assert measure.lasted == DAY
    assert measure.a_day(TopicId("a")) == 12


def test_a_topic_that_matches_nothing_and_one_that_tells_nothing_are_told_apart() -> None:
    old = [item("hail", "old", guid="old", published=NOW - 9 * DAY)]
    _, found = measured([*news(*["rain"] * 10), *old], topic("a", "snow"), topic("b", "hail"))
    assert found["a", "none"].text.startswith("It matches none of 11 items in 1 d")
    assert "(1 stale)" in found["b", "none"].text


def test_clauses_and_alternatives_that_never_match_are_named() -> None:
    items = news("aleppo truce", *["aleppo rain"] * 12)
    _, found = measured(
        items, topic("a", "aleppo AND (truce OR armistice OR title:hail) NOT snow"), topic("b", watch="Aleppo zeppelin")
    )
    assert found["a", "never"].parts == ("armistice", "title:hail")
    assert found["b", "never"].parts == ("zeppelin",)
    assert "costs nothing" in found["a", "never"].help
    assert found["b", "never"].help.startswith("Without it the topic matches nothing")


def test_pieces_are_asked_over_the_feeds_of_their_topic() -> None:
    items = [*news(*["rain"] * 12), item("hail", "h", guid="h", feed="slow")]
    _, found = measured(items, topic("a", "rain OR hail", feeds=("wire",)), topic("b", "rain OR hail"))
    assert found["a", "never"].parts == ("hail",)
    assert ("b", "never") not in found


def test_a_not_that_removes_most_is_told_with_its_share() -> None:
    items = news(*["rain said"] * 9, "rain", *["hail"] * 4)
    _, found = measured(items, topic("a", "rain NOT said"), topic("b", "rain NOT hail"), topic("c", "hail NOT said"))
    assert found["a", "excludes"].figures == {"removed": 9, "of": 10, "share": 0.9}
    assert "NOT said removes 9 of the 10 items that the rest finds (90 %)" in found["a", "excludes"].text
    assert {name for name, kind in found if kind == "excludes"} == {"a"}


def test_a_near_that_must_not_be_is_measured_too() -> None:
    _, found = measured(news(*["rico puerto"] * 9, "rico", "rain"), topic("a", "rico NOT NEAR/5 puerto"))
    assert found["a", "excludes"].parts == ("puerto",)


def test_a_pattern_that_fits_many_words_names_the_most_frequent() -> None:
    items = news("pan pan paint", "pan park past", "paint", *["rain"] * 9)
    _, found = measured(items, topic("a", "pa* OR rai*"))
    assert found["a", "pattern"].parts == ("pa*", "pan", "paint", "park", "past")
    assert found["a", "pattern"].figures == {"words": 4}


def test_a_name_without_its_concept_is_told_with_what_the_concept_would_add() -> None:
    items = news("aleppo rain", "halab rain", "halab rain", "aleppo", *["rain"] * 9)
    _, found = measured(items, topic("a", "aleppo AND rain"), topic("b", "aleppo AND hail"))
    assert found["a", "name"].figures == {"adds": 2}
    assert "@aleppo finds the others too: 2 more items." in found["a", "name"].text
    assert ("b", "name") not in found


def test_a_spelling_that_nobody_writes_is_told_whatever_it_would_add() -> None:
    _, found = measured(news(*["rain"] * 12), topic("a", "haleb AND hail"))
    assert found["a", "name"].figures == {}


def test_a_word_that_the_news_write_often_is_no_slip_of_the_pen() -> None:
    _, found = measured(news(*["alepo"] * 3, *["rain"] * 9), topic("a", "alepo AND rain"))
    assert ("a", "unknown-word") not in found
    _, found = measured(news(*["alepo"] * 2, *["rain"] * 9), topic("a", "alepo AND rain"))
    assert ("a", "unknown-word") in found


def test_topics_that_only_figures_show_to_be_inside_another_are_told() -> None:
    items = news(*["rain hail"] * 5, *["hail"] * 1, *["snow"] * 12)
    measure, found = measured(items, topic("a", "rain"), topic("b", "hail"), topic("all", "*"))
    assert found["a", "inside"].parts == ("b",)
    assert found["a", "inside"].text.startswith("All 5 items that it matched, b matched too")
    assert ("b", "inside") not in found  # only "*" holds it
    known = [Finding(TopicId("a"), "inside", "", "", ("b",))]
    assert not [one for one in measure.findings(known) if one.kind == "inside"]


def test_only_the_chosen_topics_are_measured_but_beside_all() -> None:
    items = news(*["rain hail"] * 5, "hail", *["snow"] * 12)
    measure, found = measured(items, topic("a", "rain"), topic("b", "hail"), only="a")
    assert {name for name, _ in found} == {"a"}
    assert found["a", "inside"].parts == ("b",)
    assert set(measure.counts) == {"a"}


def test_only_the_newest_matches_are_judged_and_the_rate_is_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.core.query.measure.JUDGED_MAX", 8)
    measure, _ = measured(news(*["rain"] * 16, every=12), topic("a", "rain"))
    assert (len(measure.to_judge), measure.counts[TopicId("a")].matched) == (8, 16)
    assert measure.a_day(TopicId("a")) == pytest.approx(8 / 3.5)
