"""Place an item: a new story, a copy of one, or an update to one, with the evidence.

The question is what share of the item was told before, by any item of the window, and whether a fact changed: nearly
all of it and no fact changed, a copy; most of it, or a fact changed, an update; else a new story. A title or a link
alone never holds an item back, except one that has no text, for another with the same words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log1p
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from monitor.core.model import Change, Copy, Evidence, Nearest, NewStory, StoryId, Update, derive_id
from monitor.core.story.content import SHINGLE_WORDS, Content
from monitor.core.story.facts import Comparison, compare, facts_outside, new_numbers

if TYPE_CHECKING:
    from monitor.core.model import Item, Placement, TopicId
    from monitor.core.story.index import StoryIndex, Told

# Weights of a logistic score, fitted on labelled copies and rounded; docs/explanation/stories.md says how well.
# Shares are 0 to 1: ``covered`` the larger of what the old text holds of the new and the new of the old, ``told`` what
# all earlier ones hold of the new, ``aligned`` words in the same order, ``facts`` changed facts among all, ``title``
# likeness (a missing one counts 0.6), ``age`` the logarithm of 1 + hours since the old one was seen.
_WEIGHTS = {"covered": 6.6, "told": 1.25, "aligned": 4.2, "old": 0.8, "facts": -21.0, "title": 7.6, "age": -1.1}
_BIAS = -11.3
_TITLE_MISSING = 0.6
COPY_TOLD = 0.82
# Told by several stories together: stitched from them, so no single one has to come close.
STITCHED_TOLD = 0.9
SHORT_WORDS = 14
# Fewer words than these say too little to be held for: a title, a sentence.
TITLE_WORDS = 4
_SENTENCE_WORDS = 8
# A feed's standing text is not longer; and words that begin alike are forms of one.
_TEMPLATE_WORDS = 60
_WORD_START = 5
_WORTH_COMPARING = 0.15
_TELLS_IT_TOO = 0.8
_RIVALS = 2
_GOOD_PART = 0.2
_CANDIDATES = 5
# The likeness of titles of which one only says more than the other; 100 is kept for the same words.
_TITLE_ALIKE = 99.0
_EXCERPT_WORDS = 30


@dataclass(frozen=True, slots=True)
class _Look:
    """One earlier item compared with the new one. Shares are 0 to 1, ``title`` 0 to 100, None where one is missing."""

    told: Told
    new_share: float
    old_share: float
    title: float | None


def place(item: Item, content: Content, index: StoryIndex, topic: TopicId | None = None) -> Placement:
    """Decide where an item belongs among those of the index, or those that a topic heard of. Changes nothing."""
    looks = [_look(content, told) for told in index.candidates(item, content, _CANDIDATES, topic)]
    fresh = NewStory(StoryId(derive_id("story", item.id, item.version)))
    if not looks:
        return fresh
    best = max(looks, key=_promise)
    if len(content.forms) < SHORT_WORDS or len(best.told.content.forms) < SHORT_WORDS:
        return _place_short(item, content, best, looks, fresh)
    if best.told.feed == item.feed and len(content.forms) <= _TEMPLATE_WORDS and _is_template(content, best, looks):
        return NewStory(fresh.story, _evidence(content, best, best.new_share, None))
    return _place_text(item, content, best, looks, fresh)


def _promise(look: _Look) -> tuple[float, float, int]:
    """The closest: the one that holds most of the new item and, of those, has the least besides."""
    closeness = max(look.new_share, look.old_share * 0.9) + 0.3 * min(look.new_share, look.old_share)
    return (round(closeness, 3), look.title or 0.0, -look.told.number)


def _look(content: Content, told: Told) -> _Look:
    shared = len(content.shingles & told.content.shingles)
    title = None
    if content.title and told.content.title:
        title = fuzz.token_set_ratio(_plain(content.title), _plain(told.content.title))
        title = title if content.title == told.content.title else min(title, _TITLE_ALIKE)
    return _Look(
        told,
        new_share=shared / max(1, len(content.shingles)),
        old_share=shared / max(1, len(told.content.shingles)),
        title=title,
    )


def _place_text(item: Item, content: Content, best: _Look, looks: list[_Look], fresh: NewStory) -> Placement:
    known = frozenset().union(*(look.told.content.shingles for look in looks))
    told = len(content.shingles & known) / max(1, len(content.shingles))
    if max(told, best.new_share, best.old_share) < _WORTH_COMPARING:
        return NewStory(fresh.story, _evidence(content, best, told, None))
    best, comparison = _closest(content, best, looks)
    evidence = replace(_evidence(content, best, told, comparison), stories=_tellers(best, looks))
    if _score(item, best, told, comparison) > 0:
        evidence = replace(evidence, told=round(max(told, comparison.aligned), 4))
        if evidence.told < COPY_TOLD or comparison.changes:
            return Update(best.told.story, evidence)
        numbers = new_numbers(content, comparison.passages, (look.told.content for look in looks))
        if numbers:
            return Update(best.told.story, replace(evidence, changes=(Change("number", "", " ".join(numbers[:4])),)))
        return Copy(best.told.story, evidence)
    if told >= STITCHED_TOLD and not facts_outside(content, known):
        return Copy(best.told.story, replace(evidence, changes=()))
    return NewStory(fresh.story, evidence)


def _closest(content: Content, best: _Look, looks: list[_Look]) -> tuple[_Look, Comparison]:
    """Of the earlier items that hold nearly all of it, the one from which the fewest facts differ.

    A correction is news once, not once a feed; a daily template matches yesterday's words, but some other day's facts.
    """
    found = (best, compare(best.told.content, content))
    rivals = [look for look in looks if look is not best and look.new_share >= _TELLS_IT_TOO]
    for look in sorted(rivals, key=_promise, reverse=True)[:_RIVALS]:
        if not found[1].changes:
            break
        comparison = compare(look.told.content, content)
        if len(comparison.changes) < len(found[1].changes):
            found = (look, comparison)
    return found


def _tellers(best: _Look, looks: list[_Look]) -> tuple[StoryId, ...]:
    """The stories that told a good part of the item, the nearest first."""
    others = (look for look in sorted(looks, key=_promise, reverse=True) if look.new_share >= _GOOD_PART)
    return tuple(dict.fromkeys((best.told.story, *(look.told.story for look in others))))


def _score(item: Item, best: _Look, told: float, comparison: Comparison) -> float:
    hours = max(0.0, (item.seen - best.told.seen).total_seconds() / 3600)
    values = {
        "covered": max(best.new_share, best.old_share),
        "told": told,
        "aligned": comparison.aligned,
        "old": best.old_share,
        "facts": comparison.share,
        "title": _TITLE_MISSING if best.title is None else best.title / 100,
        "age": log1p(hours),
    }
    return _BIAS + sum(weight * values[name] for name, weight in _WEIGHTS.items())


def _place_short(item: Item, content: Content, best: _Look, looks: list[_Look], fresh: NewStory) -> Placement:
    """An item of a title and a sentence is held only where the words are the same: any other may be the news."""
    old = best.told.content
    title_same = content.title == old.title and len(content.title) >= TITLE_WORDS
    text_same = best.new_share >= COPY_TOLD and len(content.forms) >= _SENTENCE_WORDS
    same_link = bool(item.canonical_link) and item.canonical_link == best.told.link
    told = best.new_share if content.forms else float(title_same)
    evidence = _evidence(content, best, told, None)
    if content.forms and best.new_share < COPY_TOLD:
        return NewStory(fresh.story, evidence)
    if not (title_same or same_link or text_same) or _is_template(content, best, looks):
        return NewStory(fresh.story, evidence)
    known = frozenset((*old.forms, *old.title))
    new = _new_words(content.forms, known, cut=True) + (() if title_same else _new_words(content.title, known))
    if new:
        gone = () if title_same else _new_words(old.title, frozenset((*content.forms, *content.title)))
        change = Change("words", " ".join(gone[:4]), " ".join(new[:4]))
        return Update(best.told.story, replace(evidence, changes=(change,)))
    return Copy(best.told.story, replace(evidence, told=max(told, best.new_share if content.forms else 1.0)))


def _new_words(words: tuple[str, ...], known: frozenset[str], *, cut: bool = False) -> tuple[str, ...]:
    """The words that are not known. With ``cut``, the last one may be the beginning of a known one."""
    if cut and words and any(word.startswith(words[-1]) for word in known):
        words = words[:-1]
    return tuple(word for word in words if word not in known)


def _is_template(content: Content, best: _Look, looks: list[_Look]) -> bool:
    """Whether two items have one text, and titles of which it says nothing: what a feed writes under every headline."""
    old, words = best.told.content, frozenset(content.title)
    if any(look.told.content.title == content.title and look.new_share >= COPY_TOLD for look in looks):
        return False
    if not (words and old.title and content.forms) or len(words.intersection(old.title)) * 2 >= len(words):
        return False
    return not _speaks_of_title(content) and not _speaks_of_title(old)


def _speaks_of_title(content: Content) -> bool:
    text = frozenset(form[:_WORD_START] for form in content.forms)
    return any(form[:_WORD_START] in text for form in content.title if len(form) >= 4 or not form.isascii())


def _plain(words: tuple[str, ...]) -> str:
    return " ".join(words)


def _evidence(content: Content, best: _Look, told: float, comparison: Comparison | None) -> Evidence:
    nearest = Nearest(
        item=best.told.item,
        story=best.told.story,
        feed=best.told.feed,
        headline=best.told.headline,
        score=round(best.new_share, 4),
    )
    fresh = ""
    if comparison is not None and comparison.passages:
        first, last = max(comparison.passages, key=lambda passage: passage[1] - passage[0])
        fresh = " ".join(content.raws[first : min(last, first + _EXCERPT_WORDS)])
    return Evidence(
        nearest=nearest,
        told=round(min(1.0, told), 4),
        changes=comparison.changes[:8] if comparison is not None else (),
        shared=_shared(content, best.told.content),
        fresh=fresh,
    )


def _shared(content: Content, old: Content) -> str:
    """The longest run of words that both have, shortened."""
    known = old.shingles
    best, run = (0, 0), 0
    hashes = content.order
    for at, mark in enumerate(hashes):
        run = run + 1 if mark in known else 0
        if run > best[1] - best[0]:
            best = (at - run + 1, at + 1)
    if best[1] == best[0]:
        return ""
    first, last = best[0], best[1] + SHINGLE_WORDS - 1
    return " ".join(content.raws[first : min(last, first + _EXCERPT_WORDS)])
