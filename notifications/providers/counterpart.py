"""A provider spoken to by plain HTTP: the counterpart server of demonstrations and tests
(tools/counterparts), and whoever puts a gateway of their own behind the same three addresses.

`POST /messages {key, channel, to, title, text}` answers 200 `{key, id, state, parts}`, 422 for
what will never be sent, 429 for what may be sent later; `GET /messages/KEY` the same body, or 404
`{key}` where there is none. One key is sent once.
"""

import http.client
import json
import urllib.error
import urllib.request
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications.providers.interface import Answer, Letter, Outcome, Provider, Sent
from rules.delivery import Channel, delivery_rules

MOST_BYTES: Final = 65536
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
# No proxy: it is on this machine or in our own network.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Counterpart:
    name = "counterpart"
    can_be_asked = True

    def __init__(self, channel: str, address: str, *, deduplicates: bool, wait: int) -> None:
        self.channel, self.address, self.wait = channel, address.rstrip("/"), wait
        self.deduplicates = deduplicates

    def send(self, letter: Letter) -> Answer:
        body = {
            "key": letter.key,
            "channel": self.channel,
            "to": letter.address,
            "title": letter.title,
            "text": letter.text,
        }
        return self._told(self._ask("/messages", body), letter.key)

    def find(self, sent: Sent) -> Answer:
        return self._told(self._ask(f"/messages/{sent.key}"), sent.key)

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> "tuple[int, Any] | Answer":
        """Status and body, or what it means that there are none."""
        request = urllib.request.Request(  # noqa: S310 (the operator's own http address)
            self.address + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with _opener.open(request, timeout=self.wait) as answer:
                return answer.status, _read(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read(error)
        except urllib.error.URLError as error:
            if isinstance(error.reason, ConnectionRefusedError):
                return Answer(Outcome.NOT_NOW, reason="unreachable")
            return Answer(Outcome.UNKNOWN, reason="no_answer")
        except (OSError, http.client.HTTPException):
            return Answer(Outcome.UNKNOWN, reason="no_answer")

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


def _read(answer: Any) -> Any:
    """None where it is no JSON."""
    try:
        return json.loads(answer.read(MOST_BYTES))
    except ValueError:
        return None


def provider(channel: str) -> Provider:
    if not settings.COUNTERPART_URL:
        raise ImproperlyConfigured("The provider `counterpart` needs PORTAL_COUNTERPART_URL.")
    return Counterpart(
        channel,
        settings.COUNTERPART_URL,
        deduplicates=settings.COUNTERPART_DEDUPLICATES,
        wait=delivery_rules().ways[Channel(channel)].wait,
    )
