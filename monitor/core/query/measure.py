"""Advice on topics that stored items give: how much they find and tell, and which pieces of them do any work.

Each piece that is in question becomes a query of its own beside the topics, in one index: an item is asked once. Items
are looked at newest first, as a store streams them; those that match are then judged oldest first, as they came.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core.model import Feed, Outcome, Topic, TopicId
from monitor.core.policy import span
from monitor.core.query.clauses import clauses
from monitor.core.query.compile import Compiled
from monitor.core.query.evaluate import Evaluator
from monitor.core.query.format import format_query
from monitor.core.query.index import TopicIndex
from monitor.core.query.lint import Finding, Vocabulary, advise, enumerated, inside, part
from monitor.core.query.parts import alternatives, patterns, relaxed, swapped
from monitor.core.query.reading import read
from monitor.core.query.tree import Concept, Everything, Not, Word, requires_something
from monitor.core.replay import Replay
from monitor.core.trial import JUDGED_MAX

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from monitor.core.model import FeedId, Item, ItemId, PollPolicy
    from monitor.core.query.concepts import Concepts
    from monitor.core.query.tree import Node

_DAY = timedelta(days=1)
_PAIRS_MAX = 50_000
_FORMS_KEPT = 2_000
_SHOWN_FORMS = 8


@dataclass(frozen=True, slots=True)
class Standards:
    """From where on a figure is worth a word. Shares are 0 to 1."""

    most_a_day: float = 25.0
    items_least: int = 200
    excluded_share: float = 0.8
    excluded_least: int = 10
    forms_most: int = 100
    inside_least: int = 5
    spelled_most: int = 2


@dataclass(slots=True)
class Count:
    """What one topic came to. ``outcomes`` are of the items that were judged."""

    matched: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    @property
    def told(self) -> int:
        """How often somebody would have been told."""
        return sum(number for outcome, number in self.outcomes.items() if outcome.sent)


@dataclass(slots=True)
class _Probe:
    """A query beside the topics. ``most``: after so many items that match, the answer is known, and it is taken out."""

    node: Node
    most: int | None
    matched: int = 0
    beyond: int = 0
    """Of those, items that ``topic`` itself does not match."""
    topic: TopicId | None = None
    forms: Counter[str] | None = None
    """Of a pattern: the different words that fit it, and how often they do."""


class Measure:
    """Topics, and the items that they are measured by. ``look`` at each, then ``judge`` those of ``to_judge``."""

    def __init__(
        self,
        topics: Sequence[Compiled],
        chosen: Collection[TopicId],
        concepts: Concepts,
        feeds: Mapping[FeedId, Feed],
        policy: PollPolicy,
        standards: Standards | None = None,
    ) -> None:
        self.standards = standards or Standards()
        self._mine = [one for one in topics if one.topic.id in chosen]
        self._concepts = concepts
        self._feeds = feeds
        self._index = TopicIndex(topics, concepts)
        self._replay = Replay(TopicIndex(self._mine, concepts), feeds.values(), policy)
        self._probes: dict[TopicId, _Probe] = {}
        self._known: dict[tuple[object, ...], _Probe] = {}
        vocabulary = Vocabulary(concepts, {})
        self._meant = {one.topic.id: list(vocabulary.meant(one)) for one in self._mine}
        self._both: dict[TopicId, Counter[TopicId]] = {one.topic.id: Counter() for one in self._mine}
        self._pairs = 0
        self._all: Counter[TopicId] = Counter()
        self._found: list[ItemId] = []
        self._judged_from: datetime | None = None
        self.oldest: datetime | None = None
        self.newest: datetime | None = None
        self.counts = {one.topic.id: Count() for one in self._mine}
        self.looked = 0
        for compiled in self._mine:
            self._ask_pieces(compiled)

    # What is asked ----------------------------------------------------------------------------------------------------

    def _ask_pieces(self, compiled: Compiled) -> None:
        for node in _needed(compiled):
            self._probe(compiled, node, most=1)
        for excluded, rest in relaxed(compiled.tree):
            self._probe(compiled, rest, excluded, beside=compiled.topic.id)
        for word in patterns(compiled.tree):
            self._probe(compiled, word, "pattern", forms=Counter())
        for meant in self._meant[compiled.topic.id]:
            if meant.exactly:
                wider = swapped(compiled.tree, meant.leaf, Concept(meant.concept))
                self._probe(compiled, wider, meant, beside=compiled.topic.id)
            self._probe(compiled, meant.leaf, "spelled", most=self.standards.spelled_most + 1)

    def _probe(
        self,
        compiled: Compiled,
        node: Node,
        *about: object,
        most: int | None = None,
        beside: TopicId | None = None,
        forms: Counter[str] | None = None,
    ) -> None:
        """Ask one more query of every item; the same one over the same feeds only once."""
        key = self._key(compiled, node, *about, beside)
        if key not in self._known:
            probe = self._known[key] = _Probe(node, most, topic=beside, forms=forms)
            name = TopicId(f"PROBE {len(self._known)}")  # topics are named in small letters
            self._probes[name] = probe
            self._index.add(Compiled(Topic(name, feeds=compiled.topic.feeds), node, format_query(node)))

    def _key(self, compiled: Compiled, node: Node, *about: object) -> tuple[object, ...]:
        return (node, compiled.topic.feeds, *about)

    def _answer(self, compiled: Compiled, node: Node, *about: object, beside: TopicId | None = None) -> _Probe:
        return self._known[self._key(compiled, node, *about, beside)]

    # Items ------------------------------------------------------------------------------------------------------------

    def feed(self, item: Item) -> Feed:
        """The feed of an item; one that is no longer configured has only its name left."""
        return self._feeds.get(item.feed) or Feed(item.feed, "", item.feed)

    def look(self, item: Item) -> None:
        """Ask everything of one item. To be called newest first."""
        self.looked += 1
        self.oldest, self.newest = item.seen, self.newest or item.seen
        names = {compiled.topic.id for compiled in self._index.matching(item, self.feed(item))}
        topics = [name for name in names if name not in self._probes]
        self._all.update(topics)
        mine = [name for name in topics if name in self.counts]
        for name in mine:
            self.counts[name].matched += 1
            self._meet(self._both[name], name, topics)
        if mine and len(self._found) < JUDGED_MAX:
            self._found.append(item.id)
            self._judged_from = item.seen
        for name in names & self._probes.keys():
            self._note(name, item, names)

    def _meet(self, both: Counter[TopicId], name: TopicId, topics: list[TopicId]) -> None:
        """Count which topics match together; pairs that are too many are not begun."""
        for other in topics:
            if other in both:
                both[other] += 1
            elif other != name and self._pairs < _PAIRS_MAX:
                both[other] = 1
                self._pairs += 1

    def _note(self, name: TopicId, item: Item, names: set[TopicId]) -> None:
        probe = self._probes[name]
        probe.matched += 1
        probe.beyond += probe.topic is not None and probe.topic not in names
        if probe.forms is not None and isinstance(probe.node, Word):
            self._count_forms(probe.forms, probe.node, item)
        if probe.matched == probe.most:
            self._index.remove(name)

    def _count_forms(self, forms: Counter[str], word: Word, item: Item) -> None:
        reading = read(item, self.feed(item))
        for found in Evaluator(reading, self._concepts).find(word) or ():
            form = reading.places[found.first].token.form
            if form in forms or len(forms) < _FORMS_KEPT:
                forms[form] += 1

    @property
    def to_judge(self) -> list[ItemId]:
        """What some topic matches, oldest first; of very many the newest."""
        return self._found[::-1]

    def judge(self, item: Item) -> None:
        """Place one item and decide on it for every topic, as if it came in when it was seen."""
        for verdict in self._replay.judge(item):
            if verdict.topic is not None:
                self.counts[verdict.topic].outcomes[verdict.outcome] += 1

    @property
    def enough(self) -> bool:
        """Whether there were items enough to say what is missing."""
        return self.looked >= self.standards.items_least

    @property
    def lasted(self) -> timedelta:
        """How much time the items cover; a day at least, so that an hour of news is not taken for many days."""
        if self.newest is None or self.oldest is None:
            return _DAY
        return max(_DAY, self.newest - self.oldest)

    def a_day(self, topic: TopicId) -> float:
        """How many alerts and updates a day somebody would be told of. Of very many matches the newest count."""
        whole = len(self._found) < JUDGED_MAX or self._judged_from is None or self.newest is None
        days = self.lasted if whole else max(_DAY, self.newest - self._judged_from)  # type: ignore[operator]  # as above
        return self.counts[topic].told / (days / _DAY)

    # What it comes to -------------------------------------------------------------------------------------------------

    def findings(self, read_off: Sequence[Finding] = ()) -> list[Finding]:
        """Everything that the figures say, but what was ``read_off``. Of few items nothing: they prove nothing."""
        if not self.enough:
            return []
        known = {(one.topic, other) for one in read_off if one.kind in ("inside", "same") for other in one.parts}
        return [finding for compiled in self._mine for finding in self._of_topic(compiled, known)]

    def _of_topic(self, compiled: Compiled, known: set[tuple[TopicId, str]]) -> Iterator[Finding]:
        yield from self._told(compiled)
        yield from self._never(compiled)
        yield from self._excluding(compiled)
        yield from self._patterns(compiled)
        yield from self._names(compiled)
        yield from self._inside(compiled.topic.id, known)

    def _told(self, compiled: Compiled) -> Iterator[Finding]:
        topic = compiled.topic.id
        count, rate, time = self.counts[topic], self.a_day(topic), span(self.lasted)
        figures = {"matched": float(count.matched), "told": float(count.told), "a_day": round(rate, 2)}
        if rate > self.standards.most_a_day:
            yield Finding(
                topic, "many", f"About {rate:,.0f} alerts a day: {count.told:,} in {time}. Few people read so many.",
                f"Narrow it, and see what is left: wirewatch try --topic {topic}", figures=figures,
            )  # fmt: skip
        elif not count.matched:
            text = f"It matches none of {self.looked:,} items in {time}."
            help_ = f"Which clause is missing: wirewatch try --topic {topic} --since 30d"
            yield Finding(topic, "none", text, help_, figures=figures)
        elif not count.told:
            held = enumerated([f"{number:,} {outcome.value}" for outcome, number in count.outcomes.most_common()])
            text = f"Nobody would have been told anything in {time}: what it matches is held ({held})."
            yield Finding(topic, "none", text, f"See what was held: wirewatch tail --held --topic {topic}",
                          figures=figures)  # fmt: skip

    def _never(self, compiled: Compiled) -> Iterator[Finding]:
        parts = [node for node in _needed(compiled) if not self._answer(compiled, node).matched]
        help_ = "Look at the spelling. What is right and only rare may stay: it costs nothing."
        if not self.counts[compiled.topic.id].matched and set(parts).intersection(clauses(compiled)):
            help_ = "Without it the topic matches nothing: look at the spelling, or take it out."
        if parts:
            yield Finding(
                compiled.topic.id,
                "never",
                f"In none of {self.looked:,} items in {span(self.lasted)}: {enumerated([part(one) for one in parts])}.",
                help_,
                tuple(map(part, parts)),
                {"items": float(self.looked)},
            )

    def _excluding(self, compiled: Compiled) -> Iterator[Finding]:
        for excluded, rest in relaxed(compiled.tree):
            probe = self._answer(compiled, rest, excluded, beside=compiled.topic.id)
            share = probe.beyond / probe.matched if probe.matched else 0.0
            if probe.matched >= self.standards.excluded_least and share >= self.standards.excluded_share:
                yield Finding(
                    compiled.topic.id,
                    "excludes",
                    f"NOT {part(excluded)} removes {probe.beyond:,} of the {probe.matched:,} items that the rest "
                    f"finds ({share * 100:.0f} %).",
                    f"Exclude less, such as title:{part(excluded)}, or NOT NEAR/5; see what it removes: "
                    f"wirewatch try with the query less the NOT, and --topic {compiled.topic.id}",
                    (part(excluded),),
                    {"removed": float(probe.beyond), "of": float(probe.matched), "share": round(share, 4)},
                )

    def _patterns(self, compiled: Compiled) -> Iterator[Finding]:
        for word in patterns(compiled.tree):
            forms = self._answer(compiled, word, "pattern").forms or Counter()
            if len(forms) > self.standards.forms_most:
                shown = [form for form, _ in forms.most_common(_SHOWN_FORMS)]
                least = "at least " if len(forms) >= _FORMS_KEPT else ""
                yield Finding(
                    compiled.topic.id,
                    "pattern",
                    f"{part(word)} fits {least}{len(forms):,} different words: {enumerated(shown, _SHOWN_FORMS)}, "
                    "and others.",
                    "Write more letters, or the words that are meant, joined by OR; inflections are found without a "
                    "star.",
                    (part(word), *shown),
                    {"words": float(len(forms))},
                )

    def _names(self, compiled: Compiled) -> Iterator[Finding]:
        """Spellings whose concept would find more, or that nobody writes; and what looks like a slip of the pen."""
        for meant in self._meant[compiled.topic.id]:
            written = self._answer(compiled, meant.leaf, "spelled").matched
            if not meant.exactly:
                if written <= self.standards.spelled_most:
                    yield advise(compiled, meant)
                continue
            wider = swapped(compiled.tree, meant.leaf, Concept(meant.concept))
            adds = self._answer(compiled, wider, meant, beside=compiled.topic.id).beyond
            if adds or not written:
                yield advise(compiled, meant, adds=adds or None)

    def _inside(self, topic: TopicId, known: set[tuple[TopicId, str]]) -> Iterator[Finding]:
        """Topics that another one held in every item; but what finds most of all items holds everything."""
        matched = self.counts[topic].matched
        if matched < self.standards.inside_least:
            return
        wider = [other for other, both in self._both[topic].items()
                 if both == matched and matched < self._all[other] <= self.looked / 2
                 and (topic, other) not in known]  # fmt: skip
        if wider:
            text = f"All {matched:,} items that it matched, {enumerated(wider)} matched too, in {span(self.lasted)}."
            yield inside(topic, wider, text, {"items": float(matched)})


def _needed(compiled: Compiled) -> tuple[Node, ...]:
    """What is worth asking whether it is ever found: every clause, and every alternative that somebody wrote."""
    nodes: list[Node] = [node for node in clauses(compiled) if not isinstance(node, Not | Everything)]
    if compiled.topic.watch is None:
        for choice in alternatives(compiled.tree):
            nodes += [choice.alone(node) for node in choice.nodes if requires_something(node)]
    return tuple(dict.fromkeys(nodes))
