"""What a query finds: each operator by hand, and against a definition too plain to be wrong."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.reading import PARAGRAPH_GAP, SENTENCE_GAP, Reading, read, stem, stemmer_for
from monitor.core.query.tree import And, In, Near, Node, Not, Or, Phrase, Word
from tests.core.kit import feed, few, find, item, matches, tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.model import Item


def spans(query: str, text: str | Item, concepts: Concepts | None = None) -> list[str]:
    """The words that each place of a match covers."""
    wanted = item(text) if isinstance(text, str) else text
    reading = read(wanted)
    found = find(query, wanted, concepts)
    assert found is not None
    return [" ".join(place.token.raw for place in reading.places[one.first : one.last + 1]) for one in found]


# One word -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("airstrike", "Fresh airstrikes overnight"),
        ("evacuating", "They were evacuated"),
        ("ALEPPO", "aleppo"),
        ("Ḥalab", "Halab is quiet"),
        ("treve", "Trêve à Alep"),
        ("syria", "Syria's army"),
        ("U.S.", "the U.S. envoy"),
        ("US", "the U.S. envoy"),
        ("alep", "l'est d'Alep"),
        ("=airstrikes", "Fresh Airstrikes overnight"),
        ("cs:NATO", "a NATO summit"),
        ("cs:NATO", "NATO's summit"),
        ("cs:ISIS's", "ISIS fighters"),
        ("cs:U.S.", "the U.S. envoy"),
        ("ceasefir*", "ceasefires hold"),
        ("*fire", "a ceasefire holds"),
        ("mos*l", "Mossoul"),
        ("mos*l", "mosl"),
        ("*hell*", "shelling"),
        ("m*s*l", "Mossoul"),
        ("trê*", "une TREVE"),
        ("mosul~1", "Mosull"),
        ("mosul~1", "mosul"),
        ("mosul~2", "Mossoul"),
        ('"1,500"', "some 1,500 people"),
        ("停火", "阿勒颇停火了"),
        ("युद्धविराम", "युद्धविराम की घोषणा।"),
        ("перемирие", "Объявлено перемирия"),
        ("هدنة", "الهدنة في المدينة"),
        ("الهدنة", "والهدنة وغيرها"),
        ("غارات", "وقف الغارات"),
        ("حلب", "بحلب"),
        ("الموصل", "معركة بالموصل"),
    ],
)
def test_a_word_finds(query: str, text: str) -> None:
    assert matches(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("strike", "Airstrikes overnight"),
        ("escalation", "calls for de-escalation"),
        ("offensive", "an inoffensive film"),
        ("=airstrike", "Fresh airstrikes overnight"),
        ("=resume", "fighting resumes"),
        ("cs:IS", "it is quiet"),
        ("cs:Turkey", "turkey for dinner"),
        ("cs:nato", "NATO summit"),
        ("ceasefir*", "cease fire"),
        ("mos*l", "mosque wines"),
        ("ab*ba", "aba"),
        ("ab*ab", "ab"),
        ("*fire", "fires"),
        ("mosul~1", "Mossoul"),
        ("mosul~2", "Morocco"),
        ('"1,500"', "some 1,600 people"),
        ("युद्धविराम", "युद्ध जारी"),
        ("aleppo", ""),
    ],
)
def test_a_word_does_not_find(query: str, text: str) -> None:
    assert not matches(query, text)


def test_a_word_is_stemmed_in_the_language_of_the_item() -> None:
    assert matches("offensive", item("les offensives", language="fr"))
    assert matches("airstrike", item("Airstrikes hit", language="ar"))  # the script outranks the label
    assert matches("Waffenruhen", item("die Waffenruhe", language="de-AT"))
    assert not matches("Waffenruhen", item("die Waffenruhe", language="en"))


@pytest.mark.parametrize(
    ("form", "language", "stemmer"),
    [
        ("truce", "", "english"),
        ("truce", "ar", "english"),
        ("truce", "ru", "english"),
        ("truce", "xx", "english"),
        ("treve", "fr-ca", "french"),
        ("حلب", "en", "arabic"),
        ("мир", "en", "russian"),
        ("мир", "sr", "serbian"),
        ("ειρηνη", "en", "greek"),
        ("", "en", "english"),
    ],
)
def test_the_script_of_a_word_outranks_the_language(form: str, language: str, stemmer: str) -> None:
    assert stemmer_for(form, language) == stemmer


@pytest.mark.parametrize("form", ["is", "1500", "x" * 41])
def test_short_words_numbers_and_endless_words_are_their_own_stem(form: str) -> None:
    assert stem(form, "english") == form


def test_a_made_up_language_is_no_language() -> None:
    assert {Reading(f"x{letter}-abc").language for letter in "abcdefg"} == {""}
    assert Reading("fr-CA").language == "fr"


# Words in a row -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ('"air strike"', "air strikes hit", True),
        ('"air strike"', "air-strikes hit", True),
        ('"air strike"', "strike air", False),
        ('"air strike"', "air. Strike hit", False),
        ('"air strike"', "air\nstrike", False),
        ('"air strike"', "air and strike", False),
        ('"halt in airstrikes"', "a halt in airstrikes now", True),
        ('"=halt in"', "halts in", False),
        ('"ceasefir* now"', "Ceasefires now", True),
        ('"that that"', "he said that that day", True),
        ('"that that"', "he said that", False),
        ('"truce aleppo"~3', "Aleppo saw a truce", True),
        ('"truce aleppo"~1', "Aleppo saw a truce", False),
        ('"truce aleppo"~2', "Aleppo saw a truce", True),
        ('"truce aleppo"~1', "truce aleppo", True),
        ('"new york new jersey"~3', "New York and New Jersey", True),
        ('"new york new jersey"~3', "York, New Jersey", False),
        ('"bye bye"~5', "bye and then bye", True),
        ('"bye bye"~5', "bye and then", False),
    ],
)
def test_a_phrase(query: str, text: str, expected: bool) -> None:
    assert matches(query, text) is expected


def test_a_phrase_does_not_run_from_the_headline_into_the_text() -> None:
    assert not matches('"aleppo truce"', item("Truce holds", title="Shells hit Aleppo"))
    assert matches("aleppo NEAR/2 truce", item("Truce holds", title="Shells hit Aleppo"))


# Near -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("a NEAR/3 b", "a x x b", True),
        ("a NEAR/2 b", "a x x b", False),
        ("a NEAR/3 b", "b x x a", True),
        (f"a NEAR/{SENTENCE_GAP + 1} b", "a x. b", False),
        (f"a NEAR/{SENTENCE_GAP + 2} b", "a x. b", True),
        (f"a NEAR/{PARAGRAPH_GAP} b", "a\nb", False),
        (f"a NEAR/{PARAGRAPH_GAP + 1} b", "a\nb", True),
        ("a ONEAR/3 b", "a x b", True),
        ("a ONEAR/3 b", "b x a", False),
        ("a ONEAR/3 b", "b a x b", True),
        ("a NEAR/3 a", "a", False),
        ("a NEAR/3 a", "a x a", True),
        ("a NOT NEAR/2 b", "a b", False),
        ("a NOT NEAR/2 b", "a b x x x a", True),
        ("a NOT NEAR/2 b", "a", True),
        ("a NOT NEAR/2 b", "b", False),
        ("a NOT ONEAR/2 b", "b a", True),
        ("a NOT ONEAR/2 b", "a b", False),
        ("a NOT NEAR/3 a", "a x a", False),
        ("a NOT NEAR/3 a", "a x x x x a", True),
        ('"a b" NEAR/2 c', "a b x c", True),
        ('"a b" NEAR/2 c', "c x a b", True),
        ('"a b c" NEAR/1 b', "a b c", True),  # interlaced
        ('"a b c" NOT NEAR/1 b', "a b c", False),
        ("a NEAR/2 b NEAR/2 c", "b a x c", True),
        ("a NEAR/2 b NEAR/2 c", "b x a x x x c", False),
        ("(a OR b) NEAR/1 (c OR d)", "x b c x", True),
        ("a NEAR/2 title:b", "a b", False),
    ],
)
def test_near(query: str, text: str, expected: bool) -> None:
    words = query.replace("a", "alpha").replace("b", "bravo").replace(" c", " charlie").replace("(c", "(charlie")
    words = words.replace("d)", "delta)")
    text = " ".join({"a": "alpha", "b": "bravo", "c": "charlie"}.get(word, word) for word in text.split(" "))
    text = text.replace("a\nb", "alpha\nbravo")
    assert matches(words, text) is expected


def test_near_finds_each_pair_once() -> None:
    assert spans("truce NEAR/3 aleppo", "truce x aleppo x truce") == ["truce x aleppo", "aleppo x truce"]


# Together -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("truce AND aleppo", "truce in aleppo", True),
        ("truce AND aleppo", "truce in homs", False),
        ("truce OR siege", "the siege", True),
        ("truce OR siege", "the sea", False),
        ("truce NOT yemen", "truce in aleppo", True),
        ("truce NOT yemen", "truce in yemen", False),
        ("truce NOT (yemen AND sanaa)", "truce in yemen", True),
        ("* NOT yemen", "anything", True),
        ("* NOT yemen", "yemen", False),
        ("*", "", True),
        ("2 OF (fuel, bread, water)", "bread and water", True),
        ("2 OF (fuel, bread, water)", "bread and bread", False),
        ("2 OF (fuel, NOT bread) AND fuel", "fuel", True),
        ("2 OF (fuel, NOT bread) AND fuel", "fuel, bread", False),
        ("ATLEAST/2(truce)", "truce after truce", True),
        ("ATLEAST/2(truce)", "a truce", False),
        ("ATLEAST/2(truce)", "war", False),
        ("ATLEAST/2(truce OR =truce OR truc*)", "a truce", False),
        ("ATLEAST/2(truce OR armistice)", "a truce, an armistice", True),
    ],
)
def test_words_together(query: str, text: str, expected: bool) -> None:
    assert matches(query, text) is expected


def test_everything_and_not_match_without_a_place() -> None:
    assert find("* NOT yemen", item("a truce")) == []


def test_places_come_in_order() -> None:
    assert spans("aleppo AND truce AND siege", "siege, truce and Aleppo") == ["siege", "truce", "Aleppo"]


# Fields ---------------------------------------------------------------------------------------------------------------

FULL = item(
    "Opening words. " + "filler " * 60 + "Closing words.",
    "Halt in Aleppo",
    summary="A short account.",
    feed="sana",
    author="Jane Smith",
    tags=("syria", "State Media"),
    language="en-gb",
    link="https://www.example.org/news/halt-in-strikes",
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title:aleppo", True),
        ("title:opening", False),
        ("title:(halt AND aleppo)", True),
        ("title:(halt AND opening)", False),
        ("title:(NOT opening) AND opening", True),
        ("lead:opening", True),
        ("lead:aleppo", True),
        ("lead:closing", False),
        ("summary:account", True),
        ("summary:opening", False),
        ("content:closing", True),
        ("content:aleppo", False),
        ("feed:sana", True),
        ("feed:agency", True),
        ("feed:bbc", False),
        ("tag:syria", True),
        ('tag:"state media"', True),
        ('tag:"syria state"', False),
        ("tag:official", True),
        ("author:smith", True),
        ("lang:en", True),
        ("lang:fr", False),
        ("link:example", True),
        ("link:news", True),
        ("sana", False),
        ("smith", False),
        ("syria", False),
        ("NOT tag:sport AND halt", True),
    ],
)
def test_a_field_holds_only_its_own_words(query: str, expected: bool) -> None:
    sana = feed("sana", title="Syrian Agency", tags=("official",))
    assert (find(query, FULL, feed=sana) is not None) is expected


def test_a_summary_that_the_content_repeats_is_still_the_summary() -> None:
    wanted = item("A truce begins at dawn. Aleppo waits.", summary="A truce begins at dawn …")
    assert matches("summary:truce", wanted)
    assert not matches("summary:aleppo", wanted)
    assert spans("truce", wanted) == ["truce"]  # and is one mention
    assert matches("summary:truce", item("Nothing.", summary="A truce."))
    assert not matches("summary:x", item("x", summary="…"))


def test_an_item_without_any_text_has_empty_fields() -> None:
    assert not matches("title:a OR lead:a OR summary:a OR content:a", item(""))


# Concepts -------------------------------------------------------------------------------------------------------------

PACK = Concepts(
    [
        Definition("truce", ("truce",), ("truce", '"cease fire"', "halt NEAR/3 strikes", "truc*")),
        Definition("peace", ("peace",), ("@truce", "peace")),
        Definition("void", (), ("*",)),
    ]
)


def test_a_concept_finds_any_of_its_expressions() -> None:
    assert spans("@truce", "truce, cease-fire, halt in strikes", PACK) == ["truce", "cease fire", "halt in strikes"]
    assert spans("@peace", "a cease-fire", PACK) == ["cease fire"]
    assert not matches("@truce", "war", PACK)
    assert matches("@truce NEAR/3 aleppo", "a halt in strikes on Aleppo", PACK)


def test_one_place_is_one_mention_of_a_concept_named_by_the_first_expression() -> None:
    found = find("@truce", item("truce"), PACK)
    assert found is not None
    assert [part.expression for one in found for part in one.parts] == ["truce"]
    assert not matches("ATLEAST/2(@truce)", "truce", PACK)


def test_a_concept_without_a_place_matches_nothing() -> None:
    assert not matches("@void", "anything", PACK)
    assert not matches("@unheard", "anything", PACK)


# Against a plain definition -------------------------------------------------------------------------------------------

LETTERS = ("alpha", "bravo", "charlie")
texts = st.lists(st.sampled_from([*LETTERS, "x", ".", "\n"]), max_size=14).map(" ".join)
letters = st.builds(Word, st.sampled_from(LETTERS))
flat_phrases = st.lists(letters, min_size=2, max_size=3).map(lambda words: Phrase(tuple(words)))
distances = st.sampled_from([1, 2, 4, SENTENCE_GAP, SENTENCE_GAP + 1, SENTENCE_GAP + 2, PARAGRAPH_GAP + 1, 60])
nears = st.builds(Near, letters, letters, distances, st.booleans(), st.booleans())
groups: st.SearchStrategy[Node] = st.recursive(
    letters | nears | flat_phrases,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: And(tuple(nodes))),
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: Or(tuple(nodes))),
        st.builds(Not, inner),
        st.builds(In, st.just("title"), inner),
    ),
    max_leaves=6,
)


def plainly(node: Node, words: list[tuple[str, int]]) -> bool:
    """The same by definition, over (word, position) pairs."""
    at: Callable[[Node], list[int]] = lambda one: [where for word, where in words if Word(word) == one]  # noqa: E731
    match node:
        case Word():
            return bool(at(node))
        case Phrase(parts):
            runs = product(*(at(part) for part in parts))
            return any(all(later == earlier + 1 for earlier, later in pairwise(run)) for run in runs)
        case Near(left, right, distance, ordered, negated):
            close = {
                (one, other)
                for one, other in product(at(left), at(right))
                if one != other and abs(one - other) <= distance and (one < other or not ordered)
            }
            if negated:
                return any(all((one, other) not in close for other in at(right)) for one in at(left))
            return bool(close)
        case And(nodes):
            return all(plainly(child, words) for child in nodes)
        case Or(nodes):
            return any(plainly(child, words) for child in nodes)
        case Not(child):
            return not plainly(child, words)
        case In(_, child):
            return plainly(child, [])
        case _:
            raise AssertionError(node)


def positions(text: str) -> list[tuple[str, int]]:
    """One apart, and a gap more across a full stop or a line."""
    words: list[tuple[str, int]] = []
    where, gap = 0, 0
    for piece in text.replace("\n", " \n ").split(" "):
        if piece == "\n" and words:
            gap = PARAGRAPH_GAP
        elif piece == "." and words:
            gap = max(gap, SENTENCE_GAP)
        elif piece.isalpha():
            where += (1 + gap) if words else 0
            words.append((piece, where))
            gap = 0
    return words


@few
@given(groups, texts)
def test_the_evaluator_agrees_with_the_plain_definition(node: Node, text: str) -> None:
    wanted = item(text)
    shown = positions(wanted.content)
    assert (Evaluator(read(wanted), Concepts()).find(node) is not None) == plainly(node, shown)


def test_the_plain_definition_places_words_as_readings_do() -> None:
    text = "alpha . bravo\nx charlie\n. alpha"
    assert [place.position for place in read(item(text)).places if place.field == "content"] == [
        where for _, where in positions(text)
    ]


# Bounds ---------------------------------------------------------------------------------------------------------------

FLOOD = item("bomb " * 40_000)
HALVES = item("alpha " * 15_000 + "bravo " * 15_000)


@pytest.mark.parametrize(
    "query",
    [
        "bomb",
        "bomb NEAR/1000 bomb",
        "bomb NEAR/1000 bomb NEAR/1000 bomb NEAR/1000 bomb NEAR/1000 bomb",
        "bomb ONEAR/1000 bomb ONEAR/1000 (bomb NEAR/1000 bomb)",
        "(bomb NEAR/1000 bomb) NOT NEAR/1000 (bomb NEAR/500 bomb)",
        "bomb NOT NEAR/1000 (bomb ONEAR/1000 bomb)",
        '"bomb bomb bomb"',
        '"bomb bomb bomb"~1000',
        "bo*b AND *om* AND bomb~2",
        "ATLEAST/4000(bomb)",
    ],
)
def test_a_flood_of_one_word_leads_to_bounded_work(query: str) -> None:
    found = Evaluator(read(FLOOD), Concepts()).find(tree(query))
    assert len(found or ()) <= 4_000


@pytest.mark.parametrize(
    "query",
    [
        "bravo ONEAR/1000 alpha",
        "alpha NOT NEAR/1 bravo",
        "bravo NOT NEAR/1000 alpha",
        "(alpha NEAR/1000 alpha) NOT NEAR/1 bravo",
        "alpha NEAR/1000 bravo NEAR/1000 alpha",
    ],
)
def test_two_floods_side_by_side_lead_to_bounded_work(query: str) -> None:
    found = Evaluator(read(HALVES), Concepts()).find(tree(query))
    assert len(found or ()) <= 4_000


def test_one_endless_word_leads_to_bounded_work() -> None:
    endless = item("mos" * 60_000 + " x " + "a" * 19_000)
    assert not matches("*mos*l*", endless)
    assert not matches("a*a*a*a*a*a*a*ab", endless)
    assert matches("*mos*mos*", endless)
    assert not matches("mosul~2", endless)
