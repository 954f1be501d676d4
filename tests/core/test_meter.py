"""The recall meter: intervals that hold the truth, strata that part items rightly, questions that never come twice."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import ItemId, Topic, TopicId
from monitor.core.query.compile import Compiled, compile_topic
from monitor.core.query.meter import ENOUGH, Judged, Measured, Stratum, in_words, precision, recall
from monitor.core.query.sample import Strata, strata
from tests.core.kit import NOW, few, item
from tests.core.packs import SHIPPED

NONE = Stratum(0, 0, 0)
TOPIC = TopicId("aleppo")
STRATA = st.integers(0, 300).flatmap(
    lambda items: st.integers(0, items).flatmap(
        lambda judged: st.builds(Stratum, st.just(items), st.just(judged), st.integers(0, judged))
    )
)


def measured(matched: Stratum = NONE, close: Stratum = NONE, far: Stratum = NONE) -> Measured:
    return Measured(NOW, 30, matched, close, far)


# Figures --------------------------------------------------------------------------------------------------------------


def test_the_interval_is_wilsons_where_there_are_many_items() -> None:
    low, high = Stratum(10**9, 10, 9).bounds(1.959964)
    assert (round(low, 4), round(high, 4)) == (0.5958, 0.9821)  # Wilson (1927), as every table has it


def test_a_stratum_judged_to_its_end_leaves_nothing_to_guess() -> None:
    assert Stratum(12, 12, 9).bounds(1.96) == (0.75, 0.75)
    wide, narrow = Stratum(1_000, 10, 5).bounds(1.96), Stratum(12, 10, 5).bounds(1.96)
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


def test_precision_is_the_share_of_right_ones() -> None:
    found = precision(measured(Stratum(40, 10, 9)))
    assert found is not None
    assert found.value == 0.9
    assert 0.5 < found.low < 0.9 < found.high < 1


def test_recall_weighs_each_stratum_by_its_size() -> None:
    found = recall(measured(Stratum(40, 10, 9), Stratum(20, 10, 5), Stratum(100, 10, 0)))
    assert found is not None
    assert found.value == pytest.approx(36 / (36 + 10))
    assert found.low < 0.5 < found.value < found.high < 1


def test_recall_is_exact_once_everything_is_judged() -> None:
    found = recall(measured(Stratum(8, 8, 6), Stratum(4, 4, 2), Stratum(5, 5, 0)))
    assert found is not None
    assert (found.value, found.low, found.high) == (0.75, 0.75, 0.75)


def test_too_few_answers_give_no_figure_and_say_how_many_are_missing() -> None:
    little = measured(Stratum(40, 3, 3), Stratum(20, 5, 1), Stratum(100, 1, 0))
    assert (precision(little), recall(little)) == (None, None)
    assert in_words(little) == "precision: 2 more to judge, recall: 6 more to judge, 9 judged in 30 days"
    assert in_words(None) == in_words(measured(Stratum(9, 0, 0))) == "nothing judged yet"


def test_a_small_stratum_needs_no_more_answers_than_it_has_items() -> None:
    small = measured(Stratum(2, 2, 2), Stratum(1, 1, 1))
    assert precision(small) is not None
    found = recall(small)
    assert found is not None
    assert found.value == pytest.approx(2 / 3)


def test_what_cannot_be_known_is_not_told() -> None:
    assert precision(measured(NONE, Stratum(9, 5, 1))) is None
    assert recall(measured(Stratum(9, 5, 0), Stratum(9, 5, 0))) is None
    assert "no right item known" in in_words(measured(Stratum(9, 5, 0), Stratum(9, 5, 0)))
    nothing = in_words(measured(NONE, Stratum(9, 5, 1)))
    assert nothing.startswith("precision: nothing matched, recall about 0.00")


def test_the_figures_in_words() -> None:
    words = in_words(measured(Stratum(40, 10, 9), Stratum(20, 10, 5), Stratum(100, 10, 0)))
    assert words == "precision 0.90 (0.64 to 0.98; 9 of 10), recall about 0.78 (0.32 to 0.88), 30 judged in 30 days"


@few
@given(STRATA, STRATA, STRATA)
def test_every_estimate_lies_in_its_interval(matched: Stratum, close: Stratum, far: Stratum) -> None:
    for found in (precision(measured(matched, close, far)), recall(measured(matched, close, far))):
        if found is not None:
            assert 0 <= found.low <= found.value + 1e-9
            assert found.value <= found.high + 1e-9
            assert found.high <= 1


def test_the_interval_of_recall_holds_the_truth_as_often_as_it_says() -> None:
    draw = random.Random(7)
    truth = {"matched": (60, 48), "close": (30, 12), "far": (200, 8)}
    right = truth["matched"][1] / sum(good for _, good in truth.values())
    held = 0
    for _ in range(400):
        parts = []
        for items, good in truth.values():
            judged = draw.sample([True] * good + [False] * (items - good), 12)
            parts.append(Stratum(items, len(judged), sum(judged)))
        found = recall(measured(*parts))
        assert found is not None
        held += found.low <= right <= found.high
    assert held >= 0.95 * 400


# Strata and questions -------------------------------------------------------------------------------------------------


def parted() -> Strata:
    stored = [
        *(item(f"Aleppo truce opens corridor, {n} says.", guid=f"m{n}") for n in ("envoy", "mayor", "baker")),
        *(item(f"Aleppo families reach the corridor, {n} says.", guid=f"c{n}") for n in ("nurse", "driver")),
        *(item(f"Aleppo soap is made by {n}.", guid=f"f{n}") for n in ("hand", "machines", "night", "day")),
        *(item(f"Paris shows a film of {n}.", guid=f"o{n}") for n in ("war", "peace")),
    ]
    compiled = compile_topic(Topic(TOPIC, watch="Aleppo ceasefire"), SHIPPED)
    assert isinstance(compiled, Compiled)
    return strata(compiled, SHIPPED, stored)


def test_items_are_parted_by_what_the_topic_makes_of_them() -> None:
    found = parted()
    assert (found.idea, found.items) == ("@ceasefire", 11)
    assert (len(found.matched), len(found.close), len(found.far)) == (3, 2, 4)


def test_questions_come_from_each_stratum_in_turn_and_never_twice() -> None:
    found = parted()
    asked = list(found.to_ask(TOPIC, ()))
    assert len(set(asked)) == len(asked) == 9
    assert [asked[0] in found.matched, asked[1] in found.close, asked[2] in found.far] == [True] * 3
    assert set(found.to_ask(TOPIC, asked[:4])) == set(asked[4:])
    assert list(found.to_ask(TOPIC, asked)) == []
    assert set(found.to_ask(TopicId("another"), ())) == set(asked)


def test_the_order_of_questions_does_not_depend_on_the_order_of_items() -> None:
    found = parted()
    turned = replace(found, matched=found.matched[::-1], close=found.close[::-1], far=found.far[::-1])
    assert list(turned.to_ask(TOPIC, ())) == list(found.to_ask(TOPIC, ()))


def test_answers_count_in_the_stratum_where_their_item_is_now() -> None:
    found = parted()
    judged = [Judged(found.matched[0], NOW, right=True), Judged(found.far[0], NOW, right=False)]
    gone = Judged(ItemId("gone"), NOW, right=True)
    result = found.measured([*judged, gone], NOW, 30)
    assert (result.matched, result.close, result.far) == (Stratum(3, 1, 1), Stratum(2, 0, 0), Stratum(4, 1, 0))
    assert result.judged == 2
    assert result.matched.wanted == 2
    assert ENOUGH == 5
