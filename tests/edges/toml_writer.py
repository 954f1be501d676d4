"""Random trees and every way that TOML has to write them: for tests of what reads TOML."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

Draw = Any
Tree = dict[str, Any]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_TRICKY = "ab1 .-_#=[]{},'\"\\\n\t\u0007é語🌍"
_KEYS = st.text(st.sampled_from(_TRICKY), max_size=4) | st.sampled_from(["a", "b", "c", "url", "feeds"])
_TEXTS = st.text(st.sampled_from(_TRICKY), max_size=12)
_SCALARS = (
    _TEXTS
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.booleans()
    | st.datetimes(min_value=dt.datetime(1000, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001 - TOML has local times too
    | st.datetimes(min_value=dt.datetime(1000, 1, 1))  # noqa: DTZ001 - as above
    | st.dates(min_value=dt.date(1000, 1, 1))
    | st.times()
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=12,
)
TREES: st.SearchStrategy[Tree] = st.dictionaries(_KEYS, _VALUES, max_size=4)


@st.composite
def toml_texts(draw: Draw) -> tuple[str, Tree]:
    """A text that is TOML, and what it means."""
    tree = draw(TREES)
    return _Writer(draw).document(tree), tree


class _Writer:
    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def document(self, tree: Tree) -> str:
        return self._gap() + self._table((), tree)

    def _one(self, *choices: str) -> str:
        chosen: str = self.draw(st.sampled_from(choices))
        return chosen

    def _space(self) -> str:
        return self._one("", " ", "\t ")

    def _end(self) -> str:
        return self._one("\n", " # [no] = 'table\"\n", "\t#\n\n", "  \n")

    def _gap(self) -> str:
        return self._one("", "\n", "# a = '''\n  \n")

    def _inner_gap(self) -> str:
        return self._one("", " ", "\n  ", " # , ]}\n\t")

    def _table(self, path: tuple[str, ...], tree: Tree) -> str:
        here, below = "", ""
        for key, value in tree.items():
            name = self._key(key)
            if isinstance(value, dict) and self._one("header", "other") == "header":
                below += self._below((*path, name), value)
            elif (
                isinstance(value, list)
                and value
                and all(isinstance(row, dict) for row in value)
                and self.draw(st.booleans())
            ):
                for row in value:
                    below += self._header((*path, name), "[[", "]]") + self._table((*path, name), row)
            else:
                here += "".join(self._one("", "  ") + line + self._end() for line in self._lines(name, value))
        return here + below

    def _below(self, path: tuple[str, ...], tree: Tree) -> str:
        body = self._table(path, tree)
        if tree and body.lstrip().startswith("[") and self.draw(st.booleans()):
            return body  # a table that only holds tables needs no header
        return self._header(path, "[", "]") + body

    def _header(self, path: tuple[str, ...], start: str, end: str) -> str:
        name = (self._space() + "." + self._space()).join(path)
        return self._gap() + start + self._space() + name + self._space() + end + self._end()

    def _lines(self, name: str, value: Any) -> list[str]:
        """One assignment, or several with dotted keys."""
        if isinstance(value, dict) and value and self.draw(st.booleans()):
            dot = self._space() + "." + self._space()
            return [name + dot + line for key, inner in value.items() for line in self._lines(self._key(key), inner)]
        return [name + self._space() + "=" + self._space() + self._value(value)]

    def _key(self, key: str) -> str:
        forms: list[Callable[[], str]] = [lambda: self._basic(key)]
        if _BARE.fullmatch(key):
            forms.append(lambda: key)
        if _fits_literal(key):
            forms.append(lambda: f"'{key}'")
        written: str = self.draw(st.sampled_from(forms))()
        return written

    def _value(self, value: Any) -> str:
        if isinstance(value, dict):
            lines = [line for key, inner in value.items() for line in self._lines(self._key(key), inner)]
            return "{" + self._space() + f"{self._space()},{self._space()}".join(lines) + self._space() + "}"
        if isinstance(value, list):
            parts = [self._inner_gap() + self._value(inner) + self._inner_gap() for inner in value]
            comma = "," if parts and self.draw(st.booleans()) else ""
            return "[" + ",".join(parts) + comma + self._inner_gap() + "]"
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, dt.datetime):
            return value.isoformat(self._one("T", " "))
        if isinstance(value, dt.date | dt.time):
            return value.isoformat()
        return repr(value)

    def _text(self, text: str) -> str:
        forms: list[Callable[[], str]] = [lambda: self._basic(text), lambda: self._long_basic(text)]
        if _fits_literal(text):
            forms.append(lambda: f"'{text}'")
        if _fits_literal(text.replace("\n", "").replace("'", "")) and "'''" not in text:
            forms.append(lambda: "'''\n" + text + "'''")
        written: str = self.draw(st.sampled_from(forms))()
        return written

    def _basic(self, text: str) -> str:
        return '"' + "".join(self._char(char) for char in text) + '"'

    def _long_basic(self, text: str) -> str:
        body = "".join(char if char == "\n" else self._char(char) for char in text)
        if '"""' not in text and "\\" not in body:
            body = text
        fold = self._one("", "\\\n   \n ") if not body[:1].isspace() else ""
        return '"""\n' + fold + body + '"""'

    def _char(self, char: str) -> str:
        if char in _SHORT and self.draw(st.booleans()):
            return _SHORT[char]
        if char in '"\\' or ord(char) < 32 or self._one("plain", "plain", "escaped") == "escaped":
            return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF or self.draw(st.booleans()) else f"\\u{ord(char):04X}"
        return char


def _fits_literal(text: str) -> bool:
    return "'" not in text and not any(ord(char) < 32 and char != "\t" for char in text)
