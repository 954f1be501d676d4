"""What suggestions and the recall meter stand on: what a topic matches, what it nearly matches, what these say.

A *near miss* is an item with all of the topic but one idea, which the topic does not match: the idea that accepted
expressions widen (``widen``). Words and phrases that set the items that the topic matches apart from all others are
ranked by their log-odds with an informative Dirichlet prior, in standard deviations (Monroe, Colaresi & Quinn,
"Fightin' Words: Lexical Feature Selection and Evaluation for Identifying the Content of Political Conflict", Political
Analysis 16(4), 2008). The prior says how common an expression is in all items, and an item counts an expression once.
Where a topic matches little, the idea counts wherever it is told of; where it is told of nowhere, the sentences of its
concept do. Only what near misses say is ranked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import log, sqrt
from typing import TYPE_CHECKING, TypeVar

from monitor.core.model import TopicId
from monitor.core.query.compile import Compiled, compile_topic, idea_of
from monitor.core.query.format import format_query
from monitor.core.query.index import TopicIndex
from monitor.core.query.reading import stem_in
from monitor.core.query.tree import And, AtLeast, Concept, In, Near, Or, Phrase, SomeOf, Word
from monitor.core.query.widen import without
from monitor.core.query.wording import GRAM_MAX, Gram, Wording, count_grams, grams
from monitor.core.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from monitor.core.model import Feed, FeedId, Item, ItemId
    from monitor.core.query.concepts import Concepts
    from monitor.core.query.tree import Node, QueryProblem

ADDS_MIN = 2
FEW = 20
NEXT_TO_NONE = 3
_EVIDENCE_MAX = 2_000
_PRIOR = 500.0
_COMMON = 0.3
_ALIKE = 0.8
Stems = tuple[str, ...]
T = TypeVar("T")


class Ground:
    """The first reading: which items the topic matches or nearly matches, and what all of them say."""

    def __init__(self, compiled: Compiled, concepts: Concepts, feeds: Mapping[FeedId, Feed]) -> None:
        self.compiled, self.concepts, self.feeds = compiled, concepts, feeds
        base = compile_topic(replace(compiled.topic, also=()), concepts)
        assert isinstance(base, Compiled), "the topic was compiled before"
        narrow = idea_of(compiled.topic, base.tree, concepts)
        rest = without(base.tree, narrow)
        self.idea = format_query(narrow)
        self.others = [] if rest is None else _leaves(rest)
        own = [concepts.definitions[leaf.name] for leaf in _leaves(narrow) if isinstance(leaf, Concept)]
        self.sentences = [sentence for definition in own for sentence in definition.match]
        self._rest = rest is not None
        asked = {"match": compiled.tree, "idea": narrow} | ({} if rest is None else {"rest": rest})
        topics = [Compiled(replace(compiled.topic, id=TopicId(name)), tree, "") for name, tree in asked.items()]
        self._index = TopicIndex(topics, concepts)
        self.wording = Wording()
        self.ids: list[ItemId] = []
        self.positives: list[int] = []
        self.elsewhere: list[int] = []
        self.pool: list[int] = []

    def add(self, item: Item) -> None:
        """Keep what an item says, and what it is to the topic; one that the topic does not listen to is passed over."""
        feed = self.feeds.get(item.feed)
        topic = self.compiled.topic
        if self.wording.full or (topic.feeds and (feed is None or not topic.listens_to(feed))):
            return
        matched = {one.topic.id for one in self._index.matching(item, feed)}
        number = len(self.ids)
        self.ids.append(item.id)
        self.wording.add(item)
        if "match" in matched:
            self.positives.append(number)
            return
        if "idea" in matched:
            self.elsewhere.append(number)
        if not self._rest or "rest" in matched:
            self.pool.append(number)


def _leaves(node: Node) -> list[Node]:
    """The words, phrases and concepts of a tree, wherever they stand."""
    match node:
        case Word() | Phrase() | Concept():
            return [node]
        case And(nodes) | Or(nodes) | SomeOf(_, nodes):
            return [leaf for child in nodes for leaf in _leaves(child)]
        case Near(left, right):
            return _leaves(left) + _leaves(right)
        case In(_, child) | AtLeast(_, child):
            return _leaves(child)
        case _:
            return []


# Ranking --------------------------------------------------------------------------------------------------------------


def ranked(ground: Ground, supported: AbstractSet[Stems]) -> list[tuple[Gram, float]]:
    """What near misses say and speaks most for the topic, best first."""
    wording, texts = ground.wording, ground.wording.texts
    evidence = ground.positives if len(ground.positives) >= FEW else [*ground.positives, *ground.elsewhere]
    evidence = evidence[:_EVIDENCE_MAX]
    sentences = ground.sentences if len(evidence) < NEXT_TO_NONE else []
    spoken = _count(texts[number] for number in evidence)
    written = _count(wording.recall(sentence) for sentence in sentences)
    said = spoken + written
    wanted = {gram for gram, count in said.items() if (count > 1 or len(evidence) < FEW) and wording.tells(gram)}
    wanted |= {gram for stems in supported if (gram := wording.gram(stems)) is not None and len(gram) <= GRAM_MAX}
    missed = count_grams((texts[number] for number in ground.pool), wanted)
    everywhere = count_grams(texts, {gram for gram, count in missed.items() if count >= ADDS_MIN})
    everywhere = Counter({gram: count for gram, count in everywhere.items() if wording.tells(gram)})
    # A word that hardly ever stands without its neighbour is half an expression.
    halves = {part for gram, count in everywhere.items() for part in parts(gram) if count >= _ALIKE * everywhere[part]}
    scores = []
    for gram, count in everywhere.items():
        outside, others = count - min(spoken[gram], count), len(texts) - len(evidence)
        score = _z(said[gram], len(evidence) + len(sentences), outside, others, (count + 0.5) / (len(texts) + 1))
        if score > 0 and outside <= _COMMON * others and gram not in halves:
            scores.append((gram, score))
    return sorted(scores, key=lambda pair: (-pair[1], wording.stems(pair[0])))


def _count(texts: Iterable[Sequence[int]]) -> Counter[Gram]:
    counts: Counter[Gram] = Counter()
    for text in texts:
        counts.update(grams(text))
    return counts


def parts(gram: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    """Everything shorter that stands in a row of words."""
    for size in range(1, len(gram)):
        for start in range(len(gram) - size + 1):
            yield gram[start : start + size]


def _z(inside: int, items: int, outside: int, others: int, share: float) -> float:
    """Log-odds of an expression inside and outside, each with the same prior, in standard deviations."""
    one, other = inside + _PRIOR * share, outside + _PRIOR * share
    odds = log(one / (items + _PRIOR - one)) - log(other / (others + _PRIOR - other))
    return odds / sqrt(1 / one + 1 / other)


# What concepts know ---------------------------------------------------------------------------------------------------


def known_expressions(concepts: Concepts, *, names: bool = False) -> dict[Stems, list[str]]:
    """The words and phrases that concepts are made of, as stems, and which concepts; of names, or of all others."""
    known: dict[Stems, list[str]] = {}
    for name, definition in concepts.definitions.items():
        if definition.is_name is names:
            spelled = [stems_of(called) for called in definition.called]
            spelled += [stems for _, tree in concepts.expressions(name) for stems in _spelled(tree)]
            for stems in dict.fromkeys(spelled):
                known.setdefault(stems, []).append(name)
    return known


def _spelled(tree: Node) -> Iterator[Stems]:
    match tree:
        case Word(text):
            yield stems_of(text)
        case Phrase(words, None):
            yield stems_of(" ".join(word.text for word in words))
        case Or(nodes):
            for child in nodes:
                yield from _spelled(child)


def is_plain(tree: Node | QueryProblem) -> bool:
    """Whether an expression is a word or words in a row."""
    return isinstance(tree, Word) or (isinstance(tree, Phrase) and tree.slop is None)


def stems_of(text: str) -> Stems:
    """The stems of an expression: what it is compared by, in any inflection."""
    return tuple(stem_in(token.form, "") for token in tokens(text))
