"""Markup to plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.plain import looks_marked_up, plain_text, plain_title, tidy

LONG = 10_000


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<br>two<BR/>three<hr />four", "one\ntwo\nthree\nfour"),
        ("in<b>side</b> a <em>line</em>", "inside a line"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><th>3</th></tr></table>", "1 2\n3"),
        ("a <!-- <p>no</p> --> b", "a b"),
        ("a <!-- never ends", "a never ends"),
        ("a<!DOCTYPE html><?php x ?>b", "ab"),
        ("<script>if (a < b) { '</p>' }</script>seen", "seen"),
        ("<SCRIPT src='x'>y</SCRIPT >seen<style>z</style>", "seen"),
        ("<head><title>no</title></head>yes", "yes"),
        ("<script>never ended, so not hidden", "never ended, so not hidden"),
        ("<script/>seen", "seen"),
        ('<a title="a > b" href=x>word</a>', "word"),
        ("<a title='it\"s > b'>word</a>", "word"),
        ('<a title="never closed>word</a> more', "word more"),
        ("<img src=x alt='not said'>word", "word"),
        ("5 < 6 and 7 > 3 <3", "5 < 6 and 7 > 3 <3"),
        ("if x <y then", "if x <y then"),
        ("a <b c <i>d</i>", "a d"),
        ("AT&amp;T &lt;b&gt; &eacute;&#233;&#xe9; &nbsp;x", "AT&T <b> ééé x"),
        ("&#99999999999999999999999999;&#x110000;&bogus;&", "\ufffd\ufffd&bogus;&"),
        ("&#" + "1" * 5000 + ";", "\ufffd"),
        ("<![CDATA[kept <b>]]> x", "kept <b> x"),
        ("  a \t\n\n b  ", "a\nb"),
        ("", ""),
        ("<my-widget>a</my-widget><svg:g>b</svg:g>", "a\nb"),
    ],
)
def test_markup_becomes_words(markup: str, text: str) -> None:
    assert plain_text(markup, LONG) == text


def test_a_title_is_one_line() -> None:
    assert plain_title("<p>one</p>\n<p>two</p>", LONG) == "one two"


def test_what_is_cut_ends_in_an_ellipsis() -> None:
    assert plain_text("<b>word</b> " * 100, 12) == "word word w…"
    assert plain_text("word", 4) == "word"
    assert tidy("a  b\n\nc", 3) == "a…"


def test_what_calls_itself_plain_is_searched_for_tags() -> None:
    assert looks_marked_up("a <b>b</b>")
    assert looks_marked_up("x<br/>y")
    assert not looks_marked_up("a < b > c <=> <unknown>")


@given(st.text(alphabet=st.sampled_from("<>!-/?[]&#;='\" \nabscriptCDATA12x"), max_size=200), st.integers(1, 50))
def test_any_markup_gives_bounded_text(markup: str, limit: int) -> None:
    text = plain_text(markup, limit)
    assert len(text) <= limit
    assert "\n\n" not in text


@given(st.text(alphabet=st.characters(exclude_characters="<&", exclude_categories=["Cs"])))
def test_text_without_markup_keeps_all_its_words(text: str) -> None:
    assert plain_text(text, 10**6).split() == text.split()


ONCE = ["<", "<a", "<a '", "&", "&#", "</", "<!", "-->", '"', "<a>"]
SEARCHED = ["<!--", "<![CDATA[", "<?", '<a b="', "<script>"]
MANY = [*(piece * 100_000 for piece in ONCE), *(piece * 500_000 for piece in SEARCHED)]


@pytest.mark.parametrize("markup", MANY, ids=ONCE + SEARCHED)
def test_no_repeated_piece_takes_more_than_a_step_each(markup: str) -> None:
    # Quadratic work on so many pieces takes many minutes: the test would be noticed.
    assert len(plain_text(markup, 200_000)) <= 200_000
