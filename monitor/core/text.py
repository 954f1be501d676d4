"""Text from outside: made safe to show, folded to be compared, taken apart into tokens.

``safe`` runs once, at the border (``core.item``), and everything behind it may print what it finds. ``fold`` and
``tokens`` serve matching and placing; they never change what is shown.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

# Safe to show ---------------------------------------------------------------------------------------------------------

# Whole terminal sequences go, not only their first byte: "ESC[31m" must not leave "[31m" behind. CSI, then the string
# sequences (OSC, DCS, SOS, PM, APC) to their terminator or the end of the line, then any other two-byte escape. Their
# one-byte forms are also what UTF-8 read as Latin-1 leaves of quotes and letters ("â\x80\x9d"): behind such a lead
# byte, or without a terminator, they take no text with them.
_SEQUENCES = re.compile(
    r"(?:\x1b\[|(?<![\x80\xc2-\xf4])\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[\]PX^_][^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?<![\x80\xc2-\xf4])[\x90\x98\x9d-\x9f][^\x07\x1b\x90\x98\x9c-\x9f\n]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]?"
)
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Cc but newline and tab; bidi marks, overrides and isolates; invisible format characters, tags, soft hyphen, byte
# order mark, surrogates, non-characters. The joiners U+200C and U+200D stay: Persian and emoji need them.
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r" ?\n[ \n]*")
_MARKS = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED_MARKS = re.compile(f"({_MARKS}{{3}}){_MARKS}+")


def safe(text: str, limit: int, *, lines: bool = False) -> str:
    """Strip what could steer a terminal or deceive an eye, fold white space, and cut to ``limit`` characters.

    With ``lines``, line breaks stay, as single newlines; otherwise they become spaces. A cut ends in an ellipsis.
    """
    text = text[: limit * 4 + 1024]  # bounds the work: nothing below makes a text longer
    text = _SEQUENCES.sub("", text)
    text = _BREAKS.sub("\n", text)
    text = _UNSAFE.sub("", text)
    text = _PILED_MARKS.sub(r"\1", text)
    text = _SPACES.sub(" ", text)
    text = _BLANK_LINES.sub("\n", text) if lines else _BLANK_LINES.sub(" ", text)
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


# Links ----------------------------------------------------------------------------------------------------------------

_TRACKING = re.compile(
    r"^(?:utm_.*|at_(?:medium|campaign|custom\d*|link.*|format|bbc.*|ptr.*)"
    r"|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|ns_(?:campaign|mchannel|source|linkname|fee)|ocid|cmpid|cmp|ito|smid|sref|xtor|wt\.mc_id|partner|feature|ref_src"
    r"|ref_url|rss|taid|amp|spm|s_cid|guccounter|via)$",
    re.IGNORECASE,
)


def safe_link(link: str, limit: int) -> str:
    """The link if it is http or https without credentials and fits; otherwise nothing."""
    link = _UNSAFE.sub("", link.strip())
    if len(link) > limit or re.search(r"[\s<>\"\\\x1b]", link):
        return ""
    try:
        parts = urlsplit(link)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            return ""
    except ValueError:
        return ""
    return link


def canonical_link(link: str) -> str:
    """The form of a link that stays when a publisher changes scheme, www, tracking or a trailing slash.

    It is a key, not an address: never asked, never shown.
    """
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
        port = parts.port
    except ValueError:
        return ""
    for prefix in ("www.", "m.", "amp."):
        if host.startswith(prefix) and host.count(".") > 1:
            host = host[len(prefix) :]
            break
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    query = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(pair[0]))
    path = quote(re.sub(r"(?:/amp)?(?:/index\.html?|/)?$", "", parts.path), safe="/%:@!$&'()*+,;=~-._")
    return urlunsplit(("", host, path, urlencode(query), ""))[2:]


# Folded to be compared ------------------------------------------------------------------------------------------------

# Arabic letters that writers interchange, and ornaments; Greek final sigma; Cyrillic letters often left undotted.
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        "ى": "ي",
        "ی": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "ـ": None,
        "ς": "σ",
        "ё": "е",
        "ґ": "г",
        "ı": "i",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "\u200c": None,
        "\u200d": None,
    }
)


def fold(word: str) -> str:
    """Case, accents, compatibility forms and interchangeable letters away: ``Ḥalab`` and ``HALAB`` are ``halab``."""
    if word.isascii():
        return word.lower()
    return _fold(word) if len(word) <= _WORD_KEPT else _fold.__wrapped__(word)


# Folded words are remembered, but none that only a hostile feed would write.
_WORD_KEPT = 64


@lru_cache(maxsize=65_536)
def _fold(word: str) -> str:
    text = unicodedata.normalize("NFKD", word).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", text.translate(_ALIKE))


class Token(NamedTuple):
    """One word of a text: its folded form, where it stands (characters), its sentence, and how it was written."""

    form: str
    start: int
    end: int
    sentence: int
    raw: str


# Signs that belong to the letter before them: accents, Hebrew and Arabic points, the vowels of the Indic scripts (all
# but their full stops and abbreviation sign), joiners. ``\w`` knows none of them.
WORD_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u0900-\u0963\u0971-\u0df3\u200c\u200d"
)
_WIDE = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
# A word: letters, digits and marks, with inner apostrophes, and inner points or commas between digits (1,500; 8.30) or
# single letters (U.S.). Scripts written without spaces give one token a character.
_WORD = re.compile(
    rf"(?P<wide>[{_WIDE}])"
    r"|(?P<abbr>(?:[^\W\d_]\.){2,})"
    r"|(?P<num>\d++(?:[.,:]\d++)*+(?:st|nd|rd|th|km|m|bn|mn|k)?(?![^\W\d_]))"
    rf"|(?P<word>[^\W_](?:[^\W{_WIDE}]++|[{WORD_MARKS}]|['’ʼ](?=[^\W\d_]))*+)"
)
_STOP = re.compile(r"[.!?…؟।。！？](?=[\"'”’)\]]*(?:\s|$))|[。！？]|\n")
_POSSESSIVE = re.compile(r"['’ʼ](?:s|S)$")
# French and Italian write some small words as one letter and an apostrophe: l'offensive, d'Alep, dell'esercito.
_ELISION = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|dell|nell|all|sull|un)['’ʼ](?=[^\W\d_]{2})", re.IGNORECASE)
_JOINED = frozenset(("de", "non", "un"))
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Gen|Col|Lt|Sgt|Maj|Capt|Gov|Sen|Rep|Rev|Prof|Jr|Sr|No|vs|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun"
    r"|Jul|Aug|Sep|Sept|Oct|Nov|Dec|approx|al)|\b[A-Z])$"
)


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
        if joined is None and raw.isascii() and raw.isalnum() and (form := raw.lower()) not in _JOINED:
            result.append(Token(form, start, end, sentence, raw))
            continue
        elided = _ELISION.match(raw)
        if elided:
            start, raw = start + elided.end(), raw[elided.end() :]
        if raw.endswith("_"):  # as in _this_ or __that__
            raw = raw.rstrip("_")
            end = start + len(raw)
        if joined is not None and joined.end + 1 == start and match.lastgroup == "word":
            whole = text[joined.start : end]
            result[-1] = Token(joined.form + _form(raw), joined.start, end, joined.sentence, whole)
            joined = None
            continue
        token = Token(_form(raw), start, end, sentence, raw)
        result.append(token)
        joined = token if raw.lower() in _JOINED and text[end : end + 1] in "-‐‑" and text[end : end + 1] else None
    return result


def without_possessive(raw: str) -> str:
    """A word as written, but for the ``'s`` behind it."""
    return _POSSESSIVE.sub("", raw)


