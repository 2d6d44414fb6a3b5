"""How far broadcasts are."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, QuerySet

from notifications.bulk.actions import RESUMABLE
from notifications.bulk.models import Broadcast
from notifications.models import Delivery

State, Reason = Delivery.State, Delivery.Reason
#: By how lists of them are sorted.
ORDER: Final = ("-id",)


@dataclass(frozen=True, slots=True)
class Progress:
    """People, and what became of the messages to them: one person may have several, over several
    channels.

    Attributes:
        planned: whose messages are made, or who had left by then.
        rest: given up, and sent when it is gone on with.
    """

    people: int
    planned: int
    left: int
    waiting: int
    sent: int
    unknown: int
    overtaken: int
    rest: int
    refused: int


def progress_of(one: Broadcast) -> Progress:
    """In two statements, whatever its size."""
    counted = dict.fromkeys(
        ("waiting", "sent", "unknown", "left", "overtaken", "rest", "refused"), 0
    )
    rows = one.deliveries.order_by().values_list("state", "reason").annotate(Count("id"))
    for state, reason, count in rows:
        counted[_kind(state, reason)] += count
    planned = left = 0
    for size, gone in one.batches.filter(planned_at__isnull=False).values_list(
        "members__len", "left"
    ):
        planned, left = planned + size, left + gone
    counted["left"] += left
    return Progress(people=one.people, planned=planned, **counted)


def _kind(state: str, reason: str) -> str:
    if state in (State.PENDING, State.LEASED):
        return "waiting"
    if state in (State.SENT, State.CONFIRMED):
        return "sent"
    if state == State.UNKNOWN:
        return "unknown"
    named = {Reason.LEFT: "left", Reason.GRANT: "left", Reason.SUPERSEDED: "overtaken"}
    return named.get(Reason(reason)) or ("rest" if reason in RESUMABLE else "refused")


def rest_of(one: Broadcast) -> QuerySet[Delivery]:
    """By their numbers, those that have not got it and may yet."""
    waiting = one.deliveries.filter(state=State.PENDING)
    return (waiting | one.deliveries.filter(state=State.PARKED, reason__in=RESUMABLE)).order_by(
        "id"
    )
