"""``wirewatch version``."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from monitor import __version__
from monitor.cli.version import LIBRARIES, warnings_of
from monitor.settings.packs import available_packs
from tests.cli.newsroom import process_environ


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "monitor", "version", *args], capture_output=True, text=True, encoding="utf-8",
        env=process_environ(), check=False,
    )  # fmt: skip


def test_it_names_what_it_runs_on() -> None:
    done = run()
    assert done.returncode == 0
    assert done.stdout.startswith(f"wirewatch {__version__}\nPython 3.")
    assert f"SQLite {sqlite3.sqlite_version}" in done.stdout


def test_it_names_the_packs_with_their_versions() -> None:
    assert re.search(r"^packs: conflict \d+, .*middle-east \d+", run().stdout, re.MULTILINE)
    assert set(json.loads(run("--json").stdout)["packs"]) == set(available_packs())


def test_json_is_one_object_with_every_library() -> None:
    data = json.loads(run("--json").stdout)
    assert data["version"] == __version__
    assert set(data["libraries"]) == set(LIBRARIES)
    assert None not in data["libraries"].values()


def test_the_libraries_are_those_that_the_project_depends_on() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(LIBRARIES) == {re.split(r"[^\w-]", line)[0] for line in project["dependencies"]}


@pytest.mark.parametrize(("expat", "warned"), [((2, 5, 0), True), ((2, 6, 0), False), ((2, 10, 1), False)])
def test_an_old_expat_is_told(expat: tuple[int, ...], warned: bool) -> None:
    assert bool(warnings_of(expat)) is warned
