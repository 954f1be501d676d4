"""The word to systemd, heard by a socket of our own."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from monitor.engine.sdnotify import Systemd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.bind(str(tmp_path / "notify"))
        out.settimeout(5)
        yield out


def heard(listener: socket.socket) -> list[str]:
    return listener.recv(4096).decode().split("\n")


def test_a_whole_life_is_told_in_order(listener: socket.socket) -> None:
    systemd = Systemd(listener.getsockname())
    assert systemd.ready("138 of 142 feeds ok")
    assert systemd.watchdog()
    assert systemd.watchdog("turn 2")
    assert systemd.status("asking sana")
    assert systemd.reloading(12.3456789)
    assert systemd.ready("reloaded")
    assert systemd.stopping("2 deliveries under way")
    assert [heard(listener) for _ in range(7)] == [
        ["READY=1", "STATUS=138 of 142 feeds ok"],
        ["WATCHDOG=1"],
        ["WATCHDOG=1", "STATUS=turn 2"],
        ["STATUS=asking sana"],
        ["RELOADING=1", "MONOTONIC_USEC=12345678"],
        ["READY=1", "STATUS=reloaded"],
        ["STOPPING=1", "STATUS=2 deliveries under way"],
    ]


def test_an_abstract_socket_is_reached_too() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("")  # the kernel gives it an abstract name
        listener.settimeout(5)
        name = listener.getsockname()
        assert name.startswith(b"\0")
        assert Systemd("@" + name[1:].decode()).ready("up")
        assert heard(listener) == ["READY=1", "STATUS=up"]


@pytest.mark.parametrize("status", ["one\nREADY=1", "one\r\nMAINPID=1", "one\u2028WATCHDOG=1", "one\x1b[31m\x00two"])
def test_no_text_in_a_status_can_say_anything_else(listener: socket.socket, status: str) -> None:
    Systemd(listener.getsockname()).status(status)
    [line] = heard(listener)
    assert line.startswith("STATUS=one")
    assert line.isprintable()


def test_a_long_status_is_cut(listener: socket.socket) -> None:
    Systemd(listener.getsockname()).status("x" * 100_000)
    assert heard(listener) == ["STATUS=" + "x" * 199 + "…"]


def test_without_systemd_nothing_happens() -> None:
    for environ in ({}, {"NOTIFY_SOCKET": ""}):
        silent = Systemd.from_environ(environ, 1)
        assert silent == Systemd(None, None)
        assert not silent.ready("up")


def test_a_socket_that_nobody_listens_on_harms_nobody(tmp_path: Path) -> None:
    assert not Systemd(str(tmp_path / "gone")).watchdog()
    assert not Systemd("vsock:2:1234").watchdog()


def test_a_full_socket_does_not_hold_up_the_service(listener: socket.socket) -> None:
    systemd = Systemd(listener.getsockname())
    told = [systemd.watchdog() for _ in range(5_000)]
    assert told[0]
    assert not told[-1]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_watches_only_the_process_it_names(environ: dict[str, str], expected: float | None) -> None:
    assert Systemd.from_environ(environ, 7).watchdog_s == expected
