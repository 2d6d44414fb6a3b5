"""The gateway of the company's app (移动客户端): the same addresses as `counterpart` has, and each
question signed as Standard Webhooks has it (`core/webhooks.py`), with the message's key as its id.

`POST /messages {key, channel, to, title, text, language}`; a `GET` is signed over an empty body.
One key is sent once.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.webhooks import signed_headers
from notifications.providers import GATEWAY
from notifications.providers.counterpart import Counterpart
from notifications.providers.interface import Letter, Provider
from notifications.providers.peer import Peer
from rules.delivery import Channel, delivery_rules


class Gateway(Counterpart):
    name = GATEWAY

    def __init__(self, channel: str, peer: Peer, secrets: Sequence[str]) -> None:
        super().__init__(channel, peer, deduplicates=True)
        self.secrets = secrets

    def body_of(self, letter: Letter) -> dict[str, Any]:
        return super().body_of(letter) | {"language": letter.language}

    def headers(self, key: str, body: bytes) -> Mapping[str, str]:
        return signed_headers(self.secrets, key, int(time.time()), body)


def provider(channel: str) -> Provider:
    if not settings.APP_URL:
        raise ImproperlyConfigured("The app's gateway needs PORTAL_APP_URL.")
    wait = delivery_rules().ways[Channel(channel)].wait
    return Gateway(channel, Peer(settings.APP_URL, wait=wait), settings.APP_SECRETS)
