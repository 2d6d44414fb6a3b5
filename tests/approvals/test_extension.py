"""The law's limit, extended by the lead of the bureau (行政许可法 42); the plan's limit stays."""

from datetime import date, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from approvals.actions import PERMITS
from approvals.answers import permits_json
from approvals.models import Permit
from approvals.queries import permits
from core.problems import Forbidden, Problem, WrongState
from deadlines.sweep import sweep
from ledger.queries import timeline
from notifications.models import Outbox
from rules.policy import Policy
from tests.approvals.people import Cast, at, bring, fresh, permit_of, post, set_clock, take
from tests.approvals.test_pages import at_desk, text_of
from tools.scenarios import EXPRESSWAY, ON_ROAD, PERMIT_BODIES, PLANNING_ONLY

REASON = PERMIT_BODIES["extend"]["reason"]


def accepted(people: Cast) -> Permit:
    """A planning permit, accepted on Monday 2 March 2026."""
    return bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")


def told_of(people: Cast, permit: Permit) -> tuple[datetime | None, date | None, bool, str | None]:
    """Its last second by the plan, its last day by the law, whether it is late, and the reason."""
    found = Permit.objects.select_related("line_works", "round").get(pk=permit.pk)
    answer = permits_json([found], fresh(people["planning"]))[0]
    return answer["due_at"], answer["legal_due_on"], answer["late"], answer["extension_reason"]


def test_its_last_day_is_shown_beside_that_of_the_plan_which_stays(people: Cast) -> None:
    permit, due = accepted(people), at("2026-03-06 23:59:59")
    assert told_of(people, permit) == (due, None, False, None)
    set_clock("2026-03-09 10:00")
    sweep()
    take(people, permit, "extend")
    # Twenty working days and ten; the tomb-sweeping days are none.
    assert told_of(people, permit) == (due, date(2026, 4, 14), True, REASON)
    entry = timeline(permit.case_ref)[-1]
    assert (entry.type, entry.clock, entry.from_state, entry.to_state) == (
        "permit.extended", "", "accepted", "accepted",
    )  # fmt: skip
    page = text_of(at_desk(people, "planning", english=False).get(f"/bureau/permits/{permit.pk}/"))
    assert ("依法延长" in page, "超期 3 天" in page, REASON in page) == (True, True, True)


def test_time_that_the_law_leaves_out_moves_its_last_day(people: Cast) -> None:
    permit = accepted(people)
    take(people, permit, "extend")
    set_clock("2026-03-04 10:00")
    take(people, permit, "exclude_time")
    assert told_of(people, permit)[1] is None
    set_clock("2026-03-11 10:00")
    take(people, permit, "resume")
    # Two days were used, five left out.
    assert told_of(people, permit)[1] == date(2026, 4, 21)


def test_company_and_applicant_are_told(people: Cast) -> None:
    take(people, accepted(people), "extend")
    told = Outbox.objects.filter(kind="permit.extended").values_list("recipient_id", flat=True)
    # The case of these tests has no applicant.
    assert sorted(told) == sorted([people["manager"].party_id, people["project"].party_id])


def tried(people: Cast, permit: Permit, who: str = "planning-lead", reason: str = "理由") -> str:
    try:
        with transaction.atomic():
            PERMITS.perform(permit, "extend", by=fresh(people[who]), body={"reason": reason})
    except Problem as refused:
        return f"{type(refused).__name__}: {refused.detail}"
    return "extended"


def test_it_is_extended_by_the_lead_once_with_a_reason_and_before_it_has_passed(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    permit = accepted(people)
    assert tried(people, permit, "planning") == "Forbidden: 法定期限只能由本部门负责人批准延长。"
    assert tried(people, permit, "housing-lead").startswith("Forbidden")
    assert tried(people, permit, reason=" ").startswith("Invalid")
    with monkeypatch.context() as unset:
        unset.setattr(Policy, "legal_limit", lambda _policy: None)
        assert tried(people, permit) == "WrongState: 规则没有规定这一期限可以延长。"
    set_clock("2026-03-31 00:00")
    assert tried(people, permit) == "WrongState: 法定期限已过，不能再延长。"
    set_clock("2026-03-30 23:00")
    assert tried(people, permit) == "extended"
    again = Permit.objects.select_related("line_works", "round").get(pk=permit.pk)
    assert tried(people, again) == "WrongState: 法定期限已经延长过一次，法律只允许一次。"


def test_what_is_decided_at_once_has_no_such_limit_and_what_the_plan_does_not_limit_has(
    people: Cast,
) -> None:
    spot = permit_of(post(people, ON_ROAD), "planning")
    with pytest.raises((WrongState, Forbidden)):
        take(people, spot, "extend")
    special = bring(people, permit_of(post(people, EXPRESSWAY), "highway_excavation"), "accepted")
    take(people, special, "extend")
    assert told_of(people, special) == (None, date(2026, 4, 14), False, REASON)


def test_a_leads_list_costs_the_same_for_one_and_for_three(people: Cast) -> None:
    def statements(count: int) -> int:
        rows = [accepted(people) for _each in range(count)]
        found = list(permits().filter(pk__in=[row.pk for row in rows]))
        with CaptureQueriesContext(connection) as asked:
            told = permits_json(found, fresh(people["planning-lead"]))
        may = [
            each["allowed"] for row in told for each in row["actions"] if each["action"] == "extend"
        ]
        assert may == [True] * count
        return len(asked)

    assert statements(1) == statements(3)


def test_an_extension_is_never_undone(people: Cast) -> None:
    permit = take(people, accepted(people), "extend")
    with pytest.raises(DatabaseError):
        Permit.objects.filter(pk=permit.pk).update(extension_days=20)
