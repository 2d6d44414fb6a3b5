"""Field work (移动作业): what is kept on a phone for a day, and what comes back of it."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from applications.appointments.models import Appointment
from applications.erasure import erase_ended
from applications.facts import count_facts
from applications.field.jobs import jobs_of, take_along
from applications.field.models import FieldReport, TakenAlong
from applications.inspections.models import Inspection
from applications.models import Application
from applications.owndata import files_of
from applications.states import State
from core.clock import CITY, city_now, local_date
from ledger.actions import move_clock
from ledger.queries import timeline
from portal.invariants import broken
from rules.names import Kind
from tests.applications.appointments.booking import booked, go_to
from tests.applications.field.photos import photo
from tests.builders import People, Ready, again
from tests.page import Page
from tests.people import browser
from tests.rules.in_force import let

pytestmark = pytest.mark.django_db

JOBS, REPORTS, BARCODES = (f"/api/v1/field/{name}/" for name in ("jobs", "reports", "barcodes"))
#: What a phone says that it was: an hour behind, as the case's record never is.
PHONE_AT = "2026-11-30T09:12:00+08:00"
METER = "5130001234567890123456"
KEY = "begun-on-the-phone"


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def sent(by: User, said: Mapping[str, Any], *photos: SimpleUploadedFile, key: str = KEY) -> Any:
    """What a report is answered, as a phone sends it."""
    for each in photos:
        each.seek(0)
    body = {"report": json.dumps({"phone_at": PHONE_AT, **said}), "photos": list(photos)}
    client = api(by)
    if key:
        client.credentials(HTTP_IDEMPOTENCY_KEY=key)
    return client.post(REPORTS, body, format="multipart")


def said_of(answer: Any) -> list[tuple[str, bool, str]]:
    """Of each part: which, whether it was taken, and what it was refused as."""
    assert answer.status_code == 200, answer.json()
    return [
        (
            part["part"],
            part["taken_at"] is not None,
            part["problem"]["type"].rpartition("/")[2] if part["problem"] else "",
        )
        for part in answer.json()["parts"]
    ]


@pytest.fixture
def visited(people: People, ready: Ready) -> Appointment:
    """The completion inspection of a factory, whose time has come."""
    case = ready(Kind.HV_SINGLE, State.COMPLETION_REPORTED)
    one = booked(case, people["factory"], purpose="completion")
    go_to(one)
    return one


@pytest.fixture
def home(people: People, ready: Ready) -> Application:
    """A home whose meter is to be fitted, taken along by the customer manager."""
    case = ready(Kind.RESIDENTIAL, State.WORKS)
    take_along(case.number, people["manager"])
    return case


def all_met(by: User) -> list[dict[str, str]]:
    [job] = api(by).get(JOBS).json()["jobs"]
    return [{"item": item["item"], "result": "met"} for item in job["items"]]


def inspection(one: Appointment, items: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "number": one.application.number,
        "appointment": one.pk,
        "case_act": {"name": "inspect_completion", "body": {"items": items}},
        "appointment_act": {"name": "record_held", "body": {"outcome": "全部合格"}},
    }


# What is kept on the phone


def test_a_phone_is_given_the_least_of_today_and_until_midnight(
    people: People, visited: Appointment
) -> None:
    told = api(people["project"]).get(JOBS).json()
    [job] = told["jobs"]
    midnight = (visited.begins_at.astimezone(CITY) + timedelta(days=1)).date()
    assert told["until"] == f"{midnight}T00:00:00+08:00"
    assert (job["number"], job["appointment"], job["case_act"], job["appointment_acts"]) == (
        visited.application.number, visited.pk, "inspect_completion",
        ["record_held", "record_not_held"],
    )  # fmt: skip
    assert all(job[name] for name in ("items", "remark", "ready"))
    case, text = again(visited.application), json.dumps(told, ensure_ascii=False)
    personal = (case.phone, case.id_number, case.applicant_name)
    assert [each for each in personal if each in text] == []


def test_tomorrow_nothing_of_it_is_given_any_more(
    people: People, visited: Appointment, home: Application
) -> None:
    assert len(jobs_of(people["project"], city_now())) == 1
    assert len(jobs_of(people["manager"], city_now())) == 1
    tomorrow = city_now() + timedelta(days=1)
    assert jobs_of(people["project"], tomorrow) == jobs_of(people["manager"], tomorrow) == []


def test_a_list_of_three_costs_what_a_list_of_one_does(
    people: People, ready: Ready, visited: Appointment
) -> None:
    project, today = people["project"], local_date(city_now())
    counts = []
    for kind, state in (
        (Kind.HV_DUAL, State.INSPECTION_REQUESTED), (Kind.LV_SMALL, State.WORKS),
        (Kind.LV_OTHER, State.WORKS),
    ):  # fmt: skip
        jobs_of(project, city_now())
        with CaptureQueriesContext(connection) as asked:
            api(project).get(JOBS)
        counts.append(len(asked))
        TakenAlong.objects.create(user=project, application=ready(kind, state), day=today)
    assert len(jobs_of(project, city_now())) == 3
    assert len(set(counts)) == 1


def test_only_a_meter_that_one_may_fit_is_taken_along(
    people: People, ready: Ready, home: Application
) -> None:
    page = browser(people["manager"])
    early = ready(Kind.LV_SMALL, State.CONTRACTED)
    answers = [
        page.post("/work/field/along/", {"number": number, "idempotency_key": number})
        for number in (early.number, "5103999999", home.number)
    ]
    assert [answer.status_code for answer in answers] == [409, 422, 302]
    assert early.number in answers[0].content.decode()
    assert home.number in Page(page.get("/work/field/")).main
    page.post(f"/work/field/along/{home.number}/leave/")
    assert home.number not in Page(page.get("/work/field/")).main


def test_the_page_that_stays_on_a_phone_says_nothing_of_anybody(people: People) -> None:
    """In the cache of one phone it looks the same for whoever is signed in."""
    manager, project = browser(people["manager"]), browser(people["project"])
    pages = [client.get("/work/field/phone/").content.decode() for client in (manager, project)]
    # The banner of a demonstration tells the time.
    assert len({re.sub(r"\d\d:\d\d", "", page) for page in pages}) == 1
    whose = {
        client.get("/work/field/phone/today/").json()["person"] for client in (manager, project)
    }
    assert len(whose) == 2
    assert manager.post("/account/sign-out/")["Clear-Site-Data"] == '"storage"'


# What comes back


def test_a_report_sent_twice_is_recorded_once(people: People, visited: Appointment) -> None:
    project, picture = people["project"], photo()
    said = inspection(visited, all_met(project))
    first, second = sent(project, said, picture), sent(project, said, picture)
    assert first.json() == second.json()
    assert first.json()["complete"]
    case = again(visited.application)
    assert (case.state, Appointment.objects.get(pk=visited.pk).state) == (
        State.COMPLETION_PASSED, "held",
    )  # fmt: skip
    types = [event.type for event in timeline(case.ref)]
    assert [types.count(each) for each in ("case.field_reported", "case.completion_inspected")] == [
        1, 1,
    ]  # fmt: skip
    report = FieldReport.objects.get(application_id=case.pk)
    assert (report.phone_at.isoformat(), report.role) == ("2026-11-30T01:12:00+00:00", "project")
    assert abs(report.at - city_now()) < timedelta(minutes=1)
    assert [each.received_sha256 != "" for each in report.photos.all()] == [True]
    assert {name: rows for name, rows in broken() if rows} == {}


def test_what_is_refused_of_a_report_is_told_and_what_was_taken_stays(
    people: People, visited: Appointment
) -> None:
    """An item is left out; mended, the same report is complete, and its photo is there once."""
    project, items, picture = people["project"], all_met(people["project"]), photo()
    answer = sent(project, inspection(visited, items[1:]), picture)
    assert said_of(answer) == [
        ("report", True, ""), ("case_act", False, "invalid"), ("appointment_act", True, ""),
    ]  # fmt: skip
    refused = answer.json()["parts"][1]["problem"]
    assert [error["pointer"] for error in refused["errors"]] == [f"/items/{items[0]['item']}"]
    assert again(visited.application).state == State.COMPLETION_REPORTED
    assert sent(project, inspection(visited, items), picture).json()["complete"]
    assert again(visited.application).state == State.COMPLETION_PASSED
    assert FieldReport.objects.get().photos.count() == Inspection.objects.filter(
        application_id=visited.application_id
    ).count() == 1  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status"), [("manager", 403), ("clerk", 403), ("factory", 403), ("planning", 403)]
)
def test_it_is_taken_of_who_has_the_case_alone(
    people: People, visited: Appointment, who: str, status: int
) -> None:
    assert sent(people[who], inspection(visited, [])).status_code == status
    assert not FieldReport.objects.exists()


def test_a_meter_is_entered_with_its_reading_and_both_go_with_the_person(
    people: People, home: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = people["manager"]
    meter = {"meter_number": METER, "meter_reading": "0.42"}
    said = {"number": home.number, "case_act": {"name": "energise", "body": meter}}
    assert sent(manager, said, key="").status_code == 422
    assert sent(manager, said, photo()).json()["complete"]
    case = again(home)
    assert (case.state, case.meter_number, str(case.meter_reading)) == (
        State.ENERGISED, METER, "0.42",
    )  # fmt: skip
    assert jobs_of(manager, city_now()) == []
    desk = browser(manager).get(f"/work/cases/{case.number}/")
    assert "0.42" in desk.content.decode()
    assert "现场.jpg" in desk.content.decode()
    [own] = [
        each for each in files_of(people["resident"], case) if each.requirement == "site_photo"
    ]
    assert browser(people["resident"]).get(f"/documents/{own.ref}/").status_code == 200
    assert browser(people["planning"]).get(f"/documents/{own.ref}/").status_code == 404
    assert {name: rows for name, rows in broken() if rows} == {}
    let(monkeypatch, "case.retention.days", 1)
    move_clock(offset=timedelta(days=400))
    count_facts()
    assert erase_ended() > 0
    own.refresh_from_db()
    assert (again(case).meter_reading, own.erased_at is None) == (None, False)


# Barcodes


def test_the_number_of_a_meter_is_read_off_a_photo(people: People) -> None:
    def read(*photos: SimpleUploadedFile) -> Any:
        body = {"photo": photos[0]} if photos else {}
        answer = api(people["manager"]).post(BARCODES, body, format="multipart")
        return answer.status_code, answer.json().get("numbers")

    assert read(photo(METER)) == (200, [METER])
    status, several = read(photo(METER, "ABC-12345"))
    assert (status, sorted(several)) == (200, [METER, "ABC-12345"])
    # Nothing on it, no picture, and what is no number of a meter.
    assert read(photo()) == read() == read(photo("http://x.example/?a=1")) == (422, None)
    text = SimpleUploadedFile("a.jpg", b"not a picture")
    assert read(text) == (422, None)
    assert api(people["resident"]).post(BARCODES, {}).status_code == 403
