"""A signed webhook to the system of somebody else, which takes what has one `webhook-id` once: so
it is sent again where nobody knows whether it was taken (docs/supply-chain.md)."""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.webhooks import signed_headers
from notifications.models import Delivery
from notifications.providers import SUPPLY_CHAIN
from notifications.providers.interface import Answer, Letter, Outcome, Provider, Sent
from rules.delivery import Channel, delivery_rules

Reason = Delivery.Reason
#: Refusals that may be none later: too slow, too early, too many.
LATER: Final = frozenset({408, 425, 429})


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """It goes to the operator's address and is led nowhere else."""

    def redirect_request(self, *_args: Any) -> None:
        return None


# No proxy: whoever sets the address says how it is reached.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Nowhere)


def post(address: str, body: bytes, headers: Mapping[str, str], *, wait: int) -> Answer:
    """Hand a signed message over; whatever it leads to elsewhere is not followed."""
    request = urllib.request.Request(  # noqa: S310 (an http address that the operator allows)
        address, data=body, headers={"Content-Type": "application/json", **headers}
    )
    try:
        with _opener.open(request, timeout=wait):
            return Answer(Outcome.ARRIVED)
    except urllib.error.HTTPError as error:
        with error:
            return _refused(error.code)
    except urllib.error.URLError as error:
        refused = isinstance(error.reason, ConnectionRefusedError)
        reason = Reason.UNREACHABLE if refused else Reason.NO_ANSWER
        return Answer(Outcome.NOT_NOW, reason=reason)
    except (OSError, http.client.HTTPException):
        return Answer(Outcome.NOT_NOW, reason=Reason.NO_ANSWER)


def _refused(status: int) -> Answer:
    said = f"http {status}"
    if 400 <= status < 500 and status not in LATER:
        return Answer(Outcome.REFUSED, reason=Reason.REFUSED, said=said)
    return Answer(Outcome.NOT_NOW, reason=Reason.BUSY, said=said)


class Webhook:
    name = SUPPLY_CHAIN
    deduplicates = True
    can_be_asked = False

    def __init__(self, address: str, secrets: Sequence[str], *, wait: int) -> None:
        self.address, self.secrets, self.wait = address, secrets, wait

    def send(self, letter: Letter) -> Answer:
        body = letter.text.encode()
        headers = signed_headers(self.secrets, letter.key, int(time.time()), body)
        return post(self.address, body, headers, wait=self.wait)

    def find(self, sent: Sent) -> Answer:
        """Nobody is asked."""
        raise NotImplementedError(sent.key)


def provider(channel: str) -> Provider:
    if not settings.SUPPLY_CHAIN_URL:
        raise ImproperlyConfigured("A webhook needs PORTAL_SUPPLY_CHAIN_URL.")
    wait = delivery_rules().ways[Channel(channel)].wait
    return Webhook(settings.SUPPLY_CHAIN_URL, settings.SUPPLY_CHAIN_SECRETS, wait=wait)
