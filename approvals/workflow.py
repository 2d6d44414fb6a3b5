"""The machine of a permit: states and whose turn it is, acts with who, guards and body."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import BUREAU_ROLES, COORDINATORS, SUPPLIERS, Role
from approvals import decision
from approvals import serializers as bodies
from approvals.commitments.models import is_broken, may_be_checked
from approvals.legal_limit import may_be_extended
from approvals.offices import role_in_office
from approvals.roads.approving import ApprovalBody
from approvals.roads.meeting import DIGGING
from approvals.window.models import NOT_HANDED_OUT, OF_NEWEST_LINE, PAPER_MADE, at_window
from core.problems import Text
from deadlines.models import Clock
from rules.names import Route
from workflow.machine import MAY_BE_ASKED, Act, Guard, act, own_case

if TYPE_CHECKING:
    from approvals.advice.models import Advice
    from approvals.models import Permit

#: The clocks that limit the decision itself, not the acceptance.
DECISION_KINDS: Final = (Clock.Kind.REVIEW.value, Clock.Kind.INSTANT.value)
GOVERNMENT: Final = "government"
#: Officers and leads of the permit's own bureau, as a circle of who is told.
DECIDING: Final = "deciding"
SUPPLIER: Final = "supplier"
#: Who is told of a chase, as it is one's turn or the other's, and of its answer.
CHASED_BUREAU: Final = "chased_bureau"
CHASED_COMPANY: Final = "chased_company"
COORDINATOR: Final = "coordinator"
REGULATOR: Final = "regulator"


class State(TextChoices):
    RECEIVED = "received", _("Received")
    AWAITING_SUPPLEMENT = "awaiting_supplement", _("Waiting for missing papers")
    ACCEPTED = "accepted", _("Accepted")
    SUSPENDED = "suspended", _("Suspended by law")
    AWAITING_COMMITMENT = "awaiting_commitment", _("Waiting for the commitment")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    REVOKED = "revoked", _("Revoked")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: Who has to do something next; None where everything is done.
TURN: Final[dict[State, str | None]] = {
    State.RECEIVED: GOVERNMENT,
    State.ACCEPTED: GOVERNMENT,
    State.SUSPENDED: GOVERNMENT,
    State.AWAITING_SUPPLEMENT: SUPPLIER,
    State.AWAITING_COMMITMENT: SUPPLIER,
    State.GRANTED: None,
    State.REFUSED: None,
    State.REVOKED: None,
    State.WITHDRAWN: None,
}
WITH_BUREAU: Final = frozenset(state for state, turn in TURN.items() if turn == GOVERNMENT)
OPEN: Final = frozenset(state for state, turn in TURN.items() if turn is not None)
DECIDED: Final = frozenset({State.GRANTED, State.REFUSED, State.REVOKED})

#: Routes on which somebody has to do something; the others need no permit at all.
LIVE_ROUTES: Final = frozenset(Route) - {Route.NOT_NEEDED, Route.EXEMPT}
#: Routes with a formal acceptance, and so with an intake limit (行政许可法 32).
ACCEPTED_ROUTES: Final = frozenset({Route.REVIEW, Route.SPECIAL})
COMMITTED_ROUTES: Final = frozenset({Route.COMMITMENT, Route.FILING})


def first_state(route: str) -> State | None:
    """None where no permit is needed."""
    if route not in LIVE_ROUTES:
        return None
    return State.AWAITING_COMMITMENT if route in COMMITTED_ROUTES else State.RECEIVED


def holder_of(states: Iterable[str]) -> str:
    """The government while any permit waits for a bureau."""
    return GOVERNMENT if any(state in WITH_BUREAU for state in states) else SUPPLIER


def officer(thing: "Permit | Advice", user: User) -> Role | None:
    return role_in_office(thing, user, *BUREAU_ROLES)


def lead(permit: "Permit", user: User) -> Role | None:
    return role_in_office(permit, user, Role.BUREAU_LEAD)


def coordinator(permit: "Permit", user: User) -> Role | None:
    return user.role_in(*COORDINATORS, district=permit.district)


def awaited(permit: "Permit", user: User) -> Role | None:
    """Whose turn it is."""
    with_bureau = TURN[State(permit.state)] == GOVERNMENT
    return officer(permit, user) if with_bureau else supplier(permit, user)


def supplier(thing: "Permit | Advice", user: User) -> Role | None:
    return user.role_in(*SUPPLIERS, district=thing.district)


OFFICER: Final[dict[str, Any]] = {
    "who": officer,
    "bar": own_case,
    "refusal": _("Only an officer of the bureau that decides this permit, there, may do this."),
}


def left_or_own(permit: "Permit", user: User) -> Text | None:
    """At high voltage the company's acts are of the project manager who has the case."""
    return own_case(permit, user) or permit.left_by(user)


def left_by_awaited(permit: "Permit", user: User) -> Text | None:
    with_bureau = TURN[State(permit.state)] == GOVERNMENT
    return own_case(permit, user) if with_bureau else left_or_own(permit, user)


