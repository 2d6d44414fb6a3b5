"""Checks on a whole book, before anything of it can be in force."""

from typing import TYPE_CHECKING

from rules.decisions import Decision
from rules.errors import RuleError
from rules.keys import Direction
from rules.names import Kind, Level, Permit
from rules.policy import Policy
from rules.select import in_force
from rules.values import Valued

if TYPE_CHECKING:
    from rules.book import Book


def check_book(book: "Book") -> None:
    """Refuses a book with a gap, a contradiction, or a district below its city.

    Raises:
        RuleError: the first thing that is wrong, with file, key and clause.
    """
    if not any(decision.level is Level.CITY for decision in book.decisions):
        raise RuleError("(all files)", "decision", "no decision of the city")
    _check_ties(book)
    for decision in book.decisions:
        if decision.level is Level.DISTRICT:
            _check_district_rows(book, decision)
    for day in sorted(turn for turn in {book.first_day, *book.turns} if turn >= book.first_day):
        _check_policy(book, book.in_force(on=day))
        for district in book.city.districts:
            for statutory in district.statutory or (None,):
                policy = book.in_force(on=day, district=district.code, statutory=statutory)
                _check_policy(book, policy)


def _check_ties(book: "Book") -> None:
    """Refuses two files of one level that decide an undirected key from the same day."""
    seen: dict[object, Valued] = {}
    for row in (row for row in book.rows() if row.adopted):
        undirected = book.keys[row.key].direction in (Direction.FIXED, Direction.LOCAL)
        place = (row.key, row.order, row.origin.district, row.place_class)
        if undirected and place in seen:
            reason = f"contradicts {seen[place].origin.file}: both decide from {row.since}"
            raise RuleError(row.origin.file, row.key, reason, row.clause)
        seen[place] = row


def _check_district_rows(book: "Book", decision: Decision) -> None:
    """Refuses a district row that gives less than what holds above it on any day it runs."""
    above = [row for row in book.rows() if row.origin.level is not Level.DISTRICT]
    district_classes = list(book.rows("district.class"))
    for row in (row for row in decision.rows if row.adopted):
        for day in (turn for turn in book.turns if row.runs_on(turn)):
            values = in_force(
                [*above, *district_classes], book.keys, on=day, district=row.origin.district
            )
            _refuse_looser(book, row, values.get(row.key))


def _refuse_looser(book: "Book", row: Valued, city: Valued | None) -> None:
    if city is None or not book.keys[row.key].worse(row.value, city.value):
        return
    reason = (
        f"district {row.origin.district} gives less than the city: {_shown(row)} instead of "
        f"{_shown(city)} from {city.origin.file} ({city.clause.zh})"
    )
    raise RuleError(row.origin.file, row.key, reason, row.clause)


def _shown(row: Valued) -> str:
    value = ", ".join(row.codes) if isinstance(row.value, tuple) else str(row.value)
    return f"{value} {row.unit}".strip()


def _check_policy(book: "Book", policy: Policy) -> None:
    place = f"{policy.district or 'the city'} on {policy.since}"
    for key in book.keys.values():
        if key.required and key.name not in policy.values:
            raise RuleError("(all files)", key.name, f"nothing is in force in {place}")
    for kind in Kind:
        measure = f"limit.{kind}.{policy.value(f'kind.{kind}.measure').word}"
        if measure not in policy.values:
            raise RuleError("(all files)", measure, f"nothing is in force in {place}")
        _check_steps(policy, kind)
    for permit in Permit:
        if policy.get(f"permit.{permit}.instant") and not policy.get(
            f"permit.{permit}.instant.days"
        ):
            raise RuleError("(all files)", f"permit.{permit}.instant.days", f"unset in {place}")
    _check_bounds(policy)


def _check_bounds(policy: Policy) -> None:
    """Refuses bounds of the days of an order that leave nothing between them."""
    least, usual, most = (
        policy.value(f"rectification.days.{b}") for b in ("min", "default", "max")
    )
    if not 1 <= least.number <= usual.number <= most.number:
        reason = f"{least.number}, {usual.number} and {most.number} days are not in this order"
        raise RuleError(usual.origin.file, usual.key, reason, usual.clause)


def _check_steps(policy: Policy, kind: Kind) -> None:
    """Refuses limits of steps that add up to more than the total of their kind."""
    limits = [step.limit for step in policy.steps(kind) if step.limit]
    total = policy.limit(kind)
    if sum(limit.days for limit in limits) > total.days:
        last = limits[-1]
        reason = f"the steps add up to more than the total of {total.days} working days"
        raise RuleError(last.origin.file, last.key, reason, last.clause)
