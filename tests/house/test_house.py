"""The house itself: what the build would not notice, and a reader would."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from monitor.cli import VERBS

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "monitor").rglob("*.py"))
# One idea each, and longer than they should be; a new name here needs a reason.
LONG_FILES = {"monitor/core/model.py": "all the nouns: splitting them would hide how they hang together"}
LINES_MAX = 400
FUNCTION_LINES_MAX = 70
BANNED_NAMES = re.compile(
    r"(?:Manager|Handler|Helper|Util|Utils|Processor|Article|Entry|Notification|Sink|Job|Cluster|Snooze)$"
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_only_look_down_and_the_core_is_dry() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_files_and_functions_stay_short_and_names_stay_in_the_glossary(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LINES_MAX or name(path) in LONG_FILES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < FUNCTION_LINES_MAX, node.name
        if isinstance(node, ast.ClassDef):
            assert not BANNED_NAMES.search(node.name), node.name


def test_every_exemption_is_still_needed() -> None:
    for exempt in LONG_FILES:
        assert (ROOT / exempt).read_text(encoding="utf-8").count("\n") > LINES_MAX


def test_every_command_that_the_documents_show_exists() -> None:
    shown = set()
    for document in (ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").glob("*.md")):
        for match in re.finditer(r"wirewatch (?:--config \S+ )?([a-z][a-z-]+)\b", document.read_text(encoding="utf-8")):
            shown.add(match[1])
    assert {"run", "check", "tail", "why"} <= shown
    words = {"in", "is", "polls", "can", "has", "sends", "was", "does", "itself"}  # prose, not commands
    assert shown - words <= set(VERBS)


def test_every_document_that_the_readme_links_exists() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not link.startswith("http") and not (ROOT / link).exists()] == []


def test_the_readme_configuration_is_a_configuration(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    (tmp_path / "my.toml").write_text(blocks[0], encoding="utf-8")
    command = [sys.executable, "-m", "monitor", "--config", str(tmp_path / "my.toml"), "check"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={"DESK_SECRET": "s" * 24})
    assert ran.returncode == 0, ran.stderr


def test_a_wheel_carries_all_that_the_program_reads(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    data = [path for path in (ROOT / "monitor").rglob("*") if path.suffix in (".sql", ".toml", ".json")]
    assert data
    assert {name(path) for path in data} <= packed
    assert "monitor/concepts/conflict.toml" in packed
    assert not [one for one in packed if one.startswith("tests/")]


def test_no_file_names_a_path_of_one_machine_or_a_registry() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    found = []
    for one in filter(None, tracked.split("\0")):
        path = ROOT / one
        if path.suffix in (".py", ".md", ".toml", ".txt", ".service", ".yml", "") and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [one for mark in (str(ROOT.parent) + "/", "files.pythonhosted") if mark in text]
    assert [one for one in found if one != "tests/house/test_house.py"] == []
