"""Keeping secrets out of what is remembered and shown: a webhook's address is a secret, and receivers repeat it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from monitor.core.model import LIMITS
from monitor.core.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

ANSWER_MAX = 300  # characters of an answer that are kept

_ADDRESS = re.compile(r"\b([a-zA-Z][a-zA-Z0-9+.-]{1,20}://)(?:[^\s/@<>\"']*@)?([^\s/?#<>\"']*)([/?#][^\s<>\"']*)?")
_TOKENS = re.compile(r"\bwhs(?:ec|k)_[\w+/=-]+|\b(?:bearer|basic)\s+(?=\S*[\d=])[\w.~+/=-]{8,}", re.IGNORECASE)
_SECRET = "<secret>"  # noqa: S105  the word that stands in for one
_TELLING = 8  # shorter pieces of an address, such as "hooks" or "v1", are words and tell nothing


def clean_answer(text: str, secrets: Iterable[str] = (), limit: int = ANSWER_MAX) -> str:
    """One safe line of at most ``limit`` characters: of addresses only the host, of secrets nothing."""
    text = safe(text, LIMITS.answer_bytes_max)  # secrets go before the text is cut: half of one is still a leak
    for secret in secrets:
        text = text.replace(secret, _SECRET)
    text = _ADDRESS.sub(lambda found: f"{found[1]}{found[2]}{'/…' if found[3] else ''}", text)
    return safe(_TOKENS.sub(_SECRET, text), limit)


def secrets_of(url: str, keys: Iterable[str]) -> tuple[str, ...]:
    """What must never be shown of an address and its signing keys, longest first so that no part of one is left."""
    parts = urlsplit(url)
    path = parts.path.strip("/")
    pieces = {url, path, parts.query, parts.fragment, *path.split("/"), *(value for _, value in parse_qsl(parts.query))}
    pieces |= {unquote(piece) for piece in pieces} | set(keys)
    return tuple(sorted((piece for piece in pieces if len(piece) >= _TELLING), key=len, reverse=True))
