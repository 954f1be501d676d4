"""What crosses the border: requests and answers, what a parser returns, what a channel sends and hears."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.core.model import LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.core.model import FeedState, RawItem


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, complete. ``deadline_s`` covers everything from look-up to the last byte."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    deadline_s: float = 30.0
    body_bytes_max: int = LIMITS.body_bytes_max
    redirects_max: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. Header names are lower case. ``url`` is where the last redirect led.

    ``moved``: every hop was permanent (301, 308) and there was one. ``location``: where an unfollowed redirect pointed.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    moved: bool = False


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why there is no usable answer. ``kind``: dns, refused, reset, timeout, tls, too_large, bad_encoding, forbidden,
    redirects, truncated or protocol. ``text`` is a sentence without secrets.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A feed's bytes with their manners."""

    body: bytes
    content_type: str
    url: str
    state: FeedState


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The feed has nothing new (304). ``state`` holds the validators and times to keep."""

    state: FeedState


@dataclass(frozen=True, slots=True)
class Refused:
    """No feed this time. ``state`` holds the problem and the next due time; validators are untouched."""

    state: FeedState


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser made of a feed's bytes. ``notes``: faults it survived. ``dropped``: items over the limit."""

    items: tuple[RawItem, ...]
    title: str = ""
    link: str = ""
    kind: str = ""
    language: str = ""
    notes: tuple[str, ...] = ()
    dropped: int = 0
    ttl_s: int | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that are no feed. ``kind``: html, empty, broken, slow, crashed, unknown; the others are sentences."""

    kind: str
    text: str
    help: str


@dataclass(frozen=True, slots=True)
class Line:
    """A rendered alert for a terminal: (text, style) parts, never markup.

    Styles: plain, dim, strong, mark, warn, good.
    """

    parts: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The words without their styles."""
        return "".join(text for text, _ in self.parts)


Outgoing = Request | Line


@dataclass(frozen=True, slots=True)
class Shown:
    """A line reached the terminal."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver has it."""

    text: str


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Not this time. ``not_before``: the receiver's own wish, already an absolute time."""

    text: str
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Trying again cannot help: a person has to change something."""

    text: str


Judgement = Delivered | TryAgain | GiveUp
