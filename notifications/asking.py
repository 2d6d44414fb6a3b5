"""Asking what became of messages that were sent, or may have been: claimed as they are for sending
(`delivery`), asked about outside of any transaction. Nothing is sent here: at most one waits again
for its sending."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from core.clock import CityNow
from notifications import providers
from notifications.models import Delivery
from notifications.outcomes import after, arrived, by_row, way_of
from notifications.providers.interface import Answer, Outcome, Sent
from rules.delivery import Channel

log = logging.getLogger("tongdian.notifications")

State, Reason = Delivery.State, Delivery.Reason


@dataclass(frozen=True, slots=True)
class Asked:
    row: Delivery
    number: int


def claim(channels: Sequence[Channel], most: int, *, of_many: bool = False) -> list[Asked]:
    """Take some that the provider is to be asked about; the next time of asking is the lease.

    Args:
        of_many: of what goes to many, and else of what does not.
    """
    with transaction.atomic():
        due = Delivery.objects.filter(
            state__in=[State.SENT, State.UNKNOWN],
            due_at__lte=Now(),
            channel__in=channels,
            broadcast__isnull=not of_many,
        )
        due = due.order_by("due_at").select_for_update(skip_locked=True)
        rows = list(due[:most])
        alike: dict[tuple[str, int], list[int]] = {}
        for row in rows:
            alike.setdefault((row.channel, row.asked + 1), []).append(row.pk)
        for (channel, asked), keys in alike.items():
            seconds = way_of(channel).ask_in(asked)
            Delivery.objects.filter(pk__in=keys).update(
                asked=asked, due_at=None if seconds is None else after(seconds)
            )
    return [Asked(row, row.asked + 1) for row in rows]


def found(asked: Asked) -> Answer:
    """What the provider says of one; many are asked about at once, each in a thread."""
    row = asked.row
    try:
        carrier = providers.of(row.channel, row.provider)
    except ImproperlyConfigured:  # the operator has changed the vendor: nobody can be asked
        return Answer(Outcome.UNKNOWN)
    if not carrier.can_be_asked:
        # Whoever sends one key once may be given it again; nobody else comes here.
        return Answer(Outcome.ABSENT if carrier.deduplicates else Outcome.UNKNOWN)
    assert row.began_at is not None
    said = Sent(str(row.key), row.address, row.provider_id, row.began_at)
    try:
        return carrier.find(said)
    except Exception as error:  # noqa: BLE001 (asked again later)
        log.warning("delivery %s: asking failed: %s", row.pk, type(error).__name__)
        return Answer(Outcome.UNKNOWN)


def learn(several: Sequence[Asked], answers: Sequence[Answer]) -> None:
    """Write down what was said, unless somebody knows better meanwhile; what has arrived, and was
    asked about alike, in one statement."""
    alike: dict[tuple[str, int, int], dict[int, str]] = {}
    for asked, answer in zip(several, answers, strict=True):
        row = asked.row
        if answer.outcome is Outcome.ARRIVED:
            same = alike.setdefault((row.state, row.tries, asked.number), {})
            same[row.pk] = answer.provider_id or row.provider_id
        else:
            _learn_other(asked, answer)
    for (state, tries, number), said in alike.items():
        mine = Delivery.objects.filter(pk__in=list(said), state=state, tries=tries, asked=number)
        mine.update(**arrived(Answer(Outcome.ARRIVED)), provider_id=by_row(said))


def _learn_other(asked: Asked, answer: Answer) -> None:
    row = asked.row
    mine = Delivery.objects.filter(pk=row.pk, state=row.state, tries=row.tries, asked=asked.number)
    if answer.outcome is Outcome.REFUSED:
        mine.update(state=State.PARKED, due_at=None, reason=Reason.UNDELIVERED, said=answer.said)
    elif row.state == State.UNKNOWN and answer.outcome is Outcome.TAKEN:
        mine.update(state=State.SENT, sent_at=CityNow(), provider_id=answer.provider_id, reason="")
    elif row.state == State.UNKNOWN and answer.outcome is Outcome.ABSENT:
        _absent(row, mine)


def _absent(row: Delivery, mine: QuerySet[Delivery]) -> None:
    """Surely sent once when it is sent again, or as before."""
    if not providers.of(row.channel, row.provider).deduplicates:
        return
    if row.tries < way_of(row.channel).tries:
        mine.update(state=State.PENDING, due_at=Now())
    else:
        mine.update(state=State.PARKED, due_at=None)
