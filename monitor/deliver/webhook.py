"""The webhook channel: a signed JSON event after the Standard Webhooks specification, and what answers to it mean."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from monitor import __version__
from monitor.core.cadence import parse_retry_after
from monitor.core.model import LIMITS
from monitor.core.text import safe
from monitor.core.wire import Answer, Delivered, GiveUp, NoAnswer, Request, Shown, TryAgain
from monitor.deliver.event import encode
from monitor.deliver.redact import ANSWER_MAX, clean_answer, secrets_of

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.message import Message
    from monitor.core.model import ChannelId
    from monitor.core.wire import Judgement

_KEY_BYTES_MIN = 24
_PREFIX = "whsec_"
_QUOTE_MAX = 160  # leaves room for the sentence around it


@dataclass(frozen=True)
class WebhookSettings:
    """What the configuration says of a webhook. Secrets are references, such as ``credential:desk``, never values.

    ``secret_previous``: during a change of secrets both sign, so the receiver can change in its own time.
    """

    url: str = field(
        metadata={"secret_or_url": True, "help": "Where events are posted; a reference where the address is a secret."}
    )
    secret: str | None = field(
        default=None, metadata={"secret": True, "help": "Where the signing secret is kept. Without it: unsigned."}
    )
    secret_previous: str | None = field(
        default=None, metadata={"secret": True, "help": "The secret before the present one, while receivers change."}
    )

    def __post_init__(self) -> None:
        if self.secret is None and self.secret_previous is not None:
            raise ValueError("secret_previous signs beside a secret: set secret as well")


def check_url(url: str) -> str:
    """The address of a receiver, or a ValueError that says what is wrong with it without repeating it."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(char.isspace() for char in url):
        raise ValueError("the address of a webhook must begin with https:// or http:// and name a host")
    if "@" in parts.netloc:
        raise ValueError("the address of a webhook cannot hold a user name or password: sign with a secret instead")
    return url


def decode_secret(secret: bytes) -> bytes:
    """The signing key in a secret as it is handed over: ``whsec_`` and base64, or else the bytes themselves."""
    secret = secret.strip()
    if secret.startswith(_PREFIX.encode()):
        encoded = secret[len(_PREFIX) :].rstrip(b"=")
        try:
            key = base64.b64decode(encoded + b"=" * (-len(encoded) % 4), validate=True)
        except binascii.Error:
            raise ValueError(
                f"a webhook secret that begins with {_PREFIX} must go on in base64; this one does not"
            ) from None
    else:
        key = secret
    if len(key) < _KEY_BYTES_MIN:
        raise ValueError(
            f"a webhook secret must have at least {_KEY_BYTES_MIN} bytes, this one has {len(key)}; "
            f"make one with: echo {_PREFIX}$(head -c 32 /dev/urandom | base64)"
        )
    return key


def sign(key: bytes, webhook_id: str, timestamp: int, body: bytes) -> str:
    """One signature, version 1, over id, time and body."""
    digest = hmac.new(key, f"{webhook_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


@dataclass(frozen=True, slots=True)
class Webhook:
    """A receiver at an address. ``secrets``: decoded signing keys; all of them sign. None: unsigned.

    Neither address nor keys appear in its repr.
    """

    id: ChannelId
    url: str = field(repr=False)
    secrets: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def kind(self) -> str:
        """The name in the menu of channel kinds."""
        return "webhook"

    def compose(self, message: Message, now: datetime) -> Request:
        """The signed event. Only the time of the attempt differs between attempts."""
        body = encode(message)
        webhook_id = f"{message.id}-{message.revision}"
        timestamp = int(now.timestamp())
        headers = {
            "content-type": "application/json",
            "user-agent": f"wirewatch/{__version__}",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(timestamp),
        }
        if self.secrets:
            headers["webhook-signature"] = " ".join(sign(key, webhook_id, timestamp, body) for key in self.secrets)
        return Request(
            method="POST",
            url=self.url,
            headers=headers,
            body=body,
            deadline_s=LIMITS.send_deadline_s,
            body_bytes_max=LIMITS.answer_bytes_max,
            redirects_max=0,
        )

    def judge(self, answer: Answer | NoAnswer | Shown, now: datetime) -> Judgement:
        """Only 410 ends it at once. Everything else may be a broken deployment, and is tried for days."""
        match answer:
            case Answer():
                return self._judge_status(answer, now)
            case NoAnswer():
                return TryAgain(self._clean(answer.text))
            case Shown():
                raise TypeError("a webhook was answered by a screen")

    def _judge_status(self, answer: Answer, now: datetime) -> Judgement:
        said = f"The receiver answered {answer.status}"
        if 200 <= answer.status < 300:
            return Delivered(f"{said}.")
        if answer.status == 410:
            return GiveUp(f"{said}: it wants no more alerts at this address. Remove the channel or change its address.")
        if 300 <= answer.status < 400:
            where = self._pointed_to(answer)
            return TryAgain(f"{said}{where}. Redirects are not followed: configure the final address.")
        wish = answer.headers.get("retry-after") if answer.status in (429, 503) else None
        not_before = None if wish is None else parse_retry_after(wish, now)
        if not_before is not None:
            said += f" and asked to wait until {not_before:%Y-%m-%d %H:%M:%S} UTC"
        return TryAgain(f"{said}{self._quoted(answer.body)}.", not_before)

    def _pointed_to(self, answer: Answer) -> str:
        """Only the host: the rest of a redirect may repeat what is secret in the address."""
        try:
            host = urlsplit(urljoin(self.url, answer.headers.get("location", ""))).hostname
        except ValueError:
            host = None
        return f" and pointed to {safe(host, 100)}" if host and "location" in answer.headers else ""

    def _quoted(self, body: bytes) -> str:
        """The first words of an answer, which often say what was wrong. Pages say nothing and are left out."""
        words = self._clean(body.decode("utf-8", "replace"), _QUOTE_MAX)
        return f' and said "{words}"' if words and not words.startswith("<") else ""

    def _clean(self, text: str, limit: int = ANSWER_MAX) -> str:
        encoded = [base64.b64encode(key).decode() for key in self.secrets]
        plain = [key.decode("utf-8", "replace") for key in self.secrets]
        return clean_answer(text, secrets_of(self.url, encoded + plain), limit)
