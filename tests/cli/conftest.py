"""Newsrooms for the tests of the command line, and golden files.

``WIREWATCH_UPDATE_GOLDEN=1 pytest tests/cli`` writes the golden files anew; read the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.cli import main
from tests.cli.newsroom import Newsroom, configured, fill
from tests.cli.terminal import Done

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.terminal import Here

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def unborn(tmp_path: Path) -> Newsroom:
    """A configuration that has never run."""
    return configured(tmp_path)


@pytest.fixture(scope="session")
def _morning(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    newsroom = configured(tmp_path_factory.mktemp("newsroom"))
    fill(newsroom)
    return newsroom


@pytest.fixture
def newsroom(_morning: Newsroom) -> Newsroom:
    """The morning at 14:00: one feed fails, one channel is behind. Shared by all tests, so only to be read."""
    return _morning


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Here:
    """A command line run in this process, 120 columns wide."""
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(newsroom: Newsroom, *args: str) -> Done:
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(newsroom.path), *args])
        told = capsys.readouterr()
        code = ended.value.code
        return Done(code if isinstance(code, int) else 0, told.out, told.err)

    return run


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(scope="session")
def golden() -> Callable[[str, str], None]:
    """Compare with a golden file."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / f"{name}.txt"
        if os.environ.get("WIREWATCH_UPDATE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"{path.name} differs: see tests/cli/conftest.py"

    return compare
