"""The configuration that the demo runs on: a complete one, as a person would write it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from monitor.demo.day import load_day

if TYPE_CHECKING:
    from pathlib import Path

SECRET_VARIABLE = "WIREWATCH_DEMO_SECRET"  # noqa: S105 - the name of a variable, not what is in it

_POLL = """\
[poll]
interval = "10m"
min_interval = "2m"
max_interval = "6h"
first_poll = "baseline"
max_age = "2d"
allow_private = ["127.0.0.0/8"]
"""

_TOPICS = f"""\
[topics.aleppo-ceasefire]
watch = "Aleppo ceasefire"
priority = "high"
channels = ["terminal", "desk"]
expect = [
    {{ text = "Damascus and Moscow halt air strikes on Aleppo", match = true }},
    {{ text = "Aleppo truce broken after ten hours", match = true }},
    {{ text = "Colombia and FARC rebels keep ceasefire", match = false }},
    {{ text = "Aleppo soap maker starts again in Provence", match = false }},
]

[topics.mosul-offensive]
watch = "Mosul offensive"
priority = "high"
channels = ["terminal", "desk"]
expect = [
    {{ text = "Iraqi troops retake villages in the Mosul offensive", match = true }},
    {{ text = "Plaster bulls from Mosul shown in a museum", match = false }},
]

[topics.yemen-truce]
query = '(yemen OR sanaa) AND (truce OR ceasefire)'
priority = "normal"
channels = ["terminal", "desk"]
expect = [
    {{ text = "Both sides in Yemen accept 72-hour truce", match = true }},
    {{ text = "Boardroom truce as chairman stays", match = false }},
]

[channels.terminal]
kind = "terminal"

[channels.desk]
kind = "webhook"
url = HOOK
secret = "env:{SECRET_VARIABLE}"

[concepts]
packs = ["conflict", "middle-east"]
"""


def demo_config(base_url: str, state_dir: str | Path) -> str:
    """The text of the configuration, for a ``DayServer`` at ``base_url``."""
    parts = [
        f'[service]\nstate_dir = {_quoted(str(state_dir))}\ntimezone = "UTC"\n',
        _POLL,
    ]
    parts += [
        f"[feeds.{feed.id}]\nurl = {_quoted(base_url + feed.path)}\nname = {_quoted(feed.name)}\n"
        f"tags = [{', '.join(_quoted(tag) for tag in feed.tags)}]\n"
        for feed in load_day().feeds
    ]
    return "\n".join([*parts, _TOPICS.replace("HOOK", _quoted(base_url + "/hook"))])


def _quoted(text: str) -> str:
    """A JSON string is a TOML basic string, but for the one control character that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
