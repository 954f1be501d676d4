"""Markup to plain text, in one pass and in time that grows with the length of the markup only.

Not for showing: what comes out may still hold anything (``core.text.safe`` sees to that); it only has no tags any more.
The standard library's HTML parser is not used because a long run of unfinished tags or comments makes it quadratic.
"""

from __future__ import annotations

import html
import re

# Elements that stand inside a line; all others part lines, so that words of two paragraphs never become one.
_INLINE_NAMES = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q rp rt ruby s samp "
    "small span strike strong sub sup time tt u var wbr"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_CELLS = frozenset(("td", "th"))
_UNSEEN = frozenset(("script", "style", "head", "template"))
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:-]*)")
_STOP = re.compile(r"[<>\"']")
# Numbers too long for any character: html.unescape would try to compute them.
_ABSURD = re.compile(r"&#(?:[xX][0-9a-fA-F]{7,}|[0-9]{8,});?")
_TAGS = re.compile(
    r"</?(?:a|b|br|div|em|h[1-6]|i|img|li|ol|p|span|strong|table|td|tr|u|ul)(?:\s[^<>]*)?/?>", re.IGNORECASE
)


def plain_text(markup: str, limit: int) -> str:
    """The words of a piece of HTML: one line a block, white space folded, at most ``limit`` characters."""
    # Bounds the work for a field whose markup dwarfs its words; nobody reads the tail of that.
    return tidy("".join(_Words(markup[: limit * 8 + 65_536]).pieces(limit)), limit)


def plain_title(markup: str, limit: int) -> str:
    """The same, in one line."""
    return cut(" ".join(plain_text(markup, limit).split()), limit)


def looks_marked_up(text: str) -> bool:
    """Whether a text that calls itself plain holds common tags all the same."""
    return "<" in text and _TAGS.search(text) is not None


def tidy(text: str, limit: int) -> str:
    """Fold white space within lines, drop empty lines, and cut."""
    lines = (" ".join(line.split()) for line in text[: limit * 4 + 1024].split("\n"))
    return cut("\n".join(line for line in lines if line), limit)


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, with an ellipsis where something went."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


class _Words:
    """One pass over a piece of markup. Remembers what occurs no more, so that nothing is searched for in vain twice."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._never: set[str] = set()

    def pieces(self, limit: int) -> list[str]:
        markup, pieces, size, at = self._markup, list[str](), 0, 0
        while at < len(markup) and size <= limit * 4:
            start = markup.find("<", at)
            if start < 0:
                start = len(markup)
            if start > at:
                pieces.append(_unescape(markup[at:start]))
                size += len(pieces[-1])
            if start == len(markup):
                break
            between, at = self._tag(start)
            pieces.append(between)
            size += 1
        return pieces

    def _tag(self, start: int) -> tuple[str, int]:
        """What stands for the markup at ``start``, and where the text goes on. A ``<`` that opens nothing is text."""
        markup = self._markup
        if markup.startswith("<!--", start):
            return "", self._after("-->", start + 4) or start + 4
        if markup.startswith("<![CDATA[", start):
            return self._cdata(start + 9)
        if markup.startswith(("<!", "<?"), start):
            return "", self._after(">", start) or start + 2
        name = _NAME.match(markup, start + 1)
        end = self._tag_end(name.end()) if name else None
        if name is None or end is None:
            return "<", start + 1
        tag = name[1].lower()
        if tag in _UNSEEN and markup[start + 1] != "/" and markup[end - 2] != "/":
            return "\n", self._after_element(tag, end) or end
        if tag in _CELLS:
            return " ", end
        return ("" if tag in _INLINE else "\n"), end

    def _cdata(self, start: int) -> tuple[str, int]:
        after = self._after("]]>", start)
        return (self._markup[start : after - 3], after) if after else ("", start)

    def _tag_end(self, at: int) -> int | None:
        """Behind the ``>`` of a tag, minding quoted values; before the ``<`` that interrupts it."""
        while stop := _STOP.search(self._markup, at):
            sign, at = stop.group(), stop.end()
            if sign == ">":
                return at
            if sign == "<":
                return at - 1
            if self._markup[at - 2] == "=":  # only a value is quoted; elsewhere a quote is just a letter
                at = self._after(sign, at) or at
        return None

    def _after(self, mark: str, at: int) -> int | None:
        if mark in self._never:
            return None
        found = self._markup.find(mark, at)
        if found < 0:
            self._never.add(mark)
            return None
        return found + len(mark)

    def _after_element(self, tag: str, at: int) -> int | None:
        """Behind the element's end tag; None where it never ends, and then what follows is shown: nothing is hidden."""
        closing = f"</{tag}"
        if closing in self._never:
            return None
        found = re.compile(re.escape(closing), re.IGNORECASE).search(self._markup, at)
        if found is None:
            self._never.add(closing)
            return None
        return self._after(">", found.end()) or len(self._markup)


def _unescape(text: str) -> str:
    if "&" not in text:
        return text
    return html.unescape(_ABSURD.sub("\ufffd", text))
