"""The outbox: written with the act, delivered after it, each message at least once.

Delivery over the site's own channel is exactly once: its row is tied to the outbox row.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Now

from core.clock import CityNow
from notifications.models import Message, Outbox

log = logging.getLogger("tongdian.notifications")

State = Outbox.State

#: How long a process may take for its batch before another one takes it over.
LEASE = timedelta(minutes=2)
#: A message that fails this often is put aside, so that it holds up no other.
MOST_TRIES = 5


def show_on_site(row: Outbox) -> None:
    """Puts the message where the person finds it on this site, once however often it is tried."""
    Message.objects.get_or_create(
        outbox=row,
        defaults={
            "recipient_id": row.recipient_id,
            "kind": row.kind,
            "subject_kind": row.subject_kind,
            "subject_id": row.subject_id,
            "context": row.context,
            "created_at": row.created_at,
        },
    )


#: The ways in which a message reaches a person.
CHANNELS: dict[str, Callable[[Outbox], None]] = {Outbox.Channel.SITE: show_on_site}


def put(**message: Any) -> None:
    """Leaves one message for some accounts; see `addressed`."""
    leave(addressed(**message))


def leave(rows: Iterable[Outbox]) -> None:
    """In the transaction of what they tell; twice is once."""
    Outbox.objects.bulk_create(rows, ignore_conflicts=True)


def addressed(
    *,
    kind: str,
    subject_kind: str,
    subject_id: int,
    case_ref: UUID,
    version: int,
    recipients: Iterable[int],
    context: Mapping[str, Any],
) -> list[Outbox]:
    """A message for some accounts, one row each.

    The subject's version by this act tells two acts of one kind apart; the context holds numbers,
    codes and ISO dates, never a name or an address.
    """
    return [
        Outbox(
            kind=kind,
            subject_kind=subject_kind,
            subject_id=subject_id,
            case_ref=case_ref,
            version=version,
            recipient_id=recipient,
            context=dict(context),
        )
        for recipient in sorted(set(recipients))
    ]


def deliver(batch: int = 200) -> int:
    """Delivers what is waiting and returns how many; any number of processes may do so at once.

    A batch is leased in one short transaction, then each message is sent and confirmed in one of
    its own. Whoever dies in between loses nothing: the lease runs out.
    """
    # What a process that died had taken is free again; what kills every process is put aside.
    expired = Outbox.objects.filter(state=State.LEASED, leased_until__lt=Now())
    expired.filter(tries__gte=MOST_TRIES).update(state=State.PARKED, leased_until=None)
    expired.update(state=State.PENDING, leased_until=None)
    with transaction.atomic():
        pending = Outbox.objects.filter(state=State.PENDING).order_by("id")
        rows = list(pending.select_for_update(skip_locked=True)[:batch])
        Outbox.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.LEASED, leased_until=Now() + Value(LEASE), tries=F("tries") + 1
        )
    return sum(_send(row) for row in rows)


def deliver_all() -> int:
    total = 0
    while sent := deliver():
        total += sent
    return total


def _send(row: Outbox) -> bool:
    try:
        with transaction.atomic():
            mine = Outbox.objects.select_for_update().filter(pk=row.pk, state=State.LEASED)
            if not mine.exists():
                return False
            CHANNELS[row.channel](row)
            mine.update(state=State.SENT, leased_until=None, sent_at=CityNow())
    except Exception:  # (one bad message must not stop the others)
        log.exception("outbox row %s could not be delivered", row.pk)
        # For another try, or aside after the last one; `row.tries` is from before this try.
        again = row.tries + 1 < MOST_TRIES
        Outbox.objects.filter(pk=row.pk, state=State.LEASED).update(
            state=State.PENDING if again else State.PARKED, leased_until=None
        )
        return False
    return True
