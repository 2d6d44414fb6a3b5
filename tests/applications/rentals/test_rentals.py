"""Rental of temporary supply (租赁共享): a unit is asked for, confirmed, handed over, returned."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from applications.erasure import erase_ended
from applications.facts import count_facts
from applications.models import Application
from applications.owncase import own_case_json
from applications.rentals.availability import told
from applications.rentals.models import Rental
from core.problems import Problem
from grid.rental.models import RentalUnit
from ledger.actions import move_clock
from ledger.queries import timeline
from notifications.models import Outbox
from rules.names import Kind
from tests.applications.pages import of, press
from tests.applications.rentals.renting import (
    BODIES,
    CONDITION,
    FEES,
    WHY,
    api,
    asked,
    body,
    differing,
    in_days,
    register,
    step,
    unit_text,
)
from tests.builders import People, do, filed, taken_in
from tests.deadlines.clocks import set_clock
from tests.page import Page
from tests.people import staff
from tests.publishing import builders
from tests.rules.in_force import let


def refusal(*args: Any, **more: Any) -> str:
    with pytest.raises(Problem) as caught:
        step(*args, **more)
    return caught.value.type


def go_to(number: int, hour: str = "09:00") -> None:
    """Move the demonstration's clock so many days from today."""
    set_clock(f"{in_days(number):%Y-%m-%d} {hour}")


def test_it_goes_out_and_comes_back_and_changes_nothing_of_the_case(
    people: People, case: Application
) -> None:
    shop, manager = people["shop"], people["manager"]
    before = {**Application.objects.get(pk=case.pk).__dict__}
    one = step(asked(case, shop), "confirm", by=manager)
    assert refusal(one, "hand_over", by=manager) == "wrong-state"
    go_to(2)
    one = step(one, "hand_over", by=manager)
    assert refusal(one, "withdraw", by=shop) == "somebody-was-faster"
    one = step(one, "take_back", by=people["supply-lead"])
    assert (one.state, one.condition_out, one.condition_back, one.damaged, one.late_days) == (
        "returned", CONDITION, CONDITION, False, 0,
    )  # fmt: skip
    after = Application.objects.get(pk=case.pk).__dict__
    assert {name for name in before if before[name] != after[name]} <= {"_state"}
    events = [(event.type, event.role) for event in timeline(case.ref) if event.part == one.ref]
    assert events == [
        ("rental.asked", "applicant"), ("rental.confirmed", "manager"),
        ("rental.handed_over", "manager"), ("rental.returned", "supply_lead"),
    ]  # fmt: skip
    # The days that are left are free again.
    assert asked(case, shop, first=0, back=3).state == "asked"
    assert differing() == {}


def test_what_is_late_is_said_and_keeps_the_unit_from_the_next(
    people: People, case: Application
) -> None:
    shop, manager = people["shop"], people["manager"]
    first = step(asked(case, shop, first=0, back=2), "confirm", "hand_over", by=manager)
    second = step(asked(case, shop, first=3, back=9), "confirm", by=manager)
    go_to(3)
    [unit] = told(RentalUnit.objects.standing().filter(code="Z-1"))
    assert (unit.late_since, unit.free[0].from_day) == (first.until_day, second.until_day)
    assert refusal(second, "hand_over", by=manager) == "wrong-state"
    page = Page(of(people, "shop").get(f"/account/cases/{case.number}/rentals/{first.pk}/"))
    assert "逾期1天" in page.text.replace(" ", "")
    assert step(first, "take_back", by=manager).late_days == 1
    assert step(second, "hand_over", by=manager).state == "handed_over"


def test_who_may_do_what(people: People, case: Application) -> None:
    one = asked(case, people["shop"])
    elsewhere = staff(Role.MANAGER, username="elsewhere", district="510321")
    cast = {**people, "elsewhere": elsewhere}
    expected = {
        ("confirm", "shop"): "forbidden", ("cancel", "shop"): "forbidden",
        ("decline", "clerk"): "forbidden", ("withdraw", "manager"): "forbidden",
        ("confirm", "elsewhere"): "not-found", ("withdraw", "resident"): "not-found",
        ("hand_over", "manager"): "wrong-state", ("take_back", "manager"): "wrong-state",
    }  # fmt: skip
    address = f"/api/v1/applications/{case.number}/rentals/{one.pk}/actions"

    def asks(action: str, who: str) -> str:
        said = BODIES.get(action, {})
        answer = api(cast[who]).post(f"{address}/{action}/", said, format="json")
        return str(answer.json()["type"]).rpartition("/")[2]

    assert {key: asks(*key) for key in expected} == expected
    for other in ("resident", "manager", "clerk"):
        with pytest.raises(Problem, match="forbidden"):
            asked(case, people[other], "Z-2")
    assert step(one, "decline", by=people["manager"]).words == WHY
    second = step(asked(case, people["shop"]), "confirm", by=people["project"])
    assert step(second, "withdraw", by=people["shop"]).state == "cancelled"
    assert refusal(second, "hand_over", by=people["manager"]) == "somebody-was-faster"


def test_it_is_cancelled_where_the_case_ends_before_it_is_handed_over(
    people: People, case: Application
) -> None:
    shop, manager = people["shop"], people["manager"]
    out = step(asked(case, shop, "Z-2", first=0, back=3), "confirm", "hand_over", by=manager)
    waiting = asked(case, shop)
    confirmed = step(asked(case, shop, first=5, back=6), "confirm", by=manager)
    do(people, case, "withdraw", reason="不办了")
    rows = Rental.objects.filter(pk__in=[out.pk, waiting.pk, confirmed.pk]).order_by("id")
    assert [one.state for one in rows] == ["handed_over", "cancelled", "cancelled"]
    told_of = Outbox.objects.filter(kind="rental.lapsed").values_list("recipient_id", flat=True)
    assert {shop.party_id, manager.party_id} <= set(told_of)
    assert step(out, "take_back", by=manager).state == "returned"
    assert differing() == {}


