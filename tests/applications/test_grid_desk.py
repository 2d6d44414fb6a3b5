"""The grid at the supply desk: elements with their figures, what is promised of each, shortages."""

from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import Role
from applications.states import State
from portal.held import HELD
from portal.invariants import broken
from rules.names import Kind
from tests.builders import Ready, do
from tests.grid.building import TREE, points
from tests.people import browser, staff
from tests.publishing import builders

pytestmark = pytest.mark.django_db
ELEMENTS = "/api/v1/grid/elements/"
SHORTAGES = "/api/v1/grid/shortages/"
GONGJING = "G-1,line,Gongjing Line 1,510303,,10,8000,4000,0,yes,overloaded,,,2026-11-01\n"


@pytest.fixture
def grid(lead: User) -> User:
    builders.published("capacity", TREE + GONGJING, lead)
    return lead


def rows(user: User, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser(user).get(address).json()["results"]
    return found


def codes(user: User, query: str = "") -> list[str]:
    return [row["code"] for row in rows(user, f"{ELEMENTS}{query}")]


def reserved(people: dict[str, User], ready: Ready, code: str = "P-1") -> Any:
    return do(people, ready(Kind.LV_OTHER, State.ACCEPTED), "reserve_supply", element=code)


def lowered(lead: User, code: str, load: int) -> None:
    """Figures that leave less."""
    lines = [
        line.replace(",200,0,no", f",{load},0,no") if line.startswith(code) else line
        for line in TREE.splitlines()
    ]
    builders.published("capacity", "\n".join(lines), lead, note="measured anew")


def test_every_element_has_its_figures_of_now(
    grid: User, people: dict[str, User], ready: Ready
) -> None:
    case = reserved(people, ready)
    builders.published("points", points("M-1,510302,,,P-1,urban,low,30,2026-11-01"), grid)
    held = {row["code"]: row for row in rows(people["manager"], ELEMENTS)}
    offered = held["P-1"]["offered_kva"]
    assert {code: (row["offered_kva"], row["open_kva"]) for code, row in held.items()} == {
        "S-1": (offered, f"{30000 - float(offered):.2f}"),
        "L-1": (offered, f"{4000 - float(offered):.2f}"),
        "P-1": (offered, f"{200 - float(offered):.2f}"),
        "P-2": ("0", None),
        "G-1": ("0", "4000.00"),
    }
    one = browser(people["manager"]).get(f"{ELEMENTS}L-1/").json()
    [promise] = one["reservations"]["results"]
    assert (promise["application"], promise["element"], promise["kva"]) == (
        case.number, "P-1", offered,
    )  # fmt: skip
    assert (one["way_up"], one["short_kva"], one["waiting"]) == (["S-1"], None, [])
    assert [(row["number"], row["rating_kva"]) for row in one["history"]] == [(1, "8000.00")]
    assert [(row["customers"], row["level"]) for row in one["customers"]] == [(30, "low")]


def test_the_list_is_narrowed_and_begins_with_ones_own_districts(grid: User) -> None:
    local = staff(Role.SUPPLY_LEAD, username="gongjing", district="510303")
    assert {
        query: codes(local, query)
        for query in (
            "", "?district=all", "?q=L-", "?q=wuxing line", "?kind=line&district=all",
            "?limited=1", "?short=1", "?district=510302&kind=substation",
        )
    } == {
        "": ["G-1"],
        "?district=all": ["L-1", "P-1", "P-2", "S-1", "G-1"],
        "?q=L-": ["L-1"],
        "?q=wuxing line": ["L-1"],
        "?kind=line&district=all": ["L-1", "G-1"],
        "?limited=1": ["G-1"],
        "?short=1": [],
        "?district=510302&kind=substation": ["S-1"],
    }  # fmt: skip
    assert browser(local).get(f"{ELEMENTS}?district=110000").status_code == 422
    pages = browser(grid).get(f"{ELEMENTS}?page_size=2").json()
    assert [row["code"] for row in browser(grid).get(pages["next"]).json()["results"]] == [
        "P-2", "S-1",
    ]  # fmt: skip


def test_pages_ask_the_same_of_one_row_and_of_three(
    grid: User,
    people: dict[str, User],
    ready: Ready,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    desk = browser(people["manager"])
    reserved(people, ready)
    asked: dict[str, int] = {}
    for address in (
        "/work/grid/", "/work/grid/elements/L-1/", "/api/v1/grid/elements/",
        "/api/v1/grid/elements/L-1/", "/disclosure/capacity/?district=510302",
        "/api/v1/disclosure/capacity/?district=510302",
    ):  # fmt: skip
        desk.get(address)
        with connection.execute_wrapper(Counting(asked, address)):
            assert desk.get(address).status_code == 200
    # More rows, which a limit above them reaches.
    more = TREE.replace("P-1,", "P-3,").replace("P-2,", "P-4,")
    more = more.replace("8000,4000,0,no,,", "8000,4000,0,yes,overloaded,")
    builders.published("capacity", more, grid, note="overloaded")
    for address, count in asked.items():
        with django_assert_num_queries(count):
            desk.get(address)


class Counting:
    """How many statements an address asks."""

    def __init__(self, asked: dict[str, int], address: str) -> None:
        self.asked, self.address = asked, address
        asked[address] = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.asked[self.address] += 1
        return execute(*args)


def test_the_page_of_an_element_links_the_cases_that_the_reader_may_open(
    grid: User, people: dict[str, User], ready: Ready
) -> None:
    case = reserved(people, ready)
    local = staff(Role.MANAGER, username="gongjing", district="510303")
    shown = {
        user.username: browser(user).get("/work/grid/elements/S-1/").content.decode()
        for user in (people["manager"], local)
    }
    assert {name: case.number in page for name, page in shown.items()} == {
        "manager": True, "gongjing": True,
    }  # fmt: skip
    link = f'href="/work/cases/{case.number}/"'
    assert {name: link in page for name, page in shown.items()} == {
        "manager": True, "gongjing": False,
    }  # fmt: skip


def test_capacity_lowered_below_what_is_promised_is_a_shortage_until_it_is_raised(
    grid: User, people: dict[str, User], ready: Ready
) -> None:
    reserved(people, ready)
    [row] = rows(grid, f"{ELEMENTS}?q=P-1")
    assert rows(grid, SHORTAGES) == []
    lowered(grid, "P-1", 395)
    offered = float(row["offered_kva"])
    assert rows(grid, SHORTAGES) == [
        {
            "code": "P-1", "kind": "public_transformer", "name": "Wuxing 1", "district": "510302",
            "room_kva": "5.00", "promised_kva": row["offered_kva"],
            "short_kva": f"{offered - 5:.2f}",
        }
    ]  # fmt: skip
    assert codes(grid, "?short=1") == ["P-1"]
    assert rows(grid, f"{SHORTAGES}?district=510303") == []
    for address in ("/work/grid/", "/work/grid/shortages/", "/work/grid/elements/P-1/"):
        assert "Wuxing 1" in browser(grid).get(address).content.decode()
    assert [found for _name, found in broken() if found] == []
    lowered(grid, "P-1", 100)
    assert rows(grid, SHORTAGES) == []


def test_what_is_withdrawn_under_a_promise_is_a_shortage_of_all_of_it(
    grid: User, people: dict[str, User], ready: Ready
) -> None:
    reserved(people, ready)
    left = "\n".join(line for line in TREE.splitlines() if not line.startswith("P-1"))
    builders.published("capacity", left + "\n" + GONGJING, grid, note="dismantled", whole=True)
    [row] = rows(grid, SHORTAGES)
    assert (row["code"], row["name"], row["room_kva"]) == ("P-1", None, None)
    assert row["short_kva"] == row["promised_kva"]
    assert browser(grid).get("/work/grid/elements/P-1/").status_code == 200
    assert browser(grid).get("/work/grid/elements/P-9/").status_code == 404


def test_customers_by_points_stand_beside_the_published_numbers(grid: User) -> None:
    builders.published(
        "points",
        points(
            "M-1,510302,,,L-1,urban,medium,30,2026-11-01",
            "M-2,510302,510302005,,P-1,urban,low,4,2026-11-01",
        ),
        grid,
    )
    builders.published("customers", builders.customers(), grid)
    page = browser(grid).get("/work/grid/customers/").content.decode()
    assert "1,000 (2026)" in page
    said = browser(grid).get("/api/v1/grid/customers/?by=town").json()
    assert [(each["town"], each["customers"]) for each in said["counts"]] == [
        (None, 30), ("510302005", 4),
    ]  # fmt: skip
    before = browser(grid).get("/api/v1/grid/customers/?on=2026-01-01").json()
    assert before == {"on": "2026-01-01", "counts": []}
    assert browser(grid).get("/api/v1/grid/customers/?on=soon").status_code == 422


BREAKS = {
    """INSERT INTO grid_reservation (case_ref, number, source, element_id, kva, from_at, ending)
    SELECT case_ref, number, 2, element_id, kva, from_at, '' FROM grid_reservation""": (
        "what is reserved holds"
    ),
    "UPDATE grid_reservation SET connected_at = city_now()": "what is reserved is an open",
    """INSERT INTO grid_waiting (case_ref, number, element_id, kva, since)
    SELECT case_ref, number, element_id, kva, from_at FROM grid_reservation""": (
        "a case that waits"
    ),
    """INSERT INTO grid_energisedpoint (case_ref, code, district, town, level, energised_at)
    SELECT case_ref, 'M-1', '510302', '', 'low', from_at FROM grid_reservation""": (
        "the point of a case"
    ),
}


def test_what_is_promised_otherwise_than_the_record_has_it_is_found(
    grid: User, people: dict[str, User], ready: Ready
) -> None:
    reserved(people, ready)
    for sql, name in BREAKS.items():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            for each, query in HELD.items():
                cursor.execute(query)
                assert bool(cursor.fetchall()) == each.startswith(name), each
            transaction.set_rollback(True)
