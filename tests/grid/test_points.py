"""Connection points: what a file of them may say, how many customers follow, and who reads it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.actor import SYSTEM
from accounts.models import User
from accounts.roles import Role
from applications.erasure import ERASED
from applications.models import Application
from applications.states import State
from core.clock import city_now, local_date
from grid.models import Element
from grid.points import actions, queries
from grid.points.models import EnergisedPoint
from grid.points.queries import Count
from ledger.actions import move_clock
from ledger.record import NewEntry, append
from portal.invariants import broken
from rules.names import Kind
from tests.builders import Ready, do
from tests.grid.building import TREE, points
from tests.people import browser, staff
from tests.publishing import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def grid(lead: User) -> User:
    """A substation, a line and two public transformers; returns who keeps the tables."""
    builders.published("capacity", TREE, lead)
    return lead


def test_a_point_names_what_feeds_it_where_it_is_and_since_when(grid: User) -> None:
    said = {
        "M-1,510302,,,S-1,urban,low,30,2026-11-01": (
            "“Fed by”: Is neither a line nor a public transformer."
        ),
        "M-1,510302,,,P-9,urban,low,30,2026-11-01": ("“Fed by”: There is no element of this code."),
        "M-1,510302,510303001,,P-1,urban,low,30,2026-11-01": (
            "“Township”: The district has no such township."
        ),
        "M-1,510302,,,P-1,urban,low,2.5,2026-11-01": "“Customers”: Must be a whole number.",
        "M-1,510302,,,P-1,urban,low,30,2126-11-01": "“Data as of”: Is in the future.",
    }
    for row, reason in said.items():
        assert builders.refusals("points", points(row), grid) == [f"/rows/2 Row 2, column {reason}"]
    row = "M-1,510302,510302005,,P-1,urban,low,30,2026-11-01"
    assert builders.published("points", points(row), grid).added == 1


def test_a_code_is_one_points_alone_whoever_keeps_the_other_district(grid: User) -> None:
    builders.published("points", points("M-1,510302,,,P-1,urban,low,30,2026-11-01"), grid)
    gongjing = staff(Role.SUPPLY_LEAD, username="gongjing", district="510303")
    reason = "Is published already, in a row that you do not keep."
    assert builders.refusals(
        "points", points("M-1,510303,,,P-1,urban,low,1,2026-11-01"), gongjing
    ) == [f"/rows/2 Row 2, column “Connection point”: {reason}"]


def test_points_stay_when_their_element_is_withdrawn(grid: User) -> None:
    builders.published("points", points("M-1,510302,,,P-1,urban,low,30,2026-11-01"), grid)
    left = "\n".join(line for line in TREE.splitlines() if not line.startswith("P-1"))
    builders.published("capacity", left, grid, note="dismantled", whole=True)
    assert builders.published(
        "points", points("M-2,510302,,,P-2,urban,low,1,2026-11-01"), grid
    ).added == 1  # fmt: skip


def count(customers: int, **more: object) -> Count:
    day = date(2026, 11, 1)
    said = {
        "district": "", "town": "", "area_class": "urban", "level": "low", "points": 1,
        "of_cases": 0, "oldest": day, "newest": day, "customers": customers,
    }  # fmt: skip
    return Count(**(said | more))  # type: ignore[arg-type]


def test_customers_are_counted_below_an_element_and_in_a_place_on_a_day(grid: User) -> None:
    builders.published(
        "points",
        points(
            "M-1,510302,510302005,,P-1,urban,low,30,2026-11-01",
            "M-2,510302,,,P-2,rural,low,7,2026-10-01",
            "M-3,510302,,,P-2,urban,low,2,2026-11-01",
            "M-4,510302,,,L-1,urban,medium,1,2026-11-01",
        ),
        grid,
    )
    today = local_date(city_now())
    of = {each.code: each.pk for each in Element.objects.all()}
    old = {"oldest": date(2026, 10, 1), "newest": date(2026, 10, 1)}
    rural = count(7, area_class="rural", **old)
    assert queries.below(of["P-2"], today) == [rural, count(2)]
    everything = [rural, count(1, level="medium"), count(32, points=2)]
    assert queries.below(of["S-1"], today) == everything
    assert queries.below(of["S-1"], today - timedelta(days=1)) == []
    here = {"district": "510302"}
    assert queries.by_place(today, districts=["510302"], towns=True) == [
        count(7, area_class="rural", **here, **old),
        count(1, level="medium", **here),
        count(2, **here),
        count(30, town="510302005", **here),
    ]
    assert queries.by_place(today, districts=["510303"]) == []


def test_a_count_of_a_past_day_is_that_of_what_hung_there_then(grid: User) -> None:
    builders.published(
        "points",
        points(
            "M-1,510302,,,P-1,urban,low,30,2026-11-01", "M-2,510302,,,P-2,urban,low,7,2026-11-01"
        ),
        grid,
    )
    of = {each.code: each.pk for each in Element.objects.all()}
    then = local_date(city_now())
    move_clock(offset=timedelta(days=2))
    other = "S-2,substation,Fushun,510302,,110,40000,10000,0,no,,,,2026-11-01\n"
    moved = [line.replace(",L-1,", ",S-2,") for line in TREE.splitlines() if "P-2" in line]
    head = TREE.partition("\n")[0]
    builders.published("capacity", "\n".join([head, other.strip(), *moved]), grid, note="Moved")
    now = local_date(city_now())
    assert queries.below(of["S-1"], then) == [count(37, points=2)]
    assert queries.below(of["S-1"], now) == [count(30)]
    assert queries.below(Element.objects.get(code="S-2").pk, now) == [count(7)]
    assert queries.below(Element.objects.get(code="S-2").pk, then) == []
    left = "\n".join(line for line in TREE.splitlines() if not line.startswith(("P-1", "P-2")))
    builders.published("capacity", left + "\n" + other, grid, note="dismantled", whole=True)
    assert queries.below(of["S-1"], now) == [count(30)]


def test_the_customer_of_a_case_counts_until_a_publication_has_the_meter(grid: User) -> None:
    """And a meter that was published before counts once."""
    builders.published("points", points("M-1,510302,,,P-1,urban,low,30,2026-11-01"), grid)
    transformer = Element.objects.get(code="P-1")
    now = city_now()
    for meter in ("M-1", "M-2", "M-2"):
        actions.add_energised(
            case_ref=uuid4(), meter=meter, district="510302", town="", voltage="low",
            element=transformer, at=now,
        )  # fmt: skip
    today = local_date(city_now())
    of_case = count(
        1, area_class="", of_cases=1, oldest=today, newest=today, level="low", district="510302"
    )
    assert queries.by_place(today) == [of_case, count(30, district="510302")]
    builders.published("points", points("M-2,510302,,,P-2,rural,low,1,2026-11-01"), grid)
    assert queries.by_place(today) == [
        count(1, area_class="rural", district="510302"), count(30, district="510302"),
    ]  # fmt: skip


def test_a_case_that_gets_its_power_is_a_point_until_its_person_is_erased(
    ready: Ready, people: dict[str, User]
) -> None:
    builders.published("capacity", TREE, people["supply-lead"])
    case = ready(Kind.LV_OTHER, State.WORKS)
    do(people, case, "reserve_supply", element="P-1")
    do(people, case, "energise", meter_number="DB-4711")
    kept = EnergisedPoint.objects.filter(case_ref=case.ref)
    assert kept.values_list("code", "district", "town", "level", "element__code").get() == (
        "DB-4711", case.district, case.town, "low", "P-1",
    )  # fmt: skip
    assert kept.get().energised_at == Application.objects.get(pk=case.pk).ended_at
    assert [rows for _name, rows in broken() if rows] == []
    append(NewEntry(case.ref, ERASED, SYSTEM, data={"number": case.number}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_case(%s)", [case.ref])
    assert not kept.exists()


def test_no_public_page_or_file_shows_a_point(grid: User) -> None:
    builders.published("points", points("M-1,510302,,,P-1,urban,low,30,2026-11-01"), grid)
    for address in ("points/", "points.csv", "points/history/", "points/history/1.csv"):
        for before in ("/disclosure/", "/api/v1/disclosure/"):
            assert Client().get(before + address).status_code == 404
    desk = browser(grid).get(reverse("publish:table", args=["points"]))
    assert "M-1" in desk.content.decode()
