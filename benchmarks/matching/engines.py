"""Everything that is measured, behind one face: topics in, then texts in and numbers of topics out.

The peers are what one finds on PyPI. Each is used as well as we know how, and none is asked for more than it claims:
they know no stems (but for tantivy), no fields and no sentences.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

from monitor.core.item import make_item
from monitor.core.model import EPOCH, FeedId, RawItem, Topic, TopicId
from monitor.core.query.concepts import Concepts
from monitor.core.query.reading import read
from monitor.core.query.topics import build_index
from monitor.settings.packs import available_packs, read_pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texts import Text
    from topic_sets import Near, Slots, Term

    from monitor.core.model import Item

Answer = list[int]
"""The numbers of the topics that one text matches, ascending."""


class Engine(Protocol):
    """Built from topics; asked batch by batch. ``prepare`` is what a daemon has done before it matches: not timed."""

    batch: int
    scale: float

    def prepare(self, text: Text) -> Any: ...  # noqa: ANN401 each its own

    def ask(self, prepared: Sequence[Any]) -> list[Answer]: ...


class Wirewatch:
    """The index: the decision alone, or with the places, expressions and quote of every match."""

    batch = 1
    scale = 1.0

    def __init__(self, queries: Sequence[str], *, watch: bool, hits: bool) -> None:
        concepts = shipped() if watch else Concepts()
        self.index = build_index((topic(number, text, watch=watch) for number, text in enumerate(queries)), concepts)
        self._hits = hits

    def prepare(self, text: Text) -> Item:
        return make_item(RawItem(title=text[0], content=text[1]), FeedId("wire"), EPOCH)

    def ask(self, prepared: Sequence[Item]) -> list[Answer]:
        if self._hits:
            return [[int(one.topic) for one in self.index.match(item, read(item), None)] for item in prepared]
        return [[int(one.topic.id) for one in self.index.matching(item)] for item in prepared]


def shipped() -> Concepts:
    """The concepts of all packs."""
    return Concepts(one for path in available_packs().values() for one in read_pack(path))


def topic(number: int, text: str, *, watch: bool) -> Topic:
    """A topic whose id is its number."""
    name = TopicId(str(number))
    return Topic(name, watch=text) if watch else Topic(name, query=text)


class Peer:
    """What is not ours reads one string."""

    batch = 1
    scale = 1.0

    def __init__(self, topics: Sequence[Slots]) -> None:
        raise NotImplementedError

    def prepare(self, text: Text) -> str:
        return f"{text[0]}\n{text[1]}"

    def ask(self, prepared: Sequence[str]) -> list[Answer]:
        raise NotImplementedError


class Regexes(Peer):
    """A regular expression for each keyword; every topic asks every text, and stops where it cannot match any more."""

    def __init__(self, topics: Sequence[Slots]) -> None:
        self._compiled: dict[Term, re.Pattern[str]] = {}
        self._topics = [
            (
                [self._pattern(term) for term in (*one.required, *((one.near,) if one.near else ()))],
                [self._pattern(term) for term in one.group],
                self._pattern(one.excluded) if one.excluded else None,
            )
            for one in topics
        ]

    def _pattern(self, term: Term) -> re.Pattern[str]:
        if term not in self._compiled:
            self._compiled[term] = keyword(term)
        return self._compiled[term]

    def ask(self, prepared: Sequence[str]) -> list[Answer]:
        return [
            [
                number
                for number, (required, group, excluded) in enumerate(self._topics)
                if all(one.search(text) for one in required)
                and any(one.search(text) for one in group)
                and not (excluded is not None and excluded.search(text))
            ]
            for text in prepared
        ]


def keyword(term: Term) -> re.Pattern[str]:
    """The regular expression that finds a word, words in a row, or two words near each other."""
    if isinstance(term, tuple):
        first, second, distance = term
        between = rf"\b(?:\W+\w+){{0,{distance - 1}}}?\W+\b"
        return re.compile(rf"\b{first}{between}{second}\b|\b{second}{between}{first}\b", re.IGNORECASE)
    return re.compile(r"\b" + r"\s+".join(map(re.escape, term.split())) + r"\b", re.IGNORECASE)


class _Literals(Peer):
    """What the spotters share: literals to numbers, topics by a literal they need, and the boolean check.

    The text becomes lower-case words with one blank around each, so that a literal in blanks is a whole word. A topic
    is looked at where that of its names was found which the fewest topics share; an expression for NEAR is only run on
    a text that holds both words.
    """

    def __init__(self, topics: Sequence[Slots]) -> None:
        self._numbers: dict[str, int] = {}
        self._by_name: dict[int, list[int]] = {}
        self._topics = []
        shared = Counter(name for one in topics for name in one.required)
        for number, one in enumerate(topics):
            group = [self._number(term) for term in one.group if not isinstance(term, tuple)]
            near = [self._near(term) for term in one.group if isinstance(term, tuple)]
            required = frozenset(map(self._number, one.required))
            needed = self._near(one.near) if one.near else None
            excluded = self._number(one.excluded) if one.excluded else -1
            self._topics.append((required, frozenset(group), near, needed, excluded))
            rarest = min(one.required, key=shared.__getitem__)
            self._by_name.setdefault(self._number(rarest), []).append(number)
        self.literals = [f" {literal} " for literal in self._numbers]

    def _number(self, literal: str) -> int:
        return self._numbers.setdefault(literal.lower(), len(self._numbers))

    def _near(self, term: Near) -> tuple[frozenset[int], re.Pattern[str]]:
        return frozenset((self._number(term[0]), self._number(term[1]))), keyword(term)

    def ask(self, prepared: Sequence[str]) -> list[Answer]:
        return [self._answer(text, self.spotted(f" {' '.join(_WORDS(text.lower()))} ")) for text in prepared]

    def spotted(self, words: str) -> set[int]:
        raise NotImplementedError

    def _answer(self, text: str, found: set[int]) -> Answer:
        answer = []
        for literal in found & self._by_name.keys():
            for number in self._by_name[literal]:
                required, group, near, needed, excluded = self._topics[number]
                if not required <= found or excluded in found:
                    continue
                if group.isdisjoint(found) and not any(both <= found and one.search(text) for both, one in near):
                    continue
                if needed is None or (needed[0] <= found and needed[1].search(text)):
                    answer.append(number)
        answer.sort()
        return answer


_WORDS = re.compile(r"\w+").findall


class PyAhoCorasick(_Literals):
    """pyahocorasick: one automaton over all literals."""

    def __init__(self, topics: Sequence[Slots]) -> None:
        import ahocorasick

        super().__init__(topics)
        self._automaton = ahocorasick.Automaton()
        for number, literal in enumerate(self.literals):
            self._automaton.add_word(literal, number)
        self._automaton.make_automaton()

    def spotted(self, words: str) -> set[int]:
        return {number for _, number in self._automaton.iter(words)}


class AhoCorasickRs(_Literals):
    """ahocorasick_rs: the same in Rust."""

    def __init__(self, topics: Sequence[Slots]) -> None:
        import ahocorasick_rs

        super().__init__(topics)
        self._automaton = ahocorasick_rs.AhoCorasick(self.literals)

    def spotted(self, words: str) -> set[int]:
        return {number for number, _, _ in self._automaton.find_matches_as_indexes(words, overlapping=True)}


class Re2Set(_Literals):
    """google-re2: all literals as one set of expressions."""

    def __init__(self, topics: Sequence[Slots]) -> None:
        import re2

        super().__init__(topics)
        options = re2.Options()
        options.max_mem = 2**30
        self._set = re2.Set.SearchSet(options)
        for literal in self.literals:
            self._set.Add(literal)
        self._set.Compile()

    def spotted(self, words: str) -> set[int]:
        return set(self._set.Match(words) or ())


class Tantivy(Peer):
    """tantivy: a batch of texts becomes an index in memory, and each topic a query that is run on it.

    Of a large set a sample is run, and scaled.
    """

    sample = 1_000

    def __init__(self, topics: Sequence[Slots]) -> None:
        import tantivy

        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=False, tokenizer_name="en_stem")
        self._schema = builder.build()
        step = max(1, len(topics) // self.sample)
        self.scale = step
        empty = tantivy.Index(self._schema)
        self._queries = [
            (number, tantivy.Query.const_score_query(empty.parse_query(_lucene(topics[number]), ["text"]), 1.0))
            for number in range(0, len(topics), step)
        ]

    def ask(self, prepared: Sequence[str]) -> list[Answer]:
        index = self._tantivy.Index(self._schema)
        writer = index.writer(heap_size=50_000_000, num_threads=1)
        for text in prepared:
            writer.add_document(self._tantivy.Document(text=text))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        searcher = index.searcher()
        assert searcher.num_segments == 1
        answers: list[Answer] = [[] for _ in prepared]
        for number, query in self._queries:
            for _, address in searcher.search(query, limit=len(prepared), count=False).hits:
                answers[address.doc].append(number)
        return answers


class TantivyBatch(Tantivy):
    """The same with two hundred texts at a time: the best for it, and an answer that waits for two hundred items."""

    batch = 200


def _lucene(one: Slots) -> str:
    parts = [f'+"{name}"' for name in one.required]
    if one.near:
        parts.append("+" + _loose(one.near))
    if one.group:
        parts.append("+(" + " ".join(_loose(t) if isinstance(t, tuple) else f'"{t}"' for t in one.group) + ")")
    if one.excluded:
        parts.append(f'-"{one.excluded}"')
    return " ".join(parts)


def _loose(near: tuple[str, str, int]) -> str:
    first, second, distance = near
    return f'"{first} {second}"~{distance}'


PEERS: dict[str, type[Peer]] = {
    "re": Regexes,
    "pyahocorasick": PyAhoCorasick,
    "ahocorasick_rs": AhoCorasickRs,
    "google-re2": Re2Set,
    "tantivy": Tantivy,
    "tantivy, 200 at a time": TantivyBatch,
}
