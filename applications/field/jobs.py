"""What somebody goes out for today: the appointments of the day, and the meters taken along.

All of it is kept on a phone for the day, so it says no more than the work there asks for.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from applications.actions import CASES
from applications.appointments.models import Appointment
from applications.appointments.queries import of_today
from applications.appointments.serializers import Purpose
from applications.appointments.workflow import AppointmentState
from applications.checklist import STAGES
from applications.field.models import TakenAlong
from applications.inspections.models import Inspection, ItemResult
from applications.inspections.queries import Item, items_of
from applications.models import Application, act_named, machine_of
from applications.queries import case_for
from core.clock import CITY, city_now, local_date
from core.problems import FieldError, Invalid, WrongState
from rules.limits import Quota, limits
from workflow.machine import sources

ENERGISE: Final = "energise"
#: The step of the case that an appointment is for; a survey has none.
BY_PURPOSE: Final[dict[str, str]] = {
    Purpose.INSPECTION: "inspect",
    Purpose.COMPLETION: "inspect_completion",
    Purpose.CONTRACT: "enter_signature",
}
OF_CASE: Final = [*BY_PURPOSE.values(), ENERGISE]
AT_APPOINTMENT: Final = ["record_held", "record_not_held"]


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to go out for. `action` is the step of the case that can be taken there, empty
    where there is none; `items` what an inspection looks at."""

    case: Application
    appointment: Appointment | None
    action: str
    items: Sequence[Item]


def kept_until(now: datetime) -> datetime:
    """The end of the city's day: nothing of it stays on a phone after that."""
    return datetime.combine(local_date(now) + timedelta(days=1), datetime.min.time(), CITY)


def jobs_of(user: User, now: datetime) -> list[Job]:
    """What somebody goes out for on the day of an instant, and has not recorded yet; in statements
    that do not grow with it."""
    booked = of_today(user, now).filter(state=AppointmentState.BOOKED)
    along = taken_along(user, local_date(now)).select_related("application").order_by("id")
    pairs: list[tuple[Application, Appointment | None]] = []
    pairs += [(one.application.workflow(), one) for one in booked]
    pairs += [(one.application.workflow(), None) for one in along]
    rounds = rounds_of_all(case for case, _one in pairs)
    found = []
    for case, one in pairs:
        if one is not None:
            one.application = case
        action = action_of(case, one)
        if one is None and not action:
            continue  # somebody has fitted it meanwhile
        stage = STAGES.get(action)
        looked = items_of(case, stage, rounds[case.pk]) if stage else []
        found.append(Job(case, one, action, [item for item in looked if item.is_open]))
    return found


def action_of(case: Application, one: Appointment | None) -> str:
    """The step of a case that can be taken on site as it stands; empty where there is none."""
    name = ENERGISE if one is None else BY_PURPOSE.get(one.purpose, "")
    return name if name and case.state in sources(machine_of(case.kind), name) else ""


def rounds_of_all(cases: Iterable[Application]) -> dict[int, list[Inspection]]:
    """Every round of some cases, oldest first, by case; two statements at most."""
    results = Prefetch("results", ItemResult.objects.order_by("id"))
    found = Inspection.objects.filter(application__in=[case.pk for case in cases]).order_by("id")
    by_case: dict[int, list[Inspection]] = defaultdict(list)
    for one in found.prefetch_related(results):
        by_case[one.application_id].append(one)
    return by_case


def taken_along(user: User, day: date) -> QuerySet[TakenAlong]:
    return TakenAlong.objects.filter(user=user, day=day)


def take_along(number: str, user: User) -> None:
    """Put a case whose meter is to be fitted on somebody's list of today; twice is once. What was
    taken along on other days goes with it.

    Raises:
        Missing, Forbidden: there is none for this person's eyes, or it is for others to energise.
        WrongState: its meter is not to be fitted now.
        Invalid: as many as one may have are there.
    """
    case, today = case_for(number, user), local_date(city_now())
    CASES.role_in(case, act_named(ENERGISE), user)
    if reason := CASES.why_not(case, ENERGISE):
        raise WrongState(reason)
    with transaction.atomic():
        TakenAlong.objects.filter(user=user).exclude(day=today).delete()
        most = limits().quotas[Quota.TAKEN_ALONG]
        others = taken_along(user, today).exclude(application=case.pk)
        if others.count() >= most:
            text = _("You have %(count)d cases with you today: no more are taken.")
            raise Invalid([FieldError("/number", text % {"count": most})])
        TakenAlong.objects.get_or_create(user=user, application_id=case.pk, day=today)


def leave(number: str, user: User) -> None:
    """Take a case off somebody's list of today; twice is once."""
    taken_along(user, local_date(city_now())).filter(application__number=number).delete()
