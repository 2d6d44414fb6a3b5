"""The verbs of appointments, run under the lock of their case; reminding; blocking times."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actor import SYSTEM
from accounts.models import User
from accounts.roles import SUPPLIERS
from applications.appointments.models import Appointment, BlockedTime
from applications.appointments.queries import booked_in, may_be_booked, who_comes
from applications.appointments.slots import Slot, free, is_offered, remind_at
from applications.appointments.workflow import purpose_of
from applications.models import Application
from applications.parts import PartWorkflow
from applications.queries import applicants
from applications.states import HIGH, NOBODY, Holder
from applications.who import represented
from core.clock import CITY, city_now
from core.locks import each_held, lock_calendar
from core.problems import Faster, FieldError, Invalid, WrongState
from core.templatetags.city import instant
from ledger.queries import last_step
from notifications.texts import both, register_link
from rules.registry import current
from workflow.run import Step

AppointmentStep = Step[Appointment]
#: What messages are about: one page for the applicant's side, one for the supply company's.
APPOINTMENT, AT_WORK = "appointment", "appointment_at_work"
#: How many of the next free times whoever came too late is offered.
NEXT: Final = 6
NOBODY_YET: Final = gettext_lazy(
    "Nobody of the supply company has taken on this case yet: once somebody has, times can be "
    "chosen."
)


class TimeTaken(WrongState):
    """409: somebody else has chosen the time; `free` has the next ones."""

    type = "time-taken"
    title = gettext_lazy("This time is taken")

    def __init__(self, others: list[Slot]) -> None:
        super().__init__(
            _("This time is not free any more. Choose another one."),
            extra={"free": [slot.begins_at.isoformat() for slot in others]},
        )


def book(step: AppointmentStep) -> None:
    """Book one of the free times.

    Raises:
        WrongState: there is one booked already; nobody has the case; TimeTaken.
        Invalid: no time that is offered.
    """
    one = step.thing
    booked = booked_in(one.application)
    if not may_be_booked(one.application, booked):
        raise already(step, booked)
    said, supplier = step.values, step.actor.role in SUPPLIERS
    staff = who_comes(one.application, one.purpose)
    if staff is None and supplier:
        staff = User.objects.get(pk=step.actor.user_id or 0)
    times = chosen(step, staff)
    step.values = times | {
        "booked_by": (Holder.SUPPLIER if supplier else Holder.APPLICANT).value,
        "remark": said["remark"],
    }
    step.record(data=committed(times) | {"remark": said["remark"]})


def already(step: AppointmentStep, booked: list[Appointment]) -> WrongState:
    """Such an appointment is booked; by whom, where it was somebody else."""
    text = _("There is such an appointment already: it can be moved.")
    there = next((one for one in booked if one.purpose == step.thing.purpose), None)
    last = last_step(there.application.ref, there.ref) if there else None
    if last is None or last.actor_id in (None, step.actor.user_id):
        return WrongState(text)
    return Faster(text, winner={"role": last.role, "at": last.at.isoformat()})


def move(step: AppointmentStep) -> None:
    """Give it another free time; whoever has the case by now comes.

    Raises:
        WrongState: TimeTaken. Invalid: no time that is offered.
    """
    said = step.values
    times = chosen(step, who_comes(step.thing.application, step.thing.purpose) or step.thing.staff)
    step.values = times | {"reason": said["reason"]}
    step.record(data=committed(times) | {"reason": said["reason"]})


def chosen(step: AppointmentStep, staff: User | None) -> dict[str, Any]:
    """The time that was chosen in somebody's calendar, held until the act is written."""
    if staff is None:
        raise WrongState(NOBODY_YET)
    lock_calendar(staff.pk)
    case, now = step.thing.application, city_now()
    days = free(case, staff, now, moved=step.thing)
    slots = [slot for each in days.values() for slot in each]
    wanted = step.values["begins_at"]
    slot = next((slot for slot in slots if slot.begins_at == wanted), None)
    if slot is None:
        if not is_offered(case, wanted, now):
            reason = _("Appointments begin at the times that are offered, and no others.")
            raise Invalid([FieldError("/begins_at", reason)])
        raise TimeTaken(slots[:NEXT])
    policy = case.in_force(current(), now)
    return {
        "staff": staff,
        "begins_at": slot.begins_at,
        "ends_at": slot.ends_at,
        "remind_at": remind_at(policy, slot.begins_at, now),
    }


