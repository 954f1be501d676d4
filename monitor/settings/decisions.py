"""What people decided about topics, in a file of its own beside the configuration: commands write it, all may read it.

``wirewatch.toml`` has ``wirewatch.suggestions.toml``: for each topic the expressions that were accepted and rejected,
the items that were judged, and what the recall meter came to. The configuration itself is never written.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING, Annotated

from pydantic import AwareDatetime, Field, ValidationError

from monitor.core.model import LIMITS, ItemId, TopicId
from monitor.core.query.meter import Judged, Measured, Stratum
from monitor.core.text import safe
from monitor.settings.explain import explain
from monitor.settings.schema import Id, Query, Table
from monitor.settings.syntax import read_toml
from monitor.settings.values import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from monitor.settings.checks import QueryProblem
    from monitor.settings.locate import Path as Keys
    from monitor.settings.problems import ConfigProblem
    from monitor.settings.source import Source

JUDGED_MAX = 500
REJECTED_MAX = 500
MEASURED_MAX = 100
_HEADLINE_MAX = 80
_HEAD = """\
# What people decided about topics. Written by `wirewatch topics suggest` and `wirewatch topics judge`, beside the
# configuration that it belongs to, and read with it. It may be edited; comments are lost at the next decision.
#
#   accepted   expressions that widen the topic          rejected   expressions that are not suggested again
#   judged     items, and whether they belong to it      measured   items, judged, right: matched, close and far misses
"""


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided about one topic, each in the order of time."""

    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    judged: tuple[Judged, ...] = ()
    measured: tuple[Measured, ...] = ()

    def accept(self, text: str) -> Decided:
        """With an expression that widens the topic."""
        return replace(self.forget(text), accepted=(*self.forget(text).accepted, text))

    def reject(self, text: str) -> Decided:
        """With an expression that is not to be suggested again."""
        return replace(self.forget(text), rejected=(*self.forget(text).rejected, text)[-REJECTED_MAX:])

    def forget(self, text: str) -> Decided:
        """As if nothing had been decided about an expression."""
        accepted, rejected = (tuple(one for one in texts if one != text) for texts in (self.accepted, self.rejected))
        return replace(self, accepted=accepted, rejected=rejected)

    def judge(self, judged: Judged) -> Decided:
        """With an answer; a later one about the same item counts."""
        kept = (one for one in self.judged if one.item != judged.item)
        return replace(self, judged=(*kept, judged)[-JUDGED_MAX:])

    def unjudge(self, item: ItemId) -> Decided:
        """Without the answer about an item."""
        return replace(self, judged=tuple(one for one in self.judged if one.item != item))

    def measure(self, measured: Measured) -> Decided:
        """With what the meter came to; of a day the last is kept."""
        kept = (one for one in self.measured if one.at.date() != measured.at.date())
        return replace(self, measured=(*kept, measured)[-MEASURED_MAX:])


# The shape of the file ------------------------------------------------------------------------------------------------

Counts = Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=3, max_length=3)]


class JudgedLine(Table):
    """A yes or no about one item."""

    item: str
    at: AwareDatetime
    right: bool
    headline: str = ""


class MeasuredLine(Table):
    """Items, judged ones, and right ones among them, of each stratum."""

    at: AwareDatetime
    days: Annotated[int, Field(ge=1)]
    matched: Counts
    close: Counts
    far: Counts


class DecidedTable(Table):
    """One topic."""

    accepted: list[Query] = Field(default_factory=list, max_length=LIMITS.also_max)
    rejected: list[Query] = Field(default_factory=list)
    judged: list[JudgedLine] = Field(default_factory=list)
    measured: list[MeasuredLine] = Field(default_factory=list)


class DecisionsFile(Table):
    """The file."""

    topics: dict[Id, DecidedTable] = Field(default_factory=dict)


_TABLES: dict[int, type[Table]] = {1: DecisionsFile, 3: DecidedTable}
_LINES: dict[str, type[Table]] = {"judged": JudgedLine, "measured": MeasuredLine}


