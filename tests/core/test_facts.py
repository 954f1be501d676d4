"""The new-facts guard: what differs between two texts that otherwise say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.query.reading import read
from monitor.core.story.content import Content, content_of
from monitor.core.story.facts import compare, facts_outside, new_numbers
from tests.core.kit import few, item
from tests.core.texts import HALT, SIEGE, retold


def content(text: str) -> Content:
    wanted = item(text)
    return content_of(wanted, read(wanted))


def changes(old: str, new: str) -> list[tuple[str, str]]:
    return [(change.kind, str(change)) for change in compare(content(old), content(new)).changes]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("at least 11 people died", "at least 19 people died", [("number", "11 → 19")]),
        ("at least eleven people died", "at least nineteen people died", [("number", "eleven → nineteen")]),
        ("at least eleven people died", "at least 19 people died", [("number", "eleven → 19")]),
        ("some 1,500 people fled", "some 2,500 people fled", [("number", "1,500 → 2,500")]),
        ("a loan of $1.5bn was agreed", "a loan of $2.5bn was agreed", [("number", "1.5bn → 2.5bn")]),
        ("talks will open on October 17 in Geneva", "talks will open on October 21 in Geneva", [("number", "17 → 21")]),
        ("it began at 8:00 and ended", "it began at 9:30 and ended", [("number", "8:00 → 9:30")]),
        ("dozens were hurt", "hundreds were hurt", [("number", "dozens → hundreds")]),
        ("the second convoy left", "the third convoy left", [("number", "second → third")]),
        ("people were hurt in the raid", "people were hurt and 19 killed in the raid", [("number", "19")]),
        ("talks were held in Geneva today", "talks were held in Vienna today", [("name", "Geneva → Vienna")]),
        ("the town of Madaya fell", "the town of Zabadani fell", [("name", "Madaya → Zabadani")]),
        ("the army has confirmed the raid", "the army has not confirmed the raid", [("denial", "not")]),
        ("the army never confirmed it", "the army confirmed it", [("denial", "never")]),
        ("rebels accept the offer now", "rebels reject the offer now", [("denial", "reject")]),
        ("the raids began at dawn", "the raids ended at dawn", [("turn", "began → ended")]),
        ("they began the raids", "they began and ended the raids", []),
        ("l'armée a confirmé", "l'armée n'a pas confirmé", [("denial", "pas")]),
        ("الجيش أكد الخبر", "الجيش نفى الخبر", [("denial", "نفى")]),
    ],
)  # fmt: skip
def test_a_changed_fact_is_found(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert changes(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at least eleven people died", "at least 11 people died"),
        ("at least 11 people died", "at least eleven people died"),
        ("some 1500 people fled", "some 1,500 people fled"),
        ("at least 11 people died", "at least 11 persons were killed there"),
        ("it did not say so", "it never said so"),
        ("the raid killed 11 people", "the raid killed people"),
        ("the Wire agency said", "the agency said"),
        ("it was told by officials", "it was told by unnamed officials"),
        ("fresh raids hit", "Fresh Raids Hit"),
        ("the raids began at dawn", "the raids started at dawn"),
        ("eleven people died there", "eleven people were killed there"),
        ("they agreed on terms", "they accepted the terms"),
    ],
)
def test_other_words_for_the_same_fact_are_no_change(old: str, new: str) -> None:
    assert changes(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("the truce holds in the city", "the truce collapses in the city", ("turn", "holds → collapses")),
        ("shares rose in London", "shares fell in London", ("turn", "rose → fell")),
        ("raids will resume at dawn", "raids will stop at dawn", ("turn", "resume → stop")),
        ("he was found guilty on Monday", "he was found innocent on Monday", ("turn", "guilty → innocent")),
        ("the general is alive now", "the general is dead now", ("turn", "alive → dead")),
    ],
)
def test_a_turn_is_a_change(old: str, new: str, change: tuple[str, str]) -> None:
    assert changes(old, new) == [change]


def test_identical_texts_align_whole_and_change_nothing() -> None:
    found = compare(content(HALT), content(HALT))
    assert (found.aligned, found.changes, found.share, found.passages) == (1.0, (), 0.0, ())


def test_nothing_compares_with_nothing() -> None:
    assert compare(content(""), content("")).aligned == 0.0
    assert compare(content(HALT), content("")).passages == ()
    assert compare(content(""), content("One Two")).passages == ((0, 2),)


def test_a_fact_that_the_old_text_has_elsewhere_is_not_new() -> None:
    assert changes("the men of Aleppo met in Homs", "the men of Homs met in Homs") == []
    assert changes("11 died there. Later 19 were hurt.", "19 in all died there. Later 19 were hurt.") == []


def test_one_number_in_the_place_of_another_is_a_change_wherever_else_it_stands() -> None:
    assert changes("11 died. Later 19 were hurt in all.", "19 died. Later 19 were hurt in all.") == [
        ("number", "11 → 19")
    ]
    assert changes("it rose by 75 pct from 35", "it rose by 35 pct from 35") == [("number", "75 → 35")]


def test_new_numbers_of_a_long_passage_are_those_that_no_text_told() -> None:
    longer = content(HALT + "\n" + "word " * 20 + "killed nineteen, then 11, then eight, then 2,000 people.")
    passages = compare(content(HALT), longer).passages
    assert new_numbers(longer, passages, [content(HALT)]) == ("nineteen", "2,000")
    assert new_numbers(longer, passages, [content(HALT), content("some 2000 of 19")]) == ()
    assert new_numbers(longer, [(0, 5)], []) == ()  # a short passage is compared, not counted


def test_a_long_new_passage_is_new_text_and_no_changed_fact() -> None:
    longer = HALT + "\n" + SIEGE.split("\n")[0]
    found = compare(content(HALT), content(longer))
    assert found.changes == ()
    ((first, last),) = found.passages
    assert content(longer).raws[first:last] == content(SIEGE.split("\n")[0]).raws


def test_two_changes_in_one_long_text_are_both_found() -> None:
    new = retold(HALT, ("Eleven people", "Nineteen people"), ("eight hours on Thursday", "eight hours on Friday"))
    found = compare(content(HALT), content(new))
    assert {str(change) for change in found.changes} == {"Eleven → Nineteen", "Thursday → Friday"}
    assert 0 < found.share < 0.5
    assert found.aligned > 0.9


words = st.sampled_from(["alpha", "Bravo", "11", "eleven", "19", "not", "began", "ended", "the", "Geneva", "."])
texts = st.lists(words, max_size=30).map(" ".join)


@few
@given(texts, texts)
def test_a_comparison_stays_in_its_bounds(old: str, new: str) -> None:
    found = compare(content(old), content(new))
    assert 0 <= found.aligned <= 1
    assert 0 <= found.share <= 1
    assert all(0 <= first < last <= len(content(new).forms) for first, last in found.passages)
    assert len(set(found.changes)) == len(found.changes)
    assert all(change.before or change.after for change in found.changes)
    assert compare(content(new), content(new)).changes == ()


def test_texts_of_any_length_are_compared_up_to_a_bound() -> None:
    long = content("\n".join(f"sentence {number} of it" for number in range(1_000)))
    assert compare(long, long).aligned == 1.0
    assert compare(long, content("nothing alike")).aligned == 0.0


# Facts that nothing covers --------------------------------------------------------------------------------------------


def test_facts_outside_of_known_runs_are_listed_as_written() -> None:
    text = "the raids in Aleppo killed 11 people and talks in Geneva did not end"
    whole = content(text)
    assert facts_outside(whole, whole.shingles) == ()
    assert facts_outside(whole, frozenset()) == ("Aleppo", "killed", "11", "Geneva", "not", "end")
    assert facts_outside(whole, content("killed 11 people and").shingles) == ("Aleppo", "Geneva", "not", "end")


def test_a_name_at_the_start_of_a_sentence_is_not_told_from_a_word() -> None:
    assert facts_outside(content("Aleppo burns. Homs is quiet, and A is B."), frozenset()) == ()
