"""The Parser port over real child processes: whatever a document does to its reader, the next one is read."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from monitor.core.model import LIMITS
from monitor.core.wire import Parsed, Unreadable
from monitor.parse.pool import ParserPool
from monitor.parse.registry import read_feed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from monitor.core.model import Limits

FEEDS = Path(__file__).parents[1] / "corpora" / "feeds"
URL = "https://news.example/feeds/main.xml"
Result = TypeVar("Result")


def rss(inside: bytes) -> bytes:
    return b"<rss version='2.0'><channel><title>T</title>" + inside + b"</channel></rss>"


GOOD = rss(b"<item><title>A</title></item>")
# Slow for the reader in a way that no bound on its input catches.
STALL = rss(b"".join(b"<x%d:y xmlns:x%d='u%d'/>" % (n, n, n) for n in range(60_000)) + b"<item><title>x</title></item>")
ONE_SECOND = replace(LIMITS, parse_cpu_s=1)


def with_pool(
    use: Callable[[ParserPool], Coroutine[None, None, Result]], *, limits: Limits = LIMITS, size: int = 1
) -> Result:
    async def run() -> Result:
        pool = ParserPool(size, limits=limits)
        try:
            return await use(pool)
        finally:
            await pool.aclose()
            assert all(gone(pid) for pid in pool.pids)

    return asyncio.run(run())


def gone(pid: int) -> bool:
    """Neither alive nor left behind dead."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def read_all(*bodies: bytes, limits: Limits = LIMITS) -> list[Parsed | Unreadable]:
    async def use(pool: ParserPool) -> list[Parsed | Unreadable]:
        return [await pool.parse(body, "", URL) for body in bodies]

    return with_pool(use, limits=limits)


def kinds(results: list[Parsed | Unreadable]) -> list[str]:
    return [result.kind for result in results]


# What is read ---------------------------------------------------------------------------------------------------------


def test_a_child_reads_every_document_as_its_parent_would() -> None:
    documents = []
    for path in sorted(FEEDS.glob("*.expected")):
        content_type = json.loads(path.read_text("utf-8")).get("content_type", "")
        documents.append((path.with_suffix("").read_bytes(), content_type))

    async def use(pool: ParserPool) -> None:
        for body, content_type in documents:
            assert await pool.parse(body, content_type, URL) == read_feed(body, content_type, URL)
        assert len(pool.pids) == 1

    with_pool(use)


def test_no_child_is_started_before_the_first_feed() -> None:
    async def use(pool: ParserPool) -> tuple[int, ...]:
        return pool.pids

    assert with_pool(use) == ()


def test_a_pool_reads_as_many_feeds_at_once_as_it_has_children() -> None:
    async def use(pool: ParserPool) -> None:
        results = await asyncio.gather(*(pool.parse(GOOD, "", URL) for _ in range(6)))
        assert kinds(list(results)) == ["rss 2.0"] * 6
        assert len(pool.pids) == 2

    with_pool(use, size=2)


def test_a_document_over_the_limit_is_not_even_sent() -> None:
    async def use(pool: ParserPool) -> tuple[Parsed | Unreadable, tuple[int, ...]]:
        return await pool.parse(b"x" * (LIMITS.body_bytes_max + 1), "", URL), pool.pids

    result, pids = with_pool(use)
    assert isinstance(result, Unreadable)
    assert pids == ()


# What is survived -----------------------------------------------------------------------------------------------------

