"""Plain words become a query that finds what a person means by them."""

from __future__ import annotations

import pytest

from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.format import format_query
from monitor.core.query.parse import parse
from monitor.core.query.reading import read
from monitor.core.query.tree import QueryProblem
from monitor.core.query.watch import watch_query
from tests.core.kit import item
from tests.core.packs import SHIPPED


def compiled(words: str, concepts: Concepts = SHIPPED) -> str:
    node = watch_query(words, concepts)
    assert not isinstance(node, QueryProblem)
    assert parse(format_query(node)) == node  # what is shown to people can be typed as a query
    return format_query(node)


def finds(words: str, content: str = "", title: str = "", language: str = "") -> bool:
    node = watch_query(words, SHIPPED)
    assert not isinstance(node, QueryProblem)
    return Evaluator(read(item(content, title, language=language)), SHIPPED).find(node) is not None


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("Aleppo", "@aleppo"),
        ("Aleppo Halab", "@aleppo"),
        ("bakery", "bakery"),
        ("the", "the"),
        ("AND", '"AND"'),
        ("B.B.", '"B.B."'),
        ("refugee", "@displacement"),
        ("the ground offensive", "@offensive"),
    ],
)
def test_one_idea_compiles_to_itself(words: str, query: str) -> None:
    assert compiled(words) == query


@pytest.mark.parametrize(
    ("words", "ideas"),
    [
        ("Aleppo ceasefire", ["@aleppo", "@ceasefire"]),
        ("the cease-fire in Halab", ["@ceasefire", "@aleppo"]),
        ("حلب cessation of hostilities", ["@aleppo", "@ceasefire"]),
        ("Mosul airstrikes", ["@mosul", "@airstrike"]),
        ("Smith's bakery", ['"Smith\'s"', "bakery"]),
        ("a b of the c", ["b", "c"]),
        ("x y z", ["x", "z"]),
        ("x w z", ["x", "w", "z"]),
    ],
)
def test_several_ideas_compile_to_nearness_or_the_headline(words: str, ideas: list[str]) -> None:
    query = compiled(words)
    assert query.startswith(" NEAR/24 ".join(ideas) + " OR ")
    assert "title:" in query
    assert compiled(" ".join(ideas).replace("@", "").replace('"', "")) == query


FEW = Concepts(
    [
        Definition("attack", ("attack", "assault"), ("gunmen NEAR/4 raid", "attack NOT NEAR/2 heart")),
        Definition("trade", ("exports",), ("tariff",)),
        Definition("ship", ("ship",), ("ship", "tanker")),
    ]
)


@pytest.mark.parametrize(
    ("words", "idea"),
    [
        ("bakery attack", "attack"),  # the concept speaks of attacks, and knows in which sense
        ("bakery assault", "@attack OR assault"),
        ("bakery exports", "@trade OR exports"),
        ("Baltic ship attack", "@attack OR attack"),
    ],
)
def test_a_word_counts_beside_the_concept_that_does_not_know_it(words: str, idea: str) -> None:
    query = compiled(words, FEW)
    assert (f"({idea})" in query) == ("OR" in idea)
    assert "@ship OR ship" not in query  # what the concept finds anyway is not said twice


def test_an_unknown_word_with_a_capital_is_a_name() -> None:
    named = "Baltic NEAR/24 @ship OR title:Baltic AND lead:@ship OR title:@ship NEAR/30 Baltic"
    assert compiled("Baltic ship", FEW) == named
    assert compiled("bakery ship", FEW) == "bakery NEAR/24 @ship OR title:(bakery OR @ship) AND lead:(bakery AND @ship)"


def test_without_concepts_the_words_stand_for_themselves() -> None:
    assert compiled("ceasefire", Concepts()) == "ceasefire"


@pytest.mark.parametrize("words", ["", "  ", "… — !", "of the"])
def test_a_watch_without_an_idea_is_refused(words: str) -> None:
    assert watch_query(words, SHIPPED) == QueryProblem(
        "there is no word to watch for", 0, len(words), 'write them as you would say them: "Aleppo ceasefire"'
    )


def test_a_watch_of_too_many_ideas_is_refused() -> None:
    assert not isinstance(watch_query("b c f g h i j k", SHIPPED), QueryProblem)
    found = watch_query("b c f g h i j k l", SHIPPED)
    assert isinstance(found, QueryProblem)
    assert found.message == "a watch of 9 ideas would match next to nothing: all must be present, and close"


FILLER = "Markets were calm and the weather was mild across the region through the whole of the week. " * 6


