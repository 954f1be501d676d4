"""``wirewatch topics convert``: what goes to stdout, what to stderr, and how it exits."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from monitor.cli import root
from monitor.cli.common import CliError
from monitor.core.query.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def convert(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*args: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = root.main(["topics", "convert", *args], prog_name="wirewatch", standalone_mode=False)
        told = capsys.readouterr()
        return code or 0, told.out, told.err

    return run


def test_the_query_goes_to_stdout_and_the_notes_to_stderr(convert: Run) -> None:
    code, out, err = convert("hd=truce and aleppo near5 (raid or strike*)")
    assert code == 0
    assert out == "title:truce AND aleppo NEAR/5 (raid OR strike*)\n"
    assert err.splitlines()[0] == "wirewatch: read as Factiva, by hd=, near5"
    assert "  wider     truce (3 times): words are found in every inflection here" in err


def test_a_paste_is_read_from_stdin(convert: Run) -> None:
    pasted = "“Acme Corp”\n  (scam OR fraud)\n-site:acmecorp.com\n"
    ours = '"Acme Corp" AND (scam OR fraud) AND NOT link:"=acmecorp =com"\n'
    assert convert(stdin=pasted)[:2] == (0, ours)
    assert convert("-", stdin=pasted)[:2] == (0, ours)


def test_what_could_not_be_converted_is_said_and_the_rest_printed(
    convert: Run,
) -> None:
    code, out, err = convert("--from", "lucene", "date:[2020 TO 2021] AND truce")
    assert (code, out) == (1, "truce\n")
    assert "wirewatch: this is not the whole query; see what is missing" in err
    assert "  missing   [2020 TO 2021]: ranges of dates" in err


def test_where_nothing_comes_out_stdout_is_empty(convert: Run) -> None:
    code, out, err = convert("--from", "google", "--", "-football")
    assert (code, out) == (1, "")
    assert "nothing could be converted" in err
    assert "only says what must not be there" in err


def test_programs_that_disagree_must_be_named(convert: Run) -> None:
    with pytest.raises(CliError) as refused:
        convert("aleppo truce")
    assert refused.value.code == 2
    assert "which program" in refused.value.message
    assert refused.value.help.splitlines() == [
        "--from lucene: aleppo OR truce",
        "  --from google or meltwater or cision: aleppo AND truce",
        '  --from nexis or factiva: "aleppo truce"',
    ]
    assert convert("(truce OR ceasefire) AND aleppo")[:2] == (0, "(truce OR ceasefire) AND aleppo\n")


@pytest.mark.parametrize("name", ["elasticsearch", "Lucene", "brandwatch", "google-alerts"])
def test_programs_are_known_by_their_other_names(convert: Run, name: str) -> None:
    assert convert("--from", name, "truce")[0] == 0


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--from", "luceen", "x"), "there is no program 'luceen' here; did you mean 'lucene'?"),
        (("--topic", "No Good", "x"), "--topic No Good is no valid name"),
        (("",), "there is no query to convert"),
        ((), "there is no query to convert"),
    ],
)
def test_what_makes_no_sense_is_refused(convert: Run, args: tuple[str, ...], message: str) -> None:
    with pytest.raises(CliError) as refused:
        convert(*args)
    assert refused.value.code == 2
    assert refused.value.message == message
    assert refused.value.help


def test_json_is_one_object_with_the_pieces_of_the_paste(convert: Run) -> None:
    code, out, err = convert("--json", "truce and rst=j")
    data: dict[str, Any] = json.loads(out)
    assert (code, err) == (1, "")
    assert (data["from"], data["because"], data["query"], data["complete"]) == ("factiva", ["rst="], "truce", False)
    missing = data["notes"][0]
    assert (missing["kind"], missing["text"], missing["start"], missing["end"]) == ("missing", "rst=j", 10, 15)
    assert missing["message"].startswith("rst= sources stand with the topic")
    assert json.loads(convert("--json", "--from", "google", "--", "-x1")[1])["query"] is None


@pytest.mark.parametrize(
    "query",
    [
        "truce AND aleppo",
        '"farmer\'s market" AND coffee',
        "cs(O'Neill) AND " + " AND ".join(f"(word{n} OR other{n})" for n in range(20)),
        " OR ".join(f'"brand {n}"' for n in range(60)),
    ],
)
def test_a_topic_is_ready_to_paste(convert: Run, query: str) -> None:
    code, out, _ = convert("--from", "cision", "--topic", "acme", query)
    plain = convert("--from", "cision", query)[1]
    assert code == 0
    assert max(map(len, out.splitlines())) <= 110
    assert parse(tomllib.loads(out)["topics"]["acme"]["query"]) == parse(plain)


def test_a_pasted_topic_passes_the_check(convert: Run, tmp_path: Path) -> None:
    words = " OR ".join(f'"brand {n}"' for n in range(40))
    out = convert("--from", "meltwater", "--topic", "acme", f"({words}) NOT jobs")[1]
    (tmp_path / "my.toml").write_text(out + '\n[channels.t]\nkind = "terminal"\n', encoding="utf-8")
    command = [sys.executable, "-m", "monitor", "--config", str(tmp_path / "my.toml"), "check"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_escape_sequences_of_a_paste_do_not_reach_the_screen(convert: Run) -> None:
    err = convert("--from", "lucene", "truce AND status:\x1b[31mred")[2]
    assert "\x1b" not in err
