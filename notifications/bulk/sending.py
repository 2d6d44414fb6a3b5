"""Broadcasts on their way: claimed by many at once, handed over by several threads, settled
together. Like all deliveries they are sent in no transaction, and what nobody knows is asked about.

An older one about the same subject is never sent after a newer one: claiming holds the row that
`overtake` changes, and nothing of the newer is claimed while something of the older is on its way.
"""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Now

from core.events import topic_of
from core.locks import try_to_be_alone
from notifications import asking, delivery, holding, providers, texts
from notifications.bulk.actions import RESUMABLE
from notifications.bulk.audience import still_following
from notifications.bulk.handing import Handing, Hands
from notifications.bulk.models import Batch, Broadcast
from notifications.bulk.planning import plan_next
from notifications.choices import said_by
from notifications.models import Delivery, Sending
from notifications.outcomes import way_of
from notifications.providers.interface import Answer, Letter, Outcome
from rules.delivery import CARRIED, Channel, delivery_rules

log = logging.getLogger("tongdian.notifications")
State, Reason = Broadcast.State, Delivery.Reason
CHANNELS: Final = (*CARRIED, Channel.SUBSCRIBER)
#: Deliveries that one statement puts aside.
PARKED_AT_ONCE: Final = 5_000


def send_broadcasts() -> int:
    """Send what goes to many, and ask about what is unknown of it; returns how many were taken.

    One process at a time: it hands over as many at once as its provider is to have.
    """
    ends = time.monotonic() + delivery_rules().run_seconds
    with try_to_be_alone("notifications.send_broadcasts") as alone:
        return send_until(ends) if alone else 0


def send_until(ends: float, *, asks: bool = True) -> int:
    """By the steps, each of which any number of processes may take at once.

    Args:
        asks: also about what was sent and is not known to have arrived.
    """
    taken = 0
    while park_overtaken():
        pass
    for channel in CHANNELS:
        delivery.release(channel)
    with Hands(delivery_rules().bulk.at_once) as hands:
        while time.monotonic() < ends and (sent := _step(hands)) is not None:
            taken += sent
        while asks and _ask(hands) and time.monotonic() < ends:
            pass
    return taken


def sendable() -> QuerySet[Broadcast]:
    """Those of which something may be sent now."""
    going = Q(state__in=[State.WAITING, State.SENDING])
    rested = Q(state=State.PARTIAL, resume_at__lte=Now())
    return Broadcast.objects.filter(going | rested, current=True)


def _step(hands: Hands) -> int | None:
    """Send some of the first broadcast that has any, or give some people of it their deliveries;
    None where nothing is to be done now."""
    for pk in (
        Broadcast.objects.filter(current=True, state__in=Broadcast.OPEN)
        .order_by("-urgent", "id")
        .values_list("pk", flat=True)
    ):
        for channel in CHANNELS:
            if providers.is_open(channel) and (rows := claim(pk, channel, hands.room)):
                return send_claimed(pk, rows, hands)
        if plan_next(pk):
            return 0
        end(pk)
    return None


def claim(pk: int, channel: Channel, most: int) -> list[Delivery]:
    """Take some of a broadcast that are due; nobody else has them until the lease ends."""
    with transaction.atomic():
        one = sendable().filter(pk=pk).select_for_update(no_key=True).first()
        if one is None or _older_on_its_way(one):
            return []
        due = Delivery.objects.filter(
            broadcast=one, channel=channel, state=Delivery.State.PENDING, due_at__lte=Now()
        )
        rows = delivery.lease(due.order_by("id"), channel, most)
        if rows and one.state != State.SENDING:
            one.state, one.resume_at = State.SENDING, None
            one.save(update_fields=["state", "resume_at"])
    return rows


def _older_on_its_way(one: Broadcast) -> bool:
    older = Broadcast.objects.filter(
        subject_kind=one.subject_kind, subject_id=one.subject_id, id__lt=one.pk
    )
    leased = Delivery.objects.filter(broadcast__in=older, state=Delivery.State.LEASED)
    return leased.exists()


