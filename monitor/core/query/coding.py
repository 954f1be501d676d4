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
from monitor.core.tokens import ABBREVIATIONS, JOINED

if TYPE_CHECKING:
    from monitor.core.query.lexicon import LeafId, Lexicon

PAD = "\x00"
_STOP = "\x01"  # the end of a sentence, before it is laid out as pads
_LINE = "\x03"  # the end of a line, likewise; also as a chunk
_OTHER = "\x02"  # any word that no query names
# What may stand around a word and tells nothing; of these, what may stand between a stop and the space behind it.
_AROUND = "\"',;:()[]“”‘’$£€%–—"
_CLOSING = "\"')]”’"
_STOPS = (".", "!", "?")
_POSSESSIVES = ("'s", "’s")
_SEVERAL = ((_STOP + _STOP, _STOP), (_STOP + _LINE, _LINE), (_LINE + _STOP, _LINE), (_LINE + _LINE, _LINE))
SENTENCE = PAD * SENTENCE_GAP
_PARAGRAPH = PAD * PARAGRAPH_GAP
FIELD_BREAK = PAD * FIELD_GAP
# A hostile feed invents words without end: a table that is full becomes the old one, and what is still used moves on.
_CHUNKS_MAX = 80_000
_CHUNK_KEPT = 48
_CLASSES_MAX = 500_000
_WAYS_MAX = 16


class _Chunks(dict[str, str]):
    """Chunk of text to its characters. A chunk that is not there is learned."""

    __slots__ = ("_book",)

    def __init__(self, book: Book) -> None:
        super().__init__({_LINE: _LINE})
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
        "_stems",
        "_unheard",
        "_unheard_old",
        "chars_of",
        "heard",
        "paired",
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
        self.heard: dict[int, tuple[LeafId, ...]] = {}
        """Character, as a number, to the leaves that its words satisfy, and the groups that these stand in."""
        self.chars_of: dict[LeafId, str] = {}
        """Leaf to the characters that satisfy it. A leaf that no text has shown yet is not there."""
        self.paired: dict[int, list[tuple[LeafId, bool]]] = {}
        """Two characters side by side to the phrases found by them, and whether that settles it (see ``numbers``)."""
        self.forget_chunks()

    def forget_chunks(self) -> None:
        """Learn every chunk anew: some rule about words has changed."""
        self._chunks, self._old = _Chunks(self), dict[str, str]()
        self._unheard: dict[str, list[str]] = {}
        self._unheard_old: dict[str, list[str]] = {}

    # Text to characters -----------------------------------------------------------------------------------------------

    def encode(self, text: str) -> str:
        """The characters of one field, from its first word to its last."""
        find = self._chunks.__getitem__
        if "\n" in text:
            text = text.replace("\n", f" {_LINE} ")  # a line's end is a chunk of its own
        return _laid_out("".join(map(find, text.split())).strip(_STOP + _LINE))

    def learn(self, chunk: str) -> str:
        """The characters of a chunk that the table does not hold yet."""
        codes = self._old.get(chunk, _OTHER)
        if _OTHER in codes:  # spelled again, so that it is known which chunks wait for a stem to be asked for
            codes = self._spell(chunk)
        if len(chunk) <= _CHUNK_KEPT:
            self._chunks[chunk] = codes
        return codes

    def _spell(self, chunk: str) -> str:
        plain = _plain(chunk)
        if plain is not None:
            words, end = plain
            return "".join([self._char(form, raw, chunk) for form, raw in words]) + end
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
        special = self._lexicon.special(form, raw) if self._lexicon.has_special else ()
        if stem not in self._stems:
            if len(chunk) <= _CHUNK_KEPT:
                self._unheard.setdefault(stem, []).append(chunk)
            stem = ""
        char = self._chars.get((stem, special))
        return char if char is not None else self._new_char(stem, special)

    def _new_char(self, stem: str, special: tuple[LeafId, ...]) -> str:
        number = len(self._chars) + 3
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
                self._pair(phrase)
        self._hear(char)

    def _hear(self, char: str) -> None:
        groups_of = self._lexicon.groups_of
        leaves = self._leaves[char]
        groups = {group for leaf in leaves for group in groups_of.get(leaf, ())}
        self.heard[ord(char)] = (*leaves, *groups)

    def make_room(self) -> None:
        """To be called between two items: what is used again is taken over from a full table, the rest goes in time."""
        if len(self._chars) > _CLASSES_MAX:
            self._reset()
        elif len(self._chunks) > _CHUNKS_MAX:
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

    def add_phrase(self, phrase: LeafId) -> None:
        """Let a phrase be found."""
        self._pair(phrase)

    def _pair(self, phrase: LeafId) -> None:
        """File a phrase under its two rarest neighbours, in each way that they were heard."""
        words = self._lexicon.phrases[phrase]
        at = self._lexicon.rarest_pair(words)
        first, second = (self.chars_of.get(word, "") for word in words[at : at + 2])
        filed = (phrase, len(words) == 2)
        for pair in {one + other for one in first for other in second}:
            for key in numbers(pair)[1]:
                known = self.paired.setdefault(key, [])
                if filed not in known:
                    known.append(filed)

    # Where things are -------------------------------------------------------------------------------------------------

    def ways(self, phrase: LeafId) -> tuple[str, ...]:
        """The strings, any of which is the phrase, where all its words have been heard; none if they are too many."""
        ways = [""]
        for word in self._lexicon.phrases[phrase]:
            ways = [start + char for start in ways for char in self.chars_of.get(word, "")]
            if len(ways) > _WAYS_MAX:
                return ()
        return tuple(ways)


def numbers(codes: str) -> tuple[memoryview, memoryview, memoryview]:
    """The characters as numbers, and every two that stand side by side: those from an even index on, and the others.

    To intersect with 400 pairs costs no more than a look at each of 20 phrases would.
    """
    view = memoryview(codes.encode("utf-32-le"))
    even, odd = len(codes) // 2 * 8, max(0, len(codes) - 1) // 2 * 8 + 4
    return view.cast("I"), view[:even].cast("Q"), view[min(4, len(view)) : odd].cast("Q")


def _plain(chunk: str) -> tuple[list[tuple[str, str]], str] | None:
    """The words of most chunks, folded and as written, and what the chunk ends: without the long way by ``tokens``."""
    written, end = chunk.strip(_AROUND), ""
    if written.endswith(_STOPS):
        closed = chunk.rstrip(_CLOSING)
        if not closed.endswith(written):  # something stands between the stop and the space
            return None
        written, stop = written[:-1], written[-1]
        if not written.isalpha() or (stop == "." and (len(written) == 1 or written in ABBREVIATIONS)):
            return None
        end = _STOP
    words = []
    for raw in written.split("-"):
        word = raw[:-2] if raw.endswith(_POSSESSIVES) and raw[:-2].isalpha() else raw
        form = word.lower()
        if not (word.isascii() and word.isalnum()) or form in JOINED:
            return None
        words.append((form, raw))
    return words, end


def _laid_out(codes: str) -> str:
    """The ends of sentences and lines as positions. Several in a row are one, and a line's end outdoes a sentence's."""
    for several, one in _SEVERAL:
        while several in codes:
            codes = codes.replace(several, one)
    return codes.replace(_STOP, SENTENCE).replace(_LINE, _PARAGRAPH)
