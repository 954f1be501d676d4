"""Random items over a small vocabulary, so that random queries often match, with every trap that a text can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.item import make_item
from monitor.core.model import EPOCH, Feed, FeedId, Item, RawItem

if TYPE_CHECKING:
    from random import Random

WORDS = (
    "Aleppo", "Mosul", "truce", "halt", "strike", "army", "siege", "x", "aid", "convoy", "talks", "Assad",
    "fuel", "bread", "water", "rebel", "city", "NATO", "Isis", "IS", "is", "US", "U.S.", "deal", "north",
    "escalation", "conditional",
)  # fmt: skip
INFLECTED = (
    "truces", "halted", "halting", "strikes", "struck", "armies", "besieged", "Aleppo's", "ALEPPO", "Assad’s",
    "rebels", "cities", "city's", "Mossul", "mosul’S", "airstrikes", "air-strikes", "air strikes", "ceasefire",
    "cease-fire", "ceasefires", "de-escalation", "non-conditional", "un-conditional", "De‑escalation", "de-",
    "non -x", "NATO-led", "U.S.-led", "u.s", "talk", "talked", "fuels", "nato", "isis", "Halt", "HALT",
)  # fmt: skip
FOREIGN = (
    "trêve", "tre\u0302ve", "l'offensive", "d’Alep", "dell'esercito", "Alep", "offensives", "Waffenruhe",
    "Straße", "STRASSE", "Ḥalab", "Łódź", "æther", "هدنة", "الهدنة", "والهدنة", "حلب", "بحلب", "هُدنة",
    "перемирие", "перемирия", "Алеппо", "ещё", "еще", "εκεχειρία", "εκεχειρίας", "停火", "停", "火", "アレッポ", "ひ",
    "ヿ", "หยุด", "युद्ध", "युद्धविराम", "می\u200cشود", "ﬁre", "ｔｒｕｃｅ", "İstanbul", "ıstanbul",
)  # fmt: skip
ODD = (
    "1,500", "1.500", "8:30", "3rd", "$5m", "10km", "5%", "1990s", "don't", "O'Neil's", "rock'n'roll", "'tis",
    "_halt_", "__x__", "halt_x", "_", "x2", "C#", "a.b", "e.g.", "Mr. Assad", "J. Smith", "and", "OR", "not",
    "near", "halt/strike", "halt—strike", "halt–truce", "halt…truce", "halt\u00a0truce", "halt\u00adtruce",
    "x停y", "halt停", "(truce)", "“truce”", "[halt]", "…", "-", "&", "@army", "#truce", "https://x.example/truce",
    "truce\u200d", "x\u0301", "🙂", "aleppo~", "*",
)  # fmt: skip
# What a phrase can find; queries quote pieces of these.
RUNS = (
    "halt in air strikes", "cessation of hostilities", "truce in Aleppo", "Aleppo truce talks",
    "aid convoy to Aleppo", "Assad's army", "U.S. army", "rebel-held north of the city",
    "fuel, bread and clean water", "NATO and US talks", "the siege of Mosul", "trêve d'Alep", "هدنة في حلب",
    "перемирие в Алеппо", "阿勒颇停火", "halt halt halt", "x x", "de-escalation deal", "1,500 rebels", "at 8:30 x",
)  # fmt: skip
FILLERS = ("the", "of", "in", "a", "said", "on", "with", "for", "that", "by")
ENDS = (". ", ". ", "! ", "? ", ".” ", "\n", "\n\n", "。", "؟ ", "… ", ".\n", "; ", ": ")
BETWEEN = (*(" ",) * 20, ", ", ", ", ", ", "  ", " – ", "-", "", "\t", "\u3000", "\u2028", "/", " '", "'", "\r\n")
LANGUAGES = ("", "", "", "en", "en", "fr", "fr-CA", "ar", "sr", "ru", "de", "el", "xx", "tr")
FEEDS = ("wire", "x", "aleppo-post", "truce")
TAGS = ("truce", "x", "syria", "state media", "NATO")
ENDLESS = 1 / 500


@dataclass(frozen=True, slots=True)
class Told:
    """An item before it is made safe, with the feed that told it: small enough to print, and to make smaller."""

    raw: RawItem
    feed: FeedId
    source: Feed | None

    def item(self) -> Item:
        return make_item(self.raw, self.feed, EPOCH)


def told(rng: Random) -> Told:
    """One item. Some have a summary that their content repeats, whole or cut in a word; a few are endless."""
    size = rng.choice((0, 3, 8, 15, 30, 60))
    content = endless(rng) if rng.random() < ENDLESS else text(rng, size)
    summary = text(rng, rng.choice((0, 0, 4, 12)))
    if content and rng.random() < 0.2:
        summary = content[: rng.randint(1, len(content))] + rng.choice(("", "…", " [...]", "x"))
    raw = RawItem(
        title=text(rng, rng.choice((0, 2, 4, 8))),
        summary=summary,
        content=content,
        link=rng.choice(("", "", "https://aleppo.example/truce", "https://x.example/halt-in-air-strikes?id=1500")),
        author=rng.choice(("", "", "Assad", "x truce", "Ḥalab")),
        tags=tuple(rng.sample(TAGS, rng.choice((0, 0, 1, 2)))),
        language=rng.choice(LANGUAGES),
    )
    feed = FeedId(rng.choice(FEEDS))
    source = None
    if rng.random() < 0.6:
        tags = tuple(rng.sample(TAGS, rng.choice((0, 1, 2))))
        source = Feed(feed, "https://wire.example/rss", rng.choice(("Wire", "Aleppo truce", "x NATO", "")), tags)
    return Told(raw, feed, source)


def endless(rng: Random) -> str:
    """Thousands of places for one word: more than one expression keeps."""
    often, seldom, rare = rng.sample(WORDS, 3)
    words = rng.choices((often, seldom, rare), (8, 3, 0.05), k=rng.choice((5_000, 12_000)))
    return f"{' '.join(words)}. {text(rng, 100)}"


def text(rng: Random, size: int) -> str:
    """About ``size`` words with sentences and paragraphs; a few texts favour one kind of trap, or one word."""
    pieces: list[str] = []
    odd = rng.choice((0.0, 0.05, 0.3))
    foreign = rng.choice((0.03, 0.03, 0.4))
    favourite = rng.choice(WORDS)
    while len(pieces) < size:
        pieces.append(_piece(rng, odd, foreign, favourite))
        pieces.append(rng.choice(ENDS) if rng.random() < 0.12 else rng.choice(BETWEEN))
        size += 1
    return "".join(pieces)


def _piece(rng: Random, odd: float, foreign: float, favourite: str) -> str:
    die = rng.random()
    if die < odd:
        return rng.choice(ODD)
    if die < odd + foreign:
        return rng.choice(FOREIGN)
    die = rng.random()
    if die < 0.35:
        return rng.choice(WORDS)
    if die < 0.5:
        return rng.choice(INFLECTED)
    if die < 0.62:
        return rng.choice(RUNS)
    if die < 0.72:
        return favourite
    if die < 0.75:
        return _unheard(rng)
    return rng.choice(FILLERS)


def _unheard(rng: Random) -> str:
    """A word that nobody wrote before: a new one, or an old one with a letter changed."""
    if rng.random() < 0.5:
        return "".join(rng.choices("abcdefghilmnorstu", k=rng.choice((2, 5, 9, 45, 70))))
    word = rng.choice(WORDS + INFLECTED + FOREIGN)
    at = rng.randrange(len(word))
    return word[:at] + rng.choice(("e", "s", "'", "-", ".", "é", "", "\u0301", "ing", "İ", "停")) + word[at + 1 :]
