"""By whom the acts of a case are taken: under which role, what others are told, who is barred."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from applications import who as sides
from workflow.machine import Who

OTHERS: Final = _("This is for somebody else to do.")
APPLICANT: Final[dict[str, Any]] = {
    "who": sides.as_applicant,
    "refusal": _(
        "Only the applicant does this; in a case taken in at a counter, a clerk of the office that "
        "took it in."
    ),
}
#: What binds the applicant, or ends the case.
SIGNATORY: Final[dict[str, Any]] = {
    "who": sides.as_signatory,
    "refusal": _(
        "Only the applicant does this, or who may sign for the applicant; in a case taken in at a "
        "counter, a clerk of the office that took it in."
    ),
}
#: Of high voltage, whose each act is of the two managers who have the case (双经理); of low voltage
#: both do all of it. A clerk accepts either.
WHOSE: Final[dict[object, Role]] = {
    sides.intake: Role.MANAGER,
    sides.customer_manager: Role.MANAGER,
    sides.project_manager: Role.PROJECT,
}


def _managers(who: Who, *besides: Role) -> dict[str, Any]:
    return {"who": who, "refusal": OTHERS, "bar": sides.left_to(WHOSE[who], besides=besides)}


CLERK: Final = _managers(sides.intake, Role.CLERK)
CUSTOMER_MANAGER: Final = _managers(sides.customer_manager)
PROJECT_MANAGER: Final = _managers(sides.project_manager)
CUSTOMER: Final[dict[str, Any]] = {
    "who": sides.as_rater,
    "refusal": _("Only the customer rates: no agent, and nobody who works on the case."),
}
