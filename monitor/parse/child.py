"""The child process that reads feeds: bounded in memory and processor time, and gone when its parent is.

It takes requests on standard input and answers on standard output, one after the other. Whatever a document does to it,
it can only make the child slow or dead, and the parent knows what to do about both.
"""

from __future__ import annotations

import contextlib
import math
import os
import resource
import signal
import sys
import traceback
from typing import TYPE_CHECKING

from monitor.core.wire import Unreadable
from monitor.parse.frames import encode_answer, read_request
from monitor.parse.registry import read_feed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

_PR_SET_PDEATHSIG = 1


def main(arguments: Sequence[str]) -> None:
    """Serve until the parent closes its end. Arguments: bytes of memory, and seconds of processor time per feed."""
    memory, cpu_s = int(arguments[0]), int(arguments[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # Nothing that a library prints may get between our frames.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for used in (0, 1):
        os.dup2(nowhere, used)
    _die_with_parent()
    _limit(resource.RLIMIT_AS, memory)
    for unwanted in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        _limit(unwanted, 0)
    with requests, answers:
        serve(requests, answers, lambda: _allow_processor(cpu_s))


def serve(requests: BinaryIO, answers: BinaryIO, allow: Callable[[], None]) -> None:
    """Answer requests until there are no more, or until one leaves the process in doubt. Before each: ``allow``."""
    while (request := read_request(requests.read)) is not None:
        allow()
        sound = True
        try:
            answer = encode_answer(read_feed(*request))
        except MemoryError:
            answer, sound = encode_answer(_too_much()), False
        except Exception as error:  # noqa: BLE001 - a bug in here must reach a person, and this process has no other way
            answer, sound = encode_answer(_our_fault(error)), False
        answers.write(answer)
        answers.flush()
        if not sound:
            return


def _too_much() -> Unreadable:
    return Unreadable(
        "crashed",
        "Reading this document takes more memory than a feed may have: it is built to be huge, or by accident is.",
        "Check that the address is that of a feed, and tell the publisher.",
    )


def _our_fault(error: Exception) -> Unreadable:
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "nowhere"  # noqa: PTH119
    return Unreadable(
        "crashed",
        f"The reader of feeds failed on this document ({type(error).__name__} at {place}): a fault of Wirewatch.",
        "Please report it, with the address of the feed.",
    )


def _limit(what: int, amount: int) -> None:
    """Lower a limit of this process as far as the system allows."""
    _, hard = resource.getrlimit(what)
    ceiling = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    with contextlib.suppress(ValueError, OSError):  # some systems know a limit but do not keep it
        resource.setrlimit(what, (ceiling, ceiling))


def _allow_processor(seconds: int) -> None:
    """Let this process run that much longer. The limit counts from its birth, so it moves with every feed."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _die_with_parent() -> None:
    """On Linux the kernel ends us when the parent dies; elsewhere the end of standard input does, once we are idle."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):  # a system without it is no worse off than other systems
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    main(sys.argv[1:])
