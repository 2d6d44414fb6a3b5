"""What the applicant is told of beyond the steps of the case itself."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.queries import holders
from applications.models import Application
from approvals.messages import limit_name
from approvals.models import Permit
from approvals.permissions import SUPPLY_ROLES
from core.problems import Text
from deadlines.explain import KIND_NAMES
from deadlines.models import Recalculation
from deadlines.signals import recalculated
from notifications import outbox
from notifications.recalculation import Subject
from notifications.recalculation import tell as tell_recalculation
from notifications.texts import Context, Wording, register, register_link

EXCLUDED: Final = "case.time_excluded"
#: What the law leaves out of a review (行政许可法 45), as the message names it.
GROUNDS: Final[dict[str, Text]] = {
    "hearing": _("A hearing is held; %(days)s working days are expected."),
    "tender": _("A tender is held; %(days)s working days are expected."),
    "auction": _("An auction is held; %(days)s working days are expected."),
    "inspection": _("Something is inspected; %(days)s working days are expected."),
    "testing": _("Something is tested; %(days)s working days are expected."),
    "quarantine": _("There is a quarantine; %(days)s working days are expected."),
    "appraisal": _("There is an appraisal; %(days)s working days are expected."),
    "expert_review": _("Experts review the case; %(days)s working days are expected."),
}
TITLE: Final = _("Case %(number)s: a bureau's review is suspended by law")


def tell_of_excluded_time(permit: Permit, case: Application, said: Mapping[str, Any]) -> None:
    """Tell the applicant the ground and the expected length, as article 45 demands."""
    outbox.put(
        kind=EXCLUDED,
        subject_kind="application",
        subject_id=case.pk,
        case_ref=case.ref,
        version=permit.pk * 1000 + permit.version,
        recipients=[case.filed_by_id],
        context={
            "number": case.number,
            "state": said["ground"],
            "days": said["expected_days"],
        },
    )


#: A case as the supply company's people open it.
AT_WORK: Final = "case_at_work"


def tell_of_recalculations(*, recalculations: Sequence[Recalculation], **_said: Any) -> None:
    """Tell the applicant of every last day of the case that changed, the company of its own."""
    case = Application.objects.filter(ref=recalculations[0].clock.case_ref).first()
    if case is None:
        return
    permits = dict(Permit.objects.filter(case_ref=case.ref).values_list("ref", "permit"))
    company = {who for role in SUPPLY_ROLES for who in holders(role, district=case.district)}
    for one in recalculations:
        part, kind = one.clock.part, one.clock.kind
        permit = permits.get(part) if part else None
        limit = partial(limit_name, permit, kind) if permit else partial(str, KIND_NAMES[kind])
        for_applicant = Subject("application", case.pk, case.number, limit)
        tell_recalculation(one, for_applicant, [case.filed_by_id])
        if part is None:
            for_company = Subject(AT_WORK, case.pk, case.number, limit)
            tell_recalculation(one, for_company, company)


def _at_work(_subject_id: int, context: Context) -> str:
    return reverse("work:case", args=[context["number"]])


def wire() -> None:
    """Say what the messages say, and where they lead."""
    recalculated.connect(tell_of_recalculations, dispatch_uid="applications.tell_of_recalculations")
    register_link(AT_WORK, _at_work)
    outcomes = {ground: (TITLE, text) for ground, text in GROUNDS.items()}
    register(EXCLUDED, Wording(TITLE, _("The case page shows the ground."), outcomes))
