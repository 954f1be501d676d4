"""How well a watch finds what it is about: precision, recall and F1 on labelled items, averaged over topics.

    python benchmarks/topic_quality.py [--data FOLDER] [--set NAME] [--each] [--failures TOPIC] [--write]

Three ways to ask: the watch's words alone (all of them, stemmed, anywhere in the item); the watch with every pack
that ships; and the same after suggestions were shown to a reviewer, who looks at no more than the samples of each and
takes it where three in five are right. That reviewer is simulated with the labels of one half of the items, and the
other half is scored, both ways round. Our own set is part of the project (``benchmarks/data/topics``); the others lie
in the shared data folder beside the checkout. ``--failures`` of a topic that is held out needs ``--held-out``: reading
them uses it up.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from monitor.core.item import make_item
from monitor.core.model import EPOCH, FeedId, RawItem, Topic, TopicId
from monitor.core.query.compile import Compiled, compile_topic
from monitor.core.query.concepts import Concepts
from monitor.core.query.index import TopicIndex
from monitor.core.query.reading import read
from monitor.core.query.suggest import suggest, widened
from monitor.settings.packs import available_packs, read_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from monitor.core.model import Item
    from monitor.core.query.suggest import Suggestion

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
OWN = Path(__file__).resolve().parent / "data" / "topics"
DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "matching.md"
START, END = "<!-- figures -->", "<!-- /figures -->"
WIRE_WORDS = 60
SETS = ("own-dev", "own-dev-plain", "own-held-out", "own-held-out-plain", "conflict-events", "wire-1987")


# The sets -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Labelled:
    """One item, the topics that it is about, and what is hard about it (our own set only)."""

    item: Item
    topics: frozenset[str]
    difficulty: str = ""


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Items with the topics that they are about. ``watches``: topic to plain words."""

    name: str
    items: tuple[Labelled, ...]
    watches: Mapping[str, str]


