"""XML feeds are bounded and mended before a parser sees them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.parse.trim import ATTRIBUTES_MAX, TAG_MAX, trim

PIECES = "<item> </item> <item/> <a> </a> <![CDATA[ ]]> <!-- --> <? ?> & x < > \" ' <b&c=' </rss> <rss>"
HEAD, TAIL = "<rss><channel><title>T</title>", "</channel></rss>"


def items(count: int) -> str:
    return "".join(f"<item>{number}</item>" for number in range(count))


def kept(text: str) -> list[str]:
    return re.findall(r"<(?:item|entry)[^>]*>(\w+)", text)


def test_a_sound_document_is_left_as_it_is() -> None:
    text = HEAD + "<!-- a & b --><?x & ?><item a='&amp;'><![CDATA[a & b </item>]]>&lt;&#233;</item>" + TAIL
    trimmed = trim(text, 10)
    assert trimmed.text == text
    assert (trimmed.dropped, trimmed.cut_short, trimmed.fat_tags) == (0, False, 0)


def test_the_first_items_are_kept_and_what_follows_the_last_stays() -> None:
    apart = items(7).replace("</item>", "</item>\n")
    trimmed = trim(HEAD + apart + "<image>x</image>" + TAIL, 3)
    assert trimmed.text == HEAD + items(3).replace("</item>", "</item>\n") + "\n<image>x</image>" + TAIL
    assert (trimmed.dropped, trimmed.cut_short) == (4, False)


def test_exactly_as_many_items_as_allowed_are_all_kept() -> None:
    assert trim(HEAD + items(3) + TAIL, 3).text == HEAD + items(3) + TAIL


def test_empty_items_count_too() -> None:
    trimmed = trim(HEAD + "<item/>" * 9 + TAIL, 2)
    assert trimmed.text == HEAD + "<item/><item/>" + TAIL
    assert trimmed.dropped == 7


def test_items_with_a_prefix_are_items() -> None:
    text = "<a:feed>" + "<a:entry>x</a:entry>" * 3 + "</a:feed>"
    assert trim(text, 1).text == "<a:feed><a:entry>x</a:entry></a:feed>"


def test_a_sign_of_an_item_in_words_is_no_item() -> None:
    text = HEAD + "<item><![CDATA[<item><item>]]><!-- <item> --></item>" + TAIL
    assert trim(text, 1).text == text


@pytest.mark.parametrize(
    "end", ["<item>2", "<item>2<ti", "<item", "<item>2<![CDATA[ x", "<item>2<!-- x", "<item>2</ite"]
)
def test_a_cut_document_keeps_its_whole_items_and_is_closed(end: str) -> None:
    trimmed = trim(HEAD + items(2) + end, 10)
    assert trimmed.text == HEAD + items(2) + TAIL
    assert trimmed.cut_short


def test_a_document_cut_between_items_is_closed() -> None:
    trimmed = trim(HEAD + items(2) + "\n", 10)
    assert trimmed.text == HEAD + items(2) + "\n" + TAIL
    assert trimmed.cut_short


def test_a_cut_document_with_too_many_items_keeps_the_first() -> None:
    trimmed = trim(HEAD + items(5) + "<item>half", 2)
    assert kept(trimmed.text) == ["0", "1"]
    assert trimmed.text.endswith(TAIL)
    assert trimmed.dropped == 4


def test_items_that_never_end_are_left_to_the_guessing_parser() -> None:
    text = HEAD + "<item>1<item>2<item>3" + TAIL
    trimmed = trim(text, 10)
    assert kept(trimmed.text) == ["1", "2", "3"]


def test_half_of_the_only_item_is_no_item() -> None:
    trimmed = trim(HEAD + "<item>1", 10)
    assert (kept(trimmed.text), trimmed.cut_short) == ([], True)


def test_tags_with_endless_attributes_lose_them() -> None:
    many = " ".join(f"a{number}='x'" for number in range(ATTRIBUTES_MAX + 1))
    trimmed = trim(f"{HEAD}<item {many}>1</item><x {many}/>{TAIL}", 10)
    assert trimmed.text == f"{HEAD}<item>1</item><x/>{TAIL}"
    assert trimmed.fat_tags == 2


@pytest.mark.parametrize("rest", ["y" * TAG_MAX + ">", "y='" + "y" * TAG_MAX + "'>", "y" * TAG_MAX + "<"])
def test_tags_of_endless_length_are_bared(rest: str) -> None:
    trimmed = trim(f"{HEAD}<item>1</item><x {rest}{TAIL}", 10)
    assert trimmed.fat_tags == 1
    assert len(trimmed.text) < 200
    assert kept(trimmed.text) == ["1"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a & b", "a &amp; b"),
        ("a&b=c", "a&amp;b=c"),
        ("&nbsp;&eacute;", "\xa0é"),
        ("&AMP;&LT;", "&amp;&lt;"),
        ("&bogus;", "&amp;bogus;"),
        ("&#0;&#xFFFF;&#x110000;&#99999999;", "\ufffd" * 4),
        ("&#233;&#xe9;&#9;&#10;", "&#233;&#xe9;&#9;&#10;"),
        ("&#999999999;", "&amp;#999999999;"),
        ("&amp;&lt;&gt;&quot;&apos;", "&amp;&lt;&gt;&quot;&apos;"),
        ("\x00\x0b\x1b\ufffe\ud800x", "x"),
    ],
)
def test_references_that_xml_does_not_know_are_mended(before: str, after: str) -> None:
    assert trim(f"<a>{before}</a>", 1).text == f"<a>{after}</a>"


def test_references_in_tags_are_mended_too() -> None:
    assert trim("<a href='?a=1&b=2'/>", 1).text == "<a href='?a=1&amp;b=2'/>"


def test_a_document_with_entities_of_its_own_is_not_mended() -> None:
    text = '<!DOCTYPE a [\n<!ENTITY x "y">\n]><a>&x; & &nbsp;</a>'
    assert trim(text, 1).text == text


@given(
    st.lists(
        st.sampled_from(PIECES.split()),
        max_size=40,
    ),
    st.integers(1, 4),
)
def test_whatever_is_trimmed_stays_bounded(pieces: list[str], most: int) -> None:
    trimmed = trim("".join(pieces), most)
    assert len(trimmed.text) <= 6 * sum(map(len, pieces)) + 100
    assert trimmed.dropped >= 0


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", '<a "', "<a b='", "<!--", "<![CDATA[", "<?", "<!DOCTYPE[", "&", "&a", "</", "<item>", "<a>", "</a>"],
)
def test_no_repeated_piece_takes_more_than_a_step_each(piece: str) -> None:
    trim("<rss>" + piece * 100_000, 100)
