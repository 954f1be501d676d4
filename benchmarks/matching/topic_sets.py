"""Topics as desks write them, by the thousand: who or where, and a group of words for what; the same from every seed.

One or two required names, AND one group of three to eight words and phrases. Of the topics, 15 % hold a NEAR inside the
group, 12 % a NOT, and a further 9 % a required NEAR. Names, words and pairs of words are those of the texts, names by
their frequency to the power of 0.75; a third of the names are cities, known ones and invented ones.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random
from typing import TYPE_CHECKING

from texts import invented
from themes import CITIES, THEMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from texts import Text

NEAR_DISTANCES = (3, 5, 8, 10)
_CITY, _INVENTED, _SECOND, _THEME = 0.35, 0.5, 0.55, 0.6
_SMALL = frozenset((
    "about", "above", "after", "again", "against", "also", "although", "among", "another", "because", "been",
    "before", "being", "below", "between", "both", "could", "does", "doing", "down", "during", "each", "even",
    "ever", "every", "from", "further", "have", "having", "here", "hers", "herself", "himself", "into", "itself",
    "just", "like", "made", "make", "many", "might", "more", "most", "much", "must", "myself", "near", "never",
    "nor", "only", "other", "ours", "over", "said", "same", "says", "shall", "should", "since", "some", "such",
    "than", "that", "the", "their", "theirs", "them", "themselves", "then", "there", "these", "they", "this",
    "those", "through", "under", "until", "upon", "very", "want", "was", "well", "were", "what", "when", "where",
    "which", "while", "whom", "will", "with", "within", "without", "would", "your", "yours", "yourself", "and",
    "but", "for", "not", "are", "his", "her", "its", "our", "who", "how", "has", "had", "you", "she", "him", "all",
    "any", "can", "may", "one", "two", "did", "too", "out", "off", "own", "per", "yet", "let", "via", "dlrs", "mln",
    "cts", "vs", "pct", "inc", "corp", "shr", "net", "billion", "million", "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "june", "july", "august",
    "september", "october", "november", "december",
))  # fmt: skip

Near = tuple[str, str, int]
Term = str | Near
"""A word, words in a row, or two words at most so many apart."""


@dataclass(frozen=True, slots=True)
class Slots:
    """A topic in parts, for engines that know no query language."""

    required: tuple[str, ...]
    near: Near | None
    group: tuple[Term, ...]
    excluded: str | None

    def query(self, *, exact: bool = False) -> str:
        """The topic in the watch language; ``exact``: every word in this form only."""
        parts = [_said(name, exact=exact) for name in self.required]
        if self.near is not None:
            parts.append(_said(self.near, exact=exact))
        if self.group:
            parts.append("(" + " OR ".join(_said(term, exact=exact) for term in self.group) + ")")
        text = " AND ".join(parts)
        return f"{text} NOT {_said(self.excluded, exact=exact)}" if self.excluded else text


def _said(term: Term, *, exact: bool) -> str:
    if isinstance(term, tuple):
        first, second, distance = term
        return f"({_said(first, exact=exact)} NEAR/{distance} {_said(second, exact=exact)})"
    mark = "=" if exact else ""
    return '"' + " ".join(f"{mark}{word}" for word in term.split()) + '"'


class Vocabulary:
    """What a part of the texts teaches: names, words of middling frequency, and pairs of words."""

    def __init__(self, texts: Sequence[Text]) -> None:
        seen: Counter[str] = Counter()
        capital: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        for title, content in texts:
            words = re.findall(r"[.!?\n]\s*|[A-Za-z]+", f"{title}\n{content}")
            inside = [one for before, one in pairwise(words) if before.isalpha() and one.isalpha()]
            seen.update({one.lower() for one in inside})
            capital.update({one.lower() for one in inside if one.istitle() and len(one) > 2})
            pairs.update({
                f"{one} {other}" for one, other in pairwise(words) if _telling(one) and _telling(other)
            })  # fmt: skip
        names = {word: times for word, times in capital.items() if times > 0.8 * seen[word] and word not in _SMALL}
        self.names = [word.capitalize() for word, times in sorted(names.items()) if times > 1]
        self.weights = [times**0.75 for word, times in sorted(names.items()) if times > 1]
        low, high = 0.003 * len(texts), 0.06 * len(texts)
        self.words = sorted(w for w, times in seen.items() if low <= times <= high and _telling(w) and w not in names)
        self.pairs = sorted(pair for pair, times in pairs.items() if times >= max(3, low))
        self.common = [word for word, _ in seen.most_common(600) if _telling(word) and word not in names][:200]


def _telling(word: str) -> bool:
    return len(word) > 3 and word.isalpha() and word.islower() and word not in _SMALL


def topic_slots(count: int, words: Vocabulary, seed: int = 1) -> list[Slots]:
    """So many topics. A larger set begins with the smaller one."""
    rng = Random(seed)
    weights = list(accumulate(words.weights))
    elsewhere = [invented(rng, rng.choice((2, 3))).capitalize() for _ in range(2_000)]
    return [_topic(rng, words, weights, elsewhere) for _ in range(count)]


def _topic(rng: Random, words: Vocabulary, weights: Sequence[float], elsewhere: Sequence[str]) -> Slots:
    names = []
    for _ in range(2 if rng.random() < _SECOND else 1):
        if rng.random() < _CITY:
            names.append(rng.choice(elsewhere if rng.random() < _INVENTED else CITIES))
        else:
            names.append(rng.choices(words.names, cum_weights=weights)[0])
    theme = rng.choice(THEMES)
    group: list[Term] = [
        rng.choice(theme) if rng.random() < _THEME else rng.choice(words.pairs if rng.random() < 0.4 else words.words)
        for _ in range(rng.randint(3, 8))
    ]
    near, excluded, die = None, None, rng.random()
    if die < 0.15:
        group[0] = (rng.choice(words.words), rng.choice(words.words), rng.choice(NEAR_DISTANCES))
    elif die < 0.27:
        excluded = rng.choice(words.words)
    elif die < 0.36:
        near = (names[-1], rng.choice(words.words), rng.choice((8, 10)))
    return Slots(tuple(dict.fromkeys(names)), near, tuple(dict.fromkeys(group)), excluded)


def watch_topics(
    count: int, words: Vocabulary, names: Iterable[str], events: Sequence[str], seed: int = 2
) -> list[str]:
    """Watches as people say them: a name, of the packs or of the texts, and the word for an event that a pack knows."""
    rng = Random(seed)
    known = list(names)
    weights = list(accumulate(words.weights))
    told: dict[str, None] = {}
    while len(told) < count:
        die = rng.random()
        if die < 0.3:
            name = rng.choice(known)
        elif die < 0.4:
            name = rng.choice(CITIES)
        elif die < 0.8:
            name = rng.choices(words.names, cum_weights=weights)[0]
        else:
            name = invented(rng, rng.choice((2, 3))).capitalize()
        told[f"{name} {rng.choice(events)}"] = None
    return list(told)
