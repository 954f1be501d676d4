from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.settings.values import (
    check_duration,
    check_id,
    check_network,
    check_secret,
    check_store,
    check_timezone,
    check_url,
    format_duration,
    parse_duration,
    suggest,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("10m", 600), ("6h", 21_600), ("2d", 172_800), ("1h30m", 5_400), ("1d2h3m4s", 93_784), ("0s", 0)],
)
def test_durations_are_read_as_people_write_them(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "10", "m", "10 m", "1.5h", "-1s", "30m1h", "1h1h", "10M", "PT10M", "٣s", "1s\n", "1" * 7 + "s"]
)
def test_what_is_no_duration_is_none(text: str) -> None:
    assert parse_duration(text) is None


@given(st.integers(0, 999_999 * 86_400))
def test_durations_are_written_as_they_are_read(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_duration(format_duration(span)) == span


def test_a_duration_has_bounds_that_are_in_the_message() -> None:
    low, high = timedelta(seconds=1), timedelta(days=1)
    assert check_duration("1s", low, high) is None
    assert check_duration("24h", low, high) is None
    fault = check_duration("25h", low, high)
    assert fault is not None
    assert fault.message == "must be between 1s and 1d"


@pytest.mark.parametrize("text", ["a", "bbc-world", "9news", "a" * 64])
def test_names_are_small_letters_digits_and_hyphens(text: str) -> None:
    assert check_id(text) is None


@pytest.mark.parametrize("text", ["", "-a", "A", "a_b", "a b", "é", "a" * 65, "a\n", "tag:x"])
def test_other_names_are_refused(text: str) -> None:
    fault = check_id(text)
    assert fault is not None
    assert "lower-case letters, digits and hyphens" in fault.help


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/",
        "http://example.org:8080/a?b=c#d",
        "HTTPS://EXAMPLE.ORG/x",
        "http://[2001:db8::1]/",
        "https://x.org/@me",
    ],
)
def test_addresses_of_the_web_are_taken(text: str) -> None:
    assert check_url(text) is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "http"),
        ("example.org", "http"),
        ("file:///etc/passwd", "http"),
        ("https://", "http"),
        ("https://user@example.org/", "user name"),
        ("https://user:pw@example.org/", "user name"),
        ("https://example.org/a b", "spaces"),
        (" https://example.org/", "spaces"),
        ("https://example.org:0/", "port"),
        ("https://example.org:70000/", "port"),
        ("https://[example.org/", "http"),
        ("https://example.org/" + "a" * 2000, "longer than 2000"),
        ("https://example.org/\u202etxt", "http"),
    ],
)
def test_other_addresses_are_refused_with_the_reason(text: str, word: str) -> None:
    fault = check_url(text)
    assert fault is not None
    assert word in fault.message


@pytest.mark.parametrize("text", ["10.0.0.0/8", "fd00::/8", "192.168.1.7", "::1/128"])
def test_networks_are_taken(text: str) -> None:
    assert check_network(text) is None


@pytest.mark.parametrize("text", ["10.0.0.1/8", "10.0.0.0/33", "localhost", ""])
def test_what_is_no_network_is_refused(text: str) -> None:
    assert check_network(text) is not None


@pytest.mark.parametrize("text", ["UTC", "Europe/Berlin", "Asia/Damascus"])
def test_time_zones_are_those_of_the_database(text: str) -> None:
    assert check_timezone(text) is None


@pytest.mark.parametrize("text", ["", "Mars/Base", "../UTC", "/etc/localtime", "Europe", "\0", "Europe/berlin"])
def test_other_time_zones_are_refused(text: str) -> None:
    assert check_timezone(text) is not None


@pytest.mark.parametrize("text", ["sqlite", "postgresql://db.example.org/wirewatch", "postgres://me@db:5433/x"])
def test_a_store_is_sqlite_or_a_server(text: str) -> None:
    assert check_store(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SQLite",
        "sqlite:///x",
        "postgresql:///x",
        "postgresql://me:pw@db/x",
        "postgresql://db/x?password=y",
        "postgres://[x",
    ],
)
def test_other_stores_are_refused(text: str) -> None:
    assert check_store(text) is not None


@pytest.mark.parametrize(
    "text", ["", "whsec_abc", "credential:", "credential:../x", "env:1A", "env:A B", "file:x", "file:", "file:/a\nb"]
)
def test_what_is_no_reference_is_refused_without_repeating_it(text: str) -> None:
    fault = check_secret(text)
    assert fault is not None
    assert "whsec" not in fault.message + fault.help


def test_the_nearest_name_is_suggested_and_else_all_that_there_are() -> None:
    assert suggest("terminl", ["terminal", "desk"]) == "did you mean `terminal`?"
    assert suggest("Desk", ["terminal", "desk"]) == "did you mean `desk`?"
    assert suggest("zzz", ["terminal", "desk"], what="channels are") == "channels are: desk, terminal"
    assert suggest("zzz", []) == ""
    many = suggest("zzz", [f"feed-{n:02}" for n in range(30)])
    assert many.endswith("feed-11 and 18 more")
