"""A blog repost: doubled paragraphs, two stories in one, a blog's furniture, no headline; and what it has to lead to.

Twice: on a text of our own of that kind, and on the article that began it all, where the shared data folder is present.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from monitor.core.model import Copy, Outcome, Topic, TopicId, Turn
from tests.core.kit import HOUR, ROOT
from tests.core.newsroom import Newsroom
from tests.core.packs import SHIPPED

OWN = ROOT / "tests" / "corpora" / "seed"
SHARED = ROOT.parent / "shared" / "data" / "seed" / "aleppo-repost.txt"
FURNITURE = ("No comments:", "Post a Comment")
ALEPPO, MOSUL = TopicId("aleppo"), TopicId("mosul")
TOPICS = (Topic(ALEPPO, watch="Aleppo ceasefire"), Topic(MOSUL, watch="Mosul offensive"))


@dataclass(frozen=True)
class Seed:
    """A repost, its clean copy, and for each topic what its proof has to hold and which sentence is to be quoted."""

    repost: str
    clean: str
    aleppo: tuple[str, str]
    mosul: tuple[str, str]


def own() -> Seed:
    return Seed(
        (OWN / "own-repost.txt").read_text("utf-8"),
        (OWN / "own-repost-clean.txt").read_text("utf-8"),
        (
            "@ceasefire: halt in air strikes",
            "walk out of the east of Aleppo, made together with a halt in air strikes that Russia and the Syrian",
        ),
        ("@offensive: offensive", "the offensive to retake Mosul must not end"),
    )


def shared() -> Seed:
    if not SHARED.exists():
        pytest.skip(f"the founding article is not here: {SHARED.name} of the shared data folder")
    text = SHARED.read_text("utf-8")
    lines = [line for line in dict.fromkeys(text.splitlines()) if line not in FURNITURE]
    return Seed(
        text,
        "\n".join(lines),
        ("@ceasefire: halt in airstrikes", "an announcement by Damascus and Moscow of a halt in airstrikes"),
        ("@offensive: beginning of a major offensive", "a major offensive to drive Daesh out of Mosul."),
    )


@pytest.fixture(params=["own", pytest.param("shared", marks=pytest.mark.data)])
def seed(request: pytest.FixtureRequest) -> Seed:
    return own() if request.param == "own" else shared()


def newsroom() -> Newsroom:
    return Newsroom(TOPICS, SHIPPED)


def outcomes(turn: Turn) -> dict[str | None, str]:
    return {verdict.topic: verdict.outcome.value for verdict in turn.verdicts}


def test_the_repost_raises_one_alert_for_each_topic_with_its_proof(seed: Seed) -> None:
    room = newsroom()
    room.hear(seed.repost, feed="blog")
    (turn,) = room.turns
    assert outcomes(turn) == {ALEPPO: "alerted", MOSUL: "alerted"}
    messages = {alert.topic: alert.message for alert in turn.alerts}
    assert len(turn.alerts) == 2
    for topic, (term, sentence) in ((ALEPPO, seed.aleppo), (MOSUL, seed.mosul)):
        message = messages[topic]
        terms = [hit.term for hit in message.hits]
        assert any(one.startswith(term) for one in terms)
        assert all(one.startswith("@") for one in terms)
        assert sentence in message.snippet
        for hit in message.hits:
            assert hit.field == "content"
            words = turn.items[0].content[hit.start : hit.end]
            assert words.split()[0] in hit.term
            assert words.split()[-1] in hit.term
        assert message.marks
    assert {hit.term.split(":")[0] for hit in messages[ALEPPO].hits} == {"@aleppo", "@ceasefire"}
    assert {hit.term.split(":")[0] for hit in messages[MOSUL].hits} == {"@mosul", "@offensive"}
    assert turn.items[0].title == ""
    assert messages[ALEPPO].headline


def test_a_clean_copy_under_another_title_in_another_feed_is_a_copy_for_both(seed: Seed) -> None:
    room = newsroom()
    room.hear(seed.repost, feed="blog")
    verdicts = room.hear(seed.clean, "What the rebels answered, and why it matters", feed="paper")
    assert outcomes(room.turns[1]) == {ALEPPO: "copy", MOSUL: "copy"}
    assert room.turns[1].alerts == ()
    for verdict in verdicts:
        nearest = verdict.evidence.nearest
        assert nearest is not None
        assert nearest.feed == "blog"
        assert verdict.evidence.told > 0.95
        assert verdict.evidence.changes == ()
        assert verdict.evidence.shared
        assert verdict.reason.startswith("Held as a copy: ")
        assert verdict.alert is not None


def test_the_repost_is_a_copy_where_the_clean_text_came_first(seed: Seed) -> None:
    room = newsroom()
    room.hear(seed.clean, "Rebels stay put", feed="paper")
    room.hear(seed.repost, feed="blog")
    assert outcomes(room.turns[1]) == {ALEPPO: "copy", MOSUL: "copy"}


def test_half_of_it_is_a_copy_for_the_topic_that_it_serves(seed: Seed) -> None:
    room = newsroom()
    room.hear(seed.repost, feed="blog")
    lines = seed.clean.splitlines()
    start = next(at for at, line in enumerate(lines) if "Mosul" in line)
    room.hear("\n".join(lines[start:]), "A warning about Mosul", feed="paper")
    assert outcomes(room.turns[1]) == {MOSUL: "copy"}


def test_a_changed_toll_in_the_copy_is_an_update(seed: Seed) -> None:
    room = newsroom()
    room.hear(seed.repost, feed="blog")
    before = "400,000" if "400,000" in seed.clean else "2012"
    room.hear(seed.clean.replace(before, "470,000"), "Rebels stay put", feed="paper")
    assert outcomes(room.turns[1]) == {ALEPPO: "update", MOSUL: "update"}
    assert [str(change) for change in room.turns[1].placed[0].placement.evidence.changes] == [f"{before} → 470,000"]


@pytest.mark.parametrize(
    ("title", "content"),
    [
        (
            "Truce in Aleppo broken",
            "Shells hit the east of Aleppo an hour after the ceasefire had begun, residents said.",
        ),
        (
            "Warplanes return to Aleppo",
            """Air strikes resumed on the eastern districts of Aleppo on Wednesday, hours after the pause had ended.
            Two bakeries and a clinic were hit, a doctor said, and nobody had left by the six crossings.""",
        ),
        ("", "Rebels say the halt in air strikes on Aleppo collapsed before noon."),
    ],
)
def test_that_the_truce_was_broken_is_news(seed: Seed, title: str, content: str) -> None:
    room = newsroom()
    room.hear(seed.repost, feed="blog")
    room.at += 20 * HOUR
    (verdict,) = room.hear(content, title, feed="wire")
    assert (verdict.topic, verdict.outcome) == (ALEPPO, Outcome.ALERTED)
    assert not isinstance(room.turns[1].placed[0].placement, Copy)


@pytest.mark.parametrize(
    ("title", "content"),
    [
        ("Ceasefire begins in Yemen", "A halt in air strikes on Sanaa took effect at midnight, the coalition said."),
        ("Colombia and rebels extend truce", "The ceasefire will hold until the end of the year."),
        ("Offensive on Raqqa to begin within weeks", "The operation to retake the city is planned with local forces."),
    ],
)
def test_the_same_elsewhere_is_not_what_was_asked_for(seed: Seed, title: str, content: str) -> None:
    room = newsroom()
    room.hear(seed.repost, feed="blog")
    (verdict,) = room.hear(content, title, feed="wire")
    assert verdict.outcome is Outcome.UNMATCHED


def test_our_own_repost_is_doubled_and_its_clean_copy_is_not() -> None:
    seed = own()
    lines = seed.repost.splitlines()
    assert len(set(lines)) < len(lines)
    assert tuple(lines[-2:]) == FURNITURE
    assert list(dict.fromkeys(lines))[:-2] == seed.clean.splitlines()
