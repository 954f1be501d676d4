"""Renew ``docs/concepts.md``: every pack and concept that ships, drawn from the packs.

python docs/concepts.py
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from monitor.settings.packs import available_packs, read_label, read_pack

if TYPE_CHECKING:
    from monitor.core.query.concepts import Definition

TARGET = Path(__file__).with_name("concepts.md")
OPENING = """\
# Packs and their concepts

A concept is a named set of expressions with one meaning; a pack is a file of concepts that ships with Wirewatch. In a
`watch`, each of the words below stands for its whole concept; in a `query`, write the `@name`. Load the packs that you
need, and no more:

```toml
[concepts]
packs = ["conflict", "middle-east"]
```

What a concept of a topic stands for: `wirewatch topics show TOPIC`. Which packs came with your copy, and which version
of each: `wirewatch version`. To give a concept another meaning, define one of the same name
([the watch language](watch-language.md)).

How packs are made: from knowledge of the field, never fitted to labelled items. Every expression has a sentence that it
must find by itself and a near miss that it must leave alone (`tests/corpora/packs/`), and a test asks every one.
English is covered best; French, Spanish, German, Russian, Ukrainian and Arabic by their usual words, and the events
that are watched most also by who does what to whom; others by a few words. A short or ambiguous name is taken only as
it is written (`cs:ISIS`) or beside a cue (Tyre beside Lebanon).
"""


def page() -> str:
    """The page as it has to be."""
    return "\n".join([OPENING, *(section(path) for path in available_packs().values())])


def section(path: Path) -> str:
    """One pack: what it is about, then its concepts, then its names."""
    label, concepts = read_label(path), read_pack(path)
    lines = [f"## {label.name}", "", f"{label.about}. Version {label.version}.", ""]
    for names in (False, True):
        rows = [row(one) for one in concepts if one.is_name is names]
        if rows:
            heading = "name" if names else "concept"
            lines += [f"| {heading} | called | expressions |", "| --- | --- | --- |", *rows, ""]
    return "\n".join(lines)


def row(concept: Definition) -> str:
    """One line of a table."""
    called = ", ".join(concept.called)
    return f"| `@{concept.name}` | {called} | {len(concept.expressions)} |"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
