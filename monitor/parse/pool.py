"""Child processes that read feeds, and can be killed: ``ports.Parser`` for everybody who reads one.

A child is started when it is first needed and kept for the next feed. One that takes too long, dies or talks nonsense
is killed and replaced; the feed that did it becomes a value, and the next feed never notices.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import monitor
from monitor.core.model import LIMITS
from monitor.core.wire import Unreadable
from monitor.parse.frames import ANSWER_HEAD, GarbledError, decode_answer, encode_request

if TYPE_CHECKING:
    from monitor.core.model import Limits
    from monitor.core.wire import Parsed

# Found by where this package is, so that parent and child run the same code: installed, editable, or from a checkout
# beside an installed one. -I keeps everything else out: no environment, no user packages, no current folder.
_START = """
import sys
root = sys.argv.pop(1)
if root not in sys.path:
    sys.path.insert(0, root)
from monitor.parse.child import main
main(sys.argv[1:])
"""
_USES_MAX = 500
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
_HELP_SLOW = "Check that the address is that of a feed, and tell the publisher; it is asked again, less and less often."
_HELP_CRASHED = "It is asked again, less and less often. If it stays so, please report it with the address of the feed."


class ParserPool:
    """At most ``size`` children at once; further feeds wait their turn, and waiting counts against nobody's time.

    For one event loop at a time, in a thread that lives as long as the pool: the children die with that thread.
    ``limits`` is there so that tests need not wait as long as a feed may take.
    """

    def __init__(self, size: int = 1, *, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._turns = asyncio.Semaphore(size)
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._closed = False

    @property
    def pids(self) -> tuple[int, ...]:
        """The children alive now."""
        return tuple(child.pid for child in (*self._idle, *self._busy))

    async def parse(self, body: bytes, content_type: str, url: str) -> Parsed | Unreadable:
        """Read a feed's bytes. Never raises for anything that the bytes do."""
        if len(body) > self._limits.body_bytes_max:
            return Unreadable(
                "unknown",
                f"The document is larger than {self._limits.body_bytes_max:,} bytes: no feed is.",
                "Check that the address is that of a feed.",
            )
        request = encode_request(body, content_type, url)
        async with self._turns:
            try:
                async with asyncio.timeout(self._limits.parse_wall_s):
                    return await self._read(request)
            except TimeoutError:
                return self._slow()

    async def _read(self, request: bytes) -> Parsed | Unreadable:
        """One feed by one child; by a second one if the first, which had worked before, turns out to be dead.

        It may have died idle, killed from outside or for another's memory, and that is no fault of this feed.
        """
        while True:
            child = self._take()
            worked_before = child.uses > 0
            try:
                answer = await child.ask(request, self._limits.parsed_bytes_max)
            except (OSError, EOFError, GarbledError) as error:
                code = await self._end(child)
                if code == -signal.SIGXCPU:
                    return self._slow()
                if worked_before and not isinstance(error, GarbledError) and not self._closed:
                    continue
                return _crashed(code, error)
            except BaseException:  # out of time, or not wanted any more: what it does now is nobody's business
                self._busy.discard(child)
                child.kill()
                raise
            self._give_back(child)
            return answer

    def _take(self) -> _Child:
        if self._closed:
            raise RuntimeError("the parser pool is closed")
        while self._idle:
            child = self._idle.pop()
            if child.alive:
                break
            child.kill()
        else:
            child = _Child.start(self._limits)
        self._busy.add(child)
        return child

    def _give_back(self, child: _Child) -> None:
        self._busy.discard(child)
        if self._closed or child.uses >= _USES_MAX:  # a fresh one now and then: what leaks, leaks for a while only
            child.kill()
        else:
            self._idle.append(child)

    async def _end(self, child: _Child) -> int:
        """Put an end to a child in trouble. Returns how it ended: minus a signal, where one did it."""
        self._busy.discard(child)
        return await asyncio.to_thread(child.kill)

    def _slow(self) -> Unreadable:
        return Unreadable(
            "slow",
            f"Reading this document takes too long (more than {self._limits.parse_cpu_s} seconds of work): "
            "it is built in a way that stalls readers.",
            _HELP_SLOW,
        )

    async def aclose(self) -> None:
        """Kill all children. A feed that is being read becomes Unreadable."""
        self._closed = True
        while self._idle:
            self._idle.pop().kill()
        for child in self._busy:
            child.stop()  # whoever waits for it hears that it is gone, and takes its remains


def _crashed(code: int, error: Exception) -> Unreadable:
    if isinstance(error, GarbledError):
        how = "answered nonsense"
    elif code < 0:
        how = f"was ended by {signal.Signals(-code).name}"
    else:
        how = f"ended with code {code}"
    return Unreadable("crashed", f"The process that was reading this document {how}.", _HELP_CRASHED)


class _Child:
    """One process and our end of the line to it."""

    def __init__(self, process: subprocess.Popen[bytes], line: socket.socket) -> None:
        self._process = process
        self._line = line
        self.uses = 0

    @classmethod
    def start(cls, limits: Limits) -> Self:
        ours, theirs = socket.socketpair()
        with theirs:
            ours.setblocking(False)
            root = str(Path(monitor.__file__).parents[1])
            process = subprocess.Popen(  # noqa: S603 - our own interpreter on our own module
                [sys.executable, "-I", "-X", "utf8", "-c", _START, root, *_limits_of(limits)],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL,  # it could only say what a feed makes it say
                # Dates must not depend on where we are, and no secret of ours belongs there.
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"TZ": "UTC0"},
                start_new_session=True,
            )
        return cls(process, ours)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    async def ask(self, request: bytes, answer_max: int) -> Parsed | Unreadable:
        """Send a request and wait for its answer. EOFError where the child is gone."""
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self._line, request)
        (length,) = ANSWER_HEAD.unpack(await self._receive(ANSWER_HEAD.size))
        if length > answer_max:
            raise GarbledError
        answer = decode_answer(await self._receive(length))
        self.uses += 1
        return answer

    async def _receive(self, length: int) -> bytes:
        loop = asyncio.get_running_loop()
        received = bytearray()
        while len(received) < length:
            piece = await loop.sock_recv(self._line, min(length - len(received), 2**20))
            if not piece:
                raise EOFError
            received += piece
        return bytes(received)

    def stop(self) -> None:
        """End it, and let the one who waits for its answer notice."""
        self._process.kill()

    def kill(self) -> int:
        """End it and take its remains. It has no say in it, so this takes no time worth waiting for."""
        self._line.close()
        self._process.kill()
        return self._process.wait()


def _limits_of(limits: Limits) -> tuple[str, str]:
    return str(limits.parse_memory_bytes), str(limits.parse_cpu_s)
