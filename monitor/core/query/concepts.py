"""Concepts: named sets of expressions with one meaning, as packs and configurations define them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.core.query.lex import lex
from monitor.core.query.meant import did_you_mean
from monitor.core.query.parse import parse
from monitor.core.query.tree import And, AtLeast, Concept, In, Near, Node, Not, Or, QueryProblem, SomeOf
from monitor.core.text import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REFERENCES_MAX = 20
KNOWN_MAX = 20


@dataclass(frozen=True, slots=True)
class Definition:
    """One concept. ``called``: the words that summon it in a ``watch``; ``expressions``: queries, any of which will do.

    ``match`` and ``no_match`` are sentences that keep it honest. ``is_name``: it names a place, a party or a person.
    """

    name: str
    called: tuple[str, ...]
    expressions: tuple[str, ...]
    match: tuple[str, ...] = ()
    no_match: tuple[str, ...] = ()
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class ConceptProblem:
    """What is wrong in one expression of a concept."""

    concept: str
    expression: str
    problem: QueryProblem


@lru_cache(maxsize=8_192)  # a command checks the packs' thousand expressions first, and then uses them
def parse_expression(text: str) -> Node | QueryProblem:
    """Parse an expression of a concept: a query, in which words side by side, and nothing else, are a phrase."""
    if "(" in text or '"' in text:  # no mere row of words, as nearly every expression of a pack: taken apart once
        return parse(text)
    lexemes = lex(text)
    if isinstance(lexemes, QueryProblem) or len(lexemes) == 2:
        return parse(text)
    if any(one.kind != "word" or one.number is not None for one in lexemes[:-1]):
        return parse(text)
    tree = parse(f'"{text}"')
    return replace(tree, start=0, end=len(text)) if isinstance(tree, QueryProblem) else tree


class Concepts:
    """All concepts of a configuration, parsed. A later definition replaces an earlier one of the same name."""

    def __init__(self, definitions: Iterable[Definition] = ()) -> None:
        self.definitions: dict[str, Definition] = {}
        self.problems: list[ConceptProblem] = []
        self._trees: dict[str, tuple[tuple[str, Node], ...]] = {}
        self._called: dict[tuple[str, ...], str] = {}
        self.spoken: dict[tuple[str, Node, bool], bool] = {}
        """What ``watch`` found out of a concept and the words that summoned it: once, for thousands of topics ask."""
        for definition in definitions:
            self.definitions[definition.name] = definition
        for definition in self.definitions.values():
            self._parse(definition)
            for words in definition.called:
                self._called[tuple(token.form for token in tokens(words))] = definition.name
        self._refuse_circles()
        self.longest_call = max(map(len, self._called), default=1)
        """How many words the longest summoning name has."""

    def _parse(self, definition: Definition) -> None:
        trees: list[tuple[str, Node]] = []
        for expression in definition.expressions:
            tree = parse_expression(expression)
            if not isinstance(tree, QueryProblem):
                unknown = [name for name in _named(tree) if name not in self.definitions]
                if not unknown:
                    trees.append((expression, tree))
                    continue
                tree = QueryProblem(
                    f"there is no concept @{unknown[0]}", 0, len(expression), "define it, or add its pack"
                )
            self.problems.append(ConceptProblem(definition.name, expression, tree))
        self._trees[definition.name] = tuple(trees)

    def _refuse_circles(self) -> None:
        for name in self.definitions:
            seen: set[str] = set()
            level = self._behind({name})
            while level and name not in level:
                seen |= level
                level = self._behind(level) - seen
            if level:
                self._refuse(name, f"@{name} is defined by itself", "take one of the references out")
        for name in self.definitions:
            level = {name}
            for _ in range(REFERENCES_MAX + 1):
                level = self._behind(level)
            if level:
                message = f"@{name} stands on more than {REFERENCES_MAX} concepts, each defined by the next"
                self._refuse(name, message, "write some of their expressions out")

    def _behind(self, names: set[str]) -> set[str]:
        """What the expressions of some concepts refer to."""
        return {other for name in names for _, tree in self._trees[name] for other in _named(tree)}

    def _refuse(self, name: str, message: str, help_: str) -> None:
        self.problems.append(ConceptProblem(name, "", QueryProblem(message, 0, 0, help_)))
        self._trees[name] = ()

    def __contains__(self, name: str) -> bool:
        """Whether a concept of that name is defined."""
        return name in self.definitions

    @property
    def names(self) -> list[str]:
        """All names, in order."""
        return sorted(self.definitions)

    def expressions(self, name: str) -> tuple[tuple[str, Node], ...]:
        """The expressions of a concept, each as written and as a tree."""
        return self._trees.get(name, ())

    def called(self, forms: tuple[str, ...]) -> str | None:
        """The concept that these folded words summon in a ``watch``, also with an s more or less at their end."""
        name = self._called.get(forms)
        if name is None and forms:
            last = forms[-1]
            name = self._called.get((*forms[:-1], last[:-1] if last.endswith("s") else f"{last}s"))
        return name


def unknown_concepts(node: Node, concepts: Concepts | Mapping[str, object]) -> list[str]:
    """Names that a query uses and nobody defined."""
    return [name for name in _named(node) if name not in concepts]


def unknown_problems(text: str, node: Node, concepts: Concepts) -> list[QueryProblem]:
    """The same as problems that point into the query as it was written."""
    unknown = unknown_concepts(node, concepts)
    if not unknown:
        return []
    names = concepts.names
    known = ", ".join(f"@{name}" for name in names[:KNOWN_MAX]) or "none"
    if len(names) > KNOWN_MAX:
        known += f" and {len(names) - KNOWN_MAX} more"
    problems = []
    for name in unknown:
        written = re.search(rf"@{re.escape(name)}(?![\w-])", text, re.IGNORECASE)
        start, end = written.span() if written else (0, len(text))
        problems.append(
            QueryProblem(
                f"there is no concept @{name}", start, end, f"{did_you_mean(name, names, '@{}')}known: {known}"
            )
        )
    return problems


def _named(node: Node) -> list[str]:
    match node:
        case Concept(name):
            return [name]
        case And(nodes) | Or(nodes) | SomeOf(_, nodes):
            return [name for child in nodes for name in _named(child)]
        case Not(child) | In(_, child) | AtLeast(_, child):
            return _named(child)
        case Near(left, right):
            return _named(left) + _named(right)
        case _:
            return []