def test_units_are_for_rent_in_a_filed_application_for_temporary_use_alone(
    people: People, case: Application
) -> None:
    with pytest.raises(Problem, match="wrong-state"):
        asked(filed(people, Kind.LV_OTHER), people["shop"])
    page = Page(of(people, "shop").get(f"/account/cases/{case.number}/"))
    assert "查看可租设备" in page.text
    other = filed(people, Kind.LV_OTHER)
    assert (
        "查看可租设备" not in Page(of(people, "shop").get(f"/account/cases/{other.number}/")).text
    )


def test_at_a_counter_its_clerk_asks_for_whoever_came(people: People, case: Application) -> None:
    there = taken_in(people, kind=Kind.LV_OTHER, purpose="temporary")
    page = f"/work/cases/{there.number}/rentals/new/"
    assert Page(of(people, "clerk").get(f"/work/cases/{there.number}/")).links(page) == [page]
    press(of(people, "clerk"), f"{page}?unit=Z-1", **body())
    [event] = [event for event in timeline(there.ref) if event.type == "rental.asked"]
    assert (event.role, Rental.objects.get().application_id) == ("clerk", there.pk)


def test_the_register_is_published_with_the_price_of_the_day_and_the_free_days(
    people: People, case: Application
) -> None:
    asked(case, people["shop"])
    reader = api(people["shop"])
    rows = reader.get("/api/v1/disclosure/rental/").json()["results"]
    [first, second] = rows
    assert (first["code"], first["capacity_kva"], first["late_since"]) == ("Z-1", 400, None)
    assert first["price"] == {
        "code": "RENT-1", "item": "Rental", "rate": 35, "unit": "CNY/day",
        "nature": "market", "legal_basis": "Order 2",
    }  # fmt: skip
    assert [each["from_day"] for each in first["free"]] == [str(in_days(0)), str(in_days(5))]
    assert [each["from_day"] for each in second["free"]] == [str(in_days(0))]
    lead = people["supply-lead"]
    builders.published(
        "fees", FEES.format(first="2026-01-01", last="2026-02-01"), lead, note="Withdrawn"
    )
    page = Page(of(people, "shop").get("/disclosure/rental/"))
    assert "收费目录中没有现行的对应项目" in page.text
    assert reader.get("/api/v1/disclosure/rental/").json()["results"][0]["price"] is None
    assert "Z-1" in of(people, "shop").get("/disclosure/rental.csv").content.decode()


def test_a_row_of_the_register_is_checked() -> None:
    assert builders.troubles("rental", unit_text(capacity="0")) == [
        "Row 2, column “Rated capacity”: Must be more than nothing."
    ]


def test_a_unit_that_is_withdrawn_is_not_confirmed(people: People, case: Application) -> None:
    one = asked(case, people["shop"])
    lead = people["supply-lead"]
    builders.published("rental", unit_text("Z-2", name="Box Z-2"), lead, whole=True, note="Sold")
    assert refusal(one, "confirm", by=people["manager"]) == "wrong-state"
    assert step(one, "decline", by=people["manager"]).unit.code == "Z-1"


def test_lists_cost_the_same_with_one_and_three(people: People, case: Application) -> None:
    desk = of(people, "manager")
    lists = (
        "/work/rental/", "/work/rental/units/", "/api/v1/rentals/", "/disclosure/rental/",
        f"/api/v1/applications/{case.number}/rentals/", f"/account/cases/{case.number}/",
        "/desk/?module=rentals",
    )  # fmt: skip
    asked(case, people["shop"])

    def counts() -> list[int]:
        counted = []
        for address in lists:
            who = of(people, "shop") if address.startswith("/account/") else desk
            who.get(address)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert who.get(address).status_code == 200
            counted.append(len(queries))
        return counted

    before = counts()
    for number in (1, 2):
        asked(case, people["shop"], "Z-2", first=10 * number, back=10 * number + 1)
    register(people, "Z-3", fees=False)
    assert counts() == before
    assert "Box Z-1" in Page(desk.get("/desk/")).text


def test_what_was_said_is_for_both_sides_and_goes_with_the_person(
    people: People, case: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = step(asked(case, people["shop"]), "decline", by=people["manager"])
    address = f"/api/v1/applications/{case.number}/rentals/{one.pk}/"
    words = {who: api(people[who]).get(address).json()["words"] for who in ("shop", "regulator")}
    assert words == {"shop": WHY, "regulator": None}
    [own] = own_case_json(case, people["shop"])["rentals"]
    assert (own["unit"], own["words"]) == ("Z-1", WHY)
    out = step(
        asked(case, people["shop"], first=0, back=1), "confirm", "hand_over", by=people["manager"]
    )
    do(people, case, "withdraw", reason="不办了")
    let(monkeypatch, "case.retention.days", 1)
    move_clock(offset=timedelta(days=400))
    count_facts()
    assert erase_ended() > 0
    back = step(out, "take_back", by=people["manager"])
    assert (back.state, back.condition_out, back.condition_back) == ("returned", "", "")
    assert Rental.objects.get(pk=one.pk).words == ""
    assert differing() == {}
