"""One item as characters: which leaves it holds, where its fields are, and where a word or a phrase stands."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from monitor.core.query.coding import FIELD_BREAK, PAD, SENTENCE, numbers
from monitor.core.query.lexicon import NOTHING
from monitor.core.query.reading import PARAGRAPH_GAP, meta_fields, repeated
from monitor.core.query.tree import LEAD_WORDS, META_FIELDS
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
# A pattern may stand for thousands of characters: then one walk is cheaper than a search for each.
_MANY_CHARS = 12
_BEFORE_CONTENT = PAD * PARAGRAPH_GAP
# The fields of the feed are so far from the text, and from each other, that nothing is near across them.
_META_APART = 10_000_000


class Coded:
    """One item as characters, with the set of leaves that it holds."""

    def __init__(self, item: Item, feed: Feed | None, book: Book, lexicon: Lexicon) -> None:
        self.item = item
        self.feed = feed
        self.book = book
        book.make_room()
        codes = title = book.encode(item.title)
        self._title_end = len(codes)
        self._repeated = repeated(item.summary, item.content) if item.summary else 0
        if title:
            codes += FIELD_BREAK
        self._summary = (len(codes), len(codes))
        if item.summary and not self._repeated:
            summary = book.encode(item.summary)
            codes += summary
            self._summary = (len(codes) - len(summary), len(codes))
            codes += FIELD_BREAK + _BEFORE_CONTENT if summary else _BEFORE_CONTENT
        self._content_at = len(codes)
        self.codes = codes + book.encode(item.content)
        self._lexicon = lexicon
        self._labels = self._heard_labels()
        self.present = self._heard(self.codes)
        """The leaves that the item holds."""
        self._present_in = {EVERYWHERE: self.present}
        self.answers: dict[tuple[object, str], bool] = {}
        """What was asked already: an expression and a field to the answer."""
        self.places: dict[tuple[object, str], list[Span] | None] = {}

    def present_in(self, scope: str) -> set[LeafId]:
        """The leaves that one field holds."""
        known = self._present_in.get(scope)
        if known is None:
            text, first, last, _ = self.range(scope)
            known = self._present_in[scope] = self._heard(text[first:last])
        return known

    def _heard(self, codes: str) -> set[LeafId]:
        heard, paired, lexicon = self.book.heard, self.book.paired, self._lexicon
        chars, even, odd = numbers(codes.replace(SENTENCE, PAD))
        present: set[LeafId] = {NOTHING}
        present.update(*[heard[char] for char in heard.keys() & set(chars)])
        found: list[LeafId] = [*self._labels]
        for pair in (paired.keys() & even) | (paired.keys() & odd):
            for phrase, settled in paired[pair]:
                if settled or self._in_a_row(phrase, codes):
                    found.append(phrase)
        patterned = [phrase for word in lexicon.patterned.keys() & present for phrase in lexicon.patterned[word]]
        found += [
            phrase
            for phrase in patterned
            if present.issuperset(lexicon.phrases[phrase]) and self._in_a_row(phrase, codes)
        ]
        for leaf in found:
            present.add(leaf)
            present.update(lexicon.groups_of.get(leaf, ()))
        return present

    def _heard_labels(self) -> list[LeafId]:
        """What the feed's own fields hold, as far as any topic asks for it."""
        found: list[LeafId] = []
        heard = self.book.heard
        for field, asked in self._lexicon.labelled.items():
            chars = heard.keys() & set(numbers(self._meta[field])[0])
            found += [asked[word] for word in asked.keys() & {leaf for char in chars for leaf in heard[char]}]
        return found

    def _in_a_row(self, phrase: LeafId, codes: str) -> bool:
        ways = self.book.ways(phrase)
        if ways:
            return any(way in codes for way in ways)
        places = [places_of(codes, self.book.chars_of.get(word, "")) for word in self._lexicon.phrases[phrase]]
        return bool(in_a_row(places))

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
    if leaf not in coded.present_in(scope):
        return []
    text, first, last, shift = coded.range(scope)
    found = places_of(text, coded.book.chars_of.get(leaf, ""), first, last)
    return [at + shift for at in found] if shift else found


def places_of(text: str, chars: str, first: int = 0, last: int | None = None) -> list[int]:
    """Where any of some characters stand."""
    last = len(text) if last is None else last
    if len(chars) > _MANY_CHARS:
        wanted = frozenset(chars)
        return [at for at in range(first, last) if text[at] in wanted]
    found: list[int] = []
    for char in chars:
        at = text.find(char, first, last)
        while at >= 0:
            found.append(at)
            at = text.find(char, at + 1, last)
    if len(chars) > 1:
        found.sort()
    return found


def phrase_spans(coded: Coded, words: Sequence[LeafId], scope: str) -> list[Span]:
    """The places of words in a row."""
    return in_a_row([word_spans(coded, word, scope) for word in words])


def in_a_row(places: Sequence[Sequence[int]]) -> list[Span]:
    """Where a place of the first list is followed by one of each of the others."""
    first, later = places[0], [frozenset(positions) for positions in places[1:]]
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
