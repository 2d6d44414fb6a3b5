"""The outbox: an intent is written with the act that it tells of; a delivery for each way in which
it goes to a person is planned after it (`plan`), and sent (`notifications.delivery`)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from core.events import ON_SITE, event_of, topic_of
from core.fields import blind_index
from core.problems import Busy
from notifications import delivery, providers, registry
from notifications.addresses import Address, reached_at
from notifications.choices import Said, said_by
from notifications.models import Delivery, Outbox
from rules.delivery import Channel

CODE_SENT: Final = "contact.code_sent"


def put(**message: Any) -> None:
    """Leaves one message for some parties; see `addressed`."""
    leave(addressed(**message))


def leave(rows: Iterable[Outbox]) -> None:
    """In the transaction of what they tell; twice is once."""
    Outbox.objects.bulk_create(rows, ignore_conflicts=True)


def addressed(
    *,
    kind: str,
    subject_kind: str,
    subject_id: int,
    case_ref: UUID | None,
    version: int,
    recipients: Iterable[int],
    context: Mapping[str, Any],
    channels: Iterable[str] | None = None,
) -> list[Outbox]:
    """A message for some parties, one row each, over the channels that the catalogue names.

    The subject's version by this act tells two acts of one kind apart; the context holds numbers,
    codes and ISO dates, never a name or an address.
    """
    event = event_of(kind)
    named = event.message.channels if event and event.message else ON_SITE
    ways = list(named if channels is None else channels)
    return [
        Outbox(
            kind=kind,
            subject_kind=subject_kind,
            subject_id=subject_id,
            case_ref=case_ref,
            version=version,
            recipient_id=recipient,
            channels=ways,
            context=dict(context),
        )
        for recipient in sorted(set(recipients))
    ]


def send_code(
    address: Address,
    *,
    secret: Mapping[str, str],
    lasts: timedelta,
    language: str,
    kind: str = CODE_SENT,
    context: Mapping[str, Any] | None = None,
) -> Outbox:
    """Leave a text for an address that need not be anybody's yet, in the caller's transaction.

    Args:
        secret: what nobody else may read, such as `{"code": "123456"}`: sealed, and gone when it
            ends.
        lasts: after which it is not sent any more.
        kind: the row of the catalogue of events whose message is sent.

    Raises:
        Busy: nobody carries messages over this channel, or has a template for this one.
    """
    if not providers.is_open(address.channel) or not registry.has_template(
        address.channel, kind, context or {}, language
    ):
        raise Busy(_("No message can be sent this way at the moment."))
    minutes = int(lasts.total_seconds() // 60)
    intent = Outbox.objects.create(
        kind=kind,
        subject_kind="contact",
        subject_id=0,
        version=0,
        channels=[address.channel],
        context={"minutes": minutes, **(context or {})},
        secret=json.dumps(dict(secret)),
        planned_at=Now(),
        expires_at=Now() + Value(lasts),
    )
    _on_its_way(intent, address, language).save(force_insert=True)
    return intent


def post(
    *,
    kind: str,
    subject_kind: str,
    subject_id: int,
    case_ref: UUID,
    version: int,
    context: Mapping[str, Any],
) -> None:
    """Leave a webhook for the system of somebody else, in the transaction of what it tells.

    Args:
        kind: the event, which the receiver knows by this name.
        context: all that is told of it, as JSON values.
    """
    intent = Outbox.objects.create(
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        case_ref=case_ref,
        version=version,
        channels=[Channel.WEBHOOK],
        context=dict(context),
        planned_at=Now(),
    )
    address = Address(Channel.WEBHOOK, providers.name_of(Channel.WEBHOOK))
    _on_its_way(intent, address, User.Language.ZH).save(force_insert=True)


def plan(batch: int = 200) -> int:
    """Give intents their deliveries, and return how many got them.

    Who is reached where is decided here, once: a contact that is confirmed later gets what comes
    later.
    """
    with transaction.atomic():
        waiting = Outbox.objects.filter(planned_at=None).order_by("id")
        intents = list(waiting.select_for_update(skip_locked=True, of=("self",))[:batch])
        if not intents:
            return 0
        Delivery.objects.bulk_create(deliveries_of(intents), ignore_conflicts=True)
        Outbox.objects.filter(pk__in=[each.pk for each in intents]).update(planned_at=Now())
    return len(intents)


def deliveries_of(intents: Sequence[Outbox]) -> list[Delivery]:
    """One for each way in which each of them goes to its party now; not written yet."""
    parties = {intent.recipient_id for intent in intents if intent.recipient_id}
    # Whoever has no account reads nothing on this site: all of it goes outside.
    accounts = dict(User.objects.filter(party__in=parties).values_list("party_id", "language"))
    outside = {
        intent.recipient_id
        for intent in intents
        if intent.recipient_id
        and (intent.recipient_id not in accounts or set(intent.channels) - set(ON_SITE))
    }
    reached = reached_at(outside) if outside else {}
    said = said_by(outside) if outside else Said({})
    rows = []
    for intent in intents:
        party = intent.recipient_id
        if party is not None:
            topic = topic_of(intent.kind)
            wanted = [
                way for way in reached.get(party, []) if said.wants(party, way.channel, topic)
            ]
            ways = _ways(intent, wanted, on_site=party in accounts)
            planned = [
                _on_its_way(intent, way, accounts.get(party) or way.language) for way in ways
            ]
            rows += [row for row in planned if _can_be_said(row)]
    return rows


def _can_be_said(row: Delivery) -> bool:
    """WeChat says what it has approved, and that is little: all else goes the other ways."""
    intent = row.outbox
    return row.channel != Channel.WECHAT or registry.has_template(
        row.channel, intent.kind, intent.context, row.language
    )


def _ways(intent: Outbox, reached: Iterable[Address], *, on_site: bool) -> list[Address]:
    told_here = Channel.SITE in intent.channels
    if told_here and not on_site:
        return list(reached)
    site = [Address(Channel.SITE, "")] if told_here else []
    return [*site, *(each for each in reached if each.channel in intent.channels)]


def _on_its_way(intent: Outbox, way: Address, language: str) -> Delivery:
    known = blind_index(way.address, "delivery") if way.address else b""
    return Delivery(
        outbox=intent,
        channel=way.channel,
        address=way.address,
        digest=known,
        language=language,
    )


def deliver(batch: int = 200) -> int:
    """Plan what waits and show it on this site; returns how many messages are new there. Any
    number of processes may do so at once."""
    plan(batch)
    delivery.release(Channel.SITE)
    return delivery.send_some(Channel.SITE, batch)


def show_all() -> int:
    total = 0
    while plan() + (sent := deliver()):
        total += sent
    return total


def deliver_all() -> int:
    """All that waits for this site, and then for the outside."""
    return show_all() + delivery.send_outside() + delivery.send_outside(delivery.SYSTEMS)
