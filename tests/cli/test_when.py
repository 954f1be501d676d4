"""Times as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.cli.common import CliError
from monitor.cli.when import read_when
from tests.cli.newsroom import NOW


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2016-10-18T14:03:11Z", datetime(2016, 10, 18, 14, 3, 11, tzinfo=UTC)),
        ("2016-10-18T16:03:11+02:00", datetime(2016, 10, 18, 14, 3, 11, tzinfo=UTC)),
        ("2016-10-18 14:03", datetime(2016, 10, 18, 14, 3, tzinfo=UTC)),
        ("2016-10-18", datetime(2016, 10, 18, tzinfo=UTC)),
        ("45s", NOW - timedelta(seconds=45)),
        ("30m", NOW - timedelta(minutes=30)),
        ("30 min", NOW - timedelta(minutes=30)),
        (" 2H ", NOW - timedelta(hours=2)),
        ("7d", NOW - timedelta(days=7)),
        ("2w", NOW - timedelta(weeks=2)),
    ],
)
def test_a_time_is_read(text: str, when: datetime) -> None:
    assert read_when(text, "--since", NOW) == when


@pytest.mark.parametrize("text", ["", "yesterday", "2h30m", "-2h", "2016-13-01", "999999w", "1969-01-01", "٢h x"])
def test_what_is_no_time_is_refused_with_examples(text: str) -> None:
    with pytest.raises(CliError) as caught:
        read_when(text, "--since", NOW)
    assert caught.value.code == 2
    assert "2h" in caught.value.help
