"""By whom the acts of a case are taken: under which role, what others are told, who is barred."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from applications import who as sides

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
# Of high voltage, whose each act is of the two managers who have the case (双经理); of low voltage
# both do all of it. A clerk accepts either.
CLERK: Final[dict[str, Any]] = {
    "who": sides.intake,
    "refusal": OTHERS,
    "bar": sides.left_to(Role.MANAGER, besides=[Role.CLERK]),
}
CUSTOMER_MANAGER: Final[dict[str, Any]] = {
    "who": sides.customer_manager,
    "refusal": OTHERS,
    "bar": sides.left_to(Role.MANAGER),
}
PROJECT_MANAGER: Final[dict[str, Any]] = {
    "who": sides.project_manager,
    "refusal": OTHERS,
    "bar": sides.left_to(Role.PROJECT),
}
CUSTOMER: Final[dict[str, Any]] = {
    "who": sides.as_rater,
    "refusal": _("Only the customer rates: no agent, and nobody who works on the case."),
}
