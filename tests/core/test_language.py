"""Which language an item is stemmed in: by what its feed says, by its words, and when neither tells."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.query.language import STEMMERS, language_of, stemmed
from monitor.core.query.reading import read
from monitor.core.query.wordlists import ENDINGS, LETTERS, WORDS
from tests.core.kit import few, item, matches

LINES = (Path(__file__).parents[1] / "corpora" / "languages" / "headlines.txt").read_text("utf-8").splitlines()
HEADLINES = [(line.split("\t")[0].strip("-"), line.split("\t")[1]) for line in LINES if not line.startswith("#")]
KIN = {"da", "no", "sv"}
LATIN = sorted({code for code, _ in HEADLINES if code in ENDINGS})

FRENCH = "Le président a déclaré lundi que les pourparlers de paix reprendraient dans la ville après une semaine."


def test_a_headline_alone_is_recognised_or_left_alone_but_hardly_ever_taken_for_another_language() -> None:
    found = [(code, language_of(item(title=headline))) for code, headline in HEADLINES]
    right = sum(code == said for code, said in found)
    astray = [(code, said) for code, said in found if said not in (code, "") and not {code, said} <= KIN]
    assert right >= 0.84 * len(found)
    assert astray == []


def test_a_headline_and_two_sentences_are_recognised() -> None:
    # Three headlines of a language, one after another, stand for an item with a summary.
    texts = {code: [text for one, text in HEADLINES if one == code] for code in LATIN}
    found = [
        (code, language_of(item(title=lines[at], summary=" ".join(lines[at + 1 : at + 3]))))
        for code, lines in texts.items()
        for at in range(0, len(lines) - 2, 3)
    ]
    wrong = [(code, said) for code, said in found if code != said and not {code, said} <= KIN]
    assert len(wrong) <= 0.06 * len(found), wrong


def test_what_the_feed_declares_holds() -> None:
    for code, headline in HEADLINES:
        if code:
            assert language_of(item(title=headline, language=f"{code}-XX")) == code


def test_a_feed_that_plainly_lies_is_not_believed() -> None:
    assert language_of(item(FRENCH, language="en-US")) == "fr"
    assert language_of(item(FRENCH, language="de")) == "fr"
    assert language_of(item("Trêve à Alep", language="en")) == "en"  # a few words prove nothing


@pytest.mark.parametrize("declared", ["", "xx", "pl", "zh-hans"])
def test_without_a_language_that_we_stem_the_words_decide(declared: str) -> None:
    assert language_of(item(FRENCH, language=declared)) == "fr"


@pytest.mark.parametrize("text", ["", "Aleppo", "1,500", "BBC", "…", "Plant", "Face"])
def test_one_word_proves_nothing(text: str) -> None:
    assert language_of(item(title=text)) == ""


def test_bokmal_is_norwegian() -> None:
    text = (
        "Politiet har pågrepet fire mistenkte etter angrepet, og de må nå møte i retten, sier ministeren mellom møtene."
    )
    assert language_of(item(text, language="nb")) == "nb"
    assert language_of(item(text)) == "no"


def test_a_name_in_another_script_changes_nothing() -> None:
    assert language_of(item(f"{FRENCH} (Алеппо, حلب)")) == "fr"
    assert language_of(item("الهدنة في حلب صامدة منذ يومين BBC NATO")) == "ar"


def test_matching_and_laying_out_use_the_language_that_was_found() -> None:
    wanted = item(FRENCH)
    assert read(wanted).language == "fr"
    assert matches("reprendre", wanted)
    assert not matches("reprendre", item("Ils reprendraient"))  # nothing tells: stemmed as English


@pytest.mark.parametrize("tag", ["fr", "fr-CA"])
def test_a_tag_names_its_language(tag: str) -> None:
    assert stemmed(tag) == "fr"


def test_every_language_of_the_tables_is_stemmed_or_marked_as_not() -> None:
    for table in (WORDS, LETTERS, ENDINGS):
        assert {code for code in table if not code.startswith("-")} <= set(STEMMERS)
    repeated = [word for words in WORDS.values() for word, times in Counter(words.split()).items() if times > 1]
    assert repeated == []


@few
@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(["", "en", "fr-CA", "xx", "ar"]))
def test_any_text_has_a_language_that_we_stem_or_none(title: str, content: str, declared: str) -> None:
    said = language_of(item(content, title, language=declared))
    assert said in STEMMERS or said == ""
    assert said == language_of(item(content, title, language=declared))
