"""A supply plan as lines of works and costs: who pays, who builds, what is contested, how long."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from applications.erasure import erase_ended
from applications.facts import count_facts
from applications.models import Application
from applications.owncase import own_case_json
from applications.plans.models import Plan, PlanLine
from applications.states import State
from core.clock import city_now, end_of, local_date, months_after
from core.problems import Invalid, WrongState
from deadlines.models import Clock
from ledger.actions import move_clock
from ledger.models import Entry
from ledger.receipts.content import opening_of
from portal.invariants import broken
from rules.names import Kind
from tests.applications.plans.replies import SUMMARY, finish, replied, reply, works
from tests.builders import Ready, again, do, perform
from tests.rules.in_force import let
from tools.scenarios import PLAN_LINES

pytestmark = pytest.mark.django_db
People = Mapping[str, User]
YEAR = 12
#: A line beyond the boundary over which it is extended.
EXTENDED = PLAN_LINES[2] | {"extended": True}


def said(case: Application, type_: str) -> dict[str, Any]:
    """What the last entry of a type commits to, besides whose it is."""
    opening = opening_of(Entry.objects.filter(case_ref=case.ref, type=type_).latest("id"))
    assert opening
    return {name: value for name, value in opening.data.items() if name != "number"}


def wrong() -> list[str]:
    """The invariants that rows break."""
    return [name for name, found in broken() if found]


def rows(case: Application) -> list[tuple[Any, ...]]:
    newest = Plan.objects.filter(application=case).latest("version")
    return list(newest.lines.values_list("number", "payer", "builder", "cost_yuan"))


@pytest.fixture
def accepted(people: People, ready: Ready) -> Application:
    return ready(Kind.HV_SINGLE, State.ACCEPTED)


@pytest.fixture
def dated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of 1996 are adopted: a plan holds a year, and is prolonged by a year at most."""
    let(monkeypatch, "plan.validity_months.high", YEAR)


# --- lines, and who pays them -----------------------------------------------------------------


def test_who_pays_follows_from_the_boundary(people: People, accepted: Application) -> None:
    lines = [*PLAN_LINES[:3], EXTENDED | {"item": "延伸部分"}, {
        "item": "设计", "part": "beyond_boundary", "builder": "applicant",
    }]  # fmt: skip
    case = replied(people, accepted, lines=lines, ground="pollution")
    assert rows(case) == [
        (1, "supplier", "supplier", Decimal(186000)),
        (2, "supplier", "supplier", Decimal("42000.50")),
        (3, "applicant", "applicant", Decimal(64000)),
        (4, "supplier", "applicant", Decimal(64000)),
        (5, "applicant", "applicant", None),
    ]
    entry = said(case, "case.plan_replied")
    assert entry["boundary"] == {
        "ground": "pollution", "words": "", "amount_yuan": "64000.00",
    }  # fmt: skip
    assert entry["lines"][1] == {
        "number": 2, "item": "分界开关和计量装置", "part": "to_boundary", "extended": False,
        "quantity": "1.00", "unit": "套", "cost_yuan": "42000.50", "builder": "supplier",
    }  # fmt: skip
    assert wrong() == []


def test_a_summary_alone_is_a_plan(people: People, accepted: Application) -> None:
    case = do(people, accepted, "reply_plan", summary=SUMMARY)
    assert (case.state, case.open_lines, rows(case)) == (State.PLAN_REPLIED, 0, [])
    assert said(case, "case.plan_replied") == {"summary": SUMMARY, "plan": 1}


