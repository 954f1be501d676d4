"""Query trees as parse makes them, for properties over all of the language."""

from __future__ import annotations

from hypothesis import strategies as st

from monitor.core.query.tree import (
    FIELDS,
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

TEXT_FIELDS = ("title", "lead", "summary", "content")
PLAIN = ("aleppo", "truce", "Halt", "x", "halt", "停", "1,500", "8:30", "W")
# Words that are hard to print: they look like operators, or hold signs.
ODD = (
    "and",
    "OR",
    "not",
    "near",
    "NEAR5",
    "adj2",
    "ATLEAST",
    "of",
    "U.S.",
    "don't",
    "tre\u0302ve",
    "de-escalation",
    "Assad's",
)

modes = st.sampled_from([Mode.STEM, Mode.EXACT])
plain_words = st.builds(Word, st.sampled_from(PLAIN + ODD), modes)
patterns = st.builds(
    Word, st.sampled_from(["ceasefir*", "mos*l", "*ab*", "a*b*", "not*", "or*a", "near*", "*and", "of*"]), modes
)
cased = st.builds(Word, st.sampled_from(["NATO", "U.S.", "Isis", "x"]), st.just(Mode.CASE))
fuzzy = st.builds(Word, st.sampled_from(["mosul", "truce"]), modes, st.integers(1, 2))
words = st.one_of(plain_words, patterns, cased, fuzzy)
phrases = st.builds(
    Phrase,
    st.lists(plain_words | patterns, min_size=2, max_size=4).map(tuple),
    st.none() | st.integers(1, 1_000),
)
concepts = st.builds(Concept, st.sampled_from(["ceasefire", "free-passage", "x_1"]))
leaves = st.one_of(words, phrases, concepts)


def some(kind: type[And | Or], nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.lists(nodes.filter(lambda node: not isinstance(node, kind)), min_size=2, max_size=3).map(
        lambda kept: kind(tuple(kept))
    )


def _placed(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        some(Or, inner),
        st.builds(In, st.sampled_from(TEXT_FIELDS), inner),
        st.builds(Near, inner, inner, st.integers(1, 1_000), st.booleans(), st.booleans()),
    )


# What stands somewhere in a text, and so can be near something.
placed: st.SearchStrategy[Node] = st.recursive(leaves, _placed, max_leaves=4)


def _any(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        some(And, inner),
        some(Or, inner),
        st.builds(Not, inner),
        st.builds(In, st.sampled_from(FIELDS), inner),
        st.lists(inner, min_size=1, max_size=3).flatmap(
            lambda nodes: st.builds(SomeOf, st.integers(1, len(nodes)), st.just(tuple(nodes)))
        ),
        st.builds(AtLeast, st.integers(1, 20), placed),
    )


trees: st.SearchStrategy[Node] = st.recursive(placed | st.just(Everything()), _any, max_leaves=8)
