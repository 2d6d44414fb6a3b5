"""What keeps a message from going out now: the person's will, quiet hours, the provider's limits.

`delivery` asks once before each sending (`before`), and says what came of it (`after`). Whatever
waits is tried when its hour has come, and has used up no try.
"""

from collections.abc import Iterable, Sequence
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
    if has_left(row):
        return LEFT
    [found] = waiting([(row, letter)])
    return found


def waiting(pairs: Sequence[tuple[Delivery, Letter]]) -> list[Answer | Sending | None]:
    """As `before`, of several of one provider who have not left; in as many statements as of
    one."""
    at, signature = timezone.now(), str(delivery_rules().signature.zh)
    quiet_until = _quiet_until([row for row, _letter in pairs], at)
    awake = [(row, letter) for row, letter in pairs if row.pk not in quiet_until]
    taken = limiter.take(
        [row for row, _letter in awake],
        [
            limiter.Counted(at, signature, letter.template, bool(row.outbox.secret))
            for row, letter in awake
        ],
    )
    found: dict[int, Answer | Sending | None] = {
        pk: Answer(Outcome.HELD, reason=Reason.QUIET, until=until)
        for pk, until in quiet_until.items()
    }
    for (row, _letter), each in zip(awake, taken, strict=True):
        if isinstance(each, datetime):
            found[row.pk] = Answer(Outcome.HELD, reason=Reason.LIMIT, until=each)
        else:
            found[row.pk] = each
    return [found[row.pk] for row, _letter in pairs]


def after(row: Delivery, answer: Answer, counted: Sending | None) -> None:
    circuits.note(row.channel, row.provider, answer)
    if counted is not None and answer.outcome in NOT_TAKEN:
        uncount([counted])


def uncount(counted: Iterable[Sending]) -> None:
    """What was counted and then surely not taken."""
    if keys := [each.pk for each in counted]:
        Sending.objects.filter(pk__in=keys).delete()


def has_left(row: Delivery) -> bool:
    """Whether the person has stopped such messages, before this one was planned or since."""
    party = row.outbox.recipient_id
    if party is None:
        return False
    topic = topic_of(row.outbox.kind)
    return not choices.said_by([party]).wants(party, row.channel, topic)


def _quiet_until(rows: Iterable[Delivery], at: datetime) -> dict[int, datetime]:
    """By delivery, of those that wait for the end of the night."""
    city = quiet.city_hours()
    if city is None or quiet.ends_at(at, city.begin, city.until) is None:
        return {}
    ringing = [row for row in rows if row.channel in city.channels and not is_urgent(row)]
    chosen = quiet.chosen_by([row.outbox.recipient_id for row in ringing])
    ends = {
        row.pk: quiet.quiet_until(at, city, chosen.get(row.outbox.recipient_id or 0))
        for row in ringing
    }
    return {pk: until for pk, until in ends.items() if until}
