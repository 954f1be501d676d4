"""What the daemon works by: a configuration made ready. A reload swaps one plan for another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.model import ChannelId, Feed, FeedId, PollPolicy
    from monitor.core.query.index import TopicIndex
    from monitor.core.query.topics import Unexpected
    from monitor.ports import Channel, Web


@dataclass(frozen=True, slots=True)
class Plan:
    """Feeds, topics, manners and channels. ``source`` names the configuration; ``web`` knows what may be reached.

    ``broken``: expectations of its topics that do not hold.
    """

    feeds: Mapping[FeedId, Feed]
    topics: TopicIndex
    policy: PollPolicy
    channels: Mapping[ChannelId, Channel]
    web: Web
    source: str = ""
    broken: tuple[Unexpected, ...] = ()
