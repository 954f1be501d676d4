"""Foreign words to ours: wildcards, the signs around them, and how each program counts letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.folding import APOSTROPHES
from monitor.core.query.convert.dialect import Dialect
from monitor.core.query.tree import Mode, Word
from monitor.core.text import WORD_MARKS, fold, tokens

if TYPE_CHECKING:
    from monitor.core.query.convert.dialect import Notes

_PARTS = re.compile(rf"[\w*{WORD_MARKS}'’ʼ]+")
_JOINED = re.compile(r"^(de|non|un)-(?=\w)", re.IGNORECASE)
_APOSTROPHES = re.compile(f"[{APOSTROPHES}]")
_SIGNED = re.compile(r"\w[+#]|[#@]\w")
_CUT = re.compile(r"(?<=\w)\$\d*$")
LETTERS_MIN = 2


@dataclass(frozen=True, slots=True)
class Gap:
    """A star between the words of a phrase: some word, or several."""


def split(text: str, dialect: Dialect, start: int, notes: Notes, *, negative: bool) -> list[Word | Gap] | None:
    """The words of a foreign text, wildcards said in stars; None, and a note, where one cannot be said."""
    end = start + len(text)
    if _SIGNED.search(text):
        message = "signs such as # and + are not searched here, only letters and digits"
        notes.wider(message, start, end, negative=negative)
    result: list[Word | Gap] = []
    for chunk in text.split():
        starred, loose = _stars(chunk, dialect)
        if loose:
            notes.wider(f"{loose}; a star stands for any number of them here", start, end, negative=negative)
        if "*" not in starred:
            result += [Word(_typed(token.raw)) for token in tokens(starred)]
            continue
        for part in _PARTS.findall(_JOINED.sub(r"\1", starred)):
            if "*" not in part:
                result += [Word(_typed(token.raw)) for token in tokens(part)]
            elif part.strip("*") == "":
                result.append(Gap())
            else:
                pattern = _APOSTROPHES.sub("", part)
                letters = fold(pattern.replace("*", ""))
                if len(letters) < LETTERS_MIN or not letters.isalnum():
                    notes.missing("a star needs at least two letters beside it", start, end)
                    return None
                result.append(Word(pattern))
    return result


def _stars(chunk: str, dialect: Dialect) -> tuple[str, str]:
    """The wildcards of one chunk as stars, and what they stood for where that was less than a star does."""
    loose = ""
    match dialect:
        case Dialect.NEXIS:
            if "*" in chunk.rstrip("*") or chunk.endswith("*"):
                loose = "* is one letter in Nexis"
            chunk = chunk.replace("!", "*")
            if "?" in chunk:
                loose = "? is one letter in Nexis"
                chunk = chunk.replace("?", "*")
        case Dialect.GOOGLE:
            chunk = chunk.replace("?", "")
        case Dialect.FACTIVA:
            cut = _CUT.sub("*", chunk)
            if cut != chunk:
                loose, chunk = "$ is a limited number of letters in Factiva", cut
            if "?" in chunk:
                loose, chunk = "? is one letter in Factiva", chunk.replace("?", "*")
        case _:
            if "?" in chunk:
                loose, chunk = f"? is one letter in {dialect.label}", chunk.replace("?", "*")
    return re.sub(r"\*{2,}", "*", chunk), loose


def _typed(word: str) -> str:
    """With the apostrophe that a TOML string in single quotes can hold; both are one letter to us."""
    return word.replace("'", "’")


def written(word: str, style: str) -> list[Word]:
    """A word as a style wants its letters; none where ``cs:`` could not say it."""
    forms = {
        "as": (word,),
        "allcaps": (word.upper(),),
        "nocaps": (word.lower(),),
        "caps": (word if word != word.lower() else "", word[:1].upper() + word[1:].lower(), word.upper()),
    }[style]
    cased = [Word(form, Mode.CASE) for form in dict.fromkeys(forms) if form]
    sayable = all(re.fullmatch(rf"[\w{WORD_MARKS}.&'’-]+", one.text) and one.text[0] not in ".&-'’" for one in cased)
    return cased if sayable and all([token.raw for token in tokens(one.text)] == [one.text] for one in cased) else []
