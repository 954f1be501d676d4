"""Concepts: the packs that ship hold what they promise, and definitions that cannot work are refused."""

from __future__ import annotations

import pytest

from monitor.core.model import Expect, Topic, TopicId
from monitor.core.query.concepts import (
    REFERENCES_MAX,
    Concepts,
    Definition,
    parse_expression,
    unknown_concepts,
)
from monitor.core.query.topics import build_index, check_text, unexpected
from monitor.core.query.tree import QueryProblem
from monitor.settings.packs import available_packs, read_pack
from tests.core.kit import matches, tree

PACKS = {name: read_pack(path) for name, path in available_packs().items()}
SHIPPED = Concepts(definition for pack in PACKS.values() for definition in pack)
DEFINITIONS = [definition for pack in PACKS.values() for definition in pack]
MATCH = [(one.name, sentence) for one in DEFINITIONS for sentence in one.match]
NO_MATCH = [(one.name, sentence) for one in DEFINITIONS for sentence in one.no_match]


def concept(name: str, *expressions: str, called: tuple[str, ...] = ()) -> Definition:
    return Definition(name, called, expressions)


# The packs ------------------------------------------------------------------------------------------------------------


def test_packs_ship_and_are_sound() -> None:
    assert "conflict" in PACKS
    assert SHIPPED.problems == []


@pytest.mark.parametrize(("name", "sentence"), MATCH)
def test_a_concept_matches_its_own_examples(name: str, sentence: str) -> None:
    assert matches(f"@{name}", sentence, SHIPPED)


@pytest.mark.parametrize(("name", "sentence"), NO_MATCH)
def test_a_concept_does_not_match_its_counter_examples(name: str, sentence: str) -> None:
    assert not matches(f"@{name}", sentence, SHIPPED)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=[one.name for one in DEFINITIONS])
def test_every_shipped_concept_is_called_something_and_has_examples_of_both_kinds(definition: Definition) -> None:
    assert definition.called
    assert definition.match
    assert definition.no_match


def test_no_two_shipped_concepts_are_called_the_same() -> None:
    called = [words.lower() for definition in DEFINITIONS for words in definition.called]
    assert len(called) == len(set(called))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("La trêve entre en vigueur à l'aube", True),
        ("وقف إطلاق النار يدخل حيز التنفيذ", True),
        ("الهدنة في حلب انتهت", True),
        ("Fighting stopped at noon", True),
        ("They agreed to suspend air strikes", True),
        ("Jets bombed the market", False),
        ("Talks about grain prices ended", False),
    ],
)
def test_the_ceasefire_concept_beyond_its_own_examples(sentence: str, expected: bool) -> None:
    assert matches("@ceasefire", sentence, SHIPPED) is expected


# Definitions ----------------------------------------------------------------------------------------------------------


def test_a_later_definition_replaces_an_earlier_one() -> None:
    both = Concepts([concept("truce", "lull"), concept("truce", "calm")])
    assert both.names == ["truce"]
    assert matches("@truce", "calm", both)
    assert not matches("@truce", "lull", both)


def test_the_words_that_summon_a_concept_are_folded_and_forgive_an_s() -> None:
    concepts = Concepts([concept("strike", "airstrike", called=("Air Strike", "bombings"))])
    assert concepts.called(("air", "strike")) == "strike"
    assert concepts.called(("air", "strikes")) == "strike"
    assert concepts.called(("bombing",)) == "strike"
    assert concepts.called(("strike",)) is None
    assert concepts.called(()) is None
    assert concepts.longest_call == 2
    assert Concepts().longest_call == 1


def test_a_broken_expression_is_a_problem_and_the_others_still_work() -> None:
    concepts = Concepts([concept("truce", "truce", '"cease fire')])
    (problem,) = concepts.problems
    assert (problem.concept, problem.expression) == ("truce", '"cease fire')
    assert problem.problem.message == "this quote is never closed"
    assert matches("@truce", "a truce", concepts)


@pytest.mark.parametrize(
    ("expression", "query"),
    [
        ("safe passage", '"safe passage"'),
        (" safe   passage ", '"safe passage"'),
        ("ceasefir* now", '"ceasefir* now"'),
        ("=safe passage", '"=safe passage"'),
        ("truce", "truce"),
        ("safe AND passage", "safe AND passage"),
        ('"safe passage" route', '"safe passage" AND route'),
        ("passage -bird", "passage AND NOT bird"),
        ("mosul~1 route", "mosul~1 AND route"),
        ("safe @passage", "safe AND @passage"),
    ],
)
def test_words_side_by_side_in_an_expression_are_a_phrase(expression: str, query: str) -> None:
    assert parse_expression(expression) == tree(query)


