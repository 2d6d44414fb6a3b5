"""Many at the same instant: one form is one report, one act is taken once, and what is joined while
it is closed has one answer all the same."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.concurrency.processes import at_once, refusals

if TYPE_CHECKING:
    from accounts.models import User


@pytest.fixture
def people(with_people: None, committed_db: str) -> "dict[str, User]":
    from tests.people import open_demonstration

    return open_demonstration()


def test_one_form_is_one_report_and_a_quota_is_a_quota(people: "dict[str, User]") -> None:
    from reliability.reports.models import Report
    from tests.applications.pages import of
    from tests.reliability.reporting import DIGGING

    def sending(key: str) -> Callable[[], Any]:
        said = {"version": "0", "idempotency_key": key} | DIGGING

        def send() -> int:
            status: int = of(people, "resident").post("/reports/new/digging/", said).status_code
            return status

        return send

    answers = at_once(*(sending("same") for _ in range(4)), *map(sending, "abcdefgh"))
    assert refusals(answers) == []
    assert set(Counter(answer.value for answer in answers)) <= {302, 429}
    assert Report.objects.count() == 5


def test_one_of_two_takes_it_on_and_one_of_two_closes_it(people: "dict[str, User]") -> None:
    from ledger.queries import timeline
    from portal.invariants import broken
    from tests.reliability.reporting import CLOSING, reported, step

    one = reported(people["resident"])
    desk = [people["city-management"], people["city-management-lead"]]
    for act, body in (("take_on", {}), ("close", CLOSING)):
        answers = at_once(
            *(lambda by=by, act=act, body=body: step(one, act, by, **body).pk for by in desk)
        )
        assert sorted(each.refused for each in answers) == ["", "somebody-was-faster"], answers
    assert [event.type for event in timeline(one.ref)] == [
        "report.made", "report.taken_on", "report.closed",
    ]  # fmt: skip
    assert [name for name, rows in broken() if rows] == []


def test_what_is_joined_while_the_other_is_closed_is_joined_or_stays(
    people: "dict[str, User]",
) -> None:
    from portal.invariants import broken
    from reliability.reports.models import Report
    from tests.reliability.reporting import CLOSING, reported, step, visitor

    by = people["city-management"]

    def took(one: Report, act: str, **said: Any) -> int:
        return int(step(one, act, by, **said).pk)

    for number in range(3):
        first = reported(visitor(f"1390000001{number}"))
        later = [reported(visitor(f"1390000002{number}")) for _ in range(3)]
        at_once(
            partial(took, first, "close", **CLOSING),
            *(partial(took, one, "join", number=first.number) for one in later),
            partial(took, later[2], "join", number=later[1].number),
        )  # fmt: skip
        for one in Report.objects.filter(pk__in=[each.pk for each in later]):
            assert (one.state, one.joined_to_id is not None) in {("closed", True), ("open", False)}
        assert Report.objects.get(pk=first.pk).outcome == "confirmed"
    assert [name for name, rows in broken() if rows] == []
