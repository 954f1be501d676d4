"""One item as characters: which leaves it holds, where its fields are, and where a word or a phrase stands."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from monitor.core.query.coding import FIELD_BREAK, PAD
from monitor.core.query.lexicon import NOTHING
from monitor.core.query.reading import META_FIELDS, PARAGRAPH_GAP, meta_fields, repeated
from monitor.core.query.tree import LEAD_WORDS
from monitor.core.text import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.model import Feed, Item
    from monitor.core.query.coding import Book
    from monitor.core.query.lexicon import LeafId, Lexicon

Span = tuple[int, int]
EVERYWHERE = ""
# As in evaluate: only a word on every line of a very long item gets there.
SPANS_MAX = 4_000
# The fields of the feed are so far from the text, and from each other, that nothing is near across them.
_META_APART = 10_000_000


class Coded:
    """One item as characters, with the set of leaves that it holds."""

    def __init__(self, item: Item, feed: Feed | None, book: Book, lexicon: Lexicon) -> None:
        self.item = item
        self.feed = feed
        self.book = book
        self._repeated = repeated(item.summary, item.content)
        summary = "" if self._repeated else item.summary
        title, between = book.encode(item.title), book.encode(summary)
        head = title + FIELD_BREAK if title else ""
        second = between + FIELD_BREAK if between else ""
        space = PAD * PARAGRAPH_GAP if summary else ""
        self._title_end = len(title)
        self._summary = (len(head), len(head) + len(between))
        self._content_at = len(head) + len(second) + len(space)
        self.codes = f"{head}{second}{space}{book.encode(item.content)}"
        self.present = self._leaves(lexicon)
        self.answers: dict[tuple[object, str], bool] = {}
        """What was asked already: an expression and a field to the answer."""
        self.places: dict[tuple[object, str], list[Span] | None] = {}

    def _leaves(self, lexicon: Lexicon) -> set[LeafId]:
        codes, heard = self.codes, self.book.heard
        present: set[LeafId] = {NOTHING}
        present.update(*[heard[char] for char in heard.keys() & set(codes)])
        anchored, pattern, groups_of = lexicon.anchored, self.book.pattern, lexicon.groups_of
        found: list[LeafId] = []
        for leaf in anchored.keys() & present:
            bucket = anchored[leaf]
            for other in bucket.keys() & present:
                for phrase in bucket[other]:
                    spelled = pattern(phrase)
                    if spelled is None:
                        there = bool(phrase_spans(self, lexicon.phrases[phrase], EVERYWHERE))
                    else:
                        there = any(one in codes for one in spelled)
                    if there:
                        found.append(phrase)
        for field, words in lexicon.labelled.items():
            text = self.range(field)[0]
            heard_here = {leaf for char in heard.keys() & set(text) for leaf in heard[char]}
            found += [words[word] for word in words.keys() & heard_here]
        for leaf in found:
            present.add(leaf)
            present.update(groups_of.get(leaf, ()))
        return present

    def range(self, scope: str) -> tuple[str, int, int, int]:
        """Where a field is: its characters, from and up to which index, and what to add for a position."""
        match scope:
            case "":
                return self.codes, 0, len(self.codes), 0
            case "title":
                return self.codes, 0, self._title_end, 0
            case "lead":
                return self.codes, 0, self._lead_end, 0
            case "summary":
                return self.codes, *self._summary_range, 0
            case "content":
                return self.codes, self._content_at, len(self.codes), 0
            case _:
                text = self._meta[scope]
                return text, 0, len(text), (META_FIELDS.index(scope) + 1) * _META_APART

    @cached_property
    def _lead_end(self) -> int:
        return self._behind(self._title_end, LEAD_WORDS)

    @cached_property
    def _summary_range(self) -> tuple[int, int]:
        if not self._repeated:
            return self._summary
        content, end = self.item.content, self._repeated
        # The summary may end inside a word of the content, which then is not in the summary.
        head = content[:end]
        last = head.rsplit(maxsplit=1)[-1]
        rest = content[end:].split(maxsplit=1) if not content[end : end + 1].isspace() else []
        codes = self.book.encode(head[: -len(last)])
        whole = len(codes) - codes.count(PAD)
        inside = sum(token.end <= len(last) for token in tokens(last + "".join(rest[:1])))
        return self._content_at, self._behind(self._content_at, whole + inside)

    def _behind(self, start: int, words: int) -> int:
        """The index behind so many words."""
        if words:
            for at in range(start, len(self.codes)):
                if self.codes[at] != PAD:
                    words -= 1
                    if not words:
                        return at + 1
            return len(self.codes)
        return start

    @cached_property
    def _meta(self) -> dict[str, str]:
        return {field: self.book.encode(text) for field, text in meta_fields(self.item, self.feed)}


def word_spans(coded: Coded, leaf: LeafId, scope: str) -> list[int]:
    """The positions of a word."""
    text, first, last, shift = coded.range(scope)
    chars = coded.book.chars_of.get(leaf, "")
    found: list[int] = []
    for char in chars:
        at = text.find(char, first, last)
        while at >= 0:
            found.append(at + shift)
            at = text.find(char, at + 1, last)
    if len(chars) > 1:
        found.sort()
    return found[:SPANS_MAX]


def phrase_spans(coded: Coded, words: Sequence[LeafId], scope: str) -> list[Span]:
    """The places of words in a row."""
    first, *others = (word_spans(coded, word, scope) for word in words)
    later = [frozenset(positions) for positions in others]
    return [
        (at, at + len(later)) for at in first if all(at + step in positions for step, positions in enumerate(later, 1))
    ]


def shortest_windows(places: Sequence[tuple[int, ...]], slop: int) -> list[Span]:
    """The windows, one at each place where one ends, that hold a different place of each list, loosely packed."""
    wanted: dict[tuple[int, ...], int] = {}  # a word that the phrase holds twice needs two places
    for one in places:
        wanted[one] = wanted.get(one, 0) + 1
    kinds = list(wanted)
    recent: list[list[int]] = [[] for _ in kinds]
    windows = []
    for position, kind in sorted((position, kind) for kind, one in enumerate(kinds) for position in one):
        seen = recent[kind]
        seen.append(position)
        if len(seen) > wanted[kinds[kind]]:
            del seen[0]
        taken = {place for kept in recent for place in kept}
        if len(taken) < len(places):
            continue
        first = min(taken)
        if position - first - (len(places) - 1) <= slop:
            windows.append((first, position))
    return sorted(set(windows))
