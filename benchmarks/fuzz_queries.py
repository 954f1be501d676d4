"""Try the watch language with texts that nobody wrote, for as long as you like.

    python benchmarks/fuzz_queries.py [--seconds 60] [--seed N]

Parses made-up queries, mangled ones, floods of one piece and random characters. Each must give a tree that prints back
as itself, in one line and in several, or a problem that lies inside the text and says what to do. Then the same text is
converted as if it came from another program: a query that is ours must come out, or a note that says why not. Nothing
may raise. The suite has short forms of its own (tests/core/test_query_parse.py, test_convert.py).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from dataclasses import dataclass, field

from monitor.core.model import LIMITS
from monitor.core.query.convert.convert import convert
from monitor.core.query.convert.dialect import Dialect
from monitor.core.query.format import format_lines, format_query
from monitor.core.query.parse import parse
from monitor.core.query.tree import QueryProblem, requires_something

ROWS = r"""
aleppo truce Ḥalab 停火 هدنة U.S. Assad's 1,500 8:30 9/11 de-escalation ' ’ ( ) (( )) [ ] { } " “ a b
"halt_in_air_strikes" “a_b” "a_b"~3 "a*b_c" AND OR NOT and or not && || | ! - + , ; : = ~ ~1 ~0.8 ^2 * ?
NEAR NEAR/5 ONEAR/8 near3 ADJ adj2 PRE/1 W/5 w/s W/P /p /5 /n5/ /F50/ same AROUND(3) ATLEAST/3( atleast5 2_OF_(
wom?n cease* *fire *a*b* =Strikes cs:NATO cs( CAPS( PLURAL( @ceasefire @ title: title:( lead: hd= rst= feed: tag:
lang: link: site: intitle: allintitle: headline( HLEAD( $3 earn$2 recycl! \ / // [a_TO_b] {x} NEAR/0f raw: % # $
wc>5 length(5) date_from_1_to_2 *:* _exists_:a /re/ ~5
"""
PIECES = (*(piece.replace("_", " ") for piece in ROWS.split()), "\x00", "\u200b", "\ufeff", "\u0301", "😀", "\ud800")
WORDS = ("aleppo", "truce", "cease*", "=Strikes", "cs:NATO", "@ceasefire", '"air strike"', '"a b"~4', "mosul~1", "停火")
FORMS = (
    "{} AND {}", "{} {}", "{} OR {}", "({} OR {})", "({} AND {})", "{} AND NOT {}", "{} NEAR/5 {}", "{} NOT ONEAR/8 {}",
    "title:({} {})", "2 OF ({}, {})", "ATLEAST/2({} OR {})", "NOT ({} {})", "lead:{} {}",
)  # fmt: skip


@dataclass
class Tally:
    """What a run saw."""

    tried: int = 0
    parsed: int = 0
    refused: int = 0
    converted: int = 0
    slowest: list[tuple[float, str]] = field(default_factory=list)

    def note(self, seconds: float, text: str) -> None:
        self.tried += 1
        self.slowest = sorted([*self.slowest, (seconds, text)], reverse=True)[:5]


def query_of(chance: random.Random, depth: int) -> str:
    """Something that is mostly a query."""
    if depth == 0 or chance.random() < 0.2:
        return chance.choice(WORDS)
    return chance.choice(FORMS).format(query_of(chance, depth - 1), query_of(chance, depth - 1))


def text_of(chance: random.Random) -> str:
    """One text: a query, pieces in a row, a flood, a mangled query, or any characters at all."""
    kind = chance.random()
    if kind < 0.3:
        return query_of(chance, chance.randint(0, 6))
    if kind < 0.6:
        return chance.choice(["", " ", " ", " "]).join(chance.choices(PIECES, k=chance.randint(1, 40)))
    if kind < 0.63:
        piece = "".join(chance.choices(PIECES, k=chance.randint(1, 3))) + chance.choice(["", " "])
        return (piece * LIMITS.query_max)[: chance.randint(1, LIMITS.query_max)]
    if kind < 0.9:
        text = query_of(chance, 4)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(["", *PIECES]) + text[at + chance.randint(0, 2) :]
        return text
    size = chance.randint(0, 80)
    return "".join(chr(chance.choice([chance.randrange(128), chance.randrange(0x3000)])) for _ in range(size))


def check(text: str, tally: Tally) -> None:
    """One text through the parser, the printer and back."""
    found = parse(text)
    if isinstance(found, QueryProblem):
        tally.refused += 1
        assert 0 <= found.start <= found.end <= len(text), "the problem lies outside the text"
        assert found.message, "the problem says nothing"
        assert found.help, "the problem does not say what to do"
        return
    tally.parsed += 1
    assert requires_something(found), "nothing is required"
    for printed in (format_query(found), format_lines(found, 40)):
        if len(printed) <= LIMITS.query_max:
            assert parse(printed) == found, "it does not print back as itself"


def check_conversion(text: str, dialect: Dialect, tally: Tally) -> None:
    """The same text as if it came from another program."""
    found = convert(text, dialect)
    if found.query:
        tally.converted += 1
        tree = parse(found.query)
        assert not isinstance(tree, QueryProblem), f"the converted query is refused: {tree.message}"
        assert format_query(tree) == found.query, "the converted query is not canonical"
    assert found.query or not found.complete, "nothing came out, and nobody said so"
    for note in found.notes:
        assert 0 <= note.start <= note.end <= len(text), "the note lies outside the text"
        assert note.message, "the note says nothing"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=None)
    chosen = options.parse_args()
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    tally = Tally()
    end = time.monotonic() + chosen.seconds
    text, dialect = "", Dialect.LUCENE
    try:
        while time.monotonic() < end:
            text, dialect = text_of(chance), chance.choice(list(Dialect))
            started = time.process_time()
            check(text, tally)
            check_conversion(text, dialect, tally)
            tally.note(time.process_time() - started, text)
    except Exception:
        print(
            f"after {tally.tried:,} texts of --seed {seed} this fails, from {dialect}:\n{text[:500]!r}", file=sys.stderr
        )
        raise
    print(f"{tally.tried:,} texts tried (--seed {seed}): {tally.parsed:,} are queries, {tally.refused:,} are refused, "
          f"{tally.converted:,} convert from another language.\nNone raised, and every query prints back.")  # fmt: skip
    for seconds, slow in tally.slowest:
        print(f"  {seconds * 1000:7.1f} ms  {len(slow):>6,} characters  {slow[:50]!r}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
