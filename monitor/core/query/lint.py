"""Advice on topics that can be read off their queries, without a single item: what is odd, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from monitor.core.query.contain import Containment
from monitor.core.query.format import format_query
from monitor.core.query.parts import alternatives, is_plain, leaves, patterns
from monitor.core.query.reading import folded, stem_in
from monitor.core.query.tree import Concept, Everything, Or, Phrase, QueryProblem, Word, children
from monitor.core.query.watch import watch_ideas
from monitor.core.query.widen import read_also
from monitor.core.text import tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from monitor.core.model import TopicId
    from monitor.core.query.compile import Compiled
    from monitor.core.query.concepts import Concepts
    from monitor.core.query.tree import Node

# Kinds of findings, what matters most first.
KINDS = (
    "many",
    "none",
    "never",
    "excludes",
    "pattern",
    "contained",
    "unknown-word",
    "name",
    "same",
    "inside",
    "no-expect",
)
# How many parts of one topic are named in one finding.
NAMED_MAX = 5
# A choice of more alternatives than this is not compared piece by piece, nor more topics than that one by one.
_COMPARED_MAX = 200
_PAIRS_MAX = 20_000
_PART_MAX = 80
# Letters beside a star that say little: hundreds of words begin with any three.
_LETTERS_FEW = 3
_CALL_WORDS = 4
_TYPO_LEAST = 5
_TYPO_TWICE = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of advice. ``parts``: the pieces of the query, or the other topic, that it is about."""

    topic: TopicId
    kind: str
    text: str
    help: str
    parts: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Meant:
    """Words of a topic, and the concept that they may stand for. ``pack``: the one to load for it; empty: loaded.

    ``call``: what a watch calls it by. ``exactly``: the concept knows the words; else they only look as if it did.
    """

    leaf: Word | Phrase
    concept: str
    pack: str
    call: str
    exactly: bool = True


def find(
    topics: Sequence[Compiled],
    chosen: Collection[TopicId],
    concepts: Concepts,
    shelf: Mapping[str, Concepts],
    *,
    measured: bool,
) -> list[Finding]:
    """Everything that the queries of the ``chosen`` topics say by themselves.

    ``shelf``: packs that are not loaded. ``measured``: items were asked too; what they answer better is left to them.
    """
    findings: list[Finding] = []
    containment = Containment(concepts)
    vocabulary = Vocabulary(concepts, shelf)
    mine = [one for one in topics if one.topic.id in chosen]
    for compiled in mine:
        findings += _expectations(compiled)
        findings += _contained(compiled, containment)
        for meant in vocabulary.meant(compiled):
            if not measured or meant.pack:
                findings.append(advise(compiled, meant))
        if not measured:
            findings += _short(compiled)
    findings += _among(mine, topics, containment)
    return findings


def part(node: Node) -> str:
    """A piece of a query as it is written, cut where it is long."""
    text = format_query(node)
    return text if len(text) <= _PART_MAX else text[: _PART_MAX - 1].rsplit(" ", 1)[0] + "…"


