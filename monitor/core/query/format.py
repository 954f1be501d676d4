"""A tree printed in the one canonical form: ``parse(format(tree)) == tree`` for every tree that parse makes."""

from __future__ import annotations

import re
from itertools import pairwise
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

_OPERATOR = re.compile(r"AND|OR|NOT|ANDNOT|OF|PRE|ATLEAST\d*|O?NEAR\d*|ADJ\d*", re.IGNORECASE)

_QUOTED = re.compile(r'"[^"]*"')
_PHRASE_OR_JOINT = re.compile(r'"[^"]*"|(?P<joint> (?=(?:AND|OR) ))')


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


def format_lines(node: Node, width: int = 100) -> str:
    """The same in lines where it is longer than ``width``: one for each of the great conditions, groups set in."""
    text = format_query(node)
    if len(text) <= width:
        return text
    lines: list[str] = []
    line, depth = "", 0
    joints = [found.start() for found in _PHRASE_OR_JOINT.finditer(text) if found["joint"]]
    for start, end in pairwise([-1, *joints, len(text)]):
        piece = text[start + 1 : end]
        great = depth == 0 and piece.startswith("AND ")
        if line and (great or len(line) + 1 + len(piece) > width):
            lines.append(line)
            line = "  " * depth + piece
        else:
            line = f"{line} {piece}" if line else piece
        bare = _QUOTED.sub("", piece)
        depth += bare.count("(") - bare.count(")")
    return "\n".join([*lines, line])


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
