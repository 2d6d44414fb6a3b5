"""Which clocks a permit has, from when, by which rule (contract: permit machine, clocks)."""

from collections.abc import Iterable
from datetime import datetime

from approvals.models import Permit, Round
from approvals.workflow import OPEN
from deadlines.actions import NewClock
from deadlines.models import Clock
from rules.names import Route, Start
from rules.policy import Limit, Policy

KIND = Clock.Kind


def decision_limit(permit: Permit, policy: Policy) -> Limit | None:
    kv = permit.round.voltage_kv
    return policy.permit_limit(permit.permit, permit.route, voltage_kv=kv)


def at_opening(round_: Round, permits: Iterable[Permit], policy: Policy) -> list[NewClock]:
    """The set's clock and those of each open permit."""
    opened = [permit for permit in permits if permit.state in OPEN]
    if not opened:
        return []
    clocks = [clock for permit in opened for clock in at_receipt(permit, policy)]
    return [of_set(round_, opened[0], policy), *clocks]


def of_set(round_: Round, first: Permit, policy: Policy) -> NewClock:
    return NewClock(
        case_ref=first.case_ref,
        part=round_.ref,
        kind=KIND.SET,
        limit=policy.set_limit(),
        district=first.district,
        rules_version=round_.rules_version,
    )


def at_receipt(permit: Permit, policy: Policy) -> list[NewClock]:
    found = [_intake(permit, policy)] if permit.is_formally_accepted() else []
    limit = decision_limit(permit, policy)
    if limit and limit.start == Start.RECEIPT:
        kind = KIND.INSTANT if permit.is_instant() else KIND.REVIEW
        found.append(_new(permit, kind, limit))
    return found


def at_supplement(permit: Permit) -> list[NewClock]:
    return [_intake(permit, permit.rules())] if permit.is_formally_accepted() else []


def at_acceptance(permit: Permit, since: datetime | None = None) -> list[NewClock]:
    """`since`: for a deemed acceptance, the receipt or the complete supplement."""
    if permit.route != Route.REVIEW:
        return []
    limit = decision_limit(permit, permit.rules())
    if limit is None or limit.start == Start.RECEIPT:
        return []
    return [_new(permit, KIND.REVIEW, limit, since)]


def runs_from_receipt(permit: Permit) -> bool:
    """Before acceptance too, so that a request for a supplement pauses it."""
    limit = decision_limit(permit, permit.rules())
    return limit is not None and limit.start == Start.RECEIPT


def _intake(permit: Permit, policy: Policy) -> NewClock:
    return _new(permit, KIND.INTAKE, policy.intake_limit())


def _new(permit: Permit, kind: str, limit: Limit, since: datetime | None = None) -> NewClock:
    return NewClock(
        case_ref=permit.case_ref,
        part=permit.ref,
        kind=kind,
        limit=limit,
        district=permit.district,
        rules_version=permit.round.rules_version,
        started_at=since,
    )
