"""A morning in a newsroom: a configuration, and a memory filled by the real desk from a handful of items."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.cli.common import Context
from monitor.core.desk import Desk
from monitor.core.item import make_item
from monitor.core.model import DeliveryState, FeedId, FeedState, Problem, RawItem, ServiceState
from monitor.store.sqlite import SqliteStore
from monitor.wiring import Configured, configure, store_path, topics_of

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.core.model import Delivery, Item

NOW = datetime(2016, 10, 18, 14, 0, tzinfo=UTC)
START = datetime(2016, 10, 18, 6, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)

CONFIG = """\
[service]
state_dir = "{state}"

[feeds.sana]
url = "https://sana.example.org/rss.xml"
name = "SANA"
tags = ["syria"]

[feeds.world]
url = "https://world.example.org/rss.xml"
name = "World Service"
tags = ["world"]

[feeds.alep]
url = "https://alep.example.org/rss.xml"
name = "حلب اليوم"
tags = ["syria"]

[feeds.dawn]
url = "https://dawn.example.org/rss.xml"
name = "Dawn"
interval = "30m"

[topics.aleppo-ceasefire]
watch = "Aleppo ceasefire"
priority = "high"
channels = ["terminal", "desk"]
expect = [
    {{ text = "Damascus and Moscow halt air strikes on Aleppo", match = true }},
    {{ text = "Kyiv rejects ceasefire terms", match = false }},
    {{ text = "Aleppo soap makers revive an old craft", match = true }},
]

[topics.strikes]
query = '("air strike" OR shelling) AND (hospital OR clinic) AND NOT title:anniversary'
feeds = ["tag:world"]
priority = "low"

[channels.terminal]
kind = "terminal"

[channels.desk]
kind = "webhook"
url = "https://desk.example.org/hooks/news"
secret = "env:NEWSROOM_SECRET"

[concepts]
packs = ["conflict", "middle-east"]
"""

BROKEN_EXPECTATION = '    { text = "Aleppo soap makers revive an old craft", match = true },\n'

HALT = (
    "Russia and Syria have halted air strikes on the eastern districts of Aleppo two days before a planned truce, the "
    "defence minister said on Tuesday. Aircraft stopped flying over the city at ten in the morning local time. The "
    "early pause is meant to let civilians leave through six corridors, and to prepare the evacuation of the sick and "
    "the wounded. Residents reached by telephone said that the morning was the calmest in weeks, and that bakeries had "
    "opened their doors again in three neighbourhoods."
)
TOLL = (
    "At least {toll} people were killed when shells hit the Salaheddine quarter of Aleppo hours after the ceasefire "
    "was announced, a hospital doctor said. Rescue workers pulled survivors from two collapsed houses and carried them "
    "to a clinic near the old station, where nurses worked by the light of torches because the generator had run out "
    "of fuel. The governor accused groups outside the truce of firing the rockets, which they denied."
)

# Feed, minutes after the start, title, text, minutes from published to seen (None: no date).
MORNING: tuple[tuple[str, int, str, str, int | None], ...] = (
    ("world", 0, "Envoy speaks of a ceasefire for Aleppo before winter", "The envoy named no date for it.", 30),
    ("sana", 125, "Russia and Syria halt air strikes on Aleppo", HALT, 2),
    ("world", 140, "Moscow and Damascus stop bombing Aleppo early", HALT, 4),
    ("world", 150, "Kyiv rejects ceasefire terms", "The ministry called the proposal a trap.", 1),
    ("sana", 200, "Shells kill 11 in Aleppo after truce is announced", TOLL.format(toll=11), 3),
    ("world", 260, "Shells kill 19 in Aleppo after truce is announced", TOLL.format(toll=19), None),
    ("alep", 300, "هدنة إنسانية في حلب تبدأ صباح غد بعد اتفاق جديد", "", 1),
    ("alep", 310, "[/bold] [red]停火[/red] Aleppo truce :boom: [link=file:///etc/passwd]阿勒颇[/link]", "", 1),
    ("world", 320, "Aleppo ceasefire of last week remembered", "It lasted for ten hours.", 4 * 24 * 60),
    ("world", 330, "Clinic reopens after shelling", "Doctors returned to the clinic by the river.", 1),
)


@dataclass(frozen=True, slots=True)
class Newsroom:
    """A configuration in a folder of its own, with or without a memory."""

    path: Path
    environ: dict[str, str]

    @property
    def context(self) -> Context:
        """What the command line was given."""
        return Context(str(self.path), self.environ)

    @property
    def found(self) -> Configured:
        """The configuration, read anew."""
        found = configure(str(self.path), self.environ)
        assert isinstance(found, Configured), found
        return found

    def store(self) -> SqliteStore:
        """The memory, for its one writer."""
        return SqliteStore(store_path(self.found.settings, self.environ))

    def run(self, *args: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """The command line in a process of its own, without a terminal."""
        return subprocess.run(
            [sys.executable, "-m", "monitor", "--config", str(self.path), *args],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=process_environ() | environ,
            timeout=60,
            check=False,
        )

    def start(self, *args: str) -> subprocess.Popen[str]:
        """The same, left running, with its output to be read."""
        return subprocess.Popen(
            [sys.executable, "-m", "monitor", "--config", str(self.path), *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=process_environ(),
        )


def process_environ() -> dict[str, str]:
    """The environment of a process that knows nothing of this machine's configurations."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("WIREWATCH", "XDG_", "COLUMNS"))}
    return ours | {"PYTHONIOENCODING": "utf-8"}


