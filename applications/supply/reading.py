"""The supply of a case in words: what is reserved, or why nothing is, and the works it takes."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from applications.plans.queries import last_day
from applications.states import NOT_ACCEPTED
from applications.supply import queries
from core.clock import city_now
from core.templatetags.city import figure, short_day
from grid.models import ElementKind, Reservation
from grid.proposals import Candidate

if TYPE_CHECKING:
    from applications.models import Application


def supply_rows(case: "Application") -> list[dict[str, Any]]:
    """What a summary of a case says of its supply, once the case is accepted."""
    if case.state in NOT_ACCEPTED:
        return []
    return [{"key": _("Supply from the grid"), "lines": supply_words(case)}]


def supply_words(case: "Application") -> list[str]:
    """A sentence for each source, or the one that says why nothing is reserved."""
    return [_words(each) for each in queries.reserved(case)] or [queries.not_reserved(case)]


def _words(held: Reservation) -> str:
    row = held.element.row
    said = {"element": row.name if row else held.element.code, "kva": figure(held.kva.normalize())}
    if held.connected_at:
        return _("%(element)s: %(kva)s kVA, in use") % said
    if held.lapses_at is None:
        return _("%(element)s: %(kva)s kVA reserved until the case ends") % said
    until = short_day(last_day(held.lapses_at))
    words = _("%(element)s: %(kva)s kVA reserved with the plan, until %(day)s")
    return words % {**said, "day": until}


def works_for(case: "Application", candidate: Candidate) -> list[dict[str, Any]]:
    """The lines of works that a candidate takes, as a plan has them; costs where the rules give a
    price of a metre."""
    row = candidate.element.row
    said = {"name": row.name, "kv": figure(row.voltage_kv.normalize())}
    length = candidate.length_m
    price = case.rules(city_now()).get(f"supply.line_yuan_per_m.{case.voltage}")
    line: dict[str, Any] = {
        "item": _("%(kv)s kV line from %(name)s") % said,
        "quantity": length,
        "unit": _("m"),
        "cost_yuan": length * Decimal(price.number) if price else None,
    }
    if row.kind != ElementKind.BUS:
        return [line]
    bay = {"item": _("Bay at %(name)s") % said, "quantity": Decimal(1), "unit": _("set")}
    return [bay | {"cost_yuan": None}, line]


def works_words(works: list[dict[str, Any]]) -> list[str]:
    return [
        f"{each['item']}: {figure(each['quantity'])} {each['unit']}"
        + (f", {figure(each['cost_yuan'])} " + _("CNY") if each["cost_yuan"] else "")
        for each in works
    ]
