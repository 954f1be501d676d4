"""What was measured, as Markdown."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from measure import Measured
    from texts import Texts

GOAL_TEXTS, GOAL_EDIT_S, GOAL_LOAD_S, GOAL_WORST = 6_000, 0.001, 1.0, 10.0
OURS = ("matching", "match")
GOAL_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class Run:
    """One row's worth: kind of text (or the name of a worst case), topics, engine."""

    kind: str
    size: int
    engine: str
    measured: Measured

    @property
    def per_word(self) -> float:
        """Seconds a word."""
        return self.measured.seconds * self.measured.sampled / max(1, self.measured.words)

    @property
    def per_text(self) -> float:
        """Seconds a text."""
        return self.measured.seconds * self.measured.sampled / max(1, self.measured.items)

    @property
    def hits(self) -> float:
        """Hits a text."""
        return self.measured.hits * self.measured.sampled / max(1, self.measured.items)


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the document shows."""

    full: Texts
    short: Texts
    peers: dict[str, str]
    runs: list[Run]
    worst: list[Run]
    agreed: dict[str, tuple[int, int]]
    repeats: int
    wall_s: float

    def run(self, kind: str, size: int, engine: str) -> Run:
        return next(one for one in self.runs if (one.kind, one.size, one.engine) == (kind, size, engine))

    def sizes(self, kind: str) -> list[int]:
        return sorted({one.size for one in self.runs if one.kind == kind})


def document(figures: Figures) -> str:
    """Everything between the marks."""
    parts = [
        _circumstances(figures),
        "### Goals\n\n" + _goals(figures),
        *(_speed(figures, texts) for texts in (figures.full, figures.short) if figures.sizes(texts.kind)),
        "### Watches, with all packs\n\n" + _watches(figures),
        "### Loading and memory\n\n" + _loading(figures),
        "### Editing a topic\n\n" + _edits(figures),
        "### Worst cases\n\n" + _worst(figures),
        "### Agreement\n\n" + _agreement(figures),
    ]
    return "\n".join(parts)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _circumstances(figures: Figures) -> str:
    versions = ", ".join(
        f"{name} {number}" for name, number in figures.peers.items() if name != "re" and "," not in name
    )
    repeats = "once"
    if figures.repeats > 1:
        repeats = f"{figures.repeats} times (once at 100,000 topics), and the fastest counts"
    lines = []
    for texts in (figures.full, figures.short):
        for size in figures.sizes(texts.kind)[:1]:
            one = figures.run(texts.kind, size, "matching").measured
            words = f"{one.words / one.items:.0f} words each"
            lines.append(f"The {texts.kind} texts: {texts.source}, {one.items:,} measured, {words}.")
    lines.append(
        f"Python {platform.python_version()} on one core of: {_processor()}. {versions}."
        f" Each figure was measured {repeats}; all of it took {figures.wall_s / 60:.0f} minutes."
    )
    return "\n".join(lines) + "\n"


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def _goals(figures: Figures) -> str:
    ten = figures.run("full", GOAL_SIZE, "matching")
    ordinary, *others = figures.worst
    worst = max(others, key=lambda one: one.per_word)
    rate, ratio = 1 / ten.per_text, worst.per_word / ordinary.per_word
    edit = max(ten.measured.add_s[0], ten.measured.remove_s[0])
    slowest = max(ten.measured.add_s[1], ten.measured.remove_s[1])
    load = ten.measured.load_s
    rows = [
        ("full texts in a CPU second, at 10,000 topics", f"{GOAL_TEXTS:,}", f"{rate:,.0f}", rate >= GOAL_TEXTS),
        ("an edit, median", "1 ms", f"{edit * 1e3:.2f} ms", edit <= GOAL_EDIT_S),
        ("an edit, worst of 1,000", "1 ms", f"{slowest * 1e3:.2f} ms", slowest <= GOAL_EDIT_S),
        ("10,000 topics loaded", "1 s", f"{load:.2f} s", load <= GOAL_LOAD_S),
        ("worst case, a word", "10 times the ordinary", f"{ratio:.1f} times ({worst.kind})", ratio <= GOAL_WORST),
    ]
    return _table(
        ("", "goal", "measured", ""),
        [(what, goal, got, "met" if met else "**missed**") for what, goal, got, met in rows],
    )


def _speed(figures: Figures, texts: Texts) -> str:
    kind = texts.kind
    engines = [*OURS, *figures.peers]
    head = ("topics", "texts a CPU second", "decision", "the same texts again", "with hits and quotes", *figures.peers)
    rows = []
    for size in figures.sizes(kind):
        ours = figures.run(kind, size, "matching")
        again = ours.measured.again_s / ours.measured.seconds
        others = [_times(figures.run(kind, size, engine).per_word / ours.per_word) for engine in engines[1:]]
        rows.append((f"{size:,}", f"{1 / ours.per_text:,.0f}", "1", _times(again), *others))
    text = f"### Speed on {kind} texts: time a word, in units of Wirewatch's decision\n\n" + _table(head, rows)
    head = ("topics", "Wirewatch", *figures.peers)
    rows = []
    for size in figures.sizes(kind):
        cells = []
        for engine in ("matching", *figures.peers):
            one = figures.run(kind, size, engine)
            note = " (sample)" if one.measured.sampled > 1 else f" ({one.measured.items} texts)"
            cells.append(f"{one.hits:.2f}" + (note if one.measured.items < 100 or one.measured.sampled > 1 else ""))
        rows.append((f"{size:,}", *cells))
    return text + "\nHits a text:\n\n" + _table(head, rows)


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.1f}" if ratio >= 10 else f"{ratio:.2f}"


def _watches(figures: Figures) -> str:
    rows = []
    for size in figures.sizes("watch"):
        decision, shown = (figures.run("watch", size, engine) for engine in OURS)
        rows.append((
            f"{size:,}",
            f"{1 / decision.per_text:,.0f}",
            _times(shown.per_text / decision.per_text),
            f"{decision.hits:.1f}",
            f"{decision.measured.load_s:.2f} s",
            _megabytes(decision.measured.loaded_bytes),
        ))  # fmt: skip
    return _table(("topics", "full texts a CPU second", "with hits and quotes", "hits a text", "load", "memory"), rows)


def _loading(figures: Figures) -> str:
    engines = ["matching", *figures.peers]

    def rows(cell: Callable[[Run], str]) -> list[tuple[str, ...]]:
        sizes = figures.sizes("full")
        return [(f"{size:,}", *(cell(figures.run("full", size, engine)) for engine in engines)) for size in sizes]

    head = ("topics", "Wirewatch", *figures.peers)

    def seconds(one: Run) -> str:
        return f"{one.measured.load_s:.2f} s" if one.measured.sampled == 1 else "-"

    def memory(one: Run) -> str:
        if one.measured.sampled > 1:
            return "-"
        return f"{_megabytes(one.measured.loaded_bytes)}, {_megabytes(one.measured.streamed_bytes)}"

    return (
        "From the topics' texts to the first answer:\n\n"
        + _table(head, rows(seconds))
        + "\nMemory, when loaded and after the stream:\n\n"
        + _table(head, rows(memory))
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _edits(figures: Figures) -> str:
    rows = []
    for size in figures.sizes("full"):
        one = figures.run("full", size, "matching").measured
        rows.append((f"{size:,}", *(f"{seconds * 1e3:.3f} ms" for seconds in (*one.add_s, *one.remove_s))))
    return _table(("topics", "add, median", "add, worst of 1,000", "remove, median", "remove, worst"), rows)


def _worst(figures: Figures) -> str:
    ordinary = figures.worst[0]
    rows = [
        (
            one.kind,
            f"{one.size:,}",
            f"{one.per_word * 1e6:.2f} µs",
            f"{one.per_word / ordinary.per_word:.1f}",
            f"{one.hits:,.1f}",
            f"{one.measured.words / max(1, one.measured.items):,.0f}",
        )
        for one in figures.worst
    ]
    return _table(("case", "topics", "a word", "times the ordinary", "hits a text", "words a text"), rows)


def _agreement(figures: Figures) -> str:
    rows = [
        (name if name != "matching" else "Wirewatch", f"{hits:,}", f"{differences:,}" if name != "matching" else "")
        for name, (hits, differences) in figures.agreed.items()
    ]
    return _table(("engine", "hits", "differences from Wirewatch"), rows)
