"""Several people at the same instant: no decision is lost, and a round joins exactly once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

if TYPE_CHECKING:
    from tests.approvals.people import Cast

CASES = 8


@pytest.fixture
def city(
    with_bureaus: None, committed_db: str, django_db_blocker: DjangoDbBlocker
) -> Iterator["Cast"]:
    """The cast in a database of its own, in which steps are committed."""
    from deadlines.signals import breached
    from tests.approvals.people import cases_apart, open_city_for_tests, resting

    with django_db_blocker.unblock(), cases_apart(), resting(breached):
        yield open_city_for_tests()


def together(*steps: Callable[[], Any]) -> list[Any]:
    """Carry out steps at the same instant, each on a connection of its own."""
    ready = Barrier(len(steps))

    def run(step: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return step()
        except Exception as error:  # noqa: BLE001 (compared by the test)
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


@pytest.mark.slow
def test_the_last_of_four_decisions_joins_whoever_it_is(city: "Cast") -> None:
    from approvals.actions import PERMITS
    from approvals.models import Round
    from approvals.seam import seam
    from tests.approvals.people import CasesApart, fresh, post
    from tools.scenarios import LONG_LINE

    works = {**LONG_LINE, "road": "none", "excavation_m": 0}
    for _ in range(CASES):
        opened = post(city, works)
        people = [fresh(city[permit.bureau]) for permit in opened.live]
        accepted = [
            PERMITS.perform(permit, "accept", by=person)
            for permit, person in zip(opened.live, people, strict=True)
        ]
        steps = [
            partial(PERMITS.perform, permit, "grant", by=person)
            for permit, person in zip(accepted, people, strict=True)
        ]
        found = together(*steps)
        assert [str(permit.state) for permit in found] == ["granted"] * 4
    assert Round.objects.filter(joined_at=None).count() == 0
    apart = seam.cases
    assert isinstance(apart, CasesApart)
    assert [each for each in apart.told if each[0] == "joined, refused"] == [
        ("joined, refused", False)
    ] * CASES


@pytest.mark.slow
def test_of_two_officers_one_is_told_who_was_faster(city: "Cast") -> None:
    from approvals.actions import PERMITS
    from core.problems import Faster
    from ledger.queries import timeline
    from tests.approvals.people import fresh, permit_of, post
    from tools.scenarios import PLANNING_ONLY

    for _ in range(CASES):
        permit = permit_of(post(city, PLANNING_ONLY), "planning")
        first, second = fresh(city["planning"]), fresh(city["planning-second"])
        found = together(
            partial(PERMITS.perform, permit, "accept", by=first),
            partial(PERMITS.perform, permit, "accept", by=second),
        )
        assert sorted(type(one).__name__ for one in found) == ["Faster", "Permit"]
        faster = next(one for one in found if isinstance(one, Faster))
        assert faster.extra["winner"]["role"] == "officer"
        types = [event.type for event in timeline(permit.case_ref)]
        assert types.count("permit.accepted") == 1
