from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import F, Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.roles import OVERSIGHT
from applications.enquiries.models import Enquiry
from applications.follow_ups.models import FollowUp
from applications.models import Application
from approvals.models import Permit
from core.clock import CITY
from core.counting import Count, Each, counted_each
from core.problems import Forbidden
from deadlines.explain import name_of
from deadlines.models import Clock
from oversight.addressees import parties as deciding
from oversight.awaited import APPLICANT, SET, Stay, stays
from oversight.models import LateParty
from rules.city import city

M = TypeVar("M", bound=Model)
ORDER = ("-since", "-id")
APART = (
    Clock.Kind.RECTIFICATION,
    Clock.Kind.CHECK,
    Clock.Kind.COMPLAINT,
    Clock.Kind.INTERRUPTION,
    Clock.Kind.REPORT,
)


def parties() -> list[tuple[str, str]]:
    """All that can be awaited."""
    return [
        *deciding(),
        (SET, _("All bureaus of the set")),
        (APPLICANT, pgettext("holder", "Applicant")),
    ]


def watched(user: User) -> set[str] | None:
    """None means all districts; raises Forbidden where the person watches over nothing."""
    if user.role_in(*OVERSIGHT) is None:
        raise Forbidden
    return user.districts(*OVERSIGHT)


def late(districts: set[str] | None) -> QuerySet[Clock]:
    """Breached clocks of cases and their steps, permits, follow-ups and enquiries, newest breach
    first; orders, checks of commitments, complaints and reports have lists of their own.

    Args:
        districts: those that may be seen; None means all.
    """
    breached = Clock.objects.breached(districts).exclude(kind__in=APART)
    return breached.annotate(since=F("breached_at"))


def of_party(districts: set[str] | None, party: str) -> QuerySet[Clock]:
    """Those of them in which a party was awaited in the time that was late."""
    there = {} if districts is None else {"late_parties__district__in": sorted(districts)}
    held = Clock.objects.filter(late_parties__party=party, **there)
    # `LateParty` has the order of what is one party's in an index of its own.
    return held.annotate(since=F("late_parties__breached_at")).order_by(*ORDER)


def within(districts: set[str] | None, district: str) -> set[str] | None:
    """What is left of them where one is asked for; None means all."""
    if not district:
        return districts
    return {district} if districts is None else districts & {district}


def counts(districts: set[str] | None) -> dict[str, dict[str, Count]]:
    """In how many limits each party was awaited while they were late, and in how many it is."""
    found = LateParty.objects.order_by("party", "-breached_at", "-clock")
    if districts is not None:
        found = found.filter(district__in=sorted(districts))
    codes, mine = [code for code, _name in parties()], found.filter(party=Each())
    now = mine.filter(now=True).order_by("party", "district")
    each = counted_each(codes, {"total": mine, "open": now})
    return {code: {word: each[code, word] for word in ("open", "total")} for code in codes}


@dataclass(frozen=True, slots=True)
class Awaited:
    """`days` are calendar days of the lateness; 0 where it is not a day yet."""

    party: str
    days: int


@dataclass(frozen=True, slots=True)
class LateClock:
    """`due_on` is the last day of the limit, the day before `late_since`, its first late instant;
    `limit` is in the reader's language.

    `ended_at` is None where what was asked is not done yet. `party` is awaited now, or was at the
    end; `awaited` is everybody who was since the last day, in that order. Without `has_case` it is
    a question about none, and the number is its own.
    """

    number: str
    has_case: bool
    limit: str
    kind: str
    step: str
    permit: str
    permit_id: int | None
    follow_up_id: int | None
    enquiry_id: int | None
    party: str
    district: str
    due_on: date
    late_since: datetime
    ended_at: datetime | None
    awaited: tuple[Awaited, ...] = ()

    def days_late(self, now: datetime) -> int:
        """Calendar days to the end, or to now."""
        return ((self.ended_at or now).astimezone(CITY).date() - self.due_on).days


def with_cases(clocks: Iterable[Clock]) -> list[LateClock]:
    """Three statements however many there are, one more where follow-ups are among them, and one
    where enquiries are."""
    rows = list(clocks)
    held = stays([clock.pk for clock in rows])
    cases = Application.objects.filter(ref__in={clock.case_ref for clock in rows})
    numbers = dict(cases.values_list("ref", "number"))
    follow_up_of = _by_ref(FollowUp.objects.all(), rows, Clock.Kind.FOLLOW_UP)
    enquiry_of = _by_ref(Enquiry.objects.all(), rows, Clock.Kind.ENQUIRY)
    parts = {clock.part for clock in rows if clock.part}
    permits: dict[UUID | None, Permit] = {
        permit.ref: permit for permit in Permit.objects.filter(ref__in=parts)
    }
    found = []
    for clock in rows:
        assert clock.breached_at is not None
        permit, follow_up = permits.get(clock.part), follow_up_of.get(clock.case_ref)
        enquiry = enquiry_of.get(clock.case_ref)
        one = LateClock(
            number=_number_of(follow_up, enquiry) or numbers.get(clock.case_ref, ""),
            has_case=enquiry is None or enquiry.application_id is not None,
            limit=str(city().permit(permit.permit).name) if permit else name_of(clock),
            kind=clock.kind,
            step=clock.step,
            permit=permit.permit if permit else "",
            permit_id=permit.pk if permit else None,
            follow_up_id=follow_up.pk if follow_up else None,
            enquiry_id=enquiry.pk if enquiry else None,
            party=held[clock.pk][-1].party,
            district=clock.district,
            due_on=clock.breached_at.astimezone(CITY).date() - timedelta(days=1),
            late_since=clock.breached_at.astimezone(CITY),
            ended_at=clock.stopped_at.astimezone(CITY) if clock.stopped_at else None,
            awaited=tuple(shares(held[clock.pk])),
        )
        found.append(one)
    return found


def _number_of(follow_up: FollowUp | None, enquiry: Enquiry | None) -> str:
    """Of what has a record of its own, that of its case; a question without one has its own."""
    if enquiry is not None:
        return enquiry.number
    return follow_up.application.number if follow_up else ""


def _by_ref(found: QuerySet[M], rows: Iterable[Clock], kind: str) -> dict[UUID, M]:
    """Those things about cases, with a record of their own, whose clocks are among the rows."""
    refs = [clock.case_ref for clock in rows if clock.kind == kind]
    things = found.select_related("application").filter(ref__in=refs)
    return {one.ref: one for one in things} if refs else {}  # type: ignore[attr-defined]


def shares(held: Iterable[Stay]) -> Iterator[Awaited]:
    """Each party once, in the order in which they were awaited first."""
    days: dict[str, int] = {}
    for stay in held:
        days[stay.party] = days.get(stay.party, 0) + stay.days
    yield from (Awaited(party, count) for party, count in days.items())
