"""Two people with one form, at every desk: whoever is second is told so, and nothing is a fault."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from applications.states import State
from approvals.models import Permit
from publishing.tables import table_of
from rules.names import Kind
from tests.applications.assignments.cast import deputise
from tests.builders import Ready, perform, permit_step
from tests.oversight.findings import SAID, act, opened, signal_at
from tests.oversight.orders import do, issue
from tests.page import Page
from tests.people import again, browser, staff
from tests.publishing import builders

People = dict[str, User]
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
    deputy, plan = staff(Role.MANAGER, username="deputy"), {"summary": "由东线供电"}
    deputise(people["manager"], deputy, by=people["supply-lead"])
    perform(application=case, action="reply_plan", by=deputy, body=plan)
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


def finding_explanation(people: People, ready: Ready) -> Any:
    finding, first = opened(people), slow(people["supply-lead"])
    page = f"/signals/{finding.number}/"
    seen = Page(first.get(page)).carried()
    act(finding, "explain", by=staff(Role.SUPPLY_LEAD), **SAID["explain"])
    return first.post(page, {**seen, "text": "现场情况见附件。"})


def finding_decision(people: People, ready: Ready) -> Any:
    finding, first = opened(people), slow(people["regulator"])
    page = f"/oversight/signals/{finding.number}/confirm/"
    seen = Page(first.get(page)).carried()
    act(finding, "confirm", by=staff(Role.REGULATOR), **SAID["confirm"])
    return first.post(page, {**seen, "text": "确属体外循环。"})


def finding_order(people: People, ready: Ready) -> Any:
    finding, first = signal_at(people, "confirmed"), slow(people["regulator"])
    page = f"/oversight/signals/{finding.number}/order/"
    seen = Page(first.get(page)).carried()
    act(finding, "order", by=staff(Role.REGULATOR), **SAID["order"])
    said = {"text": "五日内报告。", "days": "5", "party": "supplier", "do": "issue"}
    return first.post(page, {**seen, **said})


def correction(kind: str) -> Race:
    """Two leads correct the same published row."""

    def race(people: People, ready: Ready) -> Any:
        lead, first = people["supply-lead"], slow(people["supply-lead"])
        builders.published(kind, TEXTS[kind][0], lead)
        row = table_of(kind).rows.standing().get()
        page = f"/work/publish/{kind}/row/{row.pk}/"
        form = first.get(page)
        seen = Page(form).carried() | sent_by(form)
        builders.published(kind, TEXTS[kind][1], staff(Role.SUPPLY_LEAD), note="更正")
        return first.post(page, {**seen, "source": "十一月报表", "note_of_publication": "另有数字"})

    race.__name__ = f"publishing_{kind}"
    return race


def sent_by(page: Any) -> dict[str, Any]:
    """What a browser sends of a form that nobody touched; a real one does so by itself."""
    if page.context is None:
        return {}
    form = page.context["form"]
    fields = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in fields.items()}


#: What is published first, and what the faster of two leads corrects it to.
TEXTS = {
    "fees": (builders.fees(), builders.fees().replace("12.5", "13")),
    "capacity": (builders.capacity(), builders.capacity(open_kva=2000)),
    "outages": (builders.outage(), builders.outage(customers=90)),
}
DESKS: list[Race] = [
    work_button, work_form, account, bureau, order_answer, order_closing, finding_explanation,
    finding_decision, finding_order, *map(correction, TEXTS),
]  # fmt: skip


@pytest.mark.parametrize("race", DESKS, ids=lambda race: race.__name__)
def test_whoever_is_second_reads_what_was_done(people: People, ready: Ready, race: Race) -> None:
    answer = race(people, ready)
    assert answer.status_code in (409, 412)
    problem = answer.context["problem"]
    assert problem is not None
    # Who and when; or which steps there were meanwhile, each with both.
    assert problem.extra.get("winner") or answer.context["changed"]


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
