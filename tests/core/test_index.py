"""All topics asked of one item: the index saves work, and answers as the plain evaluator does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.core.model import Topic, TopicId
from monitor.core.query import coding
from monitor.core.query.coded import Coded
from monitor.core.query.compile import Compiled, compile_topic
from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.format import format_query
from monitor.core.query.index import TopicIndex
from monitor.core.query.reading import read
from monitor.core.query.tree import QueryProblem, Word, requires_something
from tests.core.kit import feed, few, item
from tests.core.packs import SHIPPED
from tests.core.trees import ODD, PLAIN, trees

if TYPE_CHECKING:
    from monitor.core.model import Item
    from monitor.core.query.tree import Node

CONCEPTS = Concepts(
    [
        Definition("ceasefire", ("ceasefire",), ("truce", '"halt x"', "ceasefir*")),
        Definition("free-passage", (), ("@ceasefire NEAR/3 x", "U.S.")),
        Definition("x_1", (), ()),
    ]
)
# Words of the queries, some inflected, and some that only a pattern finds.
VOCABULARY = (
    *PLAIN,
    *ODD,
    "truces",
    "halted",
    "mossul",
    "Mosul",
    "ceasefires",
    "NATO",
    "Isis",
    "cab",
    "aab",
    ".",
    "\n",
)
texts = st.lists(st.sampled_from(VOCABULARY), max_size=25).map(" ".join)
items = st.builds(
    item,
    texts,
    texts,
    summary=texts,
    language=st.sampled_from(["", "en", "fr", "ar", "sr", "xx"]),
    feed=st.sampled_from(["wire", "x"]),
    author=st.sampled_from(["", "truce"]),
    tags=st.lists(st.sampled_from(["truce", "x"]), max_size=2).map(tuple),
    link=st.sampled_from(["", "https://aleppo.example/truce"]),
)


def compiled(query: str, name: str = "t", concepts: Concepts = CONCEPTS, feeds: tuple[str, ...] = ()) -> Compiled:
    ready = compile_topic(Topic(TopicId(name), query=query, feeds=feeds), concepts)
    assert not isinstance(ready, QueryProblem), ready
    return ready


@few
@given(st.lists(trees, min_size=1, max_size=4), st.lists(items, min_size=1, max_size=2))
def test_the_index_answers_as_the_plain_evaluator(nodes: list[Node], wanted: list[Item]) -> None:
    assume(all(requires_something(node) for node in nodes))
    topics = [compiled(format_query(node), str(number)) for number, node in enumerate(nodes)]
    index = TopicIndex(topics, CONCEPTS)
    for one in wanted:
        reading = read(one)
        plain = [topic.topic.id for topic in topics if Evaluator(reading, CONCEPTS).find(topic.tree) is not None]
        assert [match.topic for match in index.match(one, reading, None)] == plain


# Topics come and go, tables fill --------------------------------------------------------------------------------------

changes = st.lists(st.tuples(st.sampled_from("abcd"), st.none() | trees, items), min_size=2, max_size=6)


def plainly(topics: dict[str, Compiled], wanted: Item) -> list[str]:
    reading = read(wanted)
    return [name for name, one in topics.items() if Evaluator(reading, CONCEPTS).find(one.tree) is not None]


@few
@given(changes, st.booleans())
def test_topics_may_come_and_go_between_items(changes: list[tuple[str, Node | None, Item]], full_tables: bool) -> None:
    assume(all(node is None or requires_something(node) for _, node, _ in changes))
    with pytest.MonkeyPatch.context() as patch:
        if full_tables:  # every item finds its tables full, and every few a book is begun anew
            patch.setattr(coding, "_CHUNKS_MAX", 2)
            patch.setattr(coding, "_CLASSES_MAX", 5)
        index = TopicIndex((), CONCEPTS)
        topics: dict[str, Compiled] = {}
        for name, node, wanted in changes:
            if node is not None:
                topics[name] = compiled(format_query(node), name)
                index.add(topics[name])
            elif topics.pop(name, None) is not None:
                index.remove(TopicId(name))
            assert [one.topic.id for one in index.matching(wanted)] == plainly(topics, wanted)
            assert index.topics == tuple(topics.values())
            for one in topics.values():
                assert index.holds(one.topic.id, wanted) == (one.topic.id in plainly(topics, wanted))
        for name in topics:
            index.remove(TopicId(name))
        assert index._buckets == {}
        with pytest.raises(KeyError):
            index.remove(TopicId("a"))


def test_a_replaced_topic_keeps_its_place() -> None:
    index = TopicIndex([compiled("truce", "a"), compiled("siege", "b")], CONCEPTS)
    index.add(compiled("halt", "a"))
    assert [one.topic.id for one in index.matching(item("a siege, then a halt"))] == ["a", "b"]
    assert index.matching(item("a truce")) == []


@pytest.mark.parametrize(
    "query",
    ["truce", "=truces", "cs:NATO", "cease*", "truce~1", '"truce holds"', '"truce =holds"', "tag:syria", "title:truce"],
)
def test_a_topic_that_comes_later_finds_words_that_were_read_before_it(query: str) -> None:
    index = TopicIndex([compiled("halt", "first")], CONCEPTS)
    wanted = item("NATO: truces, ceasefires. The truce holds", "the truce", tags=("syria",))
    assert index.matching(wanted) == []
    index.add(compiled(query, "later"))
    assert [one.topic.id for one in index.matching(wanted)] == ["later"]


def test_words_that_nobody_asks_for_cost_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coding, "_CHUNKS_MAX", 100)
    index = TopicIndex([compiled("truce")], CONCEPTS)
    for number in range(50):
        assert index.matching(item(" ".join(f"w{number}x{other}" for other in range(30)) + " truce"))
    book = index._lexicon.book("")
    assert len(book._chunks) + len(book._old) <= 2 * (100 + 31)
    assert sum(map(len, (*book._unheard.values(), *book._unheard_old.values()))) <= 2 * (100 + 31)


def test_one_endless_word_is_not_kept() -> None:
    index = TopicIndex([compiled("truce")], CONCEPTS)
    assert index.matching(item("x" * 10_000 + " truce"))
    assert all(len(chunk) < 100 for chunk in index._lexicon.book("")._chunks)


def test_a_topic_looked_at_in_vain_is_found_by_better_keys() -> None:
    # Long words are taken for rare ones: here both are in every item, and the short one in none.
    index = TopicIndex([compiled("throughout AND international AND oslo")], CONCEPTS)
    (standing,) = index._standing.values()
    oslo = index._lexicon.word(Word("oslo"))
    assert oslo not in standing.keys.first | standing.keys.second
    for _ in range(2_000):
        assert index.matching(item("throughout the international press")) == []
    assert oslo in standing.keys.first | standing.keys.second
    assert index.matching(item("throughout the international press of Oslo"))


def test_a_topic_is_looked_at_only_where_its_two_rarest_needs_are_met() -> None:
    index = TopicIndex([compiled("truce AND aleppo", "a"), compiled("siege", "b"), compiled("*", "c")], CONCEPTS)

    def looked_at(text: str) -> list[str]:
        book = index._lexicon.book("")
        return sorted(
            one.compiled.topic.id for one in index._candidates(Coded(item(text), None, book, index._lexicon).present)
        )

    assert looked_at("a truce in Homs") == ["c"]
    assert looked_at("a truce in Aleppo") == ["a", "c"]
    assert looked_at("the siege of ground") == ["b", "c"]


def test_matches_come_in_the_order_of_the_configuration() -> None:
    index = TopicIndex([compiled("truce", "z"), compiled("*", "a"), compiled("tru*", "m")], CONCEPTS)
    wanted = item("a truce")
    assert [match.topic for match in index.match(wanted, read(wanted), None)] == ["z", "a", "m"]


def test_a_topic_hears_only_its_feeds() -> None:
    index = TopicIndex(
        [
            compiled("truce", "all"),
            compiled("truce", "named", feeds=("wire",)),
            compiled("truce", "tagged", feeds=("tag:syria", "other")),
            compiled("truce", "elsewhere", feeds=("other",)),
        ],
        CONCEPTS,
    )
    wanted = item("a truce")

    def heard(tags: tuple[str, ...]) -> list[str]:
        return [match.topic for match in index.match(wanted, read(wanted), feed("wire", tags=tags))]

    assert heard(()) == ["all", "named"]
    assert heard(("syria",)) == ["all", "named", "tagged"]
    assert [match.topic for match in index.match(wanted, read(wanted), None)] == ["all", "named", "tagged", "elsewhere"]


def test_a_made_up_language_costs_no_memory() -> None:
    index = TopicIndex([compiled("truce")], CONCEPTS)
    for number in range(200):
        wanted = item("a truce", language=f"x{chr(97 + number % 26)}-{number:03}")
        assert index.match(wanted, read(wanted), None)
    assert len(index._lexicon._books) == 1


def test_a_topic_compiles_from_words_or_from_a_query() -> None:
    ready = compile_topic(Topic(TopicId("t"), watch="Aleppo ceasefire"), SHIPPED)
    assert not isinstance(ready, QueryProblem)
    assert ready.text.startswith("@aleppo NEAR/24 @ceasefire OR ")
    assert compiled("a b").text == "a AND b"


@pytest.mark.parametrize(
    ("topic", "message", "span"),
    [
        (Topic(TopicId("t"), query="a AND"), "something is missing after this", (2, 5)),
        (Topic(TopicId("t")), "the query is empty", (0, 0)),
        (Topic(TopicId("t"), watch="…"), "there is no word to watch for", (0, 1)),
        (Topic(TopicId("t"), query="a AND @Siege"), "there is no concept @siege", (6, 12)),
        (Topic(TopicId("t"), query="@ceasefire AND @cease"), "there is no concept @cease", (15, 21)),
    ],
)
def test_a_topic_that_cannot_work_is_refused_with_its_place(topic: Topic, message: str, span: tuple[int, int]) -> None:
    problem = compile_topic(topic, CONCEPTS)
    assert isinstance(problem, QueryProblem)
    assert (problem.message, (problem.start, problem.end)) == (message, span)


def test_the_concepts_that_exist_are_named() -> None:
    problem = compile_topic(Topic(TopicId("t"), query="@siege"), CONCEPTS)
    assert isinstance(problem, QueryProblem)
    assert problem.help == "known: @ceasefire, @free-passage, @x_1"
    nothing = compile_topic(Topic(TopicId("t"), query="@siege"), Concepts())
    assert isinstance(nothing, QueryProblem)
    assert nothing.help == "known: none"
