"""What a system is told, signed when it is sent."""

import time
from dataclasses import replace

from django.utils import timezone

from core.webhooks import signed_headers
from notifications.models import Delivery
from notifications.providers.interface import Letter
from notifications.webhooks.addresses import is_allowed
from notifications.webhooks.models import Endpoint


def addressed(row: Delivery, letter: Letter) -> Letter | None:
    """The letter with the system's address and our signatures, as its headers; None where it is
    told nothing more, or the operator allows its address no longer."""
    one = Endpoint.objects.filter(pk=int(row.address), ended_at=None).first()
    if one is None or not is_allowed(one.url):
        return None
    held = one.previous_until is not None and one.previous_until > timezone.now()
    signers = [one.secret, one.previous] if held else [one.secret]
    body = letter.text.encode()
    headers = signed_headers(signers, letter.key, int(time.time()), body)
    return replace(letter, address=one.url, values=headers)
