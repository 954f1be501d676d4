"""Every expression of every pack: a sentence that it must find, and a near miss that it must leave alone, by itself.

The sentences live in tests/corpora/packs/PACK.toml: one table a concept, and in it, under each expression as the pack
writes it, `{ match = "…", no_match = "…" }`, with `lang = "fr"` where the feed has to declare a language for the
inflection to be known.
"""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from monitor.core.query.concepts import Concepts, parse_expression
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.reading import read
from monitor.core.query.tree import And, AtLeast, In, Near, Node, Not, Or, Phrase, QueryProblem, SomeOf, Word
from monitor.core.text import fold, tokens
from monitor.settings.packs import available_packs, read_pack
from tests.core.kit import ROOT, item

SENTENCES = ROOT / "tests" / "corpora" / "packs"
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in available_packs().items()}
PACKS = {name: read_pack(path) for name, path in available_packs().items()}
EVERYTHING = Concepts(definition for pack in PACKS.values() for definition in pack)
CONCEPTS = [(pack, definition.name) for pack, definitions in PACKS.items() for definition in definitions]
ALIKE = 4  # letters in a row that two long words share at least


def sentences(pack: str) -> dict[str, dict[str, dict[str, str]]]:
    path = SENTENCES / f"{pack}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


OF_PACK = {pack: sentences(pack) for pack in PACKS}


def finds(expression: str, sentence: str, language: str = "") -> bool:
    tree = parse_expression(expression)
    assert not isinstance(tree, QueryProblem), tree
    return Evaluator(read(item(sentence, language=language)), EVERYTHING).find(tree) is not None


def words_of(node: Node) -> set[str]:
    """The words that an expression is made of, folded; stars leave the letters before them."""
    match node:
        case Word(text):
            return {fold(text.split("*")[0] or text.replace("*", ""))}
        case Phrase(words):
            return {form for word in words for form in words_of(word)}
        case And(nodes) | Or(nodes) | SomeOf(_, nodes):
            return {form for child in nodes for form in words_of(child)}
        case Not(child) | In(_, child) | AtLeast(_, child):
            return words_of(child)
        case Near(left, right):
            return words_of(left) | words_of(right)
        case _:
            return set()


def alike(one: str, other: str) -> bool:
    """Whether two words look alike: a run of letters in common, or all of a shorter word. Short words need fewer."""
    run = ALIKE - (len(one) < 7) - (not one.isascii() and len(one) < 6)
    size = min(len(one), len(other), run)
    return any(one[at : at + size] in other for at in range(len(one) - size + 1))


@pytest.mark.parametrize(("pack", "name"), CONCEPTS)
def test_every_expression_has_its_sentences_and_every_sentence_its_expression(pack: str, name: str) -> None:
    told = OF_PACK[pack].get(name, {})
    expressions = EVERYTHING.definitions[name].expressions
    assert [one for one in expressions if one not in told] == []
    assert [one for one in told if one not in expressions] == []
    assert len(expressions) == len(set(expressions))
    for entry in told.values():
        assert {"match", "no_match"} <= set(entry) <= {"match", "no_match", "lang"}
        assert all(text.strip() for text in entry.values())


@pytest.mark.parametrize(("pack", "name"), CONCEPTS)
def test_every_expression_finds_its_sentence_alone(pack: str, name: str) -> None:
    told = OF_PACK[pack].get(name, {})
    assert [
        (expression, entry["match"])
        for expression, entry in told.items()
        if not finds(expression, entry["match"], entry.get("lang", ""))
    ] == []


@pytest.mark.parametrize(("pack", "name"), CONCEPTS)
def test_every_expression_leaves_its_near_miss_alone(pack: str, name: str) -> None:
    told = OF_PACK[pack].get(name, {})
    assert [
        (expression, entry["no_match"])
        for expression, entry in told.items()
        if finds(expression, entry["no_match"], entry.get("lang", ""))
    ] == []


@pytest.mark.parametrize(("pack", "name"), CONCEPTS)
def test_every_near_miss_is_near(pack: str, name: str) -> None:
    far = []
    for expression, entry in OF_PACK[pack].get(name, {}).items():
        tree = parse_expression(expression)
        assert not isinstance(tree, QueryProblem)
        wanted = words_of(tree)
        if wanted and not any(alike(one, token.form) for token in tokens(entry["no_match"]) for one in wanted):
            far.append((expression, entry["no_match"]))
    assert far == []


def test_the_sentences_are_of_packs_and_concepts_that_ship() -> None:
    assert {path.stem for path in SENTENCES.glob("*.toml")} == set(PACKS)
    for pack, definitions in PACKS.items():
        assert set(OF_PACK[pack]) <= {definition.name for definition in definitions}


@pytest.mark.parametrize("pack", PACKS)
def test_every_pack_says_what_it_is(pack: str) -> None:
    head: dict[str, Any] = tomllib.loads(TEXTS[pack])["pack"]
    assert set(head) == {"name", "version", "about"}
    assert head["name"] == pack
    assert head["version"].isdigit()
    assert 20 <= len(head["about"]) <= 160
    assert "\n" not in head["about"]


def test_no_concept_is_in_two_packs() -> None:
    names = [name for _, name in CONCEPTS]
    assert sorted(names) == sorted(set(names))


def test_no_words_summon_two_concepts() -> None:
    """Also not by an s more or less, which a watch forgives. Names may differ by it, as Hama and Hamas do."""
    owner: dict[tuple[str, ...], str] = {}
    clashes = []
    for definition in EVERYTHING.definitions.values():
        for words in definition.called:
            *first, last = (token.form for token in tokens(words))
            key = (*first, last if definition.is_name else last.removesuffix("s"))
            if owner.setdefault(key, definition.name) != definition.name:
                clashes.append((words, definition.name, owner[key]))
    assert clashes == []


@pytest.mark.parametrize(("pack", "name"), CONCEPTS)
def test_a_concept_is_called_by_its_own_name(pack: str, name: str) -> None:
    assert EVERYTHING.called(tuple(token.form for token in tokens(name.replace("-", " ")))) == name


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_stands_alone(pack: str) -> None:
    """It may be the only one that a configuration names, so it refers to no other."""
    assert Concepts(PACKS[pack]).problems == []


# The checks themselves ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("offensive", "inoffensive", True),
        ("truce", "trick", False),
        ("truce", "trucks", True),
        ("isis", "crisis", True),
        ("ied", "died", True),
        ("حلب", "حليب", True),
        ("حلب", "كتاب", False),
        ("mosul", "mosquito", True),
        ("mosul", "moth", False),
        ("火", "火", True),
        ("grenade", "pomegranate", False),
        ("grenade", "grenadine", True),
    ],
)
def test_what_looks_alike(one: str, other: str, expected: bool) -> None:
    assert alike(one, other) is expected


def test_the_words_of_an_expression() -> None:
    tree = parse_expression(
        '(launch OR "air strike") NEAR/4 (town NOT NEAR/2 down) AND NOT title:(2 OF (ceasef*, cs:IS))'
    )
    assert not isinstance(tree, QueryProblem)
    assert words_of(tree) == {"launch", "air", "strike", "town", "down", "ceasef", "is"}
