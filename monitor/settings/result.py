"""Settings: a configuration that holds, as values that the other rooms understand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.core.model import PollPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.model import ChannelId, Feed, Topic, TopicId
    from monitor.settings.decisions import Decided
    from monitor.settings.problems import ConfigProblem


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """One channel: its name, its kind, and that kind's own settings, still with references in place of secrets."""

    id: ChannelId
    kind: str
    settings: object


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was asked for. ``state_dir`` as written; ``concepts`` are the ones defined in the file.

    ``decided``: what people decided about suggestions; what they accepted is in the topics already.
    """

    state_dir: str | None = None
    timezone: str = "UTC"
    store: str = "sqlite"
    policy: PollPolicy = field(default_factory=PollPolicy)
    allow_private: tuple[str, ...] = ()
    feeds: tuple[Feed, ...] = ()
    topics: tuple[Topic, ...] = ()
    channels: tuple[ChannelSettings, ...] = ()
    packs: tuple[str, ...] = ()
    concepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decided: Mapping[TopicId, Decided] = field(default_factory=dict)
    warnings: tuple[ConfigProblem, ...] = ()
