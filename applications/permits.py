"""The permits of a case in words, for those who applied for them and those who watch over them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import prefetch_related_objects

from accounts.models import User
from accounts.roles import Role
from applications.line_works import Routed, works_of
from applications.models import Application
from applications.who import left_to
from approvals.actions import PERMITS
from approvals.answers import works_json
from approvals.commitments.models import Commitment, commitment_of
from approvals.exclusions import Exclusion, exclusions
from approvals.models import Permit
from approvals.offices import office_name
from approvals.opinions.queries import tallied, tally
from approvals.opinions.reading import tally_words
from approvals.papers.models import PermitPaper
from approvals.papers.queries import key_of, papers_of
from approvals.queries import clocks_by_part, newest_rounds
from approvals.routing import why
from approvals.window.acts import handed_out_words
from approvals.wording import ROUTES, permit_name
from approvals.workflow import State
from core.clock import city_now
from workflow.buttons import Button, buttons
from workflow.machine import state_words

DECIDED: Final[dict[str, str]] = {
    State.GRANTED: "success", State.REFUSED: "danger", State.REVOKED: "danger",
}  # fmt: skip
#: The tags of states: what waits stands out, for the applicant and for who is to act on it.
TONES: Final = DECIDED | {State.AWAITING_SUPPLEMENT: "warning", State.SUSPENDED: "warning"}
DESK_TONES: Final = DECIDED | dict.fromkeys(
    (State.AWAITING_COMMITMENT, State.AWAITING_SUPPLEMENT), "live"
)
#: What the supply company does with a permit.
OURS: Final = ("commit", "supply_supplement")


@dataclass(frozen=True, slots=True)
class PermitLine:
    """One of the seven permits of a round; `id` is None where none is needed.

    `due_at` is the last second of the decision, or of the acceptance where that comes first."""

    id: int | None
    name: str
    bureau: str
    route: str
    clause: str
    limit_days: int | None
    state: str = ""
    tone: str = ""
    due_at: datetime | None = None
    for_acceptance: bool = False
    late: bool = False
    carried_over: bool = False
    own_step: Button | None = None
    conditions: str = ""
    reason: str = ""
    refusal_clause: str = ""
    extension_reason: str = ""
    paper: PermitPaper | None = None
    handed_out: str = ""
    legal_due_on: date | None = None
    #: Against its refusal or revocation, in words.
    remedies: Sequence[str] = ()
    #: Where it was revoked.
    revoked: Commitment | None = None
    #: Left out by law just now, with ground and length; None while the review runs.
    suspended: Exclusion | None = None
    #: How many opinions the bureau asked for, and how many were given.
    opinions: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class PermitSet:
    """The newest round of a case; `others` are exempt or not needed, `due_at` is of them all."""

    round: int
    needed: list[PermitLine]
    others: list[PermitLine]
    due_at: datetime | None
    late: bool
    joined_at: datetime | None


def permits_of(
    case: Application, user: User | None = None, tones: Mapping[str, str] = TONES
) -> PermitSet | None:
    """Return the newest round, with the user's own steps; None before the line works are posted."""
    line = works_of(case)
    if line is None:
        return None
    round_ = newest_rounds([line])[line.pk]
    permits = {permit.permit: permit for permit in round_.permits.all()}
    clocks = clocks_by_part([round_.ref, *(permit.ref for permit in permits.values())])
    now = city_now()
    answer = works_json(round_, permits.values(), clocks, now)
    know_suspended(permits.values())
    prefetch_related_objects(list(permits.values()), tallied())
    needed, others, papers = [], [], papers_of(permits.values())
    for member in answer["permits"]:
        permit = permits.get(member["permit"])
        if permit is None:
            others.append(PermitLine(None, **words(member, line.district)))
            continue
        # Read with the round; without this each permit would ask for it again.
        permit.round, permit.line_works = round_, round_.line_works
        if user:
            left = left_to(Role.PROJECT)(case, user)
            permit.is_known(user, concerns=case.concerns(user), left=left)
        needed.append(
            PermitLine(
                permit.pk,
                **words(member, line.district),
                state=state_words(permit),
                tone=tones.get(permit.state, "primary"),
                due_at=member["due_at"] or member["intake_due_at"],
                for_acceptance=member["due_at"] is None and member["intake_due_at"] is not None,
                late=member["late"],
                carried_over=permit.carried_over,
                own_step=next((one for one in our_buttons(permit, user) if one.allowed), None)
                if user
                else None,
                conditions=permit.conditions,
                reason=permit.reason,
                refusal_clause=permit.refusal_words(),
                extension_reason=permit.extension_reason,
                paper=papers.get(key_of(permit)),
                handed_out=handed_out_words(permit),
                legal_due_on=member["legal_due_on"],
                remedies=[one.words for one in permit.remedies()],
                revoked=commitment_of(permit) if permit.state == State.REVOKED else None,
                suspended=suspension(permit, now),
                opinions=tally_words(tally(permit.opinions.all())),
            )
        )
    return PermitSet(
        round=round_.number,
        needed=needed,
        others=others,
        due_at=answer["set_due_at"],
        late=answer["set_late"],
        joined_at=round_.joined_at,
    )


def know_suspended(permits: Iterable[Permit]) -> None:
    """One query, and mostly none."""
    suspended = [permit for permit in permits if permit.state == State.SUSPENDED]
    prefetch_related_objects(suspended, "excluded__files")


def suspension(permit: Permit, now: datetime) -> Exclusion | None:
    return exclusions(permit, now)[-1] if permit.state == State.SUSPENDED else None


def words(answer: Mapping[str, Any], district: str) -> dict[str, Any]:
    return {
        "name": permit_name(answer["permit"]),
        "bureau": office_name(answer["bureau"], answer["level"], district),
        "route": str(ROUTES[answer["route"]]),
        "clause": answer["clause"],
        "limit_days": answer["limit_days"],
    }


def decided(found: Routed) -> list[PermitLine]:
    """Return what the rules answer before anything is posted, and why; what must be decided has a
    tone."""
    return [
        PermitLine(
            None,
            name=permit_name(decision.permit),
            bureau=office_name(decision.bureau, decision.level, found.policy.district),
            route=str(ROUTES[decision.route]),
            clause=str(decision.clause),
            limit_days=decision.limit_days,
            tone="primary" if decision in found.live else "",
            carried_over=decision.permit in found.kept,
            why=why(found.policy, decision, found.works),
        )
        for decision in found.decisions
    ]


def our_buttons(permit: Permit, user: User) -> list[Button]:
    return [each for each in buttons(PERMITS, permit, user) if each.action in OURS]
