"""Reads of supply plans: their lines, how long they hold, and what a step has to wait for."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.plans.models import Plan, PlanLine
from core.clock import city_now, end_of, local_date, months_after
from core.templatetags.city import short_day

if TYPE_CHECKING:
    from applications.models import Application


def plans_of(case: "Application") -> list[Plan]:
    """Every plan that was replied in a case, the newest first, with its lines: two queries."""
    return list(
        Plan.objects.filter(application=case).order_by("-version").prefetch_related("lines")
    )


def newest_plan(case: "Application") -> Plan | None:
    """None where no plan was replied yet, or none since plans are kept."""
    return Plan.objects.filter(application=case).order_by("-version").first()


def lines_of(case: "Application") -> QuerySet[PlanLine]:
    """The lines of the newest plan, in their order."""
    newest = Plan.objects.filter(application=case).order_by("-version").values("pk")[:1]
    return PlanLine.objects.filter(plan=newest)


def open_lines(case: "Application") -> list[PlanLine]:
    """What the company has still to build by the newest plan."""
    return list(lines_of(case).filter(builder="supplier", finished_at=None))


def contested_lines(case: "Application") -> list[PlanLine]:
    """What the applicant contests in the newest plan: the next reply answers each."""
    return [line for line in lines_of(case) if line.contested and not line.answer]


def prolongation_left(case: "Application") -> int:
    """For how many months more the rules let the newest plan be prolonged."""
    rule = case.rules(city_now()).get(f"plan.prolongation_months.{case.voltage}")
    plan = newest_plan(case)
    if rule is None or plan is None:
        return 0
    return max(int(rule.number) - plan.prolonged_months, 0)


def lapse_after(day: date, months: int) -> datetime:
    """The instant from which on a plan of a day holds no more."""
    return end_of(months_after(day, months))


def last_day(lapses_at: datetime) -> date:
    """The last day of a plan's validity."""
    return local_date(lapses_at - timedelta(seconds=1))


def _lapsed(case: "Application") -> str:
    assert case.plan_lapses_at
    text = _("The supply plan held until %(day)s: the supply company replies with a new one first.")
    return text % {"day": short_day(last_day(case.plan_lapses_at))}


def _unfinished(case: "Application") -> str:
    between = pgettext("between the lines of a plan", "; ")
    names = between.join(f"{each.number}. {each.item}" for each in open_lines(case))
    return _("The supply company has still to finish: %(lines)s.") % {"lines": names}


#: Why a step waits, for the guards; put together when it is read.
lapsed_words: Any = lazy(_lapsed, str)
unfinished_words: Any = lazy(_unfinished, str)
