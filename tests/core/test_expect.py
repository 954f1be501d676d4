"""What is said of expectations that do not hold, in one sentence."""

from __future__ import annotations

from monitor.core.model import Expect, TopicId
from monitor.core.query.topics import Unexpected, in_short

ONE = Unexpected(TopicId("calm"), 0, Expect("The guns fell silent", match=True), "It does not match calm, and must.")


def test_expectations_that_all_hold_need_no_words() -> None:
    assert in_short([]) == ""


def test_the_first_is_named_with_its_reason_and_the_others_are_counted() -> None:
    text = "an expectation of topic calm does not hold: “The guns fell silent”. It does not match calm, and must."
    assert in_short([ONE]) == text
    assert in_short([ONE, ONE]) == f"{text} Nor does 1 more."
    assert in_short([ONE] * 1_201) == f"{text} Nor do 1,200 more."


def test_a_long_query_is_cut_in_the_reason() -> None:
    long = Unexpected(ONE.topic, 0, ONE.expect, f"It does not match {'calm OR ' * 2_000}quiet, and must.")
    assert len(in_short([long])) < 400
    assert in_short([long]).endswith("…")
