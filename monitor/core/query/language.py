"""Which language an item is stemmed in: what its feed declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.core.model import Item

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali",
    "nl": "dutch", "no": "norwegian", "nb": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""The languages that we stem: code to the stemmer's name."""


def stemmed(tag: str) -> str:
    """The code in a language tag such as ``fr-CA``, where we stem that language; empty otherwise."""
    code = tag.split("-", 1)[0]
    return code if code in STEMMERS else ""


def language_of(item: Item) -> str:
    """The code of the language by which an item is stemmed; empty where nothing tells.

    Pure, and the only answer: items are laid out and matched by the same one.
    """
    return stemmed(item.language)
