"""The texts of other programs taken apart, each by its own spelling of operators, fields and words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.query.convert.dialect import Dialect
from monitor.core.query.lex import STRAIGHT

if TYPE_CHECKING:
    from collections.abc import Mapping

_B = r"""(?=[\s()\[\]"]|$)"""
_PHRASE = r'"[^"]*"'
_GOOGLE_FIELDS = (
    "site|intitle|allintitle|inurl|allinurl|intext|allintext|inanchor|allinanchor|filetype|ext|related|cache|link|info"
    "|define|before|after|daterange|source|location|author|lang|inpostauthor|inposttitle"
)
# Kind and pattern, the first that fits: operators before words. ``other`` is what no pattern takes.
_SPELLINGS: Mapping[Dialect, tuple[tuple[str, str], ...]] = {
    Dialect.LUCENE: (
        ("phrase", r'"(?:\\.|[^"\\])*"(?:~\d*(?:\.\d+)?)?'),
        ("unclosed", r'"(?:\\.|[^"\\])*\\?'),
        ("range", r"[\[{][^\]}\[{]*\sTO\s[^\]}\[{]*[\]}]|[<>]=?[^\s()]+"),
        ("everything", r"\*:\*|\*(?=[\s)]|$)"),
        ("regex", r"(?<![\w])/(?:\\.|[^/\\\s])+(?:\s(?:\\.|[^/\\\s])*){0,20}/"),
        ("boost", r"\^\d*(?:\.\d+)?"),
        ("and", rf"AND{_B}|&&"),
        ("or", rf"OR{_B}|\|\|"),
        ("not", rf"NOT{_B}|!|-(?=\S)"),
        ("must", r"\+(?=\S)"),
        ("field", r"(?:[\w.*@-]|\\.)+:(?=\S)"),
        ("word", r"(?:\\.|[^\s()\"\[\]{}^~:\\])+(?:~(?:\d*(?:\.\d+)?))?"),
    ),
    Dialect.GOOGLE: (
        ("phrase", _PHRASE),
        ("unclosed", r'"[^"]*'),
        ("near", r"(?i:AROUND)\s?\(\d{1,9}\)"),
        ("range", r"\$?\d+\.\.\$?\d+"),
        ("and", rf"AND{_B}|&{_B}"),
        ("or", rf"OR{_B}|\|"),
        ("not", rf"NOT{_B}|-(?=[\w\"(])"),
        ("must", r"\+(?=[\w\"(])"),
        ("field", rf"(?i:{_GOOGLE_FIELDS}):\s?"),
        ("gap", rf"\*{_B}"),
        ("word", r"[^\s()\"|]+"),
    ),
    Dialect.FACTIVA: (
        ("phrase", _PHRASE),
        ("unclosed", r'"[^"]*'),
        ("near", rf"(?i:adj\d{{0,9}}|near\d{{0,9}}|w\s?/\s?\d{{1,9}}|same){_B}|/[nN]\d{{1,9}}/?"),
        ("first", r"/[fF]\d{1,9}/?"),
        ("and", rf"(?i:and){_B}"),
        ("or", rf"(?i:or){_B}"),
        ("not", rf"(?i:not){_B}"),
        ("mentions", r"(?i:atleast)\s?\d{1,9}(?![\w])"),
        ("range", r"(?i:wc)\s?[<>=]+\s?\d+|(?i:date|upd)\s(?i:from\s\S+\sto\s\S+|(?:after|before|on)\s\S+|[\d/+-]+)"),
        ("field", r"[A-Za-z]{2,6}="),
        ("gap", rf"%{_B}"),
        ("word", r"(?:(?!/[nNfF]\d+/)[^\s()\[\]\"'‘’]|(?<=\w)['’](?=\w))+"),
        ("blank", r"['‘’]"),
    ),
    Dialect.NEXIS: (
        ("phrase", _PHRASE),
        ("unclosed", r'"[^"]*'),
        ("near", rf"(?i:(?:not\s)?(?:(?:w|pre|near|onear|within)/|/)(?:\d{{1,9}}|seg|sent|para|s|p)){_B}"),
        ("not", rf"(?i:(?:and\s|but\s)?not){_B}"),
        ("and", rf"(?i:and){_B}|&{_B}"),
        ("or", rf"(?i:or){_B}"),
        ("range", r"(?i:length|date|load-date|pub-date)\s?(?:[<>=]+|(?i:aft|bef|is|geq|leq|gtr|lss)\b)\s?[\w/.-]+"),
        ("mentions", r"(?i:atleast)\d{1,9}(?=\s?\()"),
        ("call", r"[A-Za-z][A-Za-z-]*(?=\()"),
        ("word", r"[^\s()\"]+"),
    ),
    Dialect.MELTWATER: (
        ("phrase", _PHRASE + r"(?:~\d{1,9})?"),
        ("unclosed", r'"[^"]*'),
        ("near", rf"(?i:(?:not\s)?o?near(?:/\d{{1,9}}f?)?){_B}"),
        ("and", rf"(?i:and){_B}"),
        ("or", rf"(?i:or){_B}"),
        ("not", rf"(?i:not|andnot){_B}|-(?=[\w\"(])"),
        ("boost", r"\^\d*(?:\.\d+)?"),
        ("slop", r"~\d{1,9}"),
        ("cased", r"\{[^{}]*\}"),
        ("field", r"[A-Za-z][\w.]*:(?=\S)"),
        ("word", r"[^\s()\"{}^]+"),
    ),
    Dialect.CISION: (
        ("phrase", _PHRASE + r"(?:~\d{1,9})?"),
        ("unclosed", r'"[^"]*'),
        ("near", rf"(?i:(?:not\s)?(?:(?:w|pre|near|onear)/\d{{1,9}}|near|onear)){_B}"),
        ("and", rf"(?i:and){_B}"),
        ("or", rf"(?i:or){_B}"),
        ("not", rf"(?i:not|andnot){_B}|-(?=[\w\"(])"),
        ("call", r"[A-Za-z][\w-]*(?=\()"),
        ("field", r"[A-Za-z][\w.]*:(?=\S)"),
        ("word", r"[^\s()\"]+"),
    ),
}
_BRACKETS = {Dialect.FACTIVA: (r"[(\[]", r"[)\]]")}


def _spelling(dialect: Dialect) -> re.Pattern[str]:
    opening, closing = _BRACKETS.get(dialect, (r"\(", r"\)"))
    pieces = (("open", opening), ("close", closing), *_SPELLINGS[dialect], ("other", r"\S"))
    return re.compile(r"\s*(?:" + "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in pieces) + ")")


_PATTERNS = {dialect: _spelling(dialect) for dialect in Dialect}


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of foreign text: its kind, as it was written, and where."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def number(self) -> int | None:
        """The number in it."""
        found = re.search(r"\d{1,9}", self.text)
        return int(found[0]) if found else None


def take_apart(text: str, dialect: Dialect) -> list[Lexeme]:
    """The pieces of a foreign query, behind them one of kind ``end``. Every text can be taken apart."""
    source = text.translate(STRAIGHT)
    result: list[Lexeme] = []
    at = 0
    while (found := _PATTERNS[dialect].match(source, at)) is not None:
        kind = str(found.lastgroup)
        start, at = found.span(kind)
        if kind != "blank":
            result.append(Lexeme(kind, source[start:at], start, at))
    result.append(Lexeme("end", "", len(text), len(text)))
    return result
