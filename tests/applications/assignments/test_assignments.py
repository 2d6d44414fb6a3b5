"""Who gets a case, what is theirs alone, and how it is given to somebody else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actions import disable, end_role, grant
from accounts.actor import SYSTEM
from accounts.roles import Role
from applications.assignments import cells
from applications.assignments.models import Assignment, CellTown
from applications.models import Application
from applications.states import State
from deadlines.models import Clock
from ledger.queries import timeline
from notifications.models import Outbox
from portal.invariants import broken
from rules.names import Kind
from tests.applications.assignments.cast import (
    OTHER_TOWN,
    TOWN,
    People,
    asked,
    assign,
    has,
    joined,
    kept,
    the_cell,
)
from tests.builders import Ready, do, filed, fresh_address, open_permits, perform, post_works
from tests.page import Page
from tests.people import browser, staff
from tests.rules.in_force import let
from tools.scenarios import BODIES, DISTRICT, SHORT_LINE

pytestmark = pytest.mark.django_db


def in_town(people: People, town: str) -> Application:
    address = {"district": DISTRICT, "town": town, "line": fresh_address()}
    return filed(people, Kind.HV_SINGLE, address=address)


def told(case: Application) -> set[tuple[int | None, str]]:
    """Whom the last assignment told, by party, and as what."""
    rows = Outbox.objects.filter(kind="case.assigned", case_ref=case.ref, version=case.version)
    return {(row.recipient_id, row.context.get("variant", "")) for row in rows}


def held() -> list[str]:
    """What does not hold in the database."""
    return [name for name, rows in broken() if rows]


def test_a_high_voltage_case_is_given_to_two_people_when_it_is_filed(people: People) -> None:
    case, home = filed(people, Kind.HV_DUAL), filed(people, Kind.RESIDENTIAL)
    assert (has(case), has(home)) == ({"manager": "manager", "project": "project"}, {})
    assert [(event.type, event.role) for event in timeline(case.ref)] == [
        ("case.submitted", "applicant"), ("case.assigned", "system"),
    ]  # fmt: skip
    assert told(case) == {(people[name].party_id, "") for name in ("manager", "project")}
    seen = {
        name: [row["user"] for row in asked(people[name], path).json()["managers"]]
        for name in ("factory", "regulator", "clerk")
        if (path := f"applications/{case.number}/")
    }
    both = [people["manager"].pk, people["project"].pk]
    assert seen == {"factory": [None, None], "regulator": [None, None], "clerk": both}
    assert held() == []


def test_the_one_with_the_fewest_open_cases_gets_it(people: People) -> None:
    joined(people, "second")
    cases = [filed(people, Kind.HV_SINGLE) for _ in range(3)]
    assert [has(case)["manager"] for case in cases] == ["manager", "second", "manager"]
    do(people, cases[0], "withdraw")
    do(people, cases[2], "withdraw")
    assert has(filed(people, Kind.HV_SINGLE))["manager"] == "manager"
    assert held() == []


def test_nobody_gets_the_own_case(people: People) -> None:
    """Their phone is the case's."""
    joined(people, "second")
    manager = people["manager"]
    manager.phone = "13800001234"
    manager.save()
    assert has(filed(people, Kind.HV_SINGLE))["manager"] == "second"


def test_a_town_has_its_cell_and_the_rest_of_the_district_the_other(people: People) -> None:
    lead, there = people["supply-lead"], staff(Role.MANAGER, username="there")
    kept(lead, name="二号网格", towns=[TOWN], managers=[there.pk])
    found = [has(in_town(people, town)) for town in (TOWN, OTHER_TOWN)]
    assert found == [
        {"manager": "there", "project": None}, {"manager": "manager", "project": "project"},
    ]  # fmt: skip


def test_without_a_cell_nothing_waits_and_the_lead_assigns(people: People) -> None:
    cells.end(the_cell(), by=people["supply-lead"])
    case = do(people, filed(people, Kind.HV_SINGLE), "accept")
    assert has(case) == {"manager": None, "project": None}
    # As before there were cells: either manager of the district.
    by, plan = people["project"], BODIES["reply_plan"]
    case = perform(application=case, action="reply_plan", by=by, body=plan)
    lead = browser(people["supply-lead"])
    overview = Page(lead.get("/work/assignments/"))
    assert case.number in overview.text
    url = overview.link("分配客户经理")
    sent = Page(lead.get(url)).carried() | {"user": people["manager"].pk, "reason": "新设网格"}
    assert [lead.post(url, sent).status_code for _ in range(2)] == [302, 302]
    assert (has(case), len(timeline(case.ref))) == ({"manager": "manager", "project": None}, 4)
    assert held() == []


