"""Alerts out: the menu of channel kinds, and how a channel is made from its settings.

A new kind is one file with its settings, ``compose`` and ``judge``, a line in ``KINDS`` and a case in ``open_channel``.
Importing this loads no terminal or web library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from monitor.deliver.terminal import Terminal, TerminalSettings
from monitor.deliver.webhook import Webhook, WebhookSettings, check_url, decode_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.core.model import ChannelId
    from monitor.ports import Channel

Settings = WebhookSettings | TerminalSettings

KINDS: dict[str, type[Settings]] = {"webhook": WebhookSettings, "terminal": TerminalSettings}


def open_channel(channel: ChannelId, settings: Settings, resolve: Callable[[str], bytes]) -> Channel:
    """Make a channel. ``resolve`` turns a reference such as ``credential:desk`` into what it stands for.

    Raises ValueError with a sentence for the person who wrote the configuration; it never holds the secret itself.
    """
    match settings:
        case TerminalSettings():
            return Terminal(channel)
        case WebhookSettings():
            return _open_webhook(channel, settings, resolve)
        case _:
            assert_never(settings)


def _open_webhook(channel: ChannelId, settings: WebhookSettings, resolve: Callable[[str], bytes]) -> Webhook:
    references = [reference for reference in (settings.secret, settings.secret_previous) if reference is not None]
    in_the_open = settings.url.lower().startswith(("http://", "https://"))
    try:
        url = settings.url if in_the_open else resolve(settings.url).decode("utf-8").strip()
        return Webhook(channel, check_url(url), tuple(decode_secret(resolve(reference)) for reference in references))
    except UnicodeDecodeError:
        raise ValueError(f"channel {channel}: what its url refers to is no text") from None
    except ValueError as error:
        raise ValueError(f"channel {channel}: {error}") from None
