"""The permits of a case in words, for those who applied for them and those who watch over them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from applications.line_works import works_of
from applications.models import Application
from approvals.actions import PERMITS
from approvals.answers import works_json
from approvals.models import Permit, Round
from approvals.queries import clocks_by_part, newest_rounds
from approvals.wording import ROUTES, bureau_name, permit_name
from approvals.workflow import State
from core.clock import city_now
from rules.names import Route
from rules.policy import PermitDecision
from workflow.buttons import Button, buttons

TONES = {
    State.GRANTED: "success",
    State.REFUSED: "danger",
    State.AWAITING_COMMITMENT: "live",
    State.AWAITING_SUPPLEMENT: "live",
}
#: What the supply company does with a permit.
OURS = ("commit", "supply_supplement")


@dataclass(frozen=True, slots=True)
class PermitLine:
    """One of the seven permits of a round.

    Args:
        id: of the permit; None where none is needed.
        due_at: the last second of the decision, or of the acceptance where that comes first.
        own_step: the step that is the reader's now.
    """

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


@dataclass(frozen=True, slots=True)
class PermitSet:
    """The newest round of a case's permits.

    Args:
        needed, others: permits that somebody decides, and those that are not needed or exempt.
        due_at: the last second of the whole set.
    """

    round: int
    needed: list[PermitLine]
    others: list[PermitLine]
    due_at: datetime | None
    late: bool
    joined_at: datetime | None


def permits_of(case: Application, user: User) -> PermitSet | None:
    """Return the permits of a case's newest round, None before the line works are posted."""
    line = works_of(case)
    if line is None:
        return None
    round_ = newest_rounds([line])[line.pk]
    rows = list(round_.permits.all())
    clocks = clocks_by_part([round_.ref, *(permit.ref for permit in rows)])
    answer = works_json(round_, rows, clocks, city_now())
    lines = list(_lines(answer["permits"], round_, rows, user))
    return PermitSet(
        round=round_.number,
        needed=[line for line in lines if line.id],
        others=[line for line in lines if not line.id],
        due_at=answer["set_due_at"],
        late=answer["set_late"],
        joined_at=round_.joined_at,
    )


def _lines(
    members: Iterable[Mapping[str, Any]], round_: Round, rows: Iterable[Permit], user: User
) -> Iterator[PermitLine]:
    by_code = {permit.permit: permit for permit in rows}
    for member in members:
        permit = by_code.get(member["permit"])
        if permit is None:
            yield PermitLine(None, **words(member))
            continue
        # Read with the round; without this each permit would ask for it again.
        permit.round, permit.line_works = round_, round_.line_works
        yield PermitLine(
            permit.pk,
            **words(member),
            state=permit.get_state_display(),
            tone=TONES.get(State(permit.state), "primary"),
            due_at=member["due_at"] or member["intake_due_at"],
            for_acceptance=member["due_at"] is None and member["intake_due_at"] is not None,
            late=member["late"],
            carried_over=permit.carried_over,
            own_step=our_step(permit, user),
        )


def words(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the names of one answered permit."""
    return {
        "name": permit_name(answer["permit"]),
        "bureau": bureau_name(answer["bureau"]),
        "route": str(ROUTES[answer["route"]]),
        "clause": answer["clause"],
        "limit_days": answer["limit_days"],
    }


def decided(decisions: Iterable[PermitDecision]) -> list[PermitLine]:
    """Return what the rules answer before anything is posted."""
    return [
        PermitLine(
            None,
            name=permit_name(decision.permit),
            bureau=bureau_name(decision.bureau),
            route=str(ROUTES[decision.route]),
            clause=str(decision.clause),
            limit_days=decision.limit_days,
            tone="" if decision.route in (Route.NOT_NEEDED, Route.EXEMPT) else "primary",
        )
        for decision in decisions
    ]


def our_step(permit: Permit, user: User) -> Button | None:
    """Return the step of the supply company that this person may take with a permit now."""
    found = (button for button in buttons(PERMITS, permit, user) if button.action in OURS)
    return next((button for button in found if button.allowed), None)
