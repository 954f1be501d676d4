"""Whether one query finds nothing that another does not: a "yes" has to be true of every item."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.contain import Containment
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.parse import parse
from monitor.core.query.reading import read
from monitor.core.query.tree import (
    And,
    AtLeast,
    Concept,
    In,
    Mode,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    QueryProblem,
    SomeOf,
    Word,
)
from tests.core.kit import item

CONCEPTS = Concepts(
    [
        Definition("calm", ("calm",), ("calm", "truce", '"cease fire"', "halt NEAR/3 fire")),
        Definition("place", ("aleppo",), ("aleppo", "halab"), is_name=True),
    ]
)


def tree(query: str) -> Node:
    made = parse(query)
    assert not isinstance(made, QueryProblem), made
    return made


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ("truces", "truce"),
        ('"cease fire"', "cease"),
        ('"cease fire"', "fires"),
        ("aleppo AND truce", "truce OR halt"),
        ("aleppo NEAR/5 truce", "aleppo AND truce"),
        ("aleppo NEAR/5 truce", "truce NEAR/8 aleppo"),
        ("aleppo ONEAR/5 truce", "aleppo NEAR/5 truce"),
        ('"halt of fire"', "halt NEAR/2 fire"),
        ('"a halt of fire"', '"halt of fire"'),
        ("title:truce", "truce"),
        ("title:truce", "lead:truce"),
        ("title:(truce AND aleppo)", "title:truce"),
        ("truce", "@calm"),
        ("@calm AND aleppo", "@calm"),
        ("halab OR aleppo", "@place"),
        ("@place NEAR/4 truce", "@place AND @calm"),
        ("ceasefire", "ceasef*"),
        ("ceasef*", "cease*"),
        ("=Truces", "truc*s"),
        ("=truce", "truce"),
        ("cs:Truce", "=truce"),
        ("=mosul", "mosul~1"),
        ("=mosol", "mosul~1"),
        ("2 OF (a1, b1, c1)", "1 OF (a1, b1, c1)"),
        ("a1 AND b1", "2 OF (a1, b1, c1)"),
        ("ATLEAST/3(truce)", "ATLEAST/2(truce)"),
        ("ATLEAST/3(truce)", "truce"),
        ("aleppo NOT football", "aleppo"),
        ("aleppo NOT (football OR rugby)", "aleppo NOT football"),
        ("rico NOT NEAR/5 puerto", "rico"),
        ("truce", "*"),
        ("aleppo AND (truce OR halt)", "(truce OR halt OR pause) AND aleppo"),
    ],
)
def test_what_can_be_told_from_the_trees(inner: str, outer: str) -> None:
    assert Containment(CONCEPTS).contained(tree(inner), tree(outer))


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ("truce", "truces AND aleppo"),
        ("cease", '"cease fire"'),
        ("aleppo NEAR/8 truce", "aleppo NEAR/5 truce"),
        ("aleppo NEAR/5 truce", "aleppo ONEAR/5 truce"),
        ("truce", "title:truce"),
        ("lead:truce", "title:truce"),
        ("feed:truce", "truce"),
        ("title:(* NOT truce)", "lead:(* NOT truce)"),
        ("title:(content:truce)", "title:truce"),
        ("title:(* NOT truce)", "* NOT truce"),
        ("@calm", "truce"),
        ("truce", "=truce"),
        ("=truce", "cs:Truce"),
        ("city", "citi*"),
        ("mosul", "mosul~1"),
        ("aleppo NOT football", "aleppo NOT rugby"),
        ("rico", "rico NOT NEAR/5 puerto"),
        ('"fire halt"~4', '"fire halt"~2'),
        ('"fire halt"~4', '"fire halt"'),
    ],
)
def test_what_does_not_hold_is_not_claimed(inner: str, outer: str) -> None:
    assert not Containment(CONCEPTS).contained(tree(inner), tree(outer))


def test_places_are_stricter_than_items() -> None:
    containment = Containment(CONCEPTS)
    assert containment.placed_in(tree("truces"), tree("truce OR halt"))
    assert containment.placed_in(tree("truce OR calm"), tree("@calm"))
    assert not containment.placed_in(tree('"cease fire"'), tree("cease"))
    assert containment.contained(tree('"cease fire"'), tree("cease"))


def test_a_question_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.core.query.contain._STEPS_MAX", 3)
    assert not Containment(CONCEPTS).contained(tree("a1 AND b1 AND c1 AND d1"), tree("x1 OR y1 OR z1 OR d1"))


# A property over all of the language ----------------------------------------------------------------------------------

FEW = ("truce", "truces", "halt", "fire", "aleppo", "puerto")
words = st.builds(Word, st.sampled_from([*FEW, "tru*", "truc*"])) | st.builds(
    Word, st.sampled_from(FEW), st.sampled_from(list(Mode))
)
phrases = st.builds(Phrase, st.lists(st.builds(Word, st.sampled_from(FEW)), min_size=2, max_size=3).map(tuple),
                    st.none() | st.integers(1, 3))  # fmt: skip
leaves = st.one_of(words, phrases, st.builds(Concept, st.sampled_from(["calm", "place"])))


def group(kind: type[And | Or], nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.lists(nodes, min_size=2, max_size=3).map(lambda kept: kind(tuple(kept)))


placed: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda inner: group(Or, inner) | st.builds(Near, inner, inner, st.integers(1, 5), st.booleans(), st.booleans()),
    max_leaves=3,
)
trees: st.SearchStrategy[Node] = st.recursive(
    placed,
    lambda inner: st.one_of(
        group(And, inner),
        group(Or, inner),
        st.builds(Not, inner),
        st.builds(In, st.sampled_from(["title", "lead", "content", "feed"]), inner),
        st.builds(AtLeast, st.integers(1, 3), placed),
        st.builds(
            lambda nodes, count: SomeOf(min(count, len(nodes)), tuple(nodes)),
            st.lists(inner, min_size=2, max_size=3), st.integers(1, 3)),
    ),
    max_leaves=5,
)  # fmt: skip
texts = st.lists(st.sampled_from([*FEW, "cease", "Truce", "the", "said."]), max_size=7).map(" ".join)


@tries(max_examples=300, deadline=None)
@given(inner=trees, outer=trees, items=st.lists(st.tuples(texts, texts), min_size=1, max_size=6))
def test_whatever_is_said_to_be_contained_is_so_in_every_item(
    inner: Node, outer: Node, items: list[tuple[str, str]]
) -> None:
    containment = Containment(CONCEPTS)
    # Random trees seldom contain one another; a tree and a part of it often do.
    for one, other in ((inner, outer), (And((inner, outer)), outer), (inner, Or((outer, inner))), (inner, inner)):
        if containment.contained(one, other):
            for title, content in items:
                evaluator = Evaluator(read(item(content, title)), CONCEPTS)
                assert evaluator.find(one) is None or evaluator.find(other) is not None
