"""What a receiver of webhooks knows: its address, its secrets, and the schema of what it gets."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from monitor.core.model import LIMITS, ChannelId

DESK = ChannelId("desk")
KEY, OLD_KEY = b"k" * 24, b"an older key of 29 bytes long"
URL = "https://desk.example.org/hooks/T0SECRETPATH/news?token=q-secret-q"
SCHEMA = Path(__file__).parents[2] / "monitor" / "deliver" / "event.schema.json"


def whsec(key: bytes) -> str:
    return "whsec_" + base64.b64encode(key).decode()


def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(loaded)
    return loaded


def assert_documented(event: Any, shape: dict[str, Any], root: dict[str, Any]) -> None:
    """Receivers may ignore what they do not know, but what we send we describe."""
    if "$ref" in shape:
        shape = {**shape, **root["$defs"][shape["$ref"].removeprefix("#/$defs/")]}
    if isinstance(event, dict):
        assert sorted(event) == sorted(shape["properties"])
        for name, value in event.items():
            assert_documented(value, shape["properties"][name], root)
    if isinstance(event, list):
        for value in event:
            assert_documented(value, shape["items"], root)


def assert_valid(body: bytes) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(body)
    Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(event)
    assert_documented(event, schema(), schema())
    assert len(body) <= LIMITS.message_bytes_max
    return event
