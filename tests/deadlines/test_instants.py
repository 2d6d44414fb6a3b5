"""The last microsecond of the last day is on time, the first of the next day is late.

On real permits and cases, with the city's clock standing still at the instant in question.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connections

from accounts.models import User
from applications.answers import case_json
from applications.models import Application
from applications.states import State
from approvals.answers import times
from approvals.models import Permit
from approvals.queries import clocks_by_part
from core.clock import city_now
from deadlines.models import Clock
from deadlines.sweep import hold_case, settle, sweep
from ledger.models import Entry
from ledger.verify import verify
from portal.invariants import broken
from rules.names import Kind
from tests.builders import case_at, do, filed, open_permits, post_works
from tests.builders import permit_step as perform
from tests.deadlines.clocks import at, breach_bytes, freeze
from tests.people import open_demonstration

#: Planning in review, and nothing else.
PLANNING_ONLY = {"length_m": 600, "excavation_m": 0, "investment_yuan": 500_000, "road": "none"}
#: The same on an existing road: decided on the spot.
ON_ROAD = {**PLANNING_ONLY, "existing_road": True}
LAST, NEXT = "2026-03-06 23:59:59.999999", "2026-03-07 00:00:00"
MIDNIGHT = at(NEXT)


@pytest.fixture
def people(with_people: None, committed_db: str) -> Iterator[dict[str, User]]:
    """Everybody, on Monday 2 March 2026 at ten in the morning; the clock stands still."""
    freeze("2026-03-02 10:00")
    yield open_demonstration()
    connections["owner"].close()


def contracted(people: dict[str, User]) -> Application:
    return case_at(people, Kind.LV_OTHER, State.CONTRACTED)


def in_review(people: dict[str, User]) -> Permit:
    """A permit accepted on Monday the 2nd: due at the end of Friday the 6th."""
    case = post_works(people, contracted(people), PLANNING_ONLY)
    [permit] = open_permits(case)
    return perform(permit=permit, action="accept", by=people["planning"], body={})


def grant(people: dict[str, User], permit: Permit) -> Permit:
    return perform(permit=permit, action="grant", by=people["planning"], body={})


def late(permit: Permit) -> bool:
    found = Permit.objects.select_related("line_works", "round").get(pk=permit.pk)
    return times(found, clocks_by_part([found.ref]), city_now()).late


def breaches_of(permit: Permit) -> list[tuple[str, object]]:
    rows = Clock.objects.filter(case_ref=permit.case_ref, breached_at__isnull=False)
    return list(rows.order_by("kind").values_list("kind", "breached_at"))


def all_holds() -> None:
    assert verify() is None
    assert [(name, rows) for name, rows in broken() if rows] == []


def test_granted_in_the_last_microsecond_is_on_time(people: dict[str, User]) -> None:
    permit = in_review(people)
    freeze(LAST)
    permit = grant(people, permit)
    assert permit.decided_at == MIDNIGHT - timedelta(microseconds=1)
    freeze("2026-03-09 10:00")
    assert sweep() == 0
    assert (late(permit), breaches_of(permit)) == (False, [])
    all_holds()


@pytest.mark.parametrize("granted", [NEXT, "2026-03-07 12:00", "2026-03-09 10:00"])
def test_granted_from_midnight_on_it_is_late_working_day_or_not(
    people: dict[str, User], granted: str
) -> None:
    """Saturday the 7th is no working day; no working day more was used, and it is late."""
    permit = in_review(people)
    freeze(granted)
    permit = grant(people, permit)
    assert late(permit)
    assert breaches_of(permit) == [("review", MIDNIGHT), ("set", MIDNIGHT)]
    all_holds()


@pytest.mark.parametrize("swept", [NEXT, "2026-03-14 10:00"])
def test_however_late_the_first_sweep_runs_the_breach_is_dated_the_same(
    people: dict[str, User], swept: str
) -> None:
    permit = in_review(people)
    freeze(LAST)
    assert sweep() == 0
    freeze(swept)
    assert sweep() == 2
    wanted = "2026-03-06 16:00:00"  # byte for byte, as the database writes it in UTC
    assert breach_bytes() == [("review", wanted, wanted), ("set", wanted, wanted)]
    noticed = Clock.objects.filter(noticed_at__isnull=False).values_list("noticed_at", flat=True)
    assert list(noticed) == [at(swept)] * 2
    grant(people, permit)
    assert sweep() == 0
    assert len(breach_bytes()) == 2
    all_holds()


@pytest.mark.parametrize("swept", ["2026-03-16 00:00", "2026-03-20 10:00"])
def test_a_case_s_own_limit_breaks_at_midnight_too(people: dict[str, User], swept: str) -> None:
    small = filed(people, Kind.LV_SMALL)  # 7 working days: to the end of the 11th
    other = filed(people, Kind.LV_OTHER)  # 6: to the end of the 10th
    freeze("2026-03-10 23:59:59.999999")
    assert [case_json(case, case.filed_by.user)["late"] for case in (small, other)] == [
        False,
        False,
    ]
    freeze("2026-03-11 00:00")
    assert [case_json(case, case.filed_by.user)["late"] for case in (small, other)] == [False, True]
    freeze(swept)
    sweep()
    breaches = {
        (row.case_ref, row.kind): row.breached_at
        for row in Clock.objects.filter(breached_at__isnull=False)
    }
    assert breaches == {
        (small.ref, "whole_process"): at("2026-03-12 00:00"),
        (other.ref, "handling"): at("2026-03-11 00:00"),
    }
    all_holds()


def test_a_home_passes_its_target_and_is_never_late(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    freeze("2026-03-05 23:59:59.999999")
    before = case_json(case, case.filed_by.user)
    freeze("2026-03-20 10:00")
    assert sweep() == 0
    settle(case.ref)
    after = case_json(do(people, case, "accept"), case.filed_by.user)
    assert (before["late"], before["past_target"]) == (False, False)
    assert (after["late"], after["past_target"]) == (False, True)
    assert before["due_on"] == after["due_on"] == at("2026-03-05").date()
    assert breach_bytes() == []
    all_holds()


@pytest.mark.parametrize(
    ("received", "last"),
    [
        ("2026-03-02 10:00", "2026-03-02"),
        ("2026-03-02 23:59:59.999999", "2026-03-02"),
        ("2026-03-07 00:00", "2026-03-09"),  # a Saturday
        ("2026-05-01 12:00", "2026-05-06"),  # Labour Day
        ("2026-05-09 12:00", "2026-05-09"),  # a Saturday made a working day
        ("2026-02-14 09:00", "2026-02-14"),  # the same before the Spring Festival
    ],
)
def test_decided_on_the_spot_means_that_day_or_the_next_working_one(
    people: dict[str, User], received: str, last: str
) -> None:
    freeze("2026-01-05 10:00")
    case = contracted(people)
    freeze(received)
    [permit] = open_permits(post_works(people, case, ON_ROAD))
    assert permit.route == "instant"
    [clock] = Clock.objects.filter(part=permit.ref)
    freeze(f"{last} 23:59:59.999999")
    assert (str(clock.due_on), late(permit)) == (last, False)
    freeze(str(clock.late_from.astimezone(at(last).tzinfo).replace(tzinfo=None)))  # type: ignore[union-attr]
    assert late(permit)
    assert city_now().time().isoformat() == "16:00:00"  # midnight in the city


def across_midnight(after: str) -> Callable[..., None]:
    """An action that begins before midnight and is written down after it."""

    def begin(case_ref: object) -> None:
        hold_case(case_ref)  # type: ignore[arg-type]
        freeze(after)

    return begin


def test_midnight_between_the_beginning_of_a_grant_and_its_entry(people: dict[str, User]) -> None:
    permit = in_review(people)
    freeze(LAST)
    with patch("workflow.run.hold_case", across_midnight(NEXT)):
        permit = grant(people, permit)
    assert permit.decided_at == MIDNIGHT
    assert late(permit)
    assert breaches_of(permit) == [("review", MIDNIGHT), ("set", MIDNIGHT)]
    sweep()
    written = Entry.objects.filter(case_ref=permit.case_ref, type="clock.breached")
    assert sorted(written.values_list("clock", flat=True)) == ["review late", "set late"]
    all_holds()


def test_midnight_inside_a_pause_leaves_the_breach_behind(people: dict[str, User]) -> None:
    permit = in_review(people)
    freeze(LAST)
    body = {"ground": "hearing", "expected_days": 3}
    with patch("workflow.run.hold_case", across_midnight(NEXT)):
        perform(permit=permit, action="exclude_time", by=people["planning"], body=body)
    assert breaches_of(permit) == [("review", MIDNIGHT)]
    freeze("2026-03-12 10:00")
    perform(permit=permit, action="resume", by=people["planning"], body={})
    freeze("2026-03-30 10:00")
    sweep()
    assert breaches_of(permit) == [("review", MIDNIGHT), ("set", MIDNIGHT)]
    all_holds()


def test_midnight_inside_a_case_s_own_step(people: dict[str, User]) -> None:
    case = filed(people, Kind.LV_OTHER)
    freeze("2026-03-10 23:59:59.999999")
    with patch("workflow.run.hold_case", across_midnight("2026-03-11 00:00")):
        do(people, case, "accept")
    [clock] = Clock.objects.filter(case_ref=case.ref, kind="handling")
    assert (clock.state, clock.breached_at) == ("paused", at("2026-03-11 00:00"))
    assert case_json(case, case.filed_by.user)["late"]
    all_holds()


def test_midnight_inside_a_withdrawal(people: dict[str, User]) -> None:
    case = filed(people, Kind.LV_OTHER)
    freeze("2026-03-10 23:59:59.999999")
    with patch("workflow.run.hold_case", across_midnight("2026-03-11 00:00")):
        do(people, case, "withdraw")
    [clock] = Clock.objects.filter(case_ref=case.ref, kind="handling")
    assert (clock.state, clock.breached_at) == ("stopped", at("2026-03-11 00:00"))
    all_holds()
