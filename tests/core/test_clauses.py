"""The clauses of a topic, and which of them is missing where nothing matches."""

from __future__ import annotations

import pytest

from monitor.core.model import Topic, TopicId
from monitor.core.query.clauses import ClauseCount, clauses
from monitor.core.query.compile import Compiled, compile_topic
from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.format import format_query
from tests.core.kit import item

CONCEPTS = Concepts([Definition("calm", ("calm", "quiet day"), ("calm", "lull"))])


def compiled(query: str | None = None, watch: str | None = None) -> Compiled:
    made = compile_topic(Topic(TopicId("t"), query=query, watch=watch), CONCEPTS)
    assert isinstance(made, Compiled)
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("aleppo", ["aleppo"]),
        ("aleppo AND (truce OR lull) NOT football", ["aleppo", "truce OR lull", "NOT football"]),
        ("aleppo NEAR/5 truce AND @calm AND aleppo", ["aleppo", "truce", "@calm"]),
        ("rico NOT NEAR/5 puerto", ["rico NOT NEAR/5 puerto"]),
        ("title:(a1 AND b1)", ["title:(a1 AND b1)"]),
        ("2 OF (fuel, bread)", ["2 OF (fuel, bread)"]),
    ],
)
def test_a_query_parts_where_it_joins_by_and_and_near(query: str, expected: list[str]) -> None:
    assert [format_query(node) for node in clauses(compiled(query))] == expected


def test_a_watch_parts_into_its_ideas() -> None:
    assert [format_query(node) for node in clauses(compiled(watch="Aleppo quiet day"))] == [
        "Aleppo",
        '@calm OR "quiet day"',
    ]


def count(query: str, *texts: str) -> ClauseCount:
    counting = ClauseCount(compiled(query), CONCEPTS)
    for text in texts:
        counting.look(item(text), None)
    return counting


def test_items_that_hold_each_clause_are_counted() -> None:
    counting = count("aleppo AND truce AND football NOT title:x1", "Aleppo", "A truce in Aleppo", "Football")
    assert [one.items for one in counting.counted] == [2, 1, 1, 0]
    assert counting.whole == 0
    assert counting.nearest is not None
    assert counting.nearest.content == "A truce in Aleppo"


def test_clauses_that_are_all_there_but_far_apart_are_told_apart_from_missing_ones() -> None:
    counting = count("aleppo NEAR/2 truce", "Aleppo rests, and far from all of it a truce")
    assert counting.whole == 1
    assert [one.items for one in counting.counted] == [1, 1]


def test_what_only_lacks_the_excluded_is_not_near() -> None:
    assert count("aleppo NOT football", "Rain in the hills").nearest is None
    assert count("aleppo NOT football", "Aleppo football").nearest is not None
