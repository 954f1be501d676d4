"""Concept packs: the TOML files that ship with Wirewatch, read into definitions."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from monitor.core.query.concepts import Definition

# An installed copy carries the packs inside the package; in a checkout they live in config/.
_PLACES = (Path(__file__).parents[1] / "concepts", Path(__file__).parents[2] / "config" / "concepts")


@dataclass(frozen=True, slots=True)
class Label:
    """What a pack says of itself. ``version`` counts up with every change that makes it find more or less."""

    name: str
    version: str
    about: str


def available_packs() -> dict[str, Path]:
    """The packs that ship with this copy, by name."""
    for place in _PLACES:
        if place.is_dir():
            return {path.stem: path for path in sorted(place.glob("*.toml"))}
    return {}


def read_label(path: Path) -> Label:
    """The label of one pack, without reading its concepts."""
    head, _, _ = path.read_text(encoding="utf-8").partition("\n[concepts.")
    return Label(**tomllib.loads(head)["pack"])


def read_pack(path: Path) -> list[Definition]:
    """The concepts of one pack, in the order of the file.

    Raises ValueError where the file is not a pack: packs are ours, so that is a bug, not a user's mistake.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    if table.get("pack", {}).get("name") != path.stem:
        raise ValueError(f"{path.name}: [pack] name must be {path.stem!r}")
    return [
        Definition(
            name=name,
            called=tuple(concept.get("called", ())),
            expressions=tuple(concept["expressions"]),
            match=tuple(concept.get("match", ())),
            no_match=tuple(concept.get("no_match", ())),
            is_name=bool(concept.get("name", False)),
        )
        for name, concept in table["concepts"].items()
    ]
