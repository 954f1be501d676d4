from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Expect, Feed, FeedId, PollPolicy, Priority, Topic, TopicId
from monitor.settings.load import ConfigProblem, Settings, load
from monitor.settings.problems import render
from tests.edges.settings_kit import (
    FEED,
    KINDS,
    WEBHOOK,
    TerminalSettings,
    WebhookSettings,
    check_query,
    errors_of,
    problems_of,
    settings_of,
)

FULL = """
[service]
state_dir = "/var/lib/wirewatch"
timezone = "Europe/Berlin"
store = "sqlite"

[poll]
interval = "5m"
min_interval = "90s"
max_interval = "1h30m"
first_poll = "alert"
max_age = "2d"
allow_private = ["10.0.0.0/8", "fd00::/8"]

[feeds.sana]
url = "https://example.org/rss.xml"
name = "SANA\\u001b[31m  English"
tags = ["syria", "state-media", "syria"]
interval = "2m"

[feeds.bbc-world]
url = "https://example.org/bbc.xml"

[topics.aleppo-ceasefire]
watch = "Aleppo ceasefire"
priority = "high"
channels = ["terminal", "desk"]
feeds = ["tag:syria", "bbc-world"]
expect = [ { text = "Damascus and Moscow halt air strikes on Aleppo", match = true },
           { text = "Kyiv rejects ceasefire terms", match = false } ]

[topics.corridors]
query = '@corridor AND "East Aleppo"'
channels = ["desk"]

[channels.terminal]
kind = "terminal"

[channels.desk]
kind = "webhook"
url = "https://desk.example.org/hooks/news"
secret = "credential:desk"
former = ["env:OLD_SECRET"]
deadline = "5s"

[concepts]
packs = ["conflict"]
[concepts.define]
corridor = ["humanitarian corridor", "safe passage"]
"""


def test_every_key_of_the_design_becomes_settings() -> None:
    settings = settings_of(FULL)
    assert settings.warnings == ()
    assert (settings.state_dir, settings.timezone, settings.store) == ("/var/lib/wirewatch", "Europe/Berlin", "sqlite")
    assert settings.policy == PollPolicy(
        interval=timedelta(minutes=5),
        min_interval=timedelta(seconds=90),
        max_interval=timedelta(minutes=90),
        first_poll_alerts=True,
        max_age=timedelta(days=2),
    )
    assert settings.allow_private == ("10.0.0.0/8", "fd00::/8")
    assert settings.feeds == (
        Feed(
            FeedId("sana"),
            "https://example.org/rss.xml",
            "SANA English",
            ("syria", "state-media"),
            timedelta(minutes=2),
        ),
        Feed(FeedId("bbc-world"), "https://example.org/bbc.xml", "bbc-world"),
    )
    aleppo, corridors = settings.topics
    assert aleppo.watch == "Aleppo ceasefire"
    assert aleppo.priority is Priority.HIGH
    assert aleppo.feeds == ("tag:syria", "bbc-world")
    assert aleppo.expect == (
        Expect("Damascus and Moscow halt air strikes on Aleppo", match=True),
        Expect("Kyiv rejects ceasefire terms", match=False),
    )
    assert corridors == Topic(TopicId("corridors"), query='@corridor AND "East Aleppo"', channels=aleppo.channels[1:])
    terminal, desk = settings.channels
    assert (terminal.id, terminal.kind, terminal.settings) == ("terminal", "terminal", TerminalSettings())
    assert desk.settings == WebhookSettings(
        url="https://desk.example.org/hooks/news",
        secret="credential:desk",
        former=("env:OLD_SECRET",),
        deadline=timedelta(seconds=5),
    )
    assert settings.packs == ("conflict",)
    assert settings.concepts == {"corridor": ("humanitarian corridor", "safe passage")}


def test_an_empty_file_is_legal_and_says_what_it_lacks() -> None:
    settings = settings_of("")
    assert settings.policy == PollPolicy()
    assert (settings.timezone, settings.store, settings.state_dir) == ("UTC", "sqlite", None)
    assert [problem.severity for problem in settings.warnings] == ["warning"] * 3
    assert [problem.message.split(",")[0] for problem in settings.warnings] == [
        "there are no feeds",
        "there are no topics",
        "there are no channels",
    ]


BROKEN = """\
#:schema ./wirewatch.schema.json
[poll]
intervall = "10m"

[feeds.sana]
url = "https://example.org/rss.xml"

[feeds.sana]
url = "https://example.org/other.xml"

[topics.aleppo]
query = 'aleppo AND "cease fire'
priority = "hihg"
channels = ["desk"]

[channels.desk]
kind = "webhook"
url = "https://desk.example.org/hooks/news"
secret = "hunter2-hunter2"
"""

