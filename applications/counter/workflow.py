"""The acts by which a customer is a person in a case of a counter; the machines have them."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from applications import who as sides
from applications.counter.serializers import Decided
from applications.states import ENDED, State
from workflow.machine import Act, Guard, act, own_case

FILED: Final = [state for state in State if state not in ENDED | {State.DRAFT}]
AT_COUNTER: Final = Guard(
    lambda case: case.channel == "counter",
    _("Only at a counter is a step confirmed by a code that the customer reads out."),
)


class CustomerAtCounter:
    channel: str
    office_id: int | None
    signed_papers: list[str]
    confirmed: dict[str, str]

    @act(
        FILED, None,
        Act(_("Confirm with the customer's code"), "case.decision_confirmed",
            who=sides.as_signatory, belongs=AT_COUNTER, here=False, body=Decided,
            refusal=_("Only a clerk of the counter that has the case takes the customer's code.")),
    )  # fmt: skip
    def confirm_decision(self, *, action: str, decision: str) -> None:
        """As a signed paper: the supply company has the case from then on, and the act is taken."""
        self.confirmed = {**self.confirmed, action: decision}

    @act(
        FILED, None,
        Act(_("Go on at this counter"), "case.went_to_counter", who=sides.as_receiver,
            bar=own_case, here=False, files=True,
            refusal=_("A clerk of a counter takes the case there, once the customer has said its "
                      "number and phone.")),
    )  # fmt: skip
    def go_to_counter(self, *, office: int) -> None:
        """The clerks of that office take the applicant's steps from now on; what was signed for
        the step at hand elsewhere is signed anew. Party, limits and what was filed stay."""
        self.channel, self.office_id = "counter", office
        self.signed_papers, self.confirmed = [], {}
