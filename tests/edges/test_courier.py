"""The courier between a real store, real receivers on loopback and a real pipe."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from monitor.core.cadence import SEND_STEPS, WISH_MAX
from monitor.core.model import (
    LIMITS,
    Alert,
    AlertId,
    ChannelId,
    Delivery,
    DeliveryState,
    FeedState,
    Outcome,
    Turn,
    derive_id,
)
from monitor.core.wire import Delivered, TryAgain
from monitor.deliver.courier import LEASE, Courier, attempt
from monitor.deliver.ping import ping
from monitor.deliver.screen import ConsoleScreen
from monitor.deliver.terminal import Terminal
from monitor.deliver.webhook import Webhook
from monitor.fetch.http import HttpWeb
from monitor.ports import StoreError
from monitor.store.memory import MemoryStore
from monitor.store.sqlite import SqliteStore
from tests.contract.messages import HOSTILE, NOW, make_message

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from monitor.ports import Channel, Store
    from tests.conftest import FeedServer

T = TypeVar("T")
KEY = b"k" * 24
DESK, OTHER, TERMINAL = ChannelId("desk"), ChannelId("other"), ChannelId("terminal")
SECOND = timedelta(seconds=1)


@dataclass
class SetClock:
    """A clock that stands still until it is set."""

    time: datetime = NOW

    def now(self) -> datetime:
        return self.time


class FullDisk(MemoryStore):
    """A real memory whose disk is full for some calls of one method."""

    def __init__(self, method: str, after: int = 0, times: int = 1) -> None:
        super().__init__()
        self._full, self._method, self._calls = range(after, after + times), method, -1

    def _write(self, method: str) -> None:
        if method == self._method:
            self._calls += 1
            if self._calls in self._full:
                raise StoreError("the disk is full")

    def settle(self, delivery: Delivery) -> None:
        self._write("settle")
        super().settle(delivery)

    def claim_deliveries(self, *arguments: Any, **named: Any) -> list[tuple[Delivery, Alert]]:
        self._write("claim_deliveries")
        return super().claim_deliveries(*arguments, **named)


async def at_once(call: Callable[[], T], /) -> T:
    return call()


@dataclass
class House:
    """A courier with everything around it."""

    store: Store
    clock: SetClock
    web: HttpWeb
    screen: ConsoleScreen
    channels: dict[ChannelId, Channel]
    courier: Courier
    heard: list[Delivery]
    progress: asyncio.Event

    async def ended(self, alert: Alert, channel: ChannelId) -> None:
        """Wait until a delivery that another task works on has ended."""
        while self.delivery(alert, channel).due_at is not None:
            self.progress.clear()
            await self.progress.wait()

    def promise(self, name: str, *channels: ChannelId, **changes: Any) -> Alert:
        """Record an alert with its deliveries, as a turn does. What was promised a moment ago comes first."""
        now = self.clock.now()
        id_ = AlertId(derive_id("alert", name))
        message = make_message(id=id_, at=now, **changes)
        alert = Alert(
            id_, message.revision, message.topic, message.story, message.item, message.outcome, message.priority, now,
            message, channels,
        )  # fmt: skip
        waiting = tuple(Delivery(id_, alert.revision, each, DeliveryState.WAITING, now, now) for each in channels)
        self.store.record(
            Turn(now, FeedState(message.feed, "https://example.org/", now), alerts=(alert,), deliveries=waiting)
        )
        return alert

    def delivery(self, alert: Alert, channel: ChannelId = DESK) -> Delivery:
        [found] = [each for each in self.store.deliveries(alert.id) if each.channel == channel]
        return found


@asynccontextmanager
async def house(
    channels: Mapping[ChannelId, Channel],
    store: Store | None = None,
    run: Any = at_once,
    screen: ConsoleScreen | None = None,
) -> AsyncIterator[House]:
    heard: list[Delivery] = []
    progress = asyncio.Event()

    def on_progress(delivery: Delivery) -> None:
        heard.append(delivery)
        progress.set()

    clock, web = SetClock(), HttpWeb(["127.0.0.0/8"])
    own = dict(channels)
    with Path(os.devnull).open("w") as nowhere:  # noqa: ASYNC230  it takes no time
        shown = screen or ConsoleScreen(nowhere)
        kept = store or MemoryStore()
        courier = Courier(kept, web, shown, own, clock, run, on_progress)
        try:
            async with asyncio.timeout(60):
                yield House(kept, clock, web, shown, own, courier, heard, progress)
        finally:
            await courier.stop()
            await web.aclose()
            if store is None:
                kept.close()


@dataclass
class HeldReceiver:
    """A receiver that takes every request and answers none until it is let go."""

    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    ids: list[str] = field(default_factory=list)
    open_now: int = 0
    open_most: int = 0
    port: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            await reader.readexactly(int(head.split("content-length: ")[1].split("\r\n")[0]))
            self.open_now += 1
            self.open_most = max(self.open_most, self.open_now)
            async with self._changed:
                self.ids.append(head.split("webhook-id: ")[1].split("\r\n")[0])
                self._changed.notify_all()
            await self.let_go.wait()
            self.open_now -= 1
            writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the courier hung up, which some tests want it to
        finally:
            writer.close()

    async def has(self, count: int) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.ids) >= count)

    def channel(self, name: str) -> Webhook:
        return Webhook(ChannelId(name), f"http://127.0.0.1:{self.port}/{name}")


@asynccontextmanager
async def held_receiver() -> AsyncIterator[HeldReceiver]:
    receiver = HeldReceiver()
    server = await asyncio.start_server(receiver.take, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        receiver.let_go.set()
        server.close()
        await server.wait_closed()


@pytest.fixture
def desk(feed_server: FeedServer) -> Webhook:
    return Webhook(DESK, feed_server.url("/desk-hook-secret"), (KEY,))


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port that nobody listens on, and nobody else can take meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def ids(server: FeedServer, path: str = "/desk-hook-secret") -> list[str]:
    return [seen.headers["webhook-id"] for seen in server.requests if seen.path == path]


# At least once --------------------------------------------------------------------------------------------------------


def test_what_is_due_is_delivered_once_and_written_down(feed_server: FeedServer, desk: Webhook) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(200))

    async def scene() -> None:
        async with house({DESK: desk, TERMINAL: Terminal(TERMINAL)}) as here:
            alert = here.promise("one", DESK, TERMINAL)
            assert await here.courier.deliver_due() == 2
            done = here.delivery(alert)
            assert (done.state, done.attempts, done.due_at, done.ended_at) == (DeliveryState.DONE, 1, None, NOW)
            assert done.last_answer == "The receiver answered 200."
            assert here.delivery(alert, TERMINAL).last_answer == "It was shown."
            assert sorted(each.channel for each in here.heard) == [DESK, TERMINAL]
            assert await here.courier.deliver_due() == 0
        assert ids(feed_server) == [alert.key]

    asyncio.run(scene())


def test_a_receiver_that_fails_first_hears_the_same_id_and_body_again(feed_server: FeedServer, desk: Webhook) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(500), feed_server.reply(200))

    async def scene() -> None:
        async with house({DESK: desk}) as here:
            here.clock.time = datetime.now(UTC)  # the reference library looks at the real time
            alert = here.promise("one", DESK)
            assert await here.courier.deliver_due() == 1
            failed = here.delivery(alert)
            assert (failed.state, failed.attempts) == (DeliveryState.WAITING, 1)
            assert failed.last_answer == "The receiver answered 500."
            assert failed.due_at is not None
            assert 5 * SECOND <= failed.due_at - here.clock.time <= 6 * SECOND + timedelta(milliseconds=1)
            assert await here.courier.deliver_due() == 0
            here.clock.time = failed.due_at
            assert await here.courier.deliver_due() == 1
            assert here.delivery(alert).attempts == 2
            assert here.delivery(alert).state is DeliveryState.DONE
        assert ids(feed_server) == [alert.key, alert.key]
        first, second = feed_server.requests
        assert first.body == second.body
        assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]
        for seen in (first, second):
            Verifier(KEY).verify(seen.body, seen.headers)

    asyncio.run(scene())


def test_an_end_between_sending_and_settling_repeats_the_same_id_after_the_lease(
    feed_server: FeedServer, desk: Webhook
) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(200))

    async def scene() -> None:
        async with house({DESK: desk}, FullDisk("settle")) as here:
            alert = here.promise("one", DESK)
            with pytest.raises(StoreError, match="disk is full"):
                await here.courier.deliver_due()
            assert here.heard == []
            assert here.delivery(alert).attempts == 0
            assert await here.courier.deliver_due() == 0
            here.clock.time = NOW + LEASE
            assert await here.courier.deliver_due() == 1
            assert here.delivery(alert).state is DeliveryState.DONE
        assert ids(feed_server) == [alert.key, alert.key]

    asyncio.run(scene())


def test_a_store_that_fails_at_a_claim_lets_what_is_under_way_end_and_be_settled(
    feed_server: FeedServer, desk: Webhook
) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(200))

    async def scene() -> None:
        async with house({DESK: desk, OTHER: Terminal(OTHER)}, FullDisk("claim_deliveries", after=1)) as here:
            alert = here.promise("one", DESK, OTHER)
            with pytest.raises(StoreError, match="disk is full"):
                await here.courier.deliver_due()
            [settled] = here.heard
            assert settled.state is DeliveryState.DONE
            assert await here.courier.deliver_due() == 1
            assert {each.state for each in here.store.deliveries(alert.id)} == {DeliveryState.DONE}

    asyncio.run(scene())


def test_after_the_last_attempt_it_is_given_up_with_the_last_answer(feed_server: FeedServer, desk: Webhook) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(500), feed_server.reply(502, b"bad gateway"))

    async def scene() -> None:
        async with house({DESK: desk}) as here:
            alert = here.promise("one", DESK)
            for _ in range(100):
                await here.courier.deliver_due()
                due = here.delivery(alert).due_at
                if due is None:
                    break
                assert due > here.clock.time
                here.clock.time = due
            given_up = here.delivery(alert)
            assert (given_up.state, given_up.attempts) == (DeliveryState.GIVEN_UP, len(SEND_STEPS))
            assert (
                given_up.last_answer == 'Given up after 10 attempts. The receiver answered 502 and said "bad gateway".'
            )
            assert given_up.ended_at == here.clock.time
            assert timedelta(hours=75) < here.clock.time - NOW < timedelta(hours=92)
        assert ids(feed_server) == [alert.key] * len(SEND_STEPS)

    asyncio.run(scene())


def test_410_is_given_up_at_once(feed_server: FeedServer, desk: Webhook) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(410))

    async def scene() -> None:
        async with house({DESK: desk}) as here:
            alert = here.promise("one", DESK)
            assert await here.courier.deliver_due() == 1
            assert here.delivery(alert).state is DeliveryState.GIVEN_UP
            assert "wants no more alerts" in here.delivery(alert).last_answer
            assert here.store.next_due() is None

    asyncio.run(scene())


def test_a_channel_that_is_no_longer_configured_is_given_up_and_says_so() -> None:
    async def scene() -> None:
        async with house({}) as here:
            alert = here.promise("one", DESK)
            assert await here.courier.deliver_due() == 1
            gone = here.delivery(alert)
            assert (gone.state, gone.attempts) == (DeliveryState.GIVEN_UP, 0)
            assert gone.last_answer == "There is no channel desk in the configuration any more."

    asyncio.run(scene())


def test_channels_can_be_replaced_at_a_reload(feed_server: FeedServer, desk: Webhook) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(200))

    async def scene() -> None:
        async with house({}) as here:
            here.courier.channels = {DESK: desk}
            alert = here.promise("one", DESK)
            await here.courier.deliver_due()
            assert here.delivery(alert).state is DeliveryState.DONE

    asyncio.run(scene())


# A wish to wait -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("3600", timedelta(hours=1)),
        ("Tue, 18 Oct 2016 15:03:11 GMT", timedelta(hours=1)),
        ("31536000", WISH_MAX),
    ],
)
def test_a_receiver_that_asks_for_time_gets_it_for_all_its_alerts(
    feed_server: FeedServer, desk: Webhook, value: str, wait: timedelta
) -> None:
    busy = feed_server.reply(503, headers={"Retry-After": value})
    feed_server.script("/desk-hook-secret", busy, feed_server.reply(200))

    async def scene() -> None:
        async with house({DESK: desk}) as here:
            alerts = [here.promise(name, DESK) for name in ("one", "two", "three")]
            await here.courier.deliver_due()
            assert ids(feed_server) == [alerts[0].key]
            first, *others = (here.delivery(alert) for alert in alerts)
            assert first.due_at is not None
            assert wait <= first.due_at - NOW <= wait + 7 * SECOND
            assert [(each.attempts, each.due_at) for each in others] == [(0, NOW + wait)] * 2
            assert "asked to wait until" in others[0].last_answer
            due = here.store.next_due()
            assert due is not None
            assert due >= NOW + wait
            here.clock.time = first.due_at
            await here.courier.deliver_due()
            assert {here.delivery(alert).state for alert in alerts} == {DeliveryState.DONE}

    asyncio.run(scene())


@pytest.mark.parametrize("value", ["0", "-1", "soon", "Tue, 18 Oct 2016 13:00:00 GMT", ""])
def test_a_wish_that_means_nothing_changes_nothing(feed_server: FeedServer, desk: Webhook, value: str) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(429, headers={"Retry-After": value}))

    async def scene() -> None:
        async with house({DESK: desk}) as here:
            alerts = [here.promise(name, DESK) for name in ("one", "two")]
            assert await here.courier.deliver_due() == 2
            for alert in alerts:
                due = here.delivery(alert).due_at
                assert due is not None
                assert 5 * SECOND <= due - NOW <= 7 * SECOND

    asyncio.run(scene())


# One channel does not hold up another ---------------------------------------------------------------------------------


def test_a_dead_receiver_harms_no_other(feed_server: FeedServer, desk: Webhook, dead_port: int) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(200))
    dead = Webhook(OTHER, f"http://127.0.0.1:{dead_port}/other-hook-secret")

    async def scene() -> None:
        async with house({DESK: desk, OTHER: dead}) as here:
            alerts = [here.promise(str(number), OTHER, DESK) for number in range(5)]
            assert await here.courier.deliver_due() == 10
            assert {here.delivery(alert).state for alert in alerts} == {DeliveryState.DONE}
            waiting = here.delivery(alerts[0], OTHER)
            assert (waiting.state, waiting.attempts) == (DeliveryState.WAITING, 1)
            assert "127.0.0.1" in waiting.last_answer
            assert "secret" not in waiting.last_answer
        assert ids(feed_server) == [alert.key for alert in alerts]

    asyncio.run(scene())


def test_a_slow_receiver_holds_up_nobody_and_hears_one_at_a_time_in_order(
    feed_server: FeedServer, desk: Webhook
) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(200))

    async def scene() -> None:
        async with (
            held_receiver() as slow,
            house({DESK: desk, OTHER: slow.channel("other"), TERMINAL: Terminal(TERMINAL)}) as here,
        ):
            early = []
            for number in range(3):
                early.append(here.promise(str(number), OTHER, DESK))
                here.clock.time += SECOND
            first_call = asyncio.create_task(here.courier.deliver_due())
            await slow.has(1)
            for alert in early:
                await here.ended(alert, DESK)
            late = here.promise("late", OTHER, TERMINAL)
            here.clock.time += SECOND
            assert await here.courier.deliver_due() == 1  # returns although the slow one is still under way
            assert here.delivery(late, TERMINAL).state is DeliveryState.DONE
            assert not first_call.done()
            assert slow.ids == [early[0].key]
            slow.let_go.set()
            await first_call
            assert slow.ids == [alert.key for alert in (*early, late)]
            assert slow.open_most == 1
        assert ids(feed_server) == [alert.key for alert in early]

    asyncio.run(scene())


def test_no_more_deliveries_are_under_way_than_the_limit_says() -> None:
    async def scene() -> None:
        async with held_receiver() as slow:
            names = [f"channel-{number}" for number in range(LIMITS.deliveries_in_flight_max + 4)]
            channels: dict[ChannelId, Channel] = {ChannelId(name): slow.channel(name) for name in names}
            async with house(channels) as here:
                here.promise("one", *channels)
                calls = [asyncio.create_task(here.courier.deliver_due()) for _ in range(3)]
                await slow.has(LIMITS.deliveries_in_flight_max)
                assert slow.open_now == LIMITS.deliveries_in_flight_max
                slow.let_go.set()
                assert sum(await asyncio.gather(*calls)) == len(names)
                assert slow.open_most == LIMITS.deliveries_in_flight_max

    asyncio.run(scene())


# Bugs and ends --------------------------------------------------------------------------------------------------------


class Broken(Terminal):
    """A channel with a bug."""

    def compose(self, message: Any, now: datetime) -> Any:
        raise ZeroDivisionError("a bug in compose")

    def judge(self, answer: Any, now: datetime) -> Any:
        raise ZeroDivisionError("a bug in judge")


class BrokenJudge(Webhook):
    """A channel with a later bug."""

    def judge(self, answer: Any, now: datetime) -> Any:
        raise ZeroDivisionError("a bug in judge")


def test_a_bug_is_raised_settles_nothing_and_lets_the_others_end(feed_server: FeedServer, desk: Webhook) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(200))

    async def scene() -> None:
        async with house({DESK: desk, OTHER: Broken(OTHER)}) as here:
            alert = here.promise("one", OTHER, DESK)
            with pytest.raises(ZeroDivisionError, match="a bug in compose"):
                await here.courier.deliver_due()
            assert here.delivery(alert).state is DeliveryState.DONE
            kept = here.delivery(alert, OTHER)
            assert (kept.state, kept.attempts, kept.last_answer) == (DeliveryState.WAITING, 0, "")
            assert kept.due_at == NOW + LEASE
            here.courier.channels = {OTHER: Terminal(OTHER)}
            here.clock.time = NOW + LEASE
            assert await here.courier.deliver_due() == 1
            assert here.delivery(alert, OTHER).state is DeliveryState.DONE

    asyncio.run(scene())


def test_a_store_out_of_reach_is_said_once_however_many_were_under_way() -> None:
    async def scene() -> None:
        async with held_receiver() as slow, house({}, FullDisk("settle", times=2)) as here:
            here.courier.channels = {DESK: slow.channel("desk"), OTHER: slow.channel("other")}
            here.promise("one", DESK, OTHER)
            call = asyncio.create_task(here.courier.deliver_due())
            await slow.has(2)
            slow.let_go.set()
            with pytest.raises(StoreError, match="disk is full"):
                await call

    asyncio.run(scene())


def test_a_bug_outweighs_a_store_out_of_reach(feed_server: FeedServer) -> None:
    url = feed_server.script("/hook", feed_server.reply(200))

    async def scene() -> None:
        channels = {DESK: BrokenJudge(DESK, url), OTHER: Webhook(OTHER, url)}
        async with house(channels, FullDisk("settle")) as here:
            here.promise("one", DESK, OTHER)
            with pytest.raises(ZeroDivisionError):
                await here.courier.deliver_due()

    asyncio.run(scene())


def test_several_bugs_are_raised_together(feed_server: FeedServer) -> None:
    url = feed_server.script("/hook", feed_server.reply(200))

    async def scene() -> None:
        async with house({DESK: BrokenJudge(DESK, url), OTHER: BrokenJudge(OTHER, url)}) as here:
            here.promise("one", DESK, OTHER)
            with pytest.raises(BaseException, match=r"a bug in judge|several deliveries failed") as caught:
                await here.courier.deliver_due()
            raised = caught.value
            bugs = raised.exceptions if isinstance(raised, BaseExceptionGroup) else [raised]
            assert {str(bug) for bug in bugs} == {"a bug in judge"}
            assert here.heard == []

    asyncio.run(scene())


def test_stopping_waits_for_what_is_under_way_and_starts_nothing_more() -> None:
    async def scene() -> None:
        async with held_receiver() as slow, house({OTHER: slow.channel("other")}) as here:
            first, second = here.promise("one", OTHER), here.promise("two", OTHER)
            call = asyncio.create_task(here.courier.deliver_due())
            await slow.has(1)
            stopping = asyncio.create_task(here.courier.stop())
            await asyncio.sleep(0)
            assert not stopping.done()
            slow.let_go.set()
            await stopping
            assert await call == 1
            states = [here.delivery(alert, OTHER).state for alert in (first, second)]
            assert sorted(states) == [DeliveryState.DONE, DeliveryState.WAITING]
            assert len(slow.ids) == 1
            assert await here.courier.deliver_due() == 0

    asyncio.run(scene())


def test_what_is_not_done_when_stopping_takes_too_long_keeps_its_lease() -> None:
    async def scene() -> None:
        async with held_receiver() as slow, house({OTHER: slow.channel("other")}) as here:
            alert = here.promise("one", OTHER)
            call = asyncio.create_task(here.courier.deliver_due())
            await slow.has(1)
            await here.courier.stop(deadline_s=0.01)
            assert await call == 0
            kept = here.delivery(alert, OTHER)
            assert (kept.state, kept.attempts, kept.due_at) == (DeliveryState.WAITING, 0, NOW + LEASE)
            assert here.store.release_leases(NOW) == 1

    asyncio.run(scene())


def test_a_cancelled_call_leaves_no_attempt_behind() -> None:
    async def scene() -> None:
        async with held_receiver() as slow, house({OTHER: slow.channel("other")}) as here:
            alert = here.promise("one", OTHER)
            call = asyncio.create_task(here.courier.deliver_due())
            await slow.has(1)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("deliver to")] == []
            assert here.delivery(alert, OTHER).attempts == 0

    asyncio.run(scene())


# What is remembered ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*(text for text in HOSTILE if text.isascii()), "/desk-hook-secret", "x" * 5_000])
def test_what_a_receiver_says_is_kept_short_safe_and_without_secrets(
    feed_server: FeedServer, desk: Webhook, text: str
) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(400, text.encode()))

    async def scene() -> None:
        async with house({DESK: desk}) as here:
            alert = here.promise("one", DESK)
            await here.courier.deliver_due()
            answer = here.delivery(alert).last_answer
            assert answer.startswith("The receiver answered 400")
            assert answer.isprintable()
            assert len(answer) <= 300
            assert "hook-secret" not in answer

    asyncio.run(scene())


# With the other real parts --------------------------------------------------------------------------------------------


def test_a_store_that_lives_in_a_thread_of_its_own_is_only_ever_called_there(
    feed_server: FeedServer, desk: Webhook, tmp_path: Path
) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(503), feed_server.reply(200))
    threads: set[str] = set()

    async def scene() -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="writer") as writer:

            async def run(call: Callable[[], T], /) -> T:
                def on_writer() -> T:
                    threads.add(threading.current_thread().name)
                    return call()

                return await loop.run_in_executor(writer, on_writer)

            store = await run(lambda: SqliteStore(tmp_path / "state" / "wirewatch.db"))
            try:
                async with house({DESK: desk}, store, run) as here:
                    alert = await run(lambda: here.promise("one", DESK))
                    await here.courier.deliver_due()
                    waiting = await run(lambda: here.delivery(alert))
                    assert waiting.due_at is not None
                    here.clock.time = waiting.due_at
                    await here.courier.deliver_due()
                    assert (await run(lambda: here.delivery(alert))).state is DeliveryState.DONE
            finally:
                await run(store.close)

    asyncio.run(scene())
    assert threads == {"writer_0"}
    assert len(set(ids(feed_server))) == 1


def test_alerts_for_the_terminal_wait_while_its_pipe_is_closed(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    async def scene(closed: TextIO, back: TextIO) -> None:
        async with house({TERMINAL: Terminal(TERMINAL)}, screen=ConsoleScreen(closed, {})) as here:
            alert = here.promise("one", TERMINAL)
            await here.courier.deliver_due()
            waiting = here.delivery(alert, TERMINAL)
            assert waiting.last_answer == "Nobody reads the output any more: the pipe is closed."
            assert waiting.due_at is not None
            again = Courier(here.store, here.web, ConsoleScreen(back, {}), here.channels, here.clock, at_once)
            here.clock.time = waiting.due_at
            assert await again.deliver_due() == 1
            assert here.delivery(alert, TERMINAL).state is DeliveryState.DONE

    with os.fdopen(writing, "w") as closed, (tmp_path / "out").open("w") as back:
        asyncio.run(scene(closed, back))
    assert make_message().headline in (tmp_path / "out").read_text()


def test_a_test_message_needs_no_store(feed_server: FeedServer, desk: Webhook) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(404), feed_server.reply(200))

    async def scene() -> None:
        async with house({DESK: desk}) as here:
            message = ping(DESK, NOW)
            answers = [await attempt(desk, message, here.web, here.screen, here.clock) for _ in range(2)]
            assert answers == [TryAgain("The receiver answered 404."), Delivered("The receiver answered 200.")]
        assert b'"type":"test.ping"' in feed_server.requests[0].body

    asyncio.run(scene())


def test_an_update_has_an_id_of_its_own(feed_server: FeedServer, desk: Webhook) -> None:
    feed_server.script("/desk-hook-secret", feed_server.reply(200))

    async def scene() -> None:
        async with house({DESK: desk}) as here:
            first = here.promise("one", DESK)
            here.promise("one", DESK, revision=2, outcome=Outcome.UPDATE, changes=("11 → 19",))
            await here.courier.deliver_due()
        assert sorted(ids(feed_server)) == [f"{first.id}-1", f"{first.id}-2"]

    asyncio.run(scene())
