"""A tree printed in the one canonical form: ``parse(format(tree)) == tree`` for every tree that parse makes."""

from __future__ import annotations

import re
from typing import assert_never

from monitor.core.query.tree import (
    And,
    AtLeast,
    Concept,
    Everything,
    In,
    Mode,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    SomeOf,
    Word,
)

_OPERATOR = re.compile(r"AND|OR|NOT|ANDNOT|OF|PRE|ATLEAST|O?NEAR\d*|ADJ\d*", re.IGNORECASE)


def format_query(node: Node) -> str:
    """Print a tree. Operators are spelled out, groups get parentheses only where they are needed."""
    match node:
        case Word():
            return _word(node)
        case Phrase(words, slop):
            inner = " ".join(("=" if word.mode is Mode.EXACT else "") + word.text for word in words)
            return f'"{inner}"' + (f"~{slop}" if slop is not None else "")
        case Near(left, right, distance, ordered, negated):
            name = ("NOT " if negated else "") + ("ONEAR" if ordered else "NEAR")
            left_text = format_query(left) if isinstance(left, Near) else _group(left)
            return f"{left_text} {name}/{distance} {_group(right)}"
        case And(nodes):
            return " AND ".join(f"({format_query(child)})" if isinstance(child, Or) else format_query(child)
                                for child in nodes)  # fmt: skip
        case Or(nodes):
            return " OR ".join(format_query(child) for child in nodes)
        case Not(child):
            return f"NOT {format_query(child) if isinstance(child, Not) else _group(child)}"
        case In(field, child):
            plain = isinstance(child, Word | Phrase | Concept | Everything)
            return f"{field}:{format_query(child)}" if plain else f"{field}:({format_query(child)})"
        case Concept(name):
            return f"@{name}"
        case SomeOf(count, nodes):
            return f"{count} OF ({', '.join(format_query(child) for child in nodes)})"
        case AtLeast(count, child):
            return f"ATLEAST/{count}({format_query(child)})"
        case Everything():
            return "*"
        case _:
            assert_never(node)


def _group(node: Node) -> str:
    text = format_query(node)
    return text if isinstance(node, Word | Phrase | Concept | In | AtLeast | SomeOf | Everything) else f"({text})"


def _word(word: Word) -> str:
    if word.mode is Mode.CASE:
        return f"cs:{word.text}"
    mark = "=" if word.mode is Mode.EXACT else ""
    if word.fuzz:
        return f"{mark}{word.text}~{word.fuzz}"
    quoted = _OPERATOR.fullmatch(word.text) or not word.text.replace("*", "").isalnum()
    return f'"{mark}{word.text}"' if quoted else f"{mark}{word.text}"
