"""The act that says who of the company has a case; the machines of high voltage have it."""

from django.utils.translation import gettext_lazy as _

from applications import who as sides
from applications.assignments.serializers import Assignment
from applications.states import ENDED, State
from workflow.machine import Act, act, own_case


class Assigning:
    """Of high voltage alone."""

    @act(
        [state for state in State if state not in ENDED | {State.DRAFT}], None,
        Act(_("Assign the case"), "case.assigned", who=sides.lead, bar=own_case,
            refusal=_("Only the supply company's lead in the district assigns cases."),
            body=Assignment),
    )  # fmt: skip
    def assign(self, *, role: str, user: int, reason: str) -> None:
        """No column of the case changes, no clock and no holder: who has it stands in its
        assignments (`assignments.actions`)."""
