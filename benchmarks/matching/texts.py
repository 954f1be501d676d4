"""The texts that are matched: full ones and short ones, each in two parts, one to learn words from and one to measure.

Real texts are read from the shared data folder beside the checkout, where there is one; they are no part of the
project. Anywhere else, texts are generated: words by Zipf's law, names that come back within a text, themes that stay.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from themes import THEMES

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "stories"
SHORT_WORDS = 30
FULL_WORDS = 380
MEASURED_MAX = 2_000
GENERATED = 800
_CONSONANTS, _VOWELS = "bcdfghklmnprstvz", "aeiou"

Text = tuple[str, str]
"""Title and content."""


@dataclass(frozen=True, slots=True)
class Texts:
    """One kind of text. Topics and warm-up take ``learned``; ``measured`` is new to everybody."""

    kind: str
    source: str
    learned: list[Text]
    measured: list[Text]


def full_texts(data: Path) -> Texts:
    """Whole texts, without titles."""
    path = data / "web-2014-dev.jsonl"
    if path.exists():
        return _parted("full", "web texts of 2014", [(row.get("title", ""), row["content"]) for row in _rows(path)])
    return _parted("full", "generated texts", [("", text) for text in generated(2 * GENERATED, FULL_WORDS)])


def short_texts(data: Path) -> Texts:
    """A title and the first words, as most feeds send them."""
    path = data / "wire-1987-dev.jsonl"
    if path.exists():
        rows = [(row["title"], " ".join(row["content"].split()[:SHORT_WORDS])) for row in _rows(path)]
        return _parted("short", "newswire of 1987", rows)
    texts = [text.split(". ", 1) for text in generated(4 * GENERATED, SHORT_WORDS + 10)]
    return _parted("short", "generated texts", [(text[0], text[-1]) for text in texts])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _parted(kind: str, source: str, texts: list[Text]) -> Texts:
    return Texts(kind, source, texts[::2][:MEASURED_MAX], texts[1::2][:MEASURED_MAX])


def invented(rng: Random, syllables: int) -> str:
    """A word that no language knows, and every reader can say."""
    return "".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(syllables)) + rng.choice("nrlskt")


def generated(count: int, words: int) -> Iterator[str]:
    """Texts of a made-up language with real words for events."""
    rng = Random(380)
    lexicon = list(dict.fromkeys(invented(rng, rng.choice((1, 2, 2, 3))) for _ in range(30_000)))
    names = list(dict.fromkeys(invented(rng, rng.choice((2, 3))).capitalize() for _ in range(4_000)))
    often = list(accumulate(1 / (rank + 3) for rank in range(len(lexicon))))
    known = list(accumulate(1 / (rank + 3) ** 0.9 for rank in range(len(names))))
    for _ in range(count):
        cast = rng.choices(names, cum_weights=known, k=6)
        topic = rng.choices(lexicon, k=25)
        theme = [term for term in rng.choice(THEMES) if "NEAR" not in term]
        pieces: list[str] = []
        written = 0
        while written < words:
            size = min(rng.randint(8, 25), words - written + 4)
            sentence = rng.choices(lexicon, cum_weights=often, k=size)
            for at in range(1, size):
                die = rng.random()
                if die < 0.06:
                    sentence[at] = rng.choice(cast)
                elif die < 0.14:
                    sentence[at] = rng.choice(topic)
                elif die < 0.17:
                    sentence[at] = rng.choice(theme)
            sentence[0] = sentence[0].capitalize()
            pieces.append(" ".join(sentence))
            written += size
        yield ". ".join(pieces) + "."
