"""Words folded to be compared: what becomes one, what stays two, and that folding is final."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.text import APOSTROPHES, fold
from tests.core.kit import few, item, matches


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # digits and compatibility forms
        ("١٢", "12"),
        ("۱۲", "12"),
        ("१२", "12"),
        ("１２", "12"),
        ("١٢٫٥", "12.5"),
        ("𝐀𝐥𝐞𝐩𝐩𝐨", "aleppo"),
        ("𝒜𝓁𝑒𝓅𝓅ℴ", "aleppo"),
        ("ｶﾞｻﾞ", "ガザ"),
        ("ﬂag", "flag"),
        ("金", "金"),
        ("ﻫﺪﻧﺔ", "هدنة"),
        # Latin
        ("Ħal", "hal"),
        ("SS-Straße", "ss-strasse"),
        ("col·legi", "collegi"),
        # Greek, Cyrillic
        ("Ειρήνη", "ΕΙΡΗΝΗ"),
        ("за́мок", "замок"),
        # Arabic, Persian, Urdu, Hebrew
        ("مسؤول", "مسوول"),
        ("ہندوستان", "هندوستان"),
        ("نیروی", "نيروي"),
        ("مُحَمَّد", "محمد"),
        ("צה״ל", "צהל"),
        # Hindi
        ("क़तर", "कतर"),
        # hidden signs
        ("Al\u200beppo", "aleppo"),
        ("Al\u00adeppo", "aleppo"),
        ("Al\u2060ep\ufeffpo", "aleppo"),
    ],
)
def test_more_spellings_that_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
def test_an_apostrophe_of_any_kind_is_no_letter(apostrophe: str) -> None:
    assert fold(f"Sana{apostrophe}a") == "sanaa"
    assert matches("Sana'a", f"Shelling in Sana{apostrophe}a")
    assert matches("Assad", f"Assad{apostrophe}s army")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ガザ", "カサ"),
        ("バス", "ハス"),
        ("ข่าว", "ขาว"),
        ("йод", "иод"),
        ("їх", "іх"),
        ("कर्म", "करम"),
        ("போர்", "போர"),
        ("мир", "mup"),
        ("АЛЕРРО", "ALEPPO"),  # all Cyrillic
        ("РОТ", "POT"),
    ],
)
def test_marks_that_make_another_letter_stay_and_pure_scripts_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("mixed", "plain"),
    [
        ("Aleрpo", "aleppo"),
        ("Αleppo", "aleppo"),
        ("ΝATO", "nato"),
        ("ВBC", "bbc"),
        ("Москвa", "москва"),
        ("Pоссия", "россия"),
        ("Aθήνα", "αθηνα"),
        ("Ukrаіne", "ukraine"),
    ],
)
def test_a_look_alike_letter_counts_as_the_letter_it_passes_for(mixed: str, plain: str) -> None:
    assert fold(mixed) == plain
    assert matches(plain, f"News from {mixed} tonight")
    found = item(f"News from {mixed} tonight")
    assert mixed in found.content  # never shown otherwise


@pytest.mark.parametrize("word", ["kλ", "µTorrent", "яhoo", "Яндекс-like", "Δt"])
def test_a_word_that_was_meant_in_two_scripts_keeps_both(word: str) -> None:
    assert not fold(word).isascii()


letters = st.sampled_from(
    [*"aAoOpPсСоОрРхΑΟοΡρνйЙїёøØłßİı'’ʻ-٫١ةکـ\u0301\u0306\u0308\u0345\u200dガか゛ﾞกั停한", "ǆ", "ﬃ", "㎏"]
)


@few
@given(st.one_of(st.text(max_size=20), st.lists(letters, max_size=12).map("".join)))
def test_folding_is_final_whatever_the_letters(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("text", ["Йـ゙", "ӯ'\u0306", "е\u0301\u200dр'ø"])
def test_folding_is_final_where_marks_change_places(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("start", range(0, 0x11000, 0x1000), ids=hex)
def test_folding_is_final_for_every_character(start: int) -> None:
    for code in range(start, min(start + 0x1000, 0xD800) if start < 0xD800 else start + 0x1000):
        once = fold(chr(code))
        assert fold(once) == once, hex(code)
