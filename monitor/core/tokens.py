"""A text taken apart into words, and told where its sentences end.

Every rule looks at one chunk of text between white space, and at nothing beyond it: what a chunk becomes can be
remembered and used again wherever the chunk stands.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.core.folding import APOSTROPHES, fold


class Token(NamedTuple):
    """One word of a text: its folded form, where it stands (characters), its sentence, and how it was written."""

    form: str
    start: int
    end: int
    sentence: int
    raw: str


# Signs that belong to the letter before them: accents, Hebrew and Arabic points, the vowels of Syriac, Thaana, N'Ko,
# the Indic scripts (all but their full stops and abbreviation sign), Thai, Lao, Tibetan, Burmese, Ethiopic and Khmer,
# kana voicing, variation selectors; joiners, and invisible signs that hide inside a word. ``\w`` knows none of them.
WORD_MARKS = (
    "\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3\u0900-\u0963"
    "\u0971-\u0df3\u0e31\u0e33-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece\u0f71-\u0f84\u0f86\u0f87\u0f8d-\u0fbc"
    "\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u108f\u109a-\u109d"
    "\u135d-\u135f\u17b4-\u17d3\u17dd\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200d\u2060\u20d0-\u20f0\u3099\u309a\ufe00-\ufe0f"
    "\ufe20-\ufe2f\ufeff"
)
# Scripts without spaces. Chinese characters and hiragana: one token each. Thai, Lao, Burmese, Khmer: one token for a
# letter with all its marks and, in the last two, the letters below it. Katakana and hangul: whole runs are words.
_SINGLE = (
    "\u2e80-\u2fd5\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u3105-\u312f\u31a0-\u31bf\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003fffd"
)
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HANGUL = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uffa0-\uffdc"
_CLUSTERS = (
    "[\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46][\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]*+"
    "|[\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf][\u0eb1\u0eb3-\u0ebc\u0ec8-\u0ece]*+"
    "|[\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065\u1066\u106e-\u1070\u1075-\u1081\u108e]"
    "(?:\u1039[\u1000-\u102a]|[\u102b-\u1038\u103a-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074"
    "\u1082-\u108d\u108f\u109a-\u109d])*+"
    "|[\u1780-\u17b3\u17d7\u17dc](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd])*+"
)
_WIDE = (
    f"{_SINGLE}{_KATAKANA}{_HANGUL}\u0e01-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u109a-\u109d"
    "\u1780-\u17d3\u17d7\u17dc\u17dd"
)
_MARK = APOSTROPHES.replace("`", r"\`")
# A word: letters, digits and marks, with inner apostrophes (also before the last letter of a Hebrew acronym), and inner
# points or commas between digits (1,500; 8.30) or single letters (U.S., also without the last point). Digits repeat at
# most so often that a line of them, ended by a letter, is not gone through again from each.
_WORD = re.compile(
    r"(?P<wide>(?![\x00-\u0dff])"
    rf"(?:[{_SINGLE}][\u3099\u309a\ufe00-\ufe0f]*+|[{_KATAKANA}][{_KATAKANA}\u3099\u309a]*+|[{_HANGUL}]++|{_CLUSTERS}))"
    r"|(?P<abbr>(?:[^\W\d_]\.(?:[^\W\d_]\.)*+[^\W\d_](?!\w)|(?:[^\W\d_]\.){2,}+)(?:['’][sS](?!\w))?)"
    rf"|(?P<num>\d++(?:[.,:٫٬]\d++|['’]\d{{3}}(?!\d)){{0,12}}+(?:st|nd|rd|th|km|m|bn|mn|k)?(?![^\W\d_{_WIDE}]))"
    rf"|(?P<word>[^\W_](?:[^\W{_WIDE}]++|[{WORD_MARKS}]++|[{_MARK}](?=[^\W\d_{_WIDE}])"
    r"|(?<=[א-ת])[\"״](?=[א-ת](?![א-ת]))|(?<=[lL])·(?=[lL]))*+)"
)
_GROUPED = re.compile(r"^(?:\d{1,3}(?:[,'’]\d{3})+|\d{1,3}(?:\.\d{3}){2,})(?![\d:])")
_POSSESSIVE = re.compile(rf"[{_MARK}](?:s|S)$")
# French, Italian and Catalan write some small words as one letter or so and an apostrophe: l'offensive, dell'esercito.
_ELISION = re.compile(
    rf"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|d?all|[ndsc][eou]ll|un|quest|quell)[{_MARK}](?=[^\W\d_]{{2}})",
    re.IGNORECASE,
)
JOINED = frozenset(("de", "non", "un"))
"""Words that a hyphen joins to the next one: de-escalation is no escalation."""
_JOINTS = frozenset("-‐‑")


def tokens(text: str) -> list[Token]:
    """Take a text apart into words, in order. Whole words only: hyphens part them, except after de-, non- and un-.

    (``de-escalation`` is not an escalation.) Possessives are dropped, apostrophes inside a word are not kept.
    """
    result: list[Token] = []
    sentence = 0
    stops = _sentence_ends(text)
    next_stop = 0
    joined: Token | None = None
    for match in _WORD.finditer(text):
        start, end = match.span()
        while next_stop < len(stops) and stops[next_stop] <= start:
            sentence += 1
            next_stop += 1
        raw = match.group()
        # Nine words of ten are plain: no apostrophe, no joint, nothing to fold.
        if joined is None and raw.isascii() and raw.isalnum() and (form := raw.lower()) not in JOINED:
            result.append(Token(form, start, end, sentence, raw))
            continue
        if match.lastgroup == "wide":
            result.append(Token(fold(raw), start, end, sentence, raw))
            joined = None
            continue
        elided = _ELISION.match(raw)
        if elided:
            start, raw = start + elided.end(), raw[elided.end() :]
        if raw.endswith("_"):  # as in _this_ or __that__
            raw = raw.rstrip("_")
            end = start + len(raw)
        if joined is not None and joined.end + 1 == start and match.lastgroup == "word":
            whole = text[joined.start : end]
            result[-1] = Token(fold(joined.form + _form(raw, "word")), joined.start, end, joined.sentence, whole)
            joined = None
            continue
        joined = None
        form = _form(raw, match.lastgroup or "")
        if not form:  # nothing but ornaments
            continue
        token = Token(form, start, end, sentence, raw)
        result.append(token)
        if raw.lower() in JOINED and text[end : end + 1] in _JOINTS:
            joined = token
    return result


def without_possessive(raw: str) -> str:
    """A word as written, but for the ``'s`` behind it."""
    return _POSSESSIVE.sub("", raw)


