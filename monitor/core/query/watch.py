"""``watch``, the front door: plain words become a query that finds what a person means by them.

Each word, or known phrase, is one idea: the concept it summons, else the word itself. All ideas must be present, and
close: within two dozen words of one another, or shared between headline and lead. There a name and an event are not
alike: a headline that names Aleppo is about Aleppo, wherever the lead tells of a truce; one that tells of a truce may
mean a truce elsewhere, so Aleppo has to come soon after it. Without a known name, any idea may stand in the headline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.core.query.reading import folded, stem_in
from monitor.core.query.tree import And, Concept, In, Near, Node, Or, Phrase, QueryProblem, Word, children, either
from monitor.core.query.widen import is_name
from monitor.core.text import tokens

if TYPE_CHECKING:
    from monitor.core.query.concepts import Concepts
    from monitor.core.text import Token

CLOSE_WORDS = 24
LEAD_WORDS = 30
IDEAS_MAX = 8
_TELLING_IDEAS = 3

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
    said: dict[Node, Node] = {}
    at = 0
    while at < len(found):
        for length in range(min(concepts.longest_call, len(found) - at), 0, -1):
            name = concepts.called(tuple(token.form for token in found[at : at + length]))
            if name is not None:
                ideas.append(Concept(name))
                said[ideas[-1]] = _literal(found[at : at + length])
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
    if len(ideas) == 1:
        return ideas
    return [_as_said(idea, said[idea], len(ideas), concepts) if idea in said else idea for idea in ideas]


def _as_said(idea: Node, literal: Node, ideas: int, concepts: Concepts) -> Node:
    """A concept, and the very words that summoned it where it would not find them.

    A concept that speaks of those words knows in which sense ("offensive remarks" are no offensive). Among three ideas
    that stand close together there is no room for another sense: there the words count as they are.
    """
    assert isinstance(idea, Concept)
    asked = (idea.name, literal, ideas >= _TELLING_IDEAS)
    if asked not in concepts.spoken:
        concepts.spoken[asked] = _speaks_of(*asked, concepts)
    return idea if concepts.spoken[asked] else Or((idea, literal))


def _speaks_of(name: str, literal: Node, telling: bool, concepts: Concepts) -> bool:
    """Whether a concept is a name, or has some words among its expressions; with ``telling``: for themselves."""
    if concepts.definitions[name].is_name:
        return True
    trees = [tree for _, tree in concepts.expressions(name)]
    if telling:
        return any(_stems(node) == _stems(literal) for tree in trees for node in _alternatives(tree))
    return any(_stems(literal) <= _stems(tree) for tree in trees)


def _alternatives(tree: Node) -> tuple[Node, ...]:
    nodes = tree.nodes if isinstance(tree, Or) else (tree,)
    return tuple(node for node in nodes if isinstance(node, Word | Phrase))


def _literal(found: list[Token]) -> Node:
    words = tuple(Word(token.raw) for token in found)
    return words[0] if len(words) == 1 else Phrase(words)


def _stems(node: Node) -> frozenset[str]:
    """The stems of all words in a tree, as of an English text."""
    if isinstance(node, Word):
        return frozenset((stem_in(folded(node.text), "en"),))
    if isinstance(node, Phrase):
        return frozenset().union(*map(_stems, node.words))
    return frozenset().union(*map(_stems, children(node)))


def _close_together(ideas: list[Node], concepts: Concepts) -> Node:
    names = [idea for idea in ideas if is_name(idea, concepts)]
    events = [idea for idea in ideas if idea not in names]
    near = _chain(ideas, CLOSE_WORDS)
    if not names or not events:
        return Or((near, And((In("title", either(ideas)), In("lead", And(tuple(ideas)))))))
    about = And((In("title", names[0]), *(In("lead", idea) for idea in (*names[1:], *events))))
    headed = (_chain([In("title", event), *(idea for idea in ideas if idea != event)], LEAD_WORDS) for event in events)
    return Or((near, about, *headed))


def _chain(ideas: list[Node], distance: int) -> Node:
    near = ideas[0]
    for idea in ideas[1:]:
        near = Near(near, idea, distance)
    return near
