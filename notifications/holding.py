"""What keeps a message from going out now: the person's will, quiet hours, the provider's limits.

`delivery` asks once before each sending (`before`), and says what came of it (`after`). Whatever
waits is tried when its hour has come, and has used up no try.
"""

from datetime import datetime
from typing import Final

from django.utils import timezone

from core.events import event_of, topic_of
from notifications import choices, circuits, limiter, quiet
from notifications.models import Delivery, Sending
from notifications.providers.interface import Answer, Letter, Outcome
from rules.delivery import delivery_rules

Reason = Delivery.Reason
LEFT: Final = Answer(Outcome.REFUSED, reason=Reason.LEFT)
#: Surely not taken: a provider has not counted it either.
NOT_TAKEN = frozenset({Outcome.NOT_NOW, Outcome.REFUSED})


def is_urgent(row: Delivery) -> bool:
    """Danger, and what somebody waits for just now: a code."""
    event = event_of(row.outbox.kind)
    danger = bool(event and event.message and event.message.urgent)
    return danger or bool(row.outbox.secret) or bool(row.broadcast and row.broadcast.urgent)


def before(row: Delivery, letter: Letter) -> Answer | Sending | None:
    """Why a message does not go now, as an answer; else what its provider's limits count of it,
    for `after`."""
    return LEFT if has_left(row) else waiting(row, letter)


def waiting(row: Delivery, letter: Letter) -> Answer | Sending | None:
    """As `before`, of somebody who has not left."""
    at = timezone.now()
    if until := _quiet_until(row, at):
        return Answer(Outcome.HELD, reason=Reason.QUIET, until=until)
    counted = limiter.Counted(
        at, str(delivery_rules().signature.zh), letter.template, bool(row.outbox.secret)
    )
    found = limiter.take(row, counted)
    if isinstance(found, datetime):
        return Answer(Outcome.HELD, reason=Reason.LIMIT, until=found)
    return found


def after(row: Delivery, answer: Answer, counted: Sending | None) -> None:
    circuits.note(row.channel, row.provider, answer)
    uncount(answer, counted)


def uncount(answer: Answer, counted: Sending | None) -> None:
    if counted is not None and answer.outcome in NOT_TAKEN:
        counted.delete()


def has_left(row: Delivery) -> bool:
    """Whether the person has stopped such messages, before this one was planned or since."""
    party = row.outbox.recipient_id
    if party is None:
        return False
    topic = topic_of(row.outbox.kind)
    return not choices.said_by([party]).wants(party, row.channel, topic)


def _quiet_until(row: Delivery, at: datetime) -> datetime | None:
    city = quiet.city_hours()
    if city is None or row.channel not in city.channels:
        return None
    if quiet.ends_at(at, city.begin, city.until) is None or is_urgent(row):
        return None
    party = row.outbox.recipient_id
    return quiet.quiet_until(at, city, quiet.chosen_by(party) if party else None)
