"""Reads of appointments: who comes, and what stands in somebody's calendar."""

from datetime import datetime, timedelta
from typing import Final

from accounts.models import User
from accounts.roles import COMPANY
from applications.appointments.models import Appointment, AppointmentQuerySet
from applications.appointments.workflow import PURPOSES, purpose_of
from applications.guards import SIGNING
from applications.models import Application
from applications.queries import case_for
from applications.who import as_reader
from core.clock import CITY, local_date
from core.problems import Missing

NEWEST_FIRST: Final = ("-id",)


def who_comes(case: Application, purpose: str) -> User | None:
    """Whose calendar an appointment for a purpose stands in: of who has the case in its role, or of
    the deputy of today; None where nobody has it."""
    held = case.assigned.get(PURPOSES[purpose].role)
    staff = held and (held.deputy_id or held.user_id)
    return User.objects.filter(pk=staff).first() if staff else None


def reads_words(one: Appointment, user: User) -> bool:
    """Whether somebody reads what was said about an appointment: both sides of it."""
    case = one.application
    ours = user.role_in(*COMPANY, district=case.district) is not None and not case.concerns(user)
    return ours or as_reader(case, user) is not None


def one_of(case: Application, pk: int) -> Appointment:
    """Raises Missing where the case has no such appointment."""
    found = Appointment.objects.filter(application_id=case.pk, pk=pk).select_related("staff")
    one = found.first()
    if one is None or case.draft:
        raise Missing
    one.application = case
    return one


def one_for(number: str, pk: int, user: User) -> Appointment:
    """Raises Missing: there is none, or its case is not for this person's eyes."""
    return one_of(case_for(number, user), pk)


def at_work(pk: int, user: User) -> Appointment:
    """The same, found by itself: by those of the supply company."""
    one = Appointment.objects.filter(pk=pk).select_related("application").first()
    if one is None:
        raise Missing
    return one_for(one.application.number, pk, user)


def of_case(case: Application) -> AppointmentQuerySet:
    """A draft's number may be that of a case to come: it has none."""
    found = Appointment.objects.filter(application_id=case.pk).select_related("staff")
    return found.none() if case.draft else found


def booked_ever(case: Application) -> list[Appointment]:
    """All that a case had, in their order; they know their case."""
    found = list(of_case(case).order_by("id"))
    for one in found:
        one.application = case
    return found


def booked_in(case: Application) -> list[Appointment]:
    """Those that are to take place or to be recorded; they know their case."""
    found = list(of_case(case).booked().order_by("begins_at"))
    for one in found:
        one.application = case
    return found


def may_be_booked(case: Application, booked: list[Appointment]) -> bool:
    """Whether the case asks for an appointment that it does not have."""
    wanted = purpose_of(case)
    return wanted is not None and wanted not in {one.purpose for one in booked}


def of_days(
    user: User, since: datetime, until: datetime, *, cancelled: bool = False
) -> AppointmentQuerySet:
    """What somebody goes to in a span of time, in its order, with its cases.

    Args:
        cancelled: with what was cancelled: a calendar that has it is to be told.
    """
    own = Appointment.objects.filter(staff=user).within(since, until)
    found = own if cancelled else own.exclude(state="cancelled")
    return found.select_related("application").order_by("begins_at", "id")


def of_today(user: User, now: datetime) -> AppointmentQuerySet:
    """What somebody goes to on the day of an instant."""
    midnight = datetime.combine(local_date(now), datetime.min.time(), CITY)
    return of_days(user, midnight, midnight + timedelta(days=1))


def why_no_signature(one: Appointment) -> str:
    """Why no contract is entered at an appointment; empty where one can be."""
    signing = Appointment.objects.signing().filter(pk=one.pk).exists()
    return "" if signing else str(SIGNING.reason)
