"""The acts that correct name and number of a case; the machines of cases have them."""

from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from applications import who as sides
from applications.corrections.serializers import CorrectionDecision, Proposal
from applications.states import ENDED, LOW, State
from core.problems import Text
from workflow.machine import TWO_PEOPLE, Act, Guard, act, own_case

FILED: Final = [state for state in State if state not in ENDED | {State.DRAFT}]
#: At low voltage the contract comes before the works, else just before the power.
UNSIGNED_LOW: Final = frozenset({State.SUBMITTED, State.SUPPLEMENT, State.ACCEPTED})
BEFORE_CONTRACT: Final = Guard(
    lambda case: case.state in UNSIGNED_LOW if case.kind in LOW else case.state != State.CONTRACTED,
    _(
        "The supply contract names this person already: from then on name and number are changed "
        "with the contract. Ring 95598 or 96598, or ask for a change of name at any counter of the "
        "supply company, with the document."
    ),
)
NONE_WAITS: Final = Guard(
    lambda case: not case.correcting,
    _("A correction of name and number waits for its decision: it is decided or taken back first."),
)
ONE_WAITS: Final = Guard(
    lambda case: case.correcting, _("No correction of name and number waits for a decision.")
)
SIDE: Final[dict[str, Any]] = {
    "who": sides.as_signatory,
    "refusal": _(
        "Only the applicant corrects name and number, or who may sign for the applicant; in a case "
        "taken in at a counter, a clerk of the office that took it in."
    ),
}


class Identity(NamedTuple):
    """Of the applicant, with the digests by which it is looked up, and a pair of person and address
    is one."""

    name: str
    id_number: str
    name_digest: bytes
    id_digest: bytes


def other_than_proposer(case: Any, user: User) -> Text | None:
    """Not in one's own case; and who proposed it at a counter leaves it to somebody else."""
    if reason := own_case(case, user):
        return reason
    proposed = case.identity_corrections.filter(outcome="", proposed_by=user.party_id)
    return TWO_PEOPLE if case.correcting and proposed.exists() else None


class IdentityCorrecting:
    """None of these moves the state, the holder or a clock (PIPL 46)."""

    correcting: bool
    corrections: int
    applicant_name: str
    id_number: str
    id_digest: Any
    name_digest: Any

    @act(
        FILED, None,
        Act(_("Correct name and number"), "case.correction_proposed", **SIDE,
            guards=[BEFORE_CONTRACT, NONE_WAITS], body=Proposal, files=True, here=False),
    )  # fmt: skip
    def correct_identity(self, *, to: Identity | None) -> None:
        """At once where an identity service has confirmed it; else it waits for its decision."""
        self.correcting = to is None
        self._take(to)

    @act(
        FILED, None,
        Act(_("Decide the correction"), "case.identity_corrected", who=sides.intake,
            refusal=_("Somebody of the supply company who works on the case decides this."),
            bar=sides.first_of(
                sides.left_to(Role.MANAGER, besides=[Role.CLERK]), other_than_proposer),
            guards=[ONE_WAITS, BEFORE_CONTRACT],
            body=CorrectionDecision),
    )  # fmt: skip
    def decide_correction(self, *, to: Identity | None) -> None:
        self.correcting = False
        self._take(to)

    @act(
        FILED, None,
        Act(_("Take the correction back"), "case.correction_taken_back", **SIDE,
            guards=[ONE_WAITS]),
    )  # fmt: skip
    def take_back_correction(self) -> None:
        self.correcting = False

    def _take(self, to: Identity | None) -> None:
        if to is not None:
            self.applicant_name, self.id_number, self.name_digest, self.id_digest = to
            self.corrections += 1
