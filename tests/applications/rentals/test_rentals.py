"""Rental of temporary supply (租赁共享): a unit is asked for, confirmed, handed over, returned."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import User
from applications.erasure import erase_ended
from applications.facts import count_facts
from applications.models import Application
from applications.owndata import own_case_json
from applications.rentals.availability import told
from applications.rentals.models import Rental
from core.problems import Problem
from grid.rental.days import Days, free_within
from grid.rental.models import RentalUnit
from ledger.actions import move_clock
from ledger.queries import timeline
from notifications.models import Outbox
from portal.invariants import broken
from rules.names import Kind
from tests.applications.pages import of, press
from tests.applications.rentals.renting import (
    CONDITION,
    FEES,
    WHY,
    asked,
    body,
    in_days,
    register,
    step,
    unit_text,
    wanting,
)
from tests.builders import People, do, filed, taken_in
from tests.concurrency.processes import at_once
from tests.deadlines.clocks import set_clock
from tests.page import Page
from tests.people import open_demonstration
from tests.publishing import builders
from tests.rules.in_force import let
from workflow.machine import legal_moves


def found() -> dict[str, Any]:
    return {name: rows for name, rows in broken() if rows}


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def refusal(*args: Any, **more: Any) -> str:
    with pytest.raises(Problem) as caught:
        step(*args, **more)
    return caught.value.type


def go_to(number: int, hour: str = "09:00") -> None:
    """Move the demonstration's clock so many days from today."""
    set_clock(f"{in_days(number):%Y-%m-%d} {hour}")


@pytest.fixture
def case(people: People) -> Application:
    """Of the shop, for temporary use; two units are in the register."""
    register(people, "Z-1", "Z-2")
    return wanting(people)


# Days

RANGES = st.lists(
    st.tuples(st.integers(-5, 25), st.integers(1, 9)).map(lambda one: (one[0], one[0] + one[1])),
    max_size=8,
)


@given(RANGES, st.integers(0, 20))
def test_what_is_free_is_every_day_that_nobody_holds(
    held: list[tuple[int, int]], length: int
) -> None:
    """Against a plain set of days; ranges are the longest, so neighbours are one."""
    origin = date(2027, 1, 1)
    span = Days(origin, origin + timedelta(days=length))
    spans = [Days(origin + timedelta(days=a), origin + timedelta(days=b)) for a, b in held]
    free = free_within(span, spans)
    days = {each.from_day + timedelta(days=n) for each in free for n in range(_length(each))}
    taken = {day for a, b in held for day in range(a, b)}
    expected = {origin + timedelta(days=n) for n in range(length) if n not in taken}
    assert days == expected
    assert all(a.until_day < b.from_day for a, b in pairwise(free))


def _length(days: Days) -> int:
    return (days.until_day - days.from_day).days


@pytest.mark.django_db
def test_one_ends_on_the_day_on_which_the_next_begins(people: People, case: Application) -> None:
    shop = people["shop"]
    asked(case, shop, first=10, back=13)
    for days in ((9, 11), (12, 14), (10, 13), (11, 12), (5, 20)):
        with pytest.raises(Problem) as caught:
            asked(case, shop, first=days[0], back=days[1])
        assert caught.value.type == "days-taken"
    asked(case, shop, first=13, back=14)
    asked(case, shop, first=7, back=10)
    asked(case, shop, "Z-2", first=9, back=14)
    [unit] = told(RentalUnit.objects.standing().filter(code="Z-1"))
    ahead = in_days(180)
    assert unit.free == [Days(in_days(0), in_days(7)), Days(in_days(14), ahead)]
    assert found() == {}


