"""What we need from the world, as protocols. Rooms below the wiring know only these, never each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from monitor.core.message import Message
    from monitor.core.model import (
        Alert,
        AlertId,
        ChannelId,
        Delivery,
        Feed,
        FeedState,
        Item,
        ItemId,
        Placed,
        PollPolicy,
        ServiceState,
        Story,
        StoryId,
        Told,
        TopicId,
        Turn,
        Verdict,
    )
    from monitor.core.snapshot import Facts
    from monitor.core.wire import (
        Answer,
        Fetched,
        Judgement,
        Line,
        NoAnswer,
        Outgoing,
        Parsed,
        Refused,
        Request,
        Shown,
        Unchanged,
        Unreadable,
    )


T = TypeVar("T")


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Wall-clock time, aware, in UTC."""
        ...


class Web(Protocol):
    """One HTTP exchange. Failures are values; only a bug raises."""

    async def send(self, request: Request) -> Answer | NoAnswer:
        """Called by the turn and the courier. Bounded in time and size by the request."""
        ...

    async def aclose(self) -> None:
        """Called once: every connection is closed."""
        ...


class Parser(Protocol):
    """Bytes to items, somewhere they cannot hurt."""

    async def parse(self, body: bytes, content_type: str, url: str) -> Parsed | Unreadable:
        """Called by the turn. Never takes longer than ``LIMITS.parse_wall_s`` and never raises for bad input."""
        ...


class Exchange(Protocol):
    """What to ask of a feed and what its answer means: pure, the rules of good manners."""

    def ask(self, state: FeedState, user_agent: str) -> Request:
        """Called by the turn before it asks."""
        ...

    def read(
        self, state: FeedState, answer: Answer | NoAnswer, feed: Feed, policy: PollPolicy, now: datetime
    ) -> Fetched | Unchanged | Refused:
        """Called by the turn with what came back."""
        ...

    def readable(self, state: FeedState, parsed: Parsed, feed: Feed, policy: PollPolicy, now: datetime) -> FeedState:
        """Called by the turn when the body was a feed: the state to record, from ``Fetched.state``."""
        ...

    def unreadable(self, state: FeedState, why: Unreadable, feed: Feed, policy: PollPolicy, now: datetime) -> FeedState:
        """Called by the turn when the body was none: the state to record, from the state before the answer."""
        ...


class Screen(Protocol):
    """Where alerts of the terminal channel appear."""

    async def show(self, line: Line) -> Shown | NoAnswer:
        """Called by the courier. A closed pipe is a NoAnswer, not an exception."""
        ...


class Runner(Protocol):
    """Runs a call to the store where the store's only writer lives."""

    async def __call__(self, call: Callable[[], T], /) -> T:
        """Called for every use of the store; returns or raises what the call did."""
        ...


class Courier(Protocol):
    """Delivers what the store says is due."""

    channels: Mapping[ChannelId, Channel]

    async def deliver_due(self) -> int:
        """Called by the loop; may be called again while an earlier call waits. Returns how many it settled."""
        ...

    async def stop(self) -> None:
        """Called once: nothing new is begun, what is under way ends or keeps its lease."""
        ...


class Channel(Protocol):
    """A way to tell people. Both methods are pure; the courier owns clients, sleeping and retries."""

    @property
    def id(self) -> ChannelId:
        """The name in the configuration."""
        ...

    @property
    def kind(self) -> str:
        """Such as ``webhook``."""
        ...

    def compose(self, message: Message, now: datetime) -> Outgoing:
        """Called by the courier before each attempt; ``now`` is the time of the attempt."""
        ...

    def judge(self, answer: Answer | NoAnswer | Shown, now: datetime) -> Judgement:
        """Called by the courier after each attempt. Texts are sentences without secrets."""
        ...


