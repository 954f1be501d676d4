"""How long and how many, where every store has to agree."""

from __future__ import annotations

from datetime import timedelta

LAGS_MAX = 1_000
"""Lags are told of the newest so many items."""

SEEN_KEPT = timedelta(days=90)
"""How much longer than its item an id stays known, at the least."""

TOUCH_EVERY = timedelta(days=1)
"""An id that a feed still lists is marked so at most this often: most asks then write nothing for it."""

LISTING_SLACK = timedelta(days=2)
"""Marks of one listing lie less than this apart: what is marked longer before its feed's newest was listed no more."""

PAGE = 200
"""Stored items are read so many at a time."""

FOR_EVER_MS = 2**63 - 1
"""Behind every time that a column can hold."""
