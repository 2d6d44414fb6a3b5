"""What the applicant is told of beyond the steps of the case itself."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from django.urls import reverse

from accounts.mandates import Mandate, Right
from accounts.queries import holders
from accounts.roles import SUPPLIERS, Role
from applications.models import Application
from applications.queries import applicants
from approvals.models import Permit
from approvals.notices import APPLIED_FOR, limit_name
from deadlines.explain import name_of
from deadlines.models import Recalculation
from deadlines.signals import recalculated
from notifications import outbox
from notifications.recalculation import Subject
from notifications.recalculation import tell as tell_recalculation
from notifications.texts import register_link


def tell_of_excluded_time(permit: Permit, case: Application, said: Mapping[str, Any]) -> None:
    """Tell the ground and the expected length, as article 45 of the 行政许可法 demands."""
    outbox.put(
        kind="case.time_excluded",
        subject_kind="application",
        subject_id=case.pk,
        case_ref=case.ref,
        version=permit.pk * 1000 + permit.version,
        recipients=applicants(case),
        context={
            "number": case.number,
            "state": said["ground"],
            "days": said["expected_days"],
        },
    )


#: The page of who acts for whom.
MANDATES: Final = "mandate"


def tell_of_hand_over(case: Application, former: Iterable[int]) -> None:
    """Tell those who had the case, in which they read nothing from now on."""
    outbox.put(
        kind="case.handed_over",
        subject_kind=MANDATES,
        subject_id=case.pk,
        case_ref=case.ref,
        version=case.version,
        recipients=former,
        context={"number": case.number},
    )


def tell_of_mandate(kind: str, given: Mandate, *, by: int) -> None:
    """Tell both sides that a mandate was given or has ended, but not the party `by` which it was:
    the party, those who are as it, and the account."""
    as_it = Mandate.objects.in_force().filter(party=given.party_id, right=Right.MANAGE)
    agent = given.user.party_id
    side = {given.party_id, *as_it.values_list("user__party_id", flat=True)} - {agent}
    put = partial(
        outbox.put, kind=kind, subject_kind=MANDATES, subject_id=given.pk, case_ref=None, version=0
    )
    put(recipients=side - {by}, context={})
    put(recipients={agent} - {by}, context={"variant": "agent"})


#: A case as the supply company's people open it.
AT_WORK: Final = "case_at_work"


def desk_of(case: Application) -> list[int]:
    """The parties of the customer managers of a case."""
    return holders(Role.MANAGER, district=case.district)


def tell_of_recalculations(*, recalculations: Sequence[Recalculation], **_said: Any) -> None:
    """Tell the applicant of every last day of the case that changed, the company of its own."""
    case = Application.objects.filter(ref=recalculations[0].clock.case_ref).first()
    if case is None:
        return
    permits = dict(Permit.objects.filter(case_ref=case.ref).values_list("ref", "permit"))
    company = holders(*SUPPLIERS, district=case.district)
    for one in recalculations:
        part, clock = one.clock.part, one.clock
        permit = permits.get(part) if part else None
        limit = partial(limit_name, permit, clock.kind) if permit else partial(name_of, clock)
        for_applicant = Subject("application", case.pk, case.number, limit)
        tell_recalculation(one, for_applicant, applicants(case))
        if part is None:
            for_company = Subject(AT_WORK, case.pk, case.number, limit)
            tell_recalculation(one, for_company, company)


def wire() -> None:
    register_link(
        APPLIED_FOR,
        lambda _permit, context: reverse("applications:case", args=[context["number"]]),
    )
    recalculated.connect(tell_of_recalculations, dispatch_uid="applications.tell_of_recalculations")
    register_link(MANDATES, lambda _of, _context: reverse("applications:mandates"))
    register_link(AT_WORK, lambda _case, context: reverse("work:case", args=[context["number"]]))
