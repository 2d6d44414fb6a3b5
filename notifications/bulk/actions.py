"""Writing a broadcast, and what the operators do with one."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from core.problems import WrongState
from notifications.bulk.models import Batch, Broadcast
from notifications.models import Delivery
from rules.delivery import delivery_rules

State, Reason = Broadcast.State, Delivery.Reason
#: Why somebody did not get it who may get it yet.
RESUMABLE: Final = (
    Reason.TRIES, Reason.UNREACHABLE, Reason.BUSY, Reason.FAILED, Reason.TEMPLATE,
)  # fmt: skip
#: What can be gone on with.
GOES_ON: Final = (State.STOPPED, State.PARTIAL)
SNAPSHOT: Final = """
WITH laid AS (
    INSERT INTO notifications_batch (broadcast_id, number, members, "left")
    SELECT %s, place / %s, array_agg(party ORDER BY party), 0
    FROM (
        SELECT party, row_number() OVER (ORDER BY party) - 1 AS place
        FROM ({audience}) AS audience (party) GROUP BY party
    ) AS numbered GROUP BY place / %s
    RETURNING cardinality(members) AS size
)
UPDATE notifications_broadcast SET people = coalesce((SELECT sum(size) FROM laid), 0)
WHERE id = %s RETURNING people
"""


def broadcast(
    *,
    kind: str,
    subject_kind: str,
    subject_id: int,
    version: int,
    context: Mapping[str, Any],
    audience: "QuerySet[Any, int]",
    scope: Mapping[str, Any],
    urgent: bool = False,
    case_ref: UUID | None = None,
) -> Broadcast:
    """Write down, in the transaction of what it tells, that it is told to a great many.

    What is still to be sent of an older one about the same subject is not sent any more.

    Args:
        audience: the parties that follow, of which the snapshot is taken now and in one statement.
        scope: what the subject touches now, by which it is found later who follows it still.
        version: of the subject, by this act.
        urgent: danger.
    """
    overtake(subject_kind, subject_id)
    new = Broadcast.objects.create(
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        case_ref=case_ref,
        version=version,
        context=dict(context),
        scope=dict(scope),
        urgent=urgent,
    )
    sql, params = audience.query.sql_with_params()
    size = delivery_rules().bulk.batch
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT.format(audience=sql), [new.pk, size, *params, size, new.pk])
        [new.people] = cursor.fetchone()
    return new


def overtake(subject_kind: str, subject_id: int) -> None:
    """Whoever sends one holds its row while it claims: what it has claimed by now is sent, and
    nothing is claimed after this."""
    older = Broadcast.objects.filter(subject_kind=subject_kind, subject_id=subject_id, current=True)
    older.update(
        current=False,
        state=Case(When(state=State.DONE, then=Value(State.DONE)), default=Value(State.SUPERSEDED)),
        resume_at=None,
        ended_at=Coalesce("ended_at", Now()),
    )


def told_before(subject_kind: str, subject_id: int) -> "QuerySet[Batch, int]":
    """The parties that broadcasts about a subject were for."""
    about = Q(broadcast__subject_kind=subject_kind, broadcast__subject_id=subject_id)
    return Batch.objects.filter(about).parties()


def newest(subject_kind: str, subject_id: int) -> Broadcast | None:
    """The last word about a subject."""
    found = Broadcast.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
    return found.filter(current=True).first()


def _held(pk: int) -> Broadcast:
    return Broadcast.objects.select_for_update(no_key=True).get(pk=pk)


def stop(pk: int) -> None:
    """What is with the provider just now is not called back; nothing more is sent.

    Raises:
        WrongState: it has ended.
    """
    with transaction.atomic():
        one = _held(pk)
        if one.state not in Broadcast.OPEN:
            raise WrongState(_("This message is not being sent."))
        one.state, one.resume_at = State.STOPPED, None
        one.save(update_fields=["state", "resume_at"])


def resume(pk: int) -> int:
    """Send it to the rest, and return how many of them were given up and are tried anew. Whoever
    has it gets nothing.

    Raises:
        WrongState: it is on its way, or has ended, or something newer is told.
    """
    with transaction.atomic():
        one = _held(pk)
        if not one.current or one.state not in GOES_ON:
            raise WrongState(_("There is nothing to go on with."))
        reopen(one)
        given_up = one.deliveries.filter(state=Delivery.State.PARKED, reason__in=RESUMABLE)
        return given_up.exclude(address="").update(
            state=Delivery.State.PENDING, due_at=Now(), tries=0, asked=0, reason="", said=""
        )


def reopen(one: Broadcast) -> None:
    one.state, one.throttled, one.resume_at, one.ended_at = State.SENDING, 0, None, None
    one.save(update_fields=["state", "throttled", "resume_at", "ended_at"])


def resent(row: Delivery) -> None:
    """One delivery of a broadcast was set to be sent once more: it is on its way again."""
    with transaction.atomic():
        one = _held(row.broadcast_id or 0)
        if one.current and one.state in (State.DONE, State.PARTIAL):
            reopen(one)
