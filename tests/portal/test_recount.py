"""Clocks follow from the record: counted again from its entries they are as they are kept."""

from accounts.models import User
from applications.states import State
from approvals.models import Permit
from deadlines.models import Clock
from deadlines.sweep import sweep
from portal.invariants import broken
from rules.names import Kind
from tests.applications.test_refiling import at_address
from tests.builders import Ready, case_at, do, fresh_address, post_works
from tests.deadlines.clocks import set_clock
from tests.oversight import orders
from tools.scenarios import LONG_LINE


def found() -> dict[str, list[tuple[object, ...]]]:
    return {name: rows for name, rows in broken() if rows}


def test_it_holds_of_a_case_of_each_kind_in_each_state(ready: Ready) -> None:
    assert found() == {}


def test_it_holds_of_what_was_late_silent_and_refiled(
    people: dict[str, User],
) -> None:
    set_clock("2026-03-02 10:00")
    case = post_works(people, case_at(people, Kind.LV_OTHER, State.CONTRACTED), LONG_LINE)
    line = fresh_address()
    first = do(people, at_address(people, Kind.LV_OTHER, line), "submit")
    set_clock("2026-03-05 10:00")
    do(people, first, "withdraw")
    set_clock("2026-03-09 10:00")
    again = do(people, at_address(people, Kind.LV_OTHER, line), "submit")
    assert Clock.objects.get(case_ref=again.ref, kind="handling").carried_days == 3
    orders.issue(people)
    set_clock("2026-04-20 10:00")
    assert sweep() > 3
    assert Permit.objects.filter(case_ref=case.ref, deemed_accepted=True).exists()
    assert found() == {}
