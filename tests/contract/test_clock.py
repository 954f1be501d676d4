"""Every clock tells aware UTC time and never goes back while somebody holds it."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from monitor.demo.day import END, START
from monitor.demo.show import DayClock
from monitor.wiring import SystemClock
from tests.sim.virtual import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.ports import Clock


def running_day() -> DayClock:
    clock = DayClock(speed=1_000)
    clock.start()
    return clock


CLOCKS: dict[str, Callable[[], Clock]] = {"system": SystemClock, "day": running_day, "virtual": VirtualClock}


@pytest.fixture(params=CLOCKS)
def clock(request: pytest.FixtureRequest) -> Clock:
    return CLOCKS[request.param]()


def test_time_is_aware_and_in_utc(clock: Clock) -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_time_does_not_go_back(clock: Clock) -> None:
    times = [clock.now() for _ in range(100)]
    assert times == sorted(times)


def test_the_day_stands_still_until_it_starts_runs_at_its_speed_and_stops_at_its_end() -> None:
    seconds = count(100)
    clock = DayClock(speed=3_600, monotonic=lambda: float(next(seconds)))
    assert clock.now() == START
    clock.start()
    assert clock.now() == START + timedelta(hours=1)
    assert clock.real_s(START + timedelta(hours=12)) == 10.0
    for _ in range(30):
        last = clock.now()
    assert last == END
    assert clock.real_s(END) == 0.0
