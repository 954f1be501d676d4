"""What a topic may be missing: expressions that would widen one of its ideas, for a person to accept or reject.

Looked at are stored items. The *pool* holds the near misses: items with all of the topic but the idea to widen (its
place or party, the rest of its query). Words and phrases that set the items that the topic matches apart from all
others are ranked by their log-odds with an informative Dirichlet prior, in standard deviations (Monroe, Colaresi &
Quinn, "Fightin' Words: Lexical Feature Selection and Evaluation for Identifying the Content of Political Conflict",
Political Analysis 16(4), 2008, equations 16, 20 and 21). The prior says how common an expression is in all items, and
an item counts an expression once. Only what near misses say is suggested, each with the items that it would add.

Nothing here decides: an expression counts when a person has accepted it (``Topic.also``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from math import log, sqrt
from typing import TYPE_CHECKING

from monitor.core.item import make_item
from monitor.core.model import EPOCH, FeedId, RawItem, TopicId
from monitor.core.query.compile import Compiled, compile_topic, idea_of
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.format import format_query
from monitor.core.query.index import TopicIndex
from monitor.core.query.reading import read, stem_in
from monitor.core.query.tree import And, AtLeast, Concept, In, Near, Or, Phrase, QueryProblem, SomeOf, Word
from monitor.core.query.widen import read_also, without
from monitor.core.query.wording import GRAM_MAX, Gram, Wording, count_grams, grams
from monitor.core.text import excerpt, tokens, without_possessive

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from monitor.core.model import Feed, Item, ItemId
    from monitor.core.query.concepts import Concepts
    from monitor.core.query.reading import Place
    from monitor.core.query.tree import Node

SUGGESTIONS_MAX = 15
SAMPLES_MAX = 5
ADDS_MIN = 2
FEW = 20
_TRIED_MAX = 60
_EVIDENCE_MAX = 2_000
_PRIOR = 500.0
_COMMON = 0.3
_ALIKE = 0.8
_QUOTE = 120
_KEPT = 40
Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """An item that a suggestion would add, and the words around what it would match by."""

    id: ItemId
    feed: FeedId
    headline: str
    seen: datetime
    quote: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An expression, and what it would add. ``supported_by``: concepts that know it. ``score``: standard deviations
    from chance. ``samples``: up to five items, the newest first, of different stories where there are any.
    """

    expression: str
    score: float
    supported_by: tuple[str, ...]
    adds: tuple[ItemId, ...]
    samples: tuple[Added, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What was looked at, and what came of it. ``idea``: what would be widened. Of ``items`` read, the topic matches
    ``matched`` and misses ``pool`` by that idea.
    """

    idea: str
    items: int
    matched: int
    pool: int
    found: tuple[Suggestion, ...]


def widened(compiled: Compiled, expressions: Sequence[str], concepts: Concepts) -> Compiled | QueryProblem:
    """The topic as it is once these expressions are accepted: the idea to widen becomes (idea OR expression ...)."""
    also = tuple(dict.fromkeys((*compiled.topic.also, *expressions)))
    return compile_topic(replace(compiled.topic, also=also), concepts)


def suggest(
    compiled: Compiled,
    concepts: Concepts,
    items: Callable[[], Iterable[Item]],
    feeds: Mapping[FeedId, Feed] | None = None,
    *,
    rejected: Collection[str] = (),
    limit: int = SUGGESTIONS_MAX,
) -> Suggestions:
    """Suggest expressions for a topic, the most promising first. ``items`` is called twice, and streamed.

    Never one of ``rejected``. ``feeds``: for topics that listen to some feeds only.
    """
    ground = _Ground(compiled, concepts, feeds or {})
    for item in items():
        ground.add(item)
    trial = _Trial(ground, frozenset(map(_stems, rejected)))
    for item in items():
        trial.read(item)
    found = tuple(trial.suggestions(limit))
    return Suggestions(ground.idea, len(ground.ids), len(ground.positives), len(ground.pool), found)


class _Ground:
    """The first reading: which items the topic matches or nearly matches, and what all of them say."""

    def __init__(self, compiled: Compiled, concepts: Concepts, feeds: Mapping[FeedId, Feed]) -> None:
        self.compiled, self.concepts, self.feeds = compiled, concepts, feeds
        base = compile_topic(replace(compiled.topic, also=()), concepts)
        assert isinstance(base, Compiled), "the topic was compiled before"
        narrow = idea_of(compiled.topic, base.tree, concepts)
        rest = without(base.tree, narrow)
        self.idea = format_query(narrow)
        self.others = [] if rest is None else _leaves(rest)
        self.names = [Concept(name) for name, one in concepts.definitions.items() if one.is_name]
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


def _ranked(ground: _Ground, supported: AbstractSet[Stems]) -> list[tuple[Gram, float]]:
    """What near misses say and speaks most for the topic, best first."""
    wording, texts = ground.wording, ground.wording.texts
    evidence = ground.positives if len(ground.positives) >= FEW else [*ground.positives, *ground.elsewhere]
    evidence = evidence[:_EVIDENCE_MAX]
    spoken: Counter[Gram] = Counter()
    for number in evidence:
        spoken.update(grams(texts[number]))
    wanted = {gram for gram, count in spoken.items() if (count > 1 or len(evidence) < FEW) and wording.tells(gram)}
    wanted |= {gram for stems in supported if (gram := wording.gram(stems)) is not None and len(gram) <= GRAM_MAX}
    missed = count_grams((texts[number] for number in ground.pool), wanted)
    everywhere = count_grams(texts, {gram for gram, count in missed.items() if count >= ADDS_MIN})
    everywhere = Counter({gram: count for gram, count in everywhere.items() if wording.tells(gram)})
    halves = {part for gram, count in everywhere.items() for part in _parts(gram) if count >= _ALIKE * everywhere[part]}
    scores = []
    for gram, count in everywhere.items():
        inside = min(spoken[gram], count)
        outside, others = count - inside, len(texts) - len(evidence)
        score = _z(inside, len(evidence), outside, others, count / len(texts))
        if score > 0 and outside <= _COMMON * others and gram not in halves:
            scores.append((gram, score))
    return sorted(scores, key=lambda pair: (-pair[1], wording.stems(pair[0])))


def _parts(gram: Gram) -> Iterator[Gram]:
    """The shorter grams in one. A word that hardly ever stands without another is half an expression."""
    for size in range(1, len(gram)):
        for start in range(len(gram) - size + 1):
            yield gram[start : start + size]


def _z(inside: int, items: int, outside: int, others: int, share: float) -> float:
    """Log-odds of an expression inside and outside, each with the same prior, in standard deviations."""
    one, other = inside + _PRIOR * share, outside + _PRIOR * share
    odds = log(one / (items + _PRIOR - one)) - log(other / (others + _PRIOR - other))
    return odds / sqrt(1 / one + 1 / other)


# Trying ---------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Candidate:
    """An expression that is tried: the topic as it would be with it, and what that adds."""

    gram: Gram
    score: float
    node: Node
    wider: Compiled
    supported_by: tuple[str, ...]
    adds: list[ItemId] = field(default_factory=list)
    samples: list[Added] = field(default_factory=list)
    written: Counter[str] = field(default_factory=Counter)


class _Trial:
    """The second reading: what each of the best expressions would really add."""

    def __init__(self, ground: _Ground, rejected: AbstractSet[Stems]) -> None:
        self._ground = ground
        self._candidates: dict[str, _Candidate] = {}
        known = _known(ground.concepts)
        for gram, score in _ranked(ground, known.keys()):
            if len(self._candidates) == _TRIED_MAX:
                break
            stems = ground.wording.stems(gram)
            name = TopicId(str(len(self._candidates)))
            candidate = None if stems in rejected else self._candidate(name, gram, score)
            if candidate is not None:
                candidate.supported_by = tuple(known.get(stems, ()))
                self._candidates[name] = candidate
        tried = [one.gram for one in self._candidates.values()]
        rows = ((ground.ids[number], ground.wording.texts[number]) for number in ground.pool)
        self._wanted = {name for name, text in rows if count_grams((text,), tried)}
        self._index = TopicIndex((one.wider for one in self._candidates.values()), ground.concepts)

    def _candidate(self, name: TopicId, gram: Gram, score: float) -> _Candidate | None:
        """The expression made ready; None where the rest of the topic says it already, or a name does."""
        ground = self._ground
        text = ground.wording.written(gram)
        node = read_also(text, ground.concepts)
        wider = widened(ground.compiled, [text], ground.concepts)
        if not isinstance(node, Word | Phrase) or isinstance(wider, QueryProblem):
            return None
        alone = Evaluator(read(make_item(RawItem(title=text), FeedId(""), EPOCH)), ground.concepts)
        if any(alone.find(one) for one in (*ground.others, *ground.names)):
            return None
        asked = replace(wider, topic=replace(wider.topic, id=name))
        return _Candidate(gram, score, node, asked, ())

    def read(self, item: Item) -> None:
        """Ask the topic of one item again, with each expression that stands in it."""
        if item.id not in self._wanted:
            return
        feed = self._ground.feeds.get(item.feed)
        matched = [self._candidates[one.topic.id] for one in self._index.matching(item, feed)]
        for candidate in matched:
            candidate.adds.append(item.id)
        shown = [candidate for candidate in matched if len(candidate.samples) < _KEPT]
        if not shown:
            return
        reading = read(item, feed)
        evaluator = Evaluator(reading, self._ground.concepts)
        for candidate in shown:
            places = evaluator.find(candidate.node)
            if places:
                words = reading.places[places[0].first : places[0].last + 1]
                candidate.written[_surface(item, words)] += 1
                candidate.samples.append(_added(item, words))

    def suggestions(self, limit: int) -> Iterator[Suggestion]:
        """The best that add something, and something else than one before that shares a word with it."""
        taken: list[tuple[set[int], set[ItemId]]] = []
        for candidate in self._candidates.values():
            if len(taken) == limit:
                return
            words, adds = set(candidate.gram), set(candidate.adds)
            repeats = (words & others and len(adds & known) >= _ALIKE * len(adds) for others, known in taken)
            if len(adds) < ADDS_MIN or any(repeats):
                continue
            taken.append((words, adds))
            samples = tuple(distinct(candidate.samples, SAMPLES_MAX))
            yield Suggestion(
                self._text(candidate), candidate.score, candidate.supported_by, tuple(candidate.adds), samples
            )

    def _text(self, candidate: _Candidate) -> str:
        """The expression as most of the items write it, where that can be read as an expression."""
        concepts = self._ground.concepts
        plain = self._ground.wording.written(candidate.gram)
        for text in sorted(candidate.written, key=lambda one: (-candidate.written[one], one)):
            if _stems(text) == _stems(plain) and _is_plain(read_also(text, concepts)):
                return text
        return plain


def _known(concepts: Concepts) -> dict[Stems, list[str]]:
    """The words and phrases that concepts are made of, as stems, and which concepts; names are left out."""
    known: dict[Stems, list[str]] = {}
    for name, definition in concepts.definitions.items():
        if definition.is_name:
            continue
        texts = [*definition.called, *(text for text, tree in concepts.expressions(name) if _is_plain(tree))]
        for stems in dict.fromkeys(map(_stems, texts)):
            known.setdefault(stems, []).append(name)
    return known


def _is_plain(tree: Node | QueryProblem) -> bool:
    return isinstance(tree, Word) or (isinstance(tree, Phrase) and tree.slop is None)


def _stems(text: str) -> Stems:
    return tuple(stem_in(token.form, "") for token in tokens(text))


def _surface(item: Item, words: Sequence[Place]) -> str:
    """Some words as an item writes them, in small letters."""
    text = str(getattr(item, words[0].field))[words[0].token.start : words[-1].token.end]
    return without_possessive(" ".join(text.split())).lower()


def _added(item: Item, words: Sequence[Place]) -> Added:
    place, start, end = words[0].field, words[0].token.start, words[-1].token.end
    quote = "" if place == "title" else excerpt(str(getattr(item, place)), start, end, _QUOTE)[0]
    return Added(item.id, item.feed, item.headline, item.seen, quote)


def distinct(samples: Sequence[Added], most: int) -> list[Added]:
    """The first so many, of different stories as far as headlines tell, in their order."""
    chosen: list[Added] = []
    left: list[Added] = []
    for one in samples:
        (left if any(_alike(one, other) for other in chosen) else chosen).append(one)
    kept = [*chosen, *left][:most]
    return [one for one in samples if one in kept]


def _alike(one: Added, other: Added) -> bool:
    first, second = set(_stems(one.headline)), set(_stems(other.headline))
    return len(first & second) * 2 > len(first | second)
