"""What the applicant is told of beyond the steps of the case itself."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.queries import holders
from accounts.roles import SUPPLIERS
from applications.models import Application
from approvals.models import Permit
from approvals.recounts import limit_name
from core.problems import Text
from deadlines.explain import KIND_NAMES
from deadlines.models import Recount
from deadlines.signals import recounted
from notifications import outbox
from notifications.recounts import Subject, tell
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


def tell_of_recounts(*, recounts: Sequence[Recount], **_kwargs: Any) -> None:
    """Tell the applicant of every last day of the case that changed, the company of its own."""
    case = Application.objects.filter(ref=recounts[0].clock.case_ref).first()
    if case is None:
        return
    permits = dict(Permit.objects.filter(case_ref=case.ref).values_list("ref", "permit"))
    for one in recounts:
        _tell_of(one, case, permits.get(one.clock.part or case.ref, ""))


def _tell_of(one: Recount, case: Application, permit: str) -> None:
    def limit() -> str:
        kind = one.clock.kind
        return limit_name(permit, kind) if permit else str(KIND_NAMES[kind])

    for_applicant = Subject("application", case.pk, case.number, limit)
    tell(one, for_applicant, [case.filed_by_id])
    if one.clock.part is None:
        for_company = Subject(AT_WORK, case.pk, case.number, limit)
        people = {who for role in SUPPLIERS for who in holders(role, district=case.district)}
        tell(one, for_company, people)


def _at_work(_subject_id: int, context: Context) -> str:
    return reverse("work:case", args=[context["number"]])


def wire() -> None:
    """Say what the messages say, and where they lead."""
    recounted.connect(tell_of_recounts, dispatch_uid="applications.tell_of_recounts")
    register_link(AT_WORK, _at_work)
    outcomes = {ground: (TITLE, text) for ground, text in GROUNDS.items()}
    register(EXCLUDED, Wording(TITLE, _("The case page shows the ground."), outcomes))
