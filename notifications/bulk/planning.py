"""Giving a broadcast's people their deliveries, one batch a transaction: killed anywhere, it is as
if it had not begun."""

from collections.abc import Iterable, Iterator
from typing import Final

from django.db import connection, transaction
from django.db.models.functions import Now

from core.events import ON_SITE, event_of
from notifications.bulk.audience import still_following
from notifications.bulk.models import Batch, Broadcast
from notifications.models import Delivery, Message, Outbox
from notifications.outbox import deliveries_of
from rules.delivery import Channel

State: Final = Broadcast.State
SEALED: Final = Delivery._meta.get_field("address")
#: One statement for each table: by the ORM the rows of a batch took longer to write down than to
#: send.
INTENTS: Final = """
INSERT INTO notifications_outbox (kind, subject_kind, subject_id, case_ref, version, recipient_id,
    channels, context, secret, created_at, planned_at)
SELECT kind, subject_kind, subject_id, case_ref, version, party, %(channels)s, context, '',
    created_at, statement_timestamp()
FROM notifications_broadcast, unnest(%(parties)s::bigint[]) party WHERE id = %(broadcast)s
RETURNING id, recipient_id
"""
#: What is shown on this site is shown now. One phone of two parties is told once
#: (`delivery_of_broadcast_once`).
DELIVERIES: Final = """
INSERT INTO notifications_delivery (broadcast_id, outbox_id, key, channel, address, digest,
    language, reason, said, provider, provider_id, tries, asked, state, due_at, sent_at,
    confirmed_at)
SELECT %(broadcast)s, intent, gen_random_uuid(), channel, address, digest, language, '', '', '', '',
    0, 0, CASE WHEN here THEN 'confirmed' ELSE 'pending' END,
    CASE WHEN NOT here THEN statement_timestamp() END, CASE WHEN here THEN city_now() END,
    CASE WHEN here THEN city_now() END
FROM (
    SELECT *, channel = 'site' AS here
    FROM unnest(%(intents)s::bigint[], %(channels)s::text[], %(addresses)s::text[],
        %(digests)s::bytea[], %(languages)s::text[]) r (intent, channel, address, digest, language)
) r
ON CONFLICT DO NOTHING
"""


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
    intents = _intents(one, channels, sorted(follow))
    rows = list(_once(deliveries_of(intents)))
    _write(one, rows)
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


def _intents(one: Broadcast, channels: list[str], parties: list[int]) -> list[Outbox]:
    with connection.cursor() as cursor:
        cursor.execute(INTENTS, {"broadcast": one.pk, "channels": channels, "parties": parties})
        return [
            Outbox(
                pk=pk,
                kind=one.kind,
                subject_kind=one.subject_kind,
                subject_id=one.subject_id,
                version=one.version,
                recipient_id=party,
                channels=channels,
                context=one.context,
                created_at=one.created_at,
            )
            for pk, party in cursor.fetchall()
        ]


def _write(one: Broadcast, rows: list[Delivery]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            DELIVERIES,
            {
                "broadcast": one.pk,
                "intents": [row.outbox_id for row in rows],
                "channels": [row.channel for row in rows],
                "addresses": [SEALED.get_prep_value(row.address) for row in rows],
                "digests": [row.digest for row in rows],
                "languages": [row.language for row in rows],
            },
        )


def _once(rows: Iterable[Delivery]) -> Iterator[Delivery]:
    """Of each party the first address of each channel: many of the same are no more than one."""
    seen: set[tuple[int, str]] = set()
    for row in rows:
        key = (row.outbox_id, row.channel)
        if key not in seen:
            seen.add(key)
            yield row
