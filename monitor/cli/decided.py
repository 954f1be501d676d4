"""What the deciding verbs share: the topic that is meant, decisions kept as they are made, what to do afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.cli.common import EXIT_BAD, EXIT_DENIED, EXIT_USAGE, CliError, Context, suggest

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from monitor.core.model import Topic
    from monitor.core.query.compile import Compiled
    from monitor.core.query.concepts import Concepts
    from monitor.settings.decisions import Decided
    from monitor.wiring import Configured


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of time that is looked at."""

    since: datetime
    now: datetime

    @property
    def days(self) -> int:
        """Whole days, one at least."""
        return max(1, round((self.now - self.since).total_seconds() / 86_400))

    @property
    def text(self) -> str:
        """``30 days``."""
        return "1 day" if self.days == 1 else f"{self.days:,} days"


@dataclass(slots=True)
class Subject:
    """One topic of a configuration, and what is decided about it so far."""

    found: Configured
    concepts: Concepts
    topic: Topic
    decided: Decided

    @property
    def compiled(self) -> Compiled:
        """The topic as the decisions so far make it."""
        from dataclasses import replace

        from monitor.core.query.compile import Compiled, compile_topic

        settings = self.found.settings
        before = settings.decided.get(self.topic.id)
        own = [text for text in self.topic.also if before is None or text not in before.accepted]
        also = tuple(dict.fromkeys((*own, *self.decided.accepted)))
        made = compile_topic(replace(self.topic, also=also), self.concepts)
        assert isinstance(made, Compiled), "the configuration was checked, and so is what is accepted"
        return made

    @property
    def path(self) -> Path:
        """The file of decisions."""
        from monitor.settings.beside import decisions_path

        return decisions_path(self.found.path)

    def breaks(self, *expressions: str) -> list[str]:
        """The expectations of the topic that hold now, and would not with these accepted."""
        from monitor.core.query.compile import Compiled
        from monitor.core.query.index import TopicIndex
        from monitor.core.query.suggest import widened
        from monitor.core.query.topics import unexpected

        if not self.topic.expect:
            return []
        wide = widened(self.compiled, expressions, self.concepts)
        assert isinstance(wide, Compiled), "expressions were checked"
        before = {one.number for one in unexpected(TopicIndex((self.compiled,), self.concepts))}
        after = unexpected(TopicIndex((wide,), self.concepts))
        return [f"the expect line “{one.expect.text}”" for one in after if one.number not in before]

    def check(self, expression: str) -> None:
        """End where an expression cannot be accepted, and say why."""
        from monitor.core.model import LIMITS
        from monitor.core.query.topics import check_text

        problems = check_text(expression, "also", self.concepts)
        if problems:
            raise CliError(f"{expression!r} cannot be accepted: {problems[0].message}", problems[0].help, EXIT_USAGE)
        if len(self.compiled.topic.also) >= LIMITS.also_max:
            help_ = "Make some of them a concept of your own, under [concepts.define]."
            raise CliError(f"{LIMITS.also_max} expressions widen {self.topic.id} already, and that is the limit", help_)

    def decide(self, change: Callable[[Decided], Decided]) -> None:
        """Keep a decision now, or end with what to do where it cannot be kept."""
        from monitor.settings.beside import DecisionsError, decide

        try:
            self.decided = decide(self.found.path, self.topic.id, change)
        except DecisionsError as error:
            denied = isinstance(error.__cause__, PermissionError)
            raise CliError(
                error.text, self._instead(error.help, change), EXIT_DENIED if denied else EXIT_BAD
            ) from error

    def _instead(self, help_: str, change: Callable[[Decided], Decided]) -> str:
        """What to do, and what to write by hand in place of an accepted expression."""
        also = [text for text in change(self.decided).accepted if text not in self.decided.accepted]
        if not also:
            return help_
        from monitor.settings.decisions import toml_text

        written = ", ".join(map(toml_text, (*self.compiled.topic.also, *also)))
        return f"{help_} Or put this under [topics.{self.topic.id}] in {self.found.path}:  also = [{written}]"


def subject(context: Context, name: str) -> Subject:
    """The topic of that name, or an exit that suggests another."""
    from monitor.settings.decisions import Decided
    from monitor.wiring import concepts_of

    found = context.configured()
    topics = {str(topic.id): topic for topic in found.settings.topics}
    if name not in topics:
        known = f"Topics: {', '.join(topics)}." if topics else "The configuration has no topics yet."
        raise CliError(f"there is no topic {name!r}{suggest(name, topics)}", known, EXIT_BAD)
    topic = topics[name]
    concepts = concepts_of(found.settings.packs, found.settings.concepts)
    return Subject(found, concepts, topic, found.settings.decided.get(topic.id, Decided()))


RELOAD = "A running service takes it up with `systemctl reload wirewatch`, or at a SIGHUP."