@pytest.mark.parametrize(
    ("title", "content"),
    [
        ("Ceasefire holds in Aleppo", ""),
        ("Aleppo: truce extended by a day", ""),
        ("Moscow announces halt in air strikes on Aleppo", ""),
        ("Russia to pause bombing of Aleppo for eight hours", ""),
        ("Aleppo guns fall silent", "The guns fell silent at noon in Aleppo, residents said."),
        ("Air strikes resume on Aleppo", ""),
        ("Warplanes return", "Bombing of eastern Aleppo resumed after three quiet days."),
        ("Humanitarian pause to begin at dawn", "Buses will wait at six crossings out of Aleppo from seven."),
        ("Aleppo", "Both sides agreed on Monday to lay down their arms until the weekend."),
        ("", "Damascus and Moscow said they would cease hostilities around Aleppo."),
        ("", "Armed groups turned down an offer to leave Aleppo, made together with a halt in air strikes."),
        ("Shelling stopped in Aleppo, monitors say", ""),
        ("Cessation of hostilities in Halab", ""),
        ("Waffenruhe in Aleppo in Kraft", ""),
        ("Trêve de huit heures à Alep", ""),
        ("Le cessez-le-feu d'Alep a été rompu", ""),
        ("L'arrêt des frappes sur Alep prolongé", ""),
        ("Alto el fuego en Alepo", ""),
        ("هدنة إنسانية في حلب", ""),
        ("وقف إطلاق النار في حلب يدخل حيز التنفيذ", ""),
        ("الهدنة بحلب تنهار", ""),
        ("Перемирие в Алеппо нарушено", ""),
        ("В Алеппо объявлена гуманитарная пауза", ""),
        ("Halep'te ateşkes: Aleppo", "Ateşkes başladı."),
        ("阿勒颇停火", ""),
        ("Rebels break Aleppo truce", "Shells landed within the hour."),
    ],
)
def test_aleppo_ceasefire_finds(title: str, content: str) -> None:
    assert finds("Aleppo ceasefire", content, title)


@pytest.mark.parametrize(
    ("title", "content"),
    [
        ("Ceasefire in Yemen takes hold", "The truce began at midnight in Sanaa and Taiz."),
        ("Yemen truce holds", "Sanaa was quiet. " + FILLER + "Elsewhere, schools in Aleppo reopened."),
        ("", "A ceasefire began in Yemen. " + FILLER + FILLER + "The agency also has an office in Aleppo."),
        ("Aleppo bakery wins a prize", "The bread of the old city is famous."),
        ("Fresh airstrikes hit Aleppo hospital", "Six people were killed when warplanes struck."),
        ("Aleppo soap factory to halt production", "Sales had ended in the spring."),
        ("Unions call a truce with the bakers of Damascus", ""),
        ("Kyiv rejects ceasefire terms", ""),
        ("Stop-and-go traffic in Aleppo", ""),
        ("Aleppo strikes gold in chess", "The team ended its long wait."),
        ("De-escalation talks in Geneva", "Diplomats mentioned nothing new."),
    ],
)
def test_aleppo_ceasefire_leaves_alone(title: str, content: str) -> None:
    assert not finds("Aleppo ceasefire", content, title)


@pytest.mark.parametrize(
    ("title", "content", "expected"),
    [
        ("Iraq begins the battle to retake Mosul", "", True),
        ("Mosul offensive enters third day", "", True),
        ("Peshmerga fighters storm three villages", "Mosul lies twenty kilometres to the west.", True),
        ("La bataille de Mossoul a commencé", "", True),
        ("انطلاق معركة الموصل", "", True),
        ("Мосул: наступление началось", "", True),
        ("", "The army pushed Daesh out of two villages; a major offensive on Mosul began on Monday.", True),
        ("Mosul mayor sorry for offensive remarks", "", False),
        ("Mosul university reopens", "Students returned on Monday.", False),
        ("Offensive on Raqqa begins", "Fighters entered the city from the north.", False),
    ],
)
def test_mosul_offensive(title: str, content: str, expected: bool) -> None:
    assert finds("Mosul offensive", content, title) is expected


def test_two_ideas_far_apart_in_a_text_are_not_one_thing() -> None:
    assert not finds("Aleppo ceasefire", "A truce. " + "word " * 30 + "Aleppo")
    assert finds("Aleppo ceasefire", "A truce. " + "word " * 4 + "Aleppo")


def test_a_headline_may_hold_one_idea_and_the_lead_the_other() -> None:
    assert finds("Aleppo ceasefire", "word " * 40 + "a truce", "Aleppo waits")
    assert finds("Aleppo ceasefire", "word " * 10 + "Aleppo", "A truce at last")
    assert not finds("Aleppo ceasefire", "word " * 80 + "a truce", "Aleppo waits")
    assert not finds("Aleppo ceasefire", "word " * 80 + "Aleppo", "A truce at last")
    assert not finds("Aleppo ceasefire", "word " * 40 + "Aleppo" + " word" * 40 + " truce", "Quiet night")
