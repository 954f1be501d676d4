"""Texts taken apart: scripts without spaces, numbers, initials, sentences; chunk by chunk, in linear time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.text import APOSTROPHES, fold, tokens
from tests.core.kit import few, item, matches


def forms(text: str) -> list[str]:
    return [token.form for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # scripts without spaces
        ("ข่าวน้ำท่วม", ["ข่", "า", "ว", fold("น้ำ"), "ท่", "ว", "ม"]),
        ("ປະເທດ", ["ປ", "ະ", "ເ", "ທ", "ດ"]),
        ("ပြည်သူ့", ["ပြ", "ည်", "သူ့"]),
        ("ប្រទេសកម្ពុជា", ["ប្រ", "ទេ", "ស", "ក", "ម្ពុ", "ជា"]),
        ("サーバーとミサイルを発射", ["サーバー", "と", "ミサイル", "を", "発", "射"]),
        ("ウラジーミル・プーチン", ["ウラジーミル", "プーチン"]),
        ("ﾊﾞｸﾞﾀﾞｯﾄﾞで", ["バグダッド", "で"]),
        ("か\u3099", ["が"]),
        ("人々", ["人", "々"]),
        ("AIチップ", ["ai", "チップ"]),
        ("1,500人が死亡", ["1500", "人", "が", "死", "亡"]),
        ("NATO는 19명이 휴전을", ["nato", "는", "19", "명이", "휴전을"]),
        ("停火协议。", ["停", "火", "协", "议"]),
        # numbers
        ("1'500 1’500 ١٬٥٠٠ 1.500.000", ["1500", "1500", "1500", "1500000"]),
        ("1,500.5bn 12,345km 1.500 1,50", ["1500.5bn", "12345km", "1.500", "1,50"]),
        ("2012–2013 ๑๒ 192.168.0.1", ["2012", "2013", "12", "192.168.0.1"]),
        # initials
        ("U.S. U.S the U.S.'s U.N.'s", ["us", "us", "the", "us", "un"]),
        ("أ.ف.ب z.B. т.е. p.m.", ["افب", "zb", "те", "pm"]),
        ("example.com a.example", ["example", "com", "a", "example"]),
        # apostrophes, quotes
        ('צה"ל אמר "שלום"', ["צהל", "אמר", "שלום"]),
        ("dall’esercito nell'est quest'anno l`offensive", ["esercito", "est", "anno", "offensive"]),
        ("‘Aleppo’ ʿIraq ʼ ـ", ["aleppo", "iraq"]),
        ("de‑escalation de–escalation", ["deescalation", "de", "escalation"]),
        ("ދިވެހި ܣܘܪܝܝܐ ኢትዮጵያ བོད་", ["ދިވެހި", "ܣܘܪܝܝܐ", "ኢትዮጵያ", "བོད"]),
    ],
)
def test_words_of_every_script(text: str, expected: list[str]) -> None:
    assert forms(text) == expected


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("停火", "阿勒颇停火了"),
        ('"停火 协议"', "双方达成停火协议"),
        ('"停火 协议"', "停火 协议"),
        ("停火协议", "双方达成停火协议。"),
        ('"Aleppo 停火"', "Aleppo停火"),
        ("プーチン", "ウラジーミル・プーチン大統領"),
        ("サーバ", "サーバーが停止"),
        ("ガザ", "ｶﾞｻﾞで停戦"),
        ("휴전", "휴전을 선언"),
        ("휴전을", "알레포에서 휴전"),
        ("NATO", "NATO는 성명을"),
        ("หยุดยิง", "ข้อตกลงหยุดยิงในอะเลปโป"),
        ("1500", "some 1,500 people"),
        ('"1,500"', "1500人が死亡"),
        ("U.S.", "the U.S envoy"),
        ("Sana`a", "Sana’a airport"),
        ("צה״ל", 'דובר צה"ל אמר'),
        ("o'br*", "Minister O’Brien"),
        ("युद्ध*", "युद्धविराम की घोषणा"),
        ("col·legi", "el Col·legi de Metges"),
    ],
)
def test_a_query_finds_in_every_script(query: str, text: str) -> None:
    assert matches(query, item(text))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("ヘリ", "ヘリコプターが墜落"),
        ("停火", "停止开火"),
        ("カサ", "ガザで停戦"),
        ("ขาว", "ข่าวด่วน"),
        ("국", "국가 안보"),
        ("1500", "some 1.500 people"),
    ],
)
def test_a_query_finds_no_part_of_a_word(query: str, text: str) -> None:
    assert not matches(query, item(text))


def test_every_character_of_chinese_is_a_position() -> None:
    assert matches("停火 NEAR/4 协议", "停火的新协议")
    assert not matches("停火 NEAR/3 协议", "停火的最新的协议")


# Sentences ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("U.S. forces left at 10 p.m. on Monday.", 1),
        ("The U.S. The army", 1),  # no rule looks across the space
        ("Er kam z.B. nach Genf, ca. 3 Mio. Euro, bzw. mehr.", 1),
        ("M. Dupont et Mme. Durand", 1),
        ("It rose to 3.5. Then 12. Then 2016. Then", 4),
        ("EE.UU. envía tropas. Siguen", 2),
        ("В 2016 г. погибли 11 тыс. человек. Потом", 2),
        ("د. محمد قال. ثم", 2),
        ("डॉ. सिंह ने कहा। फिर", 2),
        ("वह गया।फिर", 2),
        ("جنگ ختم ہوئی۔امن", 2),
        ("Խաղաղություն։ Պատերազմ", 2),
        ("ሰላም።ጦርነት", 2),
        ("停火。第二句！第三句？", 3),
        ("停火｡空襲", 2),
        ("「停火。」他说", 2),
        ("ပြည်သူ။ပြည်သူ", 2),
        ("He said «no.» Then", 2),
        ("Really?! Yes... maybe", 3),
        ("It rose 3.5 to 8.30", 1),
        ("see example.org for more", 1),
    ],
)
def test_sentences_end_where_readers_end_them(text: str, count: int) -> None:
    assert tokens(text)[-1].sentence == count - 1


# Chunk by chunk -------------------------------------------------------------------------------------------------------

pieces = st.sampled_from(
    [
        *(
            "de-",
            "un-",
            "l'",
            "’",
            "ʼ",
            '"',
            "״",
            "U.S.",
            "U.",
            "p.m.",
            "Mr.",
            "1,500",
            "1.",
            "'500",
            "km",
            "a",
            "É",
            "Ж",
        ),
        *(
            "α",
            "停",
            "ข",
            "\u0e49",
            "カ",
            "ー",
            "ﾞ",
            "한",
            "19",
            "א",
            "ل",
            "ـ",
            "\u064b",
            "\u0301",
            "\u200d",
            "\u00ad",
            "_",
        ),
        *("-", "‑", ".", "…", "。", "।", "?", ")", "»", "'s", "က", "\u1039", "क", "\u094d", "·", "l", "😀", "\u0e33"),
    ]
)
chunks = st.lists(st.one_of(st.lists(pieces, min_size=1, max_size=6).map("".join), st.text(min_size=1, max_size=8)))
few_chunks = chunks.map(lambda some: [part for chunk in some for part in chunk.split()][:12])


@few
@given(few_chunks, st.sampled_from([" ", "  ", "\u3000"]))
def test_a_text_is_the_sum_of_its_chunks(some: list[str], space: str) -> None:
    expected = []
    offset = sentence = 0
    for chunk in some:
        # A word behind the chunk tells how many sentences end in it.
        *found, behind = tokens(f"{chunk} x")
        for token in found:
            start, end = token.start + offset, token.end + offset
            expected.append(token._replace(start=start, end=end, sentence=token.sentence + sentence))
        assert behind.form == "x"
        offset += len(chunk) + len(space)
        sentence += behind.sentence
    assert tokens(space.join(some)) == expected


@few
@given(few_chunks)
def test_tokens_slice_their_source_and_are_never_empty(some: list[str]) -> None:
    text = "\n".join(some)
    behind = 0
    for token in tokens(text):
        assert text[token.start : token.end] == token.raw
        assert token.form == fold(token.form)
        assert token.form
        assert behind <= token.start < token.end
        behind = token.end


@pytest.mark.parametrize(
    "unit",
    [
        *("a", "'", "a'", "’", "a’", "-", "de-", "non-de-", ".", "a.", "A.", "1.", "1,000", "1'000", "1'", "…", "p.m."),
        *("\u0301", "e\u0301", "停", "ข\u0e49", "\u0e49", "က\u1039", "ﾞ", "カ", "ー", "한", 'ל"', "״", "l·", "_", "a_"),
        *(").", ".)", ".'", "'s", "。", "\u200b", "ـ", "क\u094d", "U.S.", "1:", "1٫", "😀", "ʼ", "aр", "a b.", "\n"),
        *APOSTROPHES,
    ],
)
@pytest.mark.parametrize("tail", ["", "a", "é"])
def test_a_text_of_one_trick_is_linear_work(unit: str, tail: str) -> None:
    # Quadratic work on any of these takes minutes; the suite would not end.
    size = 30_000
    text = (unit * size)[:size] + tail
    found = tokens(text)
    assert len(found) <= len(text)
    assert sum(len(token.raw) for token in found) <= len(text)
