"""What to tell people when a feed gives no feed: what happened, whose fault it is, and what to do. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.core.wire import Answer, NoAnswer


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no feed. ``kind`` is stable, for machines; ``text`` and ``help`` are sentences."""

    kind: str
    text: str
    help: str


_LATER = "Nothing to do: it is asked again, less and less often, and daily at the least."

# By status: kind, what happened (after the host's name), what to do.
_STATUS: Mapping[int, tuple[str, str, str]] = {
    401: (
        "login",
        "wants a user name and password for this feed (401)",
        "The site's choice. Wirewatch sends no passwords: look for a public address of the feed, or remove it.",
    ),
    403: (
        "denied",
        "refuses to give us this feed (403)",
        "The site's choice: it may block programs, or this network. Ask the publisher to let feed readers in.",
    ),
    404: (
        "missing",
        "has nothing at this address (404)",
        "The feed has moved or the address is misspelt. Look for the feed on the site and correct the address.",
    ),
    410: (
        "gone",
        "says that this feed is gone for good (410)",
        "The publisher ended it. Remove it, or look for its successor; until then it is asked once a day.",
    ),
    429: (
        "too_often",
        "says that we ask too often (429)",
        "We wait as long as it wants. If it happens again, give this feed a longer interval.",
    ),
    451: (
        "denied",
        "may not give us this feed for legal reasons (451)",
        "Nothing that Wirewatch can change; look for another source of the same news.",
    ),
    503: ("unavailable", "is out of service for now (503): the site's fault", _LATER),
}

_NO_ANSWER: Mapping[str, str] = {
    "dns": "Check the spelling of the address. If other feeds fail too, this machine's network or name server is down.",
    "refused": "The site is down, or a firewall is in between. " + _LATER,
    "reset": "The site or something on the way hung up. " + _LATER,
    "timeout": "The site is slow or the network is. " + _LATER,
    "tls": "The site's certificate does not hold: its fault, unless this machine's clock or certificates are wrong.",
    "too_large": "No feed is that large. Check that the address is that of a feed.",
    "bad_encoding": "The site's fault: its answer is packed in a way that it should not use or that does not unpack.",
    "forbidden": "Feeds may only live at public http and https addresses. "
    "If this one is yours, add its network to poll.allow_private.",
    "redirects": "The site's fault. Open the address in a browser, and use the address where you end up.",
    "truncated": "The site or something on the way hung up in the middle. " + _LATER,
    "protocol": "What answers there is no web server, or a broken one. Check the address, and its port.",
}


def is_challenge(answer: Answer) -> bool:
    """Whether a guard in front of the site answered in its place; such an answer may well be a 200."""
    return "cf-mitigated" in answer.headers


def of_status(host: str, answer: Answer) -> Refusal:
    """Explain an answer that is neither a document nor a 304."""
    if is_challenge(answer):
        return Refusal(
            "challenge",
            f"{host} wants proof that we are a person, which no feed reader can give.",
            "The site's choice. Ask the publisher to let feed readers in, or look for another address of the feed.",
        )
    status = answer.status
    if status in _STATUS:
        kind, text, help_ = _STATUS[status]
        return Refusal(kind, f"{host} {text}.", help_)
    if status == 304:
        return Refusal(
            "status",
            f"{host} says that nothing has changed (304), but it was never asked that: the site's fault.",
            _LATER,
        )
    if 300 <= status < 400:
        return Refusal(
            "redirects",
            f"{host} sends us elsewhere without saying where ({status}): the site's fault.",
            "Open the address in a browser, and use the address where you end up.",
        )
    if status >= 500:
        return Refusal("server_error", f"{host} failed at its end ({status}): the site's fault.", _LATER)
    return Refusal(
        "status",
        f"{host} gave an answer that is no feed ({status}).",
        "Check that the address is that of a feed. " + _LATER,
    )


def of_silence(answer: NoAnswer) -> Refusal:
    """Explain an exchange that brought no answer."""
    return Refusal(answer.kind, answer.text, _NO_ANSWER.get(answer.kind, _LATER))
