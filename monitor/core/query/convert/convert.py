"""A query of another program in; ours out, in its canonical form, with notes on what is not the same."""

from __future__ import annotations

from monitor.core.model import LIMITS
from monitor.core.query.convert.build import Builder, Place
from monitor.core.query.convert.clauses import Clauses
from monitor.core.query.convert.dialect import Conversion, Dialect, Notes
from monitor.core.query.convert.grammar import Grammar, TooDeepError
from monitor.core.query.convert.lexemes import take_apart
from monitor.core.query.convert.pieces import height
from monitor.core.query.format import format_query
from monitor.core.query.parse import HEIGHT_MAX, parse
from monitor.core.query.tree import Node, QueryProblem
from monitor.core.query.tree import height as tree_height

# A group is a piece too, so that pieces stand higher than the nodes that come of them.
PIECES_HEIGHT_MAX = 200
_DEEP = "groups and distances stand too deep in one another: part the query"


def convert(text: str, dialect: Dialect, *, exact: bool = False) -> Conversion:
    """Convert a query. ``exact``: words that the dialect finds only as written are printed as ``=word`` throughout."""
    notes = Notes()
    tree = _tree(text, dialect, notes, exact=exact)
    if tree is None:
        if not notes.all:
            notes.missing("there is nothing to convert", 0, len(text))
        return Conversion(dialect, "", None, notes.all)
    if tree_height(tree) > HEIGHT_MAX:
        notes.missing(_DEEP, 0, len(text))
        return Conversion(dialect, "", None, notes.all)
    printed = format_query(tree)
    if len(printed) > LIMITS.query_max:
        message = f"the query would have {len(printed):,} characters, and {LIMITS.query_max:,} are the limit: part it"
        notes.missing(message, 0, len(text))
        return Conversion(dialect, "", None, notes.all)
    read = parse(printed)
    if isinstance(read, QueryProblem):  # it excludes only, or stands too deep
        notes.missing(f"{read.message}: {read.help}", 0, len(text))
        return Conversion(dialect, "", None, notes.all)
    return Conversion(dialect, format_query(read), read, notes.all)


def _tree(text: str, dialect: Dialect, notes: Notes, *, exact: bool) -> Node | None:
    if len(text) > LIMITS.query_max:
        message = f"the text has {len(text):,} characters, and {LIMITS.query_max:,} are the limit: part it"
        notes.missing(message, LIMITS.query_max, len(text))
        return None
    grammar = Clauses if dialect is Dialect.LUCENE else Grammar
    try:
        piece = grammar(take_apart(text, dialect), dialect, notes).whole()
    except TooDeepError:
        return None
    if piece is not None and height(piece) > PIECES_HEIGHT_MAX:
        notes.missing(_DEEP, 0, len(text))
        return None
    return None if piece is None else Builder(dialect, notes, exact=exact).build(piece, Place())
