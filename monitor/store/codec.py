"""What a column can hold, and back again, exactly; every store keeps values through here, so that all keep them alike.

Times become milliseconds since 1970 in UTC, rounded down: the millisecond is what the memory knows. A column whose name
ends in ``_ms`` is read as a time. Text is kept as it is, but for what SQLite cannot keep exactly: lone surrogates (no
UTF-8) and NUL (ends a string in some of its functions). Such a text becomes U+001A and the hexadecimal form of its
bytes, so that it stays comparable, and comes back to the letter.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from monitor.core.model import EPOCH

if TYPE_CHECKING:
    from collections.abc import Mapping

Value: TypeAlias = str | int | float | datetime | None
Stored: TypeAlias = str | int | float | None
Columns: TypeAlias = dict[str, Value]
Row: TypeAlias = dict[str, Any]

_MILLISECOND = timedelta(milliseconds=1)
_ESCAPED = "\x1a"


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970, rounded down; exact, as no floating point is involved."""
    return (at - EPOCH) // _MILLISECOND


def from_ms(at_ms: int) -> datetime:
    """The time, in UTC."""
    return EPOCH + timedelta(milliseconds=at_ms)


def whole_ms(at: datetime) -> datetime:
    """The time as the memory knows it."""
    return from_ms(to_ms(at))


def to_text(text: str) -> str:
    """The text as a column holds it. Different texts stay different."""
    if "\x00" not in text and not text.startswith(_ESCAPED):
        try:
            text.encode()
        except UnicodeEncodeError:
            pass  # it holds a lone surrogate: escaped below
        else:
            return str(text)
    return _ESCAPED + text.encode("utf-8", "surrogatepass").hex()


def from_text(text: str) -> str:
    """The text that ``to_text`` was given."""
    return bytes.fromhex(text[1:]).decode("utf-8", "surrogatepass") if text.startswith(_ESCAPED) else text


def stored(columns: Mapping[str, Value]) -> dict[str, Stored]:
    """Named values as SQLite takes them."""
    return {name: _stored(value) for name, value in columns.items()}


def loaded(name: str, value: Stored) -> Value:
    """One column's value, back from SQLite."""
    if isinstance(value, str):
        return from_text(value)
    if isinstance(value, int) and name.endswith("_ms"):
        return from_ms(value)
    return value


def kept(columns: Mapping[str, Value]) -> Row:
    """Named values as they come back once stored, without storing them."""
    return {name: loaded(name, _stored(value)) for name, value in columns.items()}


def _stored(value: Value) -> Stored:
    if isinstance(value, str):
        return to_text(value)
    return to_ms(value) if isinstance(value, datetime) else value
