"""Words that stand for many: with stars, or with an edit distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from monitor.core.query.reading import folded
from monitor.core.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.query.tree import Word


def word_pattern(word: Word) -> Callable[[str], bool]:
    """A test of folded words for one with stars or an edit distance (Levenshtein)."""
    if word.fuzz:
        target, limit = folded(word.text), word.fuzz
        return lambda form: Levenshtein.distance(form, target, score_cutoff=limit) <= limit
    first, *inner, last = (fold(piece) for piece in word.text.split("*"))

    def fits(form: str) -> bool:
        # By hand, since a regular expression with two stars takes quadratic time on one endless word.
        end = len(form) - len(last)
        if end < len(first) or not form.startswith(first) or not form.endswith(last):
            return False
        at = len(first)
        for piece in inner:
            at = form.find(piece, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True

    return fits
