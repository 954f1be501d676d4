"""How well a topic does, as an object for programs: the same in ``topics judge`` and in ``topics show``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.cli.common import plain
from monitor.core.query.meter import precision, recall, wanted_for_precision, wanted_for_recall

if TYPE_CHECKING:
    from monitor.core.query.meter import Measured, Stratum


def quality_data(measured: Measured) -> dict[str, Any]:
    """The counts, the estimates where there is enough to stand on, and how many more have to be judged where not."""
    data: dict[str, Any] = plain(
        {
            "at": measured.at,
            "days": measured.days,
            "judged": measured.judged,
            "precision": precision(measured),
            "recall": recall(measured),
            "wanted": {"precision": wanted_for_precision(measured), "recall": wanted_for_recall(measured)},
        }
    )
    strata = {"matched": measured.matched, "close": measured.close, "far": measured.far}
    return data | {name: _counts(one) for name, one in strata.items()}


def _counts(stratum: Stratum) -> dict[str, int]:
    return {"items": stratum.items, "judged": stratum.judged, "right": stratum.right}