def configured(folder: Path) -> Newsroom:
    """A configuration that has never run."""
    path = folder / "wirewatch.toml"
    path.write_text(CONFIG.format(state=folder / "state"), encoding="utf-8")
    return Newsroom(path, {"HOME": str(folder)})


def item_of(feed: str, minutes: int, title: str, text: str, lag: int | None) -> Item:
    """One item of the morning."""
    seen = START + timedelta(minutes=minutes)
    published = None if lag is None else seen - timedelta(minutes=lag)
    raw = RawItem(title=title, content=text, link=f"https://{feed}.example.org/{minutes}", published=published)
    return make_item(raw, FeedId(feed), seen)


class Writer:
    """The real desk over a real store: what the daemon would have recorded."""

    def __init__(self, newsroom: Newsroom, store: SqliteStore, now: datetime = NOW) -> None:
        settings = newsroom.found.settings
        self._store = store
        self._desk = Desk(topics_of(settings), {feed.id: feed for feed in settings.feeds}, settings.policy)
        self._states = {
            feed.id: FeedState(feed.id, feed.url, due_at=now + timedelta(minutes=4), etag='W/"7f3a"',
                               last_modified="Tue, 18 Oct 2016 13:40:00 GMT", title=feed.name)
            for feed in settings.feeds
        }  # fmt: skip
        self._store.sync_feeds(settings.feeds, START)

    def record(self, item: Item, *, first_poll: bool = False) -> None:
        """One turn with one item."""
        state = replace(self._states[item.feed], asked_at=item.seen, ok_at=item.seen, fresh_at=item.seen)
        decision = self._desk.decide(state, (item,), item.seen, first_poll=first_poll)
        self._store.record(decision.turn)
        self._desk.keep(decision)

    def fail(self, feed: str) -> None:
        """One turn that brought no feed."""
        problem = Problem("missing", f"{feed}.example.org has nothing at this address (404).",
                          "Look for the feed on the site and correct the address.", START)  # fmt: skip
        state = replace(self._states[FeedId(feed)], asked_at=NOW - timedelta(minutes=20), failures=5, problem=problem,
                        due_at=NOW + timedelta(minutes=40), etag=None, last_modified=None)  # fmt: skip
        self._store.record(self._desk.decide(state, (), NOW).turn)

    def rest(self, feed: str) -> None:
        """One turn that brought nothing new."""
        state = self._states[FeedId(feed)]
        self._store.record(self._desk.decide(replace(state, asked_at=NOW, ok_at=NOW), (), NOW).turn)

    def deliver(self) -> None:
        """The terminal shows everything; the desk's receiver takes the first alert, and is then out of service."""
        taken = 0
        for delivery, alert in self._store.claim_deliveries(NOW, 100, LEASE):
            if delivery.channel == "terminal":
                self._store.settle(_done(delivery, alert.at + timedelta(seconds=1), "shown"))
            elif not taken:
                taken += 1
                self._store.settle(_done(delivery, alert.at + timedelta(seconds=2), "204 No Content"))
            else:
                due_at, answer = NOW + timedelta(minutes=7), "desk.example.org is out of service for now (503)."
                self._store.settle(replace(delivery, attempts=3, due_at=due_at, last_answer=answer))


def _done(delivery: Delivery, at: datetime, answer: str) -> Delivery:
    return replace(delivery, state=DeliveryState.DONE, due_at=None, attempts=1, last_answer=answer, ended_at=at)


def fill(newsroom: Newsroom, *, healthy: bool = False, beat_at: datetime = NOW) -> None:
    """The whole morning. ``healthy``: nothing is wrong, nothing waits, and every expectation holds."""
    if healthy:
        text = newsroom.path.read_text(encoding="utf-8")
        newsroom.path.write_text(text.replace(BROKEN_EXPECTATION, ""), encoding="utf-8")
    store = newsroom.store()
    try:
        writer = Writer(newsroom, store, beat_at)
        for number, one in enumerate(MORNING):
            writer.record(item_of(*one), first_poll=number == 0)
        if healthy:
            writer.rest("dawn")
            for delivery, alert in store.claim_deliveries(NOW, 100, LEASE):
                store.settle(_done(delivery, alert.at + timedelta(seconds=1), "shown"))
        else:
            writer.deliver()
            writer.fail("dawn")
        store.beat(ServiceState(beat_at - timedelta(hours=8), beat_at, 4242, "0.1.0", str(newsroom.path)))
    finally:
        store.close()