LINE = PLAN_LINES[0]
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no item": ({"lines": [LINE | {"item": " "}]}, "/lines/0/item"),
    "no side": ({"lines": [LINE, LINE | {"part": "inside"}]}, "/lines/1/part"),
    "no builder": ({"lines": [LINE | {"builder": "government"}]}, "/lines/0/builder"),
    "three decimals": ({"lines": [LINE | {"cost_yuan": "0.001"}]}, "/lines/0/cost_yuan"),
    "less than nothing": ({"lines": [LINE | {"cost_yuan": -1}]}, "/lines/0/cost_yuan"),
    "a word": ({"lines": [LINE | {"cost_yuan": "NaN"}]}, "/lines/0/cost_yuan"),
    "a quantity of what": ({"lines": [LINE | {"unit": ""}]}, "/lines/0/unit"),
    "how much of it": ({"lines": [LINE | {"quantity": None}]}, "/lines/0/quantity"),
    "who pays is not said": ({"lines": [LINE | {"payer": "applicant"}]}, "/lines/0/payer"),
    "extended up to it": ({"lines": [LINE | {"extended": True}]}, "/lines/0/extended"),
    "extended for nothing": (
        {"lines": [EXTENDED | {"cost_yuan": None}], "ground": "poverty"}, "/lines/0/cost_yuan",
    ),
    "extended for no reason": ({"lines": [EXTENDED]}, "/ground"),
    "a reason for nothing": ({"ground": "poverty"}, "/ground"),
    "another reason": (
        {"lines": [EXTENDED], "ground": "other_ground"}, "/ground_words",
    ),
    "too many lines": ({"lines": [LINE] * 61}, "/lines"),
    "an answer to nothing": ({"answers": [{"line": 1, "answer": "是"}]}, "/answers"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_in_a_line_is_told_at_its_place(
    people: People, accepted: Application, name: str
) -> None:
    body, pointer = REFUSED[name]
    with pytest.raises(Invalid) as refused:
        do(people, accepted, "reply_plan", **reply(**body))
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_the_rules_say_for_what_the_boundary_is_extended(
    people: People, accepted: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, "boundary.grounds", ("poverty",))
    with pytest.raises(Invalid) as refused:
        replied(people, accepted, lines=[EXTENDED], ground="pollution")
    assert [error.pointer for error in refused.value.errors] == ["/ground"]
    case = replied(people, accepted, lines=[EXTENDED], ground="poverty")
    assert rows(case) == [(1, "supplier", "applicant", Decimal(64000))]


FORBIDDEN = (
    "UPDATE applications_planline SET cost_yuan = 1",
    "UPDATE applications_planline SET builder = 'applicant'",
    "UPDATE applications_planline SET contested = 'x'",
    "UPDATE applications_planline SET answer = 'x'",
    "UPDATE applications_planline SET finished_at = now()",
    "DELETE FROM applications_planline",
    """INSERT INTO applications_planline
        (plan_id, number, item, part, extended, unit, builder, contested, answer)
        SELECT id, 9, 'x', 'to_boundary', false, '', 'supplier', '', '' FROM applications_plan""",
    "UPDATE applications_plan SET summary = 'x'",
    "UPDATE applications_plan SET lapses_at = now(), prolonged_months = 1",
    """INSERT INTO applications_plan (application_id, version, summary, line_count, ground,
        ground_words, replied_at, prolonged_months, reason)
        SELECT application_id, 7, 'x', 0, '', '', now(), 0, '' FROM applications_plan""",
)


def test_the_database_keeps_a_plan_as_it_was_replied(people: People, accepted: Application) -> None:
    replied(people, accepted)
    for statement in FORBIDDEN:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# --- contested and answered ----------------------------------------------------------------------


def test_each_contested_line_is_answered_with_the_next_plan(
    people: People, accepted: Application
) -> None:
    case = replied(people, accepted)
    contested = [{"line": 3, "reason": "太长"}, {"line": 4, "reason": "一台就够"}]
    body = {"agree": False, "reason": "", "contested": contested}
    case = do(people, case, "confirm_plan", **body)
    assert (case.state, said(case, "case.plan_answered")["contested"]) == ("accepted", contested)
    for answers in (
        [],
        [{"line": 3, "answer": "改短"}],
        [{"line": n, "answer": "改"} for n in (3, 3, 4)],
    ):
        with pytest.raises(Invalid) as refused:
            replied(people, case, answers=answers)
        assert [error.pointer for error in refused.value.errors] == ["/answers"]
    answers = [{"line": 3, "answer": "改短"}, {"line": 4, "answer": "按两台设计"}]
    case = replied(people, case, answers=answers, lines=PLAN_LINES[:3])
    first, second = Plan.objects.filter(application=case).order_by("version")
    assert list(first.lines.values_list("number", "contested", "answer")) == [
        (1, "", ""), (2, "", ""), (3, "太长", "改短"), (4, "一台就够", "按两台设计"),
    ]  # fmt: skip
    assert (first.agreed, second.agreed, second.lines.count()) == (False, None, 3)
    assert said(case, "case.plan_replied")["answers"] == answers
    assert wrong() == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"agree": True, "contested": [{"line": 1, "reason": "贵"}]}, "/contested"),
        ({"agree": False, "contested": [{"line": 5, "reason": "贵"}]}, "/contested/0/line"),
        ({"agree": False, "contested": [{"line": 1, "reason": "贵"}] * 2}, "/contested/1/line"),
        ({"agree": False, "contested": [{"line": 1, "reason": ""}]}, "/contested/0/reason"),
    ],
)
def test_only_lines_of_the_plan_are_contested_once_and_for_a_reason(
    people: People, accepted: Application, body: dict[str, Any], pointer: str
) -> None:
    case = replied(people, accepted)
    with pytest.raises(Invalid) as refused:
        do(people, case, "confirm_plan", **body)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_what_was_written_in_plans_is_erased_with_the_case(
    people: People, accepted: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = replied(people, accepted)
    contested = [{"line": 3, "reason": "太长"}]
    case = do(people, case, "confirm_plan", agree=False, reason="太远", contested=contested)
    own = own_case_json(case, case.filed_by.user)["plans"][0]
    assert (own["reason"], own["lines"][2]["contested"]) == ("太远", "太长")
    do(people, case, "withdraw", reason="不建了")
    let(monkeypatch, "case.retention.days", 1)
    move_clock(offset=timedelta(days=30))
    count_facts()
    erase_ended()
    plan = Plan.objects.get(application=case)
    assert (plan.summary, plan.reason) == ("", "")
    assert set(plan.lines.values_list("item", "contested", "answer")) == {("-", "", "")}
    assert wrong() == []


# --- works that the company builds ---------------------------------------------------------------


def handling(case: Application) -> str:
    return Clock.objects.get(case_ref=case.ref, part=None, kind=Clock.Kind.HANDLING).state


def test_while_a_line_is_left_to_the_company_it_has_the_case(
    people: People, accepted: Application
) -> None:
    case = works(people, replied(people, accepted))
    held = [(case.holder, handling(case), case.open_lines)]
    with pytest.raises(WrongState) as early:
        do(people, case, "report_completion")
    assert str(early.value.detail) == (
        "供电公司尚未完成：1. 10 千伏电缆线路，变电站至分界开关；2. 分界开关和计量装置。"
    )
    for line in (2, 1):
        case = finish(people, case, line)
        held.append((case.holder, handling(case), case.open_lines))
    assert held == [
        ("supplier", "running", 2), ("supplier", "running", 1), ("applicant", "paused", 0),
    ]  # fmt: skip
    assert wrong() == []
    assert do(people, case, "report_completion").state == State.COMPLETION_REPORTED


def test_a_line_is_finished_once_and_only_the_company_has_any(
    people: People, accepted: Application
) -> None:
    case = finish(people, works(people, replied(people, accepted)), 1)
    for line in (1, 3, 9):
        with pytest.raises(Invalid) as refused:
            finish(people, case, line)
        assert [error.pointer for error in refused.value.errors] == ["/line"]
    with pytest.raises(WrongState):
        finish(people, finish(people, case, 2), 2)


# --- how long it holds ---------------------------------------------------------------------------


def lapse(case: Application) -> None:
    """Go to the first instant at which a plan holds no more."""
    assert case.plan_lapses_at
    move_clock(offset=case.plan_lapses_at - city_now() + timedelta(seconds=1))


def test_without_a_rule_a_plan_has_no_last_day(people: People, accepted: Application) -> None:
    case = replied(people, accepted)
    assert (case.plan_lapses_at, Plan.objects.get(application=case).lapses_at) == (None, None)


def test_a_plan_holds_for_as_long_as_the_rules_say(
    people: People, accepted: Application, dated: None
) -> None:
    case = replied(people, accepted)
    until = months_after(local_date(city_now()), YEAR)
    assert again(case).plan_lapses_at == end_of(until)
    lapse(case)
    case = again(case)
    with pytest.raises(WrongState) as late:
        do(people, case, "confirm_plan")
    assert f"{until.month}月{until.day}日" in str(late.value.detail)
    # Whoever wants another plan says so all the same, and so does the company.
    case = do(people, case, "renew_plan", **reply())
    assert (case.state, case.plan_has_lapsed(), rows(case) != []) == ("plan_replied", False, True)
    assert wrong() == []


def test_a_confirmed_plan_that_lapsed_is_replied_anew_before_anything_is_built(
    people: People, accepted: Application, dated: None
) -> None:
    case = do(people, replied(people, accepted), "confirm_plan")
    with pytest.raises(WrongState):
        do(people, case, "renew_plan", **reply())
    lapse(case)
    with pytest.raises(WrongState):
        do(people, again(case), "post_line_works", none=True)
    case = do(people, again(case), "renew_plan", **reply())
    assert do(people, case, "confirm_plan").state == State.PLAN_CONFIRMED


def propose(people: People, case: Application, months: int) -> Application:
    body = {"months": months}
    return perform(application=case, action="propose_prolongation", by=people["manager"], body=body)


def decide(case: Application, *, agree: bool) -> Application:
    body = {"agree": agree, "reason": "" if agree else "不需要"}
    by = case.filed_by.user
    return perform(application=case, action="answer_prolongation", by=by, body=body)


def test_a_plan_is_prolonged_as_far_as_the_rules_let(
    people: People, accepted: Application, dated: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And only if the applicant agrees."""
    case = replied(people, accepted)
    with pytest.raises(Invalid):  # no rule lets it
        propose(people, case, 1)
    let(monkeypatch, "plan.prolongation_months.high", YEAR)
    case, before = propose(people, case, 6), case.plan_lapses_at
    with pytest.raises(WrongState):
        propose(people, case, 1)
    case = decide(case, agree=False)
    assert (case.plan_lapses_at, case.prolongation_months) == (before, 0)
    case = decide(propose(people, case, 6), agree=True)
    day = local_date(city_now())
    assert case.plan_lapses_at == end_of(months_after(day, YEAR + 6))
    assert said(case, "case.prolongation_answered") == {
        "plan": 1, "months": 6, "until": months_after(day, YEAR).isoformat(),
        "prolonged_until": months_after(day, YEAR + 6).isoformat(), "agree": True, "reason": "",
    }  # fmt: skip
    with pytest.raises(Invalid):
        propose(people, case, 7)
    assert wrong() == []
    assert PlanLine.objects.filter(plan__application=case).count() == len(PLAN_LINES)
