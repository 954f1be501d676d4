"""The concepts that ship, parsed once for all tests."""

from __future__ import annotations

from monitor.core.query.concepts import Concepts
from monitor.settings.packs import available_packs, read_pack

SHIPPED = Concepts(definition for path in available_packs().values() for definition in read_pack(path))
