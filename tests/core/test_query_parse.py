"""The query language: what it accepts, what it means, how it is printed back, and how it says no."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.core.model import LIMITS
from monitor.core.query.format import format_query
from monitor.core.query.parse import parse
from monitor.core.query.tree import (
    And,
    AtLeast,
    Concept,
    Everything,
    In,
    Mode,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    QueryProblem,
    SomeOf,
    Word,
    requires_something,
)
from tests.core.kit import few
from tests.core.trees import trees

A, B, C = Word("a"), Word("b"), Word("c")
SIGNS = "( ) , ; \" “ ~ : = * ? + - ! @x cs: cs:X title: lead:( feed= a bc U.S. 1,5 é 停 ' ’ . $ # \\ \x00"
OPERATORS = "AND OR NOT NEAR/5 NOT ONEAR W/3 /4 2 OF ( ATLEAST/3("
SMALL = f"{SIGNS} {OPERATORS}".split(" ")
grammar_like = st.lists(st.sampled_from([*SMALL, " "]), max_size=25).flatmap(
    lambda parts: st.sampled_from([" ", ""]).map(lambda gap: gap.join(parts))
)


def tree(text: str) -> Node:
    found = parse(text)
    assert not isinstance(found, QueryProblem), found
    return found


def problem(text: str) -> QueryProblem:
    found = parse(text)
    assert isinstance(found, QueryProblem), found
    return found


# What it means --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b AND c", And((A, B, C))),
        ("a AND (b AND c)", And((A, B, C))),
        ("a OR (b OR c)", Or((A, B, C))),
        ("a OR b AND c", Or((A, And((B, C))))),
        ("a b OR c", Or((And((A, B)), C))),
        ("(a OR b) AND c", And((Or((A, B)), C))),
        ("a AND NOT b", And((A, Not(B)))),
        ("a NOT b OR c", Or((And((A, Not(B))), C))),
        ("a AND NOT (b OR c)", And((A, Not(Or((B, C)))))),
        ("a b NEAR/5 c", And((A, Near(B, C, 5)))),
        ("a OR b NEAR/5 c", Or((A, Near(B, C, 5)))),
        ("NOT a NOT NEAR/5 b c", None),
        ("a NEAR/3 b NEAR/5 c", Near(Near(A, B, 3), C, 5)),
        ("a NEAR/3 (b NEAR/5 c)", Near(A, Near(B, C, 5), 3)),
        ("a NEAR b", Near(A, B, 4)),
        ("a ONEAR/8 b", Near(A, B, 8, ordered=True)),
        ("a NOT NEAR/5 b", Near(A, B, 5, negated=True)),
        ("a NOT ONEAR/5 b", Near(A, B, 5, ordered=True, negated=True)),
        ("(a OR b) NEAR/2 title:c", Near(Or((A, B)), In("title", C), 2)),
        ('"a b"', Phrase((A, B))),
        ('"a b"~8', Phrase((A, B), 8)),
        ('"a"', A),
        ('"=a b"', Phrase((Word("a", Mode.EXACT), B))),
        ('"ceasefir* now"', Phrase((Word("ceasefir*"), Word("now")))),
        ('"halt, in airstrikes."', Phrase((Word("halt"), Word("in"), Word("airstrikes")))),
        ("air-strike", Phrase((Word("air"), Word("strike")))),
        ("de-escalation", Word("de-escalation")),
        ("停火", Phrase((Word("停"), Word("火")))),
        ("U.S.", Word("U.S.")),
        ("(U.S., x)", None),
        ("truce?", Word("truce")),
        ("truce.", Word("truce")),
        ("Assad's", Word("Assad's")),
        ("$5", Word("5")),
        ("ceasefir*", Word("ceasefir*")),
        ("mos*l", Word("mos*l")),
        ("=truce", Word("truce", Mode.EXACT)),
        ("=air-strike", Phrase((Word("air", Mode.EXACT), Word("strike", Mode.EXACT)))),
        ("mosul~1", Word("mosul", fuzz=1)),
        ("=mosul~2", Word("mosul", Mode.EXACT, 2)),
        ("cs:NATO", Word("NATO", Mode.CASE)),
        ("cs:U.S.", Word("U.S.", Mode.CASE)),
        ("cs:NATO.", Word("NATO", Mode.CASE)),
        ("title:cs:NATO", In("title", Word("NATO", Mode.CASE))),
        ("title:a b", And((In("title", A), B))),
        ("title: a", In("title", A)),
        ("title:(a OR b)", In("title", Or((A, B)))),
        ('lead:"a b"', In("lead", Phrase((A, B)))),
        ("feed:(NOT a) b", And((In("feed", Not(A)), B))),
        ("tag:@x", In("tag", Concept("x"))),
        ("link:*", In("link", Everything())),
        ("@Ceasefire", Concept("ceasefire")),
        ("@free-passage", Concept("free-passage")),
        ("2 OF (a, b, c)", SomeOf(2, (A, B, C))),
        ("2 OF (a; b OR c; \"a b\")", SomeOf(2, (A, Or((B, C)), Phrase((A, B))))),
        ("ATLEAST/3(a OR b)", AtLeast(3, Or((A, B)))),
        ("*", Everything()),
        ("* NOT a", And((Everything(), Not(A)))),
        ("NOT NOT a b", And((Not(Not(A)), B))),
        ("  a  ", A),
    ],
)  # fmt: skip
def test_a_query_means(text: str, means: Node | None) -> None:
    if means is None:
        problem(text)
    else:
        assert parse(text) == means


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        # Nexis, Factiva, Meltwater, Cision, Lucene
        ("a W/5 b", "a NEAR/5 b"),
        ("a w/5 b", "a NEAR/5 b"),
        ("a PRE/3 b", "a ONEAR/3 b"),
        ("a ADJ2 b", "a ONEAR/2 b"),
        ("a adj2 b", "a ONEAR/2 b"),
        ("a near5 b", "a NEAR/5 b"),
        ("a NEAR5 b", "a NEAR/5 b"),
        ("a near/5 b", "a NEAR/5 b"),
        ("a /5/ b", "a NEAR/5 b"),
        ("a /n5/ b", "a NEAR/5 b"),
        ("a not w/5 b", "a NOT NEAR/5 b"),
        ("hd=a", "title:a"),
        ("headline(a b)", "title:(a AND b)"),
        ("HLEAD(a)", "lead:a"),
        ("hlead:a", "lead:a"),
        ("body:a", "content:a"),
        ("source:a", "feed:a"),
        ("rst=a", "feed:a"),
        ("la=en", "lang:en"),
        ("by:smith", "author:smith"),
        ("url:x", "link:x"),
        ("cs(NATO)", "cs:NATO"),
        ("CAPS(NATO)", "cs:NATO"),
        ("ALLCAPS(NATO)", "cs:NATO"),
        ("a -b", "a AND NOT b"),
        ("a !b", "a AND NOT b"),
        ('a -"b c"', 'a AND NOT "b c"'),
        ("a -(b c)", "a AND NOT (b AND c)"),
        ("a -=b", "a AND NOT =b"),
        ("a ANDNOT b", "a AND NOT b"),
        ("+a +b -c", "a AND b AND NOT c"),
        ("a && b || c", "a AND b OR c"),
        ("a | b", "a OR b"),
        ("a and b or c and not a", "a AND b OR c AND NOT a"),
        ("a And b Or Not c b", "a AND b OR NOT c AND b"),
        ("“a b” OR «b c» OR „c a‟", '"a b" OR "b c" OR "c a"'),
        ("（a OR b） c", "(a OR b) AND c"),
        ("atleast3(a)", "ATLEAST/3(a)"),
        ("ATLEAST/3 (a)", "ATLEAST/3(a)"),
        ("2 of (a，b)", "2 OF (a, b)"),
        ("\ufeffa\u200bb", "a AND b"),
        ("trêve tre\u0302ve", "trêve AND \"tre\u0302ve\""),
        ("युद्धविराम", '"युद्धविराम"'),
        ("آتش\u200cبس", '"آتش\u200cبس"'),
        ("George W Bush", "George AND W AND Bush"),
        ('"NEAR5" "and"', '"NEAR5" AND "and"'),
        ("title:(a)", "title:a"),
        ("truce(a b)", "truce AND a AND b"),
        ("((a))", "a"),
        ("NOT (NOT a) b", "NOT NOT a AND b"),
        ("NOT (a b) c", "NOT (a AND b) AND c"),
        ("2 OF (a, (b c), NOT a) b", "2 OF (a, b AND c, NOT a) AND b"),
        ("(a NEAR/2 b) OR c", "a NEAR/2 b OR c"),
    ],
)  # fmt: skip
def test_other_spellings_are_printed_back_in_one_form(text: str, canonical: str) -> None:
    assert format_query(tree(text)) == canonical
    assert parse(canonical) == tree(text)


@few
@given(trees)
def test_a_printed_tree_is_read_back_as_it_was(node: Node) -> None:
    assume(requires_something(node))
    assert parse(format_query(node)) == node


# Anything at all ------------------------------------------------------------------------------------------------------


@few
@given(st.text(max_size=60) | grammar_like)
def test_any_text_gives_a_tree_that_prints_back_or_a_problem_inside_the_text(text: str) -> None:
    found = parse(text)
    if isinstance(found, QueryProblem):
        assert 0 <= found.start <= found.end <= len(text)
        assert found.message
        assert found.help
    else:
        assert parse(format_query(found)) == found
        assert requires_something(found)


# How it says no -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("", "the query is empty", ""),
        ("   ", "the query is empty", "   "),
        ('a "b c', "this quote is never closed", '"b c'),
        ("a (b OR c", "this parenthesis is never closed", "("),
        ("a (b, c)", "',' is out of place here", ","),
        ("a ) b", "this parenthesis closes nothing", ")"),
        ("a, b", "',' is out of place here", ","),
        ("OR a", "'OR' is out of place here", "OR"),
        ("a AND AND b", "'AND' is out of place here", "AND"),
        ("a OR", "something is missing after this", "OR"),
        ("(a OR)", "')' is out of place here", ")"),
        ("()", "')' is out of place here", ")"),
        ("a NEAR/5", "something is missing after this", "NEAR/5"),
        ("title:", "title: must be followed by a word, a phrase or (", "title:"),
        ("title:NOT a", "title: must be followed by a word, a phrase or (", "title:"),
        ("a NOT", "NOT must be followed by what to exclude", "NOT"),
        ("a NOT OR b", "NOT must be followed by what to exclude", "NOT"),
        ("headlin:a", "there is no field 'headlin'", "headlin:"),
        ("http://x", "there is no field 'http'", "http:"),
        ("a # b", "'#' means nothing here", "#"),
        ("a 8:30", "':' means nothing here", ":"),
        ("NOT a", "this query only says what must not be there, so nearly everything would match", "NOT a"),
        ("NOT a OR b", "this query only says what must not be there, so nearly everything would match", "NOT a OR b"),
        (" -a -b ", "this query only says what must not be there, so nearly everything would match", "-a -b"),
        ("title:(NOT a)", "this query only says what must not be there, so nearly everything would match",
         "title:(NOT a)"),
        ("1 OF (a, NOT b)", "this query only says what must not be there, so nearly everything would match",
         "1 OF (a, NOT b)"),
        ("a NEAR/0 b", "a distance goes from 1 to 1,000", "NEAR/0"),
        ("a NEAR/1001 b", "a distance goes from 1 to 1,000", "NEAR/1001"),
        ("a NEAR/99999 b", "a distance goes from 1 to 1,000", "NEAR/99999"),
        ('"a b"~0', "a distance goes from 1 to 1,000", '"a b"~0'),
        ('"a b"~12345', "a distance goes from 1 to 1,000", '"a b"~12345'),
        ("(a AND b) NEAR/5 c", "NEAR needs words, phrases or groups joined by OR on both sides", "(a AND b) "),
        ("c NEAR/5 NOT a", "NEAR needs words, phrases or groups joined by OR on both sides", "NOT"),
        ("c NEAR/5 *", "NEAR needs words, phrases or groups joined by OR on both sides", "*"),
        ("c NEAR/5 feed:a", "NEAR needs words, phrases or groups joined by OR on both sides", "feed:"),
        ("c NEAR/5 (a OR feed:b)", "NEAR needs words, phrases or groups joined by OR on both sides", "("),
        ("ATLEAST/0(a)", "ATLEAST counts mentions of words or phrases", "ATLEAST/0"),
        ("ATLEAST/2(a AND b)", "ATLEAST counts mentions of words or phrases", "ATLEAST/2"),
        ("ATLEAST/2(a", "this parenthesis is never closed", "("),
        ("3 OF (a, b)", "3 of 2 is not possible", "3 OF"),
        ("0 OF (a, b)", "0 of 2 is not possible", "0 OF"),
        ("2 OF (a, b", "this parenthesis is never closed", "("),
        ("**", "a star needs letters beside it", "**"),
        ("a*", "a pattern needs at least two letters, and no other signs", "a*"),
        ('"a*"', "a pattern needs at least two letters, and no other signs", '"a*"'),
        ('"halt * strikes"', "a pattern needs at least two letters, and no other signs", '"halt * strikes"'),
        ("o'br*", "a pattern needs at least two letters, and no other signs", "o'br*"),
        ("wom?n", "? stands for nothing inside a word", "wom?n"),
        ("mosul~3", "an edit distance is 1 or 2, and goes with no star", "mosul~3"),
        ("mosul~0", "an edit distance is 1 or 2, and goes with no star", "mosul~0"),
        ("mosul~10", "an edit distance is 1 or 2, and goes with no star", "mosul~10"),
        ("mos*l~1", "an edit distance is 1 or 2, and goes with no star", "mos*l~1"),
        ("mosul~0.8", "'~' means nothing here", "~"),
        ("cs:NATO-led", "cs: takes one word, as it is written", "cs:NATO-led"),
        ("cs:NAT*", "cs: takes one word, as it is written", "cs:NAT*"),
        ("cs:---", "cs: takes one word, as it is written", "cs:---"),
        ('"…"', "this phrase holds no word", '"…"'),
        ("(((((", "something is missing after this", "("),
    ],
)  # fmt: skip
def test_a_query_is_refused_with_its_place(text: str, message: str, at: str) -> None:
    found = problem(text)
    assert found.message == message
    assert text[found.start : found.end] == at
    assert found.help


def test_a_word_of_signs_only_is_refused() -> None:
    assert problem("_").message == "'_' holds no letter or digit"


@pytest.mark.parametrize("opening", ["(", "NOT ", "title:(", "1 OF ("])
def test_groups_may_go_fifty_deep_and_no_deeper(opening: str) -> None:
    steps = 2 if opening == "title:(" else 1
    closing = ")" if "(" in opening else ""
    deepest = LIMITS.query_depth_max // steps

    def nested(depth: int) -> str:
        return "a AND " + opening * depth + "b" + closing * depth

    tree(nested(deepest))
    assert problem(nested(deepest + 1)).message == "groups go 50 deep at most"
    assert problem(opening * 5_000 + "a").start <= len(opening) * 5_000


def test_a_tree_of_the_greatest_depth_prints_back() -> None:
    deep = tree("a AND " + "NOT " * 50 + "b")
    assert parse(format_query(deep)) == deep


def test_a_query_has_a_greatest_length() -> None:
    tree("a" * LIMITS.query_max)
    found = problem("a" * (LIMITS.query_max + 1))
    assert found.message == "the query has 20,001 characters, the limit is 20,000"
    assert (found.start, found.end) == (20_000, 20_001)


@pytest.mark.parametrize(
    "flood", ["." * 20_000, "(" * 20_000, '"' * 20_000, "a " * 10_000, "a" * 20_000 + "!", "*" * 20_000]
)
def test_a_flood_of_signs_is_read_at_once(flood: str) -> None:
    assert parse(flood) is not None