def _form(raw: str, kind: str) -> str:
    bare = without_possessive(raw)
    if bare.isascii() and bare.isalnum():
        return bare.lower()
    if kind == "abbr":
        return fold(bare.replace(".", ""))
    form = fold(bare)
    if kind == "num" and (grouped := _GROUPED.match(form)):
        digits = grouped.group()
        return re.sub(r"[^\d]", "", digits) + form[grouped.end() :]
    return form


# Sentences ------------------------------------------------------------------------------------------------------------

# The full stops of Chinese, Hindi, Urdu, Armenian, Ethiopic, Burmese, Khmer and Tibetan need no space behind them.
_STOP = re.compile(
    "[.!?…؟‽⁇⁈⁉．\u037e](?=[\"'”’“»›」』）)\\]*]*+(?:\\s|$))|[。！？｡।॥۔։።፧\u104b\u17d4\u17d5\u0f0d\u0f0e]|\n"
)
_ABBREVIATED = (
    # English, and what other languages share with it
    "Mr Mrs Ms Dr St Gen Col Lt Sgt Maj Capt Gov Sen Rep Rev Prof Jr Sr No vs Inc Ltd Co Corp Jan Feb Mar Apr Jun Jul",
    "Aug Sep Sept Oct Nov Dec approx al Adm Cmdr Brig Cpl Hon Ft Mt dept govt est Bros Messrs",
    # German, Dutch, Nordic
    "Hr Hrn Fr Nr bzw ca Mio Mrd Mag Ing vgl Bd dhr mevr nr bijv bl kl dvs",
    # French, Spanish, Portuguese, Italian
    "Mme Mmes Mlle MM Me Mgr av env Sra Srta Sres Dra Ud Uds EE UU FF AA Exmo Sig Dott Avv On",
    # Polish, Turkish; Russian and Ukrainian; Hindi
    "ul im św gen płk tzw Av Sn Alb Org",
    "ул им гг тыс млн млрд руб долл стр обл ст ген тис грн",
    "डॉ श्री पं",
)
ABBREVIATIONS = frozenset(word for group in _ABBREVIATED for word in group.split())
"""Words whose point ends no sentence."""
_ABBREVIATION_MAX = 6


def _sentence_ends(text: str) -> list[int]:
    """Offsets right behind each sentence, ascending."""
    ends = []
    for stop in _STOP.finditer(text):
        at = stop.start()
        if text[at] != "." or not _is_abbreviated(text, at):
            ends.append(stop.end())
    return ends


def _is_abbreviated(text: str, at: int) -> bool:
    """Whether the point at ``at`` ends no sentence: behind an initial, "p.m", a known abbreviation.

    What follows it is not asked: "at 10 p.m. The" is read as one sentence, so that "at 10 p.m. on Monday" is one.
    """
    first = at
    while first > 0 and at - first <= _ABBREVIATION_MAX and _is_lettered(text[first - 1]):
        first -= 1
    word = text[first:at]
    if len(word) != 1:
        return word in ABBREVIATIONS
    dotted = first > 1 and text[first - 1] == "." and text[first - 2].isalpha()
    return dotted or not ("a" <= word <= "z")


def _is_lettered(char: str) -> bool:
    return char.isalpha() or "\u0300" <= char < "\u1000"
