"""The menu of channel kinds: settings that other rooms declare as plain dataclasses, turned into checked tables.

A kind is a standard dataclass whose fields are ``str``, ``int``, ``float``, ``bool``, ``timedelta``, an enum, a
``Literal``, a ``tuple[X, ...]`` of those, or any of them ``| None``. Of a field's metadata these are read: ``secret``
(the value must be a reference), ``secret_or_url`` (a reference or an address), and ``help`` (one sentence for editors).
"""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from enum import Enum
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import Field, Strict, create_model

from monitor.settings.schema import Age, SecretOrUrl, SecretReference, Table, json_schema_of
from monitor.settings.values import format_duration, parse_duration

if TYPE_CHECKING:
    from collections.abc import Mapping


class Menu:
    """Every kind of channel that there is."""

    def __init__(self, kinds: Mapping[str, type]) -> None:
        self._classes = dict(kinds)
        self.models: dict[str, type[Table]] = {name: _model(name, declared) for name, declared in kinds.items()}

    def build(self, kind: str, table: Table) -> object:
        """The kind's own settings, from a table that was found right. May raise ValueError, as the kind pleases."""
        declared = self._classes[kind]
        hints = get_type_hints(declared)
        given = {name: getattr(table, name) for name in table.model_fields_set if name != "kind"}
        built: object = declared(**{name: _as_declared(hints[name], value) for name, value in given.items()})
        return built

    def open_keys(self) -> frozenset[str]:
        """Keys whose values may be shown: known to some kind, and a secret in none."""
        fields = [field for declared in self._classes.values() for field in dataclasses.fields(declared)]
        closed = {field.name for field in fields if _is_secret(field)}
        return frozenset({"kind", *(field.name for field in fields)} - closed)


def schema_json(kinds: Mapping[str, type]) -> str:
    """The JSON Schema of a configuration, with the keys of every kind of channel."""
    return json_schema_of(list(Menu(kinds).models.values()))


def _is_secret(field: dataclasses.Field[Any]) -> bool:
    return bool(field.metadata.get("secret") or field.metadata.get("secret_or_url"))


def _model(name: str, declared: type) -> type[Table]:
    """A table that forbids other keys, for one dataclass."""
    hints = get_type_hints(declared)
    fields: dict[str, Any] = {"kind": (Literal[name], Field(description="What kind of channel this is."))}
    for field in dataclasses.fields(declared):
        if not field.init:
            continue
        default: Any = ...
        if field.default is not dataclasses.MISSING:
            default = _as_written(field.default)
        elif field.default_factory is not dataclasses.MISSING:
            default = _as_written(field.default_factory())
        text: Any = str
        if field.metadata.get("secret"):
            text = SecretReference
        elif field.metadata.get("secret_or_url"):
            text = SecretOrUrl
        description = field.metadata.get("help")
        fields[field.name] = (_as_toml(hints[field.name], text), Field(default, description=description))
    title = "".join(part.capitalize() for part in name.split("-")) + "Channel"
    summary = (declared.__doc__ or "").strip().split("\n\n")[0]
    made: type[Table] = create_model(title, __base__=Table, __doc__=" ".join(summary.split()), **fields)
    return made


def _as_toml(hint: Any, text: Any) -> Any:  # noqa: ANN401 - type hints are of any type
    """The type of a field as TOML can hold it: lists for tuples, strings for durations and enums."""
    if hint is str:
        return text
    if hint is timedelta:
        return Age
    if get_origin(hint) is tuple:
        return list[_as_toml(get_args(hint)[0], text)]  # type: ignore[misc] # a type that is only known at run time
    if get_origin(hint) in (Union, UnionType):
        one, *others = (_as_toml(part, text) for part in get_args(hint))
        for other in others:
            one = one | other
        return one
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Annotated[hint, Strict(strict=False)]
    return hint


def _as_written(default: Any) -> Any:  # noqa: ANN401 - defaults are of any type
    """A default as a person would write it in the file."""
    if isinstance(default, timedelta):
        return format_duration(default)
    return [_as_written(one) for one in default] if isinstance(default, tuple) else default


def _as_declared(hint: Any, value: Any) -> Any:  # noqa: ANN401 - values are of any type
    """A checked value as the dataclass declares it."""
    if value is None:
        return None
    if get_origin(hint) in (Union, UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if hint is timedelta:
        return parse_duration(value)
    if isinstance(value, list):
        return tuple(_as_declared(get_args(hint)[0], one) for one in value)
    return value
