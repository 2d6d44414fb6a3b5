"""Roads that may not be dug: their register, how long each is closed, and which a line meets."""

import math
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.roles import Role
from approvals.packages.route import Point, metres_a_degree
from approvals.roads.closure import YEARS, Closure
from approvals.roads.meeting import standing
from approvals.roads.models import Cause, Road
from approvals.roads.nearness import come_near
from core.problems import Forbidden
from ledger.models import Entry
from ledger.receipts.content import opening_of
from publishing import actions, queries
from publishing.tables import table_of
from rules.book import Book
from rules.policy import Policy
from tests.page import Page
from tests.people import browser, staff
from tests.publishing import builders
from tests.rules.in_force import changed

People = dict[str, User]
POLICY = Book.from_files("zigong").in_force(on=date(2026, 3, 2))


def closure_on(today: date, policy: Policy = POLICY) -> Closure:
    return Closure(today, {cause: policy.value(key) for cause, key in YEARS.items()})


#: Cause, since when, the last day on which it may not be dug.
LAST_DAYS = [
    ("new", date(2021, 3, 1), date(2026, 3, 1)),
    ("new", date(2024, 2, 29), date(2029, 2, 28)),
    ("new", date(2023, 2, 28), date(2028, 2, 28)),
    ("new", date(2020, 12, 31), date(2025, 12, 31)),
    ("overhauled", date(2024, 2, 29), date(2027, 2, 28)),
    ("overhauled", date(2025, 2, 28), date(2028, 2, 28)),
    ("overhauled", date(2025, 3, 1), date(2028, 3, 1)),
]


def test_a_road_is_closed_to_the_very_day() -> None:
    found = [
        (cause, since, closure_on(since).until(Cause(cause), since))
        for cause, since, _last in LAST_DAYS
    ]
    assert found == LAST_DAYS


def test_how_many_years_the_rules_say() -> None:
    for cause, key in YEARS.items():
        longer = closure_on(date(2026, 3, 2), changed(POLICY, key, 7))
        assert longer.until(cause, date(2020, 5, 1)) == date(2027, 5, 1)


@given(
    st.sampled_from(Cause),
    st.dates(date(2018, 1, 1), date(2030, 12, 31)),
    st.dates(date(2023, 1, 1), date(2030, 12, 31)),
)
def test_a_query_finds_what_is_closed_by_its_last_day(
    cause: Cause, since: date, today: date
) -> None:
    closure = closure_on(today)
    closed = closure.is_closed(Road(cause=cause, since=since))
    assert closed == (since >= closure.first(cause))


def sampled(line: list[Point]) -> list[tuple[float, float]]:
    """Points of a line in metres, no more than two metres apart."""
    east, north = metres_a_degree(29.34)
    flat = [((lon - 104.77) * east, (lat - 29.34) * north) for lon, lat in line]
    found = []
    for (ax, ay), (bx, by) in pairwise(flat):
        steps = max(1, math.ceil(math.hypot(bx - ax, by - ay) / 2))
        found += [
            (ax + (bx - ax) * n / steps, ay + (by - ay) * n / steps) for n in range(steps + 1)
        ]
    return found


#: Points within some two hundred metres, on a grid of about ten, so that lines touch and cross.
POINTS = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(
    lambda at: [round(104.77 + at[0] / 10_000, 7), round(29.34 + at[1] / 10_000, 7)]
)
LINES = st.lists(POINTS, min_size=2, max_size=4)


@given(LINES, LINES, st.sampled_from([5, 20, 60]))
def test_lines_come_near_as_their_points_do(
    one: list[Point], other: list[Point], metres: int
) -> None:
    """By a plain model that knows no legs: it is off by two metres at most."""
    nearest = min(math.dist(a, b) for a in sampled(one) for b in sampled(other))
    near = come_near(one, other, metres)
    assert near == come_near(other, one, metres)
    assert near or nearest > metres - 0.1
    assert not near or nearest <= metres + 2


