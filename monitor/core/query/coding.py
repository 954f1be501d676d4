"""An item as one string in which each character is a word: what makes asking ten thousand topics cheap.

Every rule about words (folding, stems, wildcards, capitals) runs once per distinct chunk of text between two spaces,
and its answer is kept in a table (``Book``). An item is then looked up chunk by chunk, and becomes a string: one
character per word, standing for all words that no query tells apart, and one ``PAD`` per position without a word, so
that an index into the string is a position as ``reading`` defines it. Whether a word, or a phrase, is there, and where,
is a search in that string.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.query.reading import FIELD_GAP, PARAGRAPH_GAP, SENTENCE_GAP, stem_in
from monitor.core.text import tokens

if TYPE_CHECKING:
    from monitor.core.query.lexicon import LeafId, Lexicon

PAD = "\x00"
_STOP = "\x01"  # the end of a sentence, before it is laid out as pads
_OTHER = "\x02"  # any word that no query names
_SENTENCE = PAD * SENTENCE_GAP
_PARAGRAPH = PAD * PARAGRAPH_GAP
FIELD_BREAK = PAD * FIELD_GAP
# A hostile feed invents words without end: a table that is full becomes the old one, and what is still used moves on.
_CHUNKS_MAX = 40_000
_CHUNK_KEPT = 48
_CLASSES_MAX = 500_000
_PATTERNS_MAX = 16


class _Chunks(dict[str, str]):
    """Chunk of text to its characters. A chunk that is not there is learned."""

    __slots__ = ("_book",)

    def __init__(self, book: Book) -> None:
        super().__init__()
        self._book = book

    def __missing__(self, chunk: str) -> str:
        return self._book.learn(chunk)


class Book:
    """The words of one language, as characters. ``heard`` and ``chars_of`` are what matching reads."""

    __slots__ = (
        "_chars",
        "_chunks",
        "_language",
        "_leaves",
        "_lexicon",
        "_old",
        "_patterns",
        "_stems",
        "_unheard",
        "_unheard_old",
        "chars_of",
        "heard",
    )

    def __init__(self, lexicon: Lexicon, language: str) -> None:
        self._lexicon = lexicon
        self._language = language
        self._stems: dict[str, list[LeafId]] = {}
        self._reset()
        for leaf, form in lexicon.stemmed.items():
            self._stems.setdefault(stem_in(form, language), []).append(leaf)

    def _reset(self) -> None:
        self._chars: dict[tuple[str, tuple[LeafId, ...]], str] = {("", ()): _OTHER}
        self._leaves: dict[str, tuple[LeafId, ...]] = {}
        self.heard: dict[str, tuple[LeafId, ...]] = {}
        """Character to the leaves that its words satisfy, and the groups that these stand in."""
        self.chars_of: dict[LeafId, str] = {}
        """Leaf to the characters that satisfy it. A leaf that no text has shown yet is not there."""
        self._patterns: dict[LeafId, tuple[str, ...] | None] = {}
        self.forget_chunks()

    def forget_chunks(self) -> None:
        """Learn every chunk anew: some rule about words has changed."""
        self._chunks, self._old = _Chunks(self), dict[str, str]()
        self._unheard: dict[str, list[str]] = {}
        self._unheard_old: dict[str, list[str]] = {}

    # Text to characters -----------------------------------------------------------------------------------------------

    def encode(self, text: str) -> str:
        """The characters of one field, from its first word to its last."""
        if len(self._chunks) > _CHUNKS_MAX:
            self._turn_over()
        find = self._chunks.__getitem__
        if "\n" not in text:
            return _laid_out("".join(map(find, text.split())))
        lines = [_laid_out("".join(map(find, line.split()))) for line in text.split("\n")]
        return _PARAGRAPH.join(filter(None, lines))

    def learn(self, chunk: str) -> str:
        """The characters of a chunk that the table does not hold yet."""
        codes = self._old.get(chunk, _OTHER)
        if _OTHER in codes:  # spelled again, so that it is known which chunks wait for a stem to be asked for
            codes = self._spell(chunk)
        if len(chunk) <= _CHUNK_KEPT:
            self._chunks[chunk] = codes
        return codes

    def _spell(self, chunk: str) -> str:
        if chunk.isascii() and chunk.isalnum() and len(chunk) > 3:
            return self._char(chunk.lower(), chunk, chunk)
        codes = []
        sentence = 0
        # One more word behind the chunk tells whether the chunk ends a sentence.
        found = tokens(f"{chunk} x")
        for token in found[:-1]:
            if token.sentence != sentence:
                codes.append(_STOP)
                sentence = token.sentence
            codes.append(self._char(token.form, token.raw, chunk))
        if found[-1].sentence != sentence:
            codes.append(_STOP)
        return "".join(codes)

    def _char(self, form: str, raw: str, chunk: str) -> str:
        stem = stem_in(form, self._language)
        special = self._lexicon.special(form, raw)
        if stem not in self._stems:
            if len(chunk) <= _CHUNK_KEPT:
                self._unheard.setdefault(stem, []).append(chunk)
            stem = ""
        char = self._chars.get((stem, special))
        return char if char is not None else self._new_char(stem, special)

    def _new_char(self, stem: str, special: tuple[LeafId, ...]) -> str:
        number = len(self._chars) + 2
        if number >= 0xD800:  # surrogates are no characters
            number += 0x800
        char = self._chars[stem, special] = chr(number)
        self._satisfy(char, (*self._stems.get(stem, ()), *special))
        return char

    def _satisfy(self, char: str, leaves: tuple[LeafId, ...]) -> None:
        """Let the words of a character satisfy further leaves."""
        lexicon = self._lexicon
        self._leaves[char] = (*self._leaves.get(char, ()), *leaves)
        for leaf in leaves:
            self.chars_of[leaf] = self.chars_of.get(leaf, "") + char
            for phrase in lexicon.phrases_with.get(leaf, ()):
                self._patterns.pop(phrase, None)
        self._hear(char)

    def _hear(self, char: str) -> None:
        groups_of = self._lexicon.groups_of
        leaves = self._leaves[char]
        groups = {group for leaf in leaves for group in groups_of.get(leaf, ())}
        self.heard[char] = (*leaves, *groups)

    def _turn_over(self) -> None:
        """Make room: what is used again is taken over from the old table, the rest goes when this happens next."""
        if len(self._chars) > _CLASSES_MAX:
            self._reset()
            return
        self._old, self._chunks = dict(self._chunks), _Chunks(self)
        self._unheard_old, self._unheard = self._unheard, {}

    # Leaves that come while the book is in use ------------------------------------------------------------------------

    def add_stemmed(self, leaf: LeafId, form: str) -> None:
        """Let a word be known by its stem."""
        stem = stem_in(form, self._language)
        known = self._stems.setdefault(stem, [])
        if known:
            for char in self.chars_of.get(known[0], ""):
                self._satisfy(char, (leaf,))
        for chunk in (*self._unheard.pop(stem, ()), *self._unheard_old.pop(stem, ())):
            self._chunks.pop(chunk, None)
        known.append(leaf)

    def add_to_group(self, leaf: LeafId) -> None:
        """A leaf stands in one more group."""
        for char in self.chars_of.get(leaf, ""):
            self._hear(char)

    # Where things are -------------------------------------------------------------------------------------------------

    def pattern(self, phrase: LeafId) -> tuple[str, ...] | None:
        """The strings, any of which is the phrase; None where there would be too many."""
        if phrase not in self._patterns:
            self._patterns[phrase] = self._spelled(self._lexicon.phrases[phrase])
        return self._patterns[phrase]

    def _spelled(self, words: tuple[LeafId, ...]) -> tuple[str, ...] | None:
        spelled = [""]
        for word in words:
            spelled = [start + char for start in spelled for char in self.chars_of.get(word, "")]
            if len(spelled) > _PATTERNS_MAX:
                return None
        return tuple(spelled)


def _laid_out(codes: str) -> str:
    """A line with the ends of its sentences laid out as positions."""
    if _STOP not in codes:
        return codes
    return _SENTENCE.join(filter(None, codes.split(_STOP)))