# Reading --------------------------------------------------------------------------------------------------------------


def read_decisions(
    text: str,
    path: str,
    topics: Collection[str] | None = None,
    check: Callable[[str], Sequence[QueryProblem]] = lambda _: (),
) -> tuple[dict[TopicId, Decided], list[ConfigProblem]]:
    """What the file says, and what is wrong or suspicious in it. ``topics``: those that there are, where it matters.

    ``check`` judges an accepted expression. Where there is an error, nothing of the file is to be used.
    """
    tree, source, problems = read_toml(text.replace("\r\n", "\n"), path, ())
    if tree is None:
        return {}, problems
    try:
        found = DecisionsFile.model_validate(tree)
    except ValidationError as error:
        return {}, [
            *problems,
            *(explain(one, source, _table_of(one["loc"])) for one in error.errors(include_url=False)),
        ]
    problems += _wrong(found, source, topics, check)
    return {TopicId(name): _decided(table) for name, table in found.topics.items()}, problems


def _table_of(path: Keys) -> type[Table] | None:
    return _LINES.get(str(path[2])) if len(path) > 3 else _TABLES.get(len(path))


def _wrong(
    found: DecisionsFile,
    source: Source,
    topics: Collection[str] | None,
    check: Callable[[str], Sequence[QueryProblem]],
) -> Iterator[ConfigProblem]:
    for name, table in found.topics.items():
        path: Keys = ("topics", name)
        if topics is not None and name not in topics:
            help_ = suggest(name, topics, what="topics are")
            text = f"there is no topic `{name}` any more, so what was decided about it is not used"
            yield source.warning(
                source.key(path), text, help_ or "name it so again, or take its table out of this file"
            )
            continue
        for number, text in enumerate(table.accepted):
            for problem in check(text):
                at = (*path, "accepted", number)
                place = source.places.within(at, problem.start, problem.end) or source.value(at)
                yield source.error(place, problem.message, problem.help)


def _decided(table: DecidedTable) -> Decided:
    return Decided(
        accepted=tuple(dict.fromkeys(table.accepted)),
        rejected=tuple(dict.fromkeys(table.rejected)),
        judged=tuple(Judged(ItemId(one.item), one.at, one.right, safe(one.headline, 200)) for one in table.judged),
        measured=tuple(
            Measured(one.at, one.days, Stratum(*one.matched), Stratum(*one.close), Stratum(*one.far))
            for one in table.measured
        ),
    )


# Writing --------------------------------------------------------------------------------------------------------------


def format_decisions(decided: Mapping[TopicId, Decided]) -> str:
    """The text of the file; topics about which nothing is decided are left out."""
    parts = [_HEAD]
    for name, one in decided.items():
        if one != Decided():
            lines = [*_list("accepted", map(toml_text, one.accepted)), *_list("rejected", map(toml_text, one.rejected))]
            lines += _list("judged", map(_judged, one.judged))
            lines += _list("measured", map(_measured, one.measured))
            parts.append("\n".join([f"[topics.{name}]", *lines, ""]))
    return "\n".join(parts)


def _list(name: str, values: Iterator[str]) -> list[str]:
    found = list(values)
    return [f"{name} = [", *(f"    {value}," for value in found), "]"] if found else []


def _judged(one: Judged) -> str:
    headline = toml_text(safe(one.headline, _HEADLINE_MAX))
    right = "true" if one.right else "false"
    return f'{{ item = "{one.item}", at = {_time(one.at)}, right = {right}, headline = {headline} }}'


def _measured(one: Measured) -> str:
    counts = (
        f"{name} = [{stratum.items}, {stratum.judged}, {stratum.right}]"
        for name, stratum in (("matched", one.matched), ("close", one.close), ("far", one.far))
    )
    return f"{{ at = {_time(one.at)}, days = {one.days}, {', '.join(counts)} }}"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def toml_text(text: str) -> str:
    """A TOML string: as JSON writes it, but for one sign that TOML wants escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
