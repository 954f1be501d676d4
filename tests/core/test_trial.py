"""A query tried on items: what it finds, what would be told and held, and the difference from a topic."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.core import trial as trial_module
from monitor.core.model import Item, Outcome, PollPolicy, Topic, TopicId
from monitor.core.query.compile import Compiled, compile_topic
from monitor.core.query.concepts import Concepts
from monitor.core.trial import Trial
from tests.core.kit import DAY, MINUTE, NOW, feed, item
from tests.core.texts import HALT, HARVEST

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

CONCEPTS = Concepts()


def compiled(query: str, topic: str = "t", feeds: tuple[str, ...] = ()) -> Compiled:
    made = compile_topic(Topic(TopicId(topic), query=query, feeds=feeds), CONCEPTS)
    assert isinstance(made, Compiled)
    return made


def run(trial: Trial, items: Iterable[Item]) -> Trial:
    """As a verb does it: newest first to look, oldest first to judge."""
    stored = sorted(items, key=lambda one: one.seen, reverse=True)
    for one in filter(trial.hears, stored):
        trial.look(one)
    by_id = {one.id: one for one in stored}
    for name in trial.to_judge:
        trial.judge(by_id[name])
    return trial


def tried(query: str, items: Iterable[Item], *, against: str | None = None, feeds: tuple[str, ...] = ()) -> Trial:
    known = {one.id: one for one in (feed("wire", tags=("fast",)), feed("slow"))}
    other = compiled(against, "other") if against is not None else None
    return run(Trial(compiled(query, feeds=feeds), CONCEPTS, known, PollPolicy(), against=other, samples=2), items)


STORY = [
    item(HALT, "Halt in Aleppo", guid="1", seen=NOW - 2 * DAY),
    item(HALT, "Reposted: halt in Aleppo", guid="2", feed="slow", seen=NOW - DAY),
    item(HARVEST, "Harvest near Aleppo", guid="3", seen=NOW - MINUTE),
    item(HARVEST, "Old harvest in Aleppo", guid="4", seen=NOW, published=NOW - 9 * DAY),
    item("Rain in the hills of another country altogether.", "Rain", guid="5", seen=NOW),
]


def test_what_matches_is_judged_as_if_it_came_in_now() -> None:
    trial = tried("aleppo", STORY)
    assert (trial.looked, trial.matched, trial.judged) == (5, 4, 4)
    assert trial.outcomes == {Outcome.ALERTED: 2, Outcome.COPY: 1, Outcome.STALE: 1}
    assert (trial.oldest, trial.newest) == (NOW - 2 * DAY, NOW)


def test_every_day_has_its_matches_and_what_was_told_of_them() -> None:
    days = {day.day: (one.matched, one.told) for day, one in tried("aleppo", STORY).days.items()}
    assert days == {16: (1, 1), 17: (1, 0), 18: (2, 1)}


def test_a_day_is_a_day_in_utc() -> None:
    from datetime import timezone

    east = timezone(timedelta(hours=9))
    late = item(HALT, guid="1", seen=NOW.replace(hour=23).astimezone(east))
    assert [day.isoformat() for day in tried("aleppo", [late]).days] == ["2016-10-18"]


def test_samples_are_the_newest_with_their_verdicts() -> None:
    samples = tried("aleppo", STORY).samples
    assert [(one.item.title, one.verdict.outcome) for one in samples] == [
        ("Harvest near Aleppo", Outcome.ALERTED),
        ("Old harvest in Aleppo", Outcome.STALE),
    ]
    assert samples[0].verdict.hits


def test_items_of_other_feeds_do_not_count() -> None:
    assert tried("aleppo", STORY, feeds=("slow",)).looked == 1
    assert tried("aleppo", STORY, feeds=("tag:fast",)).matched == 3
    gone = item(HALT, guid="9", feed="no-longer-configured")
    assert tried("aleppo", [gone]).matched == 1
    assert tried("aleppo", [gone], feeds=("wire",)).looked == 0


def test_the_difference_from_a_topic_is_counted_both_ways() -> None:
    difference = tried("aleppo", STORY, against="harvest OR rain").difference
    assert difference is not None
    assert (difference.only_tried, difference.only_topic, difference.both) == (2, 1, 2)
    assert [one.title for one in difference.tried_samples] == ["Reposted: halt in Aleppo", "Halt in Aleppo"]
    assert [one.title for one in difference.topic_samples] == ["Rain"]


def test_a_topic_is_compared_over_the_same_feeds() -> None:
    difference = tried("aleppo", STORY, against="*", feeds=("slow",)).difference
    assert difference is not None
    assert (difference.only_topic, difference.both) == (0, 1)


def test_samples_of_a_difference_are_bounded() -> None:
    many = [item(f"aleppo {number}", guid=str(number)) for number in range(9)]
    difference = tried("aleppo", many, against="zzz").difference
    assert difference is not None
    assert (difference.only_tried, len(difference.tried_samples)) == (9, 2)


def test_only_the_newest_matches_are_judged_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_module, "JUDGED_MAX", 2)
    trial = tried("aleppo", STORY)
    assert (trial.matched, trial.judged) == (4, 2)
    assert [(one.matched, one.judged) for one in trial.days.values()] == [(2, 2), (1, 0), (1, 0)]
    assert [one.item.title for one in trial.samples] == ["Harvest near Aleppo", "Old harvest in Aleppo"]


def test_nothing_to_look_at_is_no_failure() -> None:
    trial = tried("aleppo", [])
    assert (trial.looked, trial.matched, trial.oldest, trial.to_judge) == (0, 0, None, [])
