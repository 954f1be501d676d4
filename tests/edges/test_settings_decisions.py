"""What people decided about topics: the file beside the configuration, read with it and changed whole."""

from __future__ import annotations

import os
import stat
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import ItemId, TopicId
from monitor.core.query.meter import Judged, Measured, Stratum
from monitor.settings.beside import DecisionsError, decide, decisions_path, read_beside
from monitor.settings.decisions import JUDGED_MAX, Decided, format_decisions, read_decisions
from monitor.settings.load import Settings, load
from monitor.settings.problems import render
from tests.edges.settings_kit import FEED, KINDS, check_query

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.settings.problems import ConfigProblem

NOW = datetime(2016, 10, 18, 14, 0, tzinfo=UTC)
ALEPPO = TopicId("aleppo")
CONFIG = FEED + "[topics.aleppo]\nwatch = 'Aleppo truce'\nalso = ['pause in fighting']\n"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - the strategy adds the zone
    lambda at: at.replace(microsecond=0)
)
COUNTS = st.builds(Stratum, *(st.integers(0, 10**6) for _ in range(3)))
JUDGED = st.builds(Judged, st.from_regex(r"\A[0-9a-f]{20}\Z").map(ItemId), TIMES, st.booleans(), st.just("A truce"))
DECIDED = st.builds(
    Decided,
    st.lists(TEXTS, unique=True, max_size=3).map(tuple),
    st.lists(TEXTS, unique=True, max_size=3).map(tuple),
    st.lists(JUDGED, max_size=3).map(tuple),
    st.lists(st.builds(Measured, TIMES, st.integers(1, 99), COUNTS, COUNTS, COUNTS), max_size=3).map(tuple),
)


def loaded(decisions: str, config: str = CONFIG) -> Settings | list[ConfigProblem]:
    beside = (decisions, "w.suggestions.toml")
    return load(config, "w.toml", KINDS, check_query=check_query, packs=("conflict",), beside=beside)


def settings(decisions: str) -> Settings:
    found = loaded(decisions)
    assert isinstance(found, Settings), found
    return found


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "wirewatch.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


# The file -------------------------------------------------------------------------------------------------------------


@given(DECIDED)
def test_what_is_written_is_read_back(decided: Decided) -> None:
    text = format_decisions({ALEPPO: decided})
    assert tomllib.loads(text) is not None
    expected = {} if decided == Decided() else {ALEPPO: decided}
    assert read_decisions(text, "x") == (expected, [])


def test_accepted_expressions_widen_their_topic_behind_those_of_its_own() -> None:
    found = settings('[topics.aleppo]\naccepted = ["lull", "pause in fighting"]\nrejected = ["police"]\n')
    assert found.topics[0].also == ("pause in fighting", "lull")
    assert found.decided[ALEPPO].rejected == ("police",)
    assert [one for one in found.warnings if one.path != "w.toml"] == []


def test_decisions_about_a_topic_that_is_gone_are_a_warning_with_its_place() -> None:
    found = settings('\n[topics.alepo]\naccepted = ["lull"]\n')
    [warning] = [one for one in found.warnings if one.path == "w.suggestions.toml"]
    assert (warning.severity, warning.line, warning.column) == ("warning", 2, 9)
    assert "no topic `alepo` any more" in warning.message
    assert "did you mean `aleppo`?" in warning.help


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("[topics.aleppo]\naccepted = ['a', '\"b']", 2, 19, "this quote is not closed"),
        ("[topics.aleppo]\nacepted = []", 2, 1, "unknown key `acepted`"),
        ("[topics.aleppo]\naccepted = [1]", 2, 13, "a value in `accepted` must be text in quotes"),
        ("[topics.aleppo]\naccepted = ", 2, 11, "this is no TOML value"),
        ("[tropics.aleppo]\n", 1, 2, "unknown table `tropics`"),
        ("[topics.aleppo]\njudged = [{ item = 'a', right = true }]", 2, 11, "`at` is missing"),
        ("[topics.aleppo]\njudged = [{ item = 'a', at = 2016-10-18T14:00:00Z, wrong = true }]", 2, 52, "unknown key"),
        ("[topics.aleppo]\nmeasured = [{ matched = [1, 2] }]", 2, 25, "`matched`"),
    ],
)
def test_what_is_wrong_in_it_is_told_with_its_place(text: str, line: int, column: int, message: str) -> None:
    problems = loaded(text)
    assert isinstance(problems, list)
    found = [(one.path, one.line, one.column) for one in problems if message in one.message]
    assert found == [("w.suggestions.toml", line, column)]


def test_problems_of_both_files_are_shown_each_with_its_own_line() -> None:
    config, decisions = CONFIG + "colour = 1\n", "[topics.aleppo]\nacepted = []\n"
    problems = loaded(decisions, config)
    assert isinstance(problems, list)
    shown = render(problems, config, {"w.suggestions.toml": decisions})
    assert shown.index("| colour = 1") < shown.index("| acepted = []")
    assert "did you mean `accepted`?" in shown


