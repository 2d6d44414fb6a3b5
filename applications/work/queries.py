"""Reads of the work list: whose cases, in which order, how many."""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import COMPANY, COUNTER
from applications.assignments.queries import mine
from applications.lists import LATE_ORDER, OPEN_ORDER
from applications.models import Application
from applications.queries import awaits
from applications.states import Holder
from applications.waiting.queries import LONGEST_FIRST, closable
from core.clock import CityNowOnce
from core.counting import Count, counted
from core.identifiers import plain


def desk_cases(user: User) -> QuerySet[Application]:
    filed = Application.objects.filter(filed_at__isnull=False)
    taken_in = Q(office__in=user.organisations(*COUNTER))
    if user.role_in(*COMPANY) is None:
        return filed.filter(taken_in)
    districts = user.districts(*COMPANY)
    return filed if districts is None else filed.filter(taken_in | Q(district__in=districts))


def number_of(cases: QuerySet[Application], typed: str) -> str:
    """The number of the case that a whole number names: its own, or that of its meter, of several
    at one meter the newest; empty where none has it."""
    number = plain(typed)
    if not number:
        return ""
    named = cases.filter(number=number).values_list("number", flat=True)
    # A meter's number is kept as it stands on the meter.
    spelt = {number, typed.strip(), typed.strip().upper()}
    metered = cases.filter(meter_number__in=spelt).exclude(meter_number="").order_by("-id")
    return named.first() or metered.values_list("number", flat=True).first() or ""


def late(cases: QuerySet[Application]) -> QuerySet[Application]:
    """Open cases past their limit, by the instant only: whether it was noticed does not matter."""
    return cases.filter(late_at__lte=CityNowOnce())


def opened(cases: QuerySet[Application]) -> QuerySet[Application]:
    return cases.filter(ended_at__isnull=True)


def ended(cases: QuerySet[Application]) -> QuerySet[Application]:
    return cases.filter(ended_at__isnull=False)


def counts(cases: QuerySet[Application], manager: User | None = None) -> dict[str, Count]:
    """Return how many open cases await each party, how many are late, how many may be closed, and
    how many are `mine`, where a manager asks; one statement."""
    open_ones = opened(cases)
    in_order = open_ones.order_by(*OPEN_ORDER)
    waiting = {party.value: in_order.filter(awaits(party)) for party in Holder}
    own = {"mine": open_ones.filter(mine(manager))} if manager else {}
    overdue = {
        "late": late(open_ones).order_by(*LATE_ORDER),
        "closable": cases.filter(closable()).order_by(*LONGEST_FIRST),
    }
    return counted(waiting | own | overdue)
