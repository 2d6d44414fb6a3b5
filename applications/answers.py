"""What a case looks like to whoever may see it: the API's answer and the pages' source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from applications.actions import CASES
from applications.custody import custody_of
from applications.models import Application, Charge
from applications.receipts.lookup import receipt_of
from approvals.answers import case_permits
from core.clock import city_now
from deadlines.explain import explain
from deadlines.models import Clock
from deadlines.queries import clocks_of, days_used
from deadlines.serializers import CaseClocksSerializer
from documents.queries import met
from ledger.queries import Event, timeline
from rules.names import Measure
from rules.policy import Limit, Requirement
from workflow.buttons import buttons_json


@dataclass(frozen=True, slots=True)
class Times:
    """The time fields of a case, all at one instant."""

    handling_days: int
    whole_process_days: int
    due_on: Any
    due_at: datetime | None
    late: bool
    past_target: bool
    provisional: bool

    def as_json(self) -> dict[str, Any]:
        """Return the fields of the contract."""
        return {name: getattr(self, name) for name in self.__slots__}


def times(clocks: Mapping[tuple[UUID | None, str], Clock], limit: Limit, now: datetime) -> Times:
    """Return the times of a case from its two clocks; zeros before `submit`.

    A limit of handling time has a due day only while the supply company has the case.

    Args:
        clocks: of the case, by (part, kind).
        limit: the limit of its kind, which says which of the two is limited.
        now: the city's instant.
    """
    whole = clocks.get((None, Clock.Kind.WHOLE_PROCESS))
    handling = clocks.get((None, Clock.Kind.HANDLING))
    limited = handling if limit.measure == Measure.HANDLING else whole
    due = (
        limited if limited and (limited is whole or limited.state == Clock.State.RUNNING) else None
    )
    used = days_used([clock for clock in (whole, handling) if clock], now)
    return Times(
        handling_days=used[handling.pk] if handling else 0,
        whole_process_days=used[whole.pk] if whole else 0,
        due_on=due.due_on if due else None,
        due_at=due.due_at if due else None,
        late=bool(limited and limited.is_late(now)),
        past_target=bool(limited and limited.target and limited.past(now)),
        provisional=bool(due and due.due_on and due.provisional),
    )


def limit_json(limit: Limit) -> dict[str, Any]:
    """Return a limit as the contract shows it."""
    return {
        "measure": limit.measure.value,
        "statistic": limit.statistic.value,
        "days": limit.days,
        "clause": str(limit.clause),
    }


def document_json(need: Requirement, here: set[str]) -> dict[str, Any]:
    """Return one document of the checklist and whether it is there."""
    return {"requirement": need.code, "name": str(need.name), "met": need.code in here}


def case_json(case: Application, user: User) -> dict[str, Any]:
    """Return the whole answer about a case for one person."""
    now = city_now()
    policy = case.rules(now)
    limit = policy.limit(case.kind)
    here = met("application", case.pk)
    return {
        **row_json(case),
        "continues": case.continues.number if case.continues else None,
        "limits": [limit_json(limit) for limit in policy.limits_of(case.kind)],
        **times(clocks_of(case.ref), limit, now).as_json(),
        "documents": [document_json(need, here) for need in policy.requirements(case.kind)],
        "permits": case_permits(case.ref),
        "actions": buttons_json(CASES, case, user),
        "version": case.version,
    }


def row_json(case: Application) -> dict[str, Any]:
    """Return what a list shows of a case: nothing personal."""
    return {
        "number": case.number,
        "kind": case.kind,
        "voltage": case.voltage,
        "state": case.state,
        "holder": case.holder or None,
        "held_since": case.held_since if case.holder else None,
        "district": case.district,
        "channel": case.channel,
        "filed_at": case.filed_at,
        "rules_version": case.rules_version or None,
    }


def event_json(case: Application, event: Event) -> dict[str, Any]:
    """Return one step of the timeline, with the number of its receipt if it has one."""
    return {
        "seq": event.seq,
        "at": event.at,
        "recorded_at": event.recorded_at,
        "type": event.type,
        "role": event.role,
        "from": event.from_state or None,
        "to": event.to_state or None,
        "holder": None if event.holder == "nobody" else event.holder or None,
        "clock": event.clock or None,
        "part": event.part,
        "receipt": receipt_of(case.number, event),
    }


def timeline_json(case: Application) -> dict[str, Any]:
    """Return the times of a case and every step of it, oldest first."""
    now = city_now()
    limit = case.rules(now).limit(case.kind)
    return {
        "number": case.number,
        **times(clocks_of(case.ref), limit, now).as_json(),
        "events": [event_json(case, event) for event in timeline(case.ref)],
    }


def clocks_json(case: Application) -> dict[str, Any]:
    """Return every clock of a case explained, its own first, and who held the case when."""
    now = city_now()
    rows = list(Clock.objects.filter(case_ref=case.ref).order_by("part", "id"))
    own_first = sorted(rows, key=lambda clock: clock.part is not None)
    told = {
        "clocks": [explain(clock, now) for clock in own_first],
        "holding": custody_of(case, timeline(case.ref), own_first, now),
    }
    found: dict[str, Any] = CaseClocksSerializer(told).data
    return found


def charge_json(charge: Charge) -> dict[str, Any]:
    """Return a charge: the item, its rate, what it comes to, and who is paid."""
    return {
        "id": charge.pk,
        "fee_item": charge.fee_item.code,
        "quantity": charge.quantity,
        "rate": charge.fee_item.rate,
        "amount_yuan": charge.amount_yuan,
        "payee": charge.payee,
        "payee_affiliated": charge.payee_affiliated,
        "entered_at": charge.entered_at,
    }
