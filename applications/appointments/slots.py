"""The times that the rules offer for appointments, and those at which somebody is free."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from psycopg2.extras import DateRange

from accounts.models import User
from applications.appointments.models import Appointment, BlockedTime
from applications.assignments.models import OPEN
from applications.models import Application
from core.clock import CITY, local_date
from rules.policy import Policy
from rules.registry import calendar, current


class Slot(NamedTuple):
    begins_at: datetime
    ends_at: datetime


Days = dict[date, list[Slot]]


def offered(policy: Policy, today: date) -> Days:
    """By working day, from the next one on; empty where the rules offer none."""
    starts = policy.get("appointment.times")
    if starts is None:
        return {}
    length = timedelta(minutes=int(policy.value("appointment.minutes").number))
    ahead = int(policy.value("appointment.days.ahead").number)
    table, times = calendar(), sorted(map(time.fromisoformat, starts.codes))

    def of(day: date) -> Iterator[Slot]:
        for start in times:
            begins_at = datetime.combine(day, start, CITY)
            yield Slot(begins_at, begins_at + length)

    days = [table.due(today, number).date for number in range(1, ahead + 1)]
    return {day: list(of(day)) for day in days}


def is_offered(case: Application, begins_at: datetime, now: datetime) -> bool:
    """Whether the rules offer a time for a case, free or not."""
    days = offered(case.in_force(current(), now), local_date(now))
    return any(slot.begins_at == begins_at for slots in days.values() for slot in slots)


def remind_at(policy: Policy, begins_at: datetime, now: datetime) -> datetime | None:
    """When both sides are reminded; None where the rules say nothing of it, or it is past: whoever
    books as late as that knows."""
    row = policy.get("appointment.remind.days")
    at = begins_at - timedelta(days=int(row.number)) if row else now
    return at if at > now else None


def free(
    case: Application, staff: User, now: datetime, *, moved: Appointment | None = None
) -> Days:
    """What is offered for a case and free in somebody's calendar, by day; full days are empty.

    Args:
        moved: an appointment whose own time counts as free.
    """
    days = offered(case.in_force(current(), now), local_date(now))
    if not days:
        return {}
    every = [slot for slots in days.values() for slot in slots]
    span = every[0].begins_at, every[-1].ends_at
    booked = Appointment.objects.booked().within(*span).filter(staff=staff)
    blocked = BlockedTime.objects.filter(user=staff, begins_at__lt=span[1], ends_at__gt=span[0])
    columns = ("begins_at", "ends_at")
    busy = list(
        booked.exclude(pk=(moved and moved.pk) or 0)
        .values_list(*columns)
        .union(blocked.values_list(*columns), all=True)
    )

    def is_free(slot: Slot) -> bool:
        return not any(begin < slot.ends_at and slot.begins_at < end for begin, end in busy)

    away = staff.absences.filter(OPEN, days__overlap=DateRange(min(days), max(days), "[]"))
    absences = list(away.values_list("days", flat=True))
    return {
        day: [] if any(day in each for each in absences) else list(filter(is_free, slots))
        for day, slots in days.items()
    }
