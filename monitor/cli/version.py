"""``wirewatch version``: the version, and what it runs on."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from pyexpat import EXPAT_VERSION, version_info
from typing import TYPE_CHECKING

import click

from monitor import __version__
from monitor.cli.common import json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

LIBRARIES = (
    "apscheduler",
    "click",
    "feedparser",
    "httpcore",
    "httpx",
    "pydantic",
    "pystemmer",
    "rapidfuzz",
    "rich",
    "tzdata",
)
# From 2.6 on, expat answers large tokens in linear time (CVE-2023-52425).
_EXPAT_GOOD = (2, 6, 0)


@click.command("version")
@json_option
def command(as_json: bool) -> None:
    """The version, and those of Python, SQLite, expat, the libraries below it, and the packs of concepts.

    \b
    wirewatch version
    wirewatch version --json

    Exit codes: 0.
    """  # noqa: D301 click reads \b as "do not rewrap"
    from monitor.settings.packs import available_packs, read_label

    libraries = {name: _version(name) for name in LIBRARIES}
    packs = {name: read_label(path).version for name, path in available_packs().items()}
    expat = EXPAT_VERSION.removeprefix("expat_")
    warnings = warnings_of(version_info)
    if as_json:
        below = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "expat": expat}
        print_json({"version": __version__, **below, "libraries": libraries, "packs": packs, "warnings": warnings})
        return
    click.echo(f"wirewatch {__version__}")
    click.echo(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, expat {expat}")
    click.echo(", ".join(f"{name} {found or 'missing'}" for name, found in libraries.items()))
    click.echo("packs: " + (", ".join(f"{name} {found}" for name, found in packs.items()) or "missing"))
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)


def warnings_of(expat: Sequence[int]) -> list[str]:
    """What is doubtful about what we run on."""
    if tuple(expat) >= _EXPAT_GOOD:
        return []
    found = ".".join(map(str, expat))
    text = (
        f"expat {found} is older than 2.6: hostile XML can slow it down (your distribution may have patched it). "
        "Feeds are parsed in processes with limits on time and memory, so they cannot stop the service."
    )
    return [text]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
