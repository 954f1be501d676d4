"""Random topics and concepts over the words of ``random_items``: every operator, nested as deep as people nest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from random_items import FEEDS, FOREIGN, INFLECTED, ODD, RUNS, TAGS, WORDS

from monitor.core.model import Topic, TopicId
from monitor.core.query.compile import Compiled, compile_topic
from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.format import format_query
from monitor.core.query.parse import parse
from monitor.core.query.tree import (
    FIELDS,
    And,
    AtLeast,
    Concept,
    Everything,
    In,
    Mode,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    QueryProblem,
    SomeOf,
    Word,
    requires_something,
)

if TYPE_CHECKING:
    from random import Random

TEXTS = ("title", "lead", "summary", "content")
NAMES = ("ceasefire", "strikes", "free-passage", "aleppo", "x_1", "nobody")
# What a query can say as one word.
SAID = tuple(word for word in WORDS + INFLECTED + FOREIGN + ODD if any(map(str.isalnum, word)) and " " not in word)
CASED = ("NATO", "U.S.", "IS", "is", "US", "Isis", "Halt", "Aleppo", "Assad", "STRASSE", "停", "İstanbul", "هدنة")
PATTERNS = (
    "ceasefir*", "mos*l", "*rike*", "a*o", "hal*", "*ing", "de*tion", "str*", "*uce", "tr*s", "هد*", "пере*", "al*p*",
    "هُدن*", "trê*", "1*00", "ﬁr*", "İst*",
)  # fmt: skip
FUZZY = ("mosul", "truce", "halt", "Alepo", "siege", "هدنه", "trève", "is", "nato")
DISTANCES = (1, 1, 2, 3, 5, 5, 8, 10, 14, 15, 24, 33, 100, 1_000)


class Queries:
    """Makes trees that ``parse`` would make, from one source of chance."""

    def __init__(self, rng: Random, concepts: tuple[str, ...]) -> None:
        self._rng = rng
        self._concepts = concepts

    def tree(self, depth: int = 3) -> Node:
        """Any query, also one that only excludes."""
        rng = self._rng
        die = rng.random()
        if depth == 0 or die < 0.25:
            return self.placed(min(depth, 2))
        if die < 0.50:
            return And(tuple(self.tree(depth - 1) for _ in range(rng.choice((2, 2, 2, 3)))))
        if die < 0.62:
            return Or(tuple(self.tree(depth - 1) for _ in range(rng.choice((2, 2, 3, 5)))))
        if die < 0.72:
            return And((self.tree(depth - 1), Not(self.tree(depth - 1))))
        if die < 0.75:
            return Not(self.tree(depth - 1))
        if die < 0.83:
            return In(rng.choice(FIELDS if rng.random() < 0.5 else TEXTS), self.tree(depth - 1))
        if die < 0.90:
            nodes = tuple(self.tree(depth - 1) for _ in range(rng.choice((1, 2, 3, 4))))
            return SomeOf(rng.randint(1, len(nodes)), nodes)
        if die < 0.97:
            return AtLeast(rng.choice((1, 2, 2, 3, 5)), self.placed(2))
        return Everything()

    def placed(self, depth: int) -> Node:
        """What stands somewhere in a text, and so can be near something."""
        rng = self._rng
        die = rng.random()
        if depth == 0 or die < 0.45:
            return self._leaf()
        if die < 0.62:
            return Or(tuple(self.placed(depth - 1) for _ in range(rng.choice((2, 3, 4)))))
        if die < 0.70:
            return In(rng.choice(TEXTS), self.placed(depth - 1))
        left, right = self.placed(depth - 1), self.placed(depth - 1)
        return Near(left, right, rng.choice(DISTANCES), rng.random() < 0.35, rng.random() < 0.2)

    def _leaf(self) -> Node:
        rng = self._rng
        die = rng.random()
        if die < 0.48:
            return self._word(rng.choice(WORDS if rng.random() < 0.6 else SAID))
        if die < 0.56:
            return Word(rng.choice(CASED), Mode.CASE)
        if die < 0.63:
            return Word(rng.choice(PATTERNS), rng.choice((Mode.STEM, Mode.EXACT)))
        if die < 0.68:
            return Word(rng.choice(FUZZY), Mode.STEM, rng.choice((1, 1, 2)))
        if die < 0.88 or not self._concepts:
            return self._phrase()
        return Concept(rng.choice(self._concepts))

    def _word(self, text: str) -> Word:
        return Word(text, Mode.EXACT if self._rng.random() < 0.15 else Mode.STEM)

    def _phrase(self) -> Node:
        rng = self._rng
        if rng.random() < 0.75:
            pieces = rng.choice(RUNS).split()
            if len(pieces) > 1:
                size = rng.randint(2, min(4, len(pieces)))
                first = rng.randint(0, len(pieces) - size)
                pieces = pieces[first : first + size]
        else:
            pieces = rng.choices(WORDS + INFLECTED, k=rng.choice((2, 2, 3)))
        words = [self._word(piece) for piece in pieces]
        if rng.random() < 0.12:
            words[rng.randrange(len(words))] = Word(rng.choice(PATTERNS))
        slop = rng.choice((1, 2, 5, 8, 30)) if rng.random() < 0.3 else None
        if slop is not None:
            rng.shuffle(words)
        return Phrase(tuple(words), slop) if len(words) > 1 else words[0]


def definitions(rng: Random) -> tuple[Definition, ...]:
    """Concepts that stand on those before them. The last has no expression."""
    made: list[Definition] = []
    for number, name in enumerate(NAMES):
        queries = Queries(rng, NAMES[:number])
        wanted = 0 if name == NAMES[-1] else rng.choice((1, 2, 4, 7))
        trees = [queries.placed(2) if rng.random() < 0.85 else queries.tree(2) for _ in range(wanted)]
        expressions = (format_query(tree) for tree in trees if requires_something(tree))
        kept = tuple(one for one in expressions if not isinstance(parse(one), QueryProblem))
        made.append(Definition(name, (name,), kept, is_name=name == "aleppo"))
    return tuple(made)


def topic(rng: Random, name: str, concepts: Concepts) -> Compiled | None:
    """One topic that compiles; None where chance made a query that the language refuses."""
    feeds: tuple[str, ...] = ()
    if rng.random() < 0.15:
        feeds = tuple(rng.sample((*FEEDS, *(f"tag:{tag}" for tag in TAGS)), 2))
    if rng.random() < 0.1:
        words = " ".join(rng.sample(NAMES[:5] + WORDS, rng.choice((1, 2, 2, 3))))
        made = compile_topic(Topic(TopicId(name), watch=words, feeds=feeds), concepts)
    else:
        tree = Queries(rng, NAMES).tree()
        if not requires_something(tree):
            return None
        made = compile_topic(Topic(TopicId(name), query=format_query(tree), feeds=feeds), concepts)
    return None if isinstance(made, QueryProblem) else made
