"""Two people at one order at the same instant, and a sweep beside an answer."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from accounts.models import User
    from oversight.models import RectificationOrder

TIMES = 6


@pytest.fixture
def people(with_people: None, committed_db: str) -> "dict[str, User]":
    """The demonstration's people in a database that several processes use."""
    from tests.people import open_demonstration

    return open_demonstration()


def closing(
    people: "dict[str, User]", order: "RectificationOrder", by: "User"
) -> Callable[[], str]:
    from tests.oversight.orders import do

    return lambda: str(do(people, order, "close", by=by).state)


def test_of_two_closings_one_wins_and_the_other_hears_who(people: "dict[str, User]") -> None:
    from accounts.roles import Role
    from ledger.models import Entry
    from tests.concurrency.test_races import nothing_broken, race
    from tests.oversight.orders import order_at
    from tests.people import staff

    both = [people["regulator"], staff(Role.REGULATOR, username="regulator-2")]
    orders = [order_at(people, "answered") for _ in range(TIMES)]
    races = race([[closing(people, order, by) for by in both] for order in orders])
    for order, outcomes in zip(orders, races, strict=True):
        entry = Entry.objects.get(case_ref=order.ref, type="order.closed")
        [loser] = [one for one in outcomes if one.refused]
        assert sorted(one.value or "" for one in outcomes) == ["", "closed"]
        assert loser.refused == "somebody-was-faster"
        assert loser.extra == {"winner": {"role": "regulator", "at": entry.at.isoformat()}}
    nothing_broken()


def test_an_answer_beside_sweeps_records_the_breach_once(people: "dict[str, User]") -> None:
    from deadlines.sweep import sweep
    from ledger.models import Entry
    from tests.concurrency.processes import at_once
    from tests.concurrency.test_races import nothing_broken
    from tests.deadlines.clocks import set_clock
    from tests.oversight.orders import do, issue

    set_clock("2026-03-02 10:00")
    orders = [issue(people) for _ in range(TIMES)]
    set_clock("2026-03-17 00:00:00")

    def answer_all() -> Any:
        return [str(do(people, order, "answer").state) for order in orders]

    found = at_once(answer_all, sweep, sweep)
    assert [one.refused for one in found] == [""] * 3
    breaches = Entry.objects.filter(type="clock.breached")
    assert sorted(breaches.values_list("case_ref", flat=True)) == sorted(
        order.ref for order in orders
    )
    nothing_broken()
