"""Repair crews: who goes to an outage, how long it took by the record, and what is told of it."""

from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from core.clock import CITY
from core.problems import Forbidden, Invalid, WrongState
from reliability.crews import times
from reliability.crews.actions import CREWS, register
from reliability.crews.models import RepairCrew
from reliability.crews.queries import sent_to
from reliability.crews.times import Numbers, Repair, Row
from tests.applications.rentals.renting import api
from tests.builders import People
from tests.grid.building import points
from tests.page import Page
from tests.people import browser, staff
from tests.publishing import builders
from tests.reliability.outages import do, grid, reported
from tests.reliability.repairs import CREW, registered
from tests.rules.in_force import let

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
#: Two subdistricts of it.
TOWN, OTHER = "510302001", "510302002"


@pytest.fixture
def project(people: People) -> User:
    return grid(people)


def refused(body: dict[str, Any], by: User) -> list[str]:
    with pytest.raises(Invalid) as found:
        register(body=body, by=by)
    return [error.pointer for error in found.value.errors]


# Crews


def test_only_the_lead_of_the_district_keeps_its_crews(people: People) -> None:
    for other in (people["project"], staff(Role.SUPPLY_LEAD, district="510304")):
        with pytest.raises(Forbidden):
            registered(other)
    assert registered(people["supply-lead"]).state == "active"


def test_a_crew_names_its_own_towns_a_phone_and_a_code_of_its_own(people: People) -> None:
    lead = people["supply-lead"]
    registered(lead)
    assert refused(CREW, lead) == ["/code"]
    bad = {"code": "", "district": "999999", "towns": ["510304001"], "phone": "five"}
    assert refused(CREW | bad, lead) == ["/phone", "/code", "/district"]
    assert refused(CREW | {"code": "Q", "towns": ["510304001"]}, lead) == ["/towns"]
    assert refused(CREW | {"code": "Q", "phone": "13900001111"}, lead) == ["/phone"]


