"""Giving a broadcast's people their deliveries, one batch a transaction: killed anywhere, it is as
if it had not begun."""

from collections.abc import Iterable, Iterator
from typing import Final

from django.db import transaction
from django.db.models.functions import Now

from core.clock import CityNow
from core.events import ON_SITE, event_of
from notifications.bulk.audience import still_following
from notifications.bulk.models import Batch, Broadcast
from notifications.models import Delivery, Message, Outbox
from notifications.outbox import deliveries_of
from rules.delivery import Channel

State: Final = Broadcast.State


def plan_next(pk: int) -> bool:
    """Give one batch its deliveries; False where none is left, or it is sent to nobody any more."""
    with transaction.atomic():
        # Held against whoever tells something newer: what is shown on this site is shown now.
        held = Broadcast.objects.filter(pk=pk, current=True, state__in=Broadcast.OPEN)
        one = held.select_for_update(no_key=True).first()
        if one is None:
            return False
        waiting = Batch.objects.filter(broadcast=one, planned_at=None).order_by("number")
        batch = waiting.first()
        if batch is None:
            return False
        _plan(one, batch)
        if one.state == State.WAITING:
            one.state = State.SENDING
            one.save(update_fields=["state"])
    return True


def _plan(one: Broadcast, batch: Batch) -> None:
    follow = still_following(one, batch.members)
    event = event_of(one.kind)
    channels = list(event.message.channels if event and event.message else ON_SITE)
    intents = Outbox.objects.bulk_create(
        Outbox(
            kind=one.kind,
            subject_kind=one.subject_kind,
            subject_id=one.subject_id,
            case_ref=one.case_ref,
            version=one.version,
            recipient_id=party,
            channels=channels,
            context=one.context,
            created_at=one.created_at,
            planned_at=Now(),
        )
        for party in sorted(follow)
    )
    rows = list(_once(deliveries_of(intents)))
    for row in rows:
        row.broadcast = one
        if row.channel == Channel.SITE:
            row.state, row.due_at = Delivery.State.CONFIRMED, None
            row.sent_at = row.confirmed_at = CityNow()
    # One phone of two parties is told once (`delivery_of_broadcast_once`).
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    Message.objects.bulk_create(
        Message(
            outbox=row.outbox,
            recipient_id=row.outbox.recipient_id or 0,  # each of these is somebody's
            kind=one.kind,
            subject_kind=one.subject_kind,
            subject_id=one.subject_id,
            context=one.context,
            created_at=one.created_at,
        )
        for row in rows
        if row.channel == Channel.SITE
    )
    batch.left, batch.planned_at = len(batch.members) - len(intents), Now()
    batch.save(update_fields=["left", "planned_at"])


def _once(rows: Iterable[Delivery]) -> Iterator[Delivery]:
    """Of each party the first address of each channel: many of the same are no more than one."""
    seen: set[tuple[int, str]] = set()
    for row in rows:
        key = (row.outbox_id, row.channel)
        if key not in seen:
            seen.add(key)
            yield row
