"""The new-facts guard: what differs between two texts that otherwise say the same.

The two are aligned word by word; only short passages that replace one another are compared, since a long passage that
is simply new is new text, not a changed fact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import LCSseq

from monitor.core.model import Change
from monitor.core.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.core.story.content import Content

_GAP_WORDS = 14
_INSTEAD_WORDS = 2
_ALIGN_WORDS = 3_000
_NUMBER = re.compile(r"^\d")
_SPELLED = (
    "1 one first|2 two second|3 three third|4 four fourth|5 five fifth|6 six sixth|7 seven seventh|8 eight eighth"
    "|9 nine ninth|10 ten tenth|11 eleven|12 twelve|13 thirteen|14 fourteen|15 fifteen|16 sixteen|17 seventeen"
    "|18 eighteen|19 nineteen|20 twenty|30 thirty|40 forty|50 fifty|60 sixty|70 seventy|80 eighty|90 ninety"
    "|100 hundred hundreds|1000 thousand thousands|dozen dozens"
)
_NUMBER_WORDS = {word: group.split()[0] for group in _SPELLED.split("|") for word in group.split()[1:]} | {
    "dozen": "12"
}
_DENIED = (
    "not no never none neither without deny denies denied reject rejects rejected refuse refuses refused fail fails",
    "failed false untrue cancel cancels cancelled canceled ne pas non aucun nicht kein keine لا لم لن ليس نفى ينفي не",
)
_DENIALS = frozenset(fold(word) for group in _DENIED for word in group.split())
# Turned round without a denial: what begins instead of ends, holds instead of breaks.
_TURNS = tuple(
    (frozenset(one.split()), frozenset(other.split()))
    for one, other in (
        (
            "begin begins began begun start starts started resume resumes resumed",
            "end ends ended halt halts halted stop stops stopped pause paused suspend suspended",
        ),
        ("hold holds held holding", "break breaks broke broken collapse collapses collapsed violated"),
        ("win wins won", "lose loses lost"),
        ("rise rises rose risen up gain gained", "fall falls fell fallen down drop dropped"),
        ("guilty convicted", "innocent acquitted cleared"),
        ("alive survived rescued", "dead died killed"),
    )
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two texts differ. ``aligned``: share of the new words that stand in the old text, in order (0 to 1).

    ``changes``: facts that differ. ``share``: those among all facts of the new text (0 to 1).
    ``passages``: runs of new words without a counterpart, as (first, behind last) indexes.
    """

    aligned: float
    changes: tuple[Change, ...]
    share: float
    passages: tuple[tuple[int, int], ...]


def compare(old: Content, new: Content) -> Comparison:
    """Align two texts and list what changed in the new one."""
    old_forms, new_forms = old.forms[:_ALIGN_WORDS], new.forms[:_ALIGN_WORDS]
    changes: list[Change] = []
    passages: list[tuple[int, int]] = []
    matched = 0
    old_known, new_known = frozenset(old.forms), frozenset(new.forms)
    for old_start, old_end, new_start, new_end, same in _gaps(old_forms, new_forms):
        if same:
            matched += new_end - new_start
            continue
        if new_end > new_start:
            passages.append((new_start, new_end))
        if max(old_end - old_start, new_end - new_start) <= _GAP_WORDS:
            # One number in place of another is a change, also where the text has it elsewhere: 11 died, 19 were hurt.
            instead = old_end - old_start == new_end - new_start <= _INSTEAD_WORDS
            before = _facts(old, old_start, old_end, new_known, instead=instead)
            after = _facts(new, new_start, new_end, old_known, instead=instead)
            changes.extend(_pair(before, after, has_counterpart=old_end > old_start))
    total = sum(1 for index in range(len(new_forms)) if _kind(new, index))
    distinct = tuple(dict.fromkeys(changes))
    return Comparison(
        aligned=matched / max(1, len(new_forms)),
        changes=distinct,
        share=min(1.0, len(changes) / max(1, total)),
        passages=tuple(passages),
    )


