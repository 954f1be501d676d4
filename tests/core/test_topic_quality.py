"""Whether a watch finds what it is about, on the project's own labelled items: what was reached is not lost again.

The floors are the figures of ``docs/explanation/matching.md``. Whoever lifts a figure lifts its floor.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from typing import TYPE_CHECKING

import pytest

from monitor.core.model import EPOCH, FeedId, ItemId
from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.suggest import Added, Suggestion
from tests.core.kit import ROOT
from tests.core.packs import SHIPPED

if TYPE_CHECKING:
    from types import ModuleType


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("topic_quality", ROOT / "benchmarks" / "topic_quality.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["topic_quality"] = module  # where dataclasses look for their module
    spec.loader.exec_module(module)
    return module


quality = loaded()
HALVES = {half: quality.own_set(half) for half in ("dev", "held-out")}


@pytest.mark.parametrize(
    ("half", "precision", "recall", "f1"), [("dev", 0.75, 0.66, 0.69), ("held-out", 0.79, 0.70, 0.73)]
)
def test_a_watch_with_every_pack_finds_at_least_what_it_found_before(
    half: str, precision: float, recall: float, f1: float
) -> None:
    figures = quality.macro(quality.scores(HALVES[half], quality.watch(HALVES[half], SHIPPED)))
    assert figures.precision >= precision
    assert figures.recall >= recall
    assert figures.f1 >= f1


@pytest.mark.parametrize("half", ["dev", "held-out"])
def test_packs_find_more_than_the_bare_words_do(half: str) -> None:
    own = HALVES[half]
    bare = quality.macro(quality.scores(own, quality.bare_words(own, SHIPPED)))
    packed = quality.macro(quality.scores(own, quality.watch(own, SHIPPED)))
    assert packed.recall > bare.recall
    assert packed.f1 > bare.f1


def test_each_half_has_fifteen_topics_and_all_items_and_every_topic_has_items() -> None:
    dev, held_out = HALVES["dev"], HALVES["held-out"]
    assert len(dev.watches) == len(held_out.watches) == 15
    assert not dev.watches.keys() & held_out.watches.keys()
    assert len(dev.items) == len({one.item.id for one in dev.items}) == 348
    named = {topic for one in dev.items for topic in one.topics}
    assert named == dev.watches.keys() | held_out.watches.keys()


def test_half_of_the_items_are_hard_and_say_how() -> None:
    rows = [json.loads(line) for line in (quality.OWN / "items.jsonl").read_text("utf-8").splitlines()]
    hard = [row for row in rows if row["kind"] == "hard"]
    assert len(hard) * 2 >= len(rows)
    assert all(row["difficulty"] for row in hard)
    assert {row["language"] for row in rows} >= {"en", "ar", "fr", "es", "ru"}


def labelled(*texts: tuple[str, str]) -> object:
    items = [
        quality.Labelled(
            quality.make_item(quality.RawItem(title=text), FeedId("set"), EPOCH), frozenset(topics.split())
        )
        for text, topics in texts
    ]
    return quality.LabelledSet("small", tuple(items), {"truce": "Aleppo truce", "flood": "Kherson flood"})


SMALL = labelled(
    ("Truce holds in Aleppo", "truce"),
    ("Armistice holds in Aleppo", "truce"),
    ("Film of Aleppo truce wins prize", ""),
    ("Floods in Kherson", "flood"),
    ("Rain", ""),
)


def test_right_wrong_and_missed_items_are_counted_by_topic_and_averaged_over_topics() -> None:
    found = quality.bare_words(SMALL, Concepts())
    assert found == {"truce": {0, 2}, "flood": {3}}
    table = quality.scores(SMALL, found)
    assert table["truce"] == quality.Score(right=1, wrong=1, missed=1)
    figures = quality.macro(table)
    assert (figures.precision, figures.recall, figures.f1) == (0.75, 0.75, 0.75)


def test_a_topic_that_finds_nothing_has_no_precision_and_counts_as_nought() -> None:
    score = quality.Score(right=0, wrong=0, missed=4)
    assert (score.precision, score.recall, score.f1) == (0.0, 0.0, 0.0)


def test_concepts_widen_the_watch_and_leave_the_bare_words_alone() -> None:
    concepts = Concepts([Definition("truce", ("truce",), ("truce", "armistice"))])
    assert quality.bare_words(SMALL, concepts)["truce"] == {0, 2}
    assert quality.watch(SMALL, concepts)["truce"] == {0, 1, 2}


@pytest.mark.parametrize(
    ("samples", "relevant", "taken"), [(5, 3, True), (5, 2, False), (2, 2, True), (2, 1, False), (1, 1, False)]
)
def test_the_reviewer_takes_what_is_right_three_times_in_five_and_at_least_twice(
    samples: int, relevant: int, taken: bool
) -> None:
    ids = [ItemId(f"item-{number}") for number in range(samples)]
    shown = tuple(Added(one, FeedId("set"), "headline", EPOCH, "") for one in ids)
    suggestion = Suggestion("armistice", 3.0, (), tuple(ids), shown)
    assert quality.takes(suggestion, set(ids[:relevant])) is taken


def test_what_one_half_of_the_items_teaches_is_scored_on_the_other() -> None:
    truces = [(f"Truce, an armistice in all but name, signed in Aleppo by {number}", "truce") for number in range(30)]
    others = [(f"An armistice in Aleppo kept, report {number}", "truce") for number in range(30)]
    weather = [(f"Rain over Aleppo, {number} mm", "") for number in range(300)]
    many = labelled(*truces, *others, *weather)
    assert quality.watch(many, Concepts())["truce"] == set(range(30))
    assert quality.suggested(many, Concepts())["truce"] == set(range(60))
    unlabelled = labelled(*truces, *((text, "") for text, _ in others), *weather)
    assert quality.suggested(unlabelled, Concepts())["truce"] == set(range(30))


def test_failures_of_a_topic_that_is_held_out_are_not_shown_by_accident(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="uses that half up"):
        quality._show_failures([HALVES["held-out"]], "idlib-air-strikes", held_out=False)
    assert capsys.readouterr().out == ""
    quality._show_failures([HALVES["dev"]], "kherson-flood", held_out=False)
    assert "missed" in capsys.readouterr().out
