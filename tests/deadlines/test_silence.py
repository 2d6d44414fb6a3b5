"""Silence past the intake limit counts as acceptance, found by a sweep or by the first action."""

from collections.abc import Callable

import pytest

from accounts.models import User
from applications.models import Application
from applications.states import State
from approvals.models import Permit
from core.problems import Problem, WrongState
from deadlines.models import Clock
from deadlines.sweep import settle, sweep
from ledger.queries import timeline
from rules.names import Kind
from tests.builders import case_at, do, open_permits, post_works
from tests.builders import permit_step as perform
from tests.deadlines.clocks import at, set_clock
from tests.deadlines.test_instants import PLANNING_ONLY
from tests.rules.in_force import let
from tools.scenarios import PERMIT_BODIES

pytestmark = pytest.mark.django_db

Way = Callable[[dict[str, User], Permit], None]


def by_sweep(people: dict[str, User], permit: Permit) -> None:
    sweep()


def by_door(people: dict[str, User], permit: Permit) -> None:
    settle(permit.case_ref)


def by_grant(people: dict[str, User], permit: Permit) -> None:
    """The officer decides: the permit counts as accepted, so he may."""
    perform(permit=permit, action="grant", by=people["planning"], body={})


def by_the_case(people: dict[str, User], permit: Permit) -> None:
    do(people, Application.objects.get(ref=permit.case_ref), "withdraw")


def waiting(people: dict[str, User]) -> Permit:
    """A permit received on Monday 2 March at ten: intake to the end of Monday the 9th."""
    set_clock("2026-03-02 10:00")
    case = post_works(people, case_at(people, Kind.LV_OTHER, State.CONTRACTED), PLANNING_ONLY)
    [permit] = open_permits(case)
    return permit


@pytest.mark.parametrize("way", [by_sweep, by_door, by_grant, by_the_case])
@pytest.mark.parametrize("noticed", ["2026-03-10 00:00:01", "2026-03-24 10:00"])
def test_it_is_accepted_since_its_receipt_and_late_already(
    people: dict[str, User], way: Way, noticed: str
) -> None:
    permit = waiting(people)
    set_clock(noticed)
    way(people, permit)
    found = Permit.objects.get(pk=permit.pk)
    assert (found.deemed_accepted, found.accepted_at) == (True, permit.received_at)
    review = Clock.objects.get(part=permit.ref, kind="review")
    assert (review.started_at, review.breached_at) == (permit.received_at, at("2026-03-07 00:00"))
    deemed, late = [
        event
        for event in timeline(permit.case_ref)
        if event.part == permit.ref and event.type in ("permit.deemed_accepted", "clock.breached")
    ]
    assert (deemed.role, deemed.at) == ("system", permit.received_at)
    assert deemed.recorded_at >= at(noticed)
    assert (late.clock, late.at) == ("review late", at("2026-03-07 00:00"))


def test_nothing_can_be_asked_for_afterwards(people: dict[str, User]) -> None:
    permit = waiting(people)
    set_clock("2026-03-10 00:00:01")
    with pytest.raises(WrongState):
        perform(
            permit=permit, action="request_supplement", by=people["planning"],
            body={"items": ["红线图"]},
        )  # fmt: skip


def test_where_the_rules_say_so_silence_is_late(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, "permit.intake.silence", "late")
    permit = waiting(people)
    set_clock("2026-03-10 00:00:01")
    assert (sweep(), sweep()) == (2, 0)  # the set is late as well
    found = Permit.objects.get(pk=permit.pk)
    assert (found.state, found.deemed_accepted) == ("received", False)
    [late] = [
        one
        for one in timeline(permit.case_ref)
        if one.type == "clock.breached" and one.part == permit.ref
    ]
    assert (late.clock, late.at) == ("intake late", at("2026-03-10 00:00"))
    perform(permit=permit, action="accept", by=people["planning"], body={})
    intake = Clock.objects.get(part=permit.ref, kind="intake")
    assert (intake.state, intake.breached_at) == ("stopped", at("2026-03-10 00:00"))


def test_before_the_end_of_the_last_day_silence_is_nothing(people: dict[str, User]) -> None:
    permit = waiting(people)
    set_clock("2026-03-09 23:50:00")
    assert Clock.objects.get(part=permit.ref, kind="intake").late_from == at("2026-03-10 00:00")
    sweep()
    assert Permit.objects.get(pk=permit.pk).state == "received"


def test_after_a_supplement_the_silence_counts_from_the_complete_papers(
    people: dict[str, User],
) -> None:
    permit = waiting(people)
    set_clock("2026-03-04 10:00")
    body = {"items": ["红线图"]}
    perform(permit=permit, action="request_supplement", by=people["planning"], body=body)
    set_clock("2026-03-11 10:00")
    answers = PERMIT_BODIES["supply_supplement"]
    perform(permit=permit, action="supply_supplement", by=people["manager"], body=answers)
    supplied = timeline(permit.case_ref)[-1].at
    set_clock("2026-03-19 00:00:01")
    sweep()
    review = Clock.objects.get(part=permit.ref, kind="review")
    assert (review.started_at, review.breached_at) == (supplied, at("2026-03-18 00:00"))


def test_a_refused_request_over_http_keeps_what_it_found_late(people: dict[str, User]) -> None:
    """The door commits by itself; the refusal rolls back only the act."""
    from rest_framework.test import APIClient

    permit = waiting(people)
    set_clock("2026-03-10 00:00:01")
    client = APIClient()
    client.force_authenticate(people["planning"])
    answer = client.post(
        f"/api/v1/permits/{permit.pk}/actions/request_supplement/", {"items": ["红线图"]},
        format="json",
    )  # fmt: skip
    assert answer.status_code == 409
    assert Permit.objects.get(pk=permit.pk).state == "accepted"
    with pytest.raises(Problem):
        perform(permit=permit, action="accept", by=people["planning"], body={})
