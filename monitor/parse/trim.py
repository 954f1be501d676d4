"""Bound and mend the text of an XML feed before a parser sees it: one pass, in linear time.

Parsers choke on three things that cost a sender nothing: tags with endless attributes, endless items, and documents
that end early. And one stray ``&`` is enough to need the slow, guessing parser. All four are mended here.
"""

from __future__ import annotations

import html.entities
import re
from dataclasses import dataclass, field

TAG_MAX = 64 * 1024
ATTRIBUTES_MAX = 500

# Never backtracks (possessive throughout), and no part of a tag passes a "<": a broken tag costs its own length only.
_TOKEN = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)"
    r"|<(?P<end>/)?(?P<name>[A-Za-z_][^\s<>/\"'=]*+)(?P<rest>(?>[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>"
    rf"|<(?P<fat>[A-Za-z_][^\s<>/\"'=]*+)[^<>]{{{TAG_MAX},}}+>?",
    re.DOTALL,
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
_REFERENCE = re.compile(r"&(?:#(?:[xX](?P<hex>[0-9a-fA-F]{1,8})|(?P<dec>[0-9]{1,8}));|(?P<name>[A-Za-z]\w{1,31};))?")
_XML_NAMES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A document within bounds. ``dropped``: items left out. ``fat_tags``: tags that lost their attributes."""

    text: str
    dropped: int
    cut_short: bool
    fat_tags: int


def trim(text: str, items_max: int) -> Trimmed:
    """Keep the first ``items_max`` items (feeds list the newest first) and those of a cut document that are whole."""
    text = _FORBIDDEN.sub("", text)
    pass_ = _Pass(items_max, mend="<!ENTITY" not in text[:TAG_MAX])
    at = 0
    for token in _TOKEN.finditer(text):
        pass_.text(text[at : token.start()])
        at = token.end()
        if token["name"] or token["fat"]:
            pass_.tag(token)
        else:
            pass_.other(token.group())
    return pass_.finish(text[at:])


@dataclass
class _Pass:
    """The state of one pass. ``out`` becomes the document; ``tail`` holds what may follow the last item kept."""

    items_max: int
    mend: bool
    out: list[str] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    item: str = ""
    inside: bool = False
    started: int = 0
    ended: int = 0
    item_at: int = 0
    fat: int = 0
    cut_short: bool = False

    def put(self, piece: str) -> None:
        if self.started <= self.items_max:
            self.out.append(piece)
        elif not self.inside:
            self.tail.append(piece)

    def text(self, piece: str) -> None:
        if piece:
            self.put(_mended(piece) if self.mend and "&" in piece else piece)

    def other(self, piece: str) -> None:
        """A CDATA section, a comment or an instruction: kept as it is, if it ends."""
        if piece.endswith(("]]>", "-->", "?>")):
            self.put(piece)
        else:
            self.cut_short = True

    def tag(self, token: re.Match[str]) -> None:
        piece, name, rest = token.group(), token["name"] or token["fat"], token["rest"] or ""
        closing, empty = token["end"] is not None, rest.endswith("/")
        if token["fat"] or len(rest) > TAG_MAX or rest.count("=") > ATTRIBUTES_MAX:
            self.fat += 1
            piece = f"<{name}/>" if empty else f"<{name}>"
        elif self.mend and "&" in rest:
            piece = _mended(piece)
        if not self.item and name.rpartition(":")[2].lower() in ("item", "entry"):
            self.item = name
        if name == self.item:
            self._item(piece, closing=closing, empty=empty)
            return
        if not self.inside and not empty:
            self._follow(name, closing=closing)
        self.put(piece)

    def _item(self, piece: str, *, closing: bool, empty: bool) -> None:
        if not closing:
            self.started += 1
            self.inside = True
            self.item_at = len(self.out)
        self.put(piece)
        if closing or empty:
            self.ended += 1
            self.inside = False
        self.tail.clear()

    def _follow(self, name: str, *, closing: bool) -> None:
        """Keep track of what is open around the items. Only the innermost are looked at: a garbled document is long."""
        if not closing:
            self.open.append(name)
        elif name in self.open[-20:]:
            while self.open.pop() != name:
                pass

    def finish(self, rest: str) -> Trimmed:
        dropped = max(0, self.started - self.items_max)
        # Where items never end, the document is not cut but written so; that is for the guessing parser.
        if self.inside and (self.ended or self.started == 1) and not dropped:
            del self.out[self.item_at :]
            self.cut_short = True
        elif not self.inside:
            self.text(rest.partition("<")[0] if self.open else rest)
        self.cut_short = self.cut_short or bool(self.open)
        closers = [f"</{name}>" for name in reversed(self.open)] if self.item else []
        return Trimmed("".join(self.out + self.tail + closers), dropped, self.cut_short, self.fat)


def _mended(text: str) -> str:
    """References that XML does not know become characters, and a stray ``&`` becomes ``&amp;``."""
    return _REFERENCE.sub(_reference, text)


def _reference(match: re.Match[str]) -> str:
    if match["hex"] or match["dec"]:
        code = int(match["hex"], 16) if match["hex"] else int(match["dec"])
        legal = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
        return match.group() if legal else "\ufffd"
    name = match["name"]
    if name is None:
        return "&amp;"
    if name in _XML_NAMES:
        return match.group()
    known = html.entities.html5.get(name)
    return f"&amp;{name}" if known is None else known.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
