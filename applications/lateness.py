"""Who is told that a limit was passed: whoever can do something about it, and the applicant."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import cache, partial
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.queries import holders
from accounts.roles import BUREAU_ROLES, SUPPLIERS, Role
from applications.models import Application
from applications.notices import AT_WORK
from applications.queries import applicants
from applications.states import Holder
from approvals.models import Permit
from approvals.notices import AT_DESK, DESK, limit_name
from approvals.wording import bureau_name
from approvals.workflow import TURN, WITH_BUREAU, State
from core.clock import local_date
from core.templatetags.city import holder_name
from deadlines.explain import name_of
from deadlines.models import Clock
from notifications import outbox
from notifications.models import Outbox
from notifications.texts import both

#: A case as those open it who watch over its district.
WATCHED: Final = "case_watched"
COMPANY: Final = (*SUPPLIERS, Role.SUPPLY_LEAD)
WATCHING: Final = (Role.DIGITAL, Role.REGULATOR)
People = Callable[..., list[int]]
Permits = dict[UUID, list[Permit]]


def tell_of_breaches(*, clocks: Iterable[Clock], **_said: Any) -> None:
    """Hears `deadlines.signals.breached`; the same few statements however many clocks there are."""
    late = [clock for clock in clocks if clock.kind != Clock.Kind.RECTIFICATION]
    cases = {
        case.ref: case
        for case in Application.objects.filter(ref__in={clock.case_ref for clock in late})
    }
    if not cases:
        return
    permits: Permits = {ref: [] for ref in cases}
    for permit in Permit.objects.filter(case_ref__in=cases).select_related("round").order_by("id"):
        permits[permit.case_ref].append(permit)
    people: People = cache(holders)
    outbox.leave(
        row
        for clock in late
        if (case := cases.get(clock.case_ref))
        for row in messages(clock, case, permits[case.ref], people)
    )


def messages(
    clock: Clock, case: Application, permits: list[Permit], people: People
) -> Iterator[Outbox]:
    """One for each person, who opens the case or the permit where they work."""
    permit = next((each for each in permits if each.ref == clock.part), None)
    waiting = awaited_bureaus(clock, permits)
    assert clock.late_from is not None
    context = {
        "number": case.number,
        "variant": "ended" if is_over(clock, case, permit) else "open",
        "what": both(
            partial(limit_name, permit.permit, clock.kind) if permit else partial(name_of, clock)
        ),
        "due_on": (local_date(clock.late_from) - timedelta(days=1)).isoformat(),
        "awaited": both(partial(awaited_words, case, permit, waiting)),
    }
    bureaus = {permit.bureau} if permit else set(waiting)
    desk, place = ((AT_DESK, permit.pk) if permit else (DESK, case.pk)), case.district
    circles = (
        (("application", case.pk), applicants(case)),
        ((AT_WORK, case.pk), people(*COMPANY, district=place)),
        *(
            (desk, people(*BUREAU_ROLES, district=place, bureau=bureau))
            for bureau in sorted(bureaus)
        ),
        ((WATCHED, case.pk), people(*WATCHING, district=place)),
    )
    told: set[int] = set()
    for (subject, pk), found in circles:
        yield from outbox.addressed(
            kind="clock.breached",
            subject_kind=subject,
            subject_id=pk,
            case_ref=case.ref,
            version=clock.pk,
            recipients=set(found) - told,
            context=context,
        )
        told.update(found)


def awaited_bureaus(clock: Clock, permits: Iterable[Permit]) -> list[str]:
    """Those that have something to decide: in the set of the clock, or in the case."""
    of_set = clock.part if clock.kind == Clock.Kind.SET else None
    mine = (each for each in permits if of_set is None or each.round.ref == of_set)
    return list(dict.fromkeys(each.bureau for each in mine if each.state in WITH_BUREAU))


def is_over(clock: Clock, case: Application, permit: Permit | None) -> bool:
    """It was late when it was done; nobody is awaited any more."""
    if permit:
        return TURN[State(permit.state)] is None
    return not case.holder or clock.state == Clock.State.STOPPED


def awaited_words(case: Application, permit: Permit | None, waiting: Iterable[str]) -> str:
    if permit:
        with_bureau = permit.state in WITH_BUREAU
        return bureau_name(permit.bureau) if with_bureau else holder_name(Holder.SUPPLIER)
    if case.holder == Holder.GOVERNMENT:
        return _(", ").join(bureau_name(bureau) for bureau in waiting)
    return holder_name(case.holder)
