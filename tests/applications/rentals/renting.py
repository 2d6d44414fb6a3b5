"""Units for rent, asked for and dealt with by the real actions of the real people."""

from datetime import date, timedelta
from typing import Any

from rest_framework.test import APIClient

from accounts.models import User
from applications.models import Application
from applications.rentals.actions import RENTALS
from applications.rentals.models import Rental
from core.clock import city_now, local_date
from portal.invariants import broken
from rules.names import Kind
from tests.builders import People, filed
from tests.publishing import builders

FEES = (
    "code,item,payer,kinds,unit,rate,nature,legal_basis,from_date,until_date,note\n"
    "RENT-1,Rental,Who rents,lv_other;hv_single,CNY/day,35,market,Order 2,{first},{last},\n"
)
UNITS = (
    "code,district,name,equipment,capacity_kva,voltage_kv,place,fee_code,data_date\n"
    "{code},{district},{name},Box-type substation,{capacity},10,Depot of Wuxing,RENT-1,2026-01-05\n"
)
WHY = "设备送修"
CONDITION = "外观完好，铅封在位"
BODIES: dict[str, dict[str, Any]] = {
    "decline": {"reason": WHY},
    "cancel": {"reason": WHY},
    "withdraw": {"reason": WHY},
    "hand_over": {"condition": CONDITION},
    "take_back": {"condition": CONDITION, "damaged": False},
}


def unit_text(
    code: str = "Z-1", *, district: str = "510302", name: str = "Box 1", capacity: str = "400"
) -> str:
    return UNITS.format(code=code, district=district, name=name, capacity=capacity)


def register(people: People, *codes: str, fees: bool = True) -> None:
    """Publish units, and the item of the catalogue that says their price."""
    lead = people["supply-lead"]
    if fees:
        builders.published("fees", FEES.format(first="2026-01-01", last=""), lead)
    text = "".join([unit_text(code, name=f"Box {code}").splitlines()[1] + "\n" for code in codes])
    builders.published("rental", UNITS.splitlines()[0] + "\n" + text, lead)


def wanting(people: People) -> Application:
    """A filed case of the shop, for temporary use."""
    return filed(people, Kind.LV_OTHER, purpose="temporary")


def in_days(number: int) -> date:
    return local_date(city_now()) + timedelta(days=number)


def body(code: str = "Z-1", first: int = 2, back: int = 5) -> dict[str, str]:
    """Days are counted from today."""
    days = {"from_day": in_days(first), "until_day": in_days(back)}
    return {"unit": code} | {name: day.isoformat() for name, day in days.items()}


def asked(
    case: Application, by: User, code: str = "Z-1", *, first: int = 2, back: int = 5
) -> Rental:
    return RENTALS.perform(Rental(application=case), "ask", by=by, body=body(code, first, back))


def step(one: Rental, *actions: str, by: User) -> Rental:
    """One step after the other, as pages and programs take them."""
    for action in actions:
        found = Rental.objects.select_related("application").get(pk=one.pk)
        one = RENTALS.perform(found, action, by=by, body=BODIES.get(action, {}))
    return one


def differing() -> dict[str, Any]:
    return {name: rows for name, rows in broken() if rows}


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client
