"""One thing of the stream, an alert or what was held, in the forms that ``tail`` shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.text import Text

from monitor.cli.common import plain
from monitor.cli.render import ID_DIGITS, percent, words
from monitor.core.model import ChannelId
from monitor.deliver.event import encode
from monitor.deliver.screen import as_text
from monitor.deliver.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.model import Alert, FeedId, Item, Verdict

_TERMINAL = Terminal(ChannelId("terminal"))
_INDENT = " " * 12
_TOPIC_CELLS = 16


def alert_text(alert: Alert, *, long: bool) -> Text:
    """As the terminal channel shows it; not ``long``: its first line."""
    drawn = as_text(_TERMINAL.compose(alert.message, alert.at))
    return drawn if long else drawn.split("\n")[0]


def alert_data(alert: Alert) -> dict[str, object]:
    """The data of its webhook event, within the same limit."""
    data: dict[str, object] = json.loads(encode(alert.message))["data"]
    return data


def held_text(verdict: Verdict, item: Item, names: Mapping[FeedId, str], *, long: bool) -> Text:
    """The columns of an alert, with the outcome in place of the priority, and why it was held."""
    topic = words((verdict.topic or "", "good"))
    topic.pad_right(max(0, _TOPIC_CELLS - topic.cell_len))
    head = words(
        (f"{verdict.at:%H:%M:%S} ", "dim"),
        f"{verdict.outcome.value:9} ",
        topic,
        f"  {item.headline}  {names.get(item.feed, item.feed)}",
        (f"  why {item.id[:ID_DIGITS]}", "dim"),
    )
    if not long:
        return words(head, (f" · {verdict.reason}", "dim"))
    lines = [head, words(f"{_INDENT}{verdict.reason}")]
    nearest = verdict.evidence.nearest
    if nearest is not None:
        lines.append(
            words(
                (f"{_INDENT}nearest: “{nearest.headline}” ({names.get(nearest.feed, nearest.feed)})", "dim"),
                (f", score {percent(nearest.score)}  why {nearest.item[:ID_DIGITS]}", "dim"),
            )
        )
    if item.link:
        lines.append(words((f"{_INDENT}{item.link}", "dim")))
    return Text("\n").join(lines)


def held_data(verdict: Verdict, item: Item) -> dict[str, object]:
    """The verdict, with what a person needs to know the item by."""
    named = {"headline": item.headline, "link": item.link, "feed": item.feed, "seen": item.seen}
    data: dict[str, object] = plain(verdict) | plain(named)
    return data
