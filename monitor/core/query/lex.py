"""Query text to lexemes with their offsets. Knows the spellings of other languages, and nothing of grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.core.query.tree import FIELDS, QueryProblem
from monitor.core.text import WORD_MARKS

# Typed by word processors; each stands for one ASCII character, so that offsets stay true.
_CURLY = str.maketrans(
    {**dict.fromkeys("“”„‟«»″", '"'), "（": "(", "）": ")", "，": ",", **dict.fromkeys("\u200b\ufeff", " ")}
)

_FIELD_ALIASES = {
    **dict.fromkeys(("headline", "hd"), "title"),
    **dict.fromkeys(("body", "text"), "content"),
    **dict.fromkeys(("source", "rst"), "feed"),
    **dict.fromkeys(("la", "language"), "lang"),
    "hlead": "lead",
    "by": "author",
    "url": "link",
}

# What may follow an operator; elsewhere its letters are a word.
_BEHIND = r"""(?=[\s()"@=*,;]|$)"""
_LEXEME = re.compile(
    rf"""\s*(?:
      (?P<phrase>"(?P<inside>[^"]*)"(?:~(?P<slop>\d{{1,9}}))?)
    | (?P<unclosed>"[^"]*)
    | (?P<near>(?P<notnear>(?:NOT|not|Not)\s+)?
               (?P<nearop>(?i:ONEAR|NEAR|ADJ)(?=/?\d)|(?i:PRE|W)(?=/\d)|ONEAR|NEAR|ADJ|PRE)
               (?:/?(?P<n1>\d{{1,9}}))?{_BEHIND})
    | (?P<slashnear>/n?(?P<n2>\d{{1,9}})n?/?(?=\s))
    | (?P<atleast>(?i:ATLEAST)/?(?P<count>\d{{1,9}})(?=\s*\())
    | (?P<someof>(?P<some>\d{{1,9}})\s+(?i:OF)(?=\s*\())
    | (?P<and>(?:AND|and|And|&&){_BEHIND}|\+(?=[\w"(@=*]))
    | (?P<or>(?:OR|or|Or|\|\||\|){_BEHIND})
    | (?P<not>(?:NOT|not|Not|ANDNOT){_BEHIND}|[-!](?=[\w"(@=*]))
    | (?P<case>cs:(?P<cased>[^\s()",:]+)|(?:cs|CAPS|ALLCAPS)\((?P<caped>[^\s()"]+)\))
    | (?P<field>(?P<name>[A-Za-z]+)(?:[:=]|(?=\()))
    | (?P<concept>@(?P<called>[\w-]+))
    | (?P<open>\() | (?P<close>\)) | (?P<comma>[,;])
    | (?P<word>=?[\w{WORD_MARKS}*?'’ʼ.&$%€£+-]*[\w*][\w{WORD_MARKS}*?'’ʼ&$%€£+-]*
               (?:\.(?=[\s)",;]|$))?(?:~(?P<fuzz>\d{{1,9}})(?![\w.]))?)
    | (?P<other>\S)
    )""",
    re.VERBOSE,
)
_NEAR_DEFAULT = 4
# The alternatives at the top of the pattern; the other groups are parts of one of these.
_PARTS = frozenset(("inside", "slop", "notnear", "nearop", "n1", "n2", "count", "some", "cased", "caped", "name"))
_KINDS = tuple(name for name in _LEXEME.groupindex if name not in _PARTS | {"called", "fuzz"})


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of a query: its kind, what it says, a number where it carries one, and where it stands."""

    kind: str
    text: str
    start: int
    end: int
    number: int | None = None
    flag: bool = False


def lex(text: str) -> list[Lexeme] | QueryProblem:
    """Take a query apart. The result ends with a lexeme of kind ``end``."""
    source = text.translate(_CURLY)
    result: list[Lexeme] = []
    at = 0
    while at < len(source):
        found = _LEXEME.match(source, at)
        if found is None:  # only white space is left
            break
        piece = _piece(found)
        if isinstance(piece, QueryProblem):
            return piece
        if piece is None:  # a word that looked like a field
            found = re.compile(r"\s*(?P<word>\w+)").match(source, at)
            assert found is not None
            piece = Lexeme("word", found["word"], found.start("word"), found.end("word"))
        result.append(piece)
        at = piece.end
    result.append(Lexeme("end", "", len(text), len(text)))
    return result


def _piece(found: re.Match[str]) -> Lexeme | QueryProblem | None:
    """One lexeme; None for a word in front of a parenthesis that only looked like a field."""
    kind = next(name for name in _KINDS if found[name] is not None)
    start, end = found.span(kind)
    match kind:
        case "phrase":
            return Lexeme("phrase", found["inside"], start, end, _number(found["slop"]))
        case "unclosed":
            return QueryProblem("this quote is never closed", start, end, 'add a closing " where the phrase ends')
        case "near":
            ordered = found["nearop"].upper() in ("ONEAR", "PRE", "ADJ")
            name = ("not " if found["notnear"] else "") + ("onear" if ordered else "near")
            return Lexeme("near", name, start, end, int(found["n1"] or _NEAR_DEFAULT))
        case "slashnear" | "atleast" | "someof":
            name = "near" if kind == "slashnear" else kind
            return Lexeme(name, name, start, end, _number(found["n2"] or found["count"] or found["some"]))
        case "case":
            return Lexeme("case", found["cased"] or found["caped"], start, end)
        case "field":
            return _field(found, start, end)
        case "concept":
            return Lexeme("concept", found["called"].lower(), start, end)
        case "word":
            word = found["word"].rsplit("~", 1)[0] if found["fuzz"] else found["word"]
            return Lexeme("word", word, start, end, _number(found["fuzz"]))
        case "other":
            return QueryProblem(f"{found['other']!r} means nothing here", start, end, 'put it in quotes, as in "C#"')
        case _:
            return Lexeme(kind, found[kind], start, end)


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _field(found: re.Match[str], start: int, end: int) -> Lexeme | QueryProblem | None:
    name = found["name"].lower()
    name = _FIELD_ALIASES.get(name, name)
    if name in FIELDS:
        return Lexeme("field", name, start, end)
    if not found[0].endswith((":", "=")):
        return None
    known = ", ".join(f"{field}:" for field in FIELDS)
    help_ = f"fields are {known}; quote words that hold a colon"
    return QueryProblem(f"there is no field {found['name']!r}", start, end, help_)
