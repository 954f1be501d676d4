"""The parts of a query that advice speaks of."""

from __future__ import annotations

import pytest

from monitor.core.query.format import format_query
from monitor.core.query.parse import parse
from monitor.core.query.parts import alternatives, leaves, patterns, relaxed, swapped
from monitor.core.query.tree import Concept, Node, QueryProblem, Word


def tree(query: str) -> Node:
    made = parse(query)
    assert not isinstance(made, QueryProblem), made
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a1 AND b1", []),
        ("a1 OR b1", [("a1 b1", "", False)]),
        ("x1 AND title:(a1 OR b1)", [("a1 b1", "title", False)]),
        ("(a1 OR b1) NEAR/5 c1", [("a1 b1", "", True)]),
        ("ATLEAST/2(a1 OR b1)", [("a1 b1", "", True)]),
        ("2 OF (a1, b1, (c1 AND (d1 OR e1)))", [("a1 b1 c1 AND (d1 OR e1)", "", False), ("d1 e1", "", False)]),
        ("x1 NOT (a1 OR b1)", []),
        ("x1 NOT NEAR/5 (a1 OR b1)", []),
    ],
)
def test_alternatives_are_found_wherever_a_query_chooses(query: str, expected: list[tuple[str, str, bool]]) -> None:
    found = [(" ".join(map(format_query, one.nodes)), one.field, one.placed) for one in alternatives(tree(query))]
    assert found == expected


def test_an_alternative_alone_keeps_its_field() -> None:
    [choice] = alternatives(tree("x1 AND title:(a1 OR b1)"))
    assert format_query(choice.alone(choice.nodes[0])) == "title:a1"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a1 AND b1", []),
        ("a1 NOT b1", [("b1", "a1")]),
        ("a1 b1 NOT c1 NOT (d1 OR e1)", [("c1", "a1 AND b1 AND NOT (d1 OR e1)"), ("d1 OR e1", "a1 AND b1 AND NOT c1")]),
        ("(a1 NOT b1) OR c1", [("b1", "a1 OR c1")]),
        ("title:(a1 NOT b1) AND c1", [("b1", "title:a1 AND c1")]),
        ("rico NOT NEAR/5 puerto", [("puerto", "rico")]),
        ("* NOT b1", [("b1", "*")]),
    ],
)  # fmt: skip
def test_each_exclusion_can_be_taken_out_alone(query: str, expected: list[tuple[str, str]]) -> None:
    assert [(format_query(one), format_query(rest)) for one, rest in relaxed(tree(query))] == expected


def test_words_and_patterns_of_what_is_excluded_do_not_count() -> None:
    query = tree('ce* AND "air str*" AND (truce OR ce*) NOT ba* AND x1 NOT NEAR/3 da* AND link:fa*')
    assert [format_query(one) for one in patterns(query)] == ["ce*"]
    assert [format_query(one) for one in leaves(query)] == ["ce*", '"air str*"', "truce", "ce*", "x1"]


def test_a_word_is_swapped_wherever_it_is_asked_for() -> None:
    query = tree("title:aleppo OR (aleppo NEAR/3 truce AND b1) OR ATLEAST/2(aleppo) OR c1 NOT aleppo")
    swap = format_query(swapped(query, Word("aleppo"), Concept("aleppo")))
    assert swap == (
        "title:@aleppo OR @aleppo NEAR/3 truce AND b1 OR ATLEAST/2(@aleppo) OR c1 AND NOT aleppo"
    )  # fmt: skip
