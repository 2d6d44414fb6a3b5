"""What the rules say of permits granted on a commitment (告知承诺) or only filed (备案)."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.files import Words
from rules.names import Measure, Route, Start, Statistic
from rules.policy import Limit, Policy


@dataclass(frozen=True, slots=True)
class CommitmentRules:
    """For one permit on its route.

    Args:
        conditions: what is committed to, by code; none of what is only filed, and none in rules of
            before there were lists.
        names_responsible: whether it has to name who is responsible; else that is whoever signs.
        check: the limit of the check afterwards, from the commitment; None where no rule sets one.
        percent: the share of such permits that is checked afterwards.
        barred_days: for how many days after a revocation the bureau takes no commitment and no
            filing; None where no rule says so.
    """

    conditions: Mapping[str, Words]
    names_responsible: bool
    check: Limit | None
    percent: int
    barred_days: int | None


def commitment_rules(policy: Policy, permit: str, route: str) -> CommitmentRules:
    listed = policy.get(f"permit.{permit}.conditions") if route == Route.COMMITMENT else None
    named = policy.get("permit.commitment.responsible")
    days = policy.get("permit.commitment.check.days")
    percent = policy.get(f"permit.{permit}.check.percent")
    barred = policy.get("permit.commitment.barred.days")
    known = policy.city.conditions
    check = Limit.of(days, Measure.CHECK, Statistic.CAP, Start.COMMITMENT) if days else None
    return CommitmentRules(
        conditions={code: known[code] for code in listed.codes} if listed else {},
        names_responsible=named is not None and named.value is True,
        check=check,
        percent=int(percent.number) if percent else 0,
        barred_days=int(barred.number) if barred else None,
    )
