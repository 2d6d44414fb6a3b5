"""Outages at the desk and in public: what each page, file and answer says of the same things."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.clock import CITY
from core.ics import folded
from portal.invariants import broken
from reliability.outages.models import Outage
from rules.limits import Meter
from rules.limits import limits as rules_of_limits
from rules.names import Kind
from tests.applications.rentals.renting import api
from tests.builders import People, filed
from tests.page import Page
from tests.people import browser
from tests.reliability.outages import FAULT, announced, at, do, grid, plan, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
PUBLIC = "/disclosure/outages/"


@pytest.fixture
def project(people: People) -> User:
    return grid(people)


def words(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return Page(answer).text


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


# At the desk


def test_an_outage_is_announced_once_however_often_the_form_is_sent(project: User) -> None:
    desk = english(browser(project))
    address = reverse("work-outages:new")
    said = plan() | {"elements": "P-1\n\nP-1", "important": "no"}
    said["planned_from"], said["planned_until"] = (
        said[name][:16] for name in ("planned_from", "planned_until")
    )
    carried = Page(desk.get(address)).carried()
    answers = [desk.post(address, {**carried, **said}) for _ in range(2)]
    one = Outage.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/work/outages/{one.number}/"] * 2
    shown = words(desk, f"/work/outages/{one.number}/")
    assert "30 of low voltage, 1 of medium voltage" in shown
    assert "Outage announced" in shown


def test_what_was_typed_stays_and_the_page_asks_what_must_be_asked(project: User) -> None:
    desk = english(browser(project))
    address = reverse("work-outages:new")
    begins, ends = at(days=3)[:16], at(days=3, hours=2)[:16]
    said = plan() | {"elements": "P-1", "not_live_reason": ""}
    refused = desk.post(
        address,
        {
            **Page(desk.get(address)).carried(),
            **said,
            "planned_from": begins,
            "planned_until": ends,
        },
    )
    assert refused.status_code == 422
    shown = Page(refused).text
    assert "This is announced less than 7 days ahead: say why so late." in shown
    assert "Works of this kind can be done live. Say why they are not." in shown
    assert f'value="{begins}"' in refused.content.decode()


def test_a_step_is_taken_from_its_page(project: User) -> None:
    one = reported(project)
    desk = english(browser(project))
    address = f"/work/outages/{one.number}/estimate/"
    later = at(hours=2)[:16]
    desk.post(address, {**Page(desk.get(address)).carried(), "expected_at": later})
    one.refresh_from_db()
    assert one.expected_at is not None
    assert one.expected_at.astimezone(CITY).isoformat()[:16] == later
    assert "as estimated at" in words(desk, f"/work/outages/{one.number}/")


def test_the_plan_is_changed_from_what_it_was(project: User) -> None:
    one = announced(project, 20)
    form = browser(project).get(f"/work/outages/{one.number}/change/").context["form"]
    assert form["elements"].value() == "P-1"
    assert form["area"].value() == "五星街一段"


def test_the_list_shows_what_is_off_ahead_and_over(project: User) -> None:
    ahead, off, over = announced(project, 20), reported(project), reported(project)
    do(over, "restore", project)
    desk = browser(project)
    for show, one in (("", off), ("planned", ahead), ("past", over)):
        shown = words(desk, f"/work/outages/?show={show}" if show else "/work/outages/")
        assert [
            number for number in (ahead.number, off.number, over.number) if number in shown
        ] == [one.number]


def test_works_of_a_case_show_their_outages(people: People, project: User) -> None:
    case = filed(people, Kind.HV_DUAL)
    one = announced(project, nature="connection_works", number_of_case=case.number)
    shown = words(browser(people["manager"]), f"/work/cases/{case.number}/")
    assert one.number in shown
    answer = api(project).get(f"/api/v1/outages/{one.number}/").json()
    assert answer["number_of_case"] == case.number
    public = Client().get(f"/api/v1/disclosure/outages/{one.number}/").json()
    assert case.number not in json.dumps(public)
    assert case.number not in words(Client(), f"{PUBLIC}{one.number}/")


def test_whoever_works_outages_has_them_in_the_one_list(project: User) -> None:
    off, ahead = reported(project), announced(project, 60)
    shown = words(english(browser(project)), "/desk/?module=outages")
    assert "Record how the outage goes on" in shown
    assert (off.number in shown, ahead.number in shown) == (True, False)


# For programs


def test_a_program_announces_works_and_restores(project: User) -> None:
    client = api(project)
    made = client.post("/api/v1/outages/", plan(), format="json")
    assert made.status_code == 201
    number = made.json()["number"]
    assert made.json()["elements"] == ["P-1"]
    for act in ("start", "restore"):
        address = f"/api/v1/outages/{number}/actions/{act}/"
        assert client.post(address, {}, format="json").status_code == 200
    again = client.post(f"/api/v1/outages/{number}/actions/restore/", {}, format="json")
    assert again.status_code == 409
    refused = client.post("/api/v1/outages/", plan(3), format="json")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (
        422,
        "/short_notice_reason",
    )
    assert "clause" in refused.json()["errors"][0]


@pytest.mark.parametrize("body", [[], "off", {"kind": []}, {"kind": {}}, {"elements": "P-1"}])
def test_a_body_of_another_shape_is_refused_and_nothing_breaks(project: User, body: Any) -> None:
    said = FAULT | body if isinstance(body, dict) else body
    answer = api(project).post("/api/v1/outages/", said, format="json")
    assert answer.status_code in (400, 422)


# In public


def test_the_public_reads_how_it_stands(project: User) -> None:
    one = announced(project, 20)
    assert "没有已知的停电" in words(Client(), PUBLIC)
    assert one.number in words(Client(), f"{PUBLIC}?show=planned&q=五星")
    assert one.number not in words(Client(), f"{PUBLIC}?show=planned&q=檀木林")
    do(one, "start", project)
    do(one, "estimate", project, expected_at=at(hours=2))
    shown = words(Client(), PUBLIC)
    assert one.number in shown
    assert "预计" in shown
    do(one, "restore", project)
    assert "共1 分钟" in words(Client(), f"{PUBLIC}{one.number}/")


def test_a_cancelled_outage_says_so_and_not_that_it_has_passed(project: User) -> None:
    one = do(announced(project), "cancel", project, reason="改为带电作业")
    shown = words(Client(), f"{PUBLIC}{one.number}/")
    assert "取消：改为带电作业" in shown
    whole = Client().get(f"{PUBLIC}{one.number}.ics").content.decode()
    assert "STATUS:CANCELLED\r\n" in whole


def test_the_calendar_keeps_its_name_and_counts_its_changes(project: User) -> None:
    one = announced(project, 20, area="长" * 60)
    first = Client().get("/disclosure/outages.ics").content.decode()
    moved = {"planned_from": at(days=21), "planned_until": at(days=21, hours=1)}
    body = {"area": one.area, "elements": ["P-1"], "not_live_reason": "x", **moved}
    one = do(one, "change", project, **body)
    second = Client().get("/disclosure/outages.ics").content.decode()
    uids = [re.findall(r"UID:(\S+)", text) for text in (first, second)]
    assert uids[0] == uids[1] == [f"{one.ref}@zigong.tongdian"]
    assert [re.findall(r"SEQUENCE:(\d)", text) for text in (first, second)] == [["1"], ["2"]]
    assert max(len(line.encode()) for line in second.split("\r\n")) <= 75
    assert folded("SUMMARY:停电：" + "长" * 60) in second


def test_each_step_is_an_entry_of_the_feed(project: User) -> None:
    one = reported(project)
    first = Client().get("/disclosure/outages.atom")
    assert first["Content-Type"] == "application/atom+xml; charset=utf-8"
    do(one, "estimate", project, expected_at=at(hours=2))
    second = Client().get("/disclosure/outages.atom").content.decode()
    ids = [
        re.findall(r"<id>([^<]*:outage:[^<]*)</id>", text)
        for text in (first.content.decode(), second)
    ]
    assert ids == [
        [f"tag:zigong.tongdian,2026:outage:{one.number}:1"],
        [f"tag:zigong.tongdian,2026:outage:{one.number}:2"],
    ]


def test_a_customer_number_leads_to_its_outages_and_stands_nowhere(project: User) -> None:
    one = announced(project, 20)
    for number, found in (("M-1", [one.number]), (" m-1 ", []), ("M-3", []), ("M-99", [])):
        answer = Client().post(
            "/api/v1/disclosure/outages/customer/", {"customer_number": number},
            content_type="application/json",
        )  # fmt: skip
        assert [row["number"] for row in answer.json()] == found
        assert answer["Cache-Control"] == "no-store"
    page = Client().post(f"{PUBLIC}customer/", {"customer_number": "M-1"})
    assert one.number in Page(page).text
    assert "M-1" not in Page(Client().get(f"{PUBLIC}customer/")).text


def test_numbers_of_customers_are_not_tried_out(project: User) -> None:
    most = rules_of_limits().windows[Meter.OUTAGE_ADDRESS].most
    client = Client()
    said = {"customer_number": "M-99"}
    for _ in range(most):
        client.post(f"{PUBLIC}customer/", said)
    refused = client.post(
        "/api/v1/disclosure/outages/customer/", said, content_type="application/json"
    )
    assert refused.status_code == 429
    assert client.post(f"{PUBLIC}customer/", said).status_code == 429


def test_what_is_planned_and_told_late_is_counted(project: User) -> None:
    announced(project, 20)
    announced(project, 2, elements=["P-2"], short_notice_reason="变压器漏油")
    shown = words(Client(), f"{PUBLIC}?show=planned")
    assert "2" in shown
    assert "公告较晚" in shown


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_the_same_of_one_row_and_of_three(
    project: User, rows: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(rows):
        reported(project)
    desk = browser(project)
    desk.get("/work/outages/")
    for client, address, most in (
        (desk, "/work/outages/", 12),
        (Client(), f"{PUBLIC}?show=now", 4),
        (Client(), "/api/v1/disclosure/outages/", 3),
        (Client(), "/disclosure/outages.csv", 3),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_every_invariant_holds_of_outages_of_all_kinds(project: User) -> None:
    do(announced(project, 20), "cancel", project, reason="x")
    one = do(reported(project), "restore", project)
    times = {"started_at": at(hours=-2), "restored_at": at(hours=-1)}
    do(one, "correct", project, reason="调度日志", **times)
    reported(project)
    announced(project, 30, again_reason="x")
    assert [name for name, rows in broken() if rows] == []


def test_plans_whose_time_has_come_wait_for_the_desk(project: User) -> None:
    one = announced(project, 20)
    Outage.objects.filter(pk=one.pk).update(
        planned_from=one.announced_at - timedelta(hours=1), planned_until=one.announced_at
    )
    assert one.number in words(browser(project), "/desk/?module=outages")
    assert "该时间已过" in words(Client(), f"{PUBLIC}{one.number}/")
