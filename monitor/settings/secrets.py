"""Secrets by reference: the configuration names where a secret is kept, and here it is fetched.

``credential:NAME`` is a file in systemd's credentials directory, ``env:NAME`` an environment variable, ``file:/path`` a
file that only its owner may read. Nothing here ever puts a secret, or what may be one, into a text.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET_BYTES_MAX = 64 * 2**10
FORMS = '"credential:NAME", "env:NAME" or "file:/path"'

_CREDENTIAL = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,254}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")


class SecretError(Exception):
    """A secret cannot be had. ``text`` says why, ``help`` what to do; neither holds the secret."""

    def __init__(self, text: str, help_: str) -> None:
        super().__init__(text)
        self.text = text
        self.help = help_


class Secret:
    """Bytes that do not show themselves. ``reveal`` is called where they are used, and nowhere else."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """The value, for the one who signs or connects with it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self._value, other._value)

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written to disk or sent to another process")


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a secret is kept."""

    kind: Literal["credential", "env", "file"]
    name: str


def parse_reference(text: str) -> Reference | None:
    """Read a reference; None where the text is none, and may then be a secret itself."""
    kind, colon, name = text.partition(":")
    if not colon:
        return None
    if kind == "credential" and _CREDENTIAL.fullmatch(name):
        return Reference("credential", name)
    if kind == "env" and _VARIABLE.fullmatch(name):
        return Reference("env", name)
    if kind == "file" and name.startswith("/") and name.isprintable() and len(name) <= 4096:
        return Reference("file", name)
    return None


def resolve(reference: str, environ: Mapping[str, str]) -> Secret:
    """Fetch the secret that ``reference`` names, or raise SecretError. One line end at its end is not part of it."""
    found = parse_reference(reference)
    if found is None:
        raise SecretError("this is no reference to a secret", f"write it as {FORMS}")
    if found.kind == "env":
        return _from_variable(found.name, environ)
    if found.kind == "credential":
        return _from_credential(found.name, environ)
    return _from_file(Path(found.name), f"the secret file {found.name}", private=True)


def _from_variable(name: str, environ: Mapping[str, str]) -> Secret:
    value = environ.get(name)
    what = f"the environment variable {name}"
    if value is None:
        raise SecretError(f"{what} is not set", "set it where Wirewatch is started, or use a credential or a file")
    return _as_secret(os.fsencode(value), what)


def _from_credential(name: str, environ: Mapping[str, str]) -> Secret:
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if not directory:
        raise SecretError(
            f"there is no credential {name}: $CREDENTIALS_DIRECTORY is not set, so systemd handed none over",
            f"add LoadCredential={name}:/path/to/file to the unit; outside systemd use env:NAME or file:/path",
        )
    # systemd guards this directory itself, and may share it with a group by ACL: modes are not judged here.
    return _from_file(Path(directory) / name, f"the credential {name}", private=False)


def _from_file(path: Path, what: str, *, private: bool) -> Secret:
    try:
        # Not blocking: opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise SecretError(f"{what} does not exist", f"create {path}, or correct the reference") from None
    except OSError as error:
        raise SecretError(f"{what} cannot be opened: {error.strerror}", "let the user of the service read it") from None
    try:
        _check_open(os.fstat(descriptor), path, what, private=private)
        with open(descriptor, "rb", closefd=False) as file:  # what was checked, not its path again
            content = file.read(SECRET_BYTES_MAX + 1)
    except OSError as error:
        raise SecretError(f"{what} cannot be read: {error.strerror}", "check the disk and the file") from None
    finally:
        os.close(descriptor)
    return _as_secret(content, what)


def _check_open(status: os.stat_result, path: Path, what: str, *, private: bool) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise SecretError(f"{what} is not a regular file", "name a file that holds the secret and nothing else")
    if private and status.st_mode & 0o077:
        raise SecretError(f"{what} is open to its group or to others", f"close it: chmod 600 {path}")


def _as_secret(content: bytes, what: str) -> Secret:
    if len(content) > SECRET_BYTES_MAX:
        raise SecretError(f"{what} is larger than {SECRET_BYTES_MAX // 2**10} KiB", "name the file of the secret alone")
    # Editors and echo end a file with a line end that nobody means; binary secrets are kept in base64 for that reason.
    value = content.removesuffix(b"\n").removesuffix(b"\r")
    if not value:
        raise SecretError(f"{what} is empty", "put the secret into it")
    return Secret(value)
