"""The pages of orders: who sees which, what they say, and what their forms do."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.models import User
from accounts.roles import Role
from approvals.models import Permit
from documents.models import Document
from notifications import outbox, texts
from notifications.models import Message
from oversight.models import RectificationOrder
from oversight.workflow import OrderState
from rules.names import Kind
from tests.builders import People, case_at, filed, pdf
from tests.deadlines.clocks import set_clock
from tests.oversight.orders import COMPANY, PLANNERS, TEXT, again, do, issue, order_at
from tests.page import Page
from tests.people import again as read_again
from tests.people import browser, staff
from tools.scenarios import DISTRICT, PDF

DESK, OWN = "/oversight/orders/", "/orders/"


def at_desk(user: User, *, english: bool = False) -> Client:
    client = browser(read_again(user))
    if english:
        client.cookies["django_language"] = "en"
    return client


def text_of(answer: Any) -> str:
    """The page as it reads."""
    return Page(answer).text


def numbers(answer: Any) -> list[str]:
    """The orders of the list, in its order."""
    found = re.findall(r"ZGZ\d{8}-\d{6}", " ".join(Page(answer).rows()))
    return [str(one) for one in dict.fromkeys(found)]


def fields(answer: Any) -> dict[str, str]:
    """The hidden fields that a form of ours carries."""
    return Page(answer).carried()


@pytest.mark.parametrize("who", ["regulator", "lead-agency", "district-lead"])
def test_who_watches_sees_every_order_by_time_left(people: People, who: str) -> None:
    late_, early = issue(people, days=20), issue(people, PLANNERS, days=5)
    answered = do(people, issue(people), "answer")
    closed = order_at(people, "closed")
    desk = at_desk(people[who])
    assert numbers(desk.get(DESK)) == [early.number, late_.number, answered.number]
    assert numbers(desk.get(f"{DESK}?state=closed")) == [closed.number]
    assert numbers(desk.get(f"{DESK}?party=planning")) == [early.number]
    assert numbers(desk.get(f"{DESK}?district=510321")) == []
    assert desk.get(f"{DESK}{closed.number}/").status_code == 200
    # The lead of a district has those that are addressed to it, and there are none.
    assert desk.get(OWN).status_code == (200 if who == "district-lead" else 403)


def test_an_addressee_sees_its_own_orders_only(people: People) -> None:
    ours, theirs = issue(people), issue(people, PLANNERS)
    for who, mine, other in (("supply-lead", ours, theirs), ("planning-lead", theirs, ours)):
        desk = at_desk(people[who])
        assert numbers(desk.get(OWN)) == [mine.number]
        assert desk.get(f"{OWN}{mine.number}/").status_code == 200
        assert desk.get(f"{OWN}{other.number}/").status_code == 404
        assert desk.get(f"{DESK}{mine.number}/").status_code == 403
        assert desk.get(f"{DESK}new/").status_code == 403
    elsewhere = staff(Role.SUPPLY_LEAD, username="far-lead", district="510321")
    assert numbers(at_desk(elsewhere).get(OWN)) == []
    assert at_desk(elsewhere).get(f"{OWN}{ours.number}/").status_code == 404


@pytest.mark.parametrize("who", ["manager", "clerk", "planning", "digital", "resident"])
def test_nobody_else_reads_an_order(people: People, who: str) -> None:
    order = issue(people)
    for path in (DESK, OWN, f"{DESK}{order.number}/", f"{OWN}{order.number}/"):
        assert at_desk(people[who]).get(path).status_code == 403


def test_the_navigation_says_how_many_wait_for_me(people: People) -> None:
    issue(people)
    do(people, issue(people), "answer")
    issue(people, PLANNERS)
    for who, path, words in (
        ("supply-lead", OWN, "（1）"),
        ("planning-lead", OWN, "（1）"),
        ("regulator", DESK, "（1）"),
        ("transport-lead", OWN, " "),
        ("lead-agency", DESK, " "),
    ):
        page = text_of(at_desk(people[who]).get("/account/messages/"))
        assert f"监督{words}" in page, who
        assert "整改单" not in page, who
        there = text_of(at_desk(people[who]).get(path))
        assert (f"监督{words}" in there, f"整改单{words}" in there) == (True, True), who


def test_the_count_costs_one_statement_and_nobody_else_pays_it(people: People) -> None:
    for who, expected in (("supply-lead", 1), ("manager", 0), ("resident", 0)):
        client = at_desk(people[who])
        with CaptureQueriesContext(connection) as asked:
            client.get("/account/messages/")
        counted = [one for one in asked if "rectification_order" in one["sql"]]
        assert len(counted) == expected, who


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize("state", OrderState.values)
def test_an_order_is_shown_in_every_state_to_both_sides(
    people: People, state: str, *, english: bool
) -> None:
    order = order_at(people, state)
    for who, page in (("regulator", DESK), ("supply-lead", OWN)):
        answer = at_desk(people[who], english=english).get(f"{page}{order.number}/")
        shown = text_of(answer)
        assert answer.status_code == 200
        assert TEXT in shown
        with override("en" if english else "zh-hans"):
            assert str(OrderState(state).label) in shown
        assert ("整改单" in shown) != english


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("who", "page"), [("regulator", DESK), ("supply-lead", OWN)])
def test_a_list_costs_the_same_for_one_row_and_for_three(
    people: People, rows: int, who: str, page: str
) -> None:
    for _ in range(rows):
        issue(people)
    desk = at_desk(people[who])
    desk.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert len(numbers(desk.get(page))) == rows
    assert len(asked) == 11


@pytest.mark.parametrize("answers", [1, 3])
def test_a_page_costs_the_same_however_much_was_said(people: People, answers: int) -> None:
    order = issue(people)
    for _ in range(answers):
        order = do(people, order, "answer", uploads=[pdf()])
        order = do(people, order, "return")
    desk = at_desk(people["supply-lead"])
    desk.get(f"{OWN}{order.number}/")
    with CaptureQueriesContext(connection) as asked:
        desk.get(f"{OWN}{order.number}/")
    assert len(asked) == 14


def test_the_regulator_issues_an_order_from_the_page_of_a_permit(people: People) -> None:
    case = case_at(people, Kind.HV_SINGLE, "permits")  # type: ignore[arg-type]
    permit = Permit.objects.get(case_ref=case.ref, permit="planning")
    desk = at_desk(people["regulator"])
    address = f"{DESK}new/?permit={permit.pk}"
    assert address in desk.get(f"/oversight/permits/{permit.pk}/").content.decode()
    page = desk.get(address)
    assert f'value="{case.number}"' in page.content.decode()
    assert page.context["form"]["party"].value() is None
    unchosen = desk.post(
        f"{DESK}new/", fields(page) | {"district": DISTRICT, "text": TEXT, "days": 7}
    )
    assert (unchosen.status_code, list(unchosen.context["form"].errors)) == (422, ["party"])
    body = fields(page) | {
        "party": "planning", "district": DISTRICT, "application": case.number,
        "permit": permit.pk, "text": TEXT, "clause": "方案三(一)2", "days": 7,
    }  # fmt: skip
    checked = desk.post(f"{DESK}new/", body)
    assert (checked.status_code, RectificationOrder.objects.count()) == (200, 0)
    assert TEXT in text_of(checked)
    sent = {**Page(checked).hidden(), "do": "issue"}
    answer = desk.post(f"{DESK}new/", sent)
    order = RectificationOrder.objects.get()
    assert answer.headers["Location"] == f"{DESK}{order.number}/"
    assert (order.subject_kind, order.subject_ref, order.days) == ("permit", permit.ref, 7)
    assert desk.post(f"{DESK}new/", sent).headers["Location"] == answer.headers["Location"]
    assert RectificationOrder.objects.count() == 1
    lead = at_desk(people["planning-lead"]).get(f"{OWN}{order.number}/")
    assert f"/bureau/permits/{permit.pk}/" in lead.content.decode()
    assert order.number in text_of(desk.get(f"/oversight/cases/{case.number}/"))


def test_a_new_order_names_everything_that_is_wrong(people: People) -> None:
    desk = at_desk(people["regulator"])
    body = fields(desk.get(f"{DESK}new/")) | {
        "party": "planning", "district": DISTRICT, "application": "ZG1", "text": "x", "days": 7,
    }  # fmt: skip
    assert "没有这个申请编号的办件" in text_of(desk.post(f"{DESK}new/", body))
    refused = desk.post(f"{DESK}new/", body | {"application": "", "days": 500})
    assert refused.status_code == 422
    assert "方案四(二)" in text_of(refused)
    case = filed(people, Kind.LV_OTHER)
    elsewhere = body | {"application": case.number, "district": "510321"}
    assert "不在这个区县" in text_of(desk.post(f"{DESK}new/", elsewhere))
    assert desk.get(f"{DESK}new/?case=ZG1").status_code == 404
    assert RectificationOrder.objects.count() == 0


def test_the_lead_answers_with_files_that_the_regulator_opens(people: People) -> None:
    order = issue(people)
    lead = at_desk(people["supply-lead"])
    page = f"{OWN}{order.number}/"
    body = fields(lead.get(page)) | {"text": "已退还。", "evidence": [pdf("a.pdf"), pdf("b.pdf")]}
    assert lead.post(page, body).status_code == 302
    assert again(order).state == OrderState.ANSWERED
    shown = at_desk(people["regulator"]).get(f"{DESK}{order.number}/").content.decode()
    found = re.findall(r"/documents/[0-9a-f-]{36}/", shown)
    assert len(found) == 2
    may = ("regulator", "lead-agency", "district-lead", "supply-lead")
    for who in (*may, "planning-lead", "manager", "clerk", "digital", "resident"):
        answer = at_desk(people[who]).get(found[0])
        assert answer.status_code == (200 if who in may else 404), who
        assert (answer.content == PDF) == (who in may)


def test_a_file_that_is_not_taken_leaves_the_order_as_it_was(people: People) -> None:
    order = issue(people)
    lead, page = at_desk(people["supply-lead"]), f"{OWN}{order.number}/"
    bad = pdf("b.pdf")
    bad.file.write(b"MZ")  # type: ignore[union-attr]
    body = fields(lead.get(page)) | {"text": "已退还。", "evidence": [pdf("a.pdf"), bad]}
    answer = lead.post(page, body)
    assert answer.status_code == 422
    assert "已退还。" in answer.content.decode()
    assert (again(order).version, Document.objects.filter(subject_kind="order").count()) == (1, 0)


def test_a_second_click_answers_once(people: People) -> None:
    order = issue(people)
    lead, page = at_desk(people["supply-lead"]), f"{OWN}{order.number}/"
    body = fields(lead.get(page)) | {"text": "已退还。"}
    assert [lead.post(page, body).status_code for _ in range(2)] == [302, 302]
    assert again(order).version == 2


def test_a_form_from_before_anothers_step_does_nothing_and_says_who(people: People) -> None:
    order = order_at(people, "answered")
    second = staff(Role.REGULATOR, username="regulator-2")
    mine, theirs = at_desk(people["regulator"]), at_desk(second)
    page = f"{DESK}{order.number}/close/"
    body = fields(mine.get(page)) | {"reason": "已核实。"}
    sent = fields(theirs.get(page)) | {"reason": "缺凭证。"}
    assert theirs.post(f"{DESK}{order.number}/return/", sent).status_code == 302
    refused = mine.post(page, body)
    assert refused.status_code == 409
    assert "监管部门" in text_of(refused)
    assert again(order).state == OrderState.ISSUED
    order = do(people, again(order), "answer")
    assert mine.post(page, body).status_code == 412
    assert again(order).state == OrderState.ANSWERED


def test_an_answer_to_what_was_not_seen_does_nothing_and_keeps_its_words(people: People) -> None:
    order = issue(people)
    lead, page = at_desk(people["supply-lead"]), f"{OWN}{order.number}/"
    body = fields(lead.get(page)) | {"text": "已退还。"}
    do(people, order, "escalate")
    answer = lead.post(page, body)
    assert answer.status_code == 412
    assert "多次退回仍未整改" in text_of(answer)
    assert "已退还。" in answer.content.decode()
    assert again(order).state == OrderState.ESCALATED
    assert lead.post(page, fields(answer) | {"text": "已退还。"}).status_code == 302
    assert again(order).state == OrderState.ANSWERED


def test_a_message_leads_each_side_to_its_own_page(people: People) -> None:
    order = do(people, do(people, issue(people), "escalate"), "answer")
    outbox.deliver_all()
    for who, page in (("supply-lead", OWN), ("regulator", DESK), ("lead-agency", DESK)):
        found = Message.objects.filter(recipient=people[who].party).order_by("-id")
        assert {texts.shown(one).url for one in found} == {f"{page}{order.number}/"}
        assert all(order.number in texts.shown(one).title for one in found)


def test_what_must_happen_first_is_said_in_one_line(people: People) -> None:
    order = issue(people)
    page = text_of(at_desk(people["regulator"]).get(f"{DESK}{order.number}/"))
    assert "先要：回复整改情况。然后由您办理：确认整改完成。" in page
    lead_agency = at_desk(people["lead-agency"])
    assert "下一步：回复整改情况。" in text_of(lead_agency.get(f"{DESK}{order.number}/"))
    assert lead_agency.get(f"{DESK}{order.number}/escalate/").status_code == 403
    assert lead_agency.get(f"{DESK}{order.number}/answer/").status_code == 404


def test_a_late_order_is_marked_and_stands_first_but_not_in_the_list_of_cases(
    people: People,
) -> None:
    set_clock("2026-03-02 10:00")
    late_ = issue(people)
    set_clock("2026-03-19 10:00")
    fresh = issue(people)
    desk = at_desk(people["regulator"])
    page = desk.get(DESK)
    assert numbers(page) == [late_.number, fresh.number]
    assert "超期" in text_of(page)
    assert numbers(desk.get(f"{DESK}?state=late")) == [late_.number]
    shown = text_of(desk.get(f"{DESK}{late_.number}/"))
    assert "供电公司应在3月16日（周一）24:00 前完成整改：超期 3 天。" in shown
    assert "可以提请牵头部门督办" in shown
    assert "可以提请牵头部门督办" not in text_of(desk.get(f"{DESK}{fresh.number}/"))
    assert late_.number not in text_of(desk.get("/oversight/"))
    assert desk.get("/oversight/").status_code == 200


def test_an_empty_list_says_why(people: People) -> None:
    assert "没有未办结的整改单" in text_of(at_desk(people["regulator"]).get(DESK))
    assert "没有需要整改的事项" in text_of(at_desk(people["supply-lead"]).get(OWN))
    issue(people, COMPANY)
    assert "没有符合条件" in text_of(at_desk(people["regulator"]).get(f"{DESK}?party=police"))
