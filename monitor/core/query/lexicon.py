"""What all queries ask for, each thing once: words, phrases and groups of them, whatever the language of the item.

A *leaf* is anything whose presence in an item is settled before any topic is looked at: a word, a phrase, a group (any
of some leaves), or a word in one of the feed's own fields. Topics share leaves: "prime minister" is looked for once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from monitor.core.query.coding import Book
from monitor.core.query.patterns import word_pattern
from monitor.core.query.reading import folded
from monitor.core.query.tree import Mode, Word
from monitor.core.text import fold, without_possessive

if TYPE_CHECKING:
    from collections.abc import Iterable

# First guesses of the share of items that hold something, until they were counted.
_GUESSES = {1: 0.3, 2: 0.3, 3: 0.2, 4: 0.1, 5: 0.05, 6: 0.03, 7: 0.02}
_LONG_GUESS = 0.01
_PATTERN_GUESS = 0.1
_NAME_RARER = 0.3
_PHRASE_RARER = 0.2
_LABEL_GUESS = 0.1

# So many letters at either end of a pattern are looked up; the rest is compared.
_FIXED_MAX = 4

LeafId = int
Pattern = Callable[[str], bool]
NOTHING: LeafId = 0
"""The leaf that every item has: the key of topics that need nothing in particular."""


class Lexicon:
    """All leaves, and a book of characters for each language that items have come in."""

    def __init__(self) -> None:
        self._last = NOTHING
        self._guesses: dict[LeafId, float] = {NOTHING: 1.0}
        self._books: dict[str, Book] = {}
        self._words: dict[Word, LeafId] = {}
        self.stemmed: dict[LeafId, str] = {}
        """Words that are compared by stem: leaf to folded form."""
        self._by_form: dict[str, list[tuple[LeafId, str]]] = {}
        self._patterns: dict[tuple[int, int], dict[tuple[str, str], list[tuple[LeafId, Pattern]]]] = {}
        """How many first and last letters a pattern fixes; to these letters; to the patterns that fix them."""
        self._fuzzy: dict[int, list[tuple[LeafId, Pattern]]] = {}
        """Length of a word to the patterns that are within an edit distance of words of that length."""
        self.phrases: dict[LeafId, tuple[LeafId, ...]] = {}
        self._phrase_ids: dict[tuple[LeafId, ...], LeafId] = {}
        self.phrases_with: dict[LeafId, list[LeafId]] = {}
        self.patterned: dict[LeafId, list[LeafId]] = {}
        """Phrases with a word in them that is not compared by stem, under their rarest word: looked for one by one."""
        self.groups: dict[LeafId, frozenset[LeafId]] = {}
        self._group_ids: dict[frozenset[LeafId], LeafId] = {}
        self.groups_of: dict[LeafId, list[LeafId]] = {}
        self._labels: dict[tuple[str, LeafId], LeafId] = {}
        self.labelled: dict[str, dict[LeafId, LeafId]] = {}
        """Field of the feed to the words asked for in it, each with its leaf."""

    def book(self, language: str) -> Book:
        """The characters of a language."""
        if language not in self._books:
            self._books[language] = Book(self, language)
        return self._books[language]

    def _new(self, guess: float) -> LeafId:
        self._last += 1
        self._guesses[self._last] = guess
        return self._last

    # Words ------------------------------------------------------------------------------------------------------------

    def word(self, word: Word) -> LeafId:
        """The leaf of a word."""
        leaf = self._words.get(word)
        if leaf is None:
            leaf = self._words[word] = self._new(_guess(word))
            self._add_word(word, leaf)
        return leaf

    def _add_word(self, word: Word, leaf: LeafId) -> None:
        form = folded(word.text)
        if word.mode is Mode.CASE:
            self._by_form.setdefault(form, []).append((leaf, without_possessive(word.text)))
        elif word.fuzz:
            for length in range(len(form) - word.fuzz, len(form) + word.fuzz + 1):
                self._fuzzy.setdefault(length, []).append((leaf, word_pattern(word)))
        elif "*" in word.text:
            pieces = word.text.split("*")
            ends = fold(pieces[0])[:_FIXED_MAX], fold(pieces[-1])[-_FIXED_MAX:]
            shape = len(ends[0]), len(ends[1])
            self._patterns.setdefault(shape, {}).setdefault(ends, []).append((leaf, word_pattern(word)))
        elif word.mode is Mode.EXACT:
            self._by_form.setdefault(form, []).append((leaf, ""))
        else:
            self.stemmed[leaf] = form
            for book in self._books.values():
                book.add_stemmed(leaf, form)
            return
        for book in self._books.values():
            book.forget_chunks()

    @property
    def has_special(self) -> bool:
        """Whether any word is compared otherwise than by its stem."""
        return bool(self._by_form or self._patterns or self._fuzzy)

    def special(self, form: str, raw: str) -> tuple[LeafId, ...]:
        """The words that are not compared by stem and that a word of a text satisfies."""
        found: list[LeafId] = []
        by_form = self._by_form.get(form)
        if by_form is not None:
            written = without_possessive(raw)
            found += [leaf for leaf, wanted in by_form if not wanted or wanted == written]
        for (first, last), patterns in self._patterns.items():
            possible = patterns.get((form[:first], form[len(form) - last :] if last else ""))
            if possible is not None:
                found += [leaf for leaf, fits in possible if fits(form)]
        if self._fuzzy:
            found += [leaf for leaf, fits in self._fuzzy.get(len(form), ()) if fits(form)]
        return tuple(found)

    # Phrases, groups, labels ------------------------------------------------------------------------------------------

    def phrase(self, words: tuple[LeafId, ...]) -> LeafId:
        """The leaf of words in a row."""
        leaf = self._phrase_ids.get(words)
        if leaf is None:
            rarest = min(self._guesses[word] for word in words)
            leaf = self._phrase_ids[words] = self._new(rarest * _PHRASE_RARER)
            self.phrases[leaf] = words
            if all(word in self.stemmed for word in words):
                for word in dict.fromkeys(words):
                    self.phrases_with.setdefault(word, []).append(leaf)
                for book in self._books.values():
                    book.add_phrase(leaf)
            else:
                self.patterned.setdefault(min(words, key=self._guesses.__getitem__), []).append(leaf)
        return leaf

    def rarest_pair(self, words: tuple[LeafId, ...]) -> int:
        """Where in a phrase the two neighbours stand that the fewest items hold, as far as can be guessed."""
        guesses = self._guesses
        return min(range(len(words) - 1), key=lambda at: guesses[words[at]] * guesses[words[at + 1]])

    def group(self, leaves: Iterable[LeafId]) -> LeafId:
        """The leaf that is present where any of some leaves is. Groups of groups are laid flat."""
        flat = frozenset(one for leaf in leaves for one in self.groups.get(leaf, (leaf,)))
        if len(flat) == 1:
            return next(iter(flat))
        group = self._group_ids.get(flat)
        if group is None:
            guess = min(1.0, sum(self._guesses[leaf] for leaf in flat))
            group = self._group_ids[flat] = self._new(guess)
            self.groups[group] = flat
            for leaf in flat:
                self.groups_of.setdefault(leaf, []).append(group)
                for book in self._books.values():
                    book.add_to_group(leaf)
        return group

    def guess(self, leaf: LeafId) -> float:
        """The share of items that hold a leaf, as long as none were counted: long words and phrases are rare."""
        return self._guesses[leaf]

    def label(self, field: str, word: LeafId) -> LeafId:
        """The leaf of a word in a field of the feed (its name, a tag, the language ...)."""
        leaf = self._labels.get((field, word))
        if leaf is None:
            leaf = self._labels[field, word] = self._new(_LABEL_GUESS)
            self.labelled.setdefault(field, {})[word] = leaf
        return leaf


def _guess(word: Word) -> float:
    if "*" in word.text or word.fuzz:
        return _PATTERN_GUESS
    share = _GUESSES.get(len(word.text), _LONG_GUESS)
    return share * _NAME_RARER if word.text[0].isupper() else share
