"""Stems of our own making: words with small words written onto them, and what must not be taken apart."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.query.language import STEMMERS
from monitor.core.query.stems import stem, stem_in, stemmer_for
from monitor.core.text import fold, tokens
from tests.core.kit import few


def stems(words: str, language: str) -> set[str]:
    return {stem_in(fold(word), language) for word in words.split()}


@pytest.mark.parametrize(
    "family",
    [
        "بغداد وبغداد ببغداد لبغداد فبغداد",
        "لبنان ولبنان بلبنان للبنان",
        "فلسطين وفلسطين بفلسطين لفلسطين الفلسطينية والفلسطينيين فلسطيني",
        "فرنسا وفرنسا بفرنسا لفرنسا",
        "واشنطن بواشنطن لواشنطن",
        "سوريا سورية وسوريا بسوريا لسوريا السوري السورية",
        "هدنة الهدنة بالهدنة للهدنة والهدنة وهدنة هدنه لهدنة كالهدنة",
        "غارة غارات الغارات والغارات بغارات غاراته",
        "وزير الوزير والوزير لوزير ووزير للوزير",
        "لجنة اللجنة للجنة ولجنة",
        "جيش الجيش للجيش جيشهم بجيش",
        "ألمانيا بألمانيا لألمانيا وألمانيا",
        "حلب وحلب بحلب لحلب",
    ],
)
def test_an_arabic_word_is_itself_with_and_without_clitics(family: str) -> None:
    assert len(stems(family, "ar")) == 1


@pytest.mark.parametrize(
    "words", ["بحرية حرية", "فكرة كرة", "لجنة جنة", "كريم ريم", "لبنان لبن", "حلب حرب", "وزير زير"]
)
def test_an_arabic_word_keeps_its_own_first_letter(words: str) -> None:
    assert len(stems(words, "ar")) == 2


@pytest.mark.parametrize(
    "family",
    [
        "휴전 휴전을 휴전이 휴전의 휴전에서는 휴전으로 휴전도",
        "정부 정부가 정부는 정부와 정부로 정부에게",
        "서울 서울로 서울은 서울까지",
        "반군 반군들이 반군과",
        "국가 국가가 국가의",
        "대만 대만의 대만은",
        "회의 회의에서 회의의",
    ],
)
def test_a_korean_noun_is_itself_with_and_without_particles(family: str) -> None:
    assert len(stems(family, "ko")) == 1


@pytest.mark.parametrize("words", ["국가 국", "회의 회", "대만 대", "결과 결", "코로나 코로"])
def test_a_korean_noun_keeps_its_last_syllable(words: str) -> None:
    assert len(stems(words, "ko")) == 2


@pytest.mark.parametrize(
    ("language", "family"),
    [
        ("ru", "новый нового новая"),
        ("ru", "российский российского"),
        ("ja", "サーバー サーバ"),
        ("ta", "போர் போரின் போரில்"),
        ("hi", "हमला हमले हमलों"),
        ("hy", "պատերազմը պատերազմ"),
        ("fa", "کشورهای کشور"),
        ("tr", "Halep Halep'te"),
        ("el", "πόλεμος πολέμου"),
        ("de", "Waffenruhe Waffenruhen"),
    ],
)
def test_inflections_share_a_stem_after_folding(language: str, family: str) -> None:
    assert len(stems(family, language)) == 1


@pytest.mark.parametrize(
    ("form", "language", "stemmer"),
    [
        ("آتش", "fa", "persian"),
        ("حلب", "fr", "arabic"),
        ("छ", "ne", "nepali"),
        ("है", "en", "hindi"),
        ("போர்", "", "tamil"),
        ("nato", "hi", "english"),
        ("שלום", "he", ""),
        ("שלום", "yi", "yiddish"),
        ("停", "zh", ""),
        ("გ", "", ""),
        ("휴전", "", "korean"),
        ("mir", "sr", "serbian"),
    ],
)
def test_a_script_has_its_stemmers(form: str, language: str, stemmer: str) -> None:
    assert stemmer_for(form, language) == stemmer


@few
@given(st.text(min_size=1, max_size=50), st.sampled_from(["", *STEMMERS, "xx"]))
def test_any_word_has_a_stem_and_always_the_same(text: str, language: str) -> None:
    for token in tokens(text):
        first = stem_in(token.form, language)
        assert first
        assert stem(token.form, stemmer_for(token.form, language)) == first


@pytest.mark.parametrize("letter", ["و", "ال", "ه", "ات", "가", "은", "에", "ー", "ين"])
def test_endless_runs_of_what_is_taken_off_end(letter: str) -> None:
    found = [stem_in(letter * times, "") for times in range(1, 45)]
    assert all(found)
    assert any(one != other for one, other in pairwise(found))
