"""pydantic's findings in the words of the file: what is wrong with which key, where, and what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.core.model import LIMITS
from monitor.settings import schema
from monitor.settings.source import dotted
from monitor.settings.values import meant, suggest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from monitor.settings.locate import Path
    from monitor.settings.problems import ConfigProblem
    from monitor.settings.source import Source

_KEY = "[key]"  # how pydantic marks that a key itself, not its value, is wrong
_DURATIONS = frozenset(("interval", "min_interval", "max_interval", "max_age"))
_TYPES = {
    "string_type": ("must be text in quotes", ""),
    "bool_type": ("must be true or false", "without quotes, in small letters"),
    "int_type": ("must be a whole number", "without quotes"),
    "float_type": ("must be a number", "without quotes"),
    "list_type": ("must be a list", 'put it in brackets: ["…"]'),
    "too_short": ("must not be empty", ""),
    "too_long": ("has too many values", f"at most {LIMITS.also_max} expressions widen a topic"),
}


def explain(error: ErrorDetails, source: Source, table: type[schema.Table] | None = None) -> ConfigProblem:
    """Turn one finding into a problem. ``table``: the model around the key, where the path alone does not tell it."""
    path: Path = error["loc"]
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown(path, source, table or _table_at(path[:-1]))
    if kind == "missing":
        parent = path[:-1]
        where = f"[{dotted(parent)}]" if parent else "the file"
        return source.error(source.key(parent), f"`{path[-1]}` is missing from {where}", _how_to_add(path))
    context = error.get("ctx", {})
    if path[-1] == _KEY:
        name = str(path[-2])
        return source.error(
            source.key(path[:-1]), f"`{name}` {context.get('message', 'is wrong')}", context.get("help", "")
        )
    place, name = source.value(path), _subject(path)
    if kind == schema.FAULT:
        return source.error(place, f"{name} {context['message']}", context["help"])
    if kind in ("literal_error", "enum"):
        return source.error(place, *_choice(name, context["expected"], error["input"]))
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return source.error(place, f"{name} must be a table", f"write it as [{dotted(path)}] with its keys below")
    message, help_ = _TYPES.get(kind, (re.sub("^Input should be", "must be", error["msg"]), ""))
    if kind == "string_type" and path[-1] in _DURATIONS:
        message, help_ = "must be a duration in quotes", 'such as "90s", "10m", "6h" or "2d"'
    return source.error(place, f"{name} {message}", help_)


def _unknown(path: Path, source: Source, table: type[schema.Table] | None) -> ConfigProblem:
    known = list(table.model_fields) if table else []
    name = str(path[-1])
    what = "table" if len(path) == 1 else "key"
    return source.error(source.key(path), f"unknown {what} `{name}`", suggest(name, known))


def _table_at(path: Path) -> type[schema.Table] | None:
    match path:
        case ():
            return schema.Configuration
        case ("service",):
            return schema.ServiceTable
        case ("poll",):
            return schema.PollTable
        case ("concepts",):
            return schema.ConceptTable
        case ("feeds", _):
            return schema.FeedTable
        case ("topics", _):
            return schema.TopicTable
        case ("topics", _, "expect", _):
            return schema.ExpectLine
    return None


def _subject(path: Path) -> str:
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    return f"`{name}`" if path[-1] == name else f"a value in `{name}`"


def _choice(name: str, expected: str, given: object) -> tuple[str, str]:
    names = re.findall(r"'([^']*)'", expected)
    quoted = [f'"{one}"' for one in names]
    listed = " or ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1]))) if quoted else expected
    near = suggest(given, names) if isinstance(given, str) else ""
    return f"{name} must be {listed}", near if near.startswith(meant([""])[:12]) else ""


def _how_to_add(path: Path) -> str:
    match path:
        case ("feeds", _, "url"):
            return 'add: url = "https://example.org/rss.xml"'
        case ("channels", _, "kind"):
            return 'add: kind = "terminal"'
        case ("topics", _, "expect", _, _):
            return 'an expectation is { text = "a headline", match = true }'
    return f"add a line: {path[-1]} = …"