class Reader(Protocol):
    """Reading the memory: what ``tail``, ``status`` and ``why`` stand on. Works with the service stopped."""

    def facts(self, since: datetime) -> Facts:
        """Called by status. Verdicts are counted from ``since`` on."""
        ...

    def alerts(
        self,
        *,
        after: int = 0,
        since: datetime | None = None,
        until: datetime | None = None,
        topic: TopicId | None = None,
        last: int | None = None,
    ) -> list[tuple[int, Alert]]:
        """Called by tail. Oldest first, each with its sequence number; ``last`` keeps the newest that many."""
        ...

    def held(
        self,
        *,
        after: int = 0,
        since: datetime | None = None,
        until: datetime | None = None,
        topic: TopicId | None = None,
        last: int | None = None,
    ) -> list[tuple[int, Verdict, Item]]:
        """Called by tail --held. Verdicts that told nobody, except unmatched; order and arguments as in alerts."""
        ...

    def verdicts(self, item: ItemId) -> list[Verdict]:
        """Called by why. Every verdict of an item, oldest first."""
        ...

    def find_items(self, words: str, limit: int = 20) -> list[Item]:
        """Called by why. By id (or its first digits, 6 or more), else link, else words of the title; newest first."""
        ...

    def item(self, item: ItemId) -> Item | None:
        """Called by why and tail. The newest version."""
        ...

    def items(self, since: datetime, until: datetime | None = None) -> Iterator[Item]:
        """Called by topics suggest and by try. Items seen since then, the newest version of each, newest first;
        streamed, and each in the interval by its newest version.
        """
        ...

    def story(self, story: StoryId) -> Story | None:
        """Called by why."""
        ...

    def story_items(self, story: StoryId) -> list[Placed]:
        """Called by why and stories. In the order of placement."""
        ...

    def deliveries(self, alert: AlertId) -> list[Delivery]:
        """Called by why. Of all revisions and channels, oldest first."""
        ...

    def data_version(self) -> int:
        """Called by tail -f. Moves when another connection has committed."""
        ...

    def close(self) -> None:
        """Called once."""
        ...


class Store(Reader, Protocol):
    """The memory, for its one writer. Every method is one transaction and raises StoreError when it cannot be."""

    def sync_feeds(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Called at start and reload. New feeds become due; a feed with another address forgets its validators and is
        due; feeds no longer listed are never due, but keep their memory.
        """
        ...

    def claim_feeds(self, now: datetime, limit: int, lease: timedelta) -> list[FeedState]:
        """Called by the loop. Due feeds, oldest debt first. Each is moved to now + lease and marked asked before it is
        returned, so that a crash cannot make us ask in a circle.
        """
        ...

    def next_due(self) -> datetime | None:
        """Called with each sign of life. The earliest due feed or waiting delivery; None: there is neither."""
        ...

    def known(self, items: Collection[ItemId]) -> dict[ItemId, frozenset[str]]:
        """Called by the turn. Versions remembered of each id; ids never seen are left out."""
        ...

    def record(self, turn: Turn) -> None:
        """Called by the turn. Everything or nothing; recording the same turn twice changes nothing more."""
        ...

    def window(self, since: datetime) -> list[Placed]:
        """Called at start. Items placed since then, in the order of placement: the story index is rebuilt from them."""
        ...

    def told(self, since: datetime) -> list[Told]:
        """Called at start. What topics said of stories that were seen since then."""
        ...

    def stories(self, since: datetime) -> list[Story]:
        """Called at start. Stories last seen since then."""
        ...

    def claim_deliveries(
        self, now: datetime, limit: int, lease: timedelta, busy: Collection[ChannelId] = ()
    ) -> list[tuple[Delivery, Alert]]:
        """Called by the courier. Due deliveries of channels not busy, oldest first, leased until now + lease."""
        ...

    def settle(self, delivery: Delivery) -> None:
        """Called by the courier. The new value of a claimed delivery; one that already ended stays as it is."""
        ...

    def release_leases(self, now: datetime) -> int:
        """Called at start, by the only writer. Deliveries that a dead process held become due now; returns how many."""
        ...

    def beat(self, service: ServiceState) -> None:
        """Called after progress."""
        ...

    def prune(self, before: datetime) -> int:
        """Called by housekeeping. Forgets items, verdicts, stories and ended deliveries older than that, never one that
        waits; item ids stay known while their feed may still list them. Returns how many items went.
        """
        ...


class StoreError(Exception):
    """The memory is out of reach or refuses: disk full, locked, damaged, or made by a newer Wirewatch."""

    def __init__(self, text: str, help_: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.help = help_
