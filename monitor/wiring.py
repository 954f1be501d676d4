"""The composition root: the only module that knows every concrete class. It makes things, and decides nothing."""

from __future__ import annotations

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TypeVar

from monitor.core.query.concepts import Concepts, Definition
from monitor.core.query.topics import build_index, check_text, unexpected
from monitor.settings.packs import available_packs, read_pack
from monitor.settings.paths import NotFound, find_config, read_config, state_dir

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from monitor.core.model import ChannelId, Turn
    from monitor.core.query.index import TopicIndex
    from monitor.core.query.tree import QueryProblem
    from monitor.core.wire import Answer, NoAnswer, Request
    from monitor.engine.loop import Loop, Notify, Pace
    from monitor.engine.plan import Plan
    from monitor.engine.turn import Turns
    from monitor.ports import Channel, Clock, Parser, Reader, Runner, Screen, Store, Web
    from monitor.settings.checks import ChosenConcepts, QueryKind
    from monitor.settings.problems import ConfigProblem
    from monitor.settings.result import Settings

T = TypeVar("T")
STORE_FILE = "wirewatch.db"


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Wall-clock time in UTC."""
        return datetime.now(UTC)


# Configuration --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Configured:
    """A configuration that holds, where it came from, and its text for later problems.

    ``beside``: the text of what people decided about its topics, by path.
    """

    settings: Settings
    path: Path
    text: str
    beside: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """A configuration with problems; ``text`` is what could be read of it."""

    problems: tuple[ConfigProblem, ...]
    path: str
    text: str
    beside: Mapping[str, str] = field(default_factory=dict)


def configure(flag: str | None, environ: Mapping[str, str]) -> Configured | Misconfigured | NotFound:
    """Find, read and check the configuration: every problem at once."""
    from monitor.deliver import KINDS
    from monitor.settings.beside import decisions_path, read_beside
    from monitor.settings.load import load

    path = find_config(flag, environ)
    if isinstance(path, NotFound):
        return path
    text = read_config(path)
    if not isinstance(text, str):
        return Misconfigured(tuple(text), str(path), "")
    decided = read_beside(path)
    if not isinstance(decided, str):
        return Misconfigured(tuple(decided), str(path), text)
    other = str(decisions_path(path))
    beside = {other: decided}
    settings = load(text, str(path), KINDS, check_query=check_query, packs=available_packs(), beside=(decided, other))
    if isinstance(settings, list):
        return Misconfigured(tuple(settings), str(path), text, beside)
    return Configured(settings, path, text, beside)


def check_query(text: str, kind: QueryKind, concepts: ChosenConcepts) -> Sequence[QueryProblem]:
    """What the settings room asks of every query, watch and expression."""
    return check_text(text, kind, _chosen(concepts))


@lru_cache(maxsize=1)  # one load asks with one object, once for every topic
def _chosen(chosen: ChosenConcepts) -> Concepts:
    return concepts_of(chosen.packs, chosen.define)


def concepts_of(packs: Sequence[str], define: Mapping[str, tuple[str, ...]]) -> Concepts:
    """The concepts of some packs, and a configuration's own over them. A concept of one's own is called by its name."""
    available = available_packs()
    definitions = [definition for pack in packs if pack in available for definition in read_pack(available[pack])]
    called = {definition.name: definition.called for definition in definitions}
    own = [
        Definition(name, (*called.get(name, ()), name.replace("-", " ")), expressions)
        for name, expressions in define.items()
    ]
    return Concepts([*definitions, *own])


def packs_besides(settings: Settings) -> dict[str, Concepts]:
    """The packs that a configuration does not load, less what it defines itself: to say what they would know."""
    loaded = concepts_of(settings.packs, settings.concepts)
    return {
        pack: Concepts(one for one in read_pack(path) if one.name not in loaded)
        for pack, path in available_packs().items()
        if pack not in settings.packs
    }


def topics_of(settings: Settings) -> TopicIndex:
    """The topics of a configuration, compiled."""
    with _collector_paused():
        return build_index(settings.topics, concepts_of(settings.packs, settings.concepts))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Ten thousand topics are a million objects, none of them garbage: looking for it takes a fifth of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def channels_of(settings: Settings, environ: Mapping[str, str]) -> dict[ChannelId, Channel]:
    """The channels of a configuration, with their secrets. Raises SecretError or ValueError in plain words."""
    from monitor.deliver import open_channel
    from monitor.settings.secrets import resolve

    def reveal(reference: str) -> bytes:
        return resolve(reference, environ).reveal()

    return {
        channel.id: open_channel(channel.id, channel.settings, reveal)  # type: ignore[arg-type]  # built from KINDS
        for channel in settings.channels
    }


def plan_of(settings: Settings, environ: Mapping[str, str], source: str) -> Plan:
    """Everything the daemon works by. Raises SecretError or ValueError in plain words."""
    from monitor.engine.plan import Plan
    from monitor.fetch.http import HttpWeb

    topics = topics_of(settings)
    return Plan(
        feeds={feed.id: feed for feed in settings.feeds},
        topics=topics,
        policy=settings.policy,
        channels=channels_of(settings, environ),
        web=HttpWeb(settings.allow_private),
        source=source,
        broken=tuple(unexpected(topics)),
    )


# Stores ---------------------------------------------------------------------------------------------------------------


def store_path(settings: Settings, environ: Mapping[str, str]) -> Path:
    """Where the embedded store lies."""
    return state_dir(settings, environ) / STORE_FILE


def open_reader(settings: Settings, environ: Mapping[str, str]) -> Reader:
    """The memory, read-only. Raises StoreError."""
    from monitor.store.reader import SqliteReader

    return SqliteReader(store_path(settings, environ))


# The service ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parts:
    """What a service is made of, where the wiring leaves a choice."""

    clock: Clock
    screen: Screen
    notify: Notify
    pace: Pace
    on_turn: Callable[[Turn], None]


@asynccontextmanager
async def parser() -> AsyncIterator[Parser]:
    """A parser in processes of its own, ended with the context."""
    from monitor.parse.pool import ParserPool

    pool = ParserPool()
    try:
        yield pool
    finally:
        await pool.aclose()


@asynccontextmanager
async def writing(
    settings: Settings, environ: Mapping[str, str], *, dry_run: bool
) -> AsyncIterator[tuple[Store, Runner]]:
    """The store for its one writer, and a thread of its own for it. A dry run remembers nothing afterwards.

    Raises StoreError, also where another daemon holds the state directory.
    """
    from monitor.store.lock import StateLock
    from monitor.store.memory import MemoryStore
    from monitor.store.sqlite import SqliteStore

    lock = None if dry_run else StateLock(state_dir(settings, environ))
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
    try:
        store: Store = MemoryStore() if dry_run else SqliteStore(store_path(settings, environ))
        try:
            yield store, partial(_on_thread, thread)
        finally:
            thread.submit(store.close).result()
    finally:
        thread.shutdown()
        if lock is not None:
            lock.release()


class _CurrentWeb:
    """The web of whatever plan is in force: a reload may change what may be reached."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    async def send(self, request: Request) -> Answer | NoAnswer:
        """One request, under the plan in force."""
        return await self._turns.plan.web.send(request)

    async def aclose(self) -> None:
        """Close the plan's own."""
        await self._turns.plan.web.aclose()


async def _on_thread(thread: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, call)


@asynccontextmanager
async def service(
    settings: Settings, plan: Plan, environ: Mapping[str, str], parts: Parts, *, pid: int, dry_run: bool = False
) -> AsyncIterator[Loop]:
    """A whole service, started. Raises StoreError where the memory is out of reach or in use."""
    from monitor import __version__
    from monitor.core.model import ServiceState
    from monitor.deliver.courier import Courier
    from monitor.engine.loop import Loop
    from monitor.engine.turn import Turns
    from monitor.fetch import exchange

    async with writing(settings, environ, dry_run=dry_run) as (store, run), parser() as pool:
        turns = Turns(plan, store, pool, exchange, parts.clock, run, parts.on_turn)
        web: Web = _CurrentWeb(turns)
        courier = Courier(store, web, parts.screen, plan.channels, parts.clock, run)
        now = parts.clock.now()
        state = ServiceState(started_at=now, beat_at=now, pid=pid, version=__version__, config=plan.source)
        loop = Loop(turns, courier, store, parts.clock, run, parts.notify, state, parts.pace)
        try:
            await loop.start()
            yield loop
        finally:
            await turns.plan.web.aclose()
