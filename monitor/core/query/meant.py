"""What a person may have meant by a name that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Iterable


def meant(word: str, known: Iterable[str]) -> str:
    """The known name that differs least: by one slip, or by two where it is long. Nothing comes close: empty."""
    slips = 2 if len(word) > 4 else 1
    ranked = [(OSA.distance(word, name, score_cutoff=slips), name) for name in known]
    distance, name = min(ranked, default=(slips + 1, ""))
    return name if 0 < distance <= slips else ""


def did_you_mean(word: str, known: Iterable[str], form: str = "{}") -> str:
    """``did you mean title:? `` in front of a further hint; empty where nothing comes close."""
    name = meant(word, known)
    return f"did you mean {form.format(name)}? " if name else ""
