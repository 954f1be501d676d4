from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.settings.locate import Place, Places, locate, unquote
from tests.edges.toml_writer import toml_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.settings.locate import Path

TEXT = """\
# [not.a.table]
"top level" = 1            # a comment with "quotes"
[service]
state_dir = "/var/lib"

[feeds.'bbc world']
url = 'https://example.org/#not-a-comment'
tags = [
  "world",   # first
  'news',
]

[[people]]
name = "Ann"
[[people]]
name = "Bob"
[people.home]
city.name = "Mosul"

[topics]
aleppo = { watch = "a", expect = [ { text = "x", match = true } ] }
long = '''
line one
  line "two"
'''
after = 2016-10-18 14:03:11
"""


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("top level",), Place(2, 1, 11), Place(2, 15, 1)),
        (("service",), Place(3, 2, 7), Place(3, 1, 9)),
        (("service", "state_dir"), Place(4, 1, 9), Place(4, 13, 10)),
        (("feeds",), Place(6, 2, 5), Place(6, 1, 19)),
        (("feeds", "bbc world"), Place(6, 8, 11), Place(6, 1, 19)),
        (("feeds", "bbc world", "url"), Place(7, 1, 3), Place(7, 7, 36)),
        (("feeds", "bbc world", "tags"), Place(8, 1, 4), Place(8, 8, 1)),
        (("feeds", "bbc world", "tags", 0), Place(9, 3, 7), Place(9, 3, 7)),
        (("feeds", "bbc world", "tags", 1), Place(10, 3, 6), Place(10, 3, 6)),
        (("people",), Place(13, 3, 6), Place(13, 1, 10)),
        (("people", 1), Place(15, 3, 6), Place(15, 1, 10)),
        (("people", 1, "name"), Place(16, 1, 4), Place(16, 8, 5)),
        (("people", 1, "home", "city"), Place(18, 1, 4), Place(18, 1, 19)),
        (("people", 1, "home", "city", "name"), Place(18, 6, 4), Place(18, 13, 7)),
        (("topics", "aleppo", "watch"), Place(21, 12, 5), Place(21, 20, 3)),
        (("topics", "aleppo", "expect", 0, "match"), Place(21, 50, 5), Place(21, 58, 4)),
        (("topics", "long"), Place(22, 1, 4), Place(22, 8, 3)),
        (("topics", "after"), Place(26, 1, 5), Place(26, 9, 19)),
    ],
)
def test_keys_and_values_are_found_however_they_are_written(path: Path, key: Place, value: Place) -> None:
    places = locate(TEXT.replace("\n", "\r\n"))
    assert places.lost_at is None
    assert (places.key(path), places.value(path)) == (key, value)


def test_what_is_not_there_is_found_at_the_nearest_table_around_it() -> None:
    places = Places(TEXT)
    assert places.key(("feeds", "bbc world", "name")) is None
    assert places.nearest(("feeds", "bbc world", "name")) == places.key(("feeds", "bbc world"))
    assert places.nearest(("channels",)) == Place(0, 0, 0)


def test_a_stretch_of_a_long_text_is_found_on_its_own_line() -> None:
    places = Places(TEXT)
    text = tomllib.loads(TEXT)["topics"]["long"]
    start = text.index('"two"')
    assert places.within(("topics", "long"), start, start + 5) == Place(24, 8, 5)


def test_a_stretch_that_runs_over_lines_ends_with_its_first_line() -> None:
    assert Places(TEXT).within(("topics", "long"), 5, 30) == Place(23, 6, 3)


def test_an_offset_behind_the_text_is_its_closing_quote() -> None:
    places = Places("q = 'a b'")
    assert places.within(("q",), 3, 3) == Place(1, 9, 1)
    assert places.within(("q",), 99, 120) == Place(1, 9, 1)


def test_escapes_count_as_the_one_character_that_they_mean() -> None:
    text = 'q = "\\u0041\\n\\"b\\""'
    assert tomllib.loads(text)["q"] == 'A\n"b"'
    places = Places(text)
    assert places.within(("q",), 0, 1) == Place(1, 6, 6)
    assert places.within(("q",), 2, 5) == Place(1, 14, 5)


def test_a_folded_line_holds_nothing() -> None:
    text = 'q = """a \\\n   \n  b"""'
    assert tomllib.loads(text)["q"] == "a b"
    assert Places(text).within(("q",), 2, 3) == Place(3, 3, 1)


def test_only_texts_have_an_inside() -> None:
    assert Places("q = 1").within(("q",), 0, 1) is None
    assert Places("q = 1").within(("x",), 0, 1) is None


def test_what_stands_before_a_mistake_stays_located() -> None:
    places = Places("a = 1\nb = 'open\nc = 3\n")
    assert places.key(("a",)) == Place(1, 1, 1)
    assert places.key(("c",)) is None
    assert (places.lost_at, places.unclosed_at) == (10, 10)


@given(toml_texts())
def test_every_key_that_tomllib_finds_is_located_and_reads_back(written: tuple[str, dict[str, Any]]) -> None:
    text, tree = written
    found = tomllib.loads(text)
    assert found == tree, "the writer of this test writes what it means"
    places = Places(text)
    assert places.lost_at is None
    lines = text.split("\n")
    for path, value in walk(found):
        spot = places.spot(path)
        assert spot is not None, path
        key, raw = text[slice(*spot.key)], text[slice(*spot.value)]
        place = places.key(path)
        assert place is not None
        assert lines[place.line - 1][place.column - 1 :].startswith(key.split("\n")[0][: place.width])
        if isinstance(path[-1], str):
            assert tomllib.loads(f"{key} = 0") == {path[-1]: 0}
        if not raw.startswith(("[", "{")) and not isinstance(value, dict | list):
            assert tomllib.loads(f"v = {raw}")["v"] == value


@given(toml_texts())
def test_every_character_of_every_text_is_located(written: tuple[str, dict[str, Any]]) -> None:
    text, tree = written
    places = Places(text)
    for path, value in walk(tree):
        if not isinstance(value, str):
            continue
        spot = places.spot(path)
        assert spot is not None
        raw = text[slice(*spot.value)]
        meant, offsets = unquote(raw)
        assert meant == value
        assert len(offsets) == len(value) + 1
        assert offsets == sorted(set(offsets))
        assert all(raw[at] in (char, "\\") for at, char in zip(offsets, value, strict=False))


@given(st.text(st.sampled_from("ab=.[]{},\"'#\\ \n\t1")))
def test_no_text_is_too_strange_to_be_walked(text: str) -> None:
    places = Places(text)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        pass
    else:
        assert places.lost_at is None
    for spot in places.spots:
        assert places.place(spot.key).width >= 1


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from walk(inner, (*path, number))
