from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import OVERSIGHT
from applications.models import Application
from applications.workflow import State
from approvals.models import Permit
from core.clock import CITY
from core.problems import Forbidden
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock
from oversight.addressees import SUPPLIER
from oversight.addressees import parties as addressees
from rules.calendar import Calendar
from rules.city import city
from rules.names import Kind

ORDER = ("-breached_at", "-id")

#: Parties beside the bureaus: the supply company answers for the time of a case, and the set of
#: permits is everybody's who decides in it.
SET = "set"
HUNDREDTH = Decimal("0.01")


def parties() -> list[tuple[str, str]]:
    return [*addressees(), (SET, _("All bureaus of the set"))]


def watched(user: User) -> set[str] | None:
    """None means all districts; raises Forbidden where the person watches over nothing."""
    if user.role_in(*OVERSIGHT) is None:
        raise Forbidden
    return user.districts(*OVERSIGHT)


def late(districts: set[str] | None) -> QuerySet[Clock]:
    """Breached clocks of cases and permits, newest breach first; orders have a list of their own.

    Args:
        districts: those that may be seen; None means all.
    """
    return Clock.objects.breached(districts).exclude(kind=Clock.Kind.RECTIFICATION)


def of_party(clocks: QuerySet[Clock], party: str) -> QuerySet[Clock]:
    """Those that a party answers for: a bureau's code, `SUPPLIER`, or `SET`."""
    if party == SUPPLIER:
        return clocks.filter(part__isnull=True)
    if party == SET:
        return clocks.filter(kind=Clock.Kind.SET)
    return clocks.filter(part__in=Permit.objects.filter(bureau=party).values("ref"))


def counts(clocks: QuerySet[Clock]) -> dict[str, dict[str, int]]:
    bureau = Permit.objects.filter(ref=OuterRef("part")).values("bureau")[:1]
    party = Case(
        When(part__isnull=True, then=Value(SUPPLIER)),
        When(kind=Clock.Kind.SET, then=Value(SET)),
        default=Subquery(bureau),
        output_field=CharField(),
    )
    grouped = clocks.order_by().annotate(party=party).values("party")
    rows = grouped.annotate(
        total=Count("id"), open=Count("id", filter=~Q(state=Clock.State.STOPPED))
    )
    return {row["party"]: {"total": row["total"], "open": row["open"]} for row in rows}


@dataclass(frozen=True, slots=True)
class LateClock:
    """`due_on` is the last day of the limit, the day before `late_since`, its first late instant.

    `ended_at` is None where what was asked is not done yet.
    """

    number: str
    kind: str
    permit: str
    permit_id: int | None
    party: str
    district: str
    due_on: date
    late_since: datetime
    ended_at: datetime | None

    @property
    def limit(self) -> str:
        return str(city().permit(self.permit).name if self.permit else KIND_NAMES[self.kind])

    def days_late(self, now: datetime) -> int:
        """Calendar days to the end, or to now."""
        return ((self.ended_at or now).astimezone(CITY).date() - self.due_on).days


def with_cases(clocks: Iterable[Clock]) -> list[LateClock]:
    """Two statements however many there are."""
    rows = list(clocks)
    cases = Application.objects.filter(ref__in={clock.case_ref for clock in rows})
    numbers = dict(cases.values_list("ref", "number"))
    parts = {clock.part for clock in rows if clock.part}
    permits: dict[UUID | None, Permit] = {
        permit.ref: permit for permit in Permit.objects.filter(ref__in=parts)
    }
    found = []
    for clock in rows:
        assert clock.breached_at is not None
        permit = permits.get(clock.part)
        one = LateClock(
            number=numbers.get(clock.case_ref, ""),
            kind=clock.kind,
            permit=permit.permit if permit else "",
            permit_id=permit.pk if permit else None,
            party=permit.bureau if permit else SUPPLIER if clock.part is None else SET,
            district=clock.district,
            due_on=clock.breached_at.astimezone(CITY).date() - timedelta(days=1),
            late_since=clock.breached_at.astimezone(CITY),
            ended_at=clock.stopped_at.astimezone(CITY) if clock.stopped_at else None,
        )
        found.append(one)
    return found


@dataclass(frozen=True, slots=True)
class Average:
    """Of homes, in working days; None where there were none."""

    since: date
    cases: int
    mean: Decimal | None


def homes(
    districts: set[str] | None, starts: Iterable[date], table: Calendar, *, district: str = ""
) -> list[Average]:
    """From filing to power on, for those energised since each of the days; one statement."""
    first = list(starts)
    begun = datetime.combine(min(first), datetime.min.time(), CITY)
    energised = Application.objects.filter(
        kind=Kind.RESIDENTIAL, state=State.ENERGISED, ended_at__gte=begun
    )
    if districts is not None:
        energised = energised.filter(district__in=sorted(districts))
    if district:
        energised = energised.filter(district=district)
    clocks = Clock.objects.filter(
        case_ref__in=energised.values("ref"), part=None, kind=Clock.Kind.WHOLE_PROCESS
    )
    days = clocks.values_list(
        TruncDate("started_at", tzinfo=CITY), TruncDate("stopped_at", tzinfo=CITY)
    )
    # First day, last day, and how many homes had just these; one statement.
    spans = [(a, b, count) for a, b, count in days.annotate(count=Count("id"))]
    averages = []
    for since in first:
        inside = [(a, b, count) for a, b, count in spans if b >= since]
        cases = sum(count for _a, _b, count in inside)
        used = Decimal(sum(table.used(a, b) * count for a, b, count in inside))
        mean = (used / cases).quantize(HUNDREDTH, ROUND_HALF_UP) if cases else None
        averages.append(Average(since, cases, mean))
    return averages
