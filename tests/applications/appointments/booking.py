"""Appointments, booked and dealt with by the real actions of the real people."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from applications.appointments.actions import APPOINTMENTS
from applications.appointments.models import Appointment
from applications.appointments.queries import who_comes
from applications.appointments.slots import Slot, free
from applications.models import Application
from core.clock import CITY, city_now
from tests.builders import again
from tests.deadlines.clocks import set_clock

REMARK = "从东门进，找周师傅"
WHY = "当天停产检修"
SAID: dict[str, dict[str, str]] = {
    "cancel": {"reason": WHY},
    "record_held": {"outcome": "现场勘查完毕"},
    "record_not_held": {"reason": "等了半小时，没有人来"},
}


def times(case: Application, purpose: str = "survey") -> list[Slot]:
    """The free times of whoever comes to a case, in their order."""
    staff = who_comes(case, purpose)
    days = free(case, staff, city_now()) if staff else {}
    return [slot for slots in days.values() for slot in slots]


def booked(case: Application, by: User, *, purpose: str = "survey", time: int = 0) -> Appointment:
    """One of the free times, booked."""
    body = {"begins_at": times(case, purpose)[time].begins_at.isoformat(), "remark": REMARK}
    return APPOINTMENTS.perform(
        Appointment(application=case, purpose=purpose), "book", by=by, body=body
    )


def step(one: Appointment, action: str, by: User, **body: Any) -> Appointment:
    """One step, as pages and programs take it."""
    said = body or SAID.get(action, {})
    found = Appointment.objects.get(pk=one.pk)
    return APPOINTMENTS.perform(found, action, by=by, body=said)


def moved(one: Appointment, by: User, *, time: int = 1) -> Appointment:
    """Another of the free times."""
    at = times(again(one.application), one.purpose)[time].begins_at.isoformat()
    return step(one, "move", by, begins_at=at, reason="改到第二天")


def go_to(one: Appointment, *, after: timedelta = timedelta(minutes=5)) -> None:
    """Move the demonstration's clock to when an appointment has begun."""
    at = (one.begins_at + after).astimezone(CITY)
    set_clock(f"{at:%Y-%m-%d %H:%M}")
