"""Strings that mean something: durations, names, addresses. Each check says what is wrong and what to do, or None."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from rapidfuzz import fuzz, process

from monitor.core.model import LIMITS
from monitor.core.text import safe_link
from monitor.settings.secrets import FORMS, parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,63}$"
DURATION_PATTERN = r"^(?=.)([0-9]{1,6}d)?([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?$"
SELECTOR_PATTERN = r"^(tag:)?[a-z0-9][a-z0-9-]{0,63}$"

_NEAR = 60  # per cent of likeness from which one name is suggested for another

_ID = re.compile(ID_PATTERN)
_DURATION = re.compile(DURATION_PATTERN)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value, as the end of a sentence that begins with its key. Never quotes the value."""

    message: str
    help: str = ""


def parse_duration(text: str) -> timedelta | None:
    """``"10m"``, ``"2d"``, ``"1h30m"``: days, hours, minutes and seconds, in this order."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part[:-1]) if part else 0 for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def format_duration(span: timedelta) -> str:
    """The shortest form that ``parse_duration`` reads back."""
    seconds = round(span.total_seconds())
    parts = []
    for size, letter in ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{letter}")
    return "".join(parts) or "0s"


def check_duration(text: str, least: timedelta, most: timedelta) -> Fault | None:
    """A duration between two bounds."""
    span = parse_duration(text)
    if span is None:
        return Fault("must be a duration", 'write "90s", "10m", "6h", "2d" or "1h30m": no spaces, largest unit first')
    if not least <= span <= most:
        return Fault(f"must be between {format_duration(least)} and {format_duration(most)}")
    return None


def check_id(text: str) -> Fault | None:
    """A name for a feed, topic, channel, tag or concept."""
    if _ID.fullmatch(text):
        return None
    better = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64].strip("-")
    form = "names are lower-case letters, digits and hyphens, begin with no hyphen, and have at most 64 characters"
    return Fault("is no valid name", f"{form}; {meant([better])}" if _ID.fullmatch(better) else form)


def check_url(text: str) -> Fault | None:
    """An http or https address that can be asked and shown."""
    if text and safe_link(text, LIMITS.link_max) == text:
        return _check_port(text)
    if len(text) > LIMITS.link_max:
        return Fault(f"is longer than {LIMITS.link_max} characters")
    if re.match(r"https?://[^/?#]*@", text, re.IGNORECASE):
        return Fault("must not hold a user name or password", "addresses are shown and logged; use a feed without them")
    if re.search(r"[\s<>\"]", text):
        return Fault("must not hold spaces, quotes or angle brackets", "write a space as %20")
    return Fault("must be an http or https address", 'such as "https://example.org/rss.xml"')


def _check_port(text: str) -> Fault | None:
    try:
        port = urlsplit(text).port
    except ValueError:
        port = 0
    return Fault("has an impossible port", "ports are 1 to 65535") if port == 0 else None


def check_secret(text: str) -> Fault | None:
    """A reference to a secret. What is none may be the secret itself, so nothing of it is repeated."""
    if parse_reference(text) is not None:
        return None
    if text.startswith("file:"):
        return Fault("names a file without its full path", 'write "file:/etc/wirewatch/secret"')
    if text.startswith(("credential:", "env:")):
        return Fault("holds no proper name after the colon", "use letters, digits and underscores, and no spaces")
    return Fault(
        "must say where the secret is kept, and not be the secret itself",
        f"keep it where only the service can read it, and write {FORMS}",
    )


def check_secret_or_url(text: str) -> Fault | None:
    """An address in the open, or a reference where the address itself is the secret."""
    if parse_reference(text) is not None or check_url(text) is None:
        return None
    if text.lower().startswith(("http://", "https://")):
        return check_url(text)
    return Fault(
        "must be an http or https address, or say where the address is kept", f"to keep it secret write {FORMS}"
    )


def check_network(text: str) -> Fault | None:
    """A CIDR such as ``10.0.0.0/8``."""
    try:
        ipaddress.ip_network(text)
    except ValueError:
        pass
    else:
        return None
    try:
        better = str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return Fault("must hold networks in CIDR form", 'such as "10.0.0.0/8" or "fd00::/8"')
    return Fault("holds an address inside a network, not the network", meant([better]))


def check_timezone(text: str) -> Fault | None:
    """A zone of the IANA database."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A city alone, such as "Berlin", is as good a hint as a zone with a slip in it.
        called = {
            name.lower(): zone for zone in sorted(available_timezones()) for name in (zone.rpartition("/")[2], zone)
        }
        near = process.extractOne(text[:100].lower(), list(called), scorer=fuzz.ratio, score_cutoff=_NEAR)
        better = [called[near[0]]] if near is not None else []
        return Fault("is no known time zone", meant(better) or 'such as "UTC" or "Europe/Berlin"')
    return None


def check_store(text: str) -> Fault | None:
    """``sqlite``, or a server's address without a password."""
    if text == "sqlite":
        return None
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("postgresql", "postgres") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return Fault("is no address that can be read", 'such as "postgresql://db.example.org/wirewatch"')
    if not good:
        return Fault('must be "sqlite" or a server\'s address', 'such as "postgresql://db.example.org/wirewatch"')
    if parts.password is not None or "password" in parts.query.lower():
        return Fault("must not hold a password", "keep it in a .pgpass file that only the service can read")
    return None


def check_state_dir(text: str) -> Fault | None:
    """A full path."""
    if (text == "~" or text.startswith(("/", "~/"))) and "\0" not in text:
        return None
    return Fault("must be a full path", 'begin it with "/" or "~/"')


def meant(names: Iterable[str]) -> str:
    """``did you mean `a` or `b`?``, or nothing."""
    quoted = [f"`{name}`" for name in names]
    return f"did you mean {' or '.join(quoted)}?" if quoted else ""


def suggest(given: str, known: Iterable[str], *, what: str = "known here") -> str:
    """What may have been meant by ``given``: the nearest name, else all that there are."""
    names = sorted(set(known))
    near = process.extractOne(given[:100].lower(), names, scorer=fuzz.ratio, score_cutoff=_NEAR)
    if near is not None:
        return meant([near[0]])
    shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    return f"{what}: {shown}" if names else ""