def brings(permit: "Permit", user: User) -> Role | None:
    """The company, or the window that takes in for it what it brings on paper (一窗受理)."""
    return supplier(permit, user) or at_window(permit, user)


COMPANY: Final[dict[str, Any]] = {
    "who": supplier,
    "bar": left_or_own,
    "refusal": _("Only a customer manager or project manager of the district may do this."),
}

NOT_ON_ROUTE: Final = _("A permit on this route does not have this step.")
REVIEWED = Guard(lambda permit: permit.route in ACCEPTED_ROUTES, NOT_ON_ROUTE)
DECIDED_UPON = Guard(lambda permit: permit.route not in COMMITTED_ROUTES, NOT_ON_ROUTE)
COMMITTED = Guard(lambda permit: permit.route in COMMITTED_ROUTES, NOT_ON_ROUTE)
ACCEPTED_FIRST = Guard(
    lambda permit: permit.state != State.RECEIVED or permit.route not in ACCEPTED_ROUTES,
    _("Accept the application first, or say what is missing."),
)
NOT_SILENT = Guard(
    lambda permit: not permit.deemed_accepted,
    _(
        "The bureau did not answer within the limit of intake, so the permit counts as accepted "
        "since its receipt (Administrative Licensing Law 32). Nothing more can be asked for."
    ),
)


IN_TIME = Guard(
    lambda permit: not permit.is_late(),
    _("The limit has passed. Time that is over cannot be left out of it any more."),
)


EXTENDED_ONCE = Guard(
    lambda permit: permit.extended_at is None,
    _("The limit was extended already: the law allows it once."),
)
EXTENDABLE = Guard(may_be_extended, _("The rules do not say that this limit can be extended."))
IN_LEGAL_TIME = Guard(
    lambda permit: permit.is_in_legal_time(),
    _("The limit of the law has passed: it cannot be extended any more."),
)


NOT_CHASED = Guard(
    lambda permit: permit.chased() is None,
    _("Whoever is awaited was chased already and has not answered yet."),
)
CHASED = Guard(lambda permit: permit.chased() is not None, _("No chase waits for an answer."))


DIGS_ROADS = Guard(
    lambda permit: permit.permit == DIGGING,
    _("Only the permit to dig municipal roads takes such an approval."),
)


CHECKABLE = Guard(
    may_be_checked,
    _("There is no commitment of this permit that was not checked yet."),
)
NOT_KEPT = Guard(
    is_broken,
    _("Only a permit whose check afterwards found a condition not kept is revoked."),
)


