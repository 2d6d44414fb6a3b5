"""Complaints about interruptions on pages and over the API: with an account and by a phone's code,
to the decision and the order."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from oversight.interruptions.actions import complain
from oversight.interruptions.models import InterruptionComplaint
from tests.applications.pages import nobody, press
from tests.applications.visiting import PHONE, code_in, later, told
from tests.builders import pdf
from tests.deadlines.clocks import set_clock
from tests.notifications.counterpart import At
from tests.oversight.interruptions import (
    DECISION,
    ENTERPRISE,
    EXPLANATION,
    ORDER,
    REASONS,
    SAID,
    TEXT,
    body,
    complained,
    over,
    step,
)
from tests.page import Page
from tests.people import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
NEW = "/interruptions/"
KEY = {"version": 1, "idempotency_key": "k"}
TYPED = {
    "enterprise": ENTERPRISE,
    "district": "510302",
    "address": "汇东路88号",
    "began_at": "2026-03-06T08:00",
    "still_off": "yes",
    "text": TEXT,
}


def test_from_the_form_to_the_order(people: dict[str, User]) -> None:
    set_clock("2026-03-06 10:00")
    mine, company, regulator = map(
        browser, (people["factory"], people["supply-lead"], people["regulator"])
    )
    page = Page(mine.get(NEW))
    assert "监管部门在 10 个工作日内作出决定" in page.text
    refused = mine.post(NEW, {**page.carried(), **TYPED, "still_off": "no"})
    assert (refused.status_code, "请填写恢复供电的时间" in Page(refused).text) == (422, True)
    form = {**page.carried(), **TYPED}
    sent = [mine.post(NEW, form) for _ in range(2)]
    one = InterruptionComplaint.objects.get()
    own = f"/interruptions/{one.pk}/"
    assert {each["Location"] for each in sent} == {own}
    assert (one.began_at.isoformat(), one.power_on) == ("2026-03-06T00:00:00+00:00", False)
    assert "仍在停电" in Page(mine.get(own)).text
    for client, where in ((company, "work"), (regulator, "oversight")):
        [row] = Page(client.get(f"/{where}/interruptions/")).rows()
        assert (ENTERPRISE in row, "仍在停电" in row) == (True, True)
        assert TEXT in Page(client.get(f"/{where}/interruptions/{one.pk}/")).text
        assert one.number in Page(client.get("/desk/")).text
    photo = f"{own}attach/"
    assert mine.post(photo, {**Page(mine.get(photo)).carried()}).status_code == 422
    assert (
        mine.post(photo, {**Page(mine.get(photo)).carried(), "evidence": pdf()})["Location"] == own
    )
    [file] = Page(regulator.get(f"/oversight/interruptions/{one.pk}/")).links("/documents/.*")
    assert regulator.get(file).status_code == 200
    explain = f"/work/interruptions/{one.pk}/explain/"
    assert company.post(explain, KEY | {"version": 2} | EXPLANATION).status_code == 302
    assert one.number not in Page(company.get("/desk/")).text
    uphold = f"/oversight/interruptions/{one.pk}/uphold/"
    assert regulator.post(uphold, KEY | {"version": 3} | DECISION).status_code == 302
    assert "责令整改" in Page(regulator.get("/desk/")).text
    order = f"/oversight/interruptions/{one.pk}/order/"
    assert regulator.post(order, KEY | {"version": 4} | ORDER | {"days": 0}).status_code == 422
    assert regulator.post(order, KEY | {"version": 4} | ORDER).status_code == 302
    said = Page(mine.get(own)).text
    assert (SAID in said, REASONS in said, "已责令供电公司整改" in said) == (True,) * 3
    assert one.number in Page(mine.get(NEW)).text


def test_where_the_power_is_off_it_stands_first(people: dict[str, User]) -> None:
    set_clock("2026-03-02 10:00")
    first = complain(body=over(), by=people["factory"], client="there")
    set_clock("2026-03-04 10:00")
    urgent, other = complained(people), complain(body=over(), by=people["shop"], client="there")
    rows = Page(browser(people["regulator"]).get("/oversight/interruptions/")).rows()
    numbers = [next(n for n in (urgent, first, other) if n.number in row).number for row in rows]
    assert numbers == [urgent.number, first.number, other.number]


def test_without_an_account_it_is_found_again_by_number_phone_and_code(
    people: dict[str, User], sms: At
) -> None:
    set_clock("2026-03-06 10:00")
    client = nobody()
    page = Page(client.get(NEW))
    assert ("用账户投诉" in page.text, "不用账户投诉" in page.text) == (True, True)
    page.submit(client, "发送验证码", phone=PHONE)
    assert press(client, "/apply/code/", code=code_in(told(sms)[-1]))["Location"] == NEW
    done = press(client, NEW, **TYPED)
    one = InterruptionComplaint.objects.get()
    assert (done["Location"], one.phone) == (f"/interruptions/{one.pk}/", PHONE)
    assert one.number in Page(client.get(done["Location"])).text
    assert (one.number in told(sms)[-1], ENTERPRISE in told(sms)[-1]) == (True, False)
    step(one, "uphold", people["regulator"], DECISION)
    assert (one.number in told(sms)[-1], REASONS in told(sms)[-1]) == (True, False)
    later()
    elsewhere = nobody()
    follow = f"/interruptions/follow/?number={one.number}"
    Page(elsewhere.get(follow)).submit(elsewhere, "发送验证码", phone=PHONE)
    back = press(elsewhere, "/apply/code/", code=code_in(told(sms)[-1]))
    assert elsewhere.get(back["Location"])["Location"] == f"/interruptions/{one.pk}/"
    assert REASONS in Page(elsewhere.get(f"/interruptions/{one.pk}/")).text
    # Another phone with the same number finds nothing.
    later()
    stranger = nobody()
    Page(stranger.get(follow)).submit(stranger, "发送验证码", phone="13912349999")
    press(stranger, "/apply/code/", code=code_in(told(sms, "13912349999")[-1]))
    assert stranger.get(follow).status_code == 404
    assert stranger.get(f"/interruptions/{one.pk}/").status_code == 404


def test_whoever_decides_second_reads_what_was_decided(people: dict[str, User]) -> None:
    one, mine = complained(people), browser(people["factory"])
    page = f"/interruptions/{one.pk}/withdraw/"
    seen = Page(mine.get(page)).carried()
    step(one, "dismiss", people["regulator"], DECISION)
    late = mine.post(page, seen)
    assert (late.status_code, "投诉不成立" in Page(late).text) == (409, True)


# Programs


def post(client: Client, path: str, said: Any, key: str) -> Any:
    return client.post(
        f"/api/v1/interruptions/{path}",
        said,
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_programs_complain_read_decide_and_order(people: dict[str, User]) -> None:
    set_clock("2026-03-06 10:00")
    mine, desk, watching = map(browser, (people["factory"], people["manager"], people["regulator"]))
    said = body()
    first, second = (post(mine, "", said, "k") for _ in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    one = first.json()
    names = ("district", "state", "power_on", "restored_at", "due_on", "late")
    assert [one[name] for name in names] == [
        "510302", "open", False, None, "2026-03-20", False,
    ]  # fmt: skip
    acts = f"{one['id']}/actions/"
    files = mine.post(
        f"/api/v1/interruptions/{acts}attach/", {"files": pdf()}, headers={"Idempotency-Key": "f"}
    )
    assert files.status_code == 200
    assert post(desk, f"{acts}explain/", EXPLANATION, "e").status_code == 200
    assert post(desk, f"{acts}uphold/", DECISION, "u").status_code == 403
    done = post(watching, f"{acts}uphold/", DECISION, "u").json()
    assert (done["state"], "reasons" in done) == ("upheld", False)
    assert post(watching, f"{acts}order/", ORDER, "o").json()["state"] == "ordered"
    for client in (mine, desk, watching):
        read = client.get(f"/api/v1/interruptions/{one['id']}/").json()
        assert (read["text"], read["explanation"], read["reasons"], len(read["files"])) == (
            TEXT, SAID, REASONS, 1,
        )  # fmt: skip
        assert read["order"].startswith("ZGZ")
    other = browser(people["resident"])
    listed = [
        [each["id"] for each in client.get("/api/v1/interruptions/").json()["results"]]
        for client in (mine, desk, watching, other)
    ]
    assert listed == [[one["id"]]] * 3 + [[]]
    assert other.get(f"/api/v1/interruptions/{one['id']}/").status_code == 404
    narrowed = watching.get("/api/v1/interruptions/?power_on=true&state=ordered").json()
    assert narrowed["results"] == []


def test_lists_ask_as_often_for_three_as_for_one(people: dict[str, User]) -> None:
    asked = [
        (browser(people["regulator"]), "/oversight/interruptions/"),
        (browser(people["manager"]), "/work/interruptions/"),
        (browser(people["regulator"]), "/api/v1/interruptions/"),
        (browser(people["factory"]), "/api/v1/interruptions/"),
        (browser(people["factory"]), NEW),
        (browser(people["regulator"]), "/desk/"),
    ]
    counted = []
    for more in (1, 0, 2):
        for _ in range(more):
            complained(people)
        row = []
        for client, url in asked:
            with CaptureQueriesContext(connection) as statements:
                assert client.get(url).status_code == 200
            row.append(len(statements))
        counted.append(row)
    # The first look fills what a process keeps.
    assert counted[1] == counted[2]