def committed(times: dict[str, Any]) -> dict[str, str]:
    """What the entry commits to of a time."""
    return {name: times[name].astimezone(CITY).isoformat() for name in ("begins_at", "ends_at")}


class AppointmentWorkflow(PartWorkflow[Appointment]):
    """A part of its case's record; it moves neither the case's holder nor its clocks."""

    model = Appointment
    verbs = {"book": book, "move": move}
    overtaken = gettext_lazy(
        "Somebody has dealt with this appointment before you: it is now “%(state)s”."
    )
    subject = APPOINTMENT
    circles: dict[str, Callable[[Appointment], list[int]]] = {
        "applicant": lambda one: applicants(one.application),
        "staff": lambda one: [one.staff.party_id],
    }

    def identity(self, thing: Appointment) -> dict[str, Any]:
        return {"number": thing.application.number, "appointment": thing.purpose}

    def on_behalf(self, step: AppointmentStep) -> dict[str, Any]:
        """Of the applicant's side alone."""
        ours = step.actor.role in SUPPLIERS or step.act.who is None
        return {} if ours else represented(step.thing.application, step.actor.party_id)

    def fields(self, step: AppointmentStep) -> dict[str, Any]:
        return {"holder": step.thing.application.holder or NOBODY}

    def context(self, thing: Appointment) -> dict[str, Any]:
        return {
            "number": thing.application.number,
            "what": both(lambda: str(thing.get_purpose_display())),
            "when": both(partial(instant, thing.begins_at)),
        }

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return (AT_WORK if circle == "staff" else APPOINTMENT), {}


APPOINTMENTS: Final = AppointmentWorkflow()


def lapse_behind(step: Step[Application]) -> None:
    """Cancel what is booked in a case for later, once the case has gone on from what it was for."""
    case = step.thing
    if case.kind not in HIGH or case.state == step.from_state:
        return
    wanted = purpose_of(case)
    for one in booked_in(case):
        if one.purpose != wanted and not one.begun:
            APPOINTMENTS.move(one, "lapse", SYSTEM)


# By the worker


def remind_due() -> int:
    """Remind both sides of what is soon, and return of how many."""
    due = Appointment.objects.filter(remind_at__lte=city_now()).order_by("remind_at")
    return each_held(
        due,
        lambda one: APPOINTMENTS.move(one, "remind", SYSTEM),
        ref="application__ref",
    )


# The own calendar


def block(user: User, begins_at: datetime, ends_at: datetime) -> BlockedTime:
    """Take no appointments in a span of time.

    Raises:
        Invalid: it ends before it begins, is past, or has an appointment in it.
    """
    with transaction.atomic():
        lock_calendar(user.pk)
        if not max(begins_at, city_now()) < ends_at:
            raise Invalid([FieldError("/until", _("This is before it begins, or past."))])
        if user.appointments.booked().within(begins_at, ends_at).exists():
            reason = _("You have an appointment in this time: move it first.")
            raise Invalid([FieldError("/until", reason)])
        return BlockedTime.objects.create(user=user, begins_at=begins_at, ends_at=ends_at)


def unblock(user: User, pk: int) -> None:
    """Take appointments again; twice is once."""
    BlockedTime.objects.filter(user=user, pk=pk).delete()


def wire() -> None:
    """Say where messages about an appointment lead."""
    register_link(
        APPOINTMENT,
        lambda pk, context: reverse("appointments:one", args=[context["number"], pk]),
    )
    register_link(AT_WORK, lambda pk, _context: reverse("work-appointments:one", args=[pk]))
