"""How well copies are told from news: precision, recall and F1 of "same text" decisions, in stream order.

    python benchmarks/story_quality.py [--data FOLDER] [--errors N] [--write]

Each item is placed against what came before it, by the same code as the daemon's (``core.replay``). A hit is a copy or
an update whose nearest item tells the same text. "Silent" counts first reports that were held as copies: news lost
without a word. The labelled sets are read from the shared data folder, which lies beside the checkout; they are no part
of it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.core.model import PollPolicy
from monitor.core.query.concepts import Concepts
from monitor.core.query.index import TopicIndex
from monitor.core.replay import Recorded, Replay, ReplayLine, recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "stories"
SETS = ("edits-dev", "wire-1987-dev", "web-2014-dev")
SHORT_WORDS = 30
DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "stories.md"
START, END = "<!-- figures -->", "<!-- /figures -->"


@dataclass
class Score:
    """Counts over one set; ``errors`` holds (what, item, nearest) for reading."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    silent: int = 0
    firsts: int = 0
    items: int = 0
    errors: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of same-text decisions that are right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of same-text items that were found."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)


def rows(path: Path, cut: str) -> Iterator[dict[str, Any]]:
    """The items of a set; ``cut``: none, all, or half of them to a title and thirty words."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            if cut == "all" or (cut == "half" and number % 2):
                row["content"] = " ".join(row["content"].split()[:SHORT_WORDS])
            yield row


def same_text(line: ReplayLine, nearest: dict[str, Any] | None, row: dict[str, Any]) -> bool | None:
    """Whether a copy or update was decided, and rightly so; None: nothing was, or the pair is left undecided."""
    evidence = line.verdict.evidence
    joined = nearest is not None and line.verdict.story == evidence.nearest.story if evidence.nearest else False
    if not joined or nearest is None:
        return None
    if row["group"] == nearest["group"]:
        return True
    undecided = nearest["id"] in row.get("ignore", ()) or row["id"] in nearest.get("ignore", ())
    return None if undecided else False


def measure(path: Path, cut: str) -> Score:
    """Place a whole set and compare with its labels."""
    score = Score()
    player = Replay(TopicIndex((), Concepts()), (), PollPolicy(), place_all=True)
    by_item: dict[str, dict[str, Any]] = {}
    groups: dict[str, list[str]] = defaultdict(list)
    for row in rows(path, cut):
        one = recorded({name: value for name, value in row.items() if name not in ("group", "ignore", "kind")})
        assert isinstance(one, Recorded), one
        (line,) = player.play(one)
        evidence = line.verdict.evidence
        nearest = by_item.get(evidence.nearest.item) if evidence.nearest else None
        _count(score, line, nearest, row, known=bool(groups[row["group"]]))
        by_item[line.item.id] = row
        groups[row["group"]].append(row["id"])
    return score


def _count(score: Score, line: ReplayLine, nearest: dict[str, Any] | None, row: dict[str, Any], *, known: bool) -> None:
    verdict = same_text(line, nearest, row)
    score.items += 1
    score.firsts += not known
    if verdict is True:
        score.right += 1
    elif verdict is False:
        score.wrong += 1
        score.errors.append(("wrong", row["id"], nearest["id"] if nearest else ""))
        score.silent += line.verdict.evidence.told >= 0.82 and not line.verdict.evidence.changes and not known
        score.missed += known
    elif known:
        score.missed += 1
        score.errors.append(("missed", row["id"], ""))


def table(data: Path, errors: int) -> str:
    """The figures of every set as a Markdown table; errors go to stderr."""
    lines = [
        "| set | texts | items | precision | recall | F1 | silent per 10,000 first reports |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name in SETS:
        for cut, words in (("none", "whole"), ("half", "half of them cut"), ("all", "all cut")):
            score = measure(data / f"{name}.jsonl", cut)
            lines.append(
                f"| {name} | {words} | {score.items:,} | {score.precision:.3f} | {score.recall:.3f} | {score.f1:.3f} "
                f"| {score.silent / max(1, score.firsts) * 10_000:.1f} |"
            )
            for what, item, other in score.errors[:errors]:
                print(f"{name}, {words}: {what}: {item} {other}", file=sys.stderr)
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table, or put it into the document that explains it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=DATA, help="folder of the labelled sets")
    options.add_argument("--errors", type=int, default=0, help="list that many errors of each set")
    options.add_argument("--write", action="store_true", help=f"rewrite the table in {DOCUMENT.name}")
    given = options.parse_args()
    figures = table(given.data, given.errors)
    if given.write:
        before, start, rest = DOCUMENT.read_text(encoding="utf-8").partition(START)
        _, end, after = rest.partition(END)
        DOCUMENT.write_text(f"{before}{start}\n{figures}{end}{after}", encoding="utf-8")
    else:
        print(figures, end="")


if __name__ == "__main__":
    main()
