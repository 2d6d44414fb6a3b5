"""The verbs of rentals, run under the lock of their case and then of their unit. Neither a holder
nor a clock of the case moves by any of it."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actor import SYSTEM
from accounts.roles import Role
from applications.models import Application
from applications.parts import PartWorkflow
from applications.queries import applicants, managers_having
from applications.rentals.availability import ahead, fits, told
from applications.rentals.models import OUT, Rental
from applications.rentals.queries import in_case
from applications.rentals.workflow import BEFORE, RENTERS, TEMPORARY
from applications.states import ENDED, NOBODY
from applications.who import represented
from core.clock import city_now, local_date
from core.locks import lock_name
from core.problems import FieldError, Invalid, QuotaReached, WrongState
from core.templatetags.city import calendar_days, day
from grid.rental.days import Days
from grid.rental.models import RentalUnit
from notifications.texts import both, register_link
from rules.limits import Quota, limits
from rules.policy import Policy
from rules.registry import current
from rules.values import Valued
from workflow.run import Step

RentalStep = Step[Rental]
#: What messages are about: a page for each side.
RENTAL, AT_WORK = "rental", "rental_at_work"


class DaysTaken(WrongState):
    """409: somebody else asked for some of these days before; `free` has those that are left, and
    `winner` says when it was."""

    type = "days-taken"
    title = gettext_lazy("These days are taken")

    def __init__(self, first: Rental, free: list[Days]) -> None:
        self.free = free
        super().__init__(
            _("The unit is not free on all of these days: somebody else asked for it before."),
            extra={
                "free": [
                    {"from_day": one.from_day.isoformat(), "until_day": one.until_day.isoformat()}
                    for one in free
                ],
                "winner": {"role": Role.APPLICANT.value, "at": first.asked_at.isoformat()},
            },
        )


def ask(step: RentalStep) -> None:
    """Ask for a unit on days on which nobody else has asked for it.

    Raises:
        Invalid: no such unit; days that are past, too far ahead, or more than the rules allow.
        QuotaReached: the case has as many as it may. DaysTaken: somebody was faster.
    """
    new, said, today = step.thing, step.values, local_date(city_now())
    wanted = Days(said["from_day"], said["until_day"])
    _check_days(new.application, wanted, today)
    most = limits().quotas[Quota.RENTALS]
    if in_case(new.application).holding().count() >= most:
        text = _("%(most)d units are asked for or rented in this case: no more than that at once.")
        raise QuotaReached(text % {"most": most})
    lock_unit(said["unit"])
    found = RentalUnit.objects.standing().filter(code=said["unit"]).first()
    if found is None:
        reason = _("There is no such unit in the register.")
        raise Invalid([FieldError("/unit", reason)])
    [unit] = told([found], today)
    first = None if fits(wanted, unit.free) else holder_of(unit, wanted)
    if first:
        raise DaysTaken(first, list(unit.free))
    new.district = new.application.district
    step.values = {"unit": unit, "from_day": wanted.from_day, "until_day": wanted.until_day}
    step.record(
        data={
            "unit": unit.code,
            "from_day": wanted.from_day.isoformat(),
            "until_day": wanted.until_day.isoformat(),
        }
    )


def holder_of(unit: RentalUnit, wanted: Days) -> Rental | None:
    """Who asked first of those who have a unit on some of these days, else who has not brought it
    back; None where they have just let go of it, for which they need no lock of the unit."""
    held = Rental.objects.holding().filter(code=unit.code, from_day__lt=wanted.until_day)
    over = held.filter(until_day__gt=wanted.from_day).order_by("asked_at")
    return over.first() or held.filter(OUT).first()


def _check_days(case: Application, wanted: Days, today: date) -> None:
    last = ahead(today).until_day
    if wanted.from_day < today:
        raise Invalid([FieldError("/from_day", _("This day is past."))])
    if wanted.until_day > last:
        reason = _("Units can be asked for until %(day)s, no further ahead.") % {"day": day(last)}
        raise Invalid([FieldError("/until_day", reason)])
    longest = longest_rental(case.in_force(current(), city_now()))
    if longest and wanted.until_day - wanted.from_day > timedelta(days=int(longest.number)):
        reason = _("A unit is rented for %(days)s at most.")
        words = reason % {"days": calendar_days(int(longest.number))}
        raise Invalid([FieldError("/until_day", words, clause=str(longest.clause))])


def longest_rental(policy: Policy) -> Valued | None:
    """For how many days a unit is rented at most; None where no rule says."""
    return policy.get("rental.days.most")


def lock_unit(code: str) -> None:
    """Hold the days of a unit, after the case's lock."""
    lock_name(f"rental unit {code}")


def hand_over(step: RentalStep) -> None:
    """Record that the applicant has the unit now, and in what condition.

    Raises:
        WrongState: whoever had it before has not brought it back.
    """
    one = step.thing
    lock_unit(one.code)
    if Rental.objects.filter(OUT, code=one.code).exists():
        raise WrongState(_("The unit has not come back from where it was before."))
    step.record()


def take_back(step: RentalStep) -> None:
    """Record that it is back; what is said of it is not kept once the person is forgotten."""
    if not step.thing.application.id_number:
        step.values["condition"] = ""
    step.record()


def days_words(one: Rental) -> str:
    values = {"since": day(one.from_day), "until": day(one.until_day)}
    return _("from %(since)s, back by %(until)s") % values


class RentalWorkflow(PartWorkflow[Rental]):
    """A part of its case's record."""

    model = Rental
    verbs = {"ask": ask, "hand_over": hand_over, "take_back": take_back}
    overtaken = gettext_lazy("Somebody has dealt with this unit before you: it is now “%(state)s”.")
    subject = RENTAL
    circles: dict[str, Callable[[Rental], list[int]]] = {
        "applicant": lambda one: applicants(one.application),
        "desk": lambda one: managers_having(one.application),
    }

    def identity(self, thing: Rental) -> dict[str, Any]:
        return {"number": thing.application.number, "unit": thing.code}

    def on_behalf(self, step: RentalStep) -> dict[str, Any]:
        """Of the applicant's side alone."""
        ours = step.actor.role in RENTERS or step.act.who is None
        return {} if ours else represented(step.thing.application, step.actor.party_id)

    def fields(self, step: RentalStep) -> dict[str, Any]:
        return {"holder": step.thing.application.holder or NOBODY}

    def context(self, thing: Rental) -> dict[str, Any]:
        return {
            "number": thing.application.number,
            "what": thing.unit.name,
            "when": both(partial(days_words, thing)),
        }

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return (AT_WORK if circle == "desk" else RENTAL), {}


RENTALS: Final = RentalWorkflow()


def lapse_behind(step: Step[Application]) -> None:
    """Cancel what was not handed over yet, where the case ends."""
    case = step.thing
    if case.purpose != TEMPORARY or case.state not in ENDED or case.state == step.from_state:
        return
    for one in in_case(case).filter(state__in=BEFORE).order_by("id"):
        one.application = case
        RENTALS.move(one, "lapse", SYSTEM)


def wire() -> None:
    """Say where messages about a rental lead."""
    register_link(RENTAL, lambda pk, context: reverse("rentals:one", args=[context["number"], pk]))
    register_link(AT_WORK, lambda pk, _context: reverse("work-rentals:one", args=[pk]))
