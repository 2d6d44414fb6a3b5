"""Reads of the work list: whose cases, in which order, how many."""

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Least, LPad

from accounts.models import User
from accounts.roles import COMPANY, COUNTER
from applications.models import Application
from applications.queries import awaits, wanted
from applications.workflow import Holder
from deadlines.models import Clock, ClockQuerySet

#: The order of open cases: our own first, then by the day they run out; unique, so that a page
#: begins exactly where the one before it ended.
OPEN_ORDER = ("turn",)
ENDED_ORDER = ("-ended_at", "-id")
NO_DUE_DAY = "99999999"
ID_DIGITS = 12


class CityDay(Func):
    """The day of an instant in the city, as eight digits."""

    template = "to_char(%(expressions)s AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')"
    output_field = CharField()


def desk_cases(user: User) -> QuerySet[Application]:
    filed = Application.objects.filter(filed_at__isnull=False)
    taken_in = Q(office__in=user.organisations(*COUNTER))
    if user.role_in(*COMPANY) is None:
        return filed.filter(taken_in)
    districts = user.districts(*COMPANY)
    return filed if districts is None else filed.filter(taken_in | Q(district__in=districts))


def _limited_clocks() -> ClockQuerySet:
    """The clock that limits the case of the outer query, as long as it is not over."""
    return Clock.objects.filter(
        case_ref=OuterRef("ref"), part=None, limit_days__isnull=False
    ).exclude(state=Clock.State.STOPPED)


def is_late() -> Exists:
    """Return the condition that a case is past its limit, or was: by the instant only."""
    return Exists(_limited_clocks().late())


def opened(cases: QuerySet[Application]) -> QuerySet[Application]:
    return cases.filter(ended_at__isnull=True)


def ended(cases: QuerySet[Application]) -> QuerySet[Application]:
    return cases.filter(ended_at__isnull=False)


def by_time_left(cases: QuerySet[Application]) -> QuerySet[Application]:
    """Annotate `wanted`, and `turn`, the order: what waits for us first, the latest first."""
    first = _limited_clocks().annotate(runs_out=Least("late_from", "breached_at"))
    runs_out = Subquery(
        first.order_by("runs_out").values("runs_out")[:1], output_field=DateTimeField()
    )
    cases = cases.annotate(wanted=wanted())
    ours = Case(
        When(Q(holder=Holder.SUPPLIER) | ~Q(wanted=""), then=Value("0")), default=Value("1")
    )
    day = Coalesce(CityDay(runs_out), Value(NO_DUE_DAY))
    number = LPad(Cast("id", CharField()), ID_DIGITS, Value("0"))
    return cases.annotate(turn=Concat(ours, day, number, output_field=CharField()))


def counts(cases: QuerySet[Application]) -> dict[str, int]:
    """Return how many open cases await each party, and how many are late; one statement."""
    waiting = {party.value: Count("id", filter=awaits(party)) for party in Holder}
    return opened(cases).aggregate(**waiting, late=Count("id", filter=is_late()))