@pytest.mark.parametrize("expression", ["a* truce", '"open', "", "NOT a"])
def test_a_broken_expression_is_pointed_at_within_its_text(expression: str) -> None:
    problem = parse_expression(expression)
    assert isinstance(problem, QueryProblem)
    assert 0 <= problem.start <= problem.end <= len(expression)


def test_an_unknown_reference_is_a_problem() -> None:
    concepts = Concepts([concept("peace", "peace", "talks AND @truce")])
    (problem,) = concepts.problems
    assert problem.problem.message == "there is no concept @truce"
    assert (problem.problem.start, problem.problem.end) == (0, len("talks AND @truce"))
    assert "truce" not in concepts
    assert "peace" in concepts


@pytest.mark.parametrize(
    ("definitions", "refused"),
    [
        ([concept("a", "@a")], ["a"]),
        ([concept("a", "x OR @b"), concept("b", "NOT @a AND y")], ["a"]),
        ([concept("a", "@b"), concept("b", "@c NEAR/3 x"), concept("c", "title:@a")], ["a"]),
        ([concept("a", "ATLEAST/2(@b)"), concept("b", "1 OF (@b, x)")], ["b"]),
        ([concept("a", "@b", "@c"), concept("b", "@d"), concept("c", "@d"), concept("d", "x")], []),
    ],
)
def test_circles_are_refused_and_nothing_else(definitions: list[Definition], refused: list[str]) -> None:
    concepts = Concepts(definitions)
    assert [problem.concept for problem in concepts.problems] == refused
    assert all(problem.problem.message.endswith("is defined by itself") for problem in concepts.problems)
    for name in concepts.names:
        matches(f"@{name}", "x y z", concepts)  # comes back


def test_a_long_chain_of_references_is_refused_instead_of_breaking_the_evaluator() -> None:
    names = [f"c{number}" for number in range(2_000)]
    chain = Concepts([concept(one, f"@{other}") for one, other in zip(names, [*names[1:], "end"], strict=True)]
                     + [concept("end", "x")])  # fmt: skip
    assert chain.problems
    assert "stands on more than" in chain.problems[0].problem.message
    assert not matches("@c0", "x", chain)
    assert matches(f"@c{2_000 - REFERENCES_MAX}", "x", chain)


def test_unknown_names_are_found_everywhere_in_a_query() -> None:
    query = tree("@a AND (title:@b OR NOT @c) AND (x NEAR/3 @d) AND ATLEAST/2(@e) AND 1 OF (@f, *)")
    assert unknown_concepts(query, Concepts([concept("c", "x")])) == ["a", "b", "d", "e", "f"]


# Topics made ready ----------------------------------------------------------------------------------------------------

TRUCE = Concepts([concept("truce", "truce", called=("truce",))])


@pytest.mark.parametrize(
    ("text", "kind", "messages"),
    [
        ("Aleppo truce", "watch", []),
        ("the", "watch", []),
        ("…", "watch", ["there is no word to watch for"]),
        ("@truce AND aleppo", "query", []),
        ("aleppo AND", "query", ["something is missing after this"]),
        ("@siege OR @truce", "concept", ["there is no concept @siege"]),
    ],
)
def test_texts_of_a_configuration_are_checked(text: str, kind: str, messages: list[str]) -> None:
    assert [problem.message for problem in check_text(text, kind, TRUCE)] == messages


def test_an_unknown_concept_is_pointed_at_with_those_that_exist() -> None:
    (problem,) = check_text("x AND @Siege", "query", TRUCE)
    assert (problem.start, problem.end, problem.help) == (6, 12, "known: @truce")
    assert check_text("@siege", "query", Concepts())[0].help == "known: none"


def test_expect_lines_that_do_not_hold_are_told_with_the_reason() -> None:
    lines = (
        Expect("A truce in Aleppo", match=True),
        Expect("A truce in Yemen", match=True),
        Expect("Aleppo: no truce", match=False),
        Expect("Aleppo is calm", match=False),
    )
    index = build_index([Topic(TopicId("t"), watch="Aleppo truce", expect=lines)], TRUCE)
    failures = unexpected(index)
    assert [(failure.topic, failure.number) for failure in failures] == [("t", 1), ("t", 2)]
    assert failures[0].why.startswith("It does not match Aleppo NEAR/24 @truce")
    assert failures[1].why == "It matches “Aleppo” and “truce” (@truce), and must not."


def test_a_topic_that_was_never_checked_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="topic t: the query is empty"):
        build_index([Topic(TopicId("t"), query="")], TRUCE)
