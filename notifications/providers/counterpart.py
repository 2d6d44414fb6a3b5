"""A provider spoken to by plain HTTP: the counterpart server of demonstrations and tests
(tools/counterparts), and whoever puts a gateway of their own behind the same addresses.

`POST /messages {key, channel, to, title, text}` answers 200 `{key, id, state, parts}`, 422 for
what will never be sent, 429 for what may be sent later; `GET /messages/KEY` the same body, or 404
`{key}` where there is none. One key is sent once. What became of a message may also be told to us,
signed (`notifications.receipts`).
"""

import http.client
import json
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications.providers.interface import Answer, Letter, Outcome, Provider, Sent
from notifications.providers.peer import Peer
from rules.delivery import Channel, delivery_rules

STATES: Final = {
    "accepted": Outcome.TAKEN,
    "delivered": Outcome.ARRIVED,
    "failed": Outcome.REFUSED,
}
STATUSES: Final = {
    404: (Outcome.ABSENT, ""),
    422: (Outcome.REFUSED, "refused"),
    429: (Outcome.NOT_NOW, "busy"),
}
REASONS: Final = {Outcome.REFUSED: "undelivered", Outcome.UNKNOWN: "strange_answer"}


class Counterpart:
    name = "counterpart"
    can_be_asked = True

    def __init__(self, channel: str, peer: Peer, *, deduplicates: bool) -> None:
        self.channel, self.peer, self.deduplicates = channel, peer, deduplicates

    def send(self, letter: Letter) -> Answer:
        body = json.dumps(self.body_of(letter)).encode()
        headers = self.headers(letter.key, body)
        return self._told(self.peer.ask("/messages", body, headers, key=letter.key), letter.key)

    def find(self, sent: Sent) -> Answer:
        headers = self.headers(sent.key, b"")
        found = self.peer.ask(f"/messages/{sent.key}", headers=headers, key=sent.key)
        return self._told(found, sent.key)

    def body_of(self, letter: Letter) -> dict[str, Any]:
        return {
            "key": letter.key,
            "channel": self.channel,
            "to": letter.address,
            "title": letter.title,
            "text": letter.text,
        }

    def headers(self, _key: str, _body: bytes) -> Mapping[str, str]:
        """What a question bears besides; signatures, of those who want one."""
        return {}

    def _told(self, found: "tuple[int, Any] | Answer", key: str) -> Answer:
        if isinstance(found, Answer):
            return found
        status, body = found
        said = f"http {status}"
        if not isinstance(body, dict) or body.get("key") != key:
            return Answer(Outcome.UNKNOWN, reason="strange_answer", said=said)
        if status != http.client.OK:
            outcome, reason = STATUSES.get(status, (Outcome.UNKNOWN, "strange_answer"))
            return Answer(outcome, reason=reason, said=said)
        state = STATES.get(str(body.get("state")), Outcome.UNKNOWN)
        return Answer(
            state,
            provider_id=str(body.get("id", ""))[:80],
            reason=REASONS.get(state, ""),
            billed=body["parts"] if isinstance(body.get("parts"), int) else None,
        )


def provider(channel: str) -> Provider:
    if not settings.COUNTERPART_URL:
        raise ImproperlyConfigured("The provider `counterpart` needs PORTAL_COUNTERPART_URL.")
    wait = delivery_rules().ways[Channel(channel)].wait
    return Counterpart(
        channel,
        Peer(settings.COUNTERPART_URL, wait=wait),
        deduplicates=settings.COUNTERPART_DEDUPLICATES,
    )
