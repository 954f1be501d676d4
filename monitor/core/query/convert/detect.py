"""Which program a pasted query comes from, by spellings that only that one has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.core.query.convert.convert import convert
from monitor.core.query.convert.dialect import Conversion, Dialect
from monitor.core.query.lex import STRAIGHT

# Spellings, each with what it says for a dialect. Those that two dialects share stand under both.
_EVIDENCE: tuple[tuple[Dialect, str], ...] = (
    (Dialect.LUCENE, r"\w\^\d|\)\^\d|\"\^\d"),
    (Dialect.LUCENE, r"\w~(?:\d?(?:\.\d+)?)?(?=[\s)]|$)"),
    (Dialect.LUCENE, r"&&|\|\|"),
    (Dialect.LUCENE, r"[\[{]\s*\S+\sTO\s\S+\s*[\]}]"),
    (Dialect.LUCENE, r"\\[-+!(){}\[\]^\"~*?:/&|=]"),
    (Dialect.LUCENE, r"_exists_:|\*:\*|(?:^|[\s(])[a-z_]+:/"),
    (Dialect.LUCENE, r"(?:^|[\s(])\+[\w\"(]"),
    (Dialect.LUCENE, r"(?:^|[\s(])(?:body|content|message|description|status|name|tags?|publisher):\S"),
    (Dialect.GOOGLE, r"(?:^|[\s(-])(?:all)?in(?:title|url|text):"),
    (Dialect.GOOGLE, r"\bAROUND\s?\(\d+\)"),
    (Dialect.GOOGLE, r"(?:^|[\s(-])site:\s?[\w.-]+\.\w+"),
    (Dialect.GOOGLE, r"(?:^|[\s(-])(?:filetype|inanchor|before|after|related):"),
    (Dialect.GOOGLE, r"\"[^\"]*\s\*\s[^\"]*\""),
    (Dialect.GOOGLE, r"\s\|\s"),
    (Dialect.FACTIVA, r"(?:^|[\s(\[])(?:hd|hl|hlp|lp|td|by|la|rst|sc|sn|pub|ns|co|fds|re|in)="),
    (Dialect.FACTIVA, r"(?i:\b(?:adj|near)\d+\b)"),
    (Dialect.FACTIVA, r"/[nNfF]\d+/?"),
    (Dialect.FACTIVA, r"(?i:\batleast\s?\d+\s+[\w\"])"),
    (Dialect.FACTIVA, r"\w\$\d\b|\s%\s"),
    (Dialect.FACTIVA, r"(?i:\bwc\s?[<>])|(?i:\bdate\s(?:from|after|before)\b)"),
    (Dialect.NEXIS, r"\w{2,}!(?=[\s)]|$)"),
    (Dialect.NEXIS, r"(?i:\b(?:w|pre|not\sw)/(?:s|p|seg|sent|para)\b)|(?:^|\s)/[sp](?=\s)"),
    (Dialect.NEXIS, r"(?i:\bpre/\d+)"),
    (Dialect.NEXIS, r"(?i:\b(?:hlead|allcaps|nocaps|caps|plural|singular|atleast\d+|length|byline|term|subject)\s?\()"),
    (Dialect.NEXIS, r"(?i:\b(?:hlead|section|company|geographic|publication|headline|body)\([^)\"]*\))"),
    (Dialect.MELTWATER, r"\bO?NEAR/\d+f?\b"),
    (Dialect.MELTWATER, r"\bO?NEAR(?=[\s(\"])"),
    (Dialect.MELTWATER, r"(?:^|[\s(])(?:ingress|raw|country|site):\S"),
    (Dialect.MELTWATER, r"\{\w[^{}]*\}(?!\s*TO)"),
    (Dialect.CISION, r"\bcs\(|\bheadline\(\s?\"|\bpublication\(\s?\""),
    (Dialect.CISION, r"\"\s+w/\d+\s+[\"(]|\)\s+w/\d+\s+\(\s?\""),
)
_PATTERNS = tuple((dialect, re.compile(pattern)) for dialect, pattern in _EVIDENCE)


@dataclass(frozen=True, slots=True)
class Detected:
    """The dialect, and the spellings that gave it away; None: nothing did, or several are as likely."""

    dialect: Dialect | None
    because: tuple[str, ...] = ()


def detect(text: str) -> Detected:
    """Find the dialect of a text by what only it would write."""
    source = text.translate(STRAIGHT)
    marks: dict[Dialect, list[str]] = {dialect: [] for dialect in Dialect}
    for dialect, pattern in _PATTERNS:
        found = pattern.search(source)
        if found is not None:
            marks[dialect].append(found[0].strip())
    ranked = sorted(Dialect, key=lambda dialect: -len(marks[dialect]))
    first, second = ranked[0], ranked[1]
    if not marks[first] or len(marks[first]) == len(marks[second]):
        return Detected(None)
    return Detected(first, tuple(marks[first]))


def readings(text: str, *, exact: bool = False) -> list[list[Conversion]]:
    """What the text means in each dialect, those of one meaning together: where there is one list, there is no doubt.

    Whether words are found in their inflections is no matter of the query, and the reading with the fewest notes leads.
    """
    result: dict[str, list[Conversion]] = {}
    for dialect in Dialect:
        found = convert(text, dialect, exact=exact)
        if found.complete:
            result.setdefault(found.query.replace("=", ""), []).append(found)
    return [sorted(same, key=lambda one: len(one.notes)) for same in result.values()]
