"""Five bureaus and two hundred permits, by acts that chance chooses, beside the plain model."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from approvals.answers import times
from approvals.models import Permit, Round
from approvals.queries import clocks_by_part
from approvals.seam import seam
from core import demonstration
from core.clock import city_now, local_date
from core.problems import Forbidden, WrongState
from deadlines.models import Clock
from deadlines.sweep import sweep
from tests.approvals import plain_model as plain
from tests.approvals.people import CasesApart, Cast, post, set_clock, take
from tools.scenarios import EXPRESSWAY, LONG_LINE, ON_ROAD, SHORT_LINE

MONDAY = date(2026, 3, 2)
#: So many works of each sort, with the permits that they need: two hundred in all.
WORKS = [
    (16, LONG_LINE, plain.LONG), (12, SHORT_LINE, plain.SHORT),
    (10, EXPRESSWAY, plain.OUTSIDE), (12, ON_ROAD, plain.ON_THE_SPOT),
]  # fmt: skip
ACTS = [
    "accept", "request_supplement", "supply_supplement", "exclude_time", "resume", "extend",
    "grant", "refuse", "commit", "chase", "answer_chase",
]  # fmt: skip
#: People who have no act on a permit of the district.
STRANGERS = ["manager-elsewhere", "regulator", "stranger", "clerk", "hall"]

Rounds = list[tuple[Round, dict[str, str]]]


@pytest.fixture
def rounds(people: Cast) -> Rounds:
    return [(post(people, body), needed) for count, body, needed in WORKS for _ in range(count)]


class Beside(RuleBasedStateMachine):
    """Every act is taken of the portal and of the model; what both say must be the same."""

    people: Cast
    rounds: Rounds

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.day = MONDAY
        #: By the round's id, and of each permit's id its round.
        self.model: dict[int, plain.Round] = {}
        self.round_of: dict[int, int] = {}
        assert isinstance(seam.cases, CasesApart)
        self.told = seam.cases.told
        self.told.clear()
        for round_, needed in self.rounds:
            live = Permit.objects.filter(round=round_).exclude(state=None)
            assert {one.permit: one.route for one in live} == needed
            self.round_of |= {one.pk: round_.pk for one in live}
            permits = {one.pk: plain.Permit(one.permit, one.route, MONDAY) for one in live}
            self.model[round_.pk] = plain.Round(permits, plain.Limit(4, since=MONDAY))
        self.keys = sorted(self.round_of)
        assert len(self.keys) == 200

    def teardown(self) -> None:
        try:
            self.compare()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)
            demonstration._known.clear()

    @rule(
        some=st.lists(st.tuples(st.integers(0, 199), st.integers(0, 99)), min_size=10, max_size=60)
    )
    def acts_that_may_be_taken(self, some: list[tuple[int, int]]) -> None:
        for number, chance in some:
            permit = self.permit(number)
            # A chase may always be; the others are what chance is to choose from.
            possible = [act for act in ACTS if permit.may(act, self.day) and act != "chase"]
            if possible:
                self.take(number, possible[chance % len(possible)])

    @rule(act=st.sampled_from(ACTS), some=st.lists(st.integers(0, 199), min_size=1, max_size=4))
    def any_act(self, act: str, some: list[int]) -> None:
        for number in some:
            self.take(number, act)

    def permit(self, number: int) -> plain.Permit:
        key = self.keys[number]
        return self.model[self.round_of[key]].permits[key]

    def take(self, number: int, act: str) -> None:
        key = self.keys[number]
        before = self.model[self.round_of[key]]
        who, said, after = before.take(key, act, self.day)
        assert self.portal(key, act, who) == said, (act, before.permits[key])
        self.model[self.round_of[key]] = after

    @rule(act=st.sampled_from(ACTS), number=st.integers(0, 199), who=st.sampled_from(STRANGERS))
    def somebody_else_tries(self, act: str, number: int, who: str) -> None:
        assert self.portal(self.keys[number], act, who) == plain.FORBIDDEN, (act, who)

    @rule(days=st.integers(1, 6))
    def days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)
        set_clock(f"{self.day} 10:00")

    @rule()
    def the_sweep_runs(self) -> None:
        sweep()
        for round_ in self.model.values():
            round_.notice(self.day)
        self.compare()

    def portal(self, pk: int, act: str, who: str) -> str:
        permit = Permit.objects.get(pk=pk)
        try:
            take(self.people, permit, act, who)
        except Forbidden:
            return plain.FORBIDDEN
        except WrongState:
            return plain.CONFLICT
        return plain.DONE

    def compare(self) -> None:
        """The state of each permit, its last days, whether it is late, and the limit of its set."""
        found = Permit.objects.filter(pk__in=self.keys).select_related("line_works", "round")
        permits = list(found.prefetch_related("excluded", "chases"))
        clocks = clocks_by_part([one.ref for one in permits] + [one.ref for one, _ in self.rounds])
        now = city_now()
        pairs = [(self.seen(one, clocks, now), self.expected(one)) for one in permits]
        assert [pair for pair in pairs if pair[0] != pair[1]] == []
        late = {one.pk: clocks[one.ref, Clock.Kind.SET].is_late(now) for one, _ in self.rounds}
        assert late == {pk: one.limit.is_late(self.day) for pk, one in self.model.items()}
        told = Counter(refused for what, refused in self.told if what == "joined, refused")
        assert told == Counter(one.joined for one in self.model.values() if one.joined is not None)

    def seen(self, permit: Permit, clocks: Any, now: Any) -> dict[str, Any]:
        at = times(permit, clocks, now)
        return {
            "state": permit.state,
            "intake": local_date(at.intake_due_at) if at.intake_due_at else None,
            "last": at.due_on,
            "late": at.late,
            "extended": permit.extended_at is not None,
            "chased": permit.chased() is not None,
        }

    def expected(self, found: Permit) -> dict[str, Any]:
        permit = self.model[found.round_id].permits[found.pk]
        return {
            "state": permit.state,
            "intake": None if permit.intake.over else permit.intake.last,
            "last": permit.decision.last,
            "late": permit.decision.is_late(self.day),
            "extended": permit.extended,
            "chased": permit.turn in permit.chased,
        }


def test_two_hundred_permits_are_where_the_plain_model_says(people: Cast, rounds: Rounds) -> None:
    Beside.people, Beside.rounds = people, rounds
    run_state_machine_as_test(
        Beside,
        settings=settings(
            max_examples=5,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
