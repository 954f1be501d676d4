"""Telling systemd how the service is: one datagram a message, nothing at all where nobody listens."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.text import safe

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATUS_MAX = 200


@dataclass(frozen=True, slots=True)
class Systemd:
    """The notification socket. Every method returns whether systemd was told; a service must live without it.

    ``address``: a path, or ``@name`` for an abstract socket. ``watchdog_s``: how long systemd waits between two signs
    of life before it restarts the service; None where it does not watch.
    """

    address: str | None
    watchdog_s: float | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], pid: int) -> Systemd:
        """What systemd handed to the process ``pid``. Children inherit the variables, but are not the ones watched."""
        watched = environ.get("WATCHDOG_PID", str(pid)) == str(pid)
        usec = environ.get("WATCHDOG_USEC", "")
        watchdog_s = int(usec) / 1_000_000 if watched and usec.isdecimal() and int(usec) else None
        return cls(environ.get("NOTIFY_SOCKET") or None, watchdog_s)

    def ready(self, status: str) -> bool:
        """The service serves, for the first time or again after a reload."""
        return self._tell("READY=1", _status(status))

    def status(self, status: str) -> bool:
        """One line for ``systemctl status``."""
        return self._tell(_status(status))

    def watchdog(self, status: str | None = None) -> bool:
        """A sign of life: only after real progress."""
        return self._tell("WATCHDOG=1", *(() if status is None else (_status(status),)))

    def reloading(self, monotonic_s: float) -> bool:
        """The configuration is read again. ``monotonic_s``: the monotonic clock at this moment."""
        return self._tell("RELOADING=1", f"MONOTONIC_USEC={int(monotonic_s * 1_000_000)}")

    def stopping(self, status: str) -> bool:
        """The service is about to end."""
        return self._tell("STOPPING=1", _status(status))

    def _tell(self, *lines: str) -> bool:
        if self.address is None or self.address[0] not in "/@":
            return False
        address = "\0" + self.address[1:] if self.address[0] == "@" else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as out:
                out.sendto("\n".join(lines).encode(), address)
        except OSError:
            return False
        return True


def _status(text: str) -> str:
    """One line only: a line break in a feed's name must not become an assignment of its own."""
    return f"STATUS={safe(text, _STATUS_MAX)}"
