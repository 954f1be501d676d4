"""An item as a string: an index into it is a position as ``reading`` lays words out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.query.coded import Coded
from monitor.core.query.coding import _STOP, PAD, _plain
from monitor.core.query.lexicon import Lexicon
from monitor.core.query.reading import read
from monitor.core.text import tokens
from tests.core.kit import few, item

# What chunks are made of: letters, signs that stand around words and inside them, stops, joints and odd spaces.
signs = st.sampled_from(
    ["a", "B", "é", "7", "ß", "停", "ا", "Sept", "de", "don", ".", ",", "!", "?", "…", "'", "’", "-", "(", ")"]
)
around = st.sampled_from(
    [
        '"',
        "“",
        "”",
        "[",
        "]",
        ";",
        ":",
        "*",
        "_",
        "@",
        "/",
        "·",
        "U.S.",
        "word",
        "'s",
        "’s",
        "$",
        "1990's",
        "non-",
        "word.",
        'word."',
    ]
)
chunks = st.lists(signs | around, min_size=1, max_size=7).map("".join)
spaces = st.sampled_from([" ", "  ", "\n", " \n\n", "\t", "\u2028", "\u00a0"])
texts = st.lists(st.tuples(chunks, spaces), max_size=12).map(lambda parts: "".join(map("".join, parts)))


@few
@given(chunks)
def test_a_chunk_taken_for_plain_words_is_made_of_these(chunk: str) -> None:
    plain = _plain(chunk)
    if plain is not None:
        words, end = plain
        *only, behind = tokens(f"{chunk} x")
        assert [(one.form, one.raw, one.sentence) for one in only] == [(form, raw, 0) for form, raw in words]
        assert (behind.sentence > 0) == (end == _STOP)


@few
@given(texts, texts, texts, st.booleans())
def test_every_word_stands_at_its_position(title: str, summary: str, content: str, again: bool) -> None:
    wanted = item(content, title, summary=content[: len(content) // 2] if again else summary)
    lexicon = Lexicon()
    coded = Coded(wanted, None, lexicon.book(""), lexicon)
    reading = read(wanted)
    places = reading.places[: reading.text_end]
    assert [place.position for place in places] == [at for at, char in enumerate(coded.codes) if char != PAD]
    for field in ("title", "lead", "summary", "content"):
        _, first, last, shift = coded.range(field)
        start, behind = reading.ranges[field]
        inside = [place.position for place in reading.places[start:behind]]
        assert [at for at in range(first, last) if coded.codes[at] != PAD] == inside
        assert shift == 0


def test_the_fields_of_the_feed_are_far_from_everything() -> None:
    wanted = item("a truce", "in Aleppo", author="Reuters", tags=("syria", "war"))
    lexicon = Lexicon()
    coded = Coded(wanted, None, lexicon.book(""), lexicon)
    starts = [coded.range(field)[3] for field in ("feed", "tag", "author", "lang", "link")]
    assert starts == sorted(set(starts))
    assert starts[0] > len(coded.codes) + 1_000
