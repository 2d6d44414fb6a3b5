"""Reporting something on the pages and over the API: by a phone without an account, by an account,
and what each side reads of it. Whoever reported is on no page and in no answer of anybody else."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from documents.models import Document
from ledger.models import Entry
from notifications.models import Message, Outbox
from notifications.outbox import show_all
from reliability.reports.models import Report
from tests.applications.pages import door_of, nobody
from tests.applications.visiting import CODE, code_in, later, told
from tests.deadlines.clocks import set_clock
from tests.notifications.counterpart import At
from tests.page import Page
from tests.people import browser
from tests.reliability.reporting import (
    ANSWER,
    CLOSING,
    DIGGING,
    OTHER,
    OUT,
    PHONE,
    closed,
    outage,
    photo,
    reported,
    step,
    visitor,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
People = dict[str, User]
NEW, OUT_PAGE = "/reports/new/digging/", "/reports/new/power_out/"


def arrived(sms: At, phone: str = PHONE, page: str = NEW) -> Client:
    """The browser of somebody who came to report and has shown a phone."""
    client: Client = nobody()
    start = client.get(page)
    assert start.status_code == 200
    later()
    sent = client.post(
        "/apply/phone/", door_of(start.content.decode()) | {"phone": phone, "next": page}
    )
    assert sent["Location"] == CODE
    shown = client.post(CODE, {"code": code_in(told(sms, phone)[-1])})
    assert shown["Location"] == page
    return client


def filled(body: dict[str, Any], **more: Any) -> dict[str, Any]:
    said = {name: value for name, value in body.items() if name != "kind"}
    return {"version": "0", "idempotency_key": "k", **said, **more}


def test_anybody_reports_by_a_phone_and_reads_the_answer_by_number_and_code(
    people: People, sms: At
) -> None:
    client = arrived(sms)
    form = Page(client.get(NEW))
    assert "7 个工作日内告知您处理结果" in form.text
    sent = client.post(
        NEW, filled(DIGGING, evidence=[photo()], longitude="104.77", latitude="29.35")
    )
    one = Report.objects.get()
    assert sent["Location"] == f"/reports/{one.number}/"
    own = Page(client.get(sent["Location"]))
    assert (one.number in own.text, DIGGING["text"] in own.text, "photo-1.jpg" in own.text) == (
        True, True, True,
    )  # fmt: skip
    assert told(sms)[-1].count(one.number) == 1
    closed(one, people["city-management"])
    assert one.number in told(sms)[-1]
    assert ANSWER not in told(sms)[-1]
    # On any device, by number and phone how it stands, by a code all of it.
    elsewhere = nobody()
    pair = {"number": one.number, "phone": PHONE}
    passing = Page(elsewhere.post("/progress/", pair))
    assert ("举报已办结" in passing.text, DIGGING["text"] in passing.text) == (True, False)
    assert DIGGING["place"] not in passing.text
    later()
    elsewhere.post("/progress/ask/", pair)
    code = code_in(told(sms)[-1])
    assert elsewhere.post("/progress/code/", {"code": code})["Location"] == "/reports/followed/"
    whole = Page(elsewhere.get("/reports/followed/"))
    assert (ANSWER in whole.text, DIGGING["text"] in whole.text) == (True, True)


def test_a_wrong_code_a_wrong_phone_and_no_code_open_nothing(people: People, sms: At) -> None:
    one = reported(visitor())
    client = nobody()
    assert client.get(NEW).status_code == 200
    later()
    client.post("/apply/phone/", {"phone": OTHER, "next": NEW})
    assert client.post(CODE, {"code": "000000"}).status_code == 200
    assert client.post(NEW, filled(DIGGING))["Location"].startswith("/account/")
    assert Report.objects.count() == 1
    assert client.get(f"/reports/{one.number}/")["Location"].startswith("/account/")
    wrong = client.post("/progress/", {"number": one.number, "phone": OTHER})
    assert "没有" in Page(wrong).text
    assert "/progress/" in client.get("/reports/followed/")["Location"]
    other = arrived(sms, OTHER)
    assert other.get(f"/reports/{one.number}/").status_code == 404


def test_the_form_sent_twice_is_one_report_and_refused_values_stay_typed(people: People) -> None:
    client = browser(people["resident"])
    for _ in range(2):
        assert client.post(NEW, filled(DIGGING)).status_code == 302
    assert Report.objects.count() == 1
    swapped = filled(DIGGING, longitude="29.35", latitude="104.77", idempotency_key="s")
    refused = client.post(NEW, swapped)
    page = Page(refused)
    assert (refused.status_code, "经度和纬度颠倒" in page.text or "颠倒" in page.text) == (
        422,
        True,
    )
    assert page.field("您看到的情况").text.strip() == DIGGING["text"]
    many = client.post(
        NEW, filled(DIGGING, idempotency_key="m", evidence=[photo() for _ in range(7)])
    )
    assert (many.status_code, "6" in Page(many).text) == (422, True)
    from tests.builders import pdf

    paper = client.post(NEW, filled(DIGGING, idempotency_key="p", evidence=[pdf()]))
    assert (paper.status_code, "这不是照片" in Page(paper).text) == (422, True)
    assert client.get("/reports/new/noise/").status_code == 404


def test_script_in_words_is_words(people: People) -> None:
    script = "<script>alert(1)</script>"
    client = browser(people["resident"])
    client.post(NEW, filled(DIGGING, text=script, place=script))
    one = Report.objects.get()
    for page in (
        client.get(f"/reports/{one.number}/"),
        browser(people["city-management"]).get(f"/bureau/reports/{one.pk}/"),
        browser(people["city-management"]).get("/bureau/reports/"),
    ):
        assert script not in page.content.decode()
    assert script in Page(client.get(f"/reports/{one.number}/")).text


def test_whoever_reports_that_power_is_out_hears_of_the_outage_at_once(people: People) -> None:
    known = outage()
    client = browser(people["resident"])
    sent = client.post(OUT_PAGE, filled(OUT, point=""))
    page = Page(client.get(sent["Location"]))
    assert (known.number in page.text, "可能影响您" in page.text) == (True, True)
    made = client.post("/api/v1/reports/", OUT, content_type="application/json").json()
    assert [(each["number"], each["sure"]) for each in made["known_outages"]] == [
        (known.number, False)
    ]


def test_its_desks_work_it_on_their_pages(people: People) -> None:
    set_clock("2026-03-06 10:00")
    one = reported(people["resident"], photos=[photo()])
    desk = browser(people["city-management"])
    assert one.number in Page(desk.get("/desk/")).text
    assert one.number in Page(desk.get("/bureau/reports/")).rows()[0]
    address = f"/bureau/reports/{one.pk}/"
    page = Page(desk.get(address))
    assert (DIGGING["text"] in page.text, DIGGING["place"] in page.text) == (True, True)
    form = {"version": one.version, "idempotency_key": "t"}
    assert desk.post(f"{address}take_on/", form)["Location"] == address
    note = {"version": 2, "idempotency_key": "n", "text": "已停工", "evidence": [photo("a.jpg")]}
    assert desk.post(f"{address}note/", note)["Location"] == address
    assert Document.objects.about("report", one.pk).count() == 2
    assert "已停工" in Page(desk.get(address)).text
    seen = desk.post(
        f"{address}see_reporter/", {"version": 3, "idempotency_key": "s", "reason": "核对地点"}
    )
    assert people["resident"].phone in seen.content.decode()
    over = {"version": 4, "idempotency_key": "h", "office": "housing", "reason": "工地"}
    assert desk.post(f"{address}hand_over/", over)["Location"] == address
    assert desk.get(address).status_code == 200  # it sees how it goes on
    again = desk.post(f"{address}hand_over/", over | {"idempotency_key": "h2"})
    assert again.status_code == 403
    housing = browser(people["housing"])
    done = {"version": 5, "idempotency_key": "c", **CLOSING, "referred_to": "", "penalty_by": "",
            "penalty_clause": "", "penalty_yuan": ""}  # fmt: skip
    assert housing.post(f"{address}close/", done)["Location"] == address
    watching = Page(browser(people["regulator"]).get("/oversight/reports/?state=closed"))
    assert one.number in watching.rows()[0]
    assert (
        "举报人电话" in Page(browser(people["regulator"]).get(f"/oversight/reports/{one.pk}/")).text
    )


def secrets(people: People) -> tuple[str, ...]:
    return (
        PHONE, people["factory"].phone, people["factory"].username, people["factory"].name,
        "张三", "Zhang San",
    )  # fmt: skip


def test_who_reported_is_on_no_page_and_in_no_answer_of_anybody_else(people: People) -> None:
    made = [
        reported(by, body, photos=[photo()])
        for by in (visitor(), people["factory"])
        for body in (DIGGING, OUT, DIGGING | {"where": "site"})
    ]
    step(made[0], "take_on", people["city-management"])
    step(made[0], "hand_over", people["city-management"], office="housing", reason="工地")
    closed(made[0], people["housing"])
    show_all()
    staff = (
        "project", "supply-lead", "city-management", "housing", "district-lead", "regulator",
        "lead-agency", "planning", "manager", "clerk", "resident",
    )  # fmt: skip
    for name in staff:
        client = browser(people[name])
        addresses = ["/desk/", "/api/v1/reports/", "/api/v1/desk/", "/reports/"]
        for one in made:
            addresses += [
                f"/{side}/reports/{one.pk}/" for side in ("work", "bureau", "oversight")
            ] + [f"/api/v1/reports/{one.pk}/", f"/reports/{one.number}/"]
        addresses += [f"/{side}/reports/{state}" for side in ("work", "bureau", "oversight")
                      for state in ("", "?state=closed", "?state=late")]  # fmt: skip
        for address in addresses:
            page = client.get(address).content.decode()
            for secret in secrets(people):
                assert secret not in page, (name, address, secret)
    every = [*Outbox.objects.values_list("context", flat=True),
             *Message.objects.values_list("context", flat=True)]  # fmt: skip
    said = json.dumps(every, ensure_ascii=False)
    assert [secret for secret in secrets(people) if secret in said] == []
    public = [
        nobody().get(address).content.decode()
        for address in ("/disclosure/reports/", "/disclosure/reports.csv", "/record/entries/")
    ]
    assert [secret for secret in secrets(people) for page in public if secret in page] == []
    columns = [field.name for field in Entry._meta.concrete_fields if field.name != "salt_ref"]
    rows = str(list(Entry.objects.values(*columns)))
    assert [secret for secret in secrets(people) if secret in rows] == []


def test_where_power_is_out_only_its_office_reads_more_than_the_street(people: People) -> None:
    one = reported(people["factory"], OUT, point="M-77", longitude="104.77", latitude="29.35")
    work = Page(browser(people["project"]).get(f"/work/reports/{one.pk}/")).text
    assert ("12号3单元" in work, "M-77" in work, "104.77" in work) == (True, True, True)
    for name, address in (
        ("regulator", f"/oversight/reports/{one.pk}/"),
        ("district-lead", f"/api/v1/reports/{one.pk}/"),
    ):
        page = browser(people[name]).get(address).content.decode()
        found = ("12号3单元" in page, "M-77" in page, "104.77" in page, "五星街" in page)
        assert found == (False, False, False, True)


def test_files_are_opened_by_those_who_read_the_report(people: People) -> None:
    one = reported(people["factory"], DIGGING | {"where": "site"}, photos=[photo()])
    [file] = Document.objects.about("report", one.pk)
    address = f"/documents/{file.ref}/"
    for name, status in (
        ("factory", 200), ("district-lead", 200), ("housing", 200), ("regulator", 200),
        ("city-management", 404), ("project", 404), ("resident", 404),
    ):  # fmt: skip
        assert (name, browser(people[name]).get(address).status_code) == (name, status)
    step(one, "take_on", people["district-lead"])
    step(one, "note", people["district-lead"], uploads=[photo()], text="停工")
    found = Document.objects.about("report", one.pk).last()
    assert found is not None
    assert browser(people["factory"]).get(f"/documents/{found.ref}/").status_code == 404


def test_programs_report_list_read_and_act(people: People) -> None:
    set_clock("2026-03-06 10:00")
    mine, desk = browser(people["factory"]), browser(people["city-management"])

    def post(client: Client, path: str, body: Any, key: str) -> Any:
        return client.post(
            f"/api/v1{path}", body, content_type="application/json",
            headers={"Idempotency-Key": key},
        )  # fmt: skip

    first, second = (post(mine, "/reports/", DIGGING, "k") for _ in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    one = first.json()
    assert (one["office"], one["due_on"], one["state"]) == ("city-management", "2026-03-17", "open")
    swapped = post(mine, "/reports/", DIGGING | {"longitude": 29.3, "latitude": 104.7}, "s")
    assert (swapped.status_code, swapped.json()["errors"][0]["pointer"]) == (422, "/longitude")
    with_photo = mine.post("/api/v1/reports/", {**DIGGING, "photos": photo()})
    assert with_photo.status_code == 201
    address = f"/reports/{one['id']}/actions/"
    assert post(desk, f"{address}take_on/", {}, "t").json()["state"] == "taken_on"
    phone = post(desk, f"{address}see_reporter/", {"reason": "核对"}, "p").json()
    assert phone == {"phone": people["factory"].phone}
    assert post(desk, f"{address}see_reporter/", {"reason": "核对"}, "p").json() == {"phone": None}
    done = post(desk, f"{address}close/", CLOSING, "c")
    assert (done.status_code, done.json()["outcome"]) == (200, "confirmed")
    read = desk.get(f"/api/v1/reports/{one['id']}/").json()
    assert (read["text"], read["answer"], read["place"]) == (
        DIGGING["text"],
        ANSWER,
        DIGGING["place"],
    )
    listed = {
        name: [each["id"] for each in client.get("/api/v1/reports/?state=closed").json()["results"]]
        for name, client in (
            ("mine", mine), ("desk", desk), ("other", browser(people["resident"])),
            ("watching", browser(people["regulator"])),
        )
    }  # fmt: skip
    assert listed == {
        "mine": [one["id"]],
        "desk": [one["id"]],
        "other": [],
        "watching": [one["id"]],
    }
    own = mine.get("/api/v1/account/data/").json()["reports"]
    assert [(each["number"], each["answer"]) for each in own][-1:] == [(one["number"], ANSWER)]
    assert mine.get(f"/api/v1/reports/{one['id']}/").status_code == 404  # it stands with one's data


def test_the_own_data_page_lists_reports_and_closing_waits_for_them(people: People) -> None:
    one = reported(people["shop"])
    client = browser(people["shop"])
    assert one.number in Page(client.get("/account/data/")).text
    from applications.closing import close, hindrance

    assert "举报" in hindrance(people["shop"])
    closed(one, people["city-management"])
    close(people["shop"])
    one.refresh_from_db()
    assert (one.text, one.place, one.outcome) == ("", "", "confirmed")


def test_lists_ask_as_much_for_three_rows_as_for_one(people: People) -> None:
    sides = (("city-management", "/bureau/reports/"), ("regulator", "/oversight/reports/"),
             ("city-management", "/desk/"), ("regulator", "/api/v1/reports/"))  # fmt: skip
    clients = {name: browser(people[name]) for name, _address in sides}

    def asked() -> list[int]:
        counts = []
        for name, address in sides:
            with CaptureQueriesContext(connection) as found:
                assert clients[name].get(address).status_code == 200
            counts.append(len(found))
        return counts

    reported(visitor())
    asked()
    once = asked()
    reported(visitor())
    reported(visitor(OTHER))
    assert asked() == once