@pytest.mark.parametrize(
    ("who", "reason"), [("manager", "项目经理"), ("project", "")], ids=["other", "own"]
)
def test_permits_are_the_project_managers(
    people: People, ready: Ready, who: str, reason: str
) -> None:
    case = post_works(people, ready(Kind.HV_SINGLE, State.PLAN_CONFIRMED), SHORT_LINE)
    permit = next(one for one in open_permits(case) if one.state == "awaiting_commitment")
    listed = asked(people[who], f"permits/?application={case.number}").json()["results"]
    [said] = [
        act["reason"] or ""
        for row in listed
        if row["id"] == permit.pk
        for act in row["actions"]
        if act["action"] == "commit"
    ]
    answer = asked(people[who], f"permits/{permit.pk}/actions/commit/", {})
    page = browser(people[who]).get(f"/work/cases/{case.number}/")
    assert (reason in said, bool(said), answer.status_code, "作出承诺：" in Page(page).text) == (
        True, bool(reason), 403 if reason else 200, not reason,
    )  # fmt: skip


def test_charges_are_the_customer_managers(people: People, ready: Ready) -> None:
    case = ready(Kind.HV_SINGLE, State.ACCEPTED)
    body = {"fee_item": "YS-01", "quantity": 1, "payee": "市供电公司", "payee_affiliated": False}
    path = f"applications/{case.number}/charges/"
    statuses = {who: asked(people[who], path, body) for who in ("manager", "project")}
    assert {who: answer.status_code for who, answer in statuses.items()} == {
        "manager": 422, "project": 403,
    }  # fmt: skip
    assert "客户经理" in statuses["project"].json()["detail"]


def test_who_may_not_sees_on_the_case_whose_the_step_is(people: People, ready: Ready) -> None:
    case = ready(Kind.HV_SINGLE, State.ACCEPTED)
    said = {
        who: "由负责本办件的客户经理"
        in Page(browser(people[who]).get(f"/work/cases/{case.number}/")).text
        for who in ("manager", "project")
    }
    assert said == {"manager": False, "project": True}


def clocks(case: Application) -> list[Any]:
    return list(Clock.objects.filter(case_ref=case.ref).order_by("id").values())


def test_the_lead_gives_a_case_to_somebody_else_and_no_clock_changes(people: People) -> None:
    [second] = joined(people, "second")
    case = do(people, filed(people, Kind.HV_SINGLE), "accept")
    lead, before = people["supply-lead"], clocks(case)
    first = assign(case, lead, second, idempotency_key="k")
    assert (first.status_code, first.json()["managers"][0]["user"]) == (200, second.pk)
    assert assign(case, lead, second, idempotency_key="k").json() == first.json()
    case = Application.objects.get(pk=case.pk)
    assert (clocks(case), case.holder) == (before, "supplier")
    assert told(case) == {
        (second.party_id, ""), (people["manager"].party_id, "former"),
        (people["factory"].party_id, "applicant"),
    }  # fmt: skip
    last = timeline(case.ref)[-1]
    assert (last.type, last.role, last.clock) == ("case.assigned", "supply_lead", "")
    path = f"applications/{case.number}/actions/reply_plan/"
    statuses = [
        asked(by, path, BODIES["reply_plan"]).status_code for by in (people["manager"], second)
    ]
    assert (statuses, held()) == ([403, 200], [])


@pytest.mark.parametrize(
    ("by", "to", "headers", "status"),
    [
        ("manager", "second", {}, 403),
        ("clerk", "second", {}, 403),
        ("factory", "second", {}, 403),
        ("resident", "second", {}, 404),
        ("supply-lead", "project", {}, 422),
        ("supply-lead", "manager", {}, 409),
        ("supply-lead", "elsewhere", {}, 422),
        ("supply-lead", "second", {"if_match": '"0"'}, 412),
    ],
)
def test_who_may_not_and_whom_it_cannot_be_given_to(
    people: People, by: str, to: str, headers: dict[str, str], status: int
) -> None:
    [second] = joined(people, "second")
    elsewhere = staff(Role.MANAGER, username="elsewhere", district="510303")
    cast = people | {"second": second, "elsewhere": elsewhere}
    case = filed(people, Kind.HV_SINGLE)
    answer = assign(case, cast[by], cast[to], **headers)
    assert (answer.status_code, has(case)["manager"]) == (status, "manager")


def test_low_voltage_and_ended_cases_are_not_assigned(people: People, ready: Ready) -> None:
    lead, cases = people["supply-lead"], [
        ready(Kind.LV_SMALL, State.ACCEPTED), ready(Kind.HV_DUAL, State.ENERGISED),
    ]  # fmt: skip
    answers = [assign(case, lead, people["manager"]).status_code for case in cases]
    pages = [
        browser(lead).get(f"/work/cases/{case.number}/assign/manager/").status_code
        for case in cases
    ]
    assert (answers, pages) == ([409, 409], [404, 409])


