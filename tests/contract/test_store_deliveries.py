"""What every store promises the courier: due promises oldest first, leased while they are sent, never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.core.model import ChannelId, DeliveryState, Outcome
from monitor.ports import StoreError
from tests.contract.store_values import (
    DAY,
    DESK,
    FULL_SERVICE,
    LEASE,
    MINUTE,
    NOW,
    make_alert,
    make_delivery,
    make_item,
    make_turn,
)

if TYPE_CHECKING:
    from tests.contract.conftest import Memory

LOG = ChannelId("log")


def test_due_deliveries_come_oldest_first_each_with_its_revision_of_the_alert(memory: Memory) -> None:
    store = memory.store
    late, early, future = (make_alert(make_item(name)) for name in ("late", "early", "future"))
    second = replace(early, revision=2, outcome=Outcome.UPDATE)
    deliveries = (
        make_delivery(late, due_at=NOW - MINUTE, created_at=NOW - MINUTE),
        make_delivery(early, due_at=NOW - MINUTE, created_at=NOW - 2 * MINUTE),
        make_delivery(second, due_at=NOW - 2 * MINUTE),
        make_delivery(future, due_at=NOW + timedelta(milliseconds=1)),
        make_delivery(late, channel=LOG, due_at=NOW - MINUTE, created_at=NOW - MINUTE),
    )
    store.record(make_turn(alerts=(late, early, second, future), deliveries=deliveries))
    expected = [(deliveries[2], second), (deliveries[1], early), (deliveries[0], late), (deliveries[4], late)]
    claimed = store.claim_deliveries(NOW, 10, LEASE)
    assert claimed == [(replace(delivery, due_at=NOW + LEASE), alert) for delivery, alert in expected]


def test_a_claimed_delivery_is_out_of_reach_until_its_lease_ends(memory: Memory) -> None:
    store = memory.store
    store.record(make_turn(make_item()))
    assert store.claim_deliveries(NOW, 0, LEASE) == []
    [(first, _)] = store.claim_deliveries(NOW, 1, LEASE)
    assert first.attempts == 0
    assert store.claim_deliveries(NOW + LEASE - timedelta(milliseconds=1), 1, LEASE) == []
    assert store.next_due() == NOW + LEASE
    [(again, _)] = store.claim_deliveries(NOW + LEASE, 1, LEASE)
    assert again == replace(first, due_at=NOW + 2 * LEASE)


def test_busy_channels_are_left_alone_and_the_limit_counts_only_the_others(memory: Memory) -> None:
    store = memory.store
    alerts = [make_alert(make_item(name)) for name in ("one", "two")]
    deliveries = [make_delivery(alert, channel=channel) for channel in (DESK, LOG) for alert in alerts]
    store.record(make_turn(alerts=tuple(alerts), deliveries=tuple(deliveries)))
    assert [found.channel for found, _ in store.claim_deliveries(NOW, 1, LEASE, {DESK})] == [LOG]
    assert store.claim_deliveries(NOW, 5, LEASE, frozenset({DESK, LOG})) == []
    assert [found.channel for found, _ in store.claim_deliveries(NOW, 5, LEASE, [LOG])] == [DESK, DESK]


def test_a_settled_delivery_has_its_new_value_and_no_lease(memory: Memory) -> None:
    store, turn = memory.store, make_turn(make_item())
    store.record(turn)
    [(claimed, _)] = store.claim_deliveries(NOW, 1, LEASE)
    retry = replace(claimed, attempts=1, last_answer="503", due_at=NOW + MINUTE)
    store.settle(retry)
    assert memory.reader.deliveries(retry.alert) == [retry]
    assert store.release_leases(NOW) == 0
    assert store.claim_deliveries(NOW, 1, LEASE) == []
    [(second, _)] = store.claim_deliveries(NOW + MINUTE, 1, LEASE)
    assert second.attempts == 1


@pytest.mark.parametrize("end", [DeliveryState.DONE, DeliveryState.GIVEN_UP])
def test_what_has_ended_stays_as_it_is(memory: Memory, end: DeliveryState) -> None:
    store, turn = memory.store, make_turn(make_item())
    store.record(turn)
    ended = replace(turn.deliveries[0], state=end, attempts=3, due_at=None, ended_at=NOW, last_answer="410 gone")
    store.settle(ended)
    store.settle(replace(turn.deliveries[0], attempts=4, due_at=NOW, last_answer="late"))
    store.settle(replace(ended, state=DeliveryState.DONE, last_answer="later"))
    assert memory.reader.deliveries(ended.alert) == [ended]
    assert store.claim_deliveries(NOW + DAY, 10, LEASE) == []
    assert store.release_leases(NOW) == 0


def test_settling_a_delivery_that_was_never_promised_makes_none(memory: Memory) -> None:
    memory.store.settle(make_delivery(make_alert(make_item())))
    assert memory.store.claim_deliveries(NOW + DAY, 10, LEASE) == []
    assert memory.store.next_due() is None


def test_a_delivery_cannot_be_left_waiting_for_ever(memory: Memory) -> None:
    store, turn = memory.store, make_turn(make_item())
    store.record(turn)
    with pytest.raises(StoreError):
        store.settle(replace(turn.deliveries[0], due_at=None))
    assert memory.reader.deliveries(turn.alerts[0].id) == list(turn.deliveries)


def test_leases_of_a_dead_process_become_due_now_and_only_those(memory: Memory) -> None:
    store = memory.store
    alerts = [make_alert(make_item(name)) for name in ("one", "two", "three", "done")]
    due = [NOW, NOW, NOW + DAY, NOW]
    deliveries = [make_delivery(alert, due_at=at) for alert, at in zip(alerts, due, strict=True)]
    store.record(make_turn(alerts=tuple(alerts), deliveries=tuple(deliveries)))
    claimed = store.claim_deliveries(NOW, 10, LEASE)
    assert len(claimed) == 3
    store.settle(replace(deliveries[3], state=DeliveryState.DONE, due_at=None, ended_at=NOW))
    now = NOW + timedelta(seconds=1)
    assert store.release_leases(now) == 2
    assert store.release_leases(now) == 0
    again = store.claim_deliveries(now, 10, LEASE)
    assert [delivery.alert for delivery, _ in again] == [alerts[0].id, alerts[1].id]


def test_the_last_beat_counts(memory: Memory) -> None:
    assert memory.reader.facts(NOW).service is None
    memory.store.beat(FULL_SERVICE)
    last = replace(FULL_SERVICE, stopped_at=None, reload_problem="", pid=1)
    memory.store.beat(last)
    assert memory.reader.facts(NOW).service == last
