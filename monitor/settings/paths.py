"""Where things are: the configuration file and the state directory, for a user and under systemd."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.core.model import LIMITS
from monitor.settings.problems import ConfigProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.settings.result import Settings

FILE_NAME = "wirewatch.toml"

MAKE_ONE = "copy config/wirewatch.toml and make it yours, or name a file with --config"


@dataclass(frozen=True, slots=True)
class NotFound:
    """No configuration. ``looked``: every place. ``named``: the flag or variable that asked for one file, if any."""

    looked: tuple[Path, ...]
    named: str = ""

    @property
    def text(self) -> str:
        """What happened."""
        if self.named:
            return f"{self.looked[0]} does not exist; {self.named} asked for it"
        return "no configuration found; looked at " + ", ".join(str(path) for path in self.looked)

    @property
    def help(self) -> str:
        """What to do."""
        return "correct the name" if self.named else MAKE_ONE


def find_config(flag: str | None, environ: Mapping[str, str]) -> Path | NotFound:
    """The configuration to use. One that was asked for by name is used or missed, and never replaced by another."""
    for named, given in (("--config", flag), ("WIREWATCH_CONFIG", environ.get("WIREWATCH_CONFIG"))):
        if given:
            path = _expand(given, environ)
            return path if _there(path) else NotFound((path,), named)
    looked = config_places(environ)
    return next((path for path in looked if _there(path)), NotFound(looked))


def config_places(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Where a configuration is looked for when none is named, best first."""
    folders = [Path(folder) for folder in _listed(environ, "CONFIGURATION_DIRECTORY")]
    folders += [folder for folder in (_xdg(environ, "XDG_CONFIG_HOME", ".config"), Path("/etc/wirewatch")) if folder]
    return tuple(dict.fromkeys(folder / FILE_NAME for folder in folders))


def state_dir(settings: Settings, environ: Mapping[str, str]) -> Path:
    """Where the memory is kept: as configured, else as systemd says, else in the user's state folder."""
    if settings.state_dir is not None:
        return _expand(settings.state_dir, environ)
    given = _listed(environ, "STATE_DIRECTORY")
    if given:
        return Path(given[0])
    return _xdg(environ, "XDG_STATE_HOME", ".local/state") or Path("/var/lib/wirewatch")


def read_config(path: Path) -> str | list[ConfigProblem]:
    """The text of a configuration file, or why there is none. Pipes are fine; more than the limit is never read."""
    try:
        with path.open("rb") as file:
            content = file.read(LIMITS.config_bytes_max + 1)
    except IsADirectoryError:
        return _unreadable(path, "this is a directory, not a file", f"did you mean {path / FILE_NAME}?")
    except FileNotFoundError:
        return _unreadable(path, "this file does not exist", MAKE_ONE)
    except PermissionError:
        return _unreadable(
            path, "this file may not be read", "let the user who runs Wirewatch read it, and its folders"
        )
    except OSError as error:
        return _unreadable(path, f"this file cannot be read: {error.strerror}", "check the path and the disk")
    if len(content) > LIMITS.config_bytes_max:
        limit = f"{LIMITS.config_bytes_max // 2**20} MiB"
        return _unreadable(path, f"this file is larger than {limit}", "is it the right file?")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8-sig")) + 1
        line = before.count(b"\n") + 1
        return [ConfigProblem("error", "this file is not UTF-8 text", str(path), line, column, 1, "save it as UTF-8")]


def _unreadable(path: Path, message: str, help_: str) -> list[ConfigProblem]:
    return [ConfigProblem("error", message, str(path), 0, 0, 0, help_)]


def _there(path: Path) -> bool:
    """Whether there is something at ``path``. What may not be looked at is there: reading it says why it fails."""
    try:
        return path.exists()
    except PermissionError:
        return True


def _listed(environ: Mapping[str, str], name: str) -> list[str]:
    """The folders of a systemd variable, which parts several with colons."""
    return [folder for folder in environ.get(name, "").split(":") if folder]


def _xdg(environ: Mapping[str, str], name: str, default: str) -> Path | None:
    given = environ.get(name, "")
    if given.startswith("/"):  # the XDG rules say that a relative folder is to be ignored
        return Path(given) / "wirewatch"
    home = _home(environ)
    return home / default / "wirewatch" if home else None


def _home(environ: Mapping[str, str]) -> Path | None:
    """The user's folder; a service may run as somebody who has none."""
    given = environ.get("HOME", "")
    if given:
        return Path(given)
    try:
        return Path.home()
    except RuntimeError:
        return None


def _expand(text: str, environ: Mapping[str, str]) -> Path:
    home = _home(environ) if text == "~" or text.startswith("~/") else None
    return home / text[2:] if home else Path(text)
