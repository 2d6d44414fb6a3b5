"""Four officers decide at the same instant, from four processes: one join, one move, no loss."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.db.models import Count

from accounts.models import User
from applications.models import Application
from applications.states import State
from approvals.models import Permit, Round
from approvals.workflow import State as PermitState
from ledger.models import Entry
from ledger.verify import verify
from portal.invariants import broken
from rules.names import Kind
from tests.builders import do, drafted, open_permits, post_works
from tests.builders import permit_step as perform
from tests.concurrency.processes import Outcome, at_once, barrier, refusals
from tools.scenarios import FOUR_REVIEWS, WAYS

pytestmark = pytest.mark.faults
CASES = 200
STEPS = ("permit.granted", "case.permits_joined")
BUREAUS = ("planning", "housing", "police", "city-management")


def case_with_accepted_permits(people: dict[str, User]) -> int:
    """A case whose four permits only wait for the decision."""
    case = drafted(people, Kind.LV_OTHER)
    for action in WAYS[Kind.LV_OTHER]:
        if action == "*":
            break
        case = do(people, case, action)
    case = post_works(people, case, FOUR_REVIEWS)
    for permit in open_permits(case):
        perform(permit=permit, action="accept", by=people[permit.bureau], body={}, version=None)
    return case.pk


def prepared(people: dict[str, User]) -> list[int]:
    """200 such cases, made by four processes."""

    def make() -> list[int]:
        return [case_with_accepted_permits(people) for _ in range(CASES // 4)]

    made = at_once(*[make] * 4)
    assert refusals(made) == []
    return [pk for outcome in made for pk in outcome.value]


def decide_together(people: dict[str, User], cases: list[int]) -> list[Outcome]:
    """Each officer in a process; before every case all four wait for each other."""
    together = barrier(4)

    def officer(bureau: str) -> Callable[[], int]:
        refs = Application.objects.in_bulk(cases)
        permits = [Permit.objects.get(case_ref=refs[pk].ref, bureau=bureau) for pk in cases]

        def work() -> int:
            for permit in permits:
                together.wait()
                perform(
                    permit=permit, action="grant", by=people[bureau], body={},
                    version=permit.version,
                )  # fmt: skip
            return len(permits)

        return work

    return at_once(*(officer(bureau) for bureau in BUREAUS))


def test_four_officers_at_the_same_instant_two_hundred_times(people: dict[str, User]) -> None:
    cases = prepared(people)
    outcomes = decide_together(people, cases)
    assert [(one.value, one.refused) for one in outcomes] == [(CASES, "")] * 4
    refs = list(Application.objects.filter(pk__in=cases).values_list("ref", flat=True))
    written = Entry.objects.filter(case_ref__in=refs, type__in=STEPS)
    each = written.values("case_ref", "type").annotate(times=Count("id"))
    assert Counter((row["type"], row["times"]) for row in each) == {
        ("permit.granted", 4): CASES,
        ("case.permits_joined", 1): CASES,
    }
    assert set(Application.objects.values_list("state", "holder")) == {
        (State.PERMITS_GRANTED, "supplier")
    }
    assert set(Permit.objects.values_list("state", flat=True)) == {PermitState.GRANTED}
    assert not Round.objects.filter(joined_at=None).exists()
    assert [(name, rows) for name, rows in broken() if rows] == []
    assert verify() is None


def test_the_join_is_written_right_after_the_last_decision(people: dict[str, User]) -> None:
    case = Application.objects.get(pk=case_with_accepted_permits(people))
    assert refusals(decide_together(people, [case.pk])) == []
    types = list(Entry.objects.filter(case_ref=case.ref).order_by("case_seq").values_list("type"))
    assert types[-5:] == [("permit.granted",)] * 4 + [("case.permits_joined",)]