def send_claimed(pk: int, rows: Sequence[Delivery], hands: Hands) -> int:
    """Hand over what was claimed, unless it may not go any more; what was not begun with is given
    back."""
    way, begun = way_of(rows[0].channel), time.monotonic()
    one = sendable().filter(pk=pk).first()
    if one is None:
        delivery.give_back(rows)
        return 0
    ready = _ready(one, rows)
    handing = Handing(rows, begun + way.lease - way.wait - 1)
    answers = handing.all_of(((row, letter) for row, letter, _counted in ready), hands)
    done = [(row, answer) for row, answer in zip(rows, answers, strict=True) if answer]
    with transaction.atomic():
        taken = delivery.settle_all(done)
        holding.uncount(
            counted
            for (_row, _letter, counted), answer in zip(ready, answers, strict=True)
            if counted and (answer is None or answer.outcome in holding.NOT_TAKEN)
        )
        delivery.give_back([row for row, answer in zip(rows, answers, strict=True) if not answer])
    if handing.busy:
        _pause(one, way.pause(one.throttled + 1))
    elif one.throttled and taken:
        Broadcast.objects.filter(pk=pk).update(throttled=0)
    hands.took(len(done), time.monotonic() - begun)
    return taken


def _ready(
    one: Broadcast, rows: Sequence[Delivery]
) -> list[tuple[Delivery, Letter | Answer, Sending | None]]:
    """Of each its letter, or why it does not go now, and what the provider's limits count of it.
    This is not done by the threads, which have no language."""
    people = {row.outbox.recipient_id for row in rows if row.outbox.recipient_id}
    follow = still_following(one, people)
    said, topic = said_by(people), topic_of(one.kind)
    forms: texts.Forms = {}
    made: dict[int, Letter | Answer] = {}
    for row in rows:
        party = row.outbox.recipient_id
        row.broadcast = one
        left = party and not (party in follow and said.wants(party, row.channel, topic))
        made[row.pk] = holding.LEFT if left else _letter(row, forms)
    letters = [(row, each) for row in rows if isinstance(each := made[row.pk], Letter)]
    counted: dict[int, Sending] = {}
    for (row, _), held in zip(letters, holding.waiting(letters), strict=True):
        if isinstance(held, Answer):
            made[row.pk] = held
        elif held is not None:
            counted[row.pk] = held
    return [(row, made[row.pk], counted.get(row.pk)) for row in rows]


def _letter(row: Delivery, forms: texts.Forms) -> Letter | Answer:
    try:
        return delivery.made(row, forms)
    except Exception:  # (one bad message must not stop the others)
        log.exception("delivery %s could not be made", row.pk)
        return Answer(Outcome.NOT_NOW, reason=Reason.FAILED)


def _pause(one: Broadcast, seconds: int) -> None:
    """The provider takes no more: it goes on by itself, after pauses that grow."""
    going = Broadcast.objects.filter(pk=one.pk, current=True, state=State.SENDING)
    going.update(
        state=State.PARTIAL,
        throttled=one.throttled + 1,
        resume_at=Now() + Value(timedelta(seconds=seconds)),
    )


def _ask(hands: Hands) -> bool:
    """Ask about some that may have been taken; False where none is due."""
    due = asking.claim(CHANNELS, delivery_rules().bulk.claim, of_many=True)
    answers = list(hands.map(asking.found, due))
    with transaction.atomic():
        asking.learn(due, answers)
    return bool(due)


def end(pk: int) -> None:
    """Write down that nothing more happens by itself: done, or sent to some alone."""
    going = [Delivery.State.PENDING, Delivery.State.LEASED]
    with transaction.atomic():
        unplanned = Batch.objects.filter(broadcast=OuterRef("pk"), planned_at=None)
        held = sendable().filter(~Exists(unplanned), pk=pk)
        one = held.select_for_update(no_key=True).first()
        if one is None:
            return
        unknown = Q(state=Delivery.State.UNKNOWN, due_at__isnull=False)
        if one.deliveries.filter(Q(state__in=going) | unknown).exists():
            return
        rest = one.deliveries.filter(state=Delivery.State.PARKED, reason__in=RESUMABLE)
        one.state = State.PARTIAL if rest.exists() else State.DONE
        one.resume_at, one.ended_at = None, Now()
        one.save(update_fields=["state", "resume_at", "ended_at"])


def park_overtaken() -> int:
    """Put aside what is not sent any more, because something newer is told; returns how many."""
    overtaken = Delivery.objects.filter(
        state=Delivery.State.PENDING,
        broadcast__in=Broadcast.objects.filter(current=False),
    )
    return Delivery.objects.filter(pk__in=overtaken.values("pk")[:PARKED_AT_ONCE]).update(
        state=Delivery.State.PARKED, reason=Reason.SUPERSEDED, due_at=None
    )
