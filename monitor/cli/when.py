"""Times as people write them: ``2016-10-18T14:03:11Z``, ``2016-10-18``, or back from now: ``2h``, ``7d``, ``30m``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.cli.common import refuse

if TYPE_CHECKING:
    from datetime import datetime

_BACK = re.compile(r"(\d{1,6})\s*(s|m|min|h|d|w)")
_UNITS = {"s": "seconds", "m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_when(text: str, option: str, now: datetime) -> datetime:
    """The time meant, in UTC; a time or date without a zone is UTC too. Ends with a usage error where none is."""
    from monitor.core.replay import read_time

    back = _BACK.fullmatch(text.strip().lower())
    if back is None:
        when = read_time(text.strip())
    else:
        try:
            when = now - timedelta(**{_UNITS[back[2]]: int(back[1])})
        except OverflowError:
            when = None
    if when is None:
        refuse(
            f"{option} {text!r} is no time", "Write 2016-10-18T14:03:11Z, 2016-10-18, or back from now: 30m, 2h, 7d."
        )
    return when
