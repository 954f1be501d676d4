"""What ships with Wirewatch: configurations that work, a schema that is true, and a page that leaves nothing out."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from monitor.deliver import KINDS
from monitor.settings.kinds import schema_json
from monitor.settings.load import Settings, load
from monitor.settings.packs import available_packs
from monitor.settings.secrets import parse_reference
from tests.edges.settings_kit import check_query

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"
SCHEMA = CONFIG / "wirewatch.schema.json"
SHIPPED = [CONFIG / "wirewatch.toml", *sorted((CONFIG / "examples").glob("*.toml"))]
PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


def shipped(path: Path) -> Settings:
    text = path.read_text(encoding="utf-8")
    found = load(text, path.name, KINDS, check_query=check_query, packs=available_packs())
    assert isinstance(found, Settings), found
    return found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_configurations_load_without_a_warning(path: Path) -> None:
    settings = shipped(path)
    assert settings.warnings == ()
    assert settings.feeds
    assert settings.topics


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_configurations_name_their_schema_and_satisfy_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    first = text.split("\n", 1)[0]
    assert first.startswith("#:schema ")
    assert (path.parent / first.removeprefix("#:schema ")).resolve() == SCHEMA
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(tomllib.loads(text))


def test_the_configuration_that_make_run_uses_watches_aleppo_and_mosul() -> None:
    settings = shipped(CONFIG / "wirewatch.toml")
    topics = {topic.id: topic for topic in settings.topics}
    assert {name: topic.watch for name, topic in topics.items()} == {
        "aleppo-ceasefire": "Aleppo ceasefire",
        "mosul-offensive": "Mosul offensive",
    }
    for topic in topics.values():
        assert {line.match for line in topic.expect} == {True, False}
        assert topic.channels == ("terminal",)
    assert len(settings.feeds) >= 12
    assert settings.packs == ("conflict", "middle-east")


def test_the_newsroom_keeps_its_secrets_elsewhere() -> None:
    channels = shipped(CONFIG / "examples" / "newsroom.toml").channels
    secrets = [getattr(channel.settings, "secret", None) for channel in channels]
    assert len(secrets) == 2
    assert all(isinstance(secret, str) and parse_reference(secret) for secret in secrets)


def test_the_commented_webhook_works_when_it_is_uncommented() -> None:
    text = (CONFIG / "wirewatch.toml").read_text(encoding="utf-8")
    start = text.index("# [channels.desk]")
    end = text.index("\n\n", start)
    text = text[:start] + re.sub("(?m)^# ", "", text[start:end]) + text[end:]
    found = load(text, "wirewatch.toml", KINDS, check_query=check_query, packs=available_packs())
    assert isinstance(found, Settings), found
    assert [channel.id for channel in found.channels] == ["terminal", "desk"]


def test_the_committed_schema_is_the_generated_one() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_json(KINDS), (
        "the schema has drifted; renew it with: wirewatch schema > config/wirewatch.schema.json"
    )


@pytest.mark.parametrize(
    "text",
    [
        "[servic]\n",
        "[poll]\ninterval = 600\n",
        "[poll]\ninterval = ''\n",
        "[feeds.a]\n",
        "[feeds.A]\nurl = 'https://x.org'\n",
        "[feeds.a]\nurl = 'ftp://x.org'\n",
        "[topics.t]\n",
        "[topics.t]\nwatch = 'a'\nquery = 'b'\n",
        "[topics.t]\nwatch = 'a'\npriority = 'urgent'\n",
        "[channels.a]\nkind = 'fax'\n",
        "[channels.a]\nkind = 'terminal'\nurl = 'https://x.org'\n",
        "[channels.a]\nkind = 'webhook'\nurl = 'https://x.org'\nsecret = 'hunter2'\n",
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(text: str) -> None:
    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert not validator.is_valid(tomllib.loads(text))
    assert isinstance(load(text, "x", KINDS, check_query=check_query), list)


def test_the_schema_is_a_schema_without_null() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert '"null"' not in json.dumps(schema)


def test_every_key_is_on_the_page() -> None:
    keys = set(keys_of(json.loads(SCHEMA.read_text(encoding="utf-8"))))
    assert {"state_dir", "allow_private", "secret_previous", "define", "match"} <= keys
    missing = {
        key for key in keys if f"`{key}`" not in PAGE and not re.search(rf"^## \[{key}(\.NAME)?\]$", PAGE, re.MULTILINE)
    }
    assert missing == set()


def test_every_default_on_the_page_is_the_default() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for table in ("ServiceTable", "PollTable", "TopicTable"):
        for key, about in schema["$defs"][table]["properties"].items():
            if "default" in about:
                (row,) = re.findall(
                    rf"^\| `{key}` \|.*$", section(f"{table.removesuffix('Table').lower()}"), re.MULTILINE
                )
                assert f'| `"{about["default"]}"` |' in row


def test_the_examples_on_the_page_are_toml_that_loads() -> None:
    examples = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert examples
    for example in examples:
        assert isinstance(load(example, "x", KINDS, check_query=check_query, packs=available_packs()), Settings)


def test_looking_for_files_and_secrets_does_not_load_pydantic() -> None:
    code = (
        "import sys, monitor.settings.paths, monitor.settings.secrets, monitor.settings.problems\n"
        "sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def section(name: str) -> str:
    found = re.search(rf"^## \[{name}s?(?:\.NAME)?\]$(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def keys_of(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node.get("properties", {})
        for inner in node.values():
            yield from keys_of(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from keys_of(inner)
