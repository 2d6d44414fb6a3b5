"""Two people with one form, at every desk: whoever is second is told so, and nothing is a fault."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from applications.workflow import State
from approvals.models import Permit
from rules.names import Kind
from tests.builders import People, Ready, perform, permit_step
from tests.oversight.orders import do, issue
from tests.page import Page
from tests.people import again, browser, staff

#: Opens a form at a desk, lets somebody else act, and answers what the first one is told.
Race = Callable[[People, Ready], Any]


def slow(user: User) -> Client:
    return browser(again(user))


def work_button(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.SUBMITTED), slow(people["manager"])
    seen = Page(first.get(f"/work/cases/{case.number}/")).carried()
    perform(application=case, action="accept", by=people["clerk"])
    return first.post(f"/work/cases/{case.number}/act/", {**seen, "action": "accept"})


def work_form(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["manager"])
    page = f"/work/cases/{case.number}/reply_plan/"
    seen = Page(first.get(page)).carried()
    perform(
        application=case, action="reply_plan", by=people["project"], body={"summary": "由东线供电"}
    )
    return first.post(page, {**seen, "summary": "由西线供电"})


def account(people: People, ready: Ready) -> Any:
    """Withdrawn elsewhere while the plan is answered here."""
    case, first = ready(Kind.HV_SINGLE, State.PLAN_REPLIED), slow(people["factory"])
    page = f"/account/cases/{case.number}/confirm_plan/"
    seen = Page(first.get(page)).carried()
    perform(application=case, action="withdraw", by=people["factory"], body={"reason": "不建了"})
    return first.post(page, {**seen, "agree": "yes"})


def bureau(people: People, ready: Ready) -> Any:
    case = ready(Kind.HV_DUAL, State.PERMITS)
    permit = Permit.objects.filter(case_ref=case.ref, state="received").earliest("id")
    first = slow(people[permit.bureau])
    seen = Page(first.get(f"/bureau/permits/{permit.pk}/")).carried()
    colleague = people.get(f"{permit.bureau}-lead", people[permit.bureau])
    permit_step(permit=permit, action="accept", by=again(colleague))
    return first.post(f"/bureau/permits/{permit.pk}/act/", {**seen, "action": "accept"})


def order_answer(people: People, ready: Ready) -> Any:
    order, first = issue(people), slow(people["supply-lead"])
    seen = Page(first.get(f"/orders/{order.number}/")).carried()
    do(people, order, "answer")
    return first.post(f"/orders/{order.number}/", {**seen, "text": "已整改到位，附照片。"})


def order_closing(people: People, ready: Ready) -> Any:
    order = do(people, issue(people), "answer")
    first, page = slow(people["regulator"]), f"/oversight/orders/{order.number}/close/"
    seen = Page(first.get(page)).carried()
    do(people, order, "return")
    return first.post(page, {**seen, "reason": "已核实。"})


DESKS: list[Race] = [work_button, work_form, account, bureau, order_answer, order_closing]


@pytest.mark.parametrize("race", DESKS, ids=lambda race: race.__name__)
def test_whoever_is_second_reads_what_was_done(people: People, ready: Ready, race: Race) -> None:
    answer = race(people, ready)
    assert answer.status_code in (409, 412)
    assert answer.context["problem"] is not None


def test_of_two_who_close_an_account_none_opens_it(people: People) -> None:
    wanted = people["shop"]
    page = f"/account/people/{wanted.pk}/"
    administrators = [slow(people["administrator"]), slow(staff_administrator())]
    forms = [Page(client.get(page)).carried() for client in administrators]
    for client, seen in zip(administrators, forms, strict=True):
        assert client.post(f"{page}open/", {**seen, "want": "close"}).status_code == 302
    assert again(wanted).is_active is False


def staff_administrator() -> User:
    return staff(Role.ADMINISTRATOR, username="second-administrator")
