"""Query text to lexemes with their offsets. Knows the spellings of other languages, and nothing of grammar."""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.core.query.meant import did_you_mean, meant
from monitor.core.query.tree import FIELDS, QueryProblem
from monitor.core.text import APOSTROPHES, WORD_MARKS

# Typed by word processors; each stands for one ASCII character, so that offsets stay true.
STRAIGHT = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys("\u200b\ufeff", " "),
        "（": "(",
        "）": ")",
        "，": ",",
    }
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

# Names that open a parenthesis elsewhere, and nothing here.
_ABSENT = frozenset(
    ("nocaps", "plural", "singular", "publication", "byline", "allintitle", "around", "atleast", "near")
)
_CALLS = (*FIELDS, *_FIELD_ALIASES, "caps", "allcaps", "atleast")
_OPERATORS = ("NEAR", "ONEAR", "ADJ", "PRE", "ATLEAST", "WITHIN", "AROUND")
# What to do about a sign that means nothing where it stands.
_SIGNS = {
    "/": "a distance stands behind its operator, as in NEAR/5; put words that hold a slash in quotes",
    "[": "groups stand in ( and )",
    "]": "groups stand in ( and )",
    "{": "groups stand in ( and )",
    "}": "groups stand in ( and )",
    "^": "there is no ranking here: leave ^ and its number out",
    "~": 'a whole number follows ~, right behind a word or a phrase: mosul~1 or "truce aleppo"~8',
    "\\": "nothing needs to be escaped: put words that hold signs in quotes",
    "-": "the minus stands right in front of what it excludes: -football, or NOT football",
    "!": "the sign stands right in front of what it excludes: !football; a star stands for any letters: recycl*",
    ":": 'put words that hold a colon in quotes, as in "8:30"',
    "@": "a name follows @ at once, as in @ceasefire",
    "<": "there are no ranges here",
    ">": "there are no ranges here",
}

# What may follow an operator; elsewhere its letters are a word.
_BEHIND = r"""(?=[\s()"@=,;]|$)"""
_INNER = f"{WORD_MARKS}{APOSTROPHES}״·"  # signs that a word may hold
_WORD = rf"[\w{_INNER}*?.&$%€£+-]*[\w*][\w{_INNER}*?&$%€£+-]*"
_LEXEME = re.compile(
    rf"""\s*(?:
      (?P<phrase>"(?P<inside>[^"]*)"(?:~(?P<slop>\d{{1,9}}))?)
    | (?P<unclosed>"[^"]*)
    | (?P<near>(?P<notnear>(?:NOT|not|Not)\s+)?
               (?P<nearop>(?i:ONEAR|NEAR|ADJ)(?=/?\d)|(?i:PRE|W)(?=/\d)|ONEAR|NEAR|ADJ|PRE)
               (?:/?(?P<n1>\d{{1,9}}))?{_BEHIND}
             | AROUND\((?P<around>\d{{1,9}})\))
    | (?P<slashnear>(?<!\w)/[nN]?(?P<n2>\d{{1,9}})[nN]?/?(?=\s))
    | (?P<sentence>(?:(?i:W)|(?<!\w))/(?i:S|P|SEG|SENT|PARA){_BEHIND})
    | (?P<atleast>(?i:ATLEAST)/?(?P<count>\d{{1,9}})(?=\s*\())
    | (?P<alone>(?i:ATLEAST)/?\d{{1,9}}(?![\w.])|\d{{1,9}}\s+OF(?=\s+[\w"]))
    | (?P<someof>(?P<some>\d{{1,9}})\s+(?i:OF)(?=\s*\())
    | (?P<slip>(?:(?P<slipped>[A-Za-z]{{3,9}})/\d{{1,9}}|(?i:O?NEAR|ADJ|PRE|W)/\w*){_BEHIND})
    | (?P<and>(?:AND|and|And|&&){_BEHIND}|\+(?=[\w"(@=*]))
    | (?P<or>(?:OR|or|Or|\|\||\|){_BEHIND})
    | (?P<not>(?:NOT|not|Not|ANDNOT){_BEHIND}|[-!](?=[\w"(@=*]))
    | (?P<case>cs:(?P<cased>[^\s()",:]+)|(?:cs|CAPS|ALLCAPS)\((?P<caped>[^\s()"]+)\))
    | (?P<field>(?P<name>[A-Za-z]+)(?:[:=]|(?=\()))
    | (?P<concept>@(?P<called>[\w-]+))
    | (?P<single>['‘](?=[^'’"\s]*\s)[^'’"]*['’](?=[\s)]|$))
    | (?P<open>\() | (?P<close>\)) | (?P<comma>[,;])
    | (?P<word>=?{_WORD}(?:/(?=\w){_WORD})*(?:\.(?=[\s)",;]|$))?(?:~(?P<fuzz>\d{{1,9}})(?![\w.]))?)
    | (?P<other>\S)
    )""",
    re.VERBOSE,
)
_PLAIN = re.compile(r"\s*(?P<word>\w+(?:/\w+)*)")
_NEAR_DEFAULT = 4
# Most of a query is plain words of four letters or more, none of them an operator; parentheses, AND, OR and phrases.
_QUICK = re.compile(
    r"\s*(?:(?P<word>[A-Za-z]{4,})(?=[\s)]|$)|(?P<open>\()|(?P<close>\))|(?P<or>OR)(?=\s)|(?P<and>AND)(?=\s)"
    r'|(?P<phrase>"[^"]*")(?!~))'
)
_LONG_OPERATORS = frozenset(("near", "onear", "andnot", "atleast"))