class PermitMachine:
    """What comes with an act besides is in `actions.py`."""

    supplement_items: list[str]
    supplements_asked: int
    conditions: str
    not_dug: str
    reason: str
    refusal_clause: str
    review_points: list[decision.Answer]
    extension_reason: str
    handed_out_to: str
    accepted_at: datetime | None
    deemed_accepted: bool

    @act(
        State.RECEIVED, State.ACCEPTED,
        Act(_("Accept the application"), "permit.accepted", ahead=True, **OFFICER, belongs=REVIEWED,
            stamps=["accepted_at"]),
    )  # fmt: skip
    def accept(self) -> None: ...
    @act(
        State.RECEIVED, State.AWAITING_SUPPLEMENT,
        Act(_("Say what is missing"), "permit.supplement_requested", **OFFICER,
            belongs=DECIDED_UPON, guards=[NOT_SILENT, MAY_BE_ASKED], body=bodies.Missing),
    )  # fmt: skip
    def request_supplement(self, *, items: list[str]) -> None:
        self.supplement_items, self.supplements_asked = items, self.supplements_asked + 1

    @act(
        State.AWAITING_SUPPLEMENT, State.RECEIVED,
        Act(_("Hand in what was missing"), "permit.supplement_supplied", ahead=True, who=brings,
            bar=left_or_own, belongs=DECIDED_UPON, files=True, body=bodies.SuppliedItems,
            refusal=_("Only a customer manager or project manager of the district may do this, or "
                      "the service hall whose window has the case.")),
    )  # fmt: skip
    def supply_supplement(self, *, answers: list[dict[str, Any]]) -> None: ...
    @act(
        State.ACCEPTED, State.SUSPENDED,
        Act(_("Suspend by law"), "permit.time_excluded", **OFFICER, belongs=REVIEWED,
            guards=[IN_TIME], body=bodies.ExcludedTime, files=True),
    )  # fmt: skip
    def exclude_time(self, *, ground: str, expected_days: int) -> None:
        """Time begins that the law leaves out of the review (行政许可法 45)."""

    @act(
        State.SUSPENDED, State.ACCEPTED,
        Act(_("Resume the review"), "permit.time_resumed", ahead=True, **OFFICER, belongs=REVIEWED),
    )  # fmt: skip
    def resume(self) -> None: ...
    @act(
        State.ACCEPTED, None,
        Act(_("Extend the limit of the law"), "permit.extended", who=lead, bar=own_case,
            refusal=_("Only the lead of the bureau extends the limit of the law."),
            belongs=REVIEWED, guards=[EXTENDABLE, EXTENDED_ONCE, IN_LEGAL_TIME],
            body=bodies.Extension, stamps=["extended_at"]),
    )  # fmt: skip
    def extend(self, *, reason: str) -> None:
        """The plan's limit stays, and what is past it stays late (行政许可法 42)."""
        self.extension_reason = reason

    @act(
        (State.ACCEPTED, State.RECEIVED), State.GRANTED,
        Act(_("Grant the permit"), "permit.granted", ahead=True, **OFFICER, belongs=DECIDED_UPON,
            guards=[ACCEPTED_FIRST], body=decision.Grant, stamps=["decided_at"]),
    )  # fmt: skip
    def grant(
        self,
        *,
        conditions: str = "",
        not_dug: str = "",
        review_points: decision.Answers = (),
    ) -> None:
        self.conditions, self.not_dug = conditions, not_dug
        self.review_points = list(review_points)

    @act(
        (State.ACCEPTED, State.RECEIVED), State.REFUSED,
        Act(_("Refuse the permit"), "permit.refused", **OFFICER, belongs=DECIDED_UPON,
            guards=[ACCEPTED_FIRST], body=decision.Refusal, stamps=["decided_at"]),
    )  # fmt: skip
    def refuse(self, *, reason: str, clause: str, review_points: decision.Answers = ()) -> None:
        self.reason, self.refusal_clause = reason, clause
        self.review_points = list(review_points)

    @act(
        State.AWAITING_COMMITMENT, State.GRANTED,
        Act(_("Commit to the conditions"), "permit.committed", ahead=True, **COMPANY,
            belongs=COMMITTED, body=bodies.Commitment, stamps=["decided_at"]),
    )  # fmt: skip
    def commit(self) -> None: ...
    @act(
        State.GRANTED, None,
        Act(_("Record the check afterwards"), "permit.checked_afterwards", **OFFICER,
            belongs=COMMITTED, guards=[CHECKABLE], body=bodies.CheckAfterwards),
    )  # fmt: skip
    def check_afterwards(self, *, kept: bool, findings: str) -> None:
        """What comes of it, the lead decides."""

    @act(
        State.GRANTED, State.REVOKED,
        Act(_("Revoke the permit"), "permit.revoked", who=lead, bar=own_case,
            refusal=_("Only the lead of the bureau revokes a permit."),
            belongs=COMMITTED, guards=[NOT_KEPT], body=bodies.Revocation, stamps=["revoked_at"]),
    )  # fmt: skip
    def revoke(self) -> None: ...

    @act(
        State.GRANTED, None,
        Act(_("Hand out the permit"), "permit.handed_out", who=at_window, bar=own_case,
            refusal=_("Only the service hall whose window has the case hands out a permit."),
            guards=[NOT_HANDED_OUT, OF_NEWEST_LINE, PAPER_MADE], body=bodies.HandOut,
            stamps=["handed_out_at"]),
    )  # fmt: skip
    def hand_out(self, *, to: str) -> None:
        """Its sealed paper, at the window (统一出件)."""
        self.handed_out_to = to

    @act(
        sorted(OPEN), None,
        Act(_("Hand in a government's approval"), "permit.road_approval_given", **COMPANY,
            belongs=DIGS_ROADS, files=True, body=ApprovalBody),
    )  # fmt: skip
    def give_approval(self) -> None:
        """To dig a road that may not be dug (城市道路管理条例 33)."""

    @act(
        sorted(OPEN), None,
        Act(_("Chase"), "permit.chased", who=coordinator, bar=own_case,
            refusal=_("Only the digital bureau, which coordinates the set, or the lead of the "
                      "district chases."),
            guards=[NOT_CHASED], body=bodies.Chase),
    )  # fmt: skip
    def chase(self, *, words: str = "") -> None: ...
    @act(
        sorted(OPEN), None,
        Act(_("Answer the chase"), "permit.chase_answered", who=awaited, bar=left_by_awaited,
            refusal=_("Only whoever is awaited answers a chase."),
            guards=[CHASED], body=bodies.ChaseAnswer),
    )  # fmt: skip
    def answer_chase(self, *, answer: str) -> None: ...
    @act(
        State.RECEIVED, State.ACCEPTED,
        Act(_("Accepted by silence"), "permit.deemed_accepted", belongs=REVIEWED),
    )  # fmt: skip
    def deem_accepted(self, *, since: datetime) -> None:
        """`since`: the receipt, or the complete supplement (行政许可法 32)."""
        self.accepted_at, self.deemed_accepted = since, True

    @act(sorted(OPEN), State.WITHDRAWN, Act(_("Withdrawn with the case"), "permit.withdrawn"))
    def withdraw(self) -> None: ...
