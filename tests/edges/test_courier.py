"""The courier between a real store, real receivers on loopback and a real pipe: at least once, and written down."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TextIO

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from monitor.core.cadence import SEND_STEPS, WISH_MAX
from monitor.core.model import (
    DeliveryState,
    Outcome,
)
from monitor.core.wire import Delivered, TryAgain
from monitor.deliver.courier import LEASE, Courier, attempt
from monitor.deliver.ping import ping
from monitor.deliver.screen import ConsoleScreen
from monitor.deliver.terminal import Terminal
from monitor.deliver.webhook import Webhook
from monitor.ports import StoreError
from monitor.store.sqlite import SqliteStore
from tests.contract.messages import HOSTILE, NOW, make_message
from tests.edges.courier_house import (
    DESK,
    KEY,
    OTHER,
    SECOND,
    TERMINAL,
    FullDisk,
    T,
    at_once,
    house,
    ids,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import FeedServer


@pytest.fixture
def desk(feed_server: FeedServer) -> Webhook:
    return Webhook(DESK, feed_server.url("/desk-hook-secret"), (KEY,))


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
