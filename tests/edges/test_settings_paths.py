from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from monitor.core.model import LIMITS
from monitor.settings.paths import NotFound, config_places, find_config, read_config, state_dir
from monitor.settings.problems import ConfigProblem, render
from monitor.settings.result import Settings

as_root = os.geteuid() == 0


def place(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    return path


def test_the_first_place_that_has_a_configuration_wins(tmp_path: Path) -> None:
    flag = place(tmp_path / "flag.toml")
    named = place(tmp_path / "named.toml")
    unit = place(tmp_path / "unit" / "wirewatch.toml")
    user = place(tmp_path / "xdg" / "wirewatch" / "wirewatch.toml")
    environ = {
        "WIREWATCH_CONFIG": str(named),
        "CONFIGURATION_DIRECTORY": str(unit.parent),
        "XDG_CONFIG_HOME": str(tmp_path / "xdg"),
        "HOME": str(tmp_path),
    }
    assert find_config(str(flag), environ) == flag
    assert find_config(None, environ) == named
    del environ["WIREWATCH_CONFIG"]
    assert find_config(None, environ) == unit
    unit.unlink()
    assert find_config(None, environ) == user


def test_places_are_looked_at_in_this_order() -> None:
    environ = {"CONFIGURATION_DIRECTORY": "/etc/a:/etc/b", "HOME": "/home/ann"}
    assert [str(path) for path in config_places(environ)] == [
        "/etc/a/wirewatch.toml",
        "/etc/b/wirewatch.toml",
        "/home/ann/.config/wirewatch/wirewatch.toml",
        "/etc/wirewatch/wirewatch.toml",
    ]


def test_nothing_found_says_everything_that_was_looked_at(tmp_path: Path) -> None:
    found = find_config(None, {"HOME": str(tmp_path), "WIREWATCH_CONFIG": ""})
    if not isinstance(found, NotFound):
        pytest.skip("this machine has a configuration in /etc/wirewatch")
    assert found.named == ""
    assert str(tmp_path / ".config/wirewatch/wirewatch.toml") in found.text
    assert "/etc/wirewatch/wirewatch.toml" in found.text
    assert found.help == "copy config/wirewatch.toml and make it yours, or name a file with --config"


@pytest.mark.parametrize(("flag", "named"), [("/none/a.toml", "--config"), (None, "WIREWATCH_CONFIG")])
def test_a_file_that_was_asked_for_is_not_replaced_by_another(tmp_path: Path, flag: str | None, named: str) -> None:
    place(tmp_path / "wirewatch" / "wirewatch.toml")
    environ = {"XDG_CONFIG_HOME": str(tmp_path), "WIREWATCH_CONFIG": "/none/a.toml"}
    assert find_config(flag, environ) == NotFound((Path("/none/a.toml"),), named)
    assert NotFound((Path("/none/a.toml"),), named).text == f"/none/a.toml does not exist; {named} asked for it"


def test_a_relative_xdg_folder_is_ignored() -> None:
    environ = {"XDG_CONFIG_HOME": "conf", "XDG_STATE_HOME": "state", "HOME": "/home/ann"}
    assert config_places(environ)[0] == Path("/home/ann/.config/wirewatch/wirewatch.toml")
    assert state_dir(Settings(), environ) == Path("/home/ann/.local/state/wirewatch")


def test_the_home_folder_stands_for_a_tilde() -> None:
    assert state_dir(Settings(state_dir="~/news"), {"HOME": "/home/ann"}) == Path("/home/ann/news")
    assert state_dir(Settings(state_dir="~"), {"HOME": "/home/ann"}) == Path("/home/ann")


def test_the_state_is_where_the_configuration_or_systemd_or_the_user_keeps_it() -> None:
    environ = {"STATE_DIRECTORY": "/var/lib/a:/var/lib/b", "XDG_STATE_HOME": "/x", "HOME": "/home/ann"}
    assert state_dir(Settings(state_dir="/srv/news"), environ) == Path("/srv/news")
    assert state_dir(Settings(), environ) == Path("/var/lib/a")
    del environ["STATE_DIRECTORY"]
    assert state_dir(Settings(), environ) == Path("/x/wirewatch")
    del environ["XDG_STATE_HOME"]
    assert state_dir(Settings(), environ) == Path("/home/ann/.local/state/wirewatch")


def problem_of(path: Path) -> ConfigProblem:
    found = read_config(path)
    assert isinstance(found, list)
    (problem,) = found
    assert problem.path == str(path)
    return problem


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf# \xc3\xa9\r\n")
    assert read_config(path) == "# é\r\n"


def test_a_file_of_exactly_the_limit_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"#" * LIMITS.config_bytes_max)
    assert isinstance(read_config(path), str)
    path.write_bytes(b"#" * (LIMITS.config_bytes_max + 1))
    assert problem_of(path).message == "this file is larger than 4 MiB"


def test_a_folder_is_refused_with_the_file_that_may_be_meant(tmp_path: Path) -> None:
    problem = problem_of(tmp_path)
    assert problem.message == "this is a directory, not a file"
    assert problem.help == f"did you mean {tmp_path}/wirewatch.toml?"


def test_a_file_that_is_gone_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "none.toml").message == "this file does not exist"
    assert problem_of(place(tmp_path / "a") / "b.toml").message.startswith("this file cannot be read: ")


@pytest.mark.skipif(as_root, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_found_and_says_so(tmp_path: Path) -> None:
    path = place(tmp_path / "closed" / "wirewatch.toml")
    path.parent.chmod(0o000)
    try:
        assert find_config(str(path), {}) == path
        assert problem_of(path).message == "this file may not be read"
    finally:
        path.parent.chmod(0o700)


def test_a_file_in_another_encoding_is_named_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes("# é\nname = '".encode() + "é'".encode("latin-1"))
    problem = problem_of(path)
    assert (problem.message, problem.line, problem.column) == ("this file is not UTF-8 text", 2, 9)
    assert f"--> {path}:2:9" in render([problem], "")


def test_a_pipe_can_be_read_like_a_file(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_text("# from a pipe\n"))
    writer.start()
    assert read_config(path) == "# from a pipe\n"
    writer.join()
