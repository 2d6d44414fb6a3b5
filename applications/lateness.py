"""Who is told that a limit of a case or permit was passed, or of its clock at a mark before or
after: which circles, the rules say (`rules.warnings`); who is in each, is said here."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from itertools import chain
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import holders
from accounts.roles import SUPPLIERS, Role
from applications.assignments.queries import with_assigned
from applications.models import Application
from applications.notices import AT_WORK
from applications.queries import applicants
from applications.states import Holder
from approvals.models import Permit
from approvals.notices import AT_DESK, DESK, limit_name
from approvals.offices import office_of
from approvals.workflow import TURN, WITH_BUREAU, State
from core.clock import local_date
from core.templatetags.city import holder_name
from deadlines.explain import name_of
from deadlines.models import Clock, ClockWarning
from notifications import outbox
from notifications import warnings as told_of
from notifications.models import Outbox
from notifications.texts import both
from notifications.warnings import Circles, Limited, Told
from rules.warnings import Circle, warning_rules

#: A case as those open it who watch over its district.
WATCHED: Final = "case_watched"
People = Callable[..., list[int]]
Permits = dict[UUID, list[Permit]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is read once for many clocks: their cases, the permits of each, and who works there."""

    cases: dict[UUID, Application]
    permits: Permits
    people: People
    #: The party of each account that has one of the cases.
    parties: dict[int, int]


def tell_of_breaches(*, clocks: Iterable[Clock], **_said: Any) -> None:
    """Hears `deadlines.signals.breached`; the same few statements however many clocks there are."""
    late = [clock for clock in clocks if clock.kind != Clock.Kind.RECTIFICATION]
    facts = facts_of(late)
    outbox.leave(
        row for clock in late if clock.case_ref in facts.cases for row in breach(clock, facts)
    )


def tell_of_warnings(*, warnings: Sequence[ClockWarning], **_said: Any) -> None:
    """Hears `deadlines.signals.warned`, for the clocks of cases and their permits."""
    facts = facts_of([one.clock for one in warnings])
    outbox.leave(
        row
        for one in warnings
        if one.clock.case_ref in facts.cases
        for row in told_of.messages(one, limited(one.clock, facts), circles_of(one.clock, facts))
    )


def facts_of(clocks: Iterable[Clock]) -> Facts:
    found = Application.objects.filter(ref__in={clock.case_ref for clock in clocks})
    cases = {case.ref: case for case in with_assigned(found)}
    permits: Permits = {ref: [] for ref in cases}
    if cases:
        theirs = Permit.objects.filter(case_ref__in=cases).select_related("round")
        for permit in theirs.order_by("id"):
            permits[permit.case_ref].append(permit)
    rows = chain.from_iterable(case.assigned.values() for case in cases.values())
    have = {pk for row in rows for pk in row.people}
    parties = dict(User.objects.filter(pk__in=have).values_list("pk", "party_id")) if have else {}
    return Facts(cases, permits, cache(holders), parties)


def breach(clock: Clock, facts: Facts) -> Iterator[Outbox]:
    """One message for each person, who opens the case or the permit where they work."""
    case, permit = facts.cases[clock.case_ref], permit_of(clock, facts)
    said = limited(clock, facts)
    assert clock.late_from is not None
    return told_of.to_circles(
        circles_of(clock, facts),
        warning_rules().told(clock.kind, warning_rules().breach.name),
        kind=told_of.BREACHED,
        case_ref=case.ref,
        version=clock.pk,
        channels=warning_rules().breach.channels,
        context={
            "number": case.number,
            "variant": "ended" if is_over(clock, case, permit) else "open",
            "what": both(said.limit),
            "due_on": (local_date(clock.late_from) - timedelta(days=1)).isoformat(),
            "awaited": both(said.awaited),
        },
    )


def limited(clock: Clock, facts: Facts) -> Limited:
    case, permit = facts.cases[clock.case_ref], permit_of(clock, facts)
    limit = partial(limit_name, permit.permit, clock.kind) if permit else partial(name_of, clock)
    waiting = awaited_offices(clock, facts.permits[case.ref])
    return Limited(case.number, limit, partial(awaited_words, case, permit, waiting))


def circles_of(clock: Clock, facts: Facts) -> Circles:
    """Each person opens the case or the permit where they work."""
    case, permit, people = facts.cases[clock.case_ref], permit_of(clock, facts), facts.people
    waiting = awaited_offices(clock, facts.permits[case.ref])
    offices = [permit] if permit else waiting
    desk, place = ((AT_DESK, permit.pk) if permit else (DESK, case.pk)), case.district

    def in_offices(role: Role) -> list[int]:
        return [
            one
            for each in offices
            for one in people(role, district=place, bureau=each.bureau, level=each.level)
        ]

    return {
        Circle.APPLICANT: Told("application", case.pk, partial(applicants, case)),
        Circle.COMPANY: Told(AT_WORK, case.pk, partial(company, case, facts)),
        Circle.COMPANY_LEAD: Told(
            AT_WORK, case.pk, partial(people, Role.SUPPLY_LEAD, district=place)
        ),
        Circle.OFFICER: Told(*desk, partial(in_offices, Role.OFFICER)),
        Circle.BUREAU_LEAD: Told(*desk, partial(in_offices, Role.BUREAU_LEAD)),
        Circle.DIGITAL: Told(WATCHED, case.pk, partial(people, Role.DIGITAL, district=place)),
        Circle.REGULATOR: Told(WATCHED, case.pk, partial(people, Role.REGULATOR, district=place)),
    }


def company(case: Application, facts: Facts) -> list[int]:
    """Of high voltage the two who have the case and who deputises today, of all others, and of what
    is not assigned yet, everybody of the role in the district."""
    found = list[int]()
    for role in SUPPLIERS:
        held = case.assigned.get(role)
        found += (
            [facts.parties[pk] for pk in held.people]
            if held
            else facts.people(role, district=case.district)
        )
    return found


def permit_of(clock: Clock, facts: Facts) -> Permit | None:
    permits = facts.permits[clock.case_ref]
    return next((each for each in permits if each.ref == clock.part), None)


def awaited_offices(clock: Clock, permits: Iterable[Permit]) -> list[Permit]:
    """Of each that has something to decide, in the set of the clock or in the case, a permit."""
    of_set = clock.part if clock.kind == Clock.Kind.SET else None
    mine = (each for each in permits if of_set is None or each.round.ref == of_set)
    waiting = [each for each in mine if each.state in WITH_BUREAU]
    return list({(each.bureau, each.level): each for each in reversed(waiting)}.values())[::-1]


def is_over(clock: Clock, case: Application, permit: Permit | None) -> bool:
    """It was late when it was done; nobody is awaited any more."""
    if permit:
        return TURN[State(permit.state)] is None
    return not case.holder or clock.state == Clock.State.STOPPED


def awaited_words(case: Application, permit: Permit | None, waiting: Iterable[Permit]) -> str:
    if permit:
        with_bureau = permit.state in WITH_BUREAU
        return office_of(permit) if with_bureau else holder_name(Holder.SUPPLIER)
    if case.holder == Holder.GOVERNMENT:
        return _(", ").join(office_of(each) for each in waiting)
    return holder_name(case.holder)