LAUGHS = b'<!ENTITY l0 "lol">' + b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
HOSTILE = {
    "a 64 kB author of dots": rss(b"<item><title>A</title><author>" + b"a." * 32_000 + b"</author></item>"),
    "a tag with 200,000 attributes": rss(
        b"<item " + b" ".join(b'a%d=""' % n for n in range(200_000)) + b"><title>A</title></item>"
    ),
    "a tag that never ends": rss(b"<item><title>A</title></item><x " + b"y" * 1_000_000),
    "a billion laughs": b"<!DOCTYPE rss [\n" + LAUGHS + b"]>" + rss(b"<item><title>A &l9;</title></item>"),
    "100,000 items": rss(b"".join(b"<item><title>A</title><guid>%d</guid></item>" % n for n in range(100_000))),
    "a million empty items": rss(b"<item><title>A</title></item>" + b"<item/>" * 300_000),
    "a deep title": rss(b"<item><title>A" + b"<b>" * 20_000 + b"</b>" * 20_000 + b"</title></item>"),
    "a million escaped signs": rss(
        b"<item><title>A</title><description>" + b"&lt;" * 500_000 + b"</description></item>"
    ),
    "unfinished comments": rss(
        b"<item><title>A</title><description><![CDATA[" + b"<!--" * 500_000 + b"]]></description></item>"
    ),
    "a title of 8 MB": rss(b"<item><title>A" + b"x" * (8 * 2**20) + b"</title></item>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_read_within_bounds(name: str) -> None:
    result, after = read_all(HOSTILE[name], GOOD)
    assert isinstance(result, Parsed)
    assert result.items[0].title.startswith("A")
    assert len(result.items) <= LIMITS.items_max
    assert isinstance(after, Parsed)


def test_deeply_nested_json_is_broken_and_nothing_more() -> None:
    assert kinds(read_all(b'{"version":"https://jsonfeed.org/version/1.1","items":' + b"[" * 500_000, GOOD)) == [
        "broken",
        "rss 2.0",
    ]


def test_a_document_that_stalls_its_reader_is_slow_and_the_next_is_read() -> None:
    result, after = read_all(STALL, GOOD, limits=ONE_SECOND)
    assert isinstance(result, Unreadable)
    assert result.kind == "slow"
    assert "1 seconds" in result.text
    assert isinstance(after, Parsed)


def test_processor_time_is_counted_for_each_feed_alone() -> None:
    busy = rss(b"".join(b"<x%d:y xmlns:x%d='u%d'/>" % (n, n, n) for n in range(3_500)))

    async def use(pool: ParserPool) -> set[tuple[int, ...]]:
        return {pool.pids for _ in range(4) if isinstance(await pool.parse(busy, "", URL), Parsed)}

    assert len(with_pool(use, limits=ONE_SECOND)) == 1


def test_the_clock_on_the_wall_ends_a_feed_too() -> None:
    async def use(pool: ParserPool) -> list[Parsed | Unreadable]:
        await pool.parse(GOOD, "", URL)
        os.kill(pool.pids[0], signal.SIGSTOP)  # uses no processor time at all
        return [await pool.parse(GOOD, "", URL), await pool.parse(GOOD, "", URL)]

    assert kinds(with_pool(use, limits=replace(LIMITS, parse_wall_s=1.5))) == ["slow", "rss 2.0"]


def test_a_document_that_needs_too_much_memory_is_told_so() -> None:
    little = replace(LIMITS, parse_memory_bytes=96 * 2**20)
    result, after = read_all(rss(b"<item><title>A" + b"x" * (15 * 2**20) + b"</title></item>"), GOOD, limits=little)
    assert isinstance(result, Unreadable)
    assert (result.kind, "memory" in result.text) == ("crashed", True)
    assert isinstance(after, Parsed)


def test_a_child_killed_while_idle_is_nobodys_fault() -> None:
    async def use(pool: ParserPool) -> list[Parsed | Unreadable]:
        results = [await pool.parse(GOOD, "", URL)]
        os.kill(pool.pids[0], signal.SIGKILL)
        return [*results, await pool.parse(GOOD, "", URL)]

    assert kinds(with_pool(use)) == ["rss 2.0"] * 2


def test_a_child_killed_at_work_is_replaced_once_if_it_had_worked_before() -> None:
    async def use(pool: ParserPool) -> Parsed | Unreadable:
        await pool.parse(GOOD, "", URL)
        (pid,) = pool.pids
        os.kill(pid, signal.SIGSTOP)
        reading = asyncio.create_task(pool.parse(GOOD, "", URL))
        await asyncio.sleep(0)  # one step: the request is on its way
        os.kill(pid, signal.SIGKILL)
        result = await reading
        assert gone(pid)
        return result

    assert isinstance(with_pool(use), Parsed)


def test_a_new_child_killed_at_work_is_told() -> None:
    async def use(pool: ParserPool) -> list[Parsed | Unreadable]:
        reading = asyncio.create_task(pool.parse(GOOD, "", URL))
        await asyncio.sleep(0)
        os.kill(pool.pids[0], signal.SIGKILL)
        return [await reading, await pool.parse(GOOD, "", URL)]

    result, after = with_pool(use)
    assert isinstance(result, Unreadable)
    assert (result.kind, "SIGKILL" in result.text) == ("crashed", True)
    assert isinstance(after, Parsed)


def test_a_feed_nobody_waits_for_any_more_takes_its_child_with_it() -> None:
    async def use(pool: ParserPool) -> Parsed | Unreadable:
        reading = asyncio.create_task(pool.parse(STALL, "", URL))
        await asyncio.sleep(0)
        (pid,) = pool.pids
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert gone(pid)
        return await pool.parse(GOOD, "", URL)

    assert isinstance(with_pool(use), Parsed)


def test_closing_the_pool_ends_the_feed_that_is_being_read() -> None:
    async def use(pool: ParserPool) -> tuple[Parsed | Unreadable, int]:
        await pool.parse(GOOD, "", URL)
        (pid,) = pool.pids
        reading = asyncio.create_task(pool.parse(STALL, "", URL))
        await asyncio.sleep(0)
        await pool.aclose()
        return await reading, pid

    result, pid = with_pool(use)
    assert isinstance(result, Unreadable)
    assert result.kind == "crashed"
    assert gone(pid)


def test_a_closed_pool_is_a_mistake_to_use() -> None:
    async def use(pool: ParserPool) -> None:
        await pool.aclose()
        await pool.parse(GOOD, "", URL)

    with pytest.raises(RuntimeError, match="closed"):
        with_pool(use)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts open files in /proc")
def test_dead_children_leave_no_files_open() -> None:
    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    async def use(pool: ParserPool) -> tuple[int, int]:
        await pool.parse(GOOD, "", URL)
        before = open_files()
        for _ in range(5):
            os.kill(pool.pids[0], signal.SIGKILL)
            await pool.parse(GOOD, "", URL)
        return before, open_files()

    before, after = with_pool(use)
    assert after == before


PARENT = """
import asyncio, sys
from monitor.parse.pool import ParserPool
async def main():
    pool = ParserPool()
    await pool.parse(b"<rss version='2.0'><channel><title>T</title></channel></rss>", "", "")
    print(pool.pids[0], flush=True)
    sys.stdin.read()
asyncio.run(main())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a child ends once it is idle")
def test_a_child_dies_with_its_parent_even_when_it_cannot_notice() -> None:
    root = Path(__file__).parents[2]
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=pipe, stdout=pipe, cwd=root) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        watch = os.pidfd_open(pid)
        os.kill(pid, signal.SIGSTOP)  # it will not read that its input has ended
        parent.kill()
    ended, _, _ = select.select([watch], [], [], 10.0)
    if not ended:
        signal.pidfd_send_signal(watch, signal.SIGKILL)
    os.close(watch)
    assert ended
