"""Making a message fit its limit: what matters least is cut first, between whole characters, and every cut is counted.

Only texts and lists that a feed, a query or many names can blow up are cut. Ids, the link, times and numbers never are:
half a link leads somewhere else.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.message import Message


def json_bytes(value: object) -> bytes:
    """Compact JSON in UTF-8: news in any script costs what it weighs, not six bytes a letter."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Caps:
    """What is left of each field once it has to be cut. Texts in bytes of JSON, lists in elements."""

    query: int
    also: int
    hits: int
    term: int
    changes: int
    sentence: int
    snippet: int
    name: int
    headline: int


_ROOMY = _Caps(
    query=2_000, also=20, hits=8, term=300, changes=10, sentence=1_000, snippet=1_000, name=300, headline=2_000
)
_TIGHT = _Caps(query=200, also=3, hits=2, term=100, changes=3, sentence=300, snippet=300, name=100, headline=500)


def fit(message: Message, weigh: Callable[[Message], int], bytes_max: int) -> Message:
    """Cut ``message`` until ``weigh`` finds it at most ``bytes_max`` heavy; its ``cut`` counts the characters left out.

    Field by field, the least needed first, and no further than necessary. The second round begins anew, so that
    nothing is counted twice, and is tight enough for the longest link that there can be.
    """
    if weigh(message) <= bytes_max:
        return message
    for caps in (_ROOMY, _TIGHT):
        shorter = message
        for step in _STEPS:
            shorter = step(shorter, caps)
            if weigh(shorter) <= bytes_max:
                return shorter
    raise ValueError(f"alert {message.id} does not fit {bytes_max} bytes even when everything is cut")


def _query(message: Message, caps: _Caps) -> Message:
    query, lost = _cut(message.query, caps.query)
    return replace(message, query=query, cut=message.cut + lost)


def _also(message: Message, caps: _Caps) -> Message:
    names, lost = _cut_each(message.also[: caps.also], caps.name)
    return replace(message, also=names, cut=message.cut + lost + sum(map(len, message.also[caps.also :])))


def _hits(message: Message, caps: _Caps) -> Message:
    kept = message.hits[: caps.hits]
    terms, lost = _cut_each(tuple(hit.term for hit in kept), caps.term)
    hits = tuple(replace(hit, term=term) for hit, term in zip(kept, terms, strict=True))
    dropped = sum(len(hit.term) for hit in message.hits[caps.hits :])
    return replace(message, hits=hits, cut=message.cut + lost + dropped)


def _changes(message: Message, caps: _Caps) -> Message:
    changes, lost = _cut_each(message.changes[: caps.changes], caps.name)
    dropped = sum(map(len, message.changes[caps.changes :]))
    return replace(message, changes=changes, cut=message.cut + lost + dropped)


def _sentence(message: Message, caps: _Caps) -> Message:
    sentence, lost = _cut(message.sentence, caps.sentence)
    return replace(message, sentence=sentence, cut=message.cut + lost)


def _snippet(message: Message, caps: _Caps) -> Message:
    snippet, lost = _cut(message.snippet, caps.snippet)
    whole = len(snippet) - 1 if lost else len(snippet)
    marks = tuple(mark for mark in message.marks if mark[1] <= whole)
    return replace(message, snippet=snippet, marks=marks, cut=message.cut + lost)


def _feed_name(message: Message, caps: _Caps) -> Message:
    name, lost = _cut(message.feed_name, caps.name)
    return replace(message, feed_name=name, cut=message.cut + lost)


def _headline(message: Message, caps: _Caps) -> Message:
    headline, lost = _cut(message.headline, caps.headline)
    return replace(message, headline=headline, cut=message.cut + lost)


_STEPS = (_query, _also, _hits, _changes, _sentence, _snippet, _feed_name, _headline)


def _cut_each(texts: tuple[str, ...], bytes_max: int) -> tuple[tuple[str, ...], int]:
    pairs = [_cut(text, bytes_max) for text in texts]
    return tuple(text for text, _ in pairs), sum(lost for _, lost in pairs)


def _cut(text: str, bytes_max: int) -> tuple[str, int]:
    """The text as short as asked, and how many of its characters are gone."""
    short = cut_text(text, bytes_max)
    return short, 0 if short == text else len(text) - (len(short) - 1)


# Cutting one text -----------------------------------------------------------------------------------------------------


def cut_text(text: str, bytes_max: int) -> str:
    """The longest beginning that ends between whole characters and weighs, with its ellipsis, at most ``bytes_max``."""
    if _weight(text) <= bytes_max:
        return text
    keep = 0
    used = _weight("…")
    for index, char in enumerate(text):
        if is_border(text, index):
            keep = index
        used += _weight(char)
        if used > bytes_max:
            break
    return text[:keep].rstrip() + "…"


def _weight(text: str) -> int:
    return len(json_bytes(text)) - 2


_CLINGS = frozenset(("Mn", "Me", "Mc", "Cf"))  # marks, joiners and other invisible characters
_VIRAMA = 9  # the combining class of the signs that bind the next consonant
_CLINGING = frozenset("\u0e33\u0eb3\uff9e\uff9f")  # Thai and Lao AM, half-width Japanese voicing


def is_border(text: str, index: int) -> bool:
    """Whether a text may be cut in front of ``text[index]`` without tearing what a reader sees as one character.

    It errs to the safe side: some places that Unicode allows are refused, which only makes a cut a little shorter.
    """
    if index <= 0 or index >= len(text):
        return True
    before, char = text[index - 1], text[index]
    if before < "\u0300" and char < "\u0300":
        return True
    if unicodedata.category(char) in _CLINGS or unicodedata.category(before) == "Cf" or char in _CLINGING:
        return False
    if unicodedata.combining(before) == _VIRAMA or "\U0001f3fb" <= char <= "\U0001f3ff":  # skin tones
        return False
    return not (_is_hangul_part(before, char) or _splits_flag(text, index))


def _is_hangul_part(before: str, char: str) -> bool:
    """Syllables can be written in pieces: first consonants (choseong), then vowels and finals."""
    if "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7fb":
        return True
    begun = "\u1100" <= before <= "\u115f" or "\ua960" <= before <= "\ua97c"
    return begun and ("\u1100" <= char <= "\u115f" or "\ua960" <= char <= "\ua97c" or "\uac00" <= char <= "\ud7a3")


def _splits_flag(text: str, index: int) -> bool:
    """A flag is a pair of regional letters: cut only after an even number of them."""
    start = index
    while start > 0 and _is_regional(text[start - 1]):
        start -= 1
    return _is_regional(text[index]) and (index - start) % 2 == 1


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
