from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.settings.problems import render
from tests.edges.settings_kit import (
    WEBHOOK,
    problems_of,
)


@pytest.mark.parametrize("url", ["desk.example.org", "https:///x", "https://u:p@x.org", "https://x.org:99999/"])
def test_an_address_that_may_be_a_secret_is_never_shown(url: str) -> None:
    text = f"[channels.x]\nkind = 'webhook'\nurl = '{url}'\n"
    shown = render(problems_of(text), text)
    assert ' 3 | url = "…"\n   |       ^^^\n' in shown
    assert url not in shown


@pytest.mark.parametrize(
    "text",
    [
        WEBHOOK + "secret = 'hunter2'",
        WEBHOOK + 'secret = "hunter2"',
        WEBHOOK + "secret = '''\nhunter2'''",
        WEBHOOK + "secret = ['hunter2']",
        WEBHOOK + "secrt = 'hunter2'",
        WEBHOOK + "tries = 'x'\nsecret = 'hunter2'",
        WEBHOOK + "secret = 'hunter2'\nsecret = 'hunter2'",
        WEBHOOK + "secret = 'hunter2",
        WEBHOOK + 'secret = "hunter2',
        WEBHOOK + "secret = hunter2",
        WEBHOOK + "secret = '''\n hunter2\n''",
        WEBHOOK + "secret = '''x''' hunter2\n",
        WEBHOOK + "secret 'hunter2'",
        WEBHOOK + "secret 'hunter2='",
        WEBHOOK + "secret: 'hunter2='",
        WEBHOOK + "- secret = 'hunter2'",
        "[channels.x] secret = 'hunter2'",
        "[service] api_key = 'hunter2'",
        "[service]\napi_key: hunter2",
        "channels = { x = { kind = 'webhook', secret = 'hunter2', secret = 'hunter2' } }",
        "channels.x = { kind = 'webhook', secret = 'hunter2' oops }",
        "[channels.x]\nkind = 'pigeon'\nword = 'hunter2'\nurl = { a = 'hunter2' }",
        "[channels]\nx = 'hunter2'",
        "[channels.x]\nkind = 'pigeon'  # was: hunter2",
        "channels = 'hunter2'",
        "[service]\napi_key = 'hunter2'",
        "[service]\napi_key = 'hunter2",
        "[service]\nstore = 'postgresql://u:hunter2@db/x'",
        "[service]\nstore = 'postgresql://db/x?password=hunter2'",
        "[feeds.a]\nurl = 'https://u:hunter2@x.org/'",
        "[feeds.a]\nurl = 'https://u:hunter2@x.org/",
        "[feeds.a]\nurl = 'https://x.org/'\npasword = 'hunter2'",
    ],
)
def test_no_secret_is_ever_shown(text: str) -> None:
    problems = problems_of(text)
    assert any(problem.severity == "error" for problem in problems)
    assert "hunter2" not in render(problems, text)
    assert "hunter2" not in repr(problems)


CANARY = "whsec_canary0"
EDITED = (
    "[topics.t]\nwatch = 'a'\nchannels = ['desk']\n\n[channels.desk]\nkind = 'webhook'\nurl = 'https://x.org'\n"
    f"secret = '{CANARY}'\ntries = 3\n"
)


@given(st.integers(0, len(EDITED) - 1), st.integers(0, 12), st.text(st.sampled_from("[]{}='\"\n#.:x "), max_size=2))
def test_no_slip_of_the_hand_shows_a_secret(at: int, length: int, typed: str) -> None:
    text = EDITED[:at] + typed + EDITED[at + length :]
    assert CANARY not in render(problems_of(text), text)


def test_a_line_that_is_no_toml_is_shown_where_it_holds_no_secret() -> None:
    text = "[channels.x]\nkind = webhook\n"
    assert " 2 | kind = webhook\n" in render(problems_of(text), text)
    text = "[topics.t]\nwatch = open\n"
    assert " 2 | watch = open\n" in render(problems_of(text), text)
