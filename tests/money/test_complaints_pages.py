"""Complaints about charges on pages and over the API: from the charge's own line to the decision
that the applicant reads there."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from money.charges.models import Charge
from money.complaints.models import Complaint
from rules.names import Kind
from tests.builders import filed
from tests.deadlines.clocks import set_clock
from tests.money.complaints import (
    BODY,
    DECISION,
    DESIGN,
    EXPLANATION,
    REASONS,
    SAID,
    TEXT,
    charge_of,
    charged,
    complained,
    payer,
    publish,
    step,
)
from tests.page import Page
from tests.people import browser
from tests.publishing.builders import published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
KEY = {"version": 1, "idempotency_key": "k"}


def line_of(one: Charge) -> str:
    return f"/account/cases/{one.application.number}/"


def test_from_the_line_of_the_charge_to_the_decision_on_it(people: dict[str, User]) -> None:
    set_clock("2026-03-06 10:00")
    charge = charged(people)
    mine, home = browser(payer(charge)), line_of(charge)
    new = f"{home}charges/{charge.pk}/complaint/"
    assert new in mine.get(home).content.decode()
    page = Page(mine.get(new))
    assert "监管部门在 10 个工作日内作出决定" in page.text
    form = {**page.carried(), **BODY}
    for _ in range(2):
        assert mine.post(new, form).status_code == 302
    one = Complaint.objects.get()
    said = Page(mine.get(home)).text
    assert "监管部门将于3月20日" in said.replace(" ", "")
    assert new not in mine.get(home).content.decode()
    company, regulator = browser(people["manager"]), browser(people["regulator"])
    for client, where in ((company, "work"), (regulator, "oversight")):
        [row] = Page(client.get(f"/{where}/complaints/")).rows()
        assert charge.application.number in row
        assert TEXT in Page(client.get(f"/{where}/complaints/{one.pk}/")).text
        assert TEXT not in Page(client.get(f"/{where}/complaints/")).text
        assert "不应由我缴纳" in Page(client.get("/desk/")).text
        about = Page(client.get(f"/{where}/cases/{charge.application.number}/")).text
        assert "监管部门处理中" in about
    explain = f"/work/complaints/{one.pk}/explain/"
    assert company.post(explain, KEY | EXPLANATION).status_code == 302
    assert SAID in Page(mine.get(home)).text
    assert SAID in Page(regulator.get(f"/oversight/complaints/{one.pk}/")).text
    assert "不应由我缴纳" not in Page(company.get("/desk/")).text
    dismiss = f"/oversight/complaints/{one.pk}/dismiss/"
    assert regulator.post(dismiss, KEY | {"version": 2} | {"reasons": ""}).status_code == 422
    assert regulator.post(dismiss, KEY | {"version": 2} | DECISION).status_code == 302
    said = Page(mine.get(home)).text
    assert ("投诉不成立" in said, REASONS in said, DECISION["clause"] in said) == (True,) * 3
    assert new in mine.get(home).content.decode()  # of another ground


def test_whoever_complains_second_reads_that_one_waits(people: dict[str, User]) -> None:
    charge = charged(people)
    mine = browser(payer(charge))
    new = f"{line_of(charge)}charges/{charge.pk}/complaint/"
    seen = Page(mine.get(new)).carried()
    complained(charge)
    late = mine.post(new, {**seen, **BODY})
    assert (late.status_code, TEXT in late.content.decode()) == (409, True)
    assert mine.get(new).status_code == 409
    assert mine.get(f"{line_of(charge)}charges/{charge.pk + 1}/complaint/").status_code == 404


def test_a_refused_ground_is_named_at_its_field(people: dict[str, User]) -> None:
    charge = charged(people)
    step(complained(charge), "dismiss", people["regulator"], DECISION)
    mine = browser(payer(charge))
    new = f"{line_of(charge)}charges/{charge.pk}/complaint/"
    answer = mine.post(new, {**Page(mine.get(new)).carried(), **BODY})
    assert answer.status_code == 422
    assert "监管部门已就这一理由作出决定" in Page(answer).text


def test_it_is_withdrawn_on_a_page_of_its_own(people: dict[str, User]) -> None:
    charge = charged(people)
    one, mine = complained(charge), browser(payer(charge))
    page = f"/account/complaints/{one.pk}/"
    assert TEXT in Page(mine.get(page)).text
    form = Page(mine.get(f"{page}withdraw/")).carried()
    assert mine.post(f"{page}withdraw/", form)["Location"] == page
    assert "投诉已撤回" in Page(mine.get(line_of(charge))).text


def test_one_about_a_charge_to_an_affiliate_is_marked_so(people: dict[str, User]) -> None:
    publish(people["supply-lead"])
    published("fees", DESIGN, people["supply-lead"])
    case = filed(people, Kind.HV_SINGLE)
    charge = charge_of(case, people["manager"], fee_item="D-1", quantity="1", payee="GC")
    one = complained(charge, ground="payee")
    watching = browser(people["regulator"])
    assert "收款单位是关联企业" in Page(watching.get(f"/oversight/complaints/{one.pk}/")).text
    [row] = Page(watching.get("/oversight/complaints/?payee=affiliates")).rows()
    assert "供电公司的全资子公司" in row
    assert Page(watching.get("/oversight/complaints/?ground=other")).rows() == []
    assert watching.get("/oversight/complaints/?ground=anger").status_code == 422
    [told] = watching.get("/api/v1/complaints/?payee=affiliates").json()["results"]
    assert (told["id"], told["payee_affiliated"], told["payee"]) == (
        one.pk, True, "演示电力工程公司",
    )  # fmt: skip


# Programs


def post(client: Client, path: str, body: Any, key: str) -> Any:
    return client.post(
        f"/api/v1{path}", body, content_type="application/json", headers={"Idempotency-Key": key}
    )


def test_programs_complain_read_and_decide(people: dict[str, User]) -> None:
    set_clock("2026-03-06 10:00")
    charge = charged(people)
    mine, desk, watching = map(browser, (payer(charge), people["manager"], people["regulator"]))
    making = f"/applications/{charge.application.number}/charges/{charge.pk}/complaints/"
    first, second = (post(mine, making, BODY, "k") for _ in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    one = first.json()
    names = ("charge", "fee_item", "ground", "state", "due_on", "late")
    assert [one[name] for name in names] == [
        charge.pk, "HR-10", "not_mine", "open", "2026-03-20", False,
    ]  # fmt: skip
    again = post(mine, making, BODY, "other")
    assert (again.status_code, again.json()["detail"]) == (
        409, "对该笔收费的投诉已在监管部门处理中。",
    )  # fmt: skip
    acts = f"/complaints/{one['id']}/actions/"
    assert post(desk, f"{acts}explain/", EXPLANATION, "e").status_code == 200
    done = post(watching, f"{acts}dismiss/", DECISION, "d").json()
    assert (done["state"], "reasons" in done) == ("dismissed", False)
    for client in (mine, desk, watching):
        read = client.get(f"/api/v1/complaints/{one['id']}/").json()
        assert (read["text"], read["explanation"], read["reasons"], read["clause"]) == (
            TEXT, SAID, REASONS, DECISION["clause"],
        )  # fmt: skip
    other = browser(people["resident"])
    listed = [
        [each["id"] for each in client.get("/api/v1/complaints/").json()["results"]]
        for client in (mine, desk, watching, other)
    ]
    assert listed == [[one["id"]]] * 3 + [[]]
    assert other.get(f"/api/v1/complaints/{one['id']}/").status_code == 404


def test_lists_and_the_page_of_a_case_ask_as_often_for_three_as_for_one(
    people: dict[str, User],
) -> None:
    publish(people["supply-lead"])
    case = filed(people, Kind.HV_SINGLE)
    owner = case.filed_by.user
    asked = [
        (browser(people["regulator"]), "/oversight/complaints/"),
        (browser(people["manager"]), "/work/complaints/"),
        (browser(people["regulator"]), "/api/v1/complaints/"),
        (browser(owner), "/api/v1/complaints/"),
        (browser(owner), f"/account/cases/{case.number}/"),
        (browser(people["manager"]), f"/work/cases/{case.number}/"),
    ]
    counted = []
    for more in (1, 0, 2):
        for _ in range(more):
            complained(charge_of(case, people["manager"]))
        row = []
        for client, url in asked:
            with CaptureQueriesContext(connection) as statements:
                assert client.get(url).status_code == 200
            row.append(len(statements))
        counted.append(row)
    # The first look fills what a process keeps.
    assert counted[1] == counted[2]