GOLDEN = """\
error: unknown key `intervall`
  --> wirewatch.toml:3:1
   |
 3 | intervall = "10m"
   | ^^^^^^^^^
   = help: did you mean `interval`?

error: [feeds.sana] is defined twice
  --> wirewatch.toml:8:8
   |
 8 | [feeds.sana]
   |        ^^^^
   = help: the first is in line 5; rename one of them, or take one out

error: this quote is not closed
   --> wirewatch.toml:12:21
    |
 12 | query = 'aleppo AND "cease fire'
    |                     ^^^^^^^^^^^
    = help: add a " where the phrase ends

error: `priority` must be "low", "normal", "high" or "critical"
   --> wirewatch.toml:13:12
    |
 13 | priority = "hihg"
    |            ^^^^^^
    = help: did you mean `high`?

error: `secret` must say where the secret is kept, and not be the secret itself
   --> wirewatch.toml:19:10
    |
 19 | secret = "…"
    |          ^^^
    = help: keep it where only the service can read it, and write "credential:NAME", "env:NAME" or "file:/path"

5 problems
"""


def test_a_broken_configuration_shows_every_problem_with_line_and_column() -> None:
    assert render(problems_of(BROKEN), BROKEN) == GOLDEN


def test_windows_line_ends_move_nothing() -> None:
    text = BROKEN.replace("\n", "\r\n")
    assert render(problems_of(text), text) == GOLDEN


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "help_"),
    [
        ("[servic]\n", 1, 2, "unknown table `servic`", "did you mean `service`?"),
        ("[feeds.a]\n", 1, 8, "`url` is missing from [feeds.a]", 'add: url = "https://example.org/rss.xml"'),
        ('[feeds.a]\nurl = "ftp://x"\n', 2, 7, "`url` must be an http or https address", "such as"),
        ('[feeds.a]\nurl = "https://u:p@x.org/"\n', 2, 7, "`url` must not hold a user name or password", ""),
        (
            '[feeds."BBC World"]\nurl = "https://x.org/"\n',
            1,
            8,
            "`BBC World` is no valid name",
            "did you mean `bbc-world`?",
        ),
        (FEED + 'tags = ["ok", "Not OK"]\n', 3, 15, "a value in `tags` is no valid name", "did you mean `not-ok`?"),
        (FEED + "name = 7\n", 3, 8, "`name` must be text in quotes", ""),
        (FEED + "name = 2016-10-18\n", 3, 8, "`name` must be text in quotes", ""),
        (FEED + "name = ' '\n", 3, 8, "`name` is empty", ""),
        (FEED + 'tags = "syria"\n', 3, 8, "`tags` must be a list", 'put it in brackets: ["…"]'),
        ("feeds = 3\n", 1, 9, "`feeds` must be a table", "write it as [feeds] with its keys below"),
        ("[feeds]\na = 3\n", 2, 5, "`a` must be a table", "write it as [feeds.a] with its keys below"),
        ("[[feeds]]\nurl = 'https://x.org'\n", 1, 1, "`feeds` must be a table", ""),
        ("[poll]\ninterval = 600\n", 2, 12, "`interval` must be a duration in quotes", 'such as "90s"'),
        ("[poll]\ninterval = '10 min'\n", 2, 12, "`interval` must be a duration", 'write "90s"'),
        ("[poll]\nmin_interval = '0s'\n", 2, 16, "`min_interval` must be between 1s and 31d", ""),
        (
            "[poll]\nfirst_poll = 'alerts'\n",
            2,
            14,
            '`first_poll` must be "baseline" or "alert"',
            "did you mean `alert`?",
        ),
        ("[poll]\nallow_private = ['10.0.0.1/8']\n", 2, 18, "a value in `allow_private` holds", "`10.0.0.0/8`?"),
        ("[poll]\nallow_private = ['ten']\n", 2, 18, "a value in `allow_private` must hold networks", "such as"),
        (
            "[service]\ntimezone = 'Berlin'\n",
            2,
            12,
            "`timezone` is no known time zone",
            "did you mean `Europe/Berlin`?",
        ),
        ("[service]\nstate_dir = 'var'\n", 2, 13, "`state_dir` must be a full path", 'begin it with "/" or "~/"'),
        ("[service]\nstore = 'mysql'\n", 2, 9, '`store` must be "sqlite" or a server', "such as"),
        ("[topics.t]\nwatch = 'a'\nexpect = [{ text = 'x' }]\n", 3, 11, "`match` is missing", "an expectation is"),
        (
            "[topics.t]\nwatch = 'a'\nexpect = [{ text = 'x', match = 'yes' }]\n",
            3,
            33,
            "`match` must be true",
            "without",
        ),
        (
            "[topics.t]\nwatch = 'a'\nexpect = [{ text = 'x', match = true, x = 1 }]\n",
            3,
            39,
            "unknown key `x`",
            "known here:",
        ),
        (
            "[topics.t]\nwatch = 'a'\n[[topics.t.expect]]\ntext = 'x'\n",
            3,
            12,
            "`match` is missing from [topics.t.expect]",
            "",
        ),
        ("[topics.t]\nwatch = ' '\n", 2, 9, "`watch` is empty", ""),
        ("[concepts.define]\nx = []\n", 2, 5, "`x` must not be empty", ""),
        ("[channels.x]\n", 1, 11, "`kind` is missing from [channels.x]", "add: kind"),
        ("[channels.x]\nkind = 1\n", 2, 8, "`kind` must be text in quotes", ""),
        ("[channels.x]\nkind = 'webhok'\n", 2, 8, "there is no such kind of channel", "did you mean `webhook`?"),
        ("[channels.x]\nkind = 'fax'\n", 2, 8, "there is no such kind of channel", "kinds are: terminal, webhook"),
        ("[channels.x]\nkind = 'terminal'\nurl = 'x'\n", 3, 1, "unknown key `url`", "known here: kind"),
        ("[channels.x]\nkind = 'webhook'\n", 1, 11, "`url` is missing from [channels.x]", "add a line: url = …"),
    ],
)
def test_a_wrong_value_is_named_at_its_place(text: str, line: int, column: int, message: str, help_: str) -> None:
    ((found_line, found_column, found_message, found_help),) = errors_of(text)
    assert (found_line, found_column) == (line, column)
    assert found_message.startswith(message)
    assert help_ in found_help


