"""docs/concepts.md lists what ships, and is renewed by one command."""

from __future__ import annotations

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_packs_is_the_generated_one() -> None:
    generated = runpy.run_path(str(DOCS / "concepts.py"))["page"]()
    assert (DOCS / "concepts.md").read_text(encoding="utf-8") == generated, (
        "the packs have changed; renew their page with: python docs/concepts.py"
    )
