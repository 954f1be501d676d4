"""How items put things: their words as numbers, so that weeks of news are counted in little memory.

A sentence counts where it is seen first: furniture that a feed puts on every item, and copies of one text, count once.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from typing import TYPE_CHECKING

from monitor.core.query.language import language_of
from monitor.core.query.reading import stem_in
from monitor.core.text import fold, tokens, without_possessive

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from monitor.core.model import Item

Gram = tuple[int, ...]
"""One to three words in a row, as numbers."""

GRAM_MAX = 3
ITEM_WORDS_MAX = 600
WORDS_MAX = 8_000_000
_BREAK = 0
_SMALL_LETTERS = 0.4
_WIDE = "\u0e00"  # from here on, scripts that write words without spaces: one letter of them is a word
_TEXT_MAX = 10 * ITEM_WORDS_MAX
_STOPS = ".!?…؟।。！？\n"
_PIECE = re.compile(rf"[^\W_]+(?:['’ʼ][^\W\d_]+)*|[{_STOPS}]")

# Words that by themselves mean nothing, and that no suggestion begins or ends with.
_IDLE_TEXT = """
a about after again against all also although always am amid among an and another any are around as at away back
be became because become been before began behind being below between both but by came can cannot come could day
did do does done down during each early either else end even ever every few first five for former four from get
give go had half has have he her here him his how however hundred i if in including into is it its just keep
last late later least less like little made main make many may me might million month more most much must my
near never new next night nine no nor not nothing now of off often old on once one only onto or other our out
over own part per percent put quite rather said same saw say second see seven several shall she should since six
so some soon still such take ten than that the their them then there these they thing third this those thousand
three through thus time to today together told tomorrow too took toward two under until up upon us use very via
want was way we week well went were what when where whether which while who whom whose why will with within
without would year yesterday yet you your au aux avec ce ces cette comme dans de des du elle en est et il ils la
le les leur mais ne nous ont ou par pas plus pour qu que qui sa se ses son sont sur un une al como con del el es
esta este fue ha han las lo los mas para pero por sin su sus y als auch auf aus bei das dass dem den der die ein
eine einem einen einer er fur im ist mit nach nicht noch oder sich sie sind uber um und von vor war wie wird zu
zum zur в во и из к как на не но о об от по с со что это الى إلى ان أن على عن في قد كان لا ما من مع هذا هذه و
"""
IDLE = frozenset(map(fold, _IDLE_TEXT.split()))


class Wording:
    """The words of many items. ``texts`` holds one row of numbers for each item added, with 0 between sentences.

    Of an item the first 600 words are kept; once there are eight million, no further item is.
    """

    def __init__(self) -> None:
        self.texts: list[array[int]] = []
        self._numbers: dict[str, int] = {}
        self._stems = [""]
        self._written = [""]
        self._books: dict[str, dict[str, tuple[int, ...]]] = {}
        self._inside: Counter[str] = Counter()
        self._sentences: set[int] = set()
        self._words = 0

    @property
    def full(self) -> bool:
        """Whether no further item is kept."""
        return self._words >= WORDS_MAX

    def add(self, item: Item) -> None:
        """Keep the words of one item."""
        language = language_of(item)
        book = self._books.setdefault(language, {})
        kept = array("I")
        for words in _sentences(item):
            self._note_capitals(words)
            numbers: list[int] = []
            for word in words:
                known = book.get(word)
                if known is None:
                    known = book[word] = self._learn(word, language)
                numbers += known
            mark = hash(tuple(numbers))
            if mark not in self._sentences:
                self._sentences.add(mark)
                kept.extend(numbers)
                kept.append(_BREAK)
        self._words += len(kept)
        self.texts.append(kept)

    def stems(self, gram: Gram) -> tuple[str, ...]:
        """The words that numbers stand for."""
        return tuple(self._stems[number] for number in gram)

    def written(self, gram: Gram) -> str:
        """A way to write some words that has their stems."""
        return " ".join(without_possessive(self._written[number]).lower() for number in gram)

    def gram(self, stems: Sequence[str]) -> Gram | None:
        """The numbers of some words; None where one of them was never met."""
        numbers = [self._numbers.get(stem) for stem in stems]
        return None if None in numbers else tuple(number for number in numbers if number is not None)

    def recall(self, text: str) -> list[int]:
        """A text as numbers, without keeping it; 0 for words that were never met."""
        return [self._numbers.get(stem_in(token.form, ""), _BREAK) for token in tokens(text)]

    def tells(self, gram: Gram) -> bool:
        """Whether an expression could mean something: no number and no name in it, no idle word at its ends."""
        if any(self.is_name(number) or any(map(str.isdigit, self._stems[number])) for number in gram):
            return False
        return all(self._is_full(end) for end in (gram[0], gram[-1]))

    def is_name(self, number: int) -> bool:
        """Whether a word has a capital most of the time, where only names have one: inside a sentence."""
        form = self._written[number].lower()
        return self._inside[form.capitalize()] + self._inside[form.upper()] > self._inside[form]

    def _is_full(self, number: int) -> bool:
        form = fold(self._written[number])
        return not {form, self._stems[number]} & IDLE and (len(form) > 2 or form >= _WIDE)

    def _learn(self, word: str, language: str) -> tuple[int, ...]:
        """The numbers of a word as written: several where it is several words to matching."""
        if word.isascii() and word.isalnum():
            return (self._number(word.lower(), word, language),)
        return tuple(self._number(token.form, token.raw, language) for token in tokens(word))

    def _number(self, form: str, raw: str, language: str) -> int:
        stem = stem_in(form, language)
        number = self._numbers.get(stem)
        if number is None:
            number = self._numbers[stem] = len(self._stems)
            self._stems.append(stem)
            self._written.append(raw)
        return number

    def _note_capitals(self, words: Sequence[str]) -> None:
        # Headlines in capitals, and sentences that are a list of names, say nothing about any one word.
        if sum(map(str.islower, words)) >= _SMALL_LETTERS * len(words):
            self._inside.update(words[1:])


def grams(text: Sequence[int]) -> set[Gram]:
    """Every word of a text, and every two and three in a row inside a sentence."""
    found = {gram for size in range(1, GRAM_MAX + 1) for gram in _rows(text, size)}
    return {gram for gram in found if _BREAK not in gram}


def count_grams(texts: Iterable[Sequence[int]], wanted: Collection[Gram]) -> Counter[Gram]:
    """In how many texts each wanted gram stands."""
    by_size = {size: {gram for gram in wanted if len(gram) == size} for size in range(1, GRAM_MAX + 1)}
    counts: Counter[Gram] = Counter()
    for text in texts:
        for size, some in by_size.items():
            if some:
                counts.update(some.intersection(_rows(text, size)))
    return counts


def _rows(text: Sequence[int], size: int) -> Iterator[Gram]:
    return zip(*(text[start:] for start in range(size)), strict=False)


def _sentences(item: Item) -> Iterator[list[str]]:
    """The words of title and text, as written; numbers and abbreviations may come in pieces."""
    left = ITEM_WORDS_MAX
    for text in (item.title, item.body):
        words: list[str] = []
        for piece in _PIECE.findall(text, 0, _TEXT_MAX):
            if piece[0] not in _STOPS:
                words.append(piece)
            elif words:
                yield words[:left]
                left -= len(words)
                words = []
            if left <= 0:
                return
        if words:
            yield words[:left]
            left -= len(words)