def test_an_ended_crew_stays_as_it_was(people: People) -> None:
    lead = people["supply-lead"]
    crew = CREWS.perform(registered(lead), "end", by=lead)
    with pytest.raises(WrongState):
        CREWS.perform(crew, "change", by=lead, body={"name": "甲", "phone": "95598"})
    for statement in (
        "UPDATE reliability_repaircrew SET name = '甲'",
        "UPDATE reliability_repaircrew SET code = 'Q'",
        "DELETE FROM reliability_repaircrew",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# Which goes


def test_the_crews_of_the_place_are_offered_first(people: People) -> None:
    by = grid(people)
    lead = people["supply-lead"]
    builders.published(
        "points",
        points(f"N-1,510302,{TOWN},五星街,P-1,urban,low,3,2026-11-01"),
        lead,
    )
    for code, towns in (("A", [OTHER]), ("B", []), ("C", [TOWN])):
        registered(lead, code=code, name=code, towns=towns)
    CREWS.perform(registered(lead, code="D", name="D", towns=[TOWN]), "end", by=lead)
    registered(lead, code="E", district="510304")
    assert [crew.code for crew in sent_to(reported(by))] == ["C", "B", "A"]


def test_who_sends_a_crew_says_which_once_there_is_one(people: People, project: User) -> None:
    one, unnamed = reported(project), reported(project)
    assert do(unnamed, "send_crew", project).crew is None
    crew = registered(people["supply-lead"])
    registered(people["supply-lead"], code="QX-2", district="510304")
    for said in ({}, {"crew": "QX-2"}, {"crew": "nobody"}):
        with pytest.raises(Invalid) as wrong:
            do(one, "send_crew", project, **said)
        assert [error.pointer for error in wrong.value.errors] == ["/crew"]
    assert do(one, "send_crew", project, crew="QX-1").crew == crew


def test_everybody_reads_which_crew_went(people: People, project: User, client: Client) -> None:
    registered(people["supply-lead"])
    one = reported(project)
    desk, page = browser(project), f"/work/outages/{one.number}/send_crew/"
    desk.post(page, {**Page(desk.get(page)).carried(), "crew": "QX-1"})
    assert "五星抢修班" in Page(client.get(f"/disclosure/outages/{one.number}/")).text
    answer = client.get(f"/api/v1/disclosure/outages/{one.number}/").json()
    assert answer["crew"] == "五星抢修班"


# How long it took

NOW: Final = datetime(2026, 11, 3, 8, tzinfo=CITY)


def repair(arrived: float | None = None, restored: float | None = None, **said: Any) -> Repair:
    """A fault of whose report so many minutes passed."""
    facts: dict[str, Any] = {
        "month": date(2026, 11, 1), "district": "510302", "area_class": "urban", "promised": 45,
        "reported_at": NOW, "sent_at": NOW + timedelta(minutes=5),
        "arrived_at": None if arrived is None else NOW + timedelta(minutes=arrived),
        "restored_at": None if restored is None else NOW + timedelta(minutes=restored),
    }  # fmt: skip
    return Repair(**facts | said)


def test_the_last_minute_of_the_promise_is_in_time() -> None:
    assert [repair(taken).in_time for taken in (44, 45, 45.01, None)] == [True, True, False, None]
    assert repair(300, promised=0).in_time is None


def test_who_is_not_there_yet_stands_beside_the_medians() -> None:
    found = [repair(minutes, minutes * 2) for minutes in range(10, 110, 10)]
    found += [repair(), repair(), repair(None, 30)]
    assert times.numbers_of(found) == Numbers(
        reported=13, arrived=10, in_time=4, late=6, waiting=2, unseen=1,
        sent=5, arrival=55, slow=91, restoration=100,
    )  # fmt: skip


def test_of_few_there_is_no_median() -> None:
    numbers = times.numbers_of([repair(10, 20) for _each in range(9)])
    assert (numbers.arrival, numbers.slow, numbers.restoration) == (None, None, None)


def test_few_faults_are_told_with_others_and_their_medians_made_anew() -> None:
    found = [repair(10) for _each in range(12)]
    found += [repair(20, district="510303") for _each in range(11)]
    found += [repair(90, district="510304") for _each in range(2)]
    told = [(row.parts, row.numbers and row.numbers.reported) for row in times.by_month(found)]
    assert told == [((), 25), (("510302",), 12), (("510303", "510304"), 13)]
    few = times.by_month([repair(10)])
    assert few == [Row(date(2026, 11, 1), (), None)]


def test_a_repair_is_measured_by_the_record(
    people: People, project: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, "repair.arrival_minutes.urban", 45)
    one = do(do(reported(project), "send_crew", project), "repair", project)
    do(one, "restore", project)
    reported(project)
    one.refresh_from_db()
    [first, second] = times.repairs()
    assert first == times.repair_of(one)
    assert (first.reported_at, first.sent_at, first.arrived_at, first.restored_at) == (
        one.started_at, one.crew_at, one.repairing_at, one.restored_at,
    )  # fmt: skip
    assert (first.area_class, first.promised, first.in_time) == ("urban", 45, True)
    assert (second.arrived_at, second.in_time) == (None, None)
    assert times.repairs({"510304"}) == []


def test_desk_and_public_read_the_figures(people: People, project: User, client: Client) -> None:
    do(reported(project), "send_crew", project)
    client.cookies["django_language"] = "en"
    assert "too few faults" in Page(client.get("/disclosure/repairs/")).text
    months = client.get("/api/v1/disclosure/repairs/").json()["months"]
    assert [(row["parts"], row["reported"]) for row in months] == [([], None)]
    lines = client.get("/disclosure/repairs.csv").content.decode("utf-8-sig").splitlines()
    assert [line.endswith(",true") for line in lines[1:]] == [True, True]
    desk = browser(project)
    desk.cookies["django_language"] = "en"
    shown = Page(desk.get("/work/outages/repairs/")).text
    assert "Crew not there yet" in shown
    assert "too few for it" in shown


# Over HTTP


def test_a_program_keeps_crews(people: People) -> None:
    lead = people["supply-lead"]
    made = api(lead).post("/api/v1/repair-crews/", CREW, format="json")
    assert (made.status_code, made.json()["state"]) == (201, "active")
    path = f"/api/v1/repair-crews/{made.json()['id']}/"
    changed = api(lead).post(
        f"{path}actions/change/", {"name": "甲班", "phone": "95598"}, format="json"
    )
    assert (changed.status_code, changed.json()["name"]) == (200, "甲班")
    listed = api(people["regulator"]).get("/api/v1/repair-crews/?state=active").json()
    assert [row["code"] for row in listed["results"]] == ["QX-1"]


def test_the_lead_keeps_a_crew_on_its_page(people: People) -> None:
    desk = browser(people["supply-lead"])
    page = "/work/repair-crews/new/"
    said = {**Page(desk.get(page)).carried(), **CREW, "towns": f"{TOWN}\n{OTHER}"}
    answers = [desk.post(page, said) for _each in range(2)]
    crew = RepairCrew.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/work/repair-crews/{crew.pk}/"] * 2
    assert crew.towns == [TOWN, OTHER]
    page = f"/work/repair-crews/{crew.pk}/change/"
    seen = Page(desk.get(page)).carried()
    desk.post(page, {**seen, "name": "乙班", "towns": "", "phone": "0813-2200000"})
    crew.refresh_from_db()
    assert (crew.name, crew.towns, crew.phone) == ("乙班", [], "08132200000")
    assert "乙班" in Page(desk.get("/work/repair-crews/")).text
