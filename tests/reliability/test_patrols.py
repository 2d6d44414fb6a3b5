"""Patrols and defects: what is due when, what is found, and what it leads to."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from accounts.roles import Role
from core.clock import city_now, end_of, local_date
from core.problems import Forbidden, Invalid, WrongState
from desk.patrols import Defects, Patrols
from ledger.queries import timeline
from reliability.outages.actions import enter
from reliability.outages.models import Outage
from reliability.patrols.actions import DEFECTS, PATROLS
from reliability.patrols.bodies import Severity
from reliability.patrols.models import Defect, Patrol
from reliability.patrols.workflow import DefectState, PatrolState
from tests.applications.rentals.renting import api
from tests.builders import People
from tests.page import Page
from tests.people import browser, staff
from tests.reliability.outages import do, grid, plan, reported
from tests.reliability.patrols import DEFECT, PATROL, patrolled, reported_defect
from tests.rules.in_force import let

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]


@pytest.fixture
def project(people: People) -> User:
    return grid(people)


def wrong(problem: "pytest.ExceptionInfo[Invalid]") -> list[str]:
    return [error.pointer for error in problem.value.errors]


def in_days(days: int) -> str:
    return (local_date(city_now()) + timedelta(days)).isoformat()


# Patrols


def test_the_lead_registers_each_element_once(people: People, project: User) -> None:
    lead = people["supply-lead"]
    for other in (project, staff(Role.SUPPLY_LEAD, district="510304")):
        with pytest.raises(Forbidden):
            patrolled(other)
    one = patrolled(lead)
    assert (one.district, one.state, one.due_on.isoformat()) == ("510302", "active", "2026-12-10")
    with pytest.raises(Invalid) as refused:
        patrolled(lead)
    assert wrong(refused) == ["/element"]
    with pytest.raises(Invalid) as refused:
        patrolled(lead, element="X-9", every_days=0, due_on="soon")
    assert wrong(refused) == ["/element", "/every_days", "/due_on"]
    PATROLS.perform(one, "end", by=lead)
    assert patrolled(lead).state == PatrolState.ACTIVE


def test_the_next_is_due_so_many_days_after_the_last(people: People, project: User) -> None:
    lead = people["supply-lead"]
    one = PATROLS.perform(patrolled(lead), "clear", by=project)
    assert (one.due_on.isoformat(), one.late_from) == (in_days(30), end_of(one.due_on))
    one = PATROLS.perform(one, "change", by=lead, body={"every_days": 7})
    assert one.due_on.isoformat() == in_days(7)


def test_a_patrol_keeps_who_found_what_by_the_record(people: People, project: User) -> None:
    one = PATROLS.perform(patrolled(people["supply-lead"]), "clear", by=project)
    said = {"severity": "critical", "words": "杆塔倾斜"}
    one = PATROLS.perform(one, "find", by=project, body=said)
    defect = Defect.objects.get()
    assert (defect.patrol, defect.severity, defect.words) == (one, "critical", "杆塔倾斜")
    assert [(event.type, event.role) for event in timeline(one.ref)] == [
        ("patrol.registered", "supply_lead"),
        ("patrol.clear", "project"),
        ("patrol.finding", "project"),
    ]
    assert [event.type for event in timeline(defect.ref)] == ["defect.found"]
    assert one.last_done_at == timeline(one.ref)[-1].at


def test_what_is_due_today_is_asked_and_what_is_due_tomorrow_is_not(
    people: People, project: User
) -> None:
    lead = people["supply-lead"]
    today = patrolled(lead, due_on=in_days(0))
    patrolled(lead, element="P-1", due_on=in_days(1))
    [stream] = Patrols().streams(project)
    assert list(stream) == [today]
    [elsewhere] = Patrols().streams(staff(Role.PROJECT, district="510304"))
    assert list(elsewhere) == []


# Defects


def test_by_when_it_is_mended_the_rules_say(project: User) -> None:
    found = {severity: reported_defect(project, severity=severity) for severity in Severity}
    assert {severity: one.due_on.isoformat() for severity, one in found.items()} == {
        "critical": in_days(1), "serious": in_days(30), "ordinary": in_days(180),
    }  # fmt: skip


def test_other_rules_give_another_day(project: User, monkeypatch: pytest.MonkeyPatch) -> None:
    let(monkeypatch, "defect.days.serious", 9)
    assert reported_defect(project).due_on.isoformat() == in_days(9)


def test_a_defect_is_open_until_it_is_mended(project: User) -> None:
    one = reported_defect(project)
    due = one.due_on
    one = DEFECTS.perform(one, "order_works", by=project, body={"works": "更换绝缘子"})
    assert (one.state, one.works, one.due_on) == (DefectState.WORKS, "更换绝缘子", due)
    [stream] = Defects().streams(project)
    assert list(stream) == [one]
    [todo] = Defects().rows([one.pk], project, city_now())
    assert (todo.number, todo.version) == (one.number, 2)
    with pytest.raises(Invalid) as refused:
        DEFECTS.perform(one, "mend", by=project, body={})
    assert wrong(refused) == ["/mended"]
    one = DEFECTS.perform(one, "mend", by=project, body={"mended": "已更换"})
    assert (one.state, list(next(iter(Defects().streams(project))))) == (DefectState.MENDED, [])
    with pytest.raises(WrongState):
        DEFECTS.perform(one, "mend", by=project, body={"mended": "再次"})


def test_the_database_keeps_what_was_found_and_what_has_ended(project: User) -> None:
    one = DEFECTS.perform(reported_defect(project), "mend", by=project, body={"mended": "已更换"})
    assert one.state == DefectState.MENDED
    for statement in (
        "UPDATE reliability_defect SET words = 'x'",
        "UPDATE reliability_defect SET state = 'found', mended = '', mended_at = NULL",
        "DELETE FROM reliability_defect",
        "DELETE FROM reliability_patrol",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# What it leads to


def test_an_outage_is_announced_for_a_defect(project: User) -> None:
    defect = reported_defect(project)
    desk = browser(project)
    page = f"/work/outages/new/?defect={defect.number}"
    form = desk.get(page).context["form"]
    assert [form[name].value() for name in ("number_of_defect", "elements", "cause")] == [
        defect.number, "L-1", "绝缘子破损",
    ]  # fmt: skip
    one = enter(body=plan(number_of_defect=defect.number), by=project)
    assert list(defect.outages.all()) == [one]
    assert one.number in Page(desk.get(f"/work/defects/{defect.pk}/")).text
    assert defect.number in Page(desk.get(f"/work/outages/{one.number}/")).text
    whole = api(project).get(f"/api/v1/outages/{one.number}/").json()
    assert whole["number_of_defect"] == defect.number


def test_only_an_open_defect_of_the_district_leads_to_an_outage(project: User) -> None:
    defect = reported_defect(project)
    with pytest.raises(Invalid) as refused:
        enter(body=plan(number_of_defect=defect.number, district="510304"), by=project)
    assert wrong(refused) == ["/number_of_defect"]
    DEFECTS.perform(defect, "mend", by=project, body={"mended": "已更换"})
    with pytest.raises(Invalid) as refused:
        enter(body=plan(number_of_defect=defect.number), by=project)
    assert wrong(refused) == ["/number_of_defect"]
    assert not Outage.objects.exists()


# Pages and programs


def test_a_patrol_and_its_defect_are_worked_on_their_pages(people: People, project: User) -> None:
    lead, desk = browser(people["supply-lead"]), browser(project)
    said = {**Page(lead.get("/work/patrols/new/")).carried(), **PATROL}
    assert [lead.post("/work/patrols/new/", said).status_code for _each in range(2)] == [302, 302]
    patrol = Patrol.objects.get()
    assert "L-1" in Page(desk.get("/work/patrols/")).text
    page = f"/work/patrols/{patrol.pk}/find/"
    found = {"severity": "ordinary", "words": "树障"}
    desk.post(page, {**Page(desk.get(page)).carried(), **found})
    defect = Defect.objects.get()
    for address in (f"/work/patrols/{patrol.pk}/", "/work/defects/"):
        assert defect.number in Page(desk.get(address)).text
    for address in ("/work/patrols/?show=due", "/work/patrols/?show=ended"):
        assert "L-1" not in Page(desk.get(address)).text


def test_a_program_patrols_and_mends(people: People, project: User) -> None:
    lead = api(people["supply-lead"])
    made = lead.post("/api/v1/patrols/", PATROL, format="json").json()
    path = f"/api/v1/patrols/{made['id']}/actions/clear/"
    done = api(project).post(path, {}, format="json").json()
    assert (made["last_done_at"], done["due_on"]) == (None, in_days(30))
    new = api(project).post("/api/v1/defects/", DEFECT, format="json").json()
    mend = f"/api/v1/defects/{new['id']}/actions/mend/"
    assert api(project).post(mend, {"mended": "好"}, format="json").json()["state"] == "mended"
    listed: dict[str, Any] = api(people["regulator"]).get("/api/v1/defects/?state=found").json()
    assert listed["results"] == []


@pytest.mark.parametrize("path", ["/work/patrols/", "/work/defects/", "/work/repair-crews/"])
def test_a_list_asks_no_more_of_three_than_of_one(
    people: People, project: User, path: str, django_assert_max_num_queries: Any
) -> None:
    lead = people["supply-lead"]
    for element in ("L-1", "P-1", "P-2"):
        patrolled(lead, element=element)
        reported_defect(project, element=element)
    desk = browser(project)
    with django_assert_max_num_queries(12):
        desk.get(path)


def test_outages_without_a_defect_are_as_they_were(project: User) -> None:
    assert do(reported(project), "restore", project).defect is None
