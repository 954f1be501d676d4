"""Matching against what else one could install, and against its own goals: the tables of ``docs/benchmarks.md``.

    python benchmarks/matching/compare.py [--quick] [--write] [--data FOLDER]

Every figure is measured in a process of its own, by ``measure.py``; peers take turns with Wirewatch, so that a busy
machine is busy for all of them. Of repeated measurements the fastest counts.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from engines import PEERS, shipped
from measure import Job, Measured
from tables import Figures, Run, document
from texts import DATA, Text, Texts, full_texts, short_texts
from topic_sets import Slots, Vocabulary, topic_slots, watch_topics
from worst import Case, cases

if TYPE_CHECKING:
    from collections.abc import Iterable

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
START, END = "<!-- figures -->", "<!-- /figures -->"
EDITS = 1_000
PACKAGES = {"re": "", "google-re2": "google-re2", "tantivy, 200 at a time": "tantivy"}


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    sizes: tuple[int, ...]
    watched: tuple[int, ...]
    worst: int
    repeats: int
    budget_s: float
    warm_s: float
    items: int


FULL = Extent((1_000, 10_000, 100_000), (1_000, 10_000), 10_000, 3, 8.0, 2.0, 2_000)
QUICK = Extent((1_000, 10_000), (1_000,), 1_000, 1, 0.4, 0.5, 100)


class Bench:
    """Writes topics and texts into a folder, and starts the processes that measure them."""

    def __init__(self, folder: Path, extent: Extent) -> None:
        self._folder = folder
        self._extent = extent

    def topics(self, name: str, topics: Iterable[Slots | str], *, exact: bool = False) -> str:
        """Put topics into a file, as queries and, where they have them, as slots."""
        rows = [
            {"query": one, "slots": None}
            if isinstance(one, str)
            else {"query": one.query(exact=exact), "slots": asdict(one)}
            for one in topics
        ]
        return self._file(name, rows)

    def texts(self, name: str, learned: list[Text], measured: list[Text], edits: Iterable[str] = ()) -> str:
        """Put texts into a file, with the topics to add between them."""
        return self._file(name, {"learned": learned, "measured": measured[: self._extent.items], "edits": list(edits)})

    def _file(self, name: str, value: object) -> str:
        path = self._folder / f"{name.replace(' ', '-')}.json"
        path.write_text(json.dumps(value), encoding="utf-8")
        return str(path)

    def run(self, jobs: list[Job], repeats: int) -> list[Measured]:
        """Measure each job so many times, in turns, and keep its fastest. What fills its budget is measured once."""
        best: list[Measured | None] = [None] * len(jobs)
        for _ in range(repeats):
            for number, job in enumerate(jobs):
                before = best[number]
                if before is None or before.seconds < self._extent.budget_s:
                    best[number] = _faster(before, self._measure(job))
        return [one for one in best if one is not None]

    def _measure(self, job: Job) -> Measured:
        job = replace(job, budget_s=self._extent.budget_s, warm_s=self._extent.warm_s)
        print(f"{Path(job.topics).stem}, {Path(job.texts).stem}: {job.engine}", file=sys.stderr)
        ran = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("measure.py"))],
            input=json.dumps(asdict(job)),
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise SystemExit(f"measuring {job.engine} failed:\n{ran.stderr}")
        return Measured(**json.loads(ran.stdout))


def _faster(one: Measured | None, other: Measured) -> Measured:
    if one is None:
        return other
    quicker = min(one, other, key=lambda it: it.seconds / max(1, it.words))
    return replace(
        quicker,
        load_s=min(one.load_s, other.load_s),
        again_s=min(one.again_s / max(1, one.words), other.again_s / max(1, other.words)) * quicker.words,
        add_s=min(one.add_s, other.add_s),
        remove_s=min(one.remove_s, other.remove_s),
    )


def speeds(bench: Bench, texts: Texts, words: Vocabulary, extent: Extent, peers: list[str]) -> list[Run]:
    """Wirewatch and its peers at every size."""
    runs = []
    for size in extent.sizes:
        slots = topic_slots(size + EDITS, words)
        topics = bench.topics(f"{size} topics", slots[:size])
        stream = bench.texts(
            f"{texts.kind} texts {size}", texts.learned, texts.measured, (one.query() for one in slots[size:])
        )
        engines = ["matching", "match", *peers]
        jobs = [Job(one, topics, stream, edits=EDITS if one == "matching" else 0) for one in engines]
        repeats = extent.repeats if size <= 10_000 else 1
        measured = bench.run(jobs, repeats)
        runs += [Run(texts.kind, size, engine, one) for engine, one in zip(engines, measured, strict=True)]
    return runs


def watches(bench: Bench, texts: Texts, words: Vocabulary, extent: Extent) -> list[Run]:
    """Watches with all packs, as users write them."""
    concepts = shipped()
    names = [one.called[0] for one in concepts.definitions.values() if one.is_name and one.called]
    events = [one.called[0] for one in concepts.definitions.values() if not one.is_name and one.called]
    stream = bench.texts(f"{texts.kind} texts", texts.learned, texts.measured)
    runs = []
    for size in extent.watched:
        topics = bench.topics(f"{size} watches", watch_topics(size, words, names, events))
        jobs = [Job(engine, topics, stream, watch=True) for engine in ("matching", "match")]
        runs += [
            Run("watch", size, job.engine, one) for job, one in zip(jobs, bench.run(jobs, extent.repeats), strict=True)
        ]
    return runs


def worst_runs(bench: Bench, wanted: list[Case], learned: list[Text], repeats: int) -> list[Run]:
    """The worst cases, and first the ordinary one."""
    jobs = []
    for number, case in enumerate(wanted):
        topics = bench.topics(f"case {number}", case.queries)
        jobs.append(Job("matching", topics, bench.texts(f"case {number} texts", learned, case.texts)))
    measured = bench.run(jobs, repeats)
    return [Run(case.name, len(case.queries), "matching", one) for case, one in zip(wanted, measured, strict=True)]


def agreement(
    bench: Bench, texts: Texts, words: Vocabulary, folder: Path, peers: list[str]
) -> dict[str, tuple[int, int]]:
    """Hits of each peer, and on how many (topic, text) pairs it differs from Wirewatch.

    Topics of exact words without NEAR, and texts of letters and blanks: nothing is left that two readers of the rules
    could read differently, so each difference is somebody's mistake.
    """
    rng = Random(7)
    slots = [
        replace(
            one,
            required=(rng.choice(words.common),),
            near=None,
            group=tuple(term for term in one.group if isinstance(term, str)) or (rng.choice(words.common),),
        )
        for one in topic_slots(1_000, words)
    ]
    topics = bench.topics("exact topics", slots, exact=True)
    plain = [(_letters(title), _letters(content)) for title, content in texts.measured]
    stream = bench.texts("plain texts", [], plain)
    told: dict[str, set[tuple[int, int]]] = {}
    count = 0
    for engine in ("matching", *peers):
        path = folder / "answers.json"
        measured = bench.run([Job(engine, topics, stream, answers=str(path))], 1)[0]
        answers = json.loads(path.read_text(encoding="ascii"))
        count = measured.items if not count else min(count, measured.items)
        told[engine] = {(text, topic) for text, answer in enumerate(answers) for topic in answer}
    kept = {name: {pair for pair in pairs if pair[0] < count} for name, pairs in told.items()}
    return {name: (len(pairs), len(pairs ^ kept["matching"])) for name, pairs in kept.items()}


def _letters(text: str) -> str:
    return " ".join("".join(char if char.isascii() and char.isalpha() else " " for char in text).split())


def installed(peers: Iterable[str]) -> dict[str, str]:
    """The peers that are there, and their versions."""
    found = {}
    for peer in peers:
        package = PACKAGES.get(peer, peer)
        try:
            found[peer] = version(package) if package else platform.python_version()
        except PackageNotFoundError:
            print(f"{peer} is not installed and not measured: make benchmarks installs it", file=sys.stderr)
    return found


def main() -> None:
    """Measure, and print the tables or put them into the document."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=DATA, help="folder of the labelled sets")
    options.add_argument("--quick", action="store_true", help="under a minute: fewer sizes, items and repeats")
    options.add_argument("--write", action="store_true", help=f"rewrite the tables in {DOCUMENT.name}")
    given = options.parse_args()
    extent = QUICK if given.quick else FULL
    started = time.monotonic()
    peers = installed(PEERS)
    full, short = full_texts(given.data), short_texts(given.data)
    words = Vocabulary(full.learned)
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), extent)
        runs = speeds(bench, full, words, extent, list(peers))
        if not given.quick:
            runs += speeds(bench, short, Vocabulary(short.learned), extent, list(peers))
        runs += watches(bench, full, words, extent)
        wanted = cases(full, words, extent.worst)
        worst = worst_runs(bench, wanted, full.learned, extent.repeats)
        exact = [peer for peer in peers if not peer.startswith("tantivy")]
        agreed = agreement(bench, full, words, Path(name), exact)
    figures = Figures(full, short, peers, runs, worst, agreed, extent.repeats, time.monotonic() - started)
    text = document(figures)
    if given.write:
        before, start, rest = DOCUMENT.read_text(encoding="utf-8").partition(START)
        _, end, after = rest.partition(END)
        DOCUMENT.write_text(f"{before}{start}\n{text}{end}{after}", encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
