"""Text from outside: what may be shown, which links are one, how words are compared and cut."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.text import canonical_link, excerpt, fold, safe, safe_link, tokens
from tests.core.kit import few

ESC = "\x1b"
LIMIT = 1_000
JOINERS = "\u200c\u200d"
BIDI = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
# Plain text, and what hostile text is made of.
TRICKS = (
    f"{ESC} {ESC}[ {ESC}]0; {ESC}P \x07 {ESC}\\ \x9b \x9d \x9c \x90 31m a Ã \x00 \x7f \u202e \u2066 \u200b \u200d "
    "\ufeff \u0301 \ud800 \U000e0041"
)
pieces = st.sampled_from([*TRICKS.split(" "), " ", "\n", "\r\n", "\u2028"])
hostile = st.one_of(st.text(), st.lists(pieces, max_size=40).map("".join))


def forms(text: str) -> list[str]:
    return [token.form for token in tokens(text)]


# Safe to show ---------------------------------------------------------------------------------------------------------


@few
@given(hostile, st.integers(1, 60), st.booleans())
def test_safe_text_holds_nothing_that_steers_or_deceives(text: str, limit: int, lines: bool) -> None:
    shown = safe(text, limit, lines=lines)
    for char in shown:
        kind = unicodedata.category(char)
        assert kind not in ("Cc", "Cs", "Zl", "Zp") or (lines and char == "\n")
        assert kind != "Cf" or char in JOINERS or unicodedata.bidirectional(char) == "AN"
        assert unicodedata.bidirectional(char) not in BIDI


@few
@given(hostile, st.integers(1, 60), st.booleans())
def test_safe_text_fits_its_limit_and_is_never_changed_again(text: str, limit: int, lines: bool) -> None:
    shown = safe(text, limit, lines=lines)
    assert len(shown) <= limit
    assert safe(shown, limit, lines=lines) == shown
    assert shown == shown.strip()
    assert "  " not in shown
    assert "\n\n" not in shown


@pytest.mark.parametrize(
    "sequence",
    [
        f"{ESC}[31m",
        f"{ESC}[?1049h",
        f"{ESC}[38;2;255;0;0m",
        f"{ESC}[ q",
        f"{ESC}]0;a title\x07",
        f"{ESC}]8;;http://evil.example/{ESC}\\",
        f"{ESC}]52;c;Zm9v\x9c",
        f"{ESC}Pq#0;2;0;0;0{ESC}\\",
        f"{ESC}_payload{ESC}\\",
        f"{ESC}^private{ESC}\\",
        f"{ESC}Xstart{ESC}\\",
        f"{ESC}c",
        f"{ESC}(B",
        "\x9b31m",
        "\x9d0;a title\x07",
        "\x90q payload\x9c",
        "\x98sos\x9c",
        "\x9eprivate\x9c",
        "\x9fapplication\x9c",
        "\x84",
        "\x7f",
        "\x00",
        "\x08",
    ],
)
def test_a_terminal_sequence_goes_as_a_whole(sequence: str) -> None:
    assert safe(f"Halt in {sequence}Aleppo", LIMIT) == "Halt in Aleppo"


def test_an_unclosed_terminal_string_ends_with_its_line() -> None:
    assert safe(f"One{ESC}]0;swallowed\nTwo", LIMIT, lines=True) == "One\nTwo"


def test_mangled_letters_do_not_swallow_the_text_behind_them() -> None:
    # UTF-8 that somebody read as Latin-1: a closing quote ends in U+009D, ß in U+009F, П in U+009F.
    closing = "He said “no”, then left “at once”.".encode().decode("latin-1")
    assert safe(closing, LIMIT) == "He said ânoâ, then left âat onceâ."
    assert safe("Straße frei, Halt in Straße.".encode().decode("latin-1"), LIMIT) == "StraÃe frei, Halt in StraÃe."
    assert "then left" in safe("stray \x9d then left", LIMIT)


def test_markup_stays_text() -> None:
    assert safe("[/] [/bold] [red]x[/red] <b>&amp;", LIMIT) == "[/] [/bold] [red]x[/red] <b>&amp;"


def test_joiners_stay_because_persian_and_emoji_need_them() -> None:
    assert safe("آتش\u200cبس 👨\u200d👩\u200d👧", LIMIT) == "آتش\u200cبس 👨\u200d👩\u200d👧"


def test_direction_overrides_and_invisible_characters_go() -> None:
    assert safe("a\u202eb\u2066c\u200bd\u00ade\ufefff\u2800".rstrip("\u2800"), LIMIT) == "abcdef"
    assert safe("tag\U000e0041\U000e007f", LIMIT) == "tag"


def test_piles_of_marks_are_cut_to_three() -> None:
    assert safe("e" + "\u0301" * 50, LIMIT) == "e\u0301\u0301\u0301"


def test_white_space_is_folded_with_and_without_lines() -> None:
    text = "  one \t two\r\n\r\n  three\u2028four\x0bfive\rsix  "
    assert safe(text, LIMIT) == "one two three four five six"
    assert safe(text, LIMIT, lines=True) == "one two\nthree\nfour\nfive\nsix"


def test_a_cut_shows_an_ellipsis() -> None:
    assert safe("one two three", 9) == "one two…"
    assert safe("one two three", 13) == "one two three"
    assert safe("anything", 1) == "…"


@pytest.mark.parametrize(
    "flood",
    [
        f"{ESC}[" * 500_000,
        f"{ESC}]" * 500_000,
        f"{ESC}P0;" * 300_000,
        "\x9d" * 1_000_000,
        "\x90\x9d" * 500_000,
        "\n " * 500_000,
        "\r\n \t" * 250_000,
        "\u0301" * 1_000_000,
        " " * 1_000_000,
        f"{ESC}[0;" + "1;" * 500_000,
    ],
    ids=["csi", "osc", "dcs", "c1", "c1s", "lines", "crlf", "marks", "spaces", "parameters"],
)
def test_a_megabyte_of_one_trick_is_small_work(flood: str) -> None:
    # Quadratic work on any of these takes minutes; the suite would not end.
    assert len(safe(flood, 200_000)) <= 3
    assert safe(flood, 200_000, lines=True) == safe(safe(flood, 200_000, lines=True), 200_000, lines=True)
    assert len(tokens(flood[:100_000])) <= 100_000


# Links ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/news/halt",
        "http://example.org/news/halt",
        "http://www.example.org/news/halt",
        "https://EXAMPLE.org/news/halt/",
        "https://m.example.org/news/halt",
        "https://amp.example.org/news/halt",
        "https://example.org/news/halt/amp",
        "https://example.org/news/halt/amp/",
        "https://example.org/news/halt?amp=1",
        "https://example.org/news/halt/index.html",
        "https://example.org:443/news/halt",
        "https://example.org/news/halt?utm_source=rss&utm_medium=feed",
        "https://example.org/news/halt?fbclid=x&at_medium=RSS&ocid=y#top",
    ],
)
def test_one_page_has_one_canonical_link(link: str) -> None:
    assert canonical_link(link) == "example.org/news/halt"


@few
@given(st.permutations(["a=1", "b=2", "c=3"]))
def test_the_order_of_parameters_does_not_matter(pairs: list[str]) -> None:
    assert canonical_link("https://example.org/x?" + "&".join(pairs)) == "example.org/x?a=1&b=2&c=3"


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/news/halt-2",
        "https://example.org/news/camp",
        "https://example.org/news",
        "https://other.example.org/news/halt",
        "https://example.org:8080/news/halt",
        "https://example.org/news/halt?id=2",
        "https://example.org/news/Halt",
        "https://example.org/news/halt?page=",
    ],
)
def test_other_pages_have_other_canonical_links(other: str) -> None:
    assert canonical_link(other) not in ("", canonical_link("https://example.org/news/halt"))
    assert canonical_link("https://example.org/news/camp") != canonical_link("https://example.org/news/c")


@few
@given(st.text(max_size=60))
def test_any_text_as_link_is_either_safe_or_nothing(text: str) -> None:
    for link in (text, "https://example.org/" + text, "http://" + text):
        kept = safe_link(link, 80)
        assert kept == "" or (kept.lower().startswith(("http://", "https://")) and len(kept) <= 80)
        assert isinstance(canonical_link(link), str)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//example.org/x",
        "/relative",
        "https://user:secret@example.org/",
        "https://good.example\\@evil.example/",
        "https://evil.example\\.good.example/",
        "https://exa mple.org/",
        "https://example.org/\n<script>",
        'https://example.org/"onclick',
        "https://[::1",
        "http://",
        "https://example.org/" + "x" * 100,
    ],
)
def test_a_link_that_is_no_plain_web_address_is_dropped(link: str) -> None:
    assert safe_link(link, 100) == ""


def test_a_plain_link_stays_as_it_is_but_for_invisible_characters() -> None:
    assert safe_link("  https://example.org/a?b=c#d\u202e ", 100) == "https://example.org/a?b=c#d"


@pytest.mark.parametrize("link", ["", "https://[::1", "https://example.org:99999/x"])
def test_a_link_that_cannot_be_read_has_no_canonical_form(link: str) -> None:
    assert canonical_link(link) == ""


def test_letters_outside_ascii_are_one_link_escaped_or_not() -> None:
    assert canonical_link("https://example.org/alep-trêve") == canonical_link("https://example.org/alep-tr%C3%AAve")
    assert canonical_link("https://example.org/p?q=trêve") == canonical_link("https://example.org/p?q=tr%C3%AAve")


# Folded to be compared ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HALAB", "Ḥalab"),
        ("treve", "TRÊVE"),
        ("cafe\u0301", "café"),
        ("strasse", "Straße"),
        ("ateskes", "ateşkes"),
        ("istanbul", "İstanbul"),
        ("kiryat", "Kıryat"),
        ("oresund", "Øresund"),
        ("lodz", "Łódź"),
        ("aegean", "Ægean"),
        ("ﬁre", "fire"),
        ("ＡＬＥＰＰＯ", "aleppo"),
        ("اطلاق", "إطلاق"),
        ("هدنة", "هدنه"),
        ("حـــلب", "حلب"),
        ("حَلَب", "حلب"),
        ("علی", "على"),
        ("کرکوک", "كركوك"),
        ("آتش\u200cبس", "اتشبس"),
        ("λόγος", "ΛΟΓΟΣ"),
        ("ещё", "еще"),
        ("АЛЕППО", "Алеппо"),
        ("Ґрати", "грати"),
    ],
)
def test_spellings_that_writers_interchange_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("halt", "hält."), ("حلب", "حرب"), ("мир", "мор"), ("über", "uber2")])
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@few
@given(st.text(max_size=20))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


# Tokens ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Syria's army and Assad’s men", ["syria", "army", "and", "assad", "men"]),
        ("THE CITY'S EDGE", ["the", "city", "edge"]),
        ("don't O'Neill's", ["dont", "oneill"]),
        ("the rebels' lines", ["the", "rebels", "lines"]),
        ("cease-fire air-strike", ["cease", "fire", "air", "strike"]),
        ("de-escalation non-aggression un-Islamic", ["deescalation", "nonaggression", "unislamic"]),
        ("de - escalation, de-5", ["de", "escalation", "de", "5"]),
        ("the U.S. and U.N.-led e.g. x", ["the", "us", "and", "un", "led", "eg", "x"]),
        ("1,500 dead at 8:30, 3.5bn spent, 2nd day", ["1500", "dead", "at", "8:30", "3.5bn", "spent", "2nd", "day"]),
        ("24h, 100kg, 20mph and the 1990s", ["24h", "100kg", "20mph", "and", "the", "1990s"]),
        ("MH17 T-72 F16s", ["mh17", "t", "72", "f16s"]),
        ("11km", ["11km"]),
        ("1.2.3.4", ["1.2.3.4"]),
        ("1,", ["1"]),
        ("停火了 now", ["停", "火", "了", "now"]),
        ("停ceasefire停火, 3人", ["停", "ceasefire", "停", "火", "3", "人"]),
        ("trêve à l’est d'Alep, dell'esercito", ["treve", "a", "est", "alep", "esercito"]),
        ("l'x d'", ["lx", "d"]),
        ("_Aleppo_ and __truce__ but snake_case", ["aleppo", "and", "truce", "but", "snake_case"]),
        ("युद्धविराम की घोषणा।", ["युद्धविराम", "की", "घोषणा"]),
        ("שָׁלוֹם", ["שלום"]),
        ("حَلَب آتش\u200cبس", ["حلب", "اتشبس"]),
        ("", []),
        ("… — !", []),
    ],
)
def test_a_text_is_taken_apart_into_words(text: str, expected: list[str]) -> None:
    assert forms(text) == expected


def sentences(text: str) -> list[int]:
    return [token.sentence for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three? Four… Five", 5),
        ("Dr. Smith met Gen. Lee on Oct. 4 in the U.S. capital.", 1),
        ("J. R. Smith spoke.", 1),
        ("It cost 3.5 million. Then", 2),
        ('He said "no." Then he left.', 2),
        ("He left (at last.) Then", 2),
        ("First line\nSecond line", 2),
        ("停火。空袭。", 2),
        ("هل توقف؟ نعم", 2),
        ("युद्ध रुका। शांति", 2),
        ("example.org is a site", 1),
    ],
)
def test_sentences_are_counted(text: str, count: int) -> None:
    assert sentences(text)[0] == 0
    assert sentences(text)[-1] == count - 1


word_like = st.lists(
    st.sampled_from(
        [
            "d'",
            "l’",
            "de-",
            "un-",
            "non",
            "_",
            "a",
            "É",
            "1,5",
            "10kg",
            "U.S.",
            "停",
            ".",
            " ",
            "\n",
            "'s",
            "-",
            "x",
            "\u0301",
        ]
    ),
    max_size=20,
).map("".join)


@few
@given(st.one_of(st.text(max_size=80), word_like))
def test_every_token_points_at_its_own_words_in_order(text: str) -> None:
    behind, sentence = 0, 0
    for token in tokens(text):
        assert text[token.start : token.end] == token.raw
        assert token.raw
        assert behind <= token.start
        assert sentence <= token.sentence
        behind, sentence = token.end, token.sentence


@few
@given(word_like)
def test_the_raw_word_alone_gives_the_same_form(text: str) -> None:
    for token in tokens(text):
        if "\n" not in token.raw:
            again = tokens(token.raw)
            assert [one.form for one in again][:1] == [token.form] or len(again) > 1


# Excerpts -------------------------------------------------------------------------------------------------------------


@few
@given(st.text("ab \n.", max_size=120), st.integers(0, 120), st.integers(0, 30), st.integers(3, 60))
def test_an_excerpt_fits_and_its_shift_points_at_the_same_characters(
    text: str, start: int, width: int, limit: int
) -> None:
    start = min(start, len(text))
    end = min(len(text), start + width)
    cut, shift = excerpt(text, start, end, limit)
    assert len(cut) <= limit
    plain = text.replace("\n", " ")
    first = 1 if cut.startswith("…") else 0
    last = len(cut) - 1 if cut.endswith("…") else len(cut)
    for at in range(first, last):
        assert cut[at] == plain[at - shift]
    if end - start <= limit - 2:
        for at in range(start, end):
            assert (at + shift < len(cut) and cut[at + shift] == plain[at]) or plain[at:end].isspace()


def test_an_excerpt_is_cut_at_words_and_says_so() -> None:
    text = "The army said on Monday that a halt in air strikes on Aleppo would begin at dawn for eight hours."
    start = text.index("halt")
    cut, shift = excerpt(text, start, start + 4, 40)
    assert cut == "…Monday that a halt in air strikes…"
    assert cut[start + shift : start + shift + 4] == "halt"


def test_a_short_text_is_its_own_excerpt() -> None:
    assert excerpt("one\ntwo", 0, 3, 20) == ("one two", 0)