class Lexeme(NamedTuple):
    """A piece of a query: its kind, what it says, a number where it carries one, and where it stands."""

    kind: str
    text: str
    start: int
    end: int
    number: int | None = None


def lex(text: str) -> list[Lexeme] | QueryProblem:
    """Take a query apart. The result ends with a lexeme of kind ``end``."""
    source = text.translate(STRAIGHT)
    result: list[Lexeme] = []
    at = 0
    while at < len(source):
        quick = _QUICK.match(source, at)
        if quick is not None:
            kind = quick.lastgroup or ""
            written = quick[kind]
            if kind != "word" or written.lower() not in _LONG_OPERATORS:
                end = quick.end()
                inside = written[1:-1] if kind == "phrase" else written
                result.append(Lexeme(kind, inside, end - len(written), end))
                at = end
                continue
        found = _LEXEME.match(source, at)
        if found is None:  # only white space is left
            break
        piece = _piece(found)
        if isinstance(piece, QueryProblem):
            return piece
        if piece is None:  # a word that looked like a field, or like an operator
            found = _PLAIN.match(source, at)
            assert found is not None
            piece = Lexeme("word", found["word"], found.start("word"), found.end("word"))
        result.append(piece)
        at = piece.end
    result.append(Lexeme("end", "", len(text), len(text)))
    return result


def _piece(found: re.Match[str]) -> Lexeme | QueryProblem | None:
    """One lexeme; None for a word in front of a parenthesis that only looked like a field."""
    kind = found.lastgroup or ""  # the alternative: the groups inside it close before it does
    start, end = found.span(kind)
    match kind:
        case "phrase":
            return Lexeme("phrase", found["inside"], start, end, _number(found["slop"]))
        case "near":
            if found["around"]:  # of Google, which counts the words between
                return Lexeme("near", "near", start, end, int(found["around"]) + 1)
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
        case "and" | "or" | "not" | "open" | "close" | "comma":
            return Lexeme(kind, found[kind], start, end)
        case "slip":
            return _slip(found, start, end)
        case _:
            return _refusal(kind, found[kind], start, end)


def _refusal(kind: str, written: str, start: int, end: int) -> QueryProblem:
    """What looks like something, and is nothing here."""
    match kind:
        case "unclosed":
            return QueryProblem("this quote is never closed", start, end, 'add a closing " where the phrase ends')
        case "sentence":
            help_ = "a sentence's end counts as fourteen words: write NEAR/14, or let `wirewatch topics convert` do it"
            return QueryProblem(f"there is no {written.upper()} here", start, end, help_)
        case "alone":
            help_ = "such as ATLEAST/3(truce)" if written[0] in "aA" else "such as 2 OF (fuel, bread, water)"
            return QueryProblem(f"{written} needs parentheses behind it", start, end, help_)
        case "single":
            return QueryProblem("single quotes hold no phrase", start, end, 'use double quotes: "halt in air strikes"')
        case _:
            help_ = _SIGNS.get(written, "leave it out: signs are not searched, only letters and digits")
            return QueryProblem(f"{written!r} means nothing here", start, end, help_)


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _slip(found: re.Match[str], start: int, end: int) -> QueryProblem | None:
    """``NAER/5`` and ``NEAR/x`` are no operators, and were hardly meant as words."""
    better = meant(found["slipped"].upper(), _OPERATORS) if found["slipped"] else ""
    if not better and found["slipped"]:
        return None
    hint = (
        f"did you mean {better}{found['slip'][len(found['slipped']) :]}?"
        if better
        else "a number follows, as in NEAR/5."
    )
    return QueryProblem(
        f"there is no operator {found['slip']!r}", start, end, f"{hint} Put it in quotes to look for it"
    )


def _field(found: re.Match[str], start: int, end: int) -> Lexeme | QueryProblem | None:
    written = found["name"]
    name = _FIELD_ALIASES.get(written.lower(), written.lower())
    if name in FIELDS:
        return Lexeme("field", name, start, end)
    if found[0].endswith((":", "=")):
        known = ", ".join(f"{field}:" for field in FIELDS)
        hint = did_you_mean(name, (*FIELDS, *_FIELD_ALIASES), "{}:")
        return QueryProblem(
            f"there is no field {written!r}", start, end, f"{hint}fields are {known}; quote words that hold a colon"
        )
    hint = did_you_mean(name, _CALLS, "{}(")
    if name not in _ABSENT and not hint:
        return None
    if name == "atleast":
        hint = "a number follows it, as in ATLEAST/3(truce); "
    help_ = f"{hint}put a space behind a word; `wirewatch topics convert` knows other programs' languages"
    return QueryProblem(f"{written}( means nothing here", start, end, help_)
