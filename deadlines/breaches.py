"""A clock was late: written down once, dated at its own deadline, whenever it is noticed."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, DateTimeField, Value, When

from accounts.actor import SYSTEM
from deadlines.models import Clock
from deadlines.signals import breached
from ledger.record import NewEntry, append


def record(clocks: Sequence[Clock]) -> None:
    """Write down breaches, in the transaction of whoever found them; their cases are held.

    Args:
        clocks: found late; the `late_from` of each, as it stands on the object, is its breach.
    """
    at: datetime = append(*map(_entry, clocks))[0].at
    instants = [When(pk=clock.pk, then=Value(clock.late_from)) for clock in clocks]
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(
        breached_at=Case(*instants, output_field=DateTimeField()), noticed_at=at
    )
    breached.send(sender=Clock, clocks=clocks, at=at)


def _entry(clock: Clock) -> NewEntry:
    return NewEntry(
        case_ref=clock.case_ref,
        part=clock.part,
        type="clock.breached",
        actor=SYSTEM,
        clock=f"{clock.kind} late",
        effective_at=clock.late_from,
        data={"clock": clock.pk, "due_on": clock.due_on},
    )
