"""One configuration text with its places: where problems are made, and where it is known what must not be shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.settings.locate import WHOLE_FILE, Path, Place, Span, unquote
from monitor.settings.problems import ConfigProblem
from monitor.settings.secrets import parse_reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from monitor.settings.locate import Places, Spot
    from monitor.settings.problems import Severity

_SECRETIVE = re.compile(r"secret|pass?w|token|credential|api[-_]?key|private[-_]?key", re.IGNORECASE)
_COMMENT = re.compile(r"[ \t,\]}]*+#[ \t]*+([^\n]+)")
_PART = r"(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
_NAMES = rf"[ \t]*+({_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+)[ \t]*+"
_HEADER = re.compile(rf"^[ \t]*+\[++{_NAMES}\]++", re.MULTILINE)
_ASSIGNMENT = re.compile(rf"{_NAMES}=[ \t]*+")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Source:
    """Makes problems that point. ``open_keys``: keys of channels whose values may be shown; others may be secrets."""

    def __init__(self, path: str, places: Places, open_keys: Collection[str]) -> None:
        self.path = path
        self.places = places
        self._open = open_keys
        self._hidden = [spot.value for spot in places.spots if self._is_hidden(spot)]
        # What is kept behind a # beside a channel may be its last secret.
        ends = (spot.value[1] for spot in places.spots if spot.path[0] == "channels")
        self._hidden += [found.span(1) for end in ends if (found := _COMMENT.match(places.text, end))]

    def error(self, place: Place | None, message: str, help_: str = "") -> ConfigProblem:
        """Something that keeps the configuration from being used."""
        return self._problem("error", place, message, help_)

    def warning(self, place: Place | None, message: str, help_: str = "") -> ConfigProblem:
        """Something legal that is probably not meant."""
        return self._problem("warning", place, message, help_)

    def key(self, path: Path) -> Place:
        """Where the key is, or else the closest table around it."""
        return self.places.nearest(path)

    def value(self, path: Path) -> Place:
        """Where the value is, or else the closest table around it."""
        return self.places.value(path) or self.places.nearest(path)

    def line(self, path: Path) -> int:
        """The line that defines ``path``; 0 where none does."""
        return self.places.nearest(path).line

    def _problem(self, severity: Severity, place: Place | None, message: str, help_: str) -> ConfigProblem:
        at = place or WHOLE_FILE
        hidden = tuple(self._hidden_in(at.line)) if at.line else ()
        return ConfigProblem(severity, message, self.path, at.line, at.column, at.width, help_, hidden)

    def _hidden_in(self, line: int) -> Iterator[tuple[int, int]]:
        begin, stop = self.places.line_span(line)
        spans = list(self._hidden)
        if self.places.lost_at is not None and stop >= self.places.lost_at:
            spans += self._by_eye(begin, stop)
        covered = begin
        for start, end in sorted(spans):
            first, last = max(start, covered), min(end, stop)
            if first < last:
                yield first - begin + 1, last - first
                covered = last

    def _is_hidden(self, spot: Spot) -> bool:
        raw = self.places.text[slice(*spot.value)]
        name = next((part for part in reversed(spot.path) if isinstance(part, str)), "")
        if spot.path == ("service", "store"):
            return "password" in raw.lower()
        if spot.path[0] == "channels":
            closed = len(spot.path) > 2 and spot.path[2] not in self._open
            closed = closed or (len(spot.path) < 3 and raw[:1] not in ("[", "{"))
        else:
            closed = bool(_SECRETIVE.search(name)) and not raw.startswith("[")
        return closed and not (raw[:1] in ("'", '"') and parse_reference(unquote(raw)[0]))

    def _by_eye(self, begin: int, stop: int) -> list[Span]:
        """What may be a secret in a line that is no TOML. Nothing is certain there, so rather too much."""
        text = self.places.text
        header = _HEADER.match(text, begin, stop)
        if header is None:
            above = list(_HEADER.finditer(text, 0, begin))
            table, start = (above[-1][1] if above else ""), begin
        else:
            table, start = header[1], header.end()
        found = _ASSIGNMENT.match(text, start, stop)
        names = re.findall(r"[^\s.'\"]+", f"{table}.{found[1] if found else ''}")
        if names[:1] == ["channels"]:
            closed = found is None or len(names) < 3 or names[2] not in self._open
        elif found is not None:
            closed = bool(names and _SECRETIVE.search(names[-1]))
        else:
            closed = _SECRETIVE.search(text, start, stop) is not None
        shown = found.end() if found else start
        return [(shown, stop)] if closed and text[shown:stop].strip() else []


def dotted(path: Path) -> str:
    """A path as it would be written in the file, without places in lists."""
    parts = [part for part in path if isinstance(part, str)]
    return ".".join(part if _BARE.fullmatch(part) else f'"{part}"' for part in parts)
