"""What providers tell by themselves of a message: that it arrived, or could not be delivered.

It comes twice, late and in any order. An end never moves back; a message of several parts arrived
when all have, and failed with the first that did.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core.clock import CityNow
from notifications.models import Delivery, Receipt

State, Reason = Delivery.State, Delivery.Reason
#: Where a receipt still changes something: also before the answer to its sending is written down.
OPEN = (State.LEASED, State.SENT, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Told:
    """Args: `part` counts from 1, 0 is the whole message; `parts` is 0 where nobody says how many
    there are; `said` is a word of the provider's own."""

    key: UUID
    arrived: bool
    part: int = 0
    parts: int = 0
    said: str = ""


def take(channel: str, told: Told) -> None:
    """In the caller's transaction. What is not known here, or was told before, changes nothing."""
    with transaction.atomic():
        held = Delivery.objects.filter(key=told.key, channel=channel).select_for_update()
        row = held.first()
        if row is None:
            return
        _receipt, new = Receipt.objects.get_or_create(
            delivery=row, part=told.part, defaults={"arrived": told.arrived}
        )
        if not new or row.state not in OPEN:
            return
        if not told.arrived:
            _settle(row, State.PARKED, reason=Reason.UNDELIVERED, said=told.said)
        elif told.part == 0 or _all_arrived(row, told.parts):
            _settle(row, State.CONFIRMED, sent_at=CityNow(), confirmed_at=CityNow(), reason="")


def _all_arrived(row: Delivery, parts: int) -> bool:
    arrived = set(row.receipts.filter(arrived=True, part__gt=0).values_list("part", flat=True))
    wanted = parts or row.parts or 1
    return arrived >= set(range(1, wanted + 1))


def _settle(row: Delivery, state: Delivery.State, **known: object) -> None:
    if row.sent_at is not None:
        known.pop("sent_at", None)
    Delivery.objects.filter(pk=row.pk).update(state=state, due_at=None, leased_until=None, **known)
