"""Deliveries on their way: claimed in one short transaction, sent in none, settled in a third.

A claim ends by itself. Over the site it is then made again, for its message is written once.
What was on its way to the outside may have been taken: it is `unknown`, and asked about.
"""

import logging
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Now

from core.locks import try_to_be_alone
from notifications import asking, circuits, holding, providers, texts
from notifications.models import Delivery, Message, Outbox
from notifications.outcomes import after, by_row, came_to, way_of
from notifications.parts import parts
from notifications.providers.interface import Answer, Letter, Outcome
from rules.delivery import CARRIED, OF_SYSTEMS, Channel, delivery_rules

log = logging.getLogger("tongdian.notifications")

State, Reason = Delivery.State, Delivery.Reason
#: Who waits for a code must not wait for another system: each of the two is sent by itself.
PEOPLE: Final = CARRIED
SYSTEMS: Final = OF_SYSTEMS
ASKED_AT_ONCE: Final = 20


def send_outside(channels: Sequence[Channel] = PEOPLE) -> int:
    """Send what waits for the outside over some channels, and ask about what is unknown there;
    returns how many were taken.

    One process at a time, so that a slow provider never holds more than one: the others go on with
    what is due on this site.
    """
    ends = time.monotonic() + delivery_rules().run_seconds
    taken = 0
    with try_to_be_alone(f"notifications.send_outside {' '.join(channels)}") as alone:
        if not alone:
            return 0
        forget_secrets()
        for channel in channels:
            release(channel)
            if providers.is_open(channel):
                while time.monotonic() < ends and (some := claim(channel)):
                    taken += sum(send(each) for each in some)
        while time.monotonic() < ends and (due := asking.claim(channels, ASKED_AT_ONCE)):
            for asked in due:
                asking.learn([asked], [asking.found(asked)])
    return taken


def send_some(channel: Channel, most: int) -> int:
    return sum(send(each) for each in claim(channel, most))


def release(channel: Channel) -> None:
    """Free what a process that died had claimed; what ended every process is put aside."""
    way = way_of(channel)
    lost = Delivery.objects.filter(channel=channel, state=State.LEASED, leased_until__lt=Now())
    if channel != Channel.SITE:
        lost.update(
            state=State.UNKNOWN,
            reason=Reason.LOST,
            leased_until=None,
            asked=0,
            due_at=after(way.ask_in(0) or 0),
        )
        return
    lost.filter(tries__gte=way.tries).update(
        state=State.PARKED, reason=Reason.TRIES, leased_until=None
    )
    lost.update(state=State.PENDING, leased_until=None, due_at=Now())


def forget_secrets() -> None:
    """What must not be known any longer than it holds."""
    Outbox.objects.exclude(secret="").filter(expires_at__lt=Now()).update(secret="")


def claim(channel: Channel, most: int | None = None) -> list[Delivery]:
    """Take some that are due, the oldest first; nobody else has them until the lease ends."""
    with transaction.atomic():
        due = Delivery.objects.filter(
            channel=channel, state=State.PENDING, due_at__lte=Now(), broadcast=None
        )
        return lease(due.order_by("due_at", "id"), channel, most or way_of(channel).batch)


def lease(due: QuerySet[Delivery], channel: Channel, most: int) -> list[Delivery]:
    """Take some of those that are due, in the caller's transaction."""
    provider = providers.name_of(channel)
    room, opened = circuits.room(channel, provider, most)
    due = due.select_for_update(skip_locked=True, of=("self",))
    rows = list(due.select_related("outbox")[:room])
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.LEASED,
        leased_until=after(way_of(channel).lease),
        due_at=None,
        began_at=Now(),
        tries=F("tries") + 1,
        provider=provider,
    )
    if rows and opened:
        circuits.let_through(opened)
    for row in rows:
        row.tries += 1
        row.provider = provider
    return rows


def give_back(rows: Sequence[Delivery]) -> None:
    """Let others take what was claimed and not tried."""
    for tries in {row.tries for row in rows}:
        keys = [row.pk for row in rows if row.tries == tries]
        mine = Delivery.objects.filter(pk__in=keys, tries=tries, state=State.LEASED)
        mine.update(state=State.PENDING, leased_until=None, due_at=Now(), tries=F("tries") - 1)


def send(row: Delivery) -> bool:
    """Outside of any transaction; True where the message was taken."""
    try:
        answer = _show(row) if row.channel == Channel.SITE else _hand_over(row)
    except Exception:  # (one bad message must not stop the others)
        log.exception("delivery %s could not be made", row.pk)
        answer = Answer(Outcome.NOT_NOW, reason=Reason.FAILED)
    return settle(row, answer)


