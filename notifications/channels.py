"""The ways in which a message reaches a person."""

from collections.abc import Callable

from core.clock import CityNow
from notifications.models import Message, Outbox

CITY_NOW = CityNow()


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


CHANNELS: dict[str, Callable[[Outbox], None]] = {Outbox.Channel.SITE: show_on_site}