@pytest.mark.parametrize(
    ("line", "column", "message", "help_"),
    [
        ("tries = 'three'", 9, "`tries` must be a whole number", "without quotes"),
        ("tries = true", 9, "`tries` must be a whole number", ""),
        ("deadline = 5", 12, "`deadline` must be text in quotes", ""),
        ("deadline = 'soon'", 12, "`deadline` must be a duration", '"90s"'),
        (
            "former = ['env:A', 'whsec_abc']",
            20,
            "a value in `former` must say where the secret is kept",
            "credential:NAME",
        ),
        ("secret = 'file:secret'", 10, "`secret` names a file without its full path", "file:/etc"),
        ("secret = 'env:my secret'", 10, "`secret` holds no proper name after the colon", "underscores"),
        ("secret = 5", 10, "`secret` must be text in quotes", ""),
        ("secrets = 'x'", 1, "unknown key `secrets`", "did you mean `secret`?"),
    ],
)
def test_the_keys_of_a_channel_are_those_of_its_kind(line: str, column: int, message: str, help_: str) -> None:
    ((found_line, found_column, found_message, found_help),) = errors_of(WEBHOOK + line)
    assert (found_line, found_column) == (4, column)
    assert found_message.startswith(message)
    assert help_ in found_help


def test_a_kind_may_refuse_what_each_key_alone_allows() -> None:
    assert errors_of(WEBHOOK + "tries = 0") == [(1, 11, "`x`: tries must be at least 1", "")]


@pytest.mark.parametrize("url", ["https://x.org/hook", "credential:hook", "env:HOOK", "file:/run/hook"])
def test_an_address_that_may_be_a_secret_is_an_address_or_a_reference(url: str) -> None:
    (channel,) = settings_of(f"[channels.x]\nkind = 'webhook'\nurl = '{url}'\n").channels
    assert isinstance(channel.settings, WebhookSettings)
    assert channel.settings.url == url


def test_a_thousand_feeds_load_whole() -> None:
    text = "".join(f'[feeds.f{n}]\nurl = "https://example.org/{n}"\ntags = ["t{n % 7}"]\n' for n in range(1000))
    assert len(settings_of(text).feeds) == 1000


PIECES = st.sampled_from(
    [
        *"ab=.[]{},\"'#\\ \n\t1@éα\x00\u200b",
        "[feeds.a]\n",
        "[topics.a]\n",
        "[channels.b]\n",
        "query = '",
        "kind = ",
        "url",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_text_is_too_strange_to_be_judged(text: str) -> None:
    found = load(text, "x", KINDS, check_query=check_query)
    problems = list(found.warnings) if isinstance(found, Settings) else found
    lines = text.split("\n")
    for problem in problems:
        assert problem.line == 0 or 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    assert isinstance(found, Settings) == all(problem.severity == "warning" for problem in problems)
    assert render(problems, text)


def test_problems_are_values_that_compare() -> None:
    assert problems_of("x = 1")[-1] == ConfigProblem(
        "error",
        "unknown table `x`",
        "wirewatch.toml",
        1,
        1,
        1,
        "known here: channels, concepts, feeds, poll, service, topics",
    )
