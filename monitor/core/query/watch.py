"""``watch``, the front door: plain words become a query that finds what a person means by them.

Each word, or known phrase, is one idea: the concept it summons, else the word itself. All ideas must be present, and
close: within two dozen words of one another, or shared between headline and lead. There a name and an event are not
alike: a headline that names Aleppo is about Aleppo, wherever the lead tells of a truce; one that tells of a truce may
mean a truce elsewhere, so Aleppo has to come soon after it. Without a known name, any idea may stand in the headline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.query.tree import And, Concept, In, Near, Node, Or, QueryProblem, Word
from monitor.core.text import tokens

if TYPE_CHECKING:
    from monitor.core.query.concepts import Concepts

CLOSE_WORDS = 24
LEAD_WORDS = 30
IDEAS_MAX = 8

# Words that carry no idea of their own in a headline-like phrase.
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "of",
        "on",
        "or",
        "over",
        "s",
        "the",
        "to",
        "under",
        "with",
        "de",
        "la",
        "le",
        "les",
        "des",
        "du",
        "el",
        "los",
        "las",
        "und",
        "der",
        "die",
        "das",
        "en",
        "et",
        "y",
        "un",
        "une",
    ]
)


def watch_query(words: str, concepts: Concepts) -> Node | QueryProblem:
    """Turn plain words into a query. Refuses a watch without words, or with more ideas than one headline holds."""
    ideas = watch_ideas(words, concepts)
    if isinstance(ideas, QueryProblem):
        return ideas
    return ideas[0] if len(ideas) == 1 else _close_together(ideas, concepts)


def watch_ideas(words: str, concepts: Concepts) -> list[Node] | QueryProblem:
    """The ideas of plain words, in their order: concepts that they summon, and words."""
    found = tokens(words)
    ideas: list[Node] = []
    at = 0
    while at < len(found):
        for length in range(min(concepts.longest_call, len(found) - at), 0, -1):
            name = concepts.called(tuple(token.form for token in found[at : at + length]))
            if name is not None:
                ideas.append(Concept(name))
                at += length
                break
        else:
            if found[at].form not in _SMALL or len(found) == 1:
                ideas.append(Word(found[at].raw))
            at += 1
    ideas = list(dict.fromkeys(ideas))
    if not ideas:
        return QueryProblem(
            "there is no word to watch for", 0, len(words), 'write them as you would say them: "Aleppo ceasefire"'
        )
    if len(ideas) > IDEAS_MAX:
        return QueryProblem(
            f"a watch of {len(ideas)} ideas would match next to nothing: all must be present, and close",
            0,
            len(words),
            "keep the two or three that matter, or write a query",
        )
    return ideas


def _close_together(ideas: list[Node], concepts: Concepts) -> Node:
    names = [idea for idea in ideas if isinstance(idea, Concept) and concepts.definitions[idea.name].is_name]
    events = [idea for idea in ideas if idea not in names]
    near = _chain(ideas, CLOSE_WORDS)
    if not names or not events:
        return Or((near, And((In("title", Or(tuple(ideas))), In("lead", And(tuple(ideas)))))))
    about = And((In("title", names[0]), *(In("lead", idea) for idea in (*names[1:], *events))))
    headed = (_chain([In("title", event), *(idea for idea in ideas if idea != event)], LEAD_WORDS) for event in events)
    return Or((near, about, *headed))


def _chain(ideas: list[Node], distance: int) -> Node:
    near = ideas[0]
    for idea in ideas[1:]:
        near = Near(near, idea, distance)
    return near
