"""Expressions that widen a topic: which idea they belong to, and what the topic then is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Topic, TopicId
from monitor.core.query.clauses import clauses
from monitor.core.query.compile import Compiled, compile_topic, idea_of
from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.format import format_query
from monitor.core.query.parse import parse
from monitor.core.query.reading import read
from monitor.core.query.topics import check_text
from monitor.core.query.tree import QueryProblem
from monitor.core.query.widen import query_ideas, widen, without
from tests.core.kit import few, item, tree
from tests.core.trees import PLAIN, trees

if TYPE_CHECKING:
    from monitor.core.query.tree import Node

NONE = Concepts()
OWN = Concepts(
    [
        Definition("aleppo", ("Aleppo",), ("Aleppo",), is_name=True),
        Definition("mosul", ("Mosul",), ("Mosul",), is_name=True),
        Definition("ceasefire", ("ceasefire", "truce"), ("ceasefire", "truce")),
    ]
)
TEXTS = st.lists(st.sampled_from([*PLAIN, "lull", "pause", "NATO", "mosul", "."]), max_size=12).map(" ".join)
NAMES = Concepts([Definition("aleppo", ("aleppo",), ("Aleppo",), is_name=True), Definition("truce", (), ("truce",))])


def topic(words: str = "", query: str = "", also: tuple[str, ...] = ()) -> Topic:
    return Topic(TopicId("t"), watch=words or None, query=query or None, also=also)


def compiled(wanted: Topic, concepts: Concepts = OWN) -> Compiled:
    made = compile_topic(wanted, concepts)
    assert isinstance(made, Compiled), made
    return made


def widened_idea(wanted: Topic, concepts: Concepts = OWN) -> str:
    return format_query(idea_of(wanted, compiled(replace(wanted, also=()), concepts).tree, concepts))


def finds(wanted: Topic, text: str, concepts: Concepts = OWN) -> bool:
    return Evaluator(read(item(text)), concepts).find(compiled(wanted, concepts).tree) is not None


# Which idea -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "idea"),
    [
        ("Aleppo ceasefire", "@ceasefire"),
        ("ceasefire in Aleppo", "@ceasefire"),
        ("Aleppo ceasefire talks", "talks"),
        ("Aleppo", "@aleppo"),
        ("Aleppo Mosul", "@mosul"),
        ("Parade in Bavaria", "Parade"),
        ("Bavaria parade", "parade"),
    ],
)
def test_of_a_watch_the_last_idea_that_is_no_name_is_widened(words: str, idea: str) -> None:
    assert widened_idea(topic(words)) == idea


@pytest.mark.parametrize(
    ("query", "idea"),
    [
        ("@aleppo AND @ceasefire", "@ceasefire"),
        ("@ceasefire AND @aleppo", "@ceasefire"),
        ("truce AND Aleppo", "truce"),
        ("(truce OR ceasefire) AND cs:NATO AND NOT football", "truce OR ceasefire"),
        ("aleppo NEAR/9 truce", "truce"),
        ("title:(aleppo AND truce) AND feed:sana", "truce"),
        ("ATLEAST/3(truce) AND Aleppo", "truce"),
        ("truce NOT NEAR/5 football AND Aleppo", "truce NOT NEAR/5 football"),
        ("2 OF (fuel, bread, water) AND Aleppo", "2 OF (fuel, bread, water)"),
        ("(Aleppo AND truce) OR (Mosul AND offensive)", "Aleppo AND truce OR Mosul AND offensive"),
        ("feed:sana AND tag:syria", "feed:sana AND tag:syria"),
        ('Aleppo AND "Idlib City"', '"Idlib City"'),
    ],
)
def test_of_a_query_the_last_part_that_is_no_name_is_widened(query: str, idea: str) -> None:
    assert widened_idea(topic(query=query)) == idea


# What becomes of it ---------------------------------------------------------------------------------------------------


def test_a_widened_watch_asks_for_the_idea_or_any_of_the_expressions_wherever_it_stands() -> None:
    wide = compiled(topic("Aleppo ceasefire", also=("humanitarian corridor", "lull")))
    idea = '(@ceasefire OR "humanitarian corridor" OR lull)'
    assert wide.text.startswith(f"@aleppo NEAR/24 {idea} OR title:@aleppo AND lead:{idea}")
    assert parse(wide.text) == wide.tree
    assert wide.text.count("@ceasefire") == wide.text.count("lull")


def test_a_widened_topic_finds_what_was_accepted_and_what_it_found_before() -> None:
    wide = topic("Aleppo ceasefire", also=("evacuation route",))
    assert finds(wide, "Buses stand by for the evacuation routes out of Aleppo")
    assert finds(wide, "A truce in Aleppo")
    assert not finds(wide, "The evacuation route out of Mosul is open")
    assert not finds(wide, "An evacuation of Aleppo on another route")
    assert not finds(topic("Aleppo ceasefire"), "Buses stand by for the evacuation routes out of Aleppo")


def test_what_must_not_be_there_is_not_widened() -> None:
    assert (
        compiled(topic(query="truce AND NOT title:truce", also=("lull",))).text == "(truce OR lull) AND NOT title:truce"
    )


def test_an_idea_whose_alternatives_stand_among_others_is_widened_there_too() -> None:
    whole, idea = tree("title:(aleppo OR truce OR ceasefire) AND (truce OR ceasefire)"), tree("truce OR ceasefire")
    wide = widen(whole, idea, [tree("lull")])
    assert format_query(wide) == "title:(aleppo OR truce OR ceasefire OR lull) AND (truce OR ceasefire OR lull)"
    assert without(whole, idea) is None


def test_a_part_in_a_field_is_widened_in_that_field() -> None:
    wide = compiled(topic(query="title:truce AND Aleppo", also=("lull",)))
    assert wide.text == "title:(truce OR lull) AND Aleppo"


def test_the_clauses_of_a_widened_watch_are_its_ideas() -> None:
    wide = compiled(topic("Aleppo ceasefire", also=("lull",)))
    assert [format_query(clause) for clause in clauses(wide)] == ["@aleppo", "@ceasefire OR lull"]
    alone = compiled(topic("ceasefire", also=("lull", "halt NEAR/3 fire")))
    assert [format_query(clause) for clause in clauses(alone)] == ["@ceasefire OR lull OR halt NEAR/3 fire"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no word"),
        ("a AND b", "has to stand somewhere"),
        ("NOT truce", "only says what must not be there"),
        ("lang:fr", "has to stand somewhere"),
        ("*", "has to stand somewhere"),
        ("@nobody", "there is no concept"),
        ('"truce', "never closed"),
    ],
)
def test_an_expression_that_cannot_widen_is_refused_with_what_to_do(text: str, message: str) -> None:
    found = compile_topic(topic("Aleppo truce", also=(text,)), NAMES)
    assert isinstance(found, QueryProblem)
    problems = check_text(text, "also", NAMES)
    assert problems == [found]
    assert message in found.message
    assert found.help


@pytest.mark.parametrize(
    "text", ["lull", "safe passage", "halt NEAR/4 fire", "@truce", "title:lull", "evac*", "a OR b"]
)
def test_whatever_has_a_place_in_a_text_may_widen(text: str) -> None:
    assert check_text(text, "also", NAMES) == []
    assert isinstance(compile_topic(topic("Aleppo truce", also=(text,)), NAMES), Compiled)


# An idea taken as given -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "idea", "rest"),
    [
        ("aleppo AND truce", "truce", "aleppo"),
        ("aleppo AND truce AND NOT football", "truce", "aleppo AND NOT football"),
        ("aleppo NEAR/4 truce", "truce", "aleppo"),
        ("truce", "truce", None),
        ("title:truce AND aleppo AND feed:sana", "truce", "aleppo AND feed:sana"),
        ("aleppo AND truce OR mosul", "truce", "aleppo OR mosul"),
        ("aleppo AND truce OR truce", "truce", None),
    ],
)
def test_what_is_left_to_ask_when_an_idea_is_given(query: str, idea: str, rest: str | None) -> None:
    left = without(tree(query), tree(idea))
    assert (None if left is None else format_query(left)) == rest


def test_of_a_watch_its_names_are_left() -> None:
    left = without(compiled(topic("Aleppo ceasefire")).tree, tree("@ceasefire"))
    assert left is not None
    assert format_query(left) == "@aleppo OR title:@aleppo"


@few
@given(trees, st.lists(st.sampled_from(["lull", "pause", "truce"]), min_size=1, max_size=2, unique=True), TEXTS)
def test_a_widened_query_finds_all_that_it_found_and_can_be_read_back(node: Node, also: list[str], text: str) -> None:
    before = parse(format_query(node))
    if isinstance(before, QueryProblem):
        return  # it only says what must not be there
    evaluator = Evaluator(read(item(text)), NONE)
    for idea in query_ideas(before):
        wide = widen(before, idea, [tree(one) for one in also])
        assert not isinstance(parse(format_query(wide)), QueryProblem)
        if evaluator.find(before) is not None:
            assert evaluator.find(wide) is not None


@few
@given(trees, TEXTS)
def test_whatever_matches_a_query_matches_what_is_left_of_it(node: Node, text: str) -> None:
    evaluator = Evaluator(read(item(text)), NONE)
    if evaluator.find(node) is not None:
        for idea in query_ideas(node):
            left = without(node, idea)
            assert left is None or evaluator.find(left) is not None
