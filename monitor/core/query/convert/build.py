"""Pieces said in our words. Where something cannot be said exactly, more is found rather than less.

So what is excluded is taken narrowly, and what is wanted widely: a program that finds words only as they are written
has its plain words found in every inflection here, but those behind NOT are printed as ``=word``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from monitor.core.query.convert.dialect import LITERAL, Dialect, Kind, Notes
from monitor.core.query.convert.fields import LANGUAGES
from monitor.core.query.convert.near import TooManyError, near
from monitor.core.query.convert.pieces import (
    All,
    Any,
    Everything,
    Lost,
    Mentions,
    Pair,
    Piece,
    Quote,
    Reach,
    Row,
    Scope,
    Term,
    Without,
    Written,
)
from monitor.core.query.convert.words import Gap, split, written
from monitor.core.query.tree import (
    LEAD_WORDS,
    NEAR_MAX,
    And,
    AtLeast,
    In,
    Mode,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Word,
    has_places,
)
from monitor.core.query.tree import Everything as EverythingNode

if TYPE_CHECKING:
    from collections.abc import Sequence

# A sentence has about two dozen words, and its end counts as fourteen; a paragraph has a few sentences.
SENTENCE, PARAGRAPH, SEGMENT = 25, 100, NEAR_MAX
# Never across the end of a sentence, or of a paragraph.
IN_SENTENCE, IN_PARAGRAPH = 14, 18
GAP_WORDS = 5
_EXACT_FIELDS = frozenset(("link", "feed", "lang", "author"))


_FORMS = {
    Dialect.LUCENE: "in Lucene only as written, unless the index stems",
    Dialect.GOOGLE: "in Google's quotes only as written",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the query a piece stands: excluded or wanted, in which field, its letters counted or not."""

    negative: bool = False
    exact: bool = False
    field: str = ""
    style: str = ""


