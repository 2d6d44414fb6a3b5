"""Which days of a unit are whose: the arithmetic, the database, and who is second."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from applications.models import Application
from applications.rentals.availability import told
from applications.rentals.models import Rental
from core.problems import Problem
from grid.rental.days import Days, free_within
from grid.rental.models import RentalUnit
from tests.applications.pages import of, press
from tests.applications.rentals.renting import (
    api,
    asked,
    body,
    differing,
    in_days,
    register,
    step,
    wanting,
)
from tests.builders import People
from tests.concurrency.processes import at_once
from tests.page import Page
from tests.people import open_demonstration
from tests.rules.in_force import let
from workflow.machine import legal_moves

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
    assert differing() == {}


def test_of_any_asks_and_withdrawals_the_unit_is_whose_the_days_are_in_a_plain_model(
    people: People, case: Application
) -> None:
    draw, shop = Random(9), people["shop"]
    cases = [case, *(wanting(people) for _number in range(3))]
    held: dict[int, tuple[int, set[int]]] = {}
    seen = Counter[str]()
    for _turn in range(50):
        if held and draw.random() < 0.3:
            gone = draw.choice(sorted(held))
            step(Rental.objects.get(pk=gone), "withdraw", by=shop)
            del held[gone]
            continue
        at, first = draw.randrange(len(cases)), draw.randrange(24)
        back = first + draw.randint(1, 6)
        wanted = set(range(first, back))
        if sum(one == at for one, _days in held.values()) == 5:
            expected = "quota-reached"
        else:
            taken = any(wanted & days for _one, days in held.values())
            expected = "days-taken" if taken else "asked"
        try:
            one = asked(cases[at], shop, first=first, back=back)
            got, held[one.pk] = str(one.state), (at, wanted)
        except Problem as problem:
            got = problem.type
        seen[got] += 1
        assert got == expected
    assert min(seen["asked"], seen["days-taken"]) > 5
    assert differing() == {}


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


@pytest.mark.django_db
def test_the_database_has_the_moves_of_the_machine() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_state, to_state FROM rental_moves()")
        kept = set(cursor.fetchall())
    assert kept == legal_moves(Rental) - {("new", "asked")}


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


def test_how_long_a_unit_is_rented_the_rules_say(
    people: People, case: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(case, people["shop"], first=1, back=170)
    let(monkeypatch, "rental.days.most", 3)
    asked(case, people["shop"], "Z-2", first=1, back=4)
    with pytest.raises(Problem) as caught:
        asked(case, people["shop"], "Z-2", first=5, back=9)
    assert [error.pointer for error in caught.value.errors] == ["/until_day"]


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
