"""What a topic may be missing: expressions that would widen one of its ideas, for a person to accept or reject.

Looked at are stored items, twice: what they say is ranked (``ground``), and then each of the best expressions is tried,
as if it had been accepted, to see what it would really add. Nothing here decides: an expression counts when a person
has accepted it (``Topic.also``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from monitor.core.item import make_item
from monitor.core.model import EPOCH, FeedId, RawItem, TopicId
from monitor.core.query.compile import Compiled, compile_topic
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.ground import ADDS_MIN, Ground, Stems, is_plain, known_expressions, parts, ranked, stems_of
from monitor.core.query.index import TopicIndex
from monitor.core.query.reading import read
from monitor.core.query.tree import Phrase, QueryProblem, Word
from monitor.core.query.widen import read_also
from monitor.core.query.wording import Gram, count_grams
from monitor.core.text import excerpt, without_possessive

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
_TRIED_MAX = 60
_ALIKE = 0.8
_QUOTE = 120
_KEPT = 40


@dataclass(frozen=True, slots=True)
class Added:
    """An item that a suggestion would add. ``mark``: where the expression stands, in ``quote`` or else the headline."""

    id: ItemId
    feed: FeedId
    headline: str
    seen: datetime
    quote: str
    mark: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An expression, and what it would add. ``supported_by``: concepts that know it. ``score``: standard deviations
    from chance. ``samples``: up to five items, the newest first, of different stories where there are any; ``more``:
    some of the others.
    """

    expression: str
    score: float
    supported_by: tuple[str, ...]
    adds: tuple[ItemId, ...]
    samples: tuple[Added, ...]
    more: tuple[Added, ...] = ()

    def beyond(self, known: Collection[ItemId]) -> tuple[Added, ...]:
        """Up to five samples of what it adds to items that came by another expression."""
        fresh = [one for one in (*self.samples, *self.more) if one.id not in known]
        return tuple(sorted(fresh[:SAMPLES_MAX], key=lambda one: one.seen, reverse=True))


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
    ground = Ground(compiled, concepts, feeds or {})
    for item in items():
        ground.add(item)
    trial = _Trial(ground, frozenset(map(stems_of, rejected)))
    for item in items():
        trial.read(item)
    found = tuple(trial.suggestions(limit))
    return Suggestions(ground.idea, len(ground.ids), len(ground.positives), len(ground.pool), found)


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

    def __init__(self, ground: Ground, rejected: AbstractSet[Stems]) -> None:
        self._ground = ground
        self._candidates: dict[str, _Candidate] = {}
        known = known_expressions(ground.concepts)
        self._names = known_expressions(ground.concepts, names=True).keys()
        for gram, score in ranked(ground, known.keys()):
            if len(self._candidates) == _TRIED_MAX:
                break
            stems = stems_of(ground.wording.written(gram))
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
        stems = stems_of(text)
        alone = Evaluator(read(make_item(RawItem(title=text), FeedId(""), EPOCH)), ground.concepts)
        if any(part in self._names for part in (stems, *parts(stems))) or any(map(alone.find, ground.others)):
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
            more = tuple(one for one in candidate.samples if one not in samples)
            known = candidate.supported_by
            yield Suggestion(self._text(candidate), candidate.score, known, tuple(candidate.adds), samples, more)

    def _text(self, candidate: _Candidate) -> str:
        """The expression as most of the items write it, where that can be read as an expression."""
        concepts = self._ground.concepts
        plain = self._ground.wording.written(candidate.gram)
        for text in sorted(candidate.written, key=lambda one: (-candidate.written[one], one)):
            if stems_of(text) == stems_of(plain) and is_plain(read_also(text, concepts)):
                return text
        return plain


def _surface(item: Item, words: Sequence[Place]) -> str:
    """Some words as an item writes them, in small letters."""
    text = str(getattr(item, words[0].field))[words[0].token.start : words[-1].token.end]
    return without_possessive(" ".join(text.split())).lower()


def _added(item: Item, words: Sequence[Place]) -> Added:
    place, start, end = words[0].field, words[0].token.start, words[-1].token.end
    quote, shift = ("", 0) if place == "title" else excerpt(str(getattr(item, place)), start, end, _QUOTE)
    return Added(item.id, item.feed, item.headline, item.seen, quote, (start + shift, end + shift))


def distinct(samples: Sequence[Added], most: int) -> list[Added]:
    """The first so many, of different stories as far as headlines tell, in their order."""
    chosen: list[Added] = []
    left: list[Added] = []
    for one in samples:
        (left if any(_alike(one, other) for other in chosen) else chosen).append(one)
    kept = [*chosen, *left][:most]
    return [one for one in samples if one in kept]


def _alike(one: Added, other: Added) -> bool:
    first, second = set(stems_of(one.headline)), set(stems_of(other.headline))
    return len(first & second) * 2 > len(first | second)
