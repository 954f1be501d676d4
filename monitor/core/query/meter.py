"""How well a topic does, from a person's yes and no to a sample of what it matches and of what it nearly matches.

Precision is the share of matched items that are right: right / judged of those, with a Wilson interval. Recall is the
share of right items that are matched. How many right items a stratum holds is estimated as its size times the share of
right ones among those judged in it; recall is matched over the sum of matched, close and far. Its interval puts
together the worst and the best ends of the three strata, each at 98.3 %, so that all hold at once in 95 of 100 cases.
Intervals narrow as a stratum is judged to its end (finite population correction), and the rest of it needs no guess.

Only items that have all of the topic but one idea are looked at (``ground``): what lacks more is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.model import ItemId

ENOUGH = 5
_Z95 = 1.959964
_Z_OF_THREE = 2.393980  # two-sided, 1 - 0.05 / 3


@dataclass(frozen=True, slots=True)
class Judged:
    """A person's yes or no: whether an item belongs to a topic."""

    item: ItemId
    at: datetime
    right: bool
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Items of one kind, how many of them were judged, and how many of these are right."""

    items: int
    judged: int
    right: int

    @property
    def wanted(self) -> int:
        """How many more have to be judged before this says something."""
        return max(0, min(ENOUGH, self.items) - self.judged)

    @property
    def share(self) -> float:
        """The share of right ones."""
        return self.right / self.judged if self.judged else 0.0

    def bounds(self, z: float) -> tuple[float, float]:
        """The Wilson interval of the share, for a sample from a finite number of items."""
        if self.judged >= self.items:
            return self.share, self.share
        if not self.judged:
            return 0.0, 1.0
        size = self.judged * (self.items - 1) / (self.items - self.judged)
        centre = self.share + z * z / (2 * size)
        spread = z * sqrt(self.share * (1 - self.share) / size + z * z / (4 * size * size))
        scale = 1 + z * z / size
        return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


@dataclass(frozen=True, slots=True)
class Measured:
    """A topic over the items of some days: what it matched, and its near misses, close and far."""

    at: datetime
    days: int
    matched: Stratum
    close: Stratum
    far: Stratum

    @property
    def judged(self) -> int:
        """How many items were judged in all."""
        return self.matched.judged + self.close.judged + self.far.judged


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share, and the interval that holds it in 95 of 100 cases."""

    value: float
    low: float
    high: float


def precision(measured: Measured) -> Estimate | None:
    """The share of matched items that are right; None: too few were judged."""
    matched = measured.matched
    if matched.wanted or not matched.judged:
        return None
    return Estimate(matched.share, *matched.bounds(_Z95))


def recall(measured: Measured) -> Estimate | None:
    """The share of right items that are matched; None: too few were judged, or no right one is known."""
    matched, missed = measured.matched, (measured.close, measured.far)
    if matched.wanted or any(one.wanted for one in missed):
        return None
    found = matched.items * matched.share
    lost = sum(one.items * one.share for one in missed)
    if not found + lost:
        return None
    low, high = matched.bounds(_Z_OF_THREE)
    bounds = [one.bounds(_Z_OF_THREE) for one in missed]
    least = sum(one.items * bound[0] for one, bound in zip(missed, bounds, strict=True))
    most = sum(one.items * bound[1] for one, bound in zip(missed, bounds, strict=True))
    return Estimate(
        found / (found + lost), _share(matched.items * low, most), _share(matched.items * high, least, none=1.0)
    )


def wanted_for_precision(measured: Measured) -> int:
    """How many more matched items have to be judged."""
    return measured.matched.wanted


def wanted_for_recall(measured: Measured) -> int:
    """How many more items of all kinds have to be judged."""
    return measured.matched.wanted + measured.close.wanted + measured.far.wanted


def in_words(measured: Measured | None) -> str:
    """``precision 0.90 (0.60 to 0.98; 9 of 10), recall about 0.70 (0.50 to 0.85), 14 judged in 30 days``."""
    if measured is None or not measured.judged:
        return "nothing judged yet"
    kept, found = precision(measured), recall(measured)
    parts = []
    if kept is None:
        more = wanted_for_precision(measured)
        parts.append(f"precision: {more} more to judge" if more else "precision: nothing matched")
    else:
        matched = measured.matched
        parts.append(
            f"precision {kept.value:.2f} ({kept.low:.2f} to {kept.high:.2f}; {matched.right} of {matched.judged})"
        )
    if found is None:
        more = wanted_for_recall(measured)
        parts.append(f"recall: {more} more to judge" if more else "recall: no right item known")
    else:
        parts.append(f"recall about {found.value:.2f} ({found.low:.2f} to {found.high:.2f})")
    days = "day" if measured.days == 1 else "days"
    return f"{', '.join(parts)}, {measured.judged} judged in {measured.days} {days}"


def _share(one: float, other: float, none: float = 0.0) -> float:
    return one / (one + other) if one + other else none
