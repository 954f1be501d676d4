"""Text from outside: made safe to show, its links made safe to keep, and cut to fit.

``safe`` runs once, at the border (``core.item``), and everything behind it may print what it finds. ``fold`` and
``tokens``, which ``core.folding`` and ``core.tokens`` define, serve matching and placing; they change nothing shown.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from monitor.core.folding import APOSTROPHES, fold
from monitor.core.tokens import WORD_MARKS, Token, tokens, without_possessive

__all__ = [
    "APOSTROPHES",
    "WORD_MARKS",
    "Token",
    "canonical_link",
    "excerpt",
    "fold",
    "safe",
    "safe_link",
    "tokens",
    "without_possessive",
]

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


# Shown in part --------------------------------------------------------------------------------------------------------


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
