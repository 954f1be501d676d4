"""What a match shows for itself: hits with their places, the expressions by name, and the sentence to quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.model import LIMITS, Hit, Match
from monitor.core.text import excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.core.model import Item, TopicId
    from monitor.core.query.evaluate import Found, Part
    from monitor.core.query.reading import Reading

_TERM_MAX = 60
_OPENING = "\"'“‘„«([–—-"
_WIDE_STOPS = "。！？"
_TEXTS = ("title", "summary", "content")


def explain(topic: TopicId, query: str, item: Item, reading: Reading, found: list[Found]) -> Match:
    """Turn the places that satisfied a query into a Match. ``found`` may be empty: ``*`` matches without a place."""
    ranked = sorted(found, key=lambda one: _rank(one, reading))
    parts = _widest(part for one in ranked for part in one.parts)
    leading = _leading(parts)
    shown = list(dict.fromkeys((*leading, *parts)))[: LIMITS.hits_max]
    hits = list(dict.fromkeys(_hit(part, item, reading) for part in shown))
    hits.sort(key=lambda hit: (_order(hit.field), hit.start, hit.end))
    quote, marks, place = _quote(item, reading, ranked, hits)
    expressions = dict.fromkeys(_name(part, item, reading) for part in leading)
    return Match(topic, query, tuple(hits), tuple(expressions), quote, marks, place)


def _rank(found: Found, reading: Reading) -> tuple[int, int, int, int]:
    """Best first: the most different pieces, in the text rather than the title, the tightest, the earliest."""
    different = len({part.concept or part.expression for part in found.parts})
    first, last = reading.places[found.first], reading.places[found.last]
    in_text = first.field == last.field and first.field in ("summary", "content")
    return (-different, 0 if in_text else 1, last.position - first.position, found.first)


def _widest(parts: Iterable[Part]) -> list[Part]:
    """Of overlapping pieces of one concept only the widest: "a halt in air strikes" says more than "halt"."""
    distinct = list(dict.fromkeys(parts))
    widest: dict[str, list[Part]] = {}
    for part in sorted(part for part in distinct if part.concept):
        kept = widest.setdefault(part.concept, [])
        if not kept or part.first > kept[-1].last:
            kept.append(part)
        elif part.last - part.first > kept[-1].last - kept[-1].first:
            kept[-1] = part
    chosen = {part for kept in widest.values() for part in kept}
    return [part for part in distinct if not part.concept or part in chosen]


def _leading(parts: list[Part]) -> list[Part]:
    """The first piece of each kind: one name for each concept, one for each expression."""
    kinds: dict[str, Part] = {}
    for part in parts:
        kinds.setdefault(part.concept or part.expression, part)
    return sorted(kinds.values(), key=lambda part: part.first)[: LIMITS.hits_max]


def _hit(part: Part, item: Item, reading: Reading) -> Hit:
    first, last = reading.places[part.first], reading.places[part.last]
    end = last.token.end if last.field == first.field else first.token.end
    text = _surface(part, item, reading)
    term = f"@{part.concept}: {text}" if part.concept else part.expression
    return Hit(first.field, first.token.start, end, term)


def _name(part: Part, item: Item, reading: Reading) -> str:
    text = _surface(part, item, reading)
    return f"“{text}” (@{part.concept})" if part.concept else f"“{text}”"


def _surface(part: Part, item: Item, reading: Reading) -> str:
    """The words of the item that matched, shortened in the middle where they are many."""
    first, last = reading.places[part.first], reading.places[part.last]
    if first.field == last.field and first.field in _TEXTS:
        text = " ".join(str(getattr(item, first.field))[first.token.start : last.token.end].split())
    else:
        text = first.token.raw if part.first == part.last else f"{first.token.raw} … {last.token.raw}"
    if len(text) > _TERM_MAX:
        text = f"{text[: _TERM_MAX // 2].rsplit(' ', 1)[0]} … {text[-_TERM_MAX // 2 :].split(' ', 1)[-1]}"
    return text


def _quote(
    item: Item, reading: Reading, ranked: list[Found], hits: list[Hit]
) -> tuple[str, tuple[tuple[int, int], ...], str]:
    """The sentence (or sentences) of the best place, cut to the snippet's length, and the marks of hits inside."""
    field, start, end = _focus(item, reading, ranked)
    text = str(getattr(item, field))
    quote, shift = excerpt(text[start:end], 0, 0, LIMITS.snippet_max) if end - start <= LIMITS.snippet_max else (
        excerpt(text[start:end], *_inner(reading, ranked, start, end), LIMITS.snippet_max)
    )  # fmt: skip
    marks = []
    for hit in hits:
        if hit.field == field and start <= hit.start and hit.end <= end:
            left, right = hit.start - start + shift, hit.end - start + shift
            if left >= 0 and quote[left:right] == text[hit.start : hit.end].replace("\n", " "):
                marks.append((left, right))
    return quote, _merged(marks), field


def _focus(item: Item, reading: Reading, ranked: list[Found]) -> tuple[str, int, int]:
    """Field and character range of the sentences that hold the best place; the text's start where there is none."""
    for one in ranked:
        first, last = reading.places[one.first], reading.places[one.last]
        if first.field not in _TEXTS:
            continue
        low, high = one.first, one.last if last.field == first.field else one.first
        field_first, field_last = reading.ranges[first.field]
        low_sentence, high_sentence = first.token.sentence, reading.places[high].token.sentence
        while low > field_first and reading.places[low - 1].token.sentence == low_sentence:
            low -= 1
        while high + 1 < field_last and reading.places[high + 1].token.sentence == high_sentence:
            high += 1
        text = str(getattr(item, first.field))
        before = reading.places[low - 1].token.end if low > field_first else 0
        behind = reading.places[high + 1].token.start if high + 1 < field_last else len(text)
        start = _start(text, before, reading.places[low].token.start)
        return first.field, start, _end(text, reading.places[high].token.end, behind)
    field = "content" if len(item.content) >= len(item.summary) else "summary"
    if not getattr(item, field):
        field = "title"
    return field, 0, len(str(getattr(item, field)))


def _start(text: str, before: int, at: int) -> int:
    """Where the sentence of the word at ``at`` begins, with what is written in front of it: a quote, ``l'``, ``$``."""
    while at > before and not text[at - 1].isspace() and text[at - 1] not in _WIDE_STOPS:
        at -= 1
    return at


def _end(text: str, at: int, behind: int) -> int:
    """Where a sentence ends whose last word ends at ``at``, if the next word begins at ``behind``.

    Quotes and parentheses that close belong to it; those that stand apart, and so open the next one, do not.
    """
    while True:
        while behind > at and text[behind - 1].isspace():
            behind -= 1
        opening = behind
        while opening > at and text[opening - 1] in _OPENING:
            opening -= 1
        if opening in (at, behind) or not text[opening - 1].isspace():
            return behind
        behind = opening


def _inner(reading: Reading, ranked: list[Found], start: int, end: int) -> tuple[int, int]:
    for one in ranked:
        first, last = reading.places[one.first], reading.places[one.last]
        if first.field in _TEXTS:
            left = max(0, first.token.start - start)
            right = last.token.end - start if last.field == first.field else first.token.end - start
            return left, min(max(left, right), end - start)
    return 0, 0


def _merged(marks: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Overlapping marks as one, in order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _order(field: str) -> int:
    return _TEXTS.index(field) if field in _TEXTS else len(_TEXTS)
