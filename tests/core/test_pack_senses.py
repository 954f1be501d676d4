"""Concepts whose meanings lie close together: what each has to find as a whole, and what it has to leave to others.

The sentences live in tests/corpora/senses.toml; headlines in six more languages, in tests/corpora/headlines.toml.
"""

from __future__ import annotations

import tomllib

import pytest

from tests.core.kit import ROOT, find, item
from tests.core.packs import SHIPPED

SENSES = tomllib.loads((ROOT / "tests" / "corpora" / "senses.toml").read_text(encoding="utf-8"))
HEADLINES = tomllib.loads((ROOT / "tests" / "corpora" / "headlines.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SENSES)
def test_a_concept_finds_what_its_name_means(name: str) -> None:
    assert [one for one in SENSES[name]["is"] if find(f"@{name}", item(one), SHIPPED) is None] == []


@pytest.mark.parametrize("name", SENSES)
def test_a_concept_leaves_its_neighbours_alone(name: str) -> None:
    assert [one for one in SENSES[name]["is_not"] if find(f"@{name}", item(one), SHIPPED) is not None] == []


@pytest.mark.parametrize("name", HEADLINES)
def test_a_concept_reads_headlines_in_other_languages(name: str) -> None:
    assert [one for one in HEADLINES[name] if find(f"@{name}", item(title=one), SHIPPED) is None] == []


@pytest.mark.parametrize("name", SENSES)
def test_a_sense_has_enough_sentences_to_tell(name: str) -> None:
    told = SENSES[name]
    assert set(told) == {"is", "is_not"}
    assert min(len(set(told["is"])), len(set(told["is_not"]))) >= 5