def test_too_many_expressions_are_an_error_in_plain_words() -> None:
    problems = loaded("", FEED + "[topics.a]\nwatch = 'x'\nalso = [" + ", ".join(f"'w{n}'" for n in range(201)) + "]\n")
    assert isinstance(problems, list)
    assert "`also` has too many values" in [one.message for one in problems]


# Deciding -------------------------------------------------------------------------------------------------------------


def test_an_expression_is_accepted_or_rejected_never_both_and_can_be_forgotten() -> None:
    decided = Decided().accept("lull").reject("lull").accept("corridor")
    assert (decided.accepted, decided.rejected) == (("corridor",), ("lull",))
    assert decided.accept("lull").rejected == ()
    assert decided.forget("lull").forget("corridor") == Decided()


def test_the_last_answer_about_an_item_counts_and_old_ones_go() -> None:
    decided = Decided()
    for number in range(JUDGED_MAX + 1):
        decided = decided.judge(Judged(ItemId(str(number)), NOW, right=True))
    assert len(decided.judged) == JUDGED_MAX
    assert decided.judge(Judged(ItemId("5"), NOW, right=False)).judged[-1].right is False
    assert len(decided.judge(Judged(ItemId("5"), NOW, right=False)).judged) == JUDGED_MAX
    assert decided.unjudge(ItemId("5")).judged[4].item == "6"


def test_of_a_day_the_last_measure_is_kept() -> None:
    first = Measured(NOW, 30, Stratum(1, 1, 1), Stratum(0, 0, 0), Stratum(0, 0, 0))
    second, third = replace(first, at=NOW + timedelta(hours=1)), replace(first, at=NOW + timedelta(days=1))
    assert Decided().measure(first).measure(second).measure(third).measured == (second, third)


# On disk --------------------------------------------------------------------------------------------------------------


def test_a_decision_makes_the_file_and_the_next_one_keeps_what_is_in_it(config: Path) -> None:
    assert read_beside(config) == ""
    decide(config, ALEPPO, lambda one: one.accept("lull"))
    decide(config, TopicId("mosul"), lambda one: one.reject("police"))
    text = read_beside(config)
    assert isinstance(text, str)
    assert settings(text).topics[0].also == ("pause in fighting", "lull")
    assert tomllib.loads(text)["topics"]["mosul"] == {"rejected": ["police"]}
    assert text.startswith("# What people decided")


def test_nothing_is_left_beside_the_file_and_nothing_is_written_without_a_change(config: Path) -> None:
    decide(config, ALEPPO, lambda one: one.forget("lull"))
    assert [path.name for path in config.parent.iterdir()] == ["wirewatch.toml"]
    decide(config, ALEPPO, lambda one: one.accept("lull"))
    before = decisions_path(config).stat().st_ino
    decide(config, ALEPPO, lambda one: one)
    assert decisions_path(config).stat().st_ino == before
    assert len(list(config.parent.iterdir())) == 2


def test_a_new_file_takes_the_rights_of_the_configuration_and_keeps_its_own_later(config: Path) -> None:
    config.chmod(0o640)
    decide(config, ALEPPO, lambda one: one.accept("lull"))
    path = decisions_path(config)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o664)
    decide(config, ALEPPO, lambda one: one.accept("corridor"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o664


def test_a_link_stays_a_link(config: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere" / "decisions.toml"
    real.parent.mkdir()
    real.write_text("", encoding="utf-8")
    decisions_path(config).symlink_to(real)
    decide(config, ALEPPO, lambda one: one.accept("lull"))
    assert decisions_path(config).is_symlink()
    assert "lull" in real.read_text(encoding="utf-8")


def test_a_file_with_a_mistake_is_never_written_over(config: Path) -> None:
    decisions_path(config).write_text("[topics.aleppo]\naccepted = [\n", encoding="utf-8")
    with pytest.raises(DecisionsError) as caught:
        decide(config, ALEPPO, lambda one: one.accept("lull"))
    assert "wirewatch check" in caught.value.help
    assert decisions_path(config).read_text(encoding="utf-8") == "[topics.aleppo]\naccepted = [\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told_and_nothing_is_lost(config: Path) -> None:
    config.parent.chmod(0o555)
    try:
        with pytest.raises(DecisionsError) as caught:
            decide(config, ALEPPO, lambda one: one.accept("lull"))
    finally:
        config.parent.chmod(0o755)
    assert "cannot be written: Permission denied" in caught.value.text
    assert read_beside(config) == ""


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(DecisionsError, match="cannot be written"):
        decide(tmp_path / "gone" / "wirewatch.toml", ALEPPO, lambda one: one.accept("lull"))
