"""Chasing (催办): the digital bureau asks whoever is awaited, on record; that party answers."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from approvals.actions import PERMITS
from approvals.answers import permits_json
from approvals.chases import Chase
from approvals.models import Permit
from approvals.pages import rows_of
from approvals.queries import permits
from core.clock import city_now
from core.problems import Problem
from deadlines.models import Clock
from ledger.queries import timeline
from notifications.models import Outbox
from tests.approvals.people import Cast, bring, fresh, permit_of, post, set_clock, take
from tests.approvals.test_pages import at_desk, text_of
from tools.scenarios import PLANNING_ONLY

ASKED, ANSWER = "请说明进展", "本周内办结"


def chased(people: Cast, state: str) -> Permit:
    """A planning permit in review, chased in that state."""
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), state)
    body = {"words": ASKED}
    return PERMITS.perform(permit, "chase", by=fresh(people["digital"]), body=body)


def tried(people: Cast, permit: Permit, action: str, who: str) -> str:
    body = {"answer": ANSWER} if action == "answer_chase" else {}
    try:
        with transaction.atomic():
            PERMITS.perform(permit, action, by=fresh(people[who]), body=body)
    except Problem as refused:
        return f"{type(refused).__name__}: {refused.detail}"
    return "done"


def told(kind: str) -> set[int]:
    return set(Outbox.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def of_bureau(people: Cast) -> set[int]:
    return {people[name].party_id for name in ("planning", "planning-second", "planning-lead")}


def test_the_party_whose_turn_it_is_is_chased_and_answers(people: Cast) -> None:
    clocks = list(Clock.objects.values())
    permit = chased(people, "accepted")
    assert told("permit.chased") == of_bureau(people)
    assert tried(people, permit, "answer_chase", "manager").startswith("Forbidden")
    assert tried(people, permit, "chase", "digital") == "WrongState: 已催办，对方尚未答复。"
    set_clock("2026-03-03 10:00")
    assert tried(people, permit, "answer_chase", "planning") == "done"
    found = permits().get(pk=permit.pk)
    [one] = permits_json([found], fresh(people["digital"]))[0]["chases"]
    assert {name: one[name] for name in ("party", "words", "answer")} == {
        "party": "government", "words": ASKED, "answer": ANSWER,
    }  # fmt: skip
    assert told("permit.chase_answered") == {people["digital"].party_id}
    steps = [(entry.type, entry.from_state, entry.clock) for entry in timeline(permit.case_ref)]
    assert steps[-2:] == [
        ("permit.chased", "accepted", ""), ("permit.chase_answered", "accepted", ""),
    ]  # fmt: skip
    assert [
        row for row in Clock.objects.values() if row["id"] in {c["id"] for c in clocks}
    ] == clocks
    assert tried(people, found, "answer_chase", "planning") == "WrongState: 没有待答复的催办。"
    assert tried(people, found, "chase", "digital") == "done"


def test_the_company_is_chased_while_it_owes_papers_and_the_bureau_is_not(people: Cast) -> None:
    permit = chased(people, "awaiting_supplement")
    assert told("permit.chased") == {people[each].party_id for each in ("manager", "project")}
    assert tried(people, permit, "answer_chase", "planning").startswith("Forbidden")
    # What was asked for is there: it is the bureau's turn, and nobody waits for the company.
    permit = take(people, permit, "supply_supplement")
    assert permits().get(pk=permit.pk).chased() is None
    assert tried(people, permit, "answer_chase", "manager").startswith("Forbidden")
    assert tried(people, permit, "chase", "digital") == "done"
    assert [each.party for each in Chase.objects.order_by("id")] == ["supplier", "government"]


def test_nobody_else_chases_and_what_is_decided_is_chased_no_more(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")
    for who in ("planning-lead", "regulator", "manager", "hall"):
        refused = "Forbidden: 只有统筹并联审批的政数局或者区县负责人可以催办。"
        assert tried(people, permit, "chase", who) == refused
    granted = take(people, permit, "grant")
    assert (
        tried(people, granted, "chase", "digital")
        == "Faster: 已有人先于您办理此许可，现在的状态是“已准予”。"
    )


def test_lists_and_page_show_what_waits_for_an_answer(people: Cast) -> None:
    permit = chased(people, "accepted")
    assert "催办" in text_of(at_desk(people, "planning", english=False).get("/bureau/"))
    page = text_of(at_desk(people, "digital").get(f"/bureau/permits/{permit.pk}/"))
    assert (ASKED in page, "Not answered yet" in page) == (True, True)
    todo = text_of(at_desk(people, "planning").get("/desk/"))
    assert "Chased. You are Bureau officer" in todo


def test_a_list_costs_the_same_for_one_and_for_three(people: Cast) -> None:
    def statements(count: int) -> int:
        found = list(permits().filter(pk__in=[chased(people, "accepted").pk for _ in range(count)]))
        with CaptureQueriesContext(connection) as asked:
            permits_json(found, fresh(people["digital"]))
            assert [row.chased for row in rows_of(found, city_now())] == [True] * count
        return len(asked)

    assert statements(1) == statements(3)


def test_an_answer_stays(people: Cast) -> None:
    permit = chased(people, "accepted")
    take(people, permit, "answer_chase")
    with pytest.raises(DatabaseError):
        Chase.objects.update(answer="别的")
