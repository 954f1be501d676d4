from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Literal

import pytest

from monitor.settings.kinds import Menu, schema_json
from monitor.settings.load import ConfigProblem, Settings, load
from tests.edges.settings_kit import check_query


class Loudness(StrEnum):
    SOFT = "soft"
    LOUD = "loud"


@dataclass(frozen=True)
class HornSettings:
    """Makes a noise.

    More about it.
    """

    place: str = field(metadata={"help": "Where it hangs."})
    loudness: Loudness = Loudness.SOFT
    tune: Literal["one", "two"] = "one"
    pause: timedelta | None = None
    steps: tuple[timedelta, ...] = field(default_factory=lambda: (timedelta(seconds=1), timedelta(minutes=1)))
    volume: float = 0.5
    polite: bool = True
    keys: tuple[str, ...] = field(default=(), metadata={"secret": True})
    made: str = field(default="here", init=False)


KINDS: dict[str, type] = {"fog-horn": HornSettings}


def read(text: str) -> Settings | list[ConfigProblem]:
    return load("[channels.h]\nkind = 'fog-horn'\n" + text, "x", KINDS, check_query=check_query)


def test_a_kind_gets_every_value_in_the_type_that_it_declares() -> None:
    found = read(
        "place = 'pier'\nloudness = 'loud'\ntune = 'two'\npause = '5m'\nsteps = ['2s', '1h']\n"
        "volume = 1\npolite = false\nkeys = ['env:A', 'env:B']\n"
    )
    assert isinstance(found, Settings), found
    assert found.channels[0].settings == HornSettings(
        place="pier",
        loudness=Loudness.LOUD,
        tune="two",
        pause=timedelta(minutes=5),
        steps=(timedelta(seconds=2), timedelta(hours=1)),
        volume=1.0,
        polite=False,
        keys=("env:A", "env:B"),
    )


def test_what_is_not_written_is_left_to_the_kind() -> None:
    found = read("place = 'pier'\n")
    assert isinstance(found, Settings), found
    assert found.channels[0].settings == HornSettings(place="pier")


@pytest.mark.parametrize(
    ("line", "message", "help_"),
    [
        ("loudness = 'lout'", '`loudness` must be "soft" or "loud"', "did you mean `loud`?"),
        ("tune = 'three'", '`tune` must be "one" or "two"', ""),
        ("volume = 'high'", "`volume` must be a number", "without quotes"),
        ("polite = 'yes'", "`polite` must be true or false", "without quotes, in small letters"),
        ("steps = ['1s', 'x']", "a value in `steps` must be a duration", 'write "90s"'),
        ("pause = 'x'", "`pause` must be a duration", 'write "90s"'),
        ("made = 'there'", "unknown key `made`", "known here:"),
    ],
)
def test_what_a_kind_does_not_take_is_named(line: str, message: str, help_: str) -> None:
    found = read(f"place = 'pier'\n{line}\n")
    assert isinstance(found, list)
    (problem,) = (problem for problem in found if problem.severity == "error")
    assert (problem.line, problem.message) == (4, message)
    assert problem.help.startswith(help_)


def test_the_schema_shows_a_kind_as_the_file_has_it() -> None:
    horn = json.loads(schema_json(KINDS))["$defs"]["FogHornChannel"]
    assert horn["description"] == "Makes a noise."
    assert horn["required"] == ["kind", "place"]
    assert horn["additionalProperties"] is False
    assert horn["properties"]["place"] == {"type": "string", "description": "Where it hangs."}
    assert horn["properties"]["steps"]["default"] == ["1s", "1m"]
    assert horn["properties"]["keys"]["items"]["pattern"] == "^(credential|env|file):"
    assert "made" not in horn["properties"]


def test_without_kinds_the_schema_leaves_channels_open() -> None:
    assert json.loads(schema_json({}))["$defs"]["ChannelTable"]["additionalProperties"] is True


def test_only_keys_that_hold_no_secret_are_open() -> None:
    assert "place" in Menu(KINDS).open_keys()
    assert "keys" not in Menu(KINDS).open_keys()