def enumerated(names: Sequence[str], most: int = NAMED_MAX) -> str:
    """``a, b and c``; of many the first few, and how many more."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


# One topic ------------------------------------------------------------------------------------------------------------


def _expectations(compiled: Compiled) -> Iterator[Finding]:
    if not compiled.topic.expect:
        yield Finding(
            compiled.topic.id,
            "no-expect",
            "No expect lines: nothing proves that it finds what it should, today or after a change.",
            'Add headlines that it must find, and must not: expect = [{ text = "a headline", match = true }]',
        )


def _contained(compiled: Compiled, containment: Containment) -> Iterator[Finding]:
    """Alternatives that find nothing which another one beside them does not."""
    also = {read_also(text, containment.concepts) for text in compiled.topic.also}
    pairs: dict[Node, Node] = {}
    for choice in alternatives(compiled.tree):
        if compiled.topic.watch is not None and not also.intersection(choice.nodes):
            continue  # a watch chooses between ways of being close: nobody wrote them
        question = containment.placed_in if choice.placed else containment.contained
        nodes = choice.nodes if len(choice.nodes) <= _COMPARED_MAX else ()
        for number, inner in enumerate(nodes):
            # Of two that find the same, the later one is the one too many.
            others = ((at, one) for at, one in enumerate(nodes) if at != number)
            outer = next((one for at, one in others
                          if question(inner, one) and (at < number or not question(one, inner))), None)  # fmt: skip
            if outer is not None:
                pairs.setdefault(inner, outer)
    if pairs:
        said = [f"{part(inner)} (beside {part(outer)})" for inner, outer in pairs.items()]
        yield Finding(
            compiled.topic.id,
            "contained",
            f"Adds nothing to what stands beside it: {enumerated(said)}.",
            "Leave it out. A word stands for all of its inflections, and a phrase is found where one word of it is.",
            tuple(map(part, pairs)),
        )


def _short(compiled: Compiled) -> Iterator[Finding]:
    few = [word for word in patterns(compiled.tree) if len(word.text.replace("*", "")) <= _LETTERS_FEW]
    if few:
        yield Finding(
            compiled.topic.id,
            "pattern",
            f"So few letters beside a star fit hundreds of different words: {enumerated([part(one) for one in few])}.",
            "Write more letters, or the words that are meant, joined by OR; inflections are found without a star.",
            tuple(map(part, few)),
        )


def advise(compiled: Compiled, meant: Meant, *, adds: int | None = None) -> Finding:
    """What to say of words that a concept may be meant by. ``adds``: items that only the concept would find."""
    word, concept = part(meant.leaf), f"@{meant.concept}"
    kind, figures = "unknown-word", {} if adds is None else {"adds": float(adds)}
    load = f' Load its pack: [concepts] packs = [..., "{meant.pack}"].' if meant.pack else ""
    if not meant.exactly:
        text = f"No concept knows {word}; {concept} is spelled much like it."
        help_ = f"If {concept} is meant, mend the spelling.{load}"
    elif compiled.topic.query is None and meant.pack:
        text = f"No concept that is loaded knows {word}: it finds that word only. The pack {meant.pack} has {concept}."
        help_ = load.lstrip()
    else:
        more = "" if adds is None else f": {adds:,} more {'item' if adds == 1 else 'items'}"
        kind, text = "name", f"{word} finds one spelling of a name; {concept} finds the others too{more}."
        help_ = f"Write {concept if compiled.topic.query is not None else meant.call} in its place.{load}"
    return Finding(compiled.topic.id, kind, text, help_, (word, concept), figures)


# Words and concepts ---------------------------------------------------------------------------------------------------


class Vocabulary:
    """Which words a concept knows, of those loaded and of those on the shelf, and which only look as if one did."""

    def __init__(self, concepts: Concepts, shelf: Mapping[str, Concepts]) -> None:
        self._concepts = concepts
        self._packs = (("", concepts), *shelf.items())
        self._known: set[str] = set()
        self._spellings: dict[str, tuple[str, str]] = {}
        for pack, one in self._packs:
            self._known.update(_forms(one))
            for name, form in _spellings(one):
                self._spellings.setdefault(form, (name, pack))

    def meant(self, compiled: Compiled) -> Iterator[Meant]:
        """Words of a topic that a concept may be meant by, which it does not use."""
        used = {node.name for node in _concepts_in(compiled.tree)}
        found = self._of_watch(compiled) if compiled.topic.watch is not None else self._of_query(compiled)
        return (meant for meant in dict.fromkeys(found) if meant.concept not in used)

    def _of_watch(self, compiled: Compiled) -> Iterator[Meant]:
        """A watch calls what is loaded. Left are concepts on the shelf, odd spellings, and slips of the pen."""
        ideas = watch_ideas(compiled.topic.watch or "", self._concepts)
        words = [] if isinstance(ideas, QueryProblem) else [idea for idea in ideas if isinstance(idea, Word)]
        at = 0
        while at < len(words):
            few = words[at : at + _CALL_WORDS]
            calls = (self._called(few[:length]) for length in range(len(few), 0, -1))
            meant = next((one for one in calls if one is not None), None)
            if meant is not None:
                yield meant
            else:
                yield from self._alike(words[at])
            at += len(meant.leaf.words) if meant is not None and isinstance(meant.leaf, Phrase) else 1

    def _of_query(self, compiled: Compiled) -> Iterator[Meant]:
        """In a query a name finds one spelling only. Other words are left: who writes a query means them."""
        for leaf in filter(is_plain, leaves(compiled.tree)):
            meant = self._called(leaf.words if isinstance(leaf, Phrase) else (leaf,))
            if meant is not None:
                if dict(self._packs)[meant.pack].definitions[meant.concept].is_name:
                    yield replace(meant, leaf=leaf)
            elif isinstance(leaf, Word):
                yield from self._alike(leaf)

    def _called(self, words: Sequence[Word]) -> Meant | None:
        """The concept that words call."""
        for pack, concepts in self._packs:
            name = concepts.called(tuple(folded(word.text) for word in words))
            if name is not None:
                leaf = words[0] if len(words) == 1 else Phrase(tuple(words))
                return Meant(leaf, name, pack, _call(concepts, name))
        return None

    def _alike(self, word: Word) -> Iterator[Meant]:
        """The concept whose name is spelled like this, or nearly so where no concept knows the word."""
        form = folded(word.text)
        if form in self._spellings:
            yield self._as_spelled(word, form, exactly=True)
        if len(form) < _TYPO_LEAST or form in self._known or stem_in(form, "en") in self._known:
            return
        most = 1 if len(form) < _TYPO_TWICE else 2
        near = [(OSA.distance(form, other, score_cutoff=most), other) for other in self._spellings
                if other[0] == form[0] and len(other) >= _TYPO_LEAST]  # fmt: skip
        if near and min(near)[0] <= most:
            yield self._as_spelled(word, min(near)[1], exactly=False)

    def _as_spelled(self, word: Word, form: str, *, exactly: bool) -> Meant:
        name, pack = self._spellings[form]
        return Meant(word, name, pack, _call(dict(self._packs)[pack], name), exactly)


def _call(concepts: Concepts, name: str) -> str:
    return next(iter(concepts.definitions[name].called), name)


def _spellings(concepts: Concepts) -> Iterator[tuple[str, str]]:
    """Single words that call a concept, and those that a name is spelled by."""
    for name, definition in concepts.definitions.items():
        for text in definition.called:
            found = tokens(text)
            if len(found) == 1:
                yield name, found[0].form
        if definition.is_name:
            for _, tree in concepts.expressions(name):
                nodes = tree.nodes if isinstance(tree, Or) else (tree,)
                yield from ((name, folded(node.text)) for node in nodes if isinstance(node, Word) and is_plain(node))


def _forms(concepts: Concepts) -> Iterator[str]:
    """Every word that some concept knows, as it is and as its stem."""
    for definition in concepts.definitions.values():
        for text in (*definition.called, *definition.expressions):
            for token in tokens(text):
                yield token.form
                yield stem_in(token.form, "en")


def _concepts_in(tree: Node) -> Iterator[Concept]:
    if isinstance(tree, Concept):
        yield tree
    for child in children(tree):
        yield from _concepts_in(child)


# Topics among each other ----------------------------------------------------------------------------------------------


def _among(mine: Iterable[Compiled], topics: Sequence[Compiled], containment: Containment) -> Iterator[Finding]:
    """Topics that ask the same, and topics that another one contains. Too many topics are not compared by twos."""
    mine = list(mine)
    same: dict[str, list[Compiled]] = {}
    for compiled in topics:
        same.setdefault(compiled.text, []).append(compiled)
    for compiled in mine:
        twins = [one.topic.id for one in same[compiled.text] if one is not compiled and _hears(one, compiled)]
        if twins:
            yield Finding(
                compiled.topic.id,
                "same",
                f"It asks the same as {enumerated(twins)}: each item is told once for each.",
                "Keep one, with the channels of both.",
                tuple(twins),
            )
    some = [one for one in topics if not isinstance(one.tree, Everything)]  # what finds everything is told apart
    pairs = ((one, other) for one in mine for other in some if one.text != other.text and _hears(other, one))
    compared = list(islice(pairs, _PAIRS_MAX + 1))
    if len(compared) > _PAIRS_MAX:
        return
    wider: dict[TopicId, list[str]] = {}
    for one, other in compared:
        if containment.contained(one.tree, other.tree):
            wider.setdefault(one.topic.id, []).append(other.topic.id)
    for topic, names in wider.items():
        yield inside(topic, names, f"All that it finds, {enumerated(names)} finds too.")


def inside(topic: TopicId, wider: Sequence[str], text: str, figures: Mapping[str, float] | None = None) -> Finding:
    """A topic that finds nothing which a wider one does not."""
    help_ = "Keep it if it tells others or matters more; else leave it out, or exclude it there by NOT."
    return Finding(topic, "inside", text, help_, tuple(wider), figures or {})


def _hears(wider: Compiled, compiled: Compiled) -> bool:
    """Whether it listens at least to the feeds that the other one listens to."""
    return not wider.topic.feeds or bool(compiled.topic.feeds and set(compiled.topic.feeds) <= set(wider.topic.feeds))
