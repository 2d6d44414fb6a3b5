"""What the pages show of units and rentals, in statements that do not grow with them."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from applications.models import Application
from applications.rentals.actions import RENTALS, days_words
from applications.rentals.models import Rental
from applications.rentals.queries import in_case, reads_words
from applications.rentals.workflow import TEMPORARY, RentalState, applicant, rents_in
from applications.wording import kind_words, place_words
from core.templatetags.city import calendar_days, day, figure
from grid.rental.days import Days
from grid.rental.models import RentalUnit
from grid.rental.prices import prices_on
from rules.city import city
from workflow.machine import state_words
from workflow.pages import step_words, steps_of

TONES: Final = {
    RentalState.ASKED: "primary",
    RentalState.CONFIRMED: "success",
    RentalState.HANDED_OVER: "warning",
}
#: On the page of a case: those that are open, and of the others the newest.
SHOWN: Final = 6
#: The namespace of the supply company's pages.
AT_WORK_PAGES: Final = "work-rentals"


# Units


def price_words(price: Any) -> str:
    """
    Args:
        price: the item of the fee catalogue in force, or None.
    """
    if price is None:
        return _("No item of the fee catalogue is in force for it: no price, and no charge")
    values = {"rate": figure(price.rate.normalize()), "unit": price.unit}
    return _("%(rate)s %(unit)s") % values


def price_and_item(price: Any) -> str:
    """The same, with the item that says it."""
    words = price_words(price)
    if price is None:
        return words
    values = {"price": words, "item": price.item, "code": price.code, "basis": price.legal_basis}
    return _("%(price)s: “%(item)s” (%(code)s), %(basis)s") % values


def range_words(free: Days) -> str:
    """A range of free days, both its first and its day of return."""
    values = {"since": day(free.from_day), "until": day(free.until_day)}
    return _("%(since)s to %(until)s") % values


def free_words(free: Sequence[Days]) -> str:
    if not free:
        return _("not free in this time")
    return pgettext("between ranges of days", "; ").join(map(range_words, free))


def unit_words(unit: RentalUnit) -> str:
    """What it is, and what it supplies."""
    values = {
        "equipment": unit.equipment,
        "capacity": figure(unit.capacity_kva.normalize()),
        "voltage": figure(unit.voltage_kv.normalize()),
    }
    return _("%(equipment)s, %(capacity)s kVA, %(voltage)s kV") % values


def place_of(unit: RentalUnit) -> str:
    return f"{city().district(unit.district).name} · {unit.place}"


def late_words(unit: RentalUnit) -> str:
    """Empty where nobody is late with it."""
    if unit.late_since is None:
        return ""
    return _("Was to be back by %(day)s, and is not.") % {"day": day(unit.late_since)}


def unit_facts(unit: RentalUnit) -> list[dict[str, Any]]:
    """
    Args:
        unit: as `availability.told` has it.
    """
    rows = [
        {"key": _("What it is"), "value": unit_words(unit)},
        {"key": _("Where the unit is kept"), "value": place_of(unit)},
        {"key": _("Price today, by the fee catalogue"), "value": price_and_item(unit.price)},
    ]
    if unit.late_since:
        rows.append({"key": _("Not returned in time"), "value": late_words(unit)})
    return rows


def unit_rows(units: Iterable[RentalUnit]) -> list[dict[str, Any]]:
    """See `unit_facts`."""
    return [
        {
            "code": unit.code,
            "name": unit.name,
            "words": unit_words(unit),
            "place": place_of(unit),
            "price": price_words(unit.price),
            "free": list(map(range_words, unit.free)),
            "late": late_words(unit),
        }
        for unit in units
    ]


# Rentals


def sentence(one: Rental) -> str:
    values = {"when": days_words(one), "days": calendar_days(one.late_days)}
    match one.state:
        case RentalState.ASKED:
            text = _("Asked for %(when)s. The supply company confirms or declines; until then it binds nobody, and the days are kept free.")  # fmt: skip # noqa: E501
        case RentalState.CONFIRMED:
            text = _("Confirmed %(when)s.")
        case RentalState.HANDED_OVER if one.late_days:
            text = _("Handed over %(when)s; %(days)s late, and not back yet.")
        case RentalState.HANDED_OVER:
            text = _("Handed over %(when)s.")
        case RentalState.RETURNED if one.late_days:
            text = _("Rented %(when)s, and returned %(days)s late.")
        case RentalState.RETURNED:
            text = _("Rented %(when)s, and returned.")
        case RentalState.DECLINED:
            text = _("Asked for %(when)s; the supply company does not rent it.")
        case _cancelled:
            text = _("Cancelled: it was asked for %(when)s.")
    return text % values


def one_url(one: Rental, pages: str) -> str:
    """
    Args:
        pages: the namespace of the reader's pages of rentals.
    """
    at_work = pages == AT_WORK_PAGES
    return reverse(f"{pages}:one", args=[one.pk] if at_work else [one.application.number, one.pk])


def on_case_page(case: Application, user: User, pages: str) -> dict[str, Any] | None:
    """What the page of a case shows; None where there is nothing to show. See `one_url`."""
    if case.purpose != TEMPORARY or case.draft:
        return None
    newest = in_case(case).order_by(F("ended_at").desc(nulls_first=True), "-id")[:SHOWN]
    rows = []
    for one in newest:
        one.application = case
        rows.append({"name": one.unit.name, "sentence": sentence(one), "url": one_url(one, pages)})
    asks = rents_in(case) and applicant(Rental(application=case), user) is not None
    if not rows and not asks:
        return None
    return {"rows": rows, "ask_url": reverse(f"{pages}:ask", args=[case.number]) if asks else ""}


def one_context(one: Rental, user: User) -> dict[str, Any]:
    """Everything about one."""
    case, unit = one.application, one.unit
    price = prices_on([unit.fee_code], one.from_day).get(unit.fee_code)
    tags = [{"text": state_words(one), "tone": TONES.get(RentalState(one.state), "")}]
    if one.late_days:
        late = ngettext("%(days)d day late", "%(days)d days late", one.late_days)
        tags.append({"text": late % {"days": one.late_days}, "tone": "danger"})
    if one.damaged:
        tags.append({"text": _("Damaged"), "tone": "danger"})
    return {
        "rental": one,
        "case": case,
        "kind": kind_words(case.kind),
        "sentence": sentence(one),
        "tags": tags,
        "facts": [
            {"key": _("Number of the unit"), "value": unit.code},
            {"key": _("What it is"), "value": unit_words(unit)},
            {"key": _("Where the unit is kept"), "value": place_of(unit)},
            {"key": _("First day"), "value": day(one.from_day)},
            {"key": _("Day of return"), "value": day(one.until_day)},
            {
                "key": _("Price on the first day, by the fee catalogue"),
                "value": price_and_item(price),
            },
            {"key": _("Address of the connection"), "value": place_words(case, line=True)},
        ],
        "reads_words": reads_words(one, user),
        "steps": [step_words(step) for step in steps_of(RENTALS, one)],
    }


def rows_of(rentals: Iterable[Rental]) -> list[dict[str, Any]]:
    """A list at the desk; each knows its unit and its case."""
    return [
        {
            "pk": one.pk,
            "name": one.unit.name,
            "code": one.code,
            "when": days_words(one),
            "state": state_words(one),
            "tone": TONES.get(RentalState(one.state), ""),
            "late": one.late_days,
            "number": one.application.number,
            "place": place_words(one.application, line=True),
        }
        for one in rentals
    ]
