"""The page on the watch language: every example on it is read, and means what the page says."""

from __future__ import annotations

import re
import tomllib
from itertools import zip_longest
from typing import NamedTuple

import pytest

from monitor.core.model import LIMITS
from monitor.core.query.concepts import Concepts, Definition, parse_expression
from monitor.core.query.convert.convert import convert
from monitor.core.query.convert.dialect import Dialect
from monitor.core.query.format import format_query
from monitor.core.query.parse import parse
from monitor.core.query.reading import PARAGRAPH_GAP, SENTENCE_GAP
from monitor.core.query.tree import FIELDS, LEAD_WORDS, NEAR_MAX, QueryProblem
from monitor.core.query.watch import CLOSE_WORDS, watch_query
from monitor.core.query.watch import LEAD_WORDS as WATCH_LEAD_WORDS
from tests.core.kit import ROOT, matches, tree

PAGE = (ROOT / "docs" / "watch-language.md").read_text(encoding="utf-8")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


class Row(NamedTuple):
    """A row of a table: the section it stands in, and the examples of its cells."""

    section: str
    cells: tuple[tuple[str, ...], ...]


def rows() -> list[Row]:
    found = []
    section = ""
    for line in PAGE.splitlines():
        heading = HEADING.match(line)
        if heading:
            section, head = heading[2], True
        elif not line.startswith("|"):
            head = True
        elif head:  # names of the columns, and the line under them
            head = line.startswith("| ---") is False
        else:
            cells = re.split(r"(?<!\\)\|", line.strip()[1:-1])
            found.append(Row(section, tuple(examples(cell) for cell in cells)))
    return found


def examples(cell: str) -> tuple[str, ...]:
    return tuple(code.replace(r"\|", "|") for code in re.findall(r"`([^`]+)`", cell))


def of(section: str) -> list[Row]:
    found = [row for row in rows() if row.section == section]
    assert len(found) > 3, section
    return found


def pairs(section: str) -> list[tuple[str, str]]:
    """Each example of a first column with its own in the second, or with the only one there."""
    return [
        (there, here)
        for row in of(section)
        for there, here in zip_longest(
            row.cells[0], row.cells[1] if len(row.cells[1]) > 1 else row.cells[1] * len(row.cells[0]), fillvalue=""
        )
    ]


PROGRAMS = {
    "Lucene, Elasticsearch, OpenSearch": Dialect.LUCENE,
    "Google Search, Google Alerts": Dialect.GOOGLE,
    "Factiva": Dialect.FACTIVA,
    "Nexis, Lexis": Dialect.NEXIS,
    "Meltwater, Brandwatch, Talkwalker": Dialect.MELTWATER,
    "Cision": Dialect.CISION,
}
CONVERTED = [(dialect, there, here) for section, dialect in PROGRAMS.items() for there, here in pairs(section)]


@pytest.mark.parametrize("written", [code for row in of("query") for code in row.cells[0]])
def test_every_example_of_the_language_is_a_query(written: str) -> None:
    assert not isinstance(parse(written), QueryProblem)


def test_the_page_names_every_field() -> None:
    [row] = [row for row in of("query") if "title:" in row.cells[1]]
    assert row.cells[1] == tuple(f"{field}:" for field in FIELDS)


@pytest.mark.parametrize(("written", "meant"), pairs("Which operator goes first"))
def test_what_goes_first_is_true(written: str, meant: str) -> None:
    assert parse(written) == tree(meant)
    assert written != meant


@pytest.mark.parametrize("row", of("Signs, and words that look like operators"), ids=str)
def test_what_looks_like_an_operator_can_be_looked_for(row: Row) -> None:
    [written] = row.cells[1]
    assert matches(written, f"the text has {written.strip(chr(34))} in it")
    assert not matches(written, "the text has it not")


@pytest.mark.parametrize("row", of("What counts as the same word"), ids=str)
def test_what_counts_as_the_same_word_is_true(row: Row) -> None:
    [written], found, passed = row.cells
    assert [text for text in found if not matches(written, text)] == []
    assert [text for text in passed if matches(written, text)] == []
    assert found
    assert passed


@pytest.mark.parametrize(("written", "canonical"), pairs("From other languages"))
def test_what_is_accepted_is_printed_in_one_form(written: str, canonical: str) -> None:
    assert format_query(tree(written)) == canonical


@pytest.mark.parametrize(("dialect", "there", "here"), CONVERTED)
def test_another_programs_query_becomes_what_the_page_says(dialect: Dialect, there: str, here: str) -> None:
    found = convert(there, dialect)
    if here:
        assert (found.query, found.complete) == (here, True)
    else:
        assert not found.complete


def test_every_table_of_the_page_is_read_by_a_test() -> None:
    known = {*PROGRAMS, "query", "Which operator goes first", "Signs, and words that look like operators",
             "What counts as the same word", "From other languages"}  # fmt: skip
    assert {row.section for row in rows()} == known
    assert set(PROGRAMS.values()) == set(Dialect)


def test_every_block_of_configuration_is_one_and_its_queries_are_read() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 2
    concepts = Concepts([Definition("ceasefire", ("ceasefire",), ("truce",))])
    for block in blocks:
        table = tomllib.loads(block)
        if "watch" in table:
            assert not isinstance(watch_query(table["watch"], concepts), QueryProblem)
        for expressions in table.get("concepts", {}).get("define", {}).values():
            assert not [one for one in expressions if isinstance(parse_expression(one), QueryProblem)]


def test_every_query_in_the_text_between_the_tables_is_read() -> None:
    prose = re.sub(
        r"```.*?```", "", "\n".join(line for line in PAGE.splitlines() if not line.startswith("|")), flags=re.DOTALL
    )
    queries = [code for code in examples(prose) if " NEAR/" in code]
    assert queries
    assert not [code for code in queries if isinstance(parse(code), QueryProblem)]


def test_the_limits_on_the_page_are_the_limits() -> None:
    limits = PAGE.partition("## Limits")[2]
    for number in (LIMITS.query_max, LIMITS.query_depth_max, NEAR_MAX):
        assert f"{number:,}" in limits
    assert (SENTENCE_GAP, PARAGRAPH_GAP) == (14, 18)
    assert "counts as fourteen words of distance, a paragraph's as eighteen" in PAGE
    assert f"(headline and the first {LEAD_WORDS} words)" in PAGE
    assert f"within {CLOSE_WORDS} words of one another" in PAGE
    assert f"within {WATCH_LEAD_WORDS} words of it" in PAGE
