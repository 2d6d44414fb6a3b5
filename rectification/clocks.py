"""The clock of an order: the days that the regulator gave, within the bounds of the rules.

It runs while the addressee has the order, stands still while the answer is with the regulator, and
goes on with what was used when the answer is sent back: it never starts again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from core.clock import city_now, local_date
from deadlines import actions as timing
from deadlines.models import Clock
from rectification.models import Order
from rectification.states import WITH_ADDRESSEE, State
from rules.files import Clause
from rules.names import Measure, Start, Statistic
from rules.policy import Limit, Policy
from rules.registry import current

KIND: Final = Clock.Kind.RECTIFICATION


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many working days an order may give, and how many its form begins with."""

    least: int
    usual: int
    most: int
    clause: Clause


def policy() -> Policy:
    """Return the rules in force today in the whole city: no district may set these keys."""
    return current().in_force(on=local_date(city_now()))


def bounds(rules: Policy) -> Bounds:
    """Return the bounds of the days of an order."""
    least, usual, most = (rules.value(f"rectification.days.{b}") for b in ("min", "default", "max"))
    return Bounds(int(least.number), int(usual.number), int(most.number), most.clause)


def start(order: Order, rules: Policy) -> None:
    """Start the clock of an order at its issue."""
    row = rules.value("rectification.days.default")
    limit = Limit.of(row, Measure.RECTIFICATION, Statistic.CAP, Start.ISSUE)
    new = timing.NewClock(
        case_ref=order.ref,
        kind=KIND,
        limit=replace(limit, days=order.days),
        district=order.district,
        rules_version=rules.version,
    )
    timing.start([new], at=order.issued_at)


def follow(order: Order, *, before: bool, at: datetime) -> None:
    """Let the clock follow a step: it runs exactly while the addressee has the order.

    Args:
        before: whether the addressee had it before the step.
        at: the instant of the step's entry.
    """
    if order.closed_at is not None:
        timing.stop(case_ref=order.ref, kinds=[KIND], at=at)
    elif before and not order.with_addressee:
        timing.pause(case_ref=order.ref, kinds=[KIND], at=at)
    elif order.with_addressee and not before:
        timing.resume(case_ref=order.ref, kinds=[KIND], at=at)


def words(*, before: bool, after: str) -> str:
    """Return what a step does to the clock, in the record's words.

    Args:
        before: whether the addressee had the order before the step.
        after: the state of the order after it.
    """
    if after == State.CLOSED:
        return f"{KIND} stopped"
    has = after in WITH_ADDRESSEE
    if before == has:
        return ""
    return f"{KIND} resumed" if has else f"{KIND} paused"