def _show(row: Delivery) -> Answer:
    """Put the message where the person finds it on this site, once however often it is tried."""
    intent = row.outbox
    assert intent.recipient_id is not None  # nobody else has a site to read
    Message.objects.get_or_create(
        outbox=intent,
        defaults={
            "recipient_id": intent.recipient_id,
            "kind": intent.kind,
            "subject_kind": intent.subject_kind,
            "subject_id": intent.subject_id,
            "context": intent.context,
            "created_at": intent.created_at,
        },
    )
    return Answer(Outcome.ARRIVED)


def _hand_over(row: Delivery) -> Answer:
    letter = made(row)
    if isinstance(letter, Answer):
        return letter
    held = holding.before(row, letter)
    if isinstance(held, Answer):
        return held
    answer = carry(row, letter)
    holding.after(row, answer, held)
    return answer


def made(row: Delivery, forms: texts.Forms | None = None) -> Letter | Answer:
    """What goes out, or why nothing does.

    Args:
        forms: as `texts.letter` has them.
    """
    letter = texts.letter(row, forms)
    if letter is None:
        return Answer(Outcome.REFUSED, reason=Reason.EXPIRED)
    if row.channel == Channel.SMS:
        row.parts = parts(letter.text)
    return letter


def carry(row: Delivery, letter: Letter) -> Answer:
    """Hand a letter over to its provider; many are at once, each in a thread."""
    carrier = providers.of(row.channel, row.provider)
    try:
        return carrier.send(letter)
    except Exception as error:  # noqa: BLE001 (whatever it was, it may have been taken)
        log.warning("delivery %s: %s broke: %s", row.pk, row.provider, type(error).__name__)
        return Answer(Outcome.UNKNOWN, reason=Reason.STRANGE_ANSWER)


def settle(row: Delivery, answer: Answer) -> bool:
    """Write down what came of a try; True where the message was taken.

    Only of that try, and only while nobody knows better: a claim that ended meanwhile is `unknown`
    at most, and what was learned late is still learned.
    """
    return bool(settle_all([(row, answer)]))


def settle_all(pairs: Iterable[tuple[Delivery, Answer]]) -> int:
    """As `settle`, of several: those to which the same has come in one statement. How many were
    taken."""
    alike: dict[tuple[Any, ...], list[tuple[Delivery, Answer]]] = {}
    for row, answer in pairs:
        same = (row.channel, row.provider, row.tries, row.parts, replace(answer, provider_id=""))
        alike.setdefault(same, []).append((row, answer))
        if answer.outcome not in (Outcome.TAKEN, Outcome.ARRIVED):
            log.info("delivery %s: %s %s", row.pk, answer.outcome.name.lower(), answer.reason)
    return sum(_settle(each) for each in alike.values())


def _settle(pairs: Sequence[tuple[Delivery, Answer]]) -> int:
    row, answer = pairs[0]
    mine = Delivery.objects.filter(
        pk__in=[each.pk for each, _answer in pairs],
        key__in=[each.key for each, _answer in pairs],
        tries=row.tries,
        state__in=[State.LEASED, State.UNKNOWN],
    )
    told = {
        "leased_until": None,
        "reason": answer.reason,
        "said": answer.said,
        "parts": row.parts,
        "billed": answer.billed,
        **came_to(row, answer),
    }
    if "provider_id" in told:
        told["provider_id"] = by_row({each.pk: theirs.provider_id for each, theirs in pairs})
    changed = mine.update(**told)
    return changed if answer.outcome in (Outcome.TAKEN, Outcome.ARRIVED) else 0


def forget_addresses() -> int:
    """Of what is so old that nobody asks about it any more; returns how many were forgotten."""
    days = timedelta(days=delivery_rules().address_days)
    old = Delivery.objects.exclude(address="").filter(created_at__lt=Now() - Value(days))
    return old.exclude(state__in=[State.PENDING, State.LEASED]).update(address="", due_at=None)


def again(row: Delivery) -> bool:
    """Send once more what was given up or is unknown: somebody has looked at it and says so.

    What a provider has refused or could not deliver it would know by its key, and not send.
    """
    key = uuid.uuid4() if row.reason in {Reason.REFUSED, Reason.UNDELIVERED} else row.key
    stuck = Delivery.objects.filter(pk=row.pk, state__in=[State.PARKED, State.UNKNOWN])
    if row.channel != Channel.SITE:
        stuck = stuck.exclude(address="")
    changed = stuck.update(
        state=State.PENDING, due_at=Now(), tries=0, asked=0, reason="", said="", key=key
    )
    return bool(changed)