@pytest.mark.django_db
def test_the_bureau_of_the_roads_enters_corrects_and_withdraws_on_record(people: People) -> None:
    lead, text = people["city-management-lead"], builders.road()
    made = builders.published("roads", text, lead)
    entry = Entry.objects.get(pk=made.entry)
    opening = opening_of(entry)
    assert opening is not None
    assert (entry.type, entry.actor_role) == ("roads.published", "bureau_lead")
    assert set(opening.data) == {"number", "rows", "source", "note"}
    corrected = text.replace("2025-06-01", "2025-07-01")
    builders.published("roads", corrected, lead, note="The record says July")
    days = [[row.since for row in queries.rows_of(table_of("roads"), number=n)] for n in (1, 2)]
    assert days == [[date(2025, 6, 1)], [date(2025, 7, 1)]]
    [now] = Road.objects.standing()
    draft = actions.begin_withdrawal(row=now, kind="roads", by=lead, note="No such road")
    actions.publish(draft=draft, by=lead)
    assert (Road.objects.standing().count(), Road.objects.count()) == (0, 2)


@pytest.mark.django_db
def test_nobody_else_enters_a_road(people: People) -> None:
    others = [
        people["planning-lead"], people["city-management"], people["supply-lead"],
        people["regulator"], people["manager"],
    ]  # fmt: skip
    for by in others:
        with pytest.raises(Forbidden):
            actions.begin(kind="roads", by=by, text=builders.road(), source="s")
    lead = people["city-management-lead"]
    with pytest.raises(Forbidden):
        actions.begin(kind="fees", by=lead, text=builders.fees(), source="s")
    pages = {
        who: browser(people[who]).get("/work/publish/roads/").status_code
        for who in ("city-management-lead", "planning-lead", "supply-lead")
    }
    assert pages == {"city-management-lead": 200, "planning-lead": 403, "supply-lead": 403}
    builders.published("roads", builders.road("R-9", district="510303"), lead)
    local = staff(Role.BUREAU_LEAD, username="local", district="510302", bureau="city-management")
    refused = {
        word: builders.refusals("roads", text, local)
        for word, text in {
            "district": builders.road("R-2", district="510303"),
            "number": builders.road("R-9"),
            "future": builders.road(since="2031-01-01"),
            "line": builders.road(route="104.77"),
        }.items()
    }
    assert {word: len(found) for word, found in refused.items()} == dict.fromkeys(refused, 1)
    assert "Is published already, in a row that you do not keep." in refused["number"][0]
    assert "Point 1" in refused["line"][0]


@pytest.mark.django_db
def test_anybody_reads_which_roads_are_closed_and_until_when(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lead, reader = people["city-management-lead"], Client()
    line = "104.77 29.34; 104.78 29.35"
    builders.published("roads", builders.road(route=line), lead)
    path = "/api/v1/disclosure/roads/"
    [row] = reader.get(path).json()["results"]
    assert (row["number"], row["cause"], row["closed_until"], row["route"]) == (
        "R-1", "new", "2030-06-01", [[104.77, 29.34], [104.78, 29.35]],
    )  # fmt: skip
    asked: list[tuple[str, dict[str, Any]]] = [
        ("/disclosure/roads/", {"closed": "now", "district": "510302"}), (path, {"closed": "now"}),
    ]  # fmt: skip

    def statements() -> None:
        for (address, query), count in zip(asked, (5, 5), strict=True):
            with django_assert_num_queries(count):
                reader.get(address, query)

    statements()
    more = (
        builders.road("R-2", cause="overhauled")
        + builders.road("R-3", since="2015-01-01").splitlines()[1]
    )
    draft = actions.begin(kind="roads", by=lead, text=more, source="s")
    actions.publish(draft=draft, by=lead, sure=True)
    statements()
    numbers = [one["number"] for one in reader.get(*asked[1]).json()["results"]]
    assert (numbers, reader.get(path, {"closed": "once"}).status_code) == (["R-1", "R-2"], 422)
    assert [road.number for road in standing(Closure.now())] == numbers
    shown = Page(reader.get("/disclosure/roads/")).main
    assert ("2030年6月1日" in shown, "R-3" in shown, "5 年" in shown) == (True, True, True)
    assert "R-3" in reader.get("/disclosure/roads.csv").content.decode()
