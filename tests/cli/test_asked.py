"""Ideas asked one by one: what is said to be missing is missing, and what is said to be there is there."""

from __future__ import annotations

import pytest

from monitor.cli.asked import asked
from monitor.core.model import Feed, FeedId, Topic, TopicId
from monitor.core.query.topics import build_index
from monitor.wiring import concepts_of
from tests.cli.newsroom import item_of

CONCEPTS = concepts_of(["conflict", "middle-east"], {})
FAR = (
    "Aleppo woke to rain. " + "It fell on the markets and the roofs all day. " * 12 + "A truce was signed in Colombia."
)


def said(
    title: str, text: str, *, watch: str | None = None, query: str | None = None, feeds: tuple[str, ...] = ()
) -> str:
    index = build_index([Topic(TopicId("t"), watch=watch, query=query, feeds=feeds)], CONCEPTS)
    feed = Feed(FeedId("sana"), "https://sana.example.org", "SANA", ("syria",))
    [one] = asked(index, item_of("sana", 1, title, text, 1), feed)
    return one.text


@pytest.mark.parametrize(
    ("title", "text", "watch", "says"),
    [
        ("Kyiv rejects ceasefire terms", "", "Aleppo ceasefire", "has @ceasefire (“ceasefire”), lacks @aleppo"),
        ("Rain in Paris", "", "Aleppo ceasefire", "lacks @aleppo and @ceasefire"),
        ("Rain in Halab", "", "Aleppo soap makers", "has @aleppo (“Halab”), lacks soap and makers"),
        ("Weather", FAR, "Aleppo ceasefire",
         "has @aleppo (“Aleppo”) and @ceasefire (“truce”), but not close enough together"),
        ("Rain", "", "flood", "lacks flood"),
        ("Aleppo truce holds", "", "Aleppo ceasefire",
         "matches it as the topic is configured now; it was another when the item came"),
    ],
)  # fmt: skip
def test_a_watch_is_taken_apart_into_its_ideas(title: str, text: str, watch: str, says: str) -> None:
    assert said(title, text, watch=watch) == says


@pytest.mark.parametrize(
    ("title", "query", "says"),
    [
        ("Clinic opens", "(shelling OR bombing) AND clinic", "has clinic (“Clinic”), lacks (shelling OR bombing)"),
        ("Clinic film wins", "clinic AND NOT film", "has clinic (“Clinic”), is ruled out by NOT film"),
        ("Clinic opens", 'clinic NEAR/3 "old town"', 'has clinic (“Clinic”), lacks "old town"'),
        ("Rain", "snow OR hail", "lacks (snow OR hail)"),
        ("Rain", "feed:sana AND snow", "has feed:sana, lacks snow"),
        ("Rain and rain", "2 OF (rain, snow, hail)", "lacks 2 OF (rain, snow, hail)"),
        ("Rain", " OR ".join(f"snow{n}" for n in range(40)), "lacks (snow0 OR snow1 OR snow2"),
    ],
)
def test_a_query_is_taken_apart_where_each_part_is_needed(title: str, query: str, says: str) -> None:
    assert said(title, "", query=query).startswith(says)


def test_a_topic_that_listens_elsewhere_says_so() -> None:
    assert said("Aleppo truce", "", watch="Aleppo ceasefire", feeds=("tag:world",)) == "does not listen to this feed"
    assert said("Rain", "", watch="snow", feeds=("tag:syria",)) == "lacks snow"