def _form(raw: str) -> str:
    bare = without_possessive(raw)
    if bare.isascii() and bare.isalnum():
        return bare.lower()
    if len(bare) > 2 and bare[1] == "." and bare[-1] == ".":
        bare = bare.replace(".", "")
    for apostrophe in "'’ʼ":
        bare = bare.replace(apostrophe, "")
    return fold(bare)


def _sentence_ends(text: str) -> list[int]:
    """Offsets right behind each sentence, ascending. A point after an initial or a known abbreviation ends nothing."""
    ends = []
    for stop in _STOP.finditer(text):
        if stop.group() == "." and _ABBREVIATION.search(text, max(0, stop.start() - 7), stop.start()):
            continue
        ends.append(stop.end())
    return ends


def excerpt(text: str, start: int, end: int, limit: int) -> tuple[str, int]:
    """Cut ``limit`` characters around ``text[start:end]`` at word edges, with ellipses where something was cut.

    Returns the excerpt and what to add to an offset in ``text`` to find it in the excerpt.
    """
    text = text.replace("\n", " ")
    if len(text) <= limit:
        return text, 0
    room = max(0, limit - 2 - (end - start))
    left = max(0, start - room // 2)
    right = min(len(text), left + limit - 2)
    left = max(0, min(left, right - limit + 2))
    if left > 0:
        space = text.find(" ", left, start)
        left = space + 1 if space >= 0 else left
    if right < len(text):
        space = text.rfind(" ", max(end, left), right)
        right = space if space >= 0 else right
    head = "…" if left else ""
    return head + text[left:right].rstrip() + ("…" if right < len(text) else ""), len(head) - left
