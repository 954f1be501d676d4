from __future__ import annotations

import copy
import os
import pickle
import socket
from typing import TYPE_CHECKING

import pytest

from monitor.settings.secrets import SECRET_BYTES_MAX, Reference, Secret, SecretError, parse_reference, resolve

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "whsec_canary-7f3a"


def secret_file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    path = folder / "desk"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def refused(reference: str, environ: dict[str, str]) -> SecretError:
    with pytest.raises(SecretError) as caught:
        resolve(reference, environ)
    assert caught.value.help
    assert CANARY not in f"{caught.value} {caught.value.help} {caught.value!r}"
    return caught.value


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret(CANARY.encode())
    assert CANARY not in f"{secret} {secret!r} {[secret]} {secret!s:>40}"
    assert secret.reveal() == CANARY.encode()


def test_a_secret_is_not_pickled_or_copied() -> None:
    with pytest.raises(TypeError, match="not written to disk"):
        pickle.dumps(Secret(b"x"))
    with pytest.raises(TypeError, match="not written to disk"):
        copy.copy(Secret(b"x"))


def test_secrets_compare_by_value() -> None:
    assert Secret(b"a") == Secret(b"a")
    assert hash(Secret(b"a")) == hash(Secret(b"a"))
    assert Secret(b"a") != Secret(b"b")
    assert Secret(b"a") != b"a"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("credential:desk.key-2", Reference("credential", "desk.key-2")),
        ("env:DESK_SECRET", Reference("env", "DESK_SECRET")),
        ("file:/run/secrets/desk", Reference("file", "/run/secrets/desk")),
    ],
)
def test_references_name_where_a_secret_is_kept(text: str, reference: Reference) -> None:
    assert parse_reference(text) == reference


@pytest.mark.parametrize(
    "text",
    ["", CANARY, "credential:", "credential:..", "credential:.", "credential:a/b", "env:", "env:A-B", "env:é", "file:a",
     "FILE:/a", "file:/a\x1b", "vault:x", " env:A"],
)  # fmt: skip
def test_anything_else_may_be_a_secret_and_is_no_reference(text: str) -> None:
    assert parse_reference(text) is None
    assert refused(text, {}).text == "this is no reference to a secret"


@pytest.mark.parametrize("content", [CANARY, CANARY + "\n", CANARY + "\r\n"])
def test_one_line_end_is_not_part_of_a_secret(tmp_path: Path, content: str) -> None:
    path = secret_file(tmp_path, content.encode())
    assert resolve(f"file:{path}", {}) == Secret(CANARY.encode())
    assert resolve("env:DESK", {"DESK": content}) == Secret(CANARY.encode())
    assert resolve("credential:desk", {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == Secret(CANARY.encode())


def test_more_than_one_line_end_is_meant(tmp_path: Path) -> None:
    path = secret_file(tmp_path, b"a  \n\n")
    assert resolve(f"file:{path}", {}) == Secret(b"a  \n")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644])
def test_a_file_that_others_may_open_is_refused(tmp_path: Path, mode: int) -> None:
    path = secret_file(tmp_path, CANARY.encode(), mode)
    error = refused(f"file:{path}", {})
    assert "open to its group or to others" in error.text
    assert error.help == f"close it: chmod 600 {path}"


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_of_the_owner_alone_is_read(tmp_path: Path, mode: int) -> None:
    assert resolve(f"file:{secret_file(tmp_path, CANARY.encode(), mode)}", {}) == Secret(CANARY.encode())


def test_a_credential_may_be_shared_as_systemd_shares_it(tmp_path: Path) -> None:
    secret_file(tmp_path, b"x", 0o440)
    assert resolve("credential:desk", {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == Secret(b"x")


def test_what_is_missing_is_named_with_what_to_do(tmp_path: Path) -> None:
    assert "does not exist" in refused(f"file:{tmp_path}/none", {}).text
    assert "DESK is not set" in refused("env:DESK", {}).text
    assert "LoadCredential=desk:" in refused("credential:desk", {}).help
    assert "does not exist" in refused("credential:desk", {"CREDENTIALS_DIRECTORY": str(tmp_path)}).text


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    path = secret_file(tmp_path, b"\n")
    assert "is empty" in refused(f"file:{path}", {}).text
    assert "is empty" in refused("env:DESK", {"DESK": ""}).text


def test_a_secret_is_bounded(tmp_path: Path) -> None:
    path = secret_file(tmp_path, b"x" * SECRET_BYTES_MAX)
    assert len(resolve(f"file:{path}", {}).reveal()) == SECRET_BYTES_MAX
    path.write_bytes(b"x" * (SECRET_BYTES_MAX + 1))
    assert "larger than 64 KiB" in refused(f"file:{path}", {}).text
    assert "larger than 64 KiB" in refused("env:DESK", {"DESK": "x" * (SECRET_BYTES_MAX + 1)}).text


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    assert "not a regular file" in refused(f"file:{pipe}", {}).text
    assert "not a regular file" in refused(f"file:{tmp_path}", {}).text
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        assert "cannot be opened" in refused(f"file:{tmp_path}/s", {}).text


def test_bytes_that_are_no_text_are_kept_as_they_are(tmp_path: Path) -> None:
    assert resolve(f"file:{secret_file(tmp_path, bytes(range(1, 256)))}", {}) == Secret(bytes(range(1, 256)))
    assert resolve("env:DESK", {"DESK": os.fsdecode(b"\xff\xfe")}) == Secret(b"\xff\xfe")