def test_all_open_cases_of_somebody_are_handed_over_each_by_itself(people: People) -> None:
    [second] = joined(people, "second")
    case, _other = filed(people, Kind.HV_SINGLE), filed(people, Kind.HV_DUAL)
    ended = do(people, filed(people, Kind.HV_SINGLE), "withdraw")
    lead = browser(people["supply-lead"])
    rows = Assignment.objects.open().filter(user=people["manager"])
    mine = sorted(row.application.number for row in rows)
    [url, *_] = Page(lead.get("/work/assignments/")).links(r"/work/assignments/\d+/manager/")
    sent = Page(lead.get(url)).carried() | {"user": second.pk, "reason": "调离"}
    first, again = lead.post(url, sent), lead.post(url, sent)
    assert first.context["done"] == again.context["done"] == mine
    assert (first.context["refused"], has(case)["manager"]) == ([], "second")
    assert (has(ended), held()) == ({}, [])


def test_what_cannot_be_handed_over_stays_and_says_why(people: People) -> None:
    [second] = joined(people, "second")
    second.phone = "13800001234"
    second.save()
    case = filed(people, Kind.HV_SINGLE)
    lead, url = browser(people["supply-lead"]), (
        f"/work/assignments/{people['manager'].pk}/manager/"
    )  # fmt: skip
    sent = Page(lead.get(url)).carried() | {"user": second.pk, "reason": "调离"}
    answer = lead.post(url, sent)
    assert (answer.context["done"], [each[0] for each in answer.context["refused"]]) == (
        [], [case.number],
    )  # fmt: skip
    assert has(case)["manager"] == "manager"


def test_when_a_role_ends_its_cases_are_to_be_assigned_at_once(people: People) -> None:
    case = filed(people, Kind.HV_SINGLE)
    project = people["project"]
    end_role(grant=project.grants.get(), by=SYSTEM)
    assert has(case) == {"manager": "manager", "project": None}
    assert timeline(case.ref)[-1].type == "case.unassigned"
    # Held elsewhere only, or anew: what is assigned stays so.
    office = project.grants.get().organisation
    for district in (DISTRICT, "510303"):
        grant(user=project, role=Role.PROJECT, organisation=office, district=district, by=SYSTEM)
    other = filed(people, Kind.HV_SINGLE)
    end_role(grant=project.grants.get(district="510303"), by=SYSTEM)
    assert (has(other)["project"], held()) == ("project", [])


def test_when_an_account_is_closed_its_cases_are_to_be_assigned_at_once(people: People) -> None:
    case = filed(people, Kind.HV_SINGLE)
    disable(user=people["manager"], by=SYSTEM)
    assert has(case) == {"manager": None, "project": "project"}
    assert timeline(case.ref)[-1].type == "case.unassigned"


def test_the_applicant_reads_who_looks_after_the_case(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = filed(people, Kind.HV_SINGLE)
    url = f"/account/cases/{case.number}/"
    plain = Page(browser(people["factory"]).get(url)).text
    let(monkeypatch, "case.managers.named", True)
    named = Page(browser(people["factory"]).get(url)).text
    name = people["manager"].name
    assert ("谁负责您的申请" in plain, name in plain, name in named) == (True, False, True)


def _deleted() -> None:
    Assignment.objects.all().delete()


def _changed() -> None:
    Assignment.objects.update(user=None)


def _ended_twice() -> None:
    Assignment.objects.exclude(ended_at=None).update(ended_at=None)


def _second() -> None:
    row = Assignment.objects.open()[0]
    row.pk = None
    row.save(force_insert=True)


def _town_twice() -> None:
    town = CellTown.objects.all()[0]
    town.pk = None
    town.save(force_insert=True)


@pytest.mark.parametrize("wrong", [_deleted, _changed, _ended_twice, _second, _town_twice])
def test_the_database_keeps_who_had_a_case(people: People, wrong: Callable[[], None]) -> None:
    do(people, filed(people, Kind.HV_SINGLE), "withdraw")
    filed(people, Kind.HV_SINGLE)
    with pytest.raises(DatabaseError), transaction.atomic():
        wrong()


@pytest.mark.parametrize("url", ["/work/assignments/", "/work/assignments/cells/", "/work/?mine=1"])
def test_a_list_asks_as_often_for_three_rows_as_for_one(people: People, url: str) -> None:
    who = people["manager" if "mine" in url else "supply-lead"]
    counts = []
    for more in (1, 2):
        for _ in range(more):
            filed(people, Kind.HV_SINGLE, address={"district": DISTRICT, "line": fresh_address()})
            cell = kept(people["supply-lead"], name=fresh_address(), towns=[TOWN])
            in_town(people, TOWN)
            cells.end(cell, by=people["supply-lead"])
        client = browser(who)
        client.get(url)
        with CaptureQueriesContext(connection) as asked_for:
            assert client.get(url).status_code == 200
        counts.append(len(asked_for))
    assert counts[0] == counts[1]