class Builder:
    """Builds the tree of one conversion."""

    def __init__(self, dialect: Dialect, notes: Notes, *, exact: bool) -> None:
        self._dialect = dialect
        self._notes = notes
        self._exact = exact

    def build(self, piece: Piece, place: Place) -> Node | None:
        """One piece, or None where nothing of it could be said."""
        match piece:
            case Term():
                return self._term(piece, place)
            case Quote():
                return self._quote(piece, place)
            case Row():
                return self._row(piece, place)
            case Pair():
                return self._pair(piece, place)
            case All(pieces) | Any(pieces):
                return joined(And if isinstance(piece, All) else Or, self._several(pieces, place))
            case Without(inner):
                node = self.build(inner, replace(place, negative=not place.negative))
                return Not(node) if node is not None else None
            case Scope():
                return self._scope(piece, place)
            case Written(style, inner):
                return self.build(inner, replace(place, exact=True) if style == "form" else replace(place, style=style))
            case Mentions():
                return self._mentions(piece, place)
            case Everything():
                return EverythingNode()
            case Lost():
                return None
            case _:
                assert_never(piece)

    def _several(self, pieces: Sequence[Piece], place: Place) -> list[Node]:
        return [node for piece in pieces if (node := self.build(piece, place)) is not None]

    # Words -----------------------------------------------------------------------------------------------------------

    def _term(self, term: Term, place: Place) -> Node | None:
        found = split(_value(term.text, place.field), self._dialect, term.start, self._notes, negative=place.negative)
        if found is None:
            return None
        if term.fuzz and len(found) == 1 and isinstance(found[0], Word) and "*" not in found[0].text:
            self._notes.add(Kind.NARROWER if not place.negative else Kind.WIDER,
                            "two letters in each other's place are one edit in Lucene, and two here",
                            term.start, term.end)  # fmt: skip
            return replace(found[0], fuzz=term.fuzz)
        if found == [Gap()]:
            return EverythingNode()
        return self._words(found, term, place)

    def _quote(self, quote: Quote, place: Place) -> Node | None:
        found = split(
            _value(quote.text, place.field), self._dialect, quote.start + 1, self._notes, negative=place.negative
        )
        if found is None:
            return None
        words = [word for word in found if isinstance(word, Word)]
        if quote.slop and len(words) > 1:
            if place.style:
                message = "capitals cannot be asked for here in words that stand in any order"
                self._notes.wider(message, quote.start, quote.end, negative=place.negative)
            return self._loose(words, quote, place)
        return self._words(found, quote, place)

    def _loose(self, words: list[Word], quote: Quote, place: Place) -> Node:
        """``"a b"~n`` of Lucene, where a pair the other way round costs two."""
        slop = min(quote.slop or 0, NEAR_MAX)
        self._across(quote, negative=place.negative)
        words = [self._formed(word, quote, place) for word in words]
        if len(words) == 2 and (slop == 1 or place.negative):
            left, right = words
            ahead = Near(left, right, slop + 1, ordered=True)
            return ahead if slop == 1 else Or((ahead, Near(right, left, slop - 1, ordered=True)))
        message = "the words may stand in any order at no cost here; Lucene counts a reversed pair as two"
        self._notes.wider(message, quote.start, quote.end, negative=place.negative)
        return Phrase(tuple(words), slop)

    def _words(self, found: list[Word | Gap], piece: Term | Quote, place: Place) -> Node | None:
        """Words in a row, with gaps where a star stood for a word."""
        at = [number for number, one in enumerate(found) if isinstance(one, Word)]
        found = found[at[0] : at[-1] + 1] if at else []
        runs: list[list[Word]] = [[]]
        gaps: list[int] = []
        for one in found:
            if isinstance(one, Word):
                runs[-1].append(one)
            elif runs[-1]:
                gaps.append(1)
                runs.append([])
            else:
                gaps[-1] += 1
        if not runs[0]:
            self._notes.missing("there is no letter or digit in this", piece.start, piece.end)
            return None
        node = self._run(runs[0], piece, place)
        for gap, run in zip(gaps, runs[1:], strict=True):
            self._notes.add(Kind.CHANGED, f"a star for words of a phrase: up to {GAP_WORDS} of them here, or none",
                            piece.start, piece.end)  # fmt: skip
            node = Near(node, self._run(run, piece, place), gap * GAP_WORDS + 1, ordered=True)
        return node

    def _run(self, words: list[Word], piece: Term | Quote, place: Place) -> Node:
        if place.style:
            cased = [self._cased(word, piece, place) for word in words]
            node = cased[0]
            for other in cased[1:]:
                node = Near(node, other, 1, ordered=True)
            return node
        words = [self._formed(word, piece, place) for word in words]
        return words[0] if len(words) == 1 else Phrase(tuple(words))

    def _cased(self, word: Word, piece: Term | Quote, place: Place) -> Node:
        found = written(word.text, place.style) if "*" not in word.text else []
        if not found:
            message = "capitals cannot be asked for here together with a star or other signs"
            self._notes.wider(message, piece.start, piece.end, negative=place.negative)
            return self._formed(word, piece, place)
        if self._dialect is Dialect.NEXIS:
            self._notes.add(Kind.WIDER if place.negative else Kind.NARROWER,
                            "a word whose capitals count is found in this form only, not in its plural",
                            piece.start, piece.end)  # fmt: skip
        return joined(Or, list(found)) or word

    def _formed(self, word: Word, piece: Term | Quote, place: Place) -> Word:
        """A word by stem or as it is written."""
        # Google stems what is not in quotes, and takes the others by the letter.
        literal = self._dialect in LITERAL and (
            self._dialect is not Dialect.GOOGLE or place.negative or isinstance(piece, Quote)
        )
        if "*" in word.text:
            return word
        if place.exact or place.field in _EXACT_FIELDS or (literal and (self._exact or place.negative)):
            return replace(word, mode=Mode.EXACT)
        if literal and not any(char.isdigit() for char in word.text):
            there = _FORMS.get(self._dialect, f"in {self._dialect.label} only as written")
            self._notes.add(Kind.WIDER, f"words are found in every inflection here, {there}; --exact keeps the letters",
                            piece.start, piece.end)  # fmt: skip
        elif self._dialect is Dialect.GOOGLE:
            self._notes.add(Kind.NARROWER, "Google also finds words of the same meaning: concepts do that here, as in "
                            "@ceasefire", piece.start, piece.end)  # fmt: skip
        return word

    # Together --------------------------------------------------------------------------------------------------------

    def _row(self, row: Row, place: Place) -> Node | None:
        nodes: list[tuple[int, Node]] = []
        words: list[Word] = []
        for piece, gap in zip(row.pieces, row.gaps, strict=True):
            right = self.build(piece, place)
            if right is None:
                continue
            plain = _plain_words(right)
            if plain and words and not gap:
                words.extend(plain)
                nodes[-1] = (nodes[-1][0], Phrase(()))  # made of the words when the run of them has ended
                continue
            _end_run(nodes, words)
            words = list(plain)
            nodes.append((gap, right))
        _end_run(nodes, words)
        if not nodes:
            return None
        node: Node | None = nodes[0][1]
        for gap, right in nodes[1:]:
            if gap:
                self._notes.wider("% is exactly one word in Factiva, at most one here", row.start, row.end,
                                  negative=place.negative)  # fmt: skip
            node = right if node is None else self._joined_near(node, right, Reach(gap + 1, ordered=True), row)
        return node

    def _pair(self, pair: Pair, place: Place) -> Node | None:
        left = self.build(pair.left, place)
        flipped = replace(place, negative=not place.negative) if pair.reach.negated else place
        right = self.build(pair.right, flipped)
        if left is None or right is None:
            return left if pair.reach.negated or right is None else right
        reach = self._measured(pair, place)
        if reach is None:
            return joined(And, [left, right])
        return self._joined_near(left, right, reach, pair)

    def _measured(self, pair: Pair, place: Place) -> Reach | None:
        """A reach in words."""
        reach = pair.reach
        if reach.unit == "words":
            if reach.distance > 1:
                self._across(pair, negative=place.negative != reach.negated)
            if reach.distance > NEAR_MAX:
                self._notes.add(Kind.CHANGED, f"a distance goes up to {NEAR_MAX:,} words here", pair.start, pair.end)
            return replace(reach, distance=min(max(reach.distance, 1), NEAR_MAX))
        if reach.unit == "segment" and not reach.negated:
            message = "segments of a text are not told apart here: taken as AND"
            self._notes.wider(message, pair.start, pair.end, negative=place.negative)
            return None
        tight = place.negative != reach.negated
        wide = {"sentence": SENTENCE, "paragraph": PARAGRAPH, "segment": SEGMENT}[reach.unit]
        close = {"sentence": IN_SENTENCE, "paragraph": IN_PARAGRAPH, "segment": SEGMENT}[reach.unit]
        distance = close if tight else wide
        why = "never across its end" if tight else "as long as one usually is, the ends of sentences counted"
        self._notes.add(Kind.CHANGED, f"one {reach.unit} is taken as {distance} words: {why}", pair.start, pair.end)
        return replace(reach, distance=distance)

    def _joined_near(self, left: Node, right: Node, reach: Reach, piece: Pair | Row) -> Node | None:
        try:
            node = near(left, right, reach.distance, ordered=reach.ordered, negated=reach.negated)
        except TooManyError:
            self._notes.missing("too many pairs would have to be written out for this", piece.start, piece.end)
            return None
        if node is None:
            self._notes.missing("one side of this has no place in a text to be near to", piece.start, piece.end)
        elif not isinstance(node, Near):
            self._notes.add(Kind.CHANGED, "the distance was written out for each side that AND or NOT joins",
                            piece.start, piece.end)  # fmt: skip
        return node

    def _across(self, piece: Pair | Quote, *, negative: bool) -> None:
        self._notes.wider("the end of a sentence counts as fourteen words here, so that a short distance "
                          "stays inside one; add fourteen to a distance that should not",
                          piece.start, piece.end, negative=not negative)  # fmt: skip

    def _mentions(self, mentions: Mentions, place: Place) -> Node | None:
        node = self.build(mentions.piece, place)
        if node is None or mentions.count <= 1:
            return node
        if not has_places(node):
            if isinstance(node, And) and all(has_places(one) for one in node.nodes):
                return And(tuple(AtLeast(mentions.count, one) for one in node.nodes))
            self._notes.missing("only mentions of words and phrases can be counted", mentions.start, mentions.end)
            return None
        return AtLeast(mentions.count, node)

    def _scope(self, scope: Scope, place: Place) -> Node | None:
        if scope.field == "first":
            if scope.words > LEAD_WORDS:
                message = f"more than the first {LEAD_WORDS} words cannot be told apart: found anywhere"
                self._notes.wider(message, scope.start, scope.end, negative=place.negative)
                return self.build(scope.piece, place)
            message = f"the first {scope.words} words: the headline and the first {LEAD_WORDS} here"
            self._notes.wider(message, scope.start, scope.end, negative=place.negative)
        field = "lead" if scope.field == "first" else scope.field
        node = self.build(scope.piece, replace(place, field=field))
        if node is None:
            return None
        if field == "body":
            return Or((In("summary", node), In("content", node)))
        return In(field, node)


def _value(text: str, field: str) -> str:
    """What a field holds here of what was asked of it: no scheme and no www, and the code of a language."""
    if field == "link":
        return (text.partition("://")[2] or text).removeprefix("www.")
    return LANGUAGES.get(text.lower(), text) if field == "lang" else text


def joined(kind: type[And | Or], nodes: list[Node]) -> Node | None:
    """Several nodes as one, groups of the same kind taken in."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, kind) else (node,))
    return kind(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None


def _plain_words(node: Node) -> tuple[Word, ...]:
    """The words of what is nothing but words in a row."""
    if isinstance(node, Word) and node.mode is not Mode.CASE and not node.fuzz:
        return (node,)
    return node.words if isinstance(node, Phrase) and node.slop is None else ()


def _end_run(nodes: list[tuple[int, Node]], words: list[Word]) -> None:
    """Words side by side become one phrase."""
    if nodes and isinstance(nodes[-1][1], Phrase) and not nodes[-1][1].words:
        nodes[-1] = (nodes[-1][0], Phrase(tuple(words)))
