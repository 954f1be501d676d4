"""Several deliveries under way at once: nobody waits for a slow one, and bugs and ends lose nothing."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest

from monitor.core.model import (
    LIMITS,
    ChannelId,
    DeliveryState,
)
from monitor.deliver.courier import LEASE
from monitor.deliver.terminal import Terminal
from monitor.deliver.webhook import Webhook
from monitor.ports import StoreError
from tests.contract.messages import NOW
from tests.edges.courier_house import (
    DESK,
    KEY,
    OTHER,
    SECOND,
    TERMINAL,
    FullDisk,
    held_receiver,
    house,
    ids,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.ports import Channel
    from tests.conftest import FeedServer


@pytest.fixture
def desk(feed_server: FeedServer) -> Webhook:
    return Webhook(DESK, feed_server.url("/desk-hook-secret"), (KEY,))


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port that nobody listens on, and nobody else can take meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


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
