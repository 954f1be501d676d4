"""What a match shows for itself: hits, names and the sentence to quote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import LIMITS, Item, Match, Topic, TopicId
from monitor.core.query.compile import compile_topic
from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.index import TopicIndex
from monitor.core.query.reading import read
from monitor.core.query.tree import QueryProblem
from tests.core.kit import feed, few, item
from tests.core.packs import SHIPPED

TRUCE = Concepts(
    [
        Definition("truce", ("truce",), ("truce", "halt", "halt ONEAR/3 strikes", '"halt in air strikes"')),
        Definition("siege", ("siege",), ("siege",)),
    ]
)


def match_of(query: str, wanted: Item, concepts: Concepts = TRUCE, *, watch: bool = False) -> Match:
    topic = Topic(TopicId("t"), watch=query if watch else None, query=None if watch else query)
    compiled = compile_topic(topic, concepts)
    assert not isinstance(compiled, QueryProblem), compiled
    feeds = feed("wire", title="The Wire", tags=("syria",))
    (match,) = TopicIndex([compiled], concepts).match(wanted, read(wanted, feeds), feeds)
    return match


def marked(match: Match) -> list[str]:
    return [match.quote[start:end] for start, end in match.marks]


# Hits -----------------------------------------------------------------------------------------------------------------


def test_a_hit_points_at_its_words_and_names_the_expression() -> None:
    wanted = item("Moscow told of a halt in air strikes on Aleppo.", "Aleppo waits")
    match = match_of("aleppo AND @truce AND title:wait*", wanted)
    assert [(hit.field, getattr(wanted, hit.field)[hit.start : hit.end], hit.term) for hit in match.hits] == [
        ("title", "Aleppo", "aleppo"),
        ("title", "waits", "wait*"),
        ("content", "halt in air strikes", "@truce: halt in air strikes"),
        ("content", "Aleppo", "aleppo"),
    ]
    assert match.query == "aleppo AND @truce AND title:wait*"


def test_of_overlapping_pieces_of_a_concept_only_the_widest_is_a_hit() -> None:
    match = match_of("@truce", item("A halt in air strikes. A halt. Then came a halt."))
    assert [hit.term for hit in match.hits] == ["@truce: halt in air strikes", "@truce: halt", "@truce: halt"]


def test_hits_are_few_and_hold_each_part_of_the_query() -> None:
    wanted = item("aleppo " * 400 + "truce. A siege.")
    match = match_of("aleppo AND @truce AND siege", wanted)
    assert len(match.hits) == LIMITS.hits_max
    assert {hit.term for hit in match.hits} == {"aleppo", "@truce: truce", "siege"}
    assert match.expressions == ("“aleppo”", "“truce” (@truce)", "“siege”")


def test_a_hit_outside_the_text_has_its_field() -> None:
    match = match_of('tag:syria AND feed:"the wire" AND *', item("Quiet.", tags=("syria",)))
    assert {(hit.field, hit.term) for hit in match.hits} == {("feed", '"the wire"'), ("tag", "syria")}
    assert match.expressions == ("“The … Wire”", "“syria”")
    assert (match.quote, match.place, match.marks) == ("Quiet.", "content", ())


def test_a_place_from_headline_to_text_is_a_hit_in_the_headline() -> None:
    match = match_of("@x", item("Strikes end.", "A halt"), Concepts([Definition("x", (), ("halt NEAR/4 strikes",))]))
    (hit,) = match.hits
    assert (hit.field, hit.start, hit.end, hit.term) == ("title", 2, 6, "@x: halt … Strikes")
    assert match.quote == "A halt"


def test_a_long_place_is_shortened_in_its_name() -> None:
    match = match_of('"start end"~60', item("start " + "between " * 30 + "end"))
    assert match.expressions == ("“start between between between … between between between end”",)
    assert match.hits[0].term == '"start end"~60'


def test_everything_matches_without_proof() -> None:
    match = match_of("*", item("Some text.", "A title"))
    assert (match.hits, match.expressions, match.quote, match.place) == ((), (), "Some text.", "content")
    assert match_of("*", item("", "A title")).quote == "A title"
    assert match_of("*", item("", "A title")).place == "title"
    assert match_of("*", item("", summary="A summary")).place == "summary"


# The quote ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "quote"),
    [
        ("First. A truce holds in Aleppo. Last.", "A truce holds in Aleppo."),
        ('First. "A truce holds in Aleppo." Last.', '"A truce holds in Aleppo."'),
        ("First. “A truce in Aleppo,” he said. “Next.”", "“A truce in Aleppo,” he said."),
        ('First. A truce in Aleppo. "Next," he said.', "A truce in Aleppo."),
        ("First. (A truce in Aleppo.) (Next.)", "(A truce in Aleppo.)"),
        ("L'accord: trêve (truce) à Aleppo ? Oui.", "L'accord: trêve (truce) à Aleppo ?"),
        ("Rien. L'Aleppo truce « dure ». « Oui », dit-il.", "L'Aleppo truce « dure »."),
        ("$5 for the Aleppo truce! - Next one.", "$5 for the Aleppo truce!"),
        ("停火。Aleppo truce！下", "Aleppo truce！"),
        ("Aleppo truce — \n— next", "Aleppo truce"),
        ("the Aleppo truce", "the Aleppo truce"),
        ("A line\nAleppo truce\nAnother", "Aleppo truce"),
        ("In Aleppo. The truce holds. More.", "In Aleppo. The truce holds."),
    ],
)
def test_the_quote_is_the_sentence_of_the_best_place(content: str, quote: str) -> None:
    match = match_of("aleppo NEAR/18 truce", item(content))
    assert match.quote == quote
    assert match.place == "content"
    assert [word.lower() for word in marked(match)] in (["aleppo", "truce"], ["truce", "aleppo"])


def test_the_sentence_with_the_most_parts_is_quoted_and_the_text_rather_than_the_headline() -> None:
    wanted = item("A truce. Elsewhere a siege. Later the truce ended the siege.", "Truce and siege")
    match = match_of("(@truce NEAR/3 siege) OR (truce AND siege)", wanted)
    assert match.quote == "Later the truce ended the siege."
    assert match_of("truce NEAR/3 siege", item("Nothing.", "Truce and siege")).place == "title"


def test_a_long_sentence_is_cut_around_its_best_place() -> None:
    wanted = item("Before " * 80 + "the truce in Aleppo " + "after " * 80)
    match = match_of("truce NEAR/3 aleppo", wanted)
    assert len(match.quote) <= LIMITS.snippet_max
    assert match.quote.startswith("…Before")
    assert match.quote.endswith("after…")
    assert marked(match) == ["truce", "Aleppo"]


def test_a_place_outside_the_text_is_never_quoted() -> None:
    wanted = item("Before " * 80 + "the truce " + "after " * 80, tags=("alpha bravo",))
    match = match_of("tag:(alpha NEAR/2 bravo) AND truce", wanted)
    assert match.place == "content"
    assert marked(match) == ["truce"]


def test_marks_that_touch_become_one() -> None:
    match = match_of('truce AND "truce in" AND "in aleppo"', item("A truce in Aleppo."))
    assert marked(match) == ["truce in Aleppo"]


def test_a_flood_of_one_word_is_explained_in_little_work() -> None:
    wanted = item("truce " * 30_000)
    match = match_of("@truce OR truce OR truc*", wanted)
    assert len(match.hits) <= LIMITS.hits_max
    assert len(match.quote) <= LIMITS.snippet_max
    flood = item("halt strikes " * 15_000)
    assert len(match_of("@truce AND halt", flood).expressions) == 2


words = st.sampled_from(
    ["truce", "Aleppo", "siege", "halt", "strikes", "in", "“", "”", ".", "(", ")", "\n", "l'", "é", "停"]
)
texts = st.lists(words, max_size=40).map(" ".join) | st.lists(words, max_size=12).map("".join)


@few
@given(texts, texts, st.integers(1, 30), st.sampled_from(["aleppo OR @truce", "@truce NEAR/9 (aleppo OR siege)", "*"]))
def test_hits_and_marks_point_at_what_they_say(title: str, content: str, times: int, query: str) -> None:
    wanted = item((content + " ") * times, title)
    topic = compile_topic(Topic(TopicId("t"), query=query), TRUCE)
    assert not isinstance(topic, QueryProblem)
    for match in TopicIndex([topic], TRUCE).match(wanted, read(wanted), None):
        assert len(match.quote) <= LIMITS.snippet_max
        assert match.quote == match.quote.strip()
        place = str(getattr(wanted, match.place)).replace("\n", " ")
        assert match.quote.strip("…") in place
        shown = {
            str(getattr(wanted, hit.field))[hit.start : hit.end].replace("\n", " ")
            for hit in match.hits
            if hit.field == match.place
        }
        assert all(hit.start < hit.end <= len(getattr(wanted, hit.field)) for hit in match.hits)
        for start, end in match.marks:
            assert 0 <= start < end <= len(match.quote)
            assert any(match.quote[start:].startswith(one) for one in shown)
            assert any(match.quote[:end].endswith(one) for one in shown)
        assert [*match.marks] == sorted(match.marks)


def test_the_shipped_concepts_are_named_in_full() -> None:
    wanted = item("Moscow announced a halt in airstrikes on eastern Aleppo on Tuesday.")
    match = match_of("Aleppo ceasefire", wanted, SHIPPED, watch=True)
    assert [hit.term for hit in match.hits] == ["@ceasefire: halt in airstrikes", "@aleppo: Aleppo"]
    assert match.expressions == ("“halt in airstrikes” (@ceasefire)", "“Aleppo” (@aleppo)")
