"""Messages for the tests of channels and courier, and texts that no channel may trust."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from monitor.core.message import Message, NearestTold
from monitor.core.model import AlertId, FeedId, Hit, ItemId, Outcome, Priority, StoryId, TopicId, derive_id

NOW = datetime(2016, 10, 18, 14, 3, 11, tzinfo=UTC)
SNIPPET = "…the ceasefire in Aleppo took effect at dawn, officials said…"

HOSTILE = (
    "lone \ud800 surrogate",
    "\x1b[2J\x1b[31mred\x1b[0m",
    "\x1b]0;a new title\x07",
    "\x1b]8;;file:///etc/passwd\x1b\\a link\x1b]8;;\x1b\\",
    "\x9b31mred\x9dtitle\x9c",
    "[/bold] [red]not markup[/red] [/] [link=file:///etc/passwd]x[/link] :boom:",
    "bell\x07 back\x08 delete\x7f nul\x00 feed\x0c",
    "moved \u202egnihtyreve\u202c around \u2066isolated\u2069 \u200f",
    "one\r\ntwo\u2028three\u2029four\nREADY=1",
    "tag \U000e0041\U000e007f soft\u00adhyphen \ufeffmark",
    "z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307algo",
    "<!channel> @everyone <script>alert(1)</script> &amp;",
    '{"quoted": "\\"} \\u0000 %s %(x)s {0}',
)

GRAPHEMES = (
    "e\u0301",
    "a\u0308\u20dd",
    "ا\u064b\u0651",
    "न\u093f",
    "न\u094dस",
    "क\u094d\u200dष",
    "ก\u0e33",
    "ກ\u0eb3",
    "ｶ\uff9e",
    "🇩🇪",
    "👍🏽",
    "👩\u200d🚒",
    "❤\ufe0f",
    "🏳\ufe0f\u200d🌈",
    "👩🏿\u200d👧",
    "\u1112\u1161\u11ab",
    "\u1112\u1112가",
    "가\u11a8",
    "\ua960\ua960\ud7b0",
)
"""What a reader sees as one character, each of several code points."""

SCRIPTS = st.lists(
    st.one_of(
        st.sampled_from(GRAPHEMES),
        st.sampled_from("".join(GRAPHEMES)),
        st.sampled_from('aé中🇫👧🌈अ한ت "\\\n/'),
        st.characters(min_codepoint=0x20, max_codepoint=0x24F, exclude_categories=("Cc", "Cf")),
    ),
    max_size=40,
).map("".join)
"""Texts in many scripts, with characters whole and torn."""


def make_message(**changes: Any) -> Message:
    """An ordinary alert, with some things changed."""
    start = SNIPPET.index("ceasefire")
    message = Message(
        id=AlertId(derive_id("alert", "aleppo")),
        revision=1,
        topic=TopicId("aleppo-ceasefire"),
        priority=Priority.HIGH,
        outcome=Outcome.ALERTED,
        item=ItemId("7f3a12bc99887766aabb"),
        headline="Ceasefire takes hold in Aleppo after overnight talks",
        link="https://www.example.org/world/ceasefire",
        snippet=SNIPPET,
        marks=((start, start + 9), (SNIPPET.index("Aleppo"), SNIPPET.index("Aleppo") + 6)),
        hits=(Hit("content", 118, 127, "@ceasefire: ceasefire"), Hit("title", 24, 30, "aleppo")),
        feed=FeedId("sana"),
        feed_name="SANA",
        published=NOW - timedelta(seconds=52),
        seen=NOW - timedelta(seconds=11),
        at=NOW,
        story=StoryId(derive_id("story", "aleppo")),
        story_items=3,
        story_origins=3,
        also=("BBC World", "Reuters"),
        sentence="title matches aleppo and ceasefire; nothing told before is like it",
        query="aleppo AND @ceasefire",
        nearest=NearestTold(StoryId(derive_id("story", "earlier")), 0.18),
    )
    return replace(message, **changes)
