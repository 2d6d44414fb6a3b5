"""The supply of a case in words: what is reserved, or why nothing is, and the works it takes."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from applications.plans.queries import last_day
from applications.states import BROKEN_OFF, NOT_ACCEPTED
from applications.supply import queries
from core.clock import city_now
from core.templatetags.city import day, figure
from grid.models import ElementKind, Reservation
from grid.proposals import Candidate

if TYPE_CHECKING:
    from applications.models import Application


def supply_rows(case: "Application") -> list[dict[str, Any]]:
    """What a summary of a case says of its supply, once the case is accepted."""
    lines = supply_words(case) if case.state not in NOT_ACCEPTED - BROKEN_OFF else []
    return [{"key": _("Supply from the grid"), "lines": lines}] if lines else []


def supply_words(case: "Application") -> list[str]:
    """A sentence for each source, or the one that says why nothing is reserved; none where there
    is nothing to say any more."""
    held = [_words(each) for each in queries.reserved(case)]
    return held or list(filter(None, [queries.not_reserved(case)]))


def _words(held: Reservation) -> str:
    row = held.element.row
    said = {"element": row.name if row else held.element.code, "kva": figure(held.kva.normalize())}
    if held.connected_at:
        return _("%(element)s: %(kva)s kVA, in use") % said
    if held.lapses_at is None:
        return _("%(element)s: %(kva)s kVA reserved until the case ends") % said
    until = day(last_day(held.lapses_at))
    words = _("%(element)s: %(kva)s kVA reserved with the plan, until %(day)s")
    return words % {**said, "day": until}


def works_for(case: "Application", candidate: Candidate) -> list[dict[str, Any]]:
    """The lines of works that a candidate takes, as a plan has them; costs where the rules give a
    price of a metre."""
    row = candidate.element.row
    said = {"name": row.name, "kv": figure(row.voltage_kv.normalize())}
    length, works = candidate.length_m, []
    if row.kind == ElementKind.BUS:
        bay = {"item": _("Bay at %(name)s") % said, "quantity": Decimal(1), "unit": _("set")}
        works.append(bay | {"cost_yuan": None})
    if length:
        price = case.rules(city_now()).get(f"supply.line_yuan_per_m.{case.voltage}")
        works.append({
            "item": _("%(kv)s kV line from %(name)s") % said,
            "quantity": length,
            "unit": _("m"),
            "cost_yuan": length * Decimal(price.number) if price else None,
        })  # fmt: skip
    return works


def works_words(works: list[dict[str, Any]]) -> list[str]:
    said = []
    for each in works:
        amount = f"{figure(each['quantity'])}\N{NO-BREAK SPACE}{each['unit']}"
        cost = f", {figure(each['cost_yuan'])} " + _("CNY") if each["cost_yuan"] else ""
        said.append(_("%(item)s: %(amount)s") % {"item": each["item"], "amount": amount} + cost)
    return said
