"""The nodes of a query. Frozen values: a tree can be compared, hashed and printed back (``format``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FIELDS = ("title", "lead", "summary", "content", "feed", "tag", "author", "lang", "link")
# They stand far behind the text, or nowhere in it.
META_FIELDS = ("feed", "tag", "author", "lang", "link")
NEAR_MAX = 1_000
LEAD_WORDS = 60


class Mode(StrEnum):
    """How a word is compared: by stem, folded but whole (``=word``), or as written (``cs:WORD``)."""

    STEM = "stem"
    EXACT = "exact"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Word:
    """One word. ``text`` may hold ``*``; ``fuzz`` is the edit distance allowed, 0 to 2."""

    text: str
    mode: Mode = Mode.STEM
    fuzz: int = 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row, inside one sentence; with ``slop``, in any order with at most that many positions between."""

    words: tuple[Word, ...]
    slop: int | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Both sides at most ``distance`` words apart; ``ordered``: left first; ``negated``: a left with no right near."""

    left: Node
    right: Node
    distance: int
    ordered: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All of them, anywhere."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of them."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """None of it, anywhere in the item."""

    node: Node


@dataclass(frozen=True, slots=True)
class In:
    """Only what stands in one field."""

    field: str
    node: Node


@dataclass(frozen=True, slots=True)
class Concept:
    """A named set of expressions with one meaning."""

    name: str


@dataclass(frozen=True, slots=True)
class SomeOf:
    """At least ``count`` different ones of ``nodes``: ``2 OF (a, b, c)``."""

    count: int
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``count`` mentions: ``ATLEAST/3(word)``."""

    count: int
    node: Node


@dataclass(frozen=True, slots=True)
class Everything:
    """Every item: ``*``."""


Node = Word | Phrase | Near | And | Or | Not | In | Concept | SomeOf | AtLeast | Everything


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """What is wrong with a query, where (character offsets into its text), and what to do."""

    message: str
    start: int
    end: int
    help: str = ""


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node."""
    match node:
        case And(nodes) | Or(nodes) | SomeOf(_, nodes):
            return nodes
        case Not(child) | In(_, child) | AtLeast(_, child):
            return (child,)
        case Near(left, right):
            return (left, right)
        case _:
            return ()


def height(node: Node) -> int:
    """How many nodes stand above one another, counted without recursion: that is what it is asked for."""
    level, count = [node], 0
    while level:
        count += 1
        level = [child for one in level for child in children(one)]
    return count


def has_places(node: Node) -> bool:
    """Whether this stands somewhere in a text, so that something can be near it."""
    match node:
        case Word() | Phrase() | Concept() | Near():
            return True
        case Or(nodes):
            return all(has_places(child) for child in nodes)
        case In(field, child):
            return field not in META_FIELDS and has_places(child)
        case _:
            return False


def requires_something(node: Node) -> bool:
    """Whether an item has to hold something for this to match. A query that only excludes would match everything."""
    match node:
        case Not():
            return False
        case And(nodes):
            return any(requires_something(child) for child in nodes)
        case Or(nodes) | SomeOf(_, nodes):
            return all(requires_something(child) for child in nodes)
        case In(_, child) | AtLeast(_, child):
            return requires_something(child)
        case _:
            return True


def either(nodes: Iterable[Node]) -> Node:
    """At least one of some, laid flat and each once, as parse would make it; of one only, that one."""
    flat = [one for node in nodes for one in (node.nodes if isinstance(node, Or) else (node,))]
    distinct = tuple(dict.fromkeys(flat))
    return distinct[0] if len(distinct) == 1 else Or(distinct)
