"""--help stays quick: it loads the verb that was asked for, and none of the rooms below it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = {"textual", "pydantic", "feedparser", "httpx", "apscheduler", "rich", "rapidfuzz", "Stemmer", "sqlite3"}
PROGRAM = """
import sys
from monitor.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    print(end.code, *sorted(sys.modules), file=sys.stderr)
"""


def loaded(*args: str) -> tuple[str, set[str]]:
    """What a process that only imports ``monitor.cli`` prints, and every module that it loads for it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}  # it loads sqlite3
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env=environ,
    )
    code, *modules = done.stderr.split()
    assert code == "0"
    return done.stdout, set(modules)


@pytest.mark.parametrize("args", [["--help"], ["-h"], ["--version"], ["tail", "--help"], ["status", "-h"]])
def test_help_loads_nothing_heavy(args: list[str]) -> None:
    _, modules = loaded(*args)
    assert not HEAVY & {name.split(".")[0] for name in modules}


def test_the_list_of_verbs_loads_no_verb() -> None:
    out, modules = loaded("--help")
    assert "tail" in out
    ours = {name for name in modules if name.split(".")[0] == "monitor"}
    assert ours == {"monitor", "monitor.cli", "monitor.cli.common"}


def test_help_of_one_verb_loads_that_verb_only() -> None:
    out, modules = loaded("tail", "--help")
    assert "--held" in out
    ours = {name for name in modules if name.startswith("monitor.cli.")}
    assert ours == {"monitor.cli.common", "monitor.cli.tail", "monitor.cli.when"}


def test_every_verb_is_listed_with_its_words() -> None:
    from monitor.cli import VERBS

    out, _ = loaded("--help")
    for name in VERBS:
        assert any(line.split()[:1] == [name] and len(line.split()) > 3 for line in out.splitlines()), name
