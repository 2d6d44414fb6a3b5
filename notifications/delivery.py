"""Deliveries on their way: claimed in one short transaction, sent in none, settled in a third.

A claim ends by itself. Over the site it is then made again, for its message is written once.
What was on its way to the outside may have been taken: it is `unknown`, and asked about.
"""

import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Now

from core.clock import CityNow
from core.locks import try_to_be_alone
from notifications import circuits, holding, providers, texts
from notifications.models import Delivery, Message, Outbox
from notifications.parts import parts
from notifications.providers.interface import Answer, Letter, Outcome, Sent
from rules.delivery import CARRIED, OF_SYSTEMS, Channel, Way, delivery_rules

log = logging.getLogger("tongdian.notifications")

State, Reason = Delivery.State, Delivery.Reason
#: Who waits for a code must not wait for another system: each of the two is sent by itself.
PEOPLE: Final = CARRIED
SYSTEMS: Final = OF_SYSTEMS


def way_of(channel: str) -> Way:
    return delivery_rules().ways[Channel(channel)]


def after(seconds: int) -> Any:
    """By the server's real clock."""
    return Now() + Value(timedelta(seconds=seconds))


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
        while time.monotonic() < ends and (to_ask := claim_to_ask(channels)):
            for asked in to_ask:
                ask(asked)
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


def made(row: Delivery) -> Letter | Answer:
    """What goes out, or why nothing does."""
    letter = texts.letter(row)
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
    return bool(settle_all([row], [answer]))


def settle_all(rows: Sequence[Delivery], answers: Sequence[Answer]) -> int:
    """As `settle`, of several: those to which the same has come in one statement. How many were
    taken."""
    alike: dict[tuple[Any, ...], list[tuple[Delivery, Answer]]] = {}
    for row, answer in zip(rows, answers, strict=True):
        same = (row.channel, row.provider, row.tries, row.parts, replace(answer, provider_id=""))
        alike.setdefault(same, []).append((row, answer))
        if answer.outcome not in (Outcome.TAKEN, Outcome.ARRIVED):
            log.info("delivery %s: %s %s", row.pk, answer.outcome.name.lower(), answer.reason)
    return sum(_settle(pairs) for pairs in alike.values())


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
        **_came_to(row, answer),
    }
    if "provider_id" in told:
        told["provider_id"] = Case(
            *(When(pk=each.pk, then=Value(theirs.provider_id)) for each, theirs in pairs),
            default=F("provider_id"),
        )
    changed = mine.update(**told)
    return changed if answer.outcome in (Outcome.TAKEN, Outcome.ARRIVED) else 0


def _came_to(row: Delivery, answer: Answer) -> dict[str, Any]:
    way = way_of(row.channel)
    if answer.outcome is Outcome.ARRIVED:
        return _arrived(answer)
    if answer.outcome is Outcome.TAKEN:
        return {
            "state": State.SENT,
            "sent_at": CityNow(),
            "provider_id": answer.provider_id,
            "asked": 0,
            "due_at": _next_ask(row, 0),
        }
    if answer.outcome is Outcome.UNKNOWN:
        return {"state": State.UNKNOWN, "asked": 0, "due_at": _next_ask(row, 0)}
    if answer.outcome is Outcome.HELD:
        return {"state": State.PENDING, "due_at": answer.until, "tries": F("tries") - 1}
    if answer.outcome is Outcome.NOT_NOW and row.tries < way.tries:
        return {"state": State.PENDING, "due_at": after(way.pause(row.tries))}
    # The reason says what went wrong last, also where it was tried too often.
    return {"state": State.PARKED, "due_at": None, "reason": answer.reason or Reason.TRIES}


def _arrived(answer: Answer) -> dict[str, Any]:
    known = {"provider_id": answer.provider_id} if answer.provider_id else {}
    return known | {
        "state": State.CONFIRMED,
        "sent_at": CityNow(),
        "confirmed_at": CityNow(),
        "reason": "",
        "due_at": None,
    }


def _next_ask(row: Delivery, asked: int) -> Any:
    """When the provider is asked about a message; None where it cannot be, or was often enough."""
    carrier = providers.of(row.channel, row.provider)
    seconds = way_of(row.channel).ask_in(asked)
    if seconds is None or not (carrier.can_be_asked or carrier.deduplicates):
        return None
    return after(seconds)


@dataclass(frozen=True, slots=True)
class Asked:
    row: Delivery
    number: int


def claim_to_ask(
    channels: Sequence[Channel] = PEOPLE, most: int = 20, *, of_many: bool = False
) -> list[Asked]:
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


def ask(asked: Asked) -> None:
    """Outside of any transaction. Nothing is sent here: at most it waits again for its sending."""
    row = asked.row
    try:
        carrier = providers.of(row.channel, row.provider)
    except ImproperlyConfigured:
        return  # the operator has changed the vendor: nobody can be asked
    answer = Answer(Outcome.UNKNOWN)
    if carrier.can_be_asked:
        assert row.began_at is not None
        said = Sent(str(row.key), row.address, row.provider_id, row.began_at)
        try:
            answer = carrier.find(said)
        except Exception as error:  # noqa: BLE001 (asked again later)
            log.warning("delivery %s: asking failed: %s", row.pk, type(error).__name__)
    mine = Delivery.objects.filter(pk=row.pk, state=row.state, tries=row.tries, asked=asked.number)
    if answer.outcome is Outcome.ARRIVED:
        mine.update(**_arrived(answer))
    elif answer.outcome is Outcome.REFUSED:
        mine.update(state=State.PARKED, due_at=None, reason=Reason.UNDELIVERED, said=answer.said)
    elif row.state == State.UNKNOWN:
        _still_unknown(row, mine, answer, can_be_asked=carrier.can_be_asked)


def _still_unknown(
    row: Delivery, mine: QuerySet[Delivery], answer: Answer, *, can_be_asked: bool
) -> None:
    """Taken after all; or surely sent once when it is sent again; or as before."""
    if answer.outcome is Outcome.TAKEN:
        mine.update(state=State.SENT, sent_at=CityNow(), provider_id=answer.provider_id, reason="")
        return
    carrier = providers.of(row.channel, row.provider)
    absent = answer.outcome is Outcome.ABSENT or not can_be_asked
    if not (carrier.deduplicates and absent):
        return
    if row.tries < way_of(row.channel).tries:
        mine.update(state=State.PENDING, due_at=Now())
    else:
        mine.update(state=State.PARKED, due_at=None)


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