@pytest.mark.django_db
def test_the_database_lets_nobody_hold_a_unit_twice(people: People, case: Application) -> None:
    one = asked(case, people["shop"])
    columns = {field.attname: getattr(one, field.attname) for field in Rental._meta.fields}
    again = Rental(**columns | {"id": None, "ref": case.ref, "until_day": in_days(20)})
    with pytest.raises(DatabaseError, match="rental_of_one_at_a_time"), transaction.atomic():
        again.save(force_insert=True)
    for statement in (
        "UPDATE applications_rental SET until_day = until_day + 1",
        "UPDATE applications_rental SET state = 'returned'",
        "DELETE FROM applications_rental",
        "UPDATE grid_rentalunit SET capacity_kva = 1",
        "DELETE FROM grid_rentalunit",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# What moves, and what does not


@pytest.mark.django_db
def test_it_goes_out_and_comes_back_and_changes_nothing_of_the_case(
    people: People, case: Application
) -> None:
    shop, manager = people["shop"], people["manager"]
    before = {**Application.objects.get(pk=case.pk).__dict__}
    one = step(asked(case, shop), "confirm", by=manager)
    assert refusal(one, "hand_over", by=manager) == "wrong-state"
    go_to(2)
    one = step(one, "hand_over", by=manager)
    assert refusal(one, "cancel", by=shop) == "somebody-was-faster"
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
    assert found() == {}


@pytest.mark.django_db
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


@pytest.mark.django_db
def test_who_may_do_what(people: People, case: Application) -> None:
    one = asked(case, people["shop"])
    tries = {
        ("confirm", "shop"): "forbidden", ("decline", "clerk"): "forbidden",
        ("confirm", "manager-rong"): "forbidden", ("cancel", "resident"): "forbidden",
        ("hand_over", "manager"): "wrong-state", ("take_back", "manager"): "wrong-state",
    }  # fmt: skip
    done = {
        (action, who): refusal(one, action, by=people[who])
        for action, who in tries
        if who in people
    }
    assert done == {key: value for key, value in tries.items() if key[1] in people}
    for other in ("resident", "manager", "clerk"):
        with pytest.raises(Problem, match="forbidden"):
            asked(case, people[other], "Z-2")
    assert step(one, "decline", by=people["manager"]).words == WHY
    second = step(asked(case, people["shop"]), "confirm", by=people["project"])
    assert step(second, "cancel", by=people["shop"]).state == "cancelled"
    assert refusal(second, "hand_over", by=people["manager"]) == "somebody-was-faster"


@pytest.mark.django_db
def test_the_database_has_the_moves_of_the_machine() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_state, to_state FROM rental_moves()")
        kept = set(cursor.fetchall())
    assert kept == legal_moves(Rental) - {("new", "asked")}


@pytest.mark.django_db
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
    assert found() == {}


@pytest.mark.django_db
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


@pytest.mark.django_db
def test_at_a_counter_its_clerk_asks_for_whoever_came(people: People, case: Application) -> None:
    there = taken_in(people, kind=Kind.LV_OTHER, purpose="temporary")
    page = f"/work/cases/{there.number}/rentals/new/"
    assert Page(of(people, "clerk").get(f"/work/cases/{there.number}/")).links(page) == [page]
    press(of(people, "clerk"), f"{page}?unit=Z-1", **body())
    [event] = [event for event in timeline(there.ref) if event.type == "rental.asked"]
    assert (event.role, Rental.objects.get().application_id) == ("clerk", there.pk)


@pytest.mark.django_db
def test_days_and_units_that_cannot_be_asked_for_are_named(
    people: People, case: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/api/v1/applications/{case.number}/rentals/"
    client = api(people["shop"])

    def pointer(**changes: Any) -> Any:
        answer = client.post(address, body() | changes, format="json")
        return answer.status_code, answer.json()["errors"][0]["pointer"]

    day = {name: in_days(name).isoformat() for name in (-1, 2, 181)}
    assert [
        pointer(unit="Z-9"), pointer(from_day=day[-1]), pointer(until_day=day[2]),
        pointer(until_day=day[181]), pointer(from_day="soon"),
    ] == [
        (422, "/unit"), (422, "/from_day"), (422, "/until_day"), (422, "/until_day"),
        (422, "/from_day"),
    ]  # fmt: skip
    for number in range(5):
        asked(case, people["shop"], first=10 * number, back=10 * number + 1)
    answer = client.post(address, body("Z-2"), format="json")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (429, "quota-reached")


@pytest.mark.django_db
def test_how_long_a_unit_is_rented_the_rules_say(
    people: People, case: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(case, people["shop"], first=1, back=170)
    let(monkeypatch, "rental.days.most", 3)
    asked(case, people["shop"], "Z-2", first=1, back=4)
    with pytest.raises(Problem) as caught:
        asked(case, people["shop"], "Z-2", first=5, back=9)
    assert [error.pointer for error in caught.value.errors] == ["/until_day"]


# Who is second


@pytest.mark.django_db
def test_who_is_second_reads_when_it_was_and_what_is_free_and_keeps_what_was_typed(
    people: People, case: Application
) -> None:
    address, one = f"/api/v1/applications/{case.number}/rentals/", body()
    client = api(people["shop"])
    first = client.post(address, one, format="json", headers={"Idempotency-Key": "a"})
    again = client.post(address, one, format="json", headers={"Idempotency-Key": "a"})
    other = wanting(people)
    second = client.post(f"/api/v1/applications/{other.number}/rentals/", one, format="json")
    assert (first.status_code, again.json(), second.status_code) == (201, first.json(), 409)
    said = second.json()
    assert said["winner"] == {"role": "applicant", "at": said["winner"]["at"]}
    assert said["free"][0] == {
        "from_day": in_days(0).isoformat(), "until_day": in_days(2).isoformat(),
    }  # fmt: skip
    page = f"/account/cases/{other.number}/rentals/new/?unit=Z-1"
    answer = press(of(people, "shop"), page, **one)
    shown = Page(answer)
    assert answer.status_code == 422
    assert "在您之前" in shown.text
    assert one["from_day"] in answer.content.decode()
    done = press(of(people, "shop"), page.replace("Z-1", "Z-2"), **body("Z-2"))
    rental = Rental.objects.latest("id")
    assert done["Location"] == f"/account/cases/{other.number}/rentals/{rental.pk}/"
    assert (rental.code, rental.application_id) == ("Z-2", other.pk)


# The register, prices, lists


@pytest.mark.django_db
def test_the_register_is_published_with_the_price_of_the_day_and_the_free_days(
    people: People, case: Application
) -> None:
    asked(case, people["shop"])
    reader = api(people["shop"])
    rows = reader.get("/api/v1/disclosure/rental/").json()["results"]
    [first, second] = rows
    assert (first["code"], first["capacity_kva"], first["late_since"]) == ("Z-1", 400, None)
    assert first["price"] == {
        "code": "RENT-1", "item": "Rental of a unit", "rate": 35, "unit": "CNY/day",
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


@pytest.mark.django_db
def test_a_unit_that_is_withdrawn_is_not_confirmed(people: People, case: Application) -> None:
    one = asked(case, people["shop"])
    lead = people["supply-lead"]
    builders.published("rental", unit_text("Z-2", name="Box Z-2"), lead, whole=True, note="Sold")
    assert refusal(one, "confirm", by=people["manager"]) == "wrong-state"
    assert step(one, "decline", by=people["manager"]).unit.code == "Z-1"


@pytest.mark.django_db
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


@pytest.mark.django_db
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
    assert found() == {}


def test_two_processes_ask_for_the_same_days_and_one_gets_them(
    with_people: None, committed_db: str
) -> None:
    people = open_demonstration()
    register(people, "Z-1")
    cases = [wanting(people).pk for _number in range(4)]

    def asks(pk: int) -> Callable[[], str]:
        def call() -> str:
            case = Application.objects.get(pk=pk).workflow()
            return str(asked(case, User.objects.get(username="shop")).state)

        return call

    outcomes = at_once(*map(asks, cases))
    assert sorted(one.value or one.refused for one in outcomes) == ["asked", *["days-taken"] * 3]
    [held] = Rental.objects.holding()
    winners = {one.extra["winner"]["at"] for one in outcomes if one.refused}
    assert winners == {held.asked_at.isoformat()}
