"""What is late, who answers for it, and the average that the plan promises homes."""

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
    """Return every party with its name, the supply company first."""
    return [*addressees(), (SET, _("All bureaus of the set"))]


def watched(user: User) -> set[str] | None:
    """Return the districts that a person watches over; None means all.

    Raises:
        Forbidden: the person watches over nothing.
    """
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
    """Return by party how many clocks were breached and how many of them are open still."""
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
    """One breached clock with the case and the permit that it belongs to.

    Args:
        due_on: the last day of the limit that was passed; the day before `late_since`.
        late_since: the first late instant.
        ended_at: when what was asked was done at last; None where it is open still.
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
        """Which limit was passed, in words: of the case, of a permit, of the whole set."""
        return str(city().permit(self.permit).name if self.permit else KIND_NAMES[self.kind])

    def days_late(self, now: datetime) -> int:
        """Return the calendar days from the last day to the end, or to now."""
        return ((self.ended_at or now).astimezone(CITY).date() - self.due_on).days


def with_cases(clocks: Iterable[Clock]) -> list[LateClock]:
    """Return clocks with their cases and permits; two statements however many there are."""
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
    """The homes energised in a period: how many, and their mean; None where there were none."""

    since: date
    cases: int
    mean: Decimal | None


def homes(
    districts: set[str] | None, starts: Iterable[date], table: Calendar, *, district: str = ""
) -> list[Average]:
    """Return the mean working days of homes, from filing to energised, from some days to now.

    Args:
        districts: those that may be seen; None means all.
        starts: the first day of each period.
        table: the calendar that counts.
        district: only this one, if given.
    """
    first = list(starts)
    begun = datetime.combine(min(first), datetime.min.time(), CITY)
    cases = Application.objects.filter(
        kind=Kind.RESIDENTIAL, state=State.ENERGISED, ended_at__gte=begun
    )
    if districts is not None:
        cases = cases.filter(district__in=sorted(districts))
    if district:
        cases = cases.filter(district=district)
    clocks = Clock.objects.filter(
        case_ref__in=cases.values("ref"), part=None, kind=Clock.Kind.WHOLE_PROCESS
    )
    days = clocks.values_list(
        TruncDate("started_at", tzinfo=CITY), TruncDate("stopped_at", tzinfo=CITY)
    )
    # First day, last day, and how many homes had just these; one statement.
    spans = [(a, b, count) for a, b, count in days.annotate(count=Count("id"))]
    return [_mean(since, spans, table) for since in first]


def _mean(since: date, spans: list[tuple[date, date, int]], table: Calendar) -> Average:
    inside = [(a, b, count) for a, b, count in spans if b >= since]
    cases = sum(count for _a, _b, count in inside)
    if not cases:
        return Average(since, 0, None)
    used = sum(table.used(a, b) * count for a, b, count in inside)
    return Average(since, cases, (Decimal(used) / cases).quantize(HUNDREDTH, ROUND_HALF_UP))
