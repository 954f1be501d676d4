"""What nobody sends and somebody will: topics and texts that are made to cost the most."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from topic_sets import Vocabulary, topic_slots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from texts import Text, Texts

UGLY = 100  # topics of each ugly kind, among the ordinary ones
NAME = "Karvensk"
FEW = 200
LONG_WORDS = 50_000
ALPHABETS = {
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "Cyrillic": "абвгдежзийклмнопрстуфхцчшщыэюя",
    "Chinese": "".join(map(chr, range(0x4E00, 0x4E00 + 3_000))),
}


@dataclass(frozen=True, slots=True)
class Case:
    """Topics and texts, and what is asked of the reader's imagination."""

    name: str
    queries: list[str]
    texts: list[Text]


def cases(texts: Texts, words: Vocabulary, count: int) -> list[Case]:
    """Every worst case, each with about ``count`` topics. The first is the ordinary one that they are held against."""
    rng = Random(13)
    ordinary = [one.query() for one in topic_slots(count, words)]
    some = texts.measured[:FEW]
    named = [(title, f"{NAME} {content}") for title, content in some]
    long = " ".join(" ".join(content for _, content in texts.measured).split()[:LONG_WORDS])
    return [
        Case("ordinary", ordinary, texts.measured),
        Case(f"one name in {count:,} topics", _one_name(rng, words, count), named),
        Case("topics of common words only", _common(rng, words, count), some),
        Case(f"an item of {LONG_WORDS:,} words", ordinary, [("", long)]),
        Case("items of unseen words", ordinary, [("", _unseen(rng)) for _ in range(FEW)]),
        Case(f"{UGLY} ORs of 500 words", [*ordinary, *_long_ors(rng, words)], some),
        Case("one topic of 50 wildcards", [*ordinary, *_wildcards(rng, words)[:1]], some),
        Case(f"{UGLY} topics of 50 wildcards", [*ordinary, *_wildcards(rng, words)], some),
        Case(
            f"{UGLY} topics of 50 wildcards, unseen words",
            [*ordinary, *_wildcards(rng, words)],
            [("", _unseen(rng)) for _ in range(FEW)],
        ),
        Case(f"{UGLY} NEAR/100 of common words", [*ordinary, *_wide_nears(rng, words)], some),
        *(_foreign(rng, script, ordinary) for script in ALPHABETS),
    ]


def _one_name(rng: Random, words: Vocabulary, count: int) -> list[str]:
    return [f"{NAME} AND ({' OR '.join(rng.sample(words.words, 5))})" for _ in range(count)]


def _common(rng: Random, words: Vocabulary, count: int) -> list[str]:
    """Each word in every tenth text or more; not every text holds three of them and one of three others."""
    asked = (rng.sample(words.common, 6) for _ in range(count))
    return [f"{one} AND {two} AND {three} AND ({' OR '.join(rest)})" for one, two, three, *rest in asked]


def _unseen(rng: Random) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(rng.choices(letters, k=rng.randint(4, 10))) for _ in range(380))


def _long_ors(rng: Random, words: Vocabulary) -> list[str]:
    return [" OR ".join(rng.sample(words.words, 500)) for _ in range(UGLY)]


def _wildcards(rng: Random, words: Vocabulary) -> list[str]:
    patterns = [f"{word[:4]}*" for word in words.words] + [f"*{word[-5:]}" for word in words.words]
    patterns += [f"{word[:2]}*{word[-2:]}" for word in words.words]
    return [" OR ".join(rng.sample(patterns, 50)) for _ in range(UGLY)]


def _wide_nears(rng: Random, words: Vocabulary) -> list[str]:
    asked = (rng.sample(words.common, 2) for _ in range(UGLY))
    return [f"{one} NEAR/100 {other}" for one, other in asked]


def _foreign(rng: Random, script: str, ordinary: Sequence[str]) -> Case:
    """Made-up words by Zipf's law in another script, and topics that ask for some of them."""
    letters = ALPHABETS[script]
    wide = script == "Chinese"
    lexicon = [
        "".join(rng.choices(letters, k=rng.choice((1, 2, 2, 3) if wide else (3, 5, 6, 8)))) for _ in range(20_000)
    ]
    often = list(accumulate(1 / (rank + 3) for rank in range(len(lexicon))))

    def said(count: int) -> list[str]:
        return rng.choices(lexicon, cum_weights=often, k=count)

    stop, blank = ("。", "") if wide else (". ", " ")
    texts = [("", stop.join(blank.join(said(15)) for _ in range(25)) + stop) for _ in range(FEW)]
    queries = [f'"{one}" AND ("{two}" OR "{three}")' for one, two, three in (said(3) for _ in range(UGLY))]
    return Case(f"{script} text", [*ordinary, *queries], texts)