def own_set(half: str, *, plain: bool = False) -> LabelledSet:
    """Our own items, with the watches of one half: ``dev`` or ``held-out``. ``plain``: without the hard items."""
    table = tomllib.loads((OWN / "topics.toml").read_text(encoding="utf-8"))
    watches = {name: topic["watch"] for name, topic in table.items() if topic["half"] == half}
    items = []
    for line in (OWN / "items.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if plain and row["kind"] == "hard":
            continue
        raw = RawItem(
            guid=row["id"],
            title=row["title"],
            summary=row.get("summary", ""),
            content=row.get("content", ""),
            language=row["language"],
        )
        items.append(Labelled(_item(raw), frozenset(row["topics"]), row.get("difficulty", "plain")))
    return LabelledSet(f"own-{half}-plain" if plain else f"own-{half}", tuple(items), watches)


def conflict_events(data: Path) -> LabelledSet:
    """News snippets with one event type each, by experts (CASE 2021, task 2)."""
    table = tomllib.loads((OWN / "conflict-events.toml").read_text(encoding="utf-8"))
    items = []
    with (data / "topics" / "conflict-events-dev.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            topics = frozenset(name for name, topic in table.items() if row["SubType"] in topic["labels"])
            items.append(Labelled(_item(RawItem(guid=row["id"], content=row["EventSnippet"], language="en")), topics))
    return LabelledSet("conflict-events", tuple(items), {name: topic["watch"] for name, topic in table.items()})


def wire_1987(data: Path) -> LabelledSet:
    """A newswire with its editors' subjects: title and first words."""
    watches = tomllib.loads((OWN / "wire-1987.toml").read_text(encoding="utf-8"))
    with (data / "topics" / "wire-1987-dev.jsonl").open(encoding="utf-8") as lines:
        subjects = {row["id"]: frozenset(row["topics"]) for row in map(json.loads, lines)}
    items = []
    with (data / "stories" / "wire-1987-dev.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["id"] in subjects:
                lead = " ".join(row["content"].split()[:WIRE_WORDS])
                raw = RawItem(guid=row["id"], title=row["title"], content=lead, language="en")
                items.append(Labelled(_item(raw), subjects[row["id"]] & watches.keys()))
    return LabelledSet("wire-1987", tuple(items), watches)


def _item(raw: RawItem) -> Item:
    return make_item(raw, FeedId("set"), EPOCH)


# Asking ---------------------------------------------------------------------------------------------------------------

Found = dict[str, set[int]]
"""For each topic, the numbers of the items that it matched."""


def shipped() -> Concepts:
    """Every concept of every pack that ships."""
    return Concepts(definition for path in available_packs().values() for definition in read_pack(path))


def bare_words(labelled: LabelledSet, concepts: Concepts) -> Found:
    """The watch's words and nothing else: all of them, stemmed, anywhere."""
    return _ask(
        labelled, [_compiled(Topic(TopicId(name), query=words), concepts) for name, words in _watches(labelled)]
    )


def watch(labelled: LabelledSet, concepts: Concepts) -> Found:
    """The watch as it is in a configuration that loads every pack."""
    return _ask(labelled, _watched(labelled, concepts), concepts)


def suggested(labelled: LabelledSet, concepts: Concepts) -> Found:
    """The watch after one sitting with its suggestions; each half is scored with what the other half taught."""
    found: Found = {name: set() for name in labelled.watches}
    halves = _halves(labelled)
    for shown, scored in (halves, reversed(halves)):
        known = {labelled.items[number].item.id: labelled.items[number].topics for number in shown}
        seen = [labelled.items[number].item for number in shown]
        topics = []
        for compiled in _watched(labelled, concepts):
            relevant = {one for one, topics_of in known.items() if compiled.topic.id in topics_of}
            shown_to_them = suggest(compiled, concepts, seen.copy).found
            accepted = [one.expression for one in shown_to_them if takes(one, relevant)]
            topics.append(_ready(widened(compiled, accepted, concepts)) if accepted else compiled)
        for name, numbers in _ask(labelled, topics, concepts, scored).items():
            found[name] |= numbers
    return found


def takes(suggestion: Suggestion, relevant: Collection[str]) -> bool:
    """Whether the reviewer takes a suggestion: at least two samples, and three in five of them, are about the topic."""
    right = sum(sample.id in relevant for sample in suggestion.samples)
    return right >= 2 and right * 5 >= len(suggestion.samples) * 3


CONDITIONS: dict[str, Callable[[LabelledSet, Concepts], Found]] = {
    "words alone": bare_words,
    "watch, all packs": watch,
    "and suggestions accepted": suggested,
}


def _watches(labelled: LabelledSet) -> Iterable[tuple[str, str]]:
    return labelled.watches.items()


def _watched(labelled: LabelledSet, concepts: Concepts) -> list[Compiled]:
    return [_compiled(Topic(TopicId(name), watch=words), concepts) for name, words in _watches(labelled)]


def _compiled(topic: Topic, concepts: Concepts) -> Compiled:
    return _ready(compile_topic(topic, concepts))


def _ready(compiled: object) -> Compiled:
    assert isinstance(compiled, Compiled), compiled
    return compiled


def _ask(
    labelled: LabelledSet,
    topics: Sequence[Compiled],
    concepts: Concepts | None = None,
    numbers: Iterable[int] | None = None,
) -> Found:
    index = TopicIndex(topics, concepts or Concepts())
    found: Found = {name: set() for name in labelled.watches}
    for number in range(len(labelled.items)) if numbers is None else numbers:
        for compiled in index.matching(labelled.items[number].item):
            found[compiled.topic.id].add(number)
    return found


def _halves(labelled: LabelledSet) -> tuple[list[int], list[int]]:
    """The items in two halves that depend on their texts alone."""
    halves: tuple[list[int], list[int]] = ([], [])
    for number, one in enumerate(labelled.items):
        halves[crc32(one.item.version.encode()) % 2].append(number)
    return halves


# Scoring --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Score:
    """One topic: items found rightly, found wrongly, and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of found items that are about the topic; 0 where nothing was found."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of the topic's items that were found."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True, slots=True)
class Figures:
    """Averages over topics, each topic counting the same."""

    precision: float
    recall: float
    f1: float


def about(labelled: LabelledSet, topic: str) -> set[int]:
    """The numbers of the items that are about a topic."""
    return {number for number, one in enumerate(labelled.items) if topic in one.topics}


def scores(labelled: LabelledSet, found: Found) -> dict[str, Score]:
    """Every topic compared with its labels."""
    table = {}
    for name in labelled.watches:
        wanted, got = about(labelled, name), found[name]
        table[name] = Score(len(wanted & got), len(got - wanted), len(wanted - got))
    return table


def macro(table: Mapping[str, Score]) -> Figures:
    """The averages over topics."""
    every, count = table.values(), len(table)
    return Figures(
        sum(one.precision for one in every) / count,
        sum(one.recall for one in every) / count,
        sum(one.f1 for one in every) / count,
    )


# Telling --------------------------------------------------------------------------------------------------------------


def load(name: str, data: Path) -> LabelledSet:
    """One set by its name. Raises FileNotFoundError where its texts are not on this machine."""
    match name:
        case "conflict-events":
            return conflict_events(data)
        case "wire-1987":
            return wire_1987(data)
        case _:
            half = name.removeprefix("own-")
            return own_set(half.removesuffix("-plain"), plain=half.endswith("-plain"))


def table(sets: Sequence[LabelledSet], concepts: Concepts, *, each: bool) -> str:
    """The figures of every set, asked in each way, as a Markdown table; with ``each``, one line a topic on stderr."""
    lines = ["| set | topics | items | asked with | precision | recall | F1 |", "| --- " * 7 + "|"]
    for labelled in sets:
        for condition, ask in CONDITIONS.items():
            found = ask(labelled, concepts)
            rows = scores(labelled, found)
            figures = macro(rows)
            lines.append(
                f"| {labelled.name} | {len(labelled.watches)} | {len(labelled.items):,} | {condition} "
                f"| {figures.precision:.2f} | {figures.recall:.2f} | {figures.f1:.2f} |"
            )
            if each:
                print(f"\n{labelled.name}: {condition}", *_each(labelled, found, rows), sep="\n", file=sys.stderr)
    return "\n".join(lines) + "\n"


def _each(labelled: LabelledSet, found: Found, rows: Mapping[str, Score]) -> Iterator[str]:
    for name, one in rows.items():
        yield (
            f"  {name:26} P {one.precision:.2f}  R {one.recall:.2f}  F1 {one.f1:.2f}"
            f"   right {one.right}, wrong {one.wrong}, missed {one.missed}"
        )
    for what in ("difficulty", "language"):
        kinds = [one.difficulty if what == "difficulty" else one.item.language for one in labelled.items]
        wanted: Counter[str] = Counter()
        right: Counter[str] = Counter()
        wrong: Counter[str] = Counter()
        for name in labelled.watches:
            meant = about(labelled, name)
            wanted.update(kinds[number] for number in meant)
            right.update(kinds[number] for number in meant & found[name])
            wrong.update(kinds[number] for number in found[name] - meant)
        if len(wanted) > 1:
            parts = (f"{kind} {right[kind]}/{wanted[kind]}, wrong {wrong[kind]}" for kind in sorted(wanted | wrong))
            yield f"  by {what}: {'; '.join(parts)}"


def failures(labelled: LabelledSet, topic: str, concepts: Concepts) -> Iterator[str]:
    """What the watch with all packs finds wrongly, with what it matched by, and what it misses."""
    got, wanted = watch(labelled, concepts)[topic], about(labelled, topic)
    index = TopicIndex([one for one in _watched(labelled, concepts) if one.topic.id == topic], concepts)
    for number in sorted(got - wanted):
        item = labelled.items[number].item
        by = ", ".join(index.match(item, read(item), None)[0].expressions)
        yield f"wrong   {_shown(labelled.items[number])}\n        by {by}"
    for number in sorted(wanted - got):
        yield f"missed  {_shown(labelled.items[number])}"


def _shown(one: Labelled) -> str:
    kind = f" [{one.difficulty}]" if one.difficulty else ""
    return f"{one.item.language}{kind} {one.item.title}\n        {one.item.summary or one.item.content[:400]}"


def _show_failures(sets: Sequence[LabelledSet], topic: str, *, held_out: bool) -> None:
    labelled = next((one for one in sets if topic in one.watches), None)
    if labelled is None:
        sys.exit(f"There is no topic {topic} in these sets. --each lists the topics.")
    if "held-out" in labelled.name and not held_out:
        sys.exit(f"{topic} is held out: reading its failures uses that half up. If you must, add --held-out.")
    print(*failures(labelled, topic, shipped()), sep="\n")


def main() -> None:
    """Print the table, or put it into the document that explains it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=DATA, help="folder of the labelled sets that are not ours")
    options.add_argument("--set", action="append", choices=SETS, help="only this set (may be repeated)")
    options.add_argument("--each", action="store_true", help="also one line a topic, on stderr")
    options.add_argument("--failures", metavar="TOPIC", help="list what the watch of one topic gets wrong, instead")
    options.add_argument("--held-out", action="store_true", help="let --failures show a topic that is held out")
    options.add_argument("--write", action="store_true", help=f"rewrite the table in {DOCUMENT.name}")
    given = options.parse_args()
    sets = []
    for name in given.set or SETS:
        try:
            sets.append(load(name, given.data))
        except FileNotFoundError as error:
            if given.write:
                sys.exit(f"{error.filename} is not there, and the table needs every set. Give its folder with --data.")
            print(f"{name} is left out: {error.filename} is not there", file=sys.stderr)
    if given.failures:
        _show_failures(sets, given.failures, held_out=given.held_out)
        return
    figures = table(sets, shipped(), each=given.each)
    if given.write:
        if given.set:
            sys.exit("--write rewrites the whole table: leave --set out.")
        before, start, rest = DOCUMENT.read_text(encoding="utf-8").partition(START)
        _, end, after = rest.partition(END)
        DOCUMENT.write_text(f"{before}{start}\n{figures}{end}{after}", encoding="utf-8")
    else:
        print(figures, end="")


if __name__ == "__main__":
    main()
