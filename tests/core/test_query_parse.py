"""The query language: what it accepts, what it means, how it is printed back, and how it says no."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.core.model import LIMITS
from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.format import format_lines, format_query
from monitor.core.query.parse import parse
from monitor.core.query.topics import check_text
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
from tests.core.kit import few, matches
from tests.core.trees import trees

if TYPE_CHECKING:
    from collections.abc import Iterator

A, B, C = Word("a"), Word("b"), Word("c")
SIGNS = "( ) , ; \" “ ~ : = * ? + - ! @x cs: cs:X title: lead:( feed= a bc U.S. 1,5 é 停 ' ’ . $ # \\ \x00"
OPERATORS = "AND OR NOT NEAR/5 NOT ONEAR W/3 /4 2 OF ( ATLEAST/3("
SMALL = f"{SIGNS} {OPERATORS}".split(" ")
grammar_like = st.lists(st.sampled_from([*SMALL, " "]), max_size=25).flatmap(
    lambda parts: st.sampled_from([" ", ""]).map(lambda gap: gap.join(parts))
)


# Everything that a key types, and pieces that begin something.
SIGNS_ALL = tuple("()[]{}\"'“‘«,;:=*?+-!@#$%^&|~/\\<>_.`a1é停\u0301\n\u200b")
PIECES_ALL = (
    "a ", "a OR ", "a AND ", "NOT ", "a NEAR/5 ", '"a ', '"a" ', '""', "a* ", "*a*b*", "(a ", "(a) ", "((a)", "title:(",
    "title:", "2 OF (", "2 OF ", "ATLEAST/2(", "ATLEAST", "cs:", "cs(", "@a", "a~1 ", "a/b/", "/5 ", "W/S ", "9/",
    "a'b'",    "' ' ", "‘a ", "1 ", "a.b.", "U.S. ", "-a ", "NEAR", "near5", "a-", "NAER/5 ", "AROUND(",
)  # fmt: skip


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
        ("and* or or* or not*a* or near*", Or((Word("and*"), Word("or*"), Word("not*a*"), Word("near*")))),
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
        ("a AROUND(3) b", "a NEAR/4 b"),
        ("9/11 attacks", '"9 11" AND attacks'),
        ("24/7 and/or km/h", '"24 7" AND "and or" AND "km h"'),
        ("a –football", "a AND NOT football"),
        ("F–16", '"F 16"'),
        ("G/20 x", '"G 20" AND x'),
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


@few
@given(trees)
def test_a_tree_printed_in_lines_is_read_back_as_it_was(node: Node) -> None:
    assume(requires_something(node))
    printed = format_lines(node, 30)
    assert parse(printed) == node
    assert " ".join(printed.split()) == " ".join(format_query(node).split())


@few
@given(trees)
def test_no_pair_of_parentheses_can_be_left_out(node: Node) -> None:
    assume(requires_something(node))
    printed = format_query(node)
    bare = re.sub(r'"[^"]*"', lambda phrase: "x" * len(phrase[0]), printed)
    opened: list[int] = []
    for at, sign in enumerate(bare):
        if sign == "(":
            opened.append(at)
        elif sign == ")":
            first = opened.pop()
            assert parse(printed[:first] + " " + printed[first + 1 : at] + printed[at + 1 :]) != node, printed


def test_a_long_query_is_printed_in_lines_of_one_condition_each() -> None:
    text = "(coffee OR tea OR cappuccino OR espresso) NEAR/5 (great OR best) AND Chicago AND NOT title:(a OR b)"
    assert format_lines(tree(text), 50) == (
        "(coffee OR tea OR cappuccino\n  OR espresso) NEAR/5 (great OR best)\nAND Chicago\nAND NOT title:(a OR b)"
    )
    assert format_lines(tree(text), 200) == text


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
        ("(a AND b) NEAR/5 c", "NEAR needs words, phrases or groups joined by OR on both sides", "(a AND b)"),
        ("c NEAR/5 NOT a", "NEAR needs words, phrases or groups joined by OR on both sides", "NOT a"),
        ("c NEAR/5 *", "NEAR needs words, phrases or groups joined by OR on both sides", "*"),
        ("c NEAR/5 feed:a", "NEAR needs words, phrases or groups joined by OR on both sides", "feed:a"),
        ("c NEAR/5 (a OR feed:b)", "NEAR needs words, phrases or groups joined by OR on both sides",
         "(a OR feed:b)"),
        ("c (a AND b) NEAR/5 x", "NEAR needs words, phrases or groups joined by OR on both sides", "(a AND b)"),
        ("a NEAR /5 b", "'/5' is out of place here", "/5"),
        ("1,500 dead", "',' is out of place here", ","),
        ("a NAER/5 b", "there is no operator 'NAER/5'", "NAER/5"),
        ("a NEAR/x b", "there is no operator 'NEAR/x'", "NEAR/x"),
        ("a W/S b", "there is no W/S here", "W/S"),
        ("a /p b", "there is no /P here", "/p"),
        ("atleast5 truce", "atleast5 needs parentheses behind it", "atleast5"),
        ("ATLEAST(a)", "ATLEAST( means nothing here", "ATLEAST"),
        ("2 OF fuel bread", "2 OF needs parentheses behind it", "2 OF"),
        ("headlines(a)", "headlines( means nothing here", "headlines"),
        ("PLURAL(a)", "PLURAL( means nothing here", "PLURAL"),
        ("x OR 'air strike'", "single quotes hold no phrase", "'air strike'"),
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
        ("u.s.a*", "a pattern needs at least two letters, and no other signs", "u.s.a*"),
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


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("titel:x", "did you mean title:?"),
        ("headlin:x", "did you mean headline:?"),
        ("auther:x", "did you mean author:?"),
        ("zzz:x", "fields are title:, lead:, summary:, content:, feed:, tag:, author:, lang:, link:;"),
        ("a NAER/5 b", "did you mean NEAR/5?"),
        ("a ONAER/5 b", "did you mean ONEAR/5?"),
        ("a WITHIM/5 b", "did you mean WITHIN/5?"),
        ("atlest/3(a)", "did you mean ATLEAST/3?"),
        ("atleast(a)", "a number follows it, as in ATLEAST/3(truce)"),
        ("headlines(a)", "did you mean headline(?"),
        ("nocaps(a)", "`wirewatch topics convert`"),
        ("a W/S b", "write NEAR/14"),
        ("a [b]", "groups stand in ( and )"),
        ("{a}", "groups stand in ( and )"),
        ("a^2", "there is no ranking here"),
        ("mosul~0.8", 'mosul~1 or "truce aleppo"~8'),
        (r"a\b", "nothing needs to be escaped"),
        ("a - b", "-football, or NOT football"),
        ("recycl!", "recycl*"),
        ("at 8:30", 'as in "8:30"'),
        ("@ ceasefire", "as in @ceasefire"),
        ("a >5", "there are no ranges here"),
        ("a / b", "as in NEAR/5"),
        ("#tag", "only letters and digits"),
        ("OR a", "truce OR ceasefire"),
        ("1,500 dead", '"1,500"'),
        ("'a b'", "use double quotes"),
    ],
)
def test_every_refusal_says_what_to_do(text: str, advice: str) -> None:
    assert advice in problem(text).help


def test_an_unknown_concept_is_refused_with_the_name_that_was_meant() -> None:
    concepts = Concepts([Definition("ceasefire", (), ("truce",)), Definition("air-strike", (), ("bombing",))])
    [found] = check_text("aleppo AND @cease-fire", "query", concepts)
    assert (found.start, found.end) == (11, 22)
    assert found.message == "there is no concept @cease-fire"
    assert found.help == "did you mean @ceasefire? known: @air-strike, @ceasefire"
    many = Concepts([Definition(f"concept-{number}", (), ("truce",)) for number in range(100)])
    [found] = check_text("@zzz", "query", many)
    assert found.help.endswith("and 80 more")


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


# No rationing ---------------------------------------------------------------------------------------------------------


def test_five_hundred_alternatives_are_one_query() -> None:
    words = [f"word{number}" for number in range(500)]
    wide = tree(f"aleppo AND ({' OR '.join(words)})")
    assert parse(format_query(wide)) == wide
    assert matches(format_query(wide), "Aleppo and word499")
    assert not matches(format_query(wide), "Aleppo and word500")


def test_fifty_wildcards_are_one_query() -> None:
    stars = tree(" OR ".join(f"st{letter}{other}*ng" for letter in "aeiou" for other in "bcdfghklmn"))
    assert isinstance(stars, Or)
    assert len(stars.nodes) == 50
    assert matches(format_query(stars), "a stuning view")
    assert not matches(format_query(stars), "a stunin view")


@pytest.mark.parametrize(("between", "found"), [(99, True), (100, False)])
def test_near_reaches_as_far_as_it_says(between: int, found: bool) -> None:
    text = f"halt {'word ' * between}bombing"
    assert matches("halt NEAR/100 bombing", text) is found
    assert matches("(stop OR halt) ONEAR/100 (bombing OR shelling)", text) is found


def test_groups_of_every_kind_fifty_deep_are_asked() -> None:
    deep = "aleppo"
    for step in range(LIMITS.query_depth_max):
        deep = f"({deep} {'OR' if step % 2 else 'AND'} w{step})"
    assert matches(deep, " ".join(["Aleppo", *(f"w{step}" for step in range(50))]))
    assert not matches(deep, "Aleppo alone")


# Bounded --------------------------------------------------------------------------------------------------------------


def test_a_row_of_nears_ends_before_it_gets_too_deep() -> None:
    row = tree(" NEAR/1 ".join("a" * 51))
    assert parse(format_query(row)) == row
    assert problem(" NEAR/1 ".join("a" * 52)).message == "NEAR joins 50 at most in a row"


def test_rows_of_nears_in_groups_of_groups_do_not_get_too_deep() -> None:
    deep = "a"
    for _ in range(30):
        deep = f"({deep}){' NEAR/1 a' * 30}"
    found = problem(deep)
    assert found.message == "groups and NEARs stand too deep in one another"
    assert (found.start, found.end) == (0, len(deep))


FLOODS = (
    *(sign * LIMITS.query_max for sign in SIGNS_ALL),
    *((sign + "a ") * (LIMITS.query_max // 3) for sign in SIGNS_ALL),
    *(piece * (LIMITS.query_max // len(piece)) for piece in PIECES_ALL),
    "a" * (LIMITS.query_max - 1) + "!",
    " " * (LIMITS.query_max - 1) + "a",
)


@pytest.fixture
def two_seconds() -> Iterator[None]:
    """Ends a test that takes more of the processor; what else the machine does meanwhile is not counted."""

    def stop(*_: object) -> None:
        raise AssertionError("two seconds of the processor were not enough")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, 2)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.usefixtures("two_seconds")
@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: repr(flood[:12]))
def test_a_flood_is_read_at_once(flood: str) -> None:
    found = parse(flood)
    if isinstance(found, QueryProblem):
        assert 0 <= found.start <= found.end <= len(flood)
        assert found.help
        return
    printed = format_query(found)
    assert format_lines(found).split() == printed.split()
    if len(printed) <= LIMITS.query_max:
        assert parse(printed) == found
