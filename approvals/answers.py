"""What permits and line works look like: the API's answers, and the figures behind the pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from approvals.actions import PERMITS
from approvals.clocks import DECISION_KINDS
from approvals.models import WORKS_FIELDS, LineWorks, Permit, Round
from approvals.queries import PERMIT_KINDS, clocks_by_part, newest_rounds
from approvals.workflow import DECIDED, State, first_state
from core.clock import city_now, local_date
from deadlines.models import Clock
from deadlines.timeleft import TimeLeft, left_to
from rules.files import Clause
from rules.policy import PermitDecision
from workflow.buttons import buttons_json

Clocks = Mapping[tuple[UUID | None, str], Clock]


@dataclass(frozen=True, slots=True)
class Times:
    """The time fields of a permit, all at one instant."""

    intake_due_at: datetime | None
    due_on: date | None
    due_at: datetime | None
    late: bool
    provisional: bool

    def as_json(self) -> dict[str, Any]:
        """Return the fields of the contract."""
        return {name: getattr(self, name) for name in self.__slots__}


def times(permit: Permit, clocks: Clocks, now: datetime) -> Times:
    """Return the times of a permit from its clocks.

    Args:
        clocks: by (part, kind), those of this permit among them.
        now: the city's instant.
    """
    intake = clocks.get((permit.ref, Clock.Kind.INTAKE))
    waiting = intake if intake and intake.state == Clock.State.RUNNING else None
    decision = decision_clock(permit, clocks)
    shown = decision if decision and decision.due_on else waiting
    return Times(
        intake_due_at=waiting.due_at if waiting else None,
        due_on=decision.due_on if decision else None,
        due_at=decision.due_at if decision else None,
        late=bool(decision and decision.is_late(now)),
        provisional=bool(shown and shown.provisional),
    )


def decision_clock(permit: Permit, clocks: Clocks) -> Clock | None:
    """Return the clock that limits the decision, if there is one yet."""
    found = (clocks.get((permit.ref, kind)) for kind in DECISION_KINDS)
    return next((clock for clock in found if clock), None)


def time_left(permit: Permit, clocks: Clocks, now: datetime) -> TimeLeft:
    """Return the time left of what the permit waits for now: of what runs out first.

    Args:
        clocks: by (part, kind), those of this permit among them.
        now: the city's instant.
    """
    found = [clocks.get((permit.ref, kind)) for kind in PERMIT_KINDS]
    running = [clock for clock in found if clock and clock.state == Clock.State.RUNNING]
    clock = min(running, key=lambda clock: clock.due_on or date.max, default=None)
    decision = decision_clock(permit, clocks)
    late = bool(decision and decision.is_late(now))
    if clock is None or clock.due_on is None:
        return TimeLeft(late=late, still=_still(permit, late=late))
    late = late or clock.past(now)
    return TimeLeft(
        limit=clock.limit_days,
        left=0 if late else left_to(clock.due_on, now),
        due_on=clock.due_on,
        late=late,
        days_late=max((local_date(now) - clock.due_on).days, 0),
    )


def _still(permit: Permit, *, late: bool) -> str:
    """Return the word for a permit for which no limit runs now."""
    if permit.state in DECIDED:
        return _("decided late") if late else _("decided")
    words = {
        State.SUSPENDED: _("stands still by law"),
        State.AWAITING_SUPPLEMENT: _("waits for the supply company"),
        State.AWAITING_COMMITMENT: _("waits for the supply company"),
        State.WITHDRAWN: _("ended"),
    }
    return words.get(State(permit.state), _("no limit"))


def clause_of(clause: Mapping[str, str]) -> str:
    """Return a stored clause in the reader's language."""
    return str(Clause(zh=clause["zh"], en=clause["en"]))


def permit_json(permit: Permit, clocks: Clocks, now: datetime) -> dict[str, Any]:
    """Return what everybody who may see a permit is told of it."""
    return {
        "id": permit.pk,
        "application": permit.line_works.application,
        "line_works": permit.line_works_id,
        "round": permit.round.number,
        "permit": permit.permit,
        "bureau": permit.bureau,
        "district": permit.district,
        "route": permit.route,
        "state": permit.state,
        "clause": clause_of(permit.clause),
        "limit_days": permit.limit_days,
        "received_at": permit.received_at,
        "accepted_at": permit.accepted_at,
        "deemed_accepted": permit.deemed_accepted,
        **times(permit, clocks, now).as_json(),
        "decided_at": permit.decided_at,
        "conditions": permit.conditions or None,
        "reason": permit.reason or None,
        "refusal_clause": permit.refusal_clause or None,
        "supplement_items": permit.supplement_items,
        "carried_over": permit.carried_over,
    }


