"""Thousands of promises below one substation: lists, searches and promises read as much as with
one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from tests.grid import maps
from tests.grid.elements import element, opens, promise, published, tree
from tests.grid.maps import cell
from tests.people import again, browser

pytestmark = pytest.mark.django_db
LINES: Final = 30
PROMISES: Final = 3_000
#: For each row of a page as many as its way is long, for each of its figures, and some.
MOST_READ: Final = LINES * 5 * 5
TABLES: Final = ("grid_reservation", "grid_hold", "grid_promisetotal")
HERE: Final = {"datum": "cgcs2000", "geometry": "LINESTRING (104.704 29.305, 104.706 29.305)"}
MANY: Final = """
WITH promised AS (
    INSERT INTO grid_reservation
        (case_ref, number, source, element_id, kva, from_at, lapses_at, ending)
    SELECT gen_random_uuid(), 'many', 1, e.id, 0.1, city_now(),
        CASE WHEN n % 3 = 0 THEN date_trunc('day', city_now()) + interval '90 days' END, ''
    FROM generate_series(1, %s) n
    JOIN grid_element e ON e.code = 'L' || (100 + n %% %s) RETURNING id, element_id
)
INSERT INTO grid_hold (reservation_id, element_id)
SELECT promised.id, way.id FROM promised, LATERAL grid_way(promised.element_id) way
""".replace("n % 3", "n %% 3")


@pytest.fixture
def crowded(lead: User) -> User:
    """A substation whose lines share thousands of promises."""
    published(lead, *tree(S=100_000, T=100_000, L1=100_000))
    lines = [element(f"L{100 + n}", "B", 1_000, **HERE) for n in range(LINES)]
    published(lead, *lines)
    maps.publish(lead, areas=(cell("A", 0),))
    with connection.cursor() as cursor:
        cursor.execute(MANY, [PROMISES, LINES])
    return lead


@contextmanager
def reading() -> Iterator[dict[str, int]]:
    """How many rows of promises are read meanwhile, functions of the database included."""

    def so_far() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))"
                " FROM pg_stat_xact_user_tables WHERE relname = ANY (%s)",
                [list(TABLES)],
            )
            return int(cursor.fetchone()[0])

    found, before = {"rows": 0}, so_far()
    yield found
    found["rows"] = so_far() - before


def test_what_is_open_is_what_the_promises_leave(crowded: User) -> None:
    found = opens()
    assert (found["S"], found["B"], found["L100"]) == (99_700, 99_700, 990)


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("manager", "/work/grid/"),
        ("manager", "/work/grid/?q=S"),
        ("manager", "/work/grid/shortages/"),
        ("manager", "/work/grid/map/"),
        ("manager", "/api/v1/grid/elements/"),
        ("manager", "/api/v1/grid/map/?bbox=104.7,29.3,104.71,29.31"),
        ("", "/disclosure/capacity/?element=line"),
        ("", "/disclosure/capacity/map/?district=510302"),
        ("", "/api/v1/disclosure/capacity/"),
    ],
)
def test_a_list_reads_no_promise_by_itself(
    crowded: User, people: dict[str, User], who: str, address: str
) -> None:
    reader = browser(again(people[who])) if who else Client()
    reader.get(address)
    with reading() as found:
        assert reader.get(address).status_code == 200
    assert found["rows"] <= MOST_READ


def test_a_promise_reads_no_other_promise(crowded: User) -> None:
    with reading() as found:
        promise("L100", 1)
    assert 0 < found["rows"] <= 100
