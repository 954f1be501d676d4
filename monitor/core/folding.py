"""A word folded to be compared: case, accents, compatibility forms and interchangeable letters away.

Nothing here is ever shown. Marks that only ornament a letter go; marks that make another letter (Japanese voicing, Thai
tones, the vowels of Indic scripts, й and ї) stay.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

APOSTROPHES = "'’‘‛ʼʻʽʾʿˈ`´＇׳՚"
"""Every sign that is written for an apostrophe, or for the Semitic hamza and ʿayn in Latin letters."""

# Letters that writers interchange: Arabic, Persian, Urdu and Kurdish keyboards have codes of their own for one letter.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىیې", "ي"),
        **dict.fromkeys("ةہھەۃ", "ه"),
        **dict.fromkeys("کڪ", "ك"),
        "ئ": "ي",
        "ؤ": "و",
        "ς": "σ",
        "ё": "е",
        "ґ": "г",
        "ı": "i",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "٫": ".",
        "٬": ",",
    }
)
# Accents of Latin, Greek and Cyrillic (but the breve of й and ў, and the dots of ї), Hebrew and Arabic points, tatweel,
# the dot that Hindi writers leave out, variation selectors; joiners, soft hyphens and other zero-width signs.
_ORNAMENTS = re.compile(
    "(?<![иу])\u0306|(?<!і)\u0308|[\u0300-\u0305\u0307\u0309-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5"
    "\u05c7\u05f4\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u093c\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20f0\ufe00-\ufe0f\ufe20-\ufe2f\u00ad\u00b7\u200b-\u200f\u2060\ufeff\ud800-\udfff"
    f'"{APOSTROPHES}]'
)

# Look-alikes. Only letters that a reader cannot tell apart, capitals and small letters each for themselves. A small
# letter stands here only if its capital does, so that folding twice changes nothing more.
_CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТУХҮԚԜаеѕіјкорсухү", "ABESIJKMHOPCTYXYQWaesijkopcyxy", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυχ", "ABEZHIKMNOPTYXaikvopux", strict=True))
_TO_LATIN = _CYRILLIC | _GREEK
_TO_CYRILLIC = {latin: letter for letter, latin in reversed(_CYRILLIC.items()) if letter not in "ҮүԚԜ"}
_TO_GREEK = {latin: letter for letter, latin in reversed(_GREEK.items())}
_LATIN_LETTER = re.compile("[A-Za-z]")
_OTHER_LETTER = re.compile("[\u0370-\u0481\u048a-\u052f]")

# Folded words are remembered, but none that only a hostile feed would write.
_WORD_KEPT = 64
_ROUNDS_MAX = 4


def fold(word: str) -> str:
    """Fold a word: ``Ḥalab`` and ``HALAB`` are ``halab``, ``Сана’а`` is ``санаа``, ``١٢`` is ``12``."""
    if word.isascii():
        return word.lower().replace("'", "").replace("`", "")
    return _fold(word) if len(word) <= _WORD_KEPT else _fold.__wrapped__(word)


@lru_cache(maxsize=65_536)
def _fold(word: str) -> str:
    text = _folded_once(word)
    # Marks change places when a sign between them goes, and are then told apart another way: rare, and soon over.
    for _ in range(_ROUNDS_MAX):
        again = _folded_once(text)
        if again == text:
            break
        text = again
    return text


def _folded_once(word: str) -> str:
    text = unicodedata.normalize("NFKD", word.replace("´", ""))  # it would become a space and an accent
    text = _in_one_script(text)
    text = unicodedata.normalize("NFKD", text.casefold())
    text = _ORNAMENTS.sub("", _in_one_script(text.translate(_ALIKE)))  # once more: ø has become an o
    if any(char > "9" and char.isdecimal() for char in text):
        text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    return unicodedata.normalize("NFC", text)


def _in_one_script(text: str) -> str:
    """A word in which Latin stands among Cyrillic or Greek, in the one script that a reader takes it for.

    As it is where no single script could have been meant.
    """
    other = _OTHER_LETTER.findall(text)
    latin = _LATIN_LETTER.findall(text) if other else []
    if not latin:
        return text
    back = _TO_GREEK if all(letter < "\u0400" for letter in other) else _TO_CYRILLIC
    to_latin = all(letter in _TO_LATIN for letter in other)
    to_other = all(letter in back for letter in latin)
    if to_latin and (len(latin) >= len(other) or not to_other):
        return "".join(_TO_LATIN.get(char, char) for char in text)
    if to_other:
        return "".join(back.get(char, char) for char in text)
    return text
