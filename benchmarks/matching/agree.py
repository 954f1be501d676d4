"""The index against the plain evaluator: random topics, items and edits, compared one by one.

    python benchmarks/matching/agree.py [--comparisons N] [--seed S] [--round R]

A comparison is one topic asked of one item both ways: by ``TopicIndex.matching`` and by ``Evaluator.find``. Every
eighth item is also matched with its hits, and the evidence compared. The first disagreement is made small, printed, and
ends the run with exit code 1; ``--seed S --round R`` plays its round once more.
"""

from __future__ import annotations

import argparse
import sys
import time
from itertools import count
from random import Random

from rounds import Add, Ask, Disagreement, Round, Tally, make_round, play
from shrink import shrink

SHOWN = 20


def main() -> int:
    """Play rounds until enough was compared, or a disagreement was found."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--comparisons", type=int, default=200_000, help="how many at least (default 200,000)")
    options.add_argument("--seed", default="1", help="another seed, other rounds (default 1)")
    options.add_argument("--round", type=int, help="only this round of the seed")
    given = options.parse_args()
    tally = Tally()
    rounds = count() if given.round is None else [given.round]
    told = 0
    for number in rounds:
        wanted = make_round(Random(f"{given.seed}:{number}"))
        found = play(wanted, tally)
        if found is not None:
            print(f"--seed {given.seed} --round {number}, after {tally.comparisons:,} comparisons:")
            print(_shown(*shrink(wanted, found)))
            return 1
        if tally.comparisons >= given.comparisons:
            break
        if tally.comparisons - told >= 100_000:
            told = tally.comparisons
            print(f"{told:,} comparisons, {tally.matched / told:.1%} matched", file=sys.stderr)
    kinds = ", ".join(f"{name} {times:,}" for name, times in tally.kinds.most_common())
    print(
        f"{tally.comparisons:,} comparisons of {tally.items:,} items, {tally.edits:,} edits between them:"
        f" no disagreement in {time.process_time():.0f} s.\n"
        f"{tally.matched / max(1, tally.comparisons):.1%} matched, by the outermost operator: {kinds}.\n"
        f"{tally.explained:,} matches were compared with their hits and quotes."
    )
    return 0


def _shown(wanted: Round, found: Disagreement) -> str:
    lines = [found.text, *(["Its tables of words are made small, and fill up."] if wanted.small_tables else []), ""]
    lines.extend(
        f"concept {defined.name} = {list(defined.expressions)}" for defined in wanted.definitions if defined.expressions
    )
    for one in wanted.topics[:SHOWN]:
        mark = " <- this one" if one.id == found.topic else ""
        lines.append(f"topic {one.id}: {one.watch or one.query!r} feeds {list(one.feeds)}{mark}")
    lines.extend(f"… and {len(wanted.topics) - SHOWN} more topics" for _ in wanted.topics[SHOWN : SHOWN + 1])
    for step in wanted.steps[-SHOWN:]:
        if isinstance(step, Ask):
            lines.append(f"ask {step.told}")
        elif isinstance(step, Add):
            lines.append(f"add {step.topic.id}: {step.topic.watch or step.topic.query!r}")
        else:
            lines.append(f"remove {step.id}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
