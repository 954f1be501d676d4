"""Conversions by what they mean: each query is asked of texts that its program's manual says it finds, or does not."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import LIMITS
from monitor.core.query.convert.convert import convert
from monitor.core.query.convert.detect import detect, readings
from monitor.core.query.convert.dialect import Conversion, Dialect, Kind
from monitor.core.query.format import format_query
from monitor.core.query.parse import parse
from monitor.core.query.tree import QueryProblem
from tests.core.kit import feed, few, find, item, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.core.model import Item

LUCENE, GOOGLE, FACTIVA = Dialect.LUCENE, Dialect.GOOGLE, Dialect.FACTIVA
NEXIS, MELTWATER, CISION = Dialect.NEXIS, Dialect.MELTWATER, Dialect.CISION
FAR = "and so on " * 40


def converted(text: str, dialect: Dialect) -> Conversion:
    """A conversion in which nothing is missing."""
    found = convert(text, dialect)
    assert found.complete, found.notes
    return found


def kinds(text: str, dialect: Dialect, *, exact: bool = False) -> dict[str, str]:
    """Kind of each note to the piece of text that it points at, for the last of a kind."""
    return {note.kind.value: text[note.start : note.end] for note in convert(text, dialect, exact=exact).notes}


def asked(query: str, wanted: str | Item) -> bool:
    return matches(query, wanted)


# Meaning --------------------------------------------------------------------------------------------------------------

# A query, texts that it must find, and texts that it must not.
LUCENE_MEANS = [
    ("quick fox", ["a quick one", "a fox"], ["a dog"]),
    ("quick AND fox", ["a quick brown fox"], ["a quick one", "a fox"]),
    ("quick && fox", ["a quick brown fox"], ["a quick one"]),
    ("quick || fox", ["a fox"], ["a dog"]),
    ("quick brown +fox -news", ["a fox", "a quick fox"], ["quick and brown", "fox news"]),
    ("((quick AND fox) OR (brown AND fox) OR fox) AND NOT news", ["a fox"], ["quick and brown", "fox news"]),
    # No precedence: AND makes both its sides required, and what is optional beside them only ranks.
    ("aleppo AND truce OR ceasefire", ["aleppo truce"], ["a ceasefire", "aleppo"]),
    ("ceasefire OR aleppo AND truce", ["aleppo truce"], ["a ceasefire"]),
    ("a1 AND b1 OR c1 AND d1", ["a1 b1 c1 d1"], ["a1 b1", "c1 d1"]),
    ("(a1 AND b1) OR (c1 AND d1)", ["a1 b1", "c1 d1"], ["a1 c1"]),
    ("a1 OR NOT b1", ["a1"], ["a1 b1", "c1"]),
    ("a1 NOT b1", ["a1"], ["a1 b1"]),
    ("a1 AND !b1", ["a1"], ["a1 b1"]),
    ("+a1 +b1", ["a1 b1"], ["a1"]),
    ("+a1 b1", ["a1", "a1 b1"], ["b1"]),
    ("+(a1 b1) +c1", ["a1 c1", "b1 c1"], ["a1 b1", "c1"]),
    ("a1 AND (NOT b1)", ["a1"], ["a1 b1"]),
    ("cats and dogs", ["cats", "dogs"], ["and so on"]),
    ('"john smith"', ["by John Smith"], ["Smith, John", "John P Smith"]),
    ('"fox quick"~5', ["quick brown fox", "fox one two three four five quick"], ["quick", FAR.join(("fox", "quick"))]),
    ('"fox quick"~1', ["fox quick", "fox brown quick"], ["quick fox", "fox one two quick"]),
    ('x1 NOT "fox quick"~3', ["x1", "x1 quick brown hairy fox"], ["x1 fox a b c quick", "x1 quick brown fox"]),
    ("bro*", ["brown"], ["abro"]),
    ("*own", ["brown"], ["owner"]),
    ("wom?n", ["a woman", "women"], ["womb"]),
    ("mosul~1", ["Mosul", "Mosull"], ["Mossoull"]),
    ("mosul~", ["Mossoul", "Musul"], ["Mossoulls"]),
    ("mosul~0.7", ["Mosul", "Musul"], ["Mossouls"]),
    ("mosul~0.8", ["Mosul"], ["Musul"]),
    ("mosul~0", ["Mosul"], ["Musul"]),
    ("aleppo^4 truce^0.5", ["truce"], ["war"]),
    ('("a1 b1"^2 OR c1)^3 AND d1', ["a1 b1 d1", "c1 d1"], ["b1 a1 d1"]),
    (r"\(1\+1\)\=2", ["so (1+1)=2"], ["1 and 2"]),
    (r"aleppo\-east", ["in Aleppo-East"], ["aleppo"]),
    (r'"say \"truce\" now"', ['say "truce" now'], ["say now"]),
    ("*:* AND NOT football", ["anything"], ["football"]),
    ("* -football", ["anything"], ["football"]),
    ("-football +truce", ["truce"], ["truce football"]),
]
GOOGLE_MEANS = [
    ("aleppo truce", ["a truce for Aleppo"], ["aleppo", "truce"]),
    ("aleppo AND truce", ["a truce for Aleppo"], ["aleppo"]),
    # OR binds tighter than the blank between words.
    ("aleppo truce OR ceasefire", ["aleppo truce", "aleppo ceasefire"], ["ceasefire", "truce"]),
    ("aleppo truce | ceasefire", ["aleppo ceasefire"], ["ceasefire"]),
    ("(aleppo truce) OR ceasefire", ["aleppo truce", "ceasefire"], ["aleppo"]),
    ("jaguar speed -car", ["the speed of a jaguar"], ["speed of a jaguar car"]),
    ("jaguar -cars", ["a jaguar and a car"], ["jaguar cars"]),
    ('apple -"apple juice"', ["apple and juice"], ["fresh apple juice"]),
    ("apple -(juice OR pie)", ["apple"], ["apple pie", "apple juice"]),
    ('"Acme Corp" (scam OR fraud)', ["Acme Corp fraud"], ["Acme Corp", "Acme fraud Corp"]),
    ('"three * mice"', ["three blind mice", "three very blind mice"], ["mice three", "three"]),
    ("truce AROUND(3) aleppo", ["truce one two three Aleppo", "Aleppo truce"], ["truce one two three four Aleppo"]),
    ("+truce aleppo", ["truce aleppo"], ["aleppo"]),
    ("truce in the city of aleppo", ["Aleppo city truce"], ["truce, Aleppo"]),
    ("cats or dogs and birds", ["birds cats dogs"], ["cats birds"]),
    ("to be or not", ["or not"], ["to be"]),
    ("the", ["the"], ["a"]),
    ("flights london..paris", ["flights london paris"], ["flights london"]),
]  # fmt: skip
FACTIVA_MEANS = [
    # Words side by side are a phrase.
    ("technology spending and canada", ["technology spending in Canada"], ["spending on technology in Canada"]),
    ("bill clinton or gore and george bush",
     ["Bill Clinton", "Gore and George Bush"], ["Gore", "George and Bush Gore"]),
    ("merger or acquisition", ["a merger", "an acquisition"], ["a sale"]),
    ("software not spreadsheets", ["software", "software for a spreadsheet"], ["software and spreadsheets"]),
    ("a1 and b1 not c1 or d1", ["a1 b1", "d1 c1"], ["a1 b1 c1", "a1"]),
    ("releases and [university or instruction]", ["university releases"], ["releases"]),
    ("president w/2 bush", ["President Bush", "President George Bush"], ["Bush, the president", "president a b bush"]),
    ("world cup adj5 rugby", ["world cup of the great rugby"], ["rugby world cup", "world cup a b c d e rugby"]),
    ("president adj bush", ["President Bush"], ["President George Bush"]),
    ("carrefour near5 retail sales", ["retail sales of one at Carrefour", "Carrefour a b c d retail sales"],
     ["Carrefour a b c d e retail sales", "carrefour sales retail"]),
    ("boeing 747/N30/british airways",
     ["British Airways and its Boeing 747"], ["Boeing 747", "British Boeing airways 747"]),
    ("boeing /n3/ airways", ["airways a b boeing"], ["airways a b c boeing"]),
    ("vodafone same telecommunications", ["Vodafone sells. It is in telecommunications."],
     ["vodafone " + FAR + FAR + "telecommunications"]),
    ("toyota/F300/", ["Toyota", FAR + "Toyota"], ["Opel"]),
    ("toyota/F50/", ["Toyota plans", "one two three Toyota"], [FAR + "Toyota"]),
    ("atleast3 microsoft", ["Microsoft, Microsoft and Microsoft"], ["Microsoft and Microsoft"]),
    ("atleast2 winter games and oslo", ["Winter Games in Oslo, the Winter Games"], ["Winter Games in Oslo"]),
    ("president % clinton", ["President Bill Clinton"], ["President William J Clinton", "Clinton, the president"]),
    ("engineer$3", ["engineers", "engineering"], ["engine"]),
    ("wom?n", ["woman"], ["womb"]),
    ("chariot*", ["charioteers"], ["char"]),
    ('"peas and carrots"', ["peas and carrots"], ["peas with carrots"]),
    ("peas and carrots", ["carrots, peas"], ["peas"]),
    ("bill clinton's 'economic plan'", ["Bill Clinton's economic plan"], ["an economic plan"]),
    ("(gaza or rafah) border crossing",
     ["the Rafah border crossing"], ["Gaza and a border crossing", "border crossing"]),
    ("ADJ5 x1 or y1", None, None),
]  # fmt: skip
NEXIS_MEANS = [
    ("land trust and ohio", ["a land trust in Ohio"], ["trust in land, Ohio"]),
    # OR comes first, then distances from the shortest, then AND, and AND NOT last.
    ("aleppo and truce or ceasefire", ["aleppo ceasefire", "aleppo truce"], ["ceasefire"]),
    ("school w/25 liab! and rugby or football or game w/10 injur!",
     ["the school was held liable when football injured him"],
     ["school liable, and rugby", "school liable. " + FAR + "rugby " + FAR + "injury"]),
    ("bankrupt! w/25 discharg! and not student or college w/5 loan",
     ["bankrupt and discharged", "bankrupt, discharged; a student; " + FAR + "a loan"],
     ["bankrupt and discharged of a student loan", "bankrupt, discharged: a loan for college", "bankrupt"]),
    ("a1 and not b1 and c1", ["a1", "a1 b1", "a1 c1"], ["a1 b1 c1"]),
    ("doctor w/5 malpractice", ["malpractice of a doctor", "doctor a b c d malpractice"],
     ["doctor a b c d e malpractice"]),
    ("southwest pre/2 air", ["Southwest Air", "southwest of air"], ["air southwest"]),
    ("rico NOT W/5 puerto", ["RICO act", "Puerto Rico. " + FAR + "rico"], ["Puerto Rico"]),
    ("court w/s federal", ["a federal court", "the court said in a long sentence that the federal law stands"],
     ["court. " + FAR + "federal"]),
    ("hospital w/p lawsuit", ["The hospital lost. It was a lawsuit."], ["hospital " + FAR + FAR + "lawsuit"]),
    ("court /s federal", ["a federal court"], ["federal " + FAR + "court"]),
    ("marriage NOT W/S contract", ["marriage", "A contract was signed in spring. The marriage came much later on."],
     ["a marriage contract"]),
    ("recycl!", ["recycling", "recyclable"], ["cycle"]),
    ("wom*n", ["women"], ["womb"]),
    ("city", ["cities"], ["citadel"]),
    ("allcaps(aids)", ["AIDS research"], ["he aids them", "Aids"]),
    ("caps(apple)", ["Apple", "APPLE"], ["an apple"]),
    ("nocaps(apple)", ["an apple"], ["Apple"]),
    ("caps(apple computer)", ["Apple Computer grew"], ["an apple computer", "Apple has a Computer"]),
    ("caps(apple or orange)", ["Orange"], ["orange"]),
    ("singular(term)", ["a term"], ["terms"]),
    ("plural(terms)", ["terms"], ["a term"]),
    ("atleast3(microsoft)", ["Microsoft, Microsoft, Microsoft"], ["Microsoft, Microsoft"]),
    ("atleast2(truce or ceasefire)", ["a truce, a ceasefire"], ["a truce"]),
    ("atleast2(caps(rico))", ["Rico and RICO"], ["Rico and rico"]),
    ("a1 but not b1", ["a1"], ["a1 b1"]),
    ("(loan and scholarship) w/3 college", ["loan college scholarship"],
     ["college loan and many other things, a scholarship"]),
    ("(loan and not car) w/3 college", ["a college loan"], ["a college loan, a car", "college and so much more loan"]),
    ("((loan or grant) and aid) w/3 college", ["loan aid for college"], ["grant for college", "aid, college"]),
    ("atleast2(loan) w/3 college", ["loan, loan for college"], ["loan, college"]),
    ("college w/3 atleast2(loan)", ["loan, loan for college"], ["loan, college"]),
    ("atleast2(loan and grant)", ["loan, loan, grant, grant"], ["loan, loan, grant"]),
    ("hlead(loan and aid) w/5 college", ["college loan, aid"], ["loan, aid", "college loan"]),
    ("a1 w/seg b1", ["a1 b1"], ["a1"]),
    ("a1 onear/3 b1", ["a1 x x b1"], ["b1 a1", "a1 x x x b1"]),
]  # fmt: skip
MELTWATER_MEANS = [
    ('apple AND (watch OR iwatch) NOT ("apple sauce" OR "apple orchard*")', ["an apple watch"],
     ["apple sauce watch", "apple orchards watch", "apple"]),
    # A distance counts the words between.
    ("apple NEAR watch", ["apple a b c d watch", "watch a b c d apple"], ["apple a b c d e watch"]),
    ("apple NEAR/10 watch", ["apple " + "x " * 10 + "watch"], ["apple " + "x " * 11 + "watch"]),
    ("apple ONEAR/2 watch", ["apple x x watch"], ["watch apple", "apple x x x watch"]),
    ("a1 OR b1 AND c1", ["a1", "b1 c1"], ["b1"]),
    ("NOT a1 AND b1", ["b1"], ["a1 b1"]),
    ("apple and watch or phone", ["phone", "apple watch"], ["apple"]),
    ("apple^9 AND (watch OR phone)^2", ["apple phone"], ["apple"]),
    ("apple -sauce", ["apple"], ["apple sauce"]),
    # Brandwatch
    ("logitech NEAR/2f keyboard", ["Logitech Bluetooth Solar keyboard"], ["keyboard by Logitech"]),
    ("xmas NEAR/0f pudding", ["xmas pudding"], ["xmas plum pudding"]),
    ("British Telecom OR {BT}", ["BT grew", "Telecom British"], ["bt grew"]),
    ("raw:BP AND oil", ["BP oil"], ["bp oil"]),
    ('"apple juice"~5', ["juice of an apple", "apple juice"], ["apple"]),
    ("((apple OR orange) NEAR/5 (smartphone OR phone)) AND price", ["orange phone price"], ["orange phone"]),
]  # fmt: skip
CISION_MEANS = [
    (
        '("coffee" OR "tea") w/5 ("great" OR "best") AND "Chicago"',
        ["best tea in Chicago", "tea a b c d great Chicago"],
        ["best tea", "Chicago tea"],
    ),
    ("“coffee” AND NOT “iced coffee”", ["hot coffee"], ["iced coffee"]),
    ('"coffee" AND "farmer’s market"', ["coffee at the farmer's market"], ["coffee market"]),
    ('cs("BEST") AND coffee', ["BEST coffee"], ["best coffee"]),
    ('cs("New York")', ["in New York"], ["in new york", "New in York"]),
    ('cs("New York"~2)', ["York, the New"], ["York"]),
    ('cs("a*b*c") OR cs(NAT*)', ["NATO"], ["nab"]),
    ("kitten AND NOT kittens", ["a kitten"], ["a kitten of kittens"]),
    ("coff*", ["coffees"], ["tea"]),
    ('"apple" NEAR/3 "pie"', ["pie x x apple"], ["pie x x x apple"]),
]
MEANS = [
    (dialect, *case)
    for dialect, cases in (
        (LUCENE, LUCENE_MEANS), (GOOGLE, GOOGLE_MEANS), (FACTIVA, FACTIVA_MEANS),
        (NEXIS, NEXIS_MEANS), (MELTWATER, MELTWATER_MEANS), (CISION, CISION_MEANS),
    )
    for case in cases
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "query", "found", "passed"), MEANS)
def test_a_converted_query_finds_what_it_found_there(
    dialect: Dialect, query: str, found: list[str] | None, passed: list[str] | None
) -> None:
    if found is None or passed is None:
        assert not convert(query, dialect).complete
        return
    ours = converted(query, dialect).query
    assert [text for text in found if not asked(ours, text)] == [], ours
    assert [text for text in passed if asked(ours, text)] == [], ours


# A query, and items that it must find, or must not.
BBC = item("talks resume", "Truce holds", link="https://www.bbc.co.uk/news/world-1", author="Ann Waters", language="en")
SPAM = item("truce in the text", "Other", link="https://time.com/a", author="Bob Water", language="fr")
ITEMS = [
    (LUCENE, "title:truce", BBC, SPAM),
    (LUCENE, "title:(truce OR war) AND talks", BBC, SPAM),
    (LUCENE, "title:truce talks", item("talks"), item("truce")),  # the field takes one word
    (LUCENE, "body:truce", SPAM, BBC),
    (LUCENE, "content:truce", item("", "x", summary="a truce"), BBC),
    (LUCENE, "author:waters", BBC, SPAM),
    (LUCENE, r"article.\*:truce", None, None),
    (LUCENE, "headline:truce^5", BBC, SPAM),
    (GOOGLE, "site:bbc.co.uk", BBC, SPAM),
    (GOOGLE, "site:https://www.bbc.co.uk/news/", BBC, SPAM),
    (GOOGLE, "site:times.com", item("x", link="https://times.com/a"), SPAM),
    (GOOGLE, "truce -site:time.com", BBC, SPAM),
    (GOOGLE, "intitle:truce", BBC, SPAM),
    (GOOGLE, 'intitle:"truce holds"', BBC, SPAM),
    (GOOGLE, "allintitle: holds truce", BBC, SPAM),
    (GOOGLE, "inurl:news", BBC, SPAM),
    (GOOGLE, "intext:truce", SPAM, BBC),
    (FACTIVA, "hd=truce holds", BBC, SPAM),
    (FACTIVA, "hd=(truce or war) and talks", BBC, SPAM),
    (FACTIVA, "hd=northern ireland and td=peace agreement", item("a peace agreement", "Northern Ireland"),
     item("northern ireland", "A peace agreement")),
    (FACTIVA, "hlp=talks", BBC, item(FAR + "talks")),
    (FACTIVA, "la=en and truce", BBC, SPAM),
    (FACTIVA, "by=waters", BBC, SPAM),
    (NEXIS, "headline(truce)", BBC, SPAM),
    (NEXIS, "hlead(truce and talks)", BBC, SPAM),
    (NEXIS, "body(truce)", SPAM, BBC),
    (NEXIS, "language(english) and truce", BBC, SPAM),
    (NEXIS, "byline(waters) and truce", BBC, SPAM),
    (MELTWATER, "title:truce AND talks", BBC, SPAM),
    (MELTWATER, 'ingress:"truce holds"', BBC, SPAM),
    (MELTWATER, 'site:"http://www.bbc.co.uk"', BBC, SPAM),
    (GOOGLE, "site:*.co.uk", BBC, SPAM),
    (NEXIS, 'language("english") and truce', BBC, SPAM),
    (MELTWATER, "url:(bbc.co.uk OR sun.com)", BBC, SPAM),
    (CISION, 'headline("truce holds")', BBC, SPAM),
    (CISION, 'author("Ann Waters")', BBC, SPAM),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "query", "found", "passed"), ITEMS)
def test_a_converted_query_looks_where_it_looked_there(
    dialect: Dialect, query: str, found: Item | None, passed: Item | None
) -> None:
    if found is None or passed is None:
        assert not convert(query, dialect).complete
        return
    ours = converted(query, dialect).query
    assert asked(ours, found), ours
    assert not asked(ours, passed), ours


def test_a_publication_is_a_feed_by_its_name_to_the_letter() -> None:
    ours = converted('truce and publication("New York Times")', CISION).query
    times, time = feed("nyt", title="The New York Times"), feed("time", title="New York Time")
    assert find(ours, item("truce", feed="nyt"), feed=times) is not None
    assert find(ours, item("truce", feed="time"), feed=time) is None


# Long ones, as people have them -------------------------------------------------------------------------------------

LONG = [
    (
        NEXIS,
        """HLEAD((ceasefire OR cease-fire OR truce OR armistice OR (halt! W/4 (airstrike OR bombard! OR shell!)))
        W/P (aleppo OR idlib OR (eastern PRE/1 ghouta))) AND NOT (football OR soccer OR (peace PRE/1 prize))""",
        ["Russia will halt all bombardment of Aleppo", "Eastern Ghouta: a cease-fire"],
        ["A truce in Aleppo before the football cup", "Halt in Aleppo", "A ceasefire in Donetsk"],
    ),
    (
        FACTIVA,
        """(merger* or acqui* or takeover bid or (hostile adj3 offer)) near10 (siemens or thyssen krupp or basf) and
        atleast2 (shareholder* or investor*) not hd=(rumour or rumor)""",
        ["Siemens plans a takeover bid; shareholders welcome it, say other investors",
         "A hostile surprise offer for Thyssen Krupp: shareholders and investors wait"],
        ["Siemens plans a merger", "Takeover for Siemens, bid. Shareholders and investors",
         "Thyssen and Krupp merger, investors, investors"],
    ),
    (
        LUCENE,
        r"""(title:(ebola OR marburg)^3 OR "viral haemorrhagic fever"~2) AND (outbreak OR case* OR "health emergency")
        AND NOT (title:film OR "video game" OR vaccin?tion~)""",
        ["viral haemorrhagic fever: 3 cases", "viral fever, haemorrhagic: an outbreak"],
        ["ebola", "viral haemorrhagic fever case in a video game"],
    ),
    (
        MELTWATER,
        """("Acme" OR {AMX} OR "Acme Corp*") NEAR/8 (lawsuit* OR sued OR recall* OR "class action" OR investigat*)
        AND NOT ("Looney Tunes" OR coyote OR "road runner") AND NOT title:(jobs OR hiring)""",
        ["Acme was sued", "An investigation into AMX", "class action against the old Acme Corporation"],
        ["Acme and the coyote sued", "amx was sued", "Acme grows"],
    ),
    (
        GOOGLE,
        """"climate change" (flood OR drought OR "heat wave") -site:facebook.com -podcast
        (Kenya OR Somalia | Ethiopia)""",
        ["climate change brings drought to Somalia"],
        ["climate change and flood", "climate change drought podcast Kenya"],
    ),
    (
        CISION,
        """((("coffee" OR "tea" OR "latte" OR "cappuccino") w/5 ("great" OR "best" OR "delicious")) AND "Chicago")
        AND NOT (headline("recipe") OR "instant coffee")""",
        ["delicious latte of Chicago"], ["the best instant coffee of Chicago", "the best latte"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "query", "found", "passed"), LONG)
def test_a_long_query_means_the_same(dialect: Dialect, query: str, found: list[str], passed: list[str]) -> None:
    ours = convert(query, dialect).query
    assert [text for text in found if not asked(ours, text)] == [], ours
    assert [text for text in passed if asked(ours, text)] == [], ours
    assert "\n" not in ours
    assert "'" not in ours


def test_a_query_of_thousands_of_words_is_converted() -> None:
    words = " OR ".join(f'"brand {number}"' for number in range(900))
    ours = converted(f"({words}) AND NOT jobs", CISION).query
    assert asked(ours, "the new Brand 899")
    assert not asked(ours, "the new Brand 900")


# Notes ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "query", "kind", "at"),
    [
        (LUCENE, "aleppo truce", Kind.CHANGED, "aleppo truce"),
        (LUCENE, "aleppo^2 OR truce", Kind.DROPPED, "^2"),
        (LUCENE, "aleppo AND truce OR war", Kind.DROPPED, "war"),
        (LUCENE, "title:a1 AND date:[2020 TO 2021]", Kind.MISSING, "[2020 TO 2021]"),
        (LUCENE, "a1 AND age:>10", Kind.MISSING, ">10"),
        (LUCENE, "a1 AND name:/joh?n(ath[oa]n)/", Kind.MISSING, "/joh?n(ath[oa]n)/"),
        (LUCENE, "a1 AND status:(active OR pending)", Kind.MISSING, "status:(active OR pending)"),
        (LUCENE, "a1 AND _exists_:title", Kind.MISSING, "_exists_:title"),
        (LUCENE, "a1 OR b*", Kind.MISSING, "b*"),
        (LUCENE, "a1 OR wom?n", Kind.WIDER, "wom?n"),
        (LUCENE, "a1 NOT wom?n", Kind.NARROWER, "wom?n"),
        (LUCENE, "a1 OR mosul~1", Kind.NARROWER, "mosul~1"),
        (LUCENE, '"a1 b1"~3', Kind.WIDER, '"a1 b1"~3'),
        (GOOGLE, "syria filetype:pdf", Kind.MISSING, "filetype:pdf"),
        (GOOGLE, "syria before:2020-01-01", Kind.MISSING, "before:2020-01-01"),
        (GOOGLE, "syria 1..5", Kind.MISSING, "1..5"),
        (GOOGLE, "syria truce", Kind.NARROWER, "syria"),
        (FACTIVA, "truce and rst=(j or bbc)", Kind.MISSING, "rst=(j or bbc)"),
        (FACTIVA, "truce and ns=gvio", Kind.MISSING, "ns=gvio"),
        (FACTIVA, "truce and wc>500", Kind.MISSING, "wc>500"),
        (FACTIVA, "truce and date from 20200101 to 20201231", Kind.MISSING, "date from 20200101 to 20201231"),
        (FACTIVA, "a1 and engineer$3", Kind.WIDER, "engineer$3"),
        (FACTIVA, "a1/f30/", Kind.WIDER, "a1/f30/"),
        (FACTIVA, "a1 same b1", Kind.CHANGED, "a1 same b1"),
        (FACTIVA, "a1 near b1", Kind.NARROWER, "a1 near b1"),
        (NEXIS, "a1 w/s b1", Kind.CHANGED, "a1 w/s b1"),
        (NEXIS, "a1 w/seg b1", Kind.WIDER, "a1 w/seg b1"),
        (NEXIS, "a1 and term(b1)", Kind.MISSING, "term(b1)"),
        (NEXIS, "a1 and length > 2000", Kind.MISSING, "length > 2000"),
        (NEXIS, "allcaps(rico)", Kind.NARROWER, "rico"),
        (MELTWATER, "a1 AND (b1)~5", Kind.MISSING, "~5"),
        (MELTWATER, "a1 AND country:us", Kind.MISSING, "country:us"),
        (CISION, "kitten AND x1", Kind.WIDER, "kitten"),
        (CISION, "c# AND x1", Kind.WIDER, "c#"),
        (CISION, 'a1 AND "b1', Kind.MISSING, '"b1'),
        (CISION, "a1 AND (b1", Kind.MISSING, "("),
        (CISION, "a1 ) AND b1", Kind.MISSING, ")"),
        (CISION, "a1 AND", Kind.MISSING, ""),
        (CISION, "OR a1", Kind.MISSING, "OR"),
        (CISION, "a1 AND ()", Kind.MISSING, "()"),
        (CISION, "(a1 AND cs(b1)) w/3 (NOT c1)", Kind.MISSING, "(a1 AND cs(b1)) w/3 (NOT c1)"),
    ],
)  # fmt: skip
def test_a_difference_is_noted_where_it_stands(dialect: Dialect, query: str, kind: Kind, at: str) -> None:
    notes = [note for note in convert(query, dialect).notes if note.kind is kind]
    assert at in [query[note.start : note.end].strip() for note in notes] or at in [
        query[note.start : note.end] for note in notes
    ], notes
    assert all(note.message for note in notes)


def test_what_is_missing_is_left_out_and_the_rest_remains() -> None:
    found = convert("truce and rst=j and wc>500 or ceasefire", FACTIVA)
    assert found.query == "truce OR ceasefire"
    assert not found.complete
    assert [note.kind for note in found.notes[:2]] == [Kind.MISSING, Kind.MISSING]


@pytest.mark.parametrize(
    ("dialect", "query"),
    [
        (LUCENE, "-football"),
        (LUCENE, ""),
        (GOOGLE, "   "),
        (FACTIVA, "rst=j"),
        (NEXIS, "not a1"),
        (MELTWATER, "(" * 60 + "a1" + ")" * 60),
        (CISION, "x " * (LIMITS.query_max // 2 + 1)),
        (CISION, "x1 " * (LIMITS.query_max // 3)),
        (NEXIS, " w/3 ".join("a1" for _ in range(60))),
        (NEXIS, "(a1 or b1) " * 300),
        (MELTWATER, "(" * 45 + "a1" + " NEAR b1 NEAR c1 NEAR d1 NEAR e1)" * 45),
        (LUCENE, "x" * (LIMITS.query_max + 1)),
    ],
)
def test_nothing_comes_out_without_a_word_why(dialect: Dialect, query: str) -> None:
    found = convert(query, dialect)
    assert found.query == ""
    assert found.tree is None
    assert not found.complete
    assert found.notes[0].kind is Kind.MISSING


def test_pairs_without_end_are_not_written_out() -> None:
    found = convert(" w/3 ".join("(aa and bb and cc)" for _ in range(20)), NEXIS)
    assert not found.complete
    assert "too many pairs" in found.notes[0].message


def test_the_same_note_is_counted_and_not_repeated() -> None:
    found = converted("aleppo^2 OR truce^3 OR war^4", LUCENE)
    assert [note.times for note in found.notes if note.kind is Kind.DROPPED] == [3]


def test_what_is_excluded_keeps_its_letters_where_the_program_takes_words_as_written() -> None:
    assert converted("apple NOT juices", MELTWATER).query == "apple AND NOT =juices"
    assert converted('apple NOT "apple pies"', MELTWATER).query == 'apple AND NOT "=apple =pies"'
    assert converted("apple and not juices", NEXIS).query == "apple AND NOT juices"
    assert converted("rico NOT W/5 puerto", NEXIS).query == "rico NOT NEAR/5 puerto"


def test_letters_are_kept_everywhere_on_request() -> None:
    assert convert('kittens AND "iced coffees" AND coff*', CISION, exact=True).query == (
        '=kittens AND "=iced =coffees" AND coff*'
    )
    assert Kind.WIDER.value not in kinds("kittens", CISION, exact=True)
    assert convert("kittens -dogs", GOOGLE, exact=True).query == "kittens AND NOT =dogs"


def test_apostrophes_are_printed_so_that_a_toml_string_can_hold_them() -> None:
    ours = converted("\"farmer's market\" OR o'br*", CISION).query
    assert ours == '"farmer’s market" OR obr*'
    assert asked(ours, "the farmer's market")
    assert asked(ours, "Mr O'Brien")


# Which program --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "dialect"),
    [
        ("title:(quick brown)^2 fox~", LUCENE),
        ("a && b || c", LUCENE),
        ("date:[2020 TO 2021]", LUCENE),
        (r"\(a\)", LUCENE),
        ('"Acme Corp" -site:acme.com', GOOGLE),
        ("intitle:truce aleppo", GOOGLE),
        ("truce AROUND(3) aleppo", GOOGLE),
        ('"three * mice"', GOOGLE),
        ("hd=truce and aleppo", FACTIVA),
        ("carrefour near5 retail sales", FACTIVA),
        ("toyota/F50/", FACTIVA),
        ("atleast5 microsoft", FACTIVA),
        ("recycl! w/10 packag!", NEXIS),
        ("court w/s federal", NEXIS),
        ("HLEAD(truce)", NEXIS),
        ("allcaps(rico) and money", NEXIS),
        ("apple NEAR/10 watch", MELTWATER),
        ("ingress:truce AND {BT}", MELTWATER),
        ('("coffee" OR "tea") w/5 ("great" OR "best")', CISION),
        ('cs("BEST") AND coffee', CISION),
        ('headline("best iced coffee")', CISION),
        ("aleppo truce", None),
        ("same sex marriage", None),
        ("a W/5 b", None),
        ("", None),
    ],
)
def test_a_program_is_known_by_its_spellings(query: str, dialect: Dialect | None) -> None:
    found = detect(query)
    assert found.dialect is dialect
    assert bool(found.because) is (dialect is not None)


def test_what_every_program_means_alike_needs_no_name() -> None:
    assert len(readings("(truce OR ceasefire) AND aleppo AND NOT football")) == 1


def test_what_they_mean_differently_is_told_apart() -> None:
    assert {same[0].query: {one.dialect for one in same} for same in readings("aleppo truce")} == {
        "aleppo OR truce": {LUCENE},
        "aleppo AND truce": {GOOGLE, MELTWATER, CISION},
        '"aleppo truce"': {FACTIVA, NEXIS},
    }


# Anything at all ------------------------------------------------------------------------------------------------------

ROWS = r"""
a1 b1 truce wom?n cease* recycl! engineer$3 mosul~ mosul~0.5 ^2 "a b" "a b"~3 "a * b" “x '
( ) [ ] { } {BT} AND OR
NOT and or not && || ! - + | NEAR NEAR/5 NEAR/0f near5 adj3 w/5 W/S pre/2 /s same /n5/ /F50/ not AROUND(3) atleast3
atleast3( hd= rst= title: title:( site:bbc.co.uk allintitle: status: _exists_:a caps( cs( hlead( term( publication(
[1TO2] /re/ *:* * % \\ ~5 length>5 wc>5 : = , . 9/11 C++ #tag @handle 停火
"""
PIECES = ROWS.split()


@few
@given(
    st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join) | st.text(max_size=40), st.sampled_from(list(Dialect))
)
def test_any_text_gives_a_query_of_ours_or_says_what_is_missing(text: str, dialect: Dialect) -> None:
    found = convert(text, dialect)
    assert found.query or not found.complete
    for note in found.notes:
        assert 0 <= note.start <= note.end <= len(text)
        assert note.message
    if found.query:
        tree = parse(found.query)
        assert not isinstance(tree, QueryProblem), tree
        assert tree == found.tree
        assert format_query(tree) == found.query


@pytest.fixture
def two_seconds() -> Iterator[None]:
    """Ends a test that takes more of the processor."""

    def stop(*_: object) -> None:
        raise AssertionError("two seconds of the processor were not enough")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, 2)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.usefixtures("two_seconds")
@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    "piece", ["(", '"', "/", "[", "\\", "{", "a ", "a!", "not ", "a/n5/", "w/5 ", "~", "hd=", "/a "]
)
def test_a_flood_of_anything_is_converted_at_once(dialect: Dialect, piece: str) -> None:
    flood = piece * (LIMITS.query_max // len(piece))
    found = convert(flood, dialect)
    assert found.notes or found.query