def facts_outside(content: Content, known: frozenset[int]) -> tuple[str, ...]:
    """The facts of a text that stand in no run of three words that is known, as written."""
    covered = bytearray(len(content.forms))
    for start, mark in enumerate(content.order):
        if mark in known:
            covered[start : start + 3] = b"\x01" * len(covered[start : start + 3])
    return tuple(content.raws[at] for at in range(len(content.forms)) if not covered[at] and _kind(content, at))


def new_numbers(content: Content, passages: Iterable[tuple[int, int]], told: Iterable[Content]) -> tuple[str, ...]:
    """The numbers, as written, of passages too long to be compared, that none of the texts told before holds."""
    known = {_value(form) for one in told for form in one.forms}
    return tuple(
        content.raws[at]
        for first, last in passages
        if last - first > _GAP_WORDS
        for at in range(first, last)
        if _kind(content, at) == "number" and _value(content.forms[at]) not in known
    )


def _gaps(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int, bool]]:
    """The alignment as blocks (old from, old to, new from, new to, same); what was replaced is one block."""
    blocks: list[tuple[int, int, int, int, bool]] = []
    for code in LCSseq.opcodes(old, new):
        same = code.tag == "equal"
        block = (code.src_start, code.src_end, code.dest_start, code.dest_end, same)
        # A single word that two rewritten passages happen to share ("the") does not make them two passages.
        if blocks and not same and not blocks[-1][4]:
            last = blocks.pop()
            block = (last[0], block[1], last[2], block[3], False)
        blocks.append(block)
    return blocks


def _facts(content: Content, start: int, end: int, known: frozenset[str], *, instead: bool) -> dict[str, list[str]]:
    """The facts in a passage that the other text does not have anywhere, by kind, as written.

    With ``instead``, numbers that it has elsewhere too.
    """
    found: dict[str, list[str]] = {}
    for index in range(start, end):
        kind = _kind(content, index)
        if kind and (content.forms[index] not in known or (instead and kind == "number")):
            found.setdefault(kind, []).append(content.raws[index])
    return found


def _kind(content: Content, index: int) -> str:
    form = content.forms[index]
    if _NUMBER.match(form) or form in _NUMBER_WORDS:
        return "number"
    if form in _DENIALS:
        return "denial"
    for number, (one, other) in enumerate(_TURNS):
        if form in one or form in other:
            return f"turn {number}"
    raw = content.raws[index]
    if raw[:1].isupper() and index not in content.starts and len(raw) > 1:
        return "name"
    return ""


def _pair(before: dict[str, list[str]], after: dict[str, list[str]], *, has_counterpart: bool) -> list[Change]:
    changes = []
    for kind in dict.fromkeys((*before, *after)):
        old, new = before.get(kind, []), after.get(kind, [])
        if kind == "number":
            old, new = _without_spelling(old, new)
        if kind.startswith("turn") and not (old and new and _sides(kind, old).isdisjoint(_sides(kind, new))):
            continue
        if kind == "denial" and len(old) == len(new):
            continue
        if kind in ("name", "number") and not new:
            continue
        if kind == "name" and not (old or has_counterpart):
            continue
        label = "turn" if kind.startswith("turn") else kind
        changes.append(Change(label, " ".join(old[:4]), " ".join(new[:4])))
    return changes


def _sides(kind: str, words: list[str]) -> set[bool]:
    """On which side of a turn some words stand."""
    one, _ = _TURNS[int(kind.split()[1])]
    return {fold(word) in one for word in words}


def _without_spelling(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """``eleven`` and ``11`` are one number, as are ``1,500`` and ``1500``."""
    plain_old = {_value(word) for word in old}
    plain_new = {_value(word) for word in new}
    return [word for word in old if _value(word) not in plain_new], [
        word for word in new if _value(word) not in plain_old
    ]


def _value(word: str) -> str:
    lowered = word.lower()
    return _NUMBER_WORDS.get(lowered, lowered.replace(",", ""))
