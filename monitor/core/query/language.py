"""Which language an item is stemmed in: what its feed declares, unless the words say plainly otherwise."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from monitor.core.query.wordlists import ENDINGS, LETTERS, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.core.model import Item

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali",
    "nl": "dutch", "no": "norwegian", "nb": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""The languages that we stem: code to the stemmer's name."""

# How much of an item is looked at: the headline, and as much of the text as tells a language beyond doubt.
_TITLE_LOOKED_AT = 200
_BODY_LOOKED_AT = 160
# A word that one language alone has counts 60, one that two share 30 each, and so on; letters and endings count less.
# Whole numbers: their sum is the same in any order.
_WORD_WEIGHT, _LETTER_WEIGHT, _ENDING_WEIGHT = 60, 40, 30
_FEW_WORDS = 24  # fewer small words than that may leave a doubt, which endings clear up
_HOLDERS_MAX = 5  # what more languages have tells nothing
_ENOUGH = 70  # one word alone proves nothing
_AHEAD = 1.2
# What it takes to believe the words rather than the feed: many of them, and hardly one for what the feed says.
_PLAIN = 240
_PLAINLY_AHEAD = 6

# Most items are English. Words that no other language here has, or next to none: so many different ones settle it.
_ENGLISH = frozenset(
    (
        "the", "and", "with", "that", "from", "were", "which", "their", "they", "after", "said", "this", "been",
        "would", "about", "when", "who", "have", "had", "its", "where", "than", "could", "should", "while", "because",
    )
)  # fmt: skip
_ENGLISH_ENOUGH = 3

_KIN = frozenset(("da", "no", "sv"))  # better one of them than none
_FAMILY = {"nb": "no"}  # one language for the words, under two codes

Votes = tuple[tuple[str, int], ...]
"""Languages, each with what a sign says for it."""


def stemmed(tag: str) -> str:
    """The code in a language tag such as ``fr-CA``, where we stem that language; empty otherwise."""
    code = tag.split("-", 1)[0]
    return code if code in STEMMERS else ""


def language_of(item: Item) -> str:
    """The code of the language by which an item is stemmed; empty where nothing tells.

    Pure, and the only answer: items are laid out and matched by the same one. What the feed declares holds, if it is
    a language that we stem and the words do not plainly speak another (many sites declare the English of the software
    that they run on). Where nothing is declared the words decide, or nobody.
    """
    declared = stemmed(item.language)
    lowered = f"{item.title[:_TITLE_LOOKED_AT]} {item.body[:_BODY_LOOKED_AT]}".lower()
    if declared in ("", "en") and len(_ENGLISH.intersection(lowered.split())) >= _ENGLISH_ENOUGH:
        return "en"
    scores = _scores(lowered)
    if not scores:
        return declared
    score, code = max(zip(scores.values(), scores, strict=True))
    if code not in STEMMERS or code == declared:
        return declared
    if declared:
        known = scores.get(_FAMILY.get(declared, declared), 0)
        return code if score >= max(_PLAIN, _PLAINLY_AHEAD * known) else declared
    rival = max((other for one, other in scores.items() if one != code and not {code, one} <= _KIN), default=0)
    return code if score >= max(_ENOUGH, _AHEAD * rival) else ""


def _scores(lowered: str) -> dict[str, int]:
    """What speaks for each language, also for some that are not stemmed: they are not to be taken for others."""
    votes = _tables()
    # An apostrophe stays with the small word in front of it: l', d', qu'.
    words = lowered.replace("’", "'").replace("'", "' ").split()
    cast = list(filter(None, map(votes.words.get, words)))
    if not lowered.isascii():
        code = _by_script(words) if _NOT_LATIN.search(lowered) else None
        if code is not None:
            return {code: _PLAIN} if code else {}
        cast += filter(None, map(votes.letters.get, set(lowered)))
    if len(words) < _FEW_WORDS:
        long = [word for word in words if len(word) > 5]
        cast += filter(None, map(votes.endings.get, [word[-4:] for word in long]))
        cast += filter(None, map(votes.endings.get, [word[-3:] for word in long]))
    scores: defaultdict[str, int] = defaultdict(int)
    for one in cast:
        for code, weight in one:
            scores[code] += weight
    return scores


# Scripts --------------------------------------------------------------------------------------------------------------

_SCRIPTS = re.compile(
    "(?P<arabic>[\u0600-\u06ff])|(?P<cyrillic>[\u0400-\u04ff])|(?P<el>[\u0370-\u03ff\u1f00-\u1fff])"
    "|(?P<hy>[\u0530-\u058f])|(?P<hebrew>[\u0590-\u05ff])|(?P<devanagari>[\u0900-\u097f])|(?P<ta>[\u0b80-\u0bff])"
    "|(?P<other>[\u0980-\u0b7f\u0c00-\u1cff\u2e80-\ud7ff\uf900-\ufaff\uff66-\uffdc])"
)
_NOT_LATIN = re.compile("[\u0370-\u1cff\u1f00-\u1fff\u2e80-\ud7ff\uf900-\ufaff\uff66-\uffdc]")
_SCRIPT_WORDS = 24


def _by_script(words: list[str]) -> str | None:
    """The language of a text in a script of its own; empty: of none that we stem; None: Latin letters tell."""
    found = [str(letter.lastgroup) for word in words[:_SCRIPT_WORDS] if (letter := _SCRIPTS.search(word))]
    if len(found) * 2 < min(len(words), _SCRIPT_WORDS):
        return None
    script = max(sorted(set(found)), key=found.count)
    letters = frozenset("".join(words))
    match script:
        case "arabic":
            return _first(letters, (("ٹڈڑےںێۆەڕڵ", ""), ("پچژگیک", "fa")), "ar")
        case "cyrillic":
            return _first(letters, (("ѓќѕіїєўәөүқғңһ", ""), ("ђјљњћџ", "sr")), "ru")
        case "hebrew":
            return _first(letters, (("ױײװ", "yi"),), "")
        case "devanagari":
            votes = Counter(code for word in words for code, _ in _tables().words.get(word, ()))
            best = max(("hi", "ne", "-mr"), key=lambda code: votes[code])
            return best if best in STEMMERS and votes[best] else ""
        case "other":
            return ""
        case _:
            return script


def _first(letters: frozenset[str], signs: Iterable[tuple[str, str]], default: str) -> str:
    """The first language that has one of its signs among some letters."""
    return next((code for sign, code in signs if not letters.isdisjoint(sign)), default)


# Tables ---------------------------------------------------------------------------------------------------------------


class _Tables(NamedTuple):
    words: dict[str, Votes]
    letters: dict[str, Votes]
    endings: dict[str, Votes]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables(
        _shared({code: words.split() for code, words in WORDS.items()}, _WORD_WEIGHT),
        _shared(LETTERS, _LETTER_WEIGHT),
        _shared({code: endings.split() for code, endings in ENDINGS.items()}, _ENDING_WEIGHT),
    )


def _shared(signs: Mapping[str, Iterable[str]], weight: int) -> dict[str, Votes]:
    """Sign to the languages that have it, each with its share of the weight."""
    holders: dict[str, list[str]] = {}
    for code, some in signs.items():
        for sign in dict.fromkeys(some):
            holders.setdefault(sign, []).append(code)
    return {sign: tuple((code, weight // len(codes)) for code in codes) for sign, codes in holders.items()}
