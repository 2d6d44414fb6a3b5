"""What the applicant is told of beyond the steps of the case itself."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from applications.models import Application
from approvals.models import Permit
from core.problems import Text
from notifications import outbox
from notifications.texts import Wording, register

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


def wire() -> None:
    """Say what the message says, ground by ground."""
    outcomes = {ground: (TITLE, text) for ground, text in GROUNDS.items()}
    register(EXCLUDED, Wording(TITLE, _("The case page shows the ground."), outcomes))