def permits_json(permits: Iterable[Permit], user: User) -> list[dict[str, Any]]:
    """Return permits as one person sees them; two queries however many there are."""
    rows = list(permits)
    clocks, now = clocks_by_part(permit.ref for permit in rows), city_now()
    return [
        {
            **permit_json(permit, clocks, now),
            "actions": buttons_json(PERMITS, permit, user),
            "version": permit.version,
        }
        for permit in rows
    ]


def case_permits(case_ref: UUID) -> list[dict[str, Any]]:
    """Return the permits of a case's newest round, exempt and unneeded ones included."""
    line = LineWorks.objects.filter(case_ref=case_ref).first()
    if line is None:
        return []
    round_ = newest_rounds([line])[line.pk]
    permits = list(round_.permits.all())
    clocks = clocks_by_part(permit.ref for permit in permits)
    return _members(round_, permits, clocks, city_now())


def _members(
    round_: Round, permits: Iterable[Permit], clocks: Clocks, now: datetime
) -> list[dict[str, Any]]:
    """Return all seven permits of a round with their times, in the order of the contract."""
    rows = {permit.permit: permit for permit in permits}
    return [_member(answer, rows.get(answer["permit"]), clocks, now) for answer in round_.routes]


def _member(
    answer: Mapping[str, Any], permit: Permit | None, clocks: Clocks, now: datetime
) -> dict[str, Any]:
    if permit is None:
        return _decided(answer, clause_of(answer["clause"]), None)
    own = {"id": permit.pk} | _decided(answer, clause_of(permit.clause), permit.state)
    return own | {
        "limit_days": permit.limit_days,
        "carried_over": permit.carried_over,
        **times(permit, clocks, now).as_json(),
    }


def _decided(answer: Mapping[str, Any], clause: str, state: str | None) -> dict[str, Any]:
    return {
        "permit": answer["permit"],
        "route": answer["route"],
        "clause": clause,
        "bureau": answer["bureau"],
        "limit_days": answer["limit_days"],
        "state": state,
        "carried_over": False,
    }


def decisions_json(decisions: Iterable[PermitDecision]) -> dict[str, Any]:
    """Return the answer to a dry run: all seven permits, each in the state it would begin in."""
    return {
        "permits": [
            {
                "permit": str(decision.permit),
                "route": str(decision.route),
                "clause": str(decision.clause),
                "bureau": decision.bureau,
                "limit_days": decision.limit_days,
                "state": first_state(decision.route),
                "carried_over": False,
            }
            for decision in decisions
        ]
    }


def round_json(round_: Round) -> dict[str, Any]:
    """Return line works with one of their rounds and all seven permits of it."""
    permits = list(round_.permits.order_by("id"))
    clocks = clocks_by_part([round_.ref, *(permit.ref for permit in permits)])
    return works_json(round_, permits, clocks, city_now())


def many_works_json(lines: Iterable[LineWorks]) -> list[dict[str, Any]]:
    """Return line works with their newest rounds; the same few queries however many."""
    rows = list(lines)
    rounds = newest_rounds(rows)
    parts = [permit.ref for round_ in rounds.values() for permit in round_.permits.all()]
    clocks = clocks_by_part([*parts, *(round_.ref for round_ in rounds.values())])
    now = city_now()
    newest = [rounds[line.pk] for line in rows]
    return [works_json(round_, round_.permits.all(), clocks, now) for round_ in newest]


def works_json(
    round_: Round, permits: Iterable[Permit], clocks: Clocks, now: datetime
) -> dict[str, Any]:
    """Return line works with one of their rounds, from what was read already."""
    line, the_set = round_.line_works, clocks.get((round_.ref, Clock.Kind.SET))
    return {
        "id": line.pk,
        "application": line.application,
        "district": line.district,
        "voltage": line.voltage,
        "state": line.state,
        "round": round_.number,
        "works": declared_json(round_),
        "opened_at": round_.opened_at,
        "joined_at": round_.joined_at,
        "refused": round_.refused,
        "set_due_on": the_set.due_on if the_set else None,
        "set_due_at": the_set.due_at if the_set else None,
        "set_late": bool(the_set and the_set.is_late(now)),
        "permits": _members(round_, permits, clocks, now),
        "version": line.version,
    }


def declared_json(round_: Round) -> dict[str, Any]:
    """Return the declared works in the words of the request's body; measures are numbers."""
    plain = {name: getattr(round_, name) for name in WORKS_FIELDS}
    return {
        name: float(value) if isinstance(value, Decimal) else value for name, value in plain.items()
    }
