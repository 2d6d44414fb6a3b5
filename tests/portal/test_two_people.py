"""Two people with one form, at every desk: whoever is second is told so, and nothing is a fault."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from accounts.models import User
from accounts.roles import Role
from applications.advice.actions import ask as ask_advice
from applications.appointments.models import Appointment
from applications.correspondence.actions import settle_messages, write
from applications.drafts import fill
from applications.enquiries.actions import ENQUIRIES, ask
from applications.materials.actions import ORDERS
from applications.models import Application
from applications.packages import actions as packages
from applications.referrals.actions import REFERRALS
from applications.states import State
from applications.supply.actions import set_place
from approvals.advice.actions import ADVICE
from approvals.models import Permit
from approvals.opinions.actions import OPINIONS
from approvals.opinions.models import Opinion
from core.clock import city_now
from ledger.actions import move_clock
from money.charges.models import Charge
from money.payments.actions import PAYMENTS, REFUNDS
from money.reconciliation.actions import explain
from oversight.orderly.actions import PLANS
from oversight.orderly.actions import draft as draft_plan
from publishing import actions as publishing
from publishing.tables import table_of
from reliability.crews.actions import CREWS
from reliability.monitoring.actions import SUGGESTIONS
from reliability.patrols.actions import DEFECTS, PATROLS
from rules.names import Kind
from tests.applications.appointments import booking
from tests.applications.assignments.cast import assign, deputise, joined, kept, the_cell
from tests.applications.follow_ups import rated_low, step
from tests.applications.materials.ordering import METER, ordered
from tests.applications.referrals.passing import passed_on
from tests.applications.rentals.renting import asked as rented
from tests.applications.rentals.renting import register, wanting
from tests.applications.rentals.renting import step as rent
from tests.approvals.people import ANSWERED
from tests.builders import Ready, packed, pdf, perform, permit_step, post_works
from tests.builders import again as anew
from tests.builders import do as take
from tests.disclosure.published import TABLES
from tests.money import cast as money
from tests.money import complaints
from tests.money.differing import differing
from tests.oversight import interruptions, orderly
from tests.oversight.findings import SAID, act, opened, signal_at
from tests.oversight.orders import do, issue
from tests.oversight.task_ledger import tasks
from tests.page import Page
from tests.people import again, browser, staff
from tests.publishing import builders
from tests.reliability import monitoring, outages, reporting
from tests.reliability.patrols import patrolled, reported_defect
from tests.reliability.repairs import registered
from tests.rules.in_force import let
from tests.security.addresses import table
from tools.scenarios import FOUR_REVIEWS, PACKAGE, PERMIT_BODIES, SHORT_LINE

People = dict[str, User]
#: Opens a form at a desk, lets somebody else act, and answers what the first one is told.
Race = Callable[[People, Ready], Any]
#: By the address of their form.
RACES: dict[str, list[Race]] = {}


def at(*patterns: str) -> Callable[[Race], Race]:
    """Enters a race at the address of its form."""

    def enter(race: Race) -> Race:
        for pattern in patterns:
            RACES.setdefault(pattern, []).append(race)
        return race

    return enter


class Slow(Client):
    """The browser of whoever is second; it knows the words that were typed there last."""

    typed: list[str]

    def post(self, path: str, data: Any = None, **more: Any) -> Any:  # type: ignore[override]
        values = [str(value) for value in data.values() if not hasattr(value, "read")]
        self.typed = [value for value in values if not value.isascii()]
        return super().post(path, data, **more)


def slow(user: User) -> Client:
    client = Slow()
    client.cookies = browser(again(user)).cookies
    return client


def second(people: People, role: Role = Role.MANAGER) -> User:
    """The deputy, who takes today what is one manager's."""
    deputy = staff(role, username=f"{role}-deputy")
    deputise(people[role], deputy, by=people["supply-lead"])
    return deputy


@at("/work/cases/<str:number>/act/")
def work_button(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.SUBMITTED), slow(people["manager"])
    seen = Page(first.get(f"/work/cases/{case.number}/")).carried()
    perform(application=case, action="accept", by=people["clerk"])
    return first.post(f"/work/cases/{case.number}/act/", {**seen, "action": "accept"})


@at("/work/cases/<str:number>/<slug:action>/")
def work_form(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.CONTRACTED), slow(people["manager"])
    page = f"/work/cases/{case.number}/energise/"
    seen = Page(first.get(page)).carried()
    body = {"meter_number": "DB-0001"}
    perform(application=case, action="energise", by=second(people), body=body)
    return first.post(page, {**seen, "meter_number": "DB-0002"})


@at("/account/cases/<slug:number>/<slug:action>/")
def account(people: People, ready: Ready) -> Any:
    """Withdrawn elsewhere while the plan is answered here."""
    case, first = ready(Kind.HV_SINGLE, State.PLAN_REPLIED), slow(people["factory"])
    page = f"/account/cases/{case.number}/confirm_plan/"
    seen = Page(first.get(page)).carried()
    perform(application=case, action="withdraw", by=people["factory"], body={"reason": "不建了"})
    return first.post(page, {**seen, "agree": "yes"})


@at("/bureau/permits/<int:pk>/act/")
def bureau(people: People, ready: Ready) -> Any:
    case = ready(Kind.HV_DUAL, State.PERMITS)
    permit = Permit.objects.filter(case_ref=case.ref, state="received").earliest("id")
    first = slow(people[permit.bureau])
    seen = Page(first.get(f"/bureau/permits/{permit.pk}/")).carried()
    colleague = people.get(f"{permit.bureau}-lead", people[permit.bureau])
    permit_step(permit=permit, action="accept", by=again(colleague))
    return first.post(f"/bureau/permits/{permit.pk}/act/", {**seen, "action": "accept"})


@at("/orders/<str:number>/")
def order_answer(people: People, ready: Ready) -> Any:
    order, first = issue(people), slow(people["supply-lead"])
    seen = Page(first.get(f"/orders/{order.number}/")).carried()
    do(people, order, "answer")
    return first.post(f"/orders/{order.number}/", {**seen, "text": "已整改到位，附照片。"})


@at("/oversight/orders/<str:number>/<slug:action>/")
def order_closing(people: People, ready: Ready) -> Any:
    order = do(people, issue(people), "answer")
    first, page = slow(people["regulator"]), f"/oversight/orders/{order.number}/close/"
    seen = Page(first.get(page)).carried()
    do(people, order, "return")
    return first.post(page, {**seen, "reason": "已核实。"})


@at("/signals/<str:number>/")
def finding_explanation(people: People, ready: Ready) -> Any:
    finding, first = opened(people), slow(people["supply-lead"])
    page = f"/signals/{finding.number}/"
    seen = Page(first.get(page)).carried()
    act(finding, "explain", by=staff(Role.SUPPLY_LEAD), **SAID["explain"])
    return first.post(page, {**seen, "text": "现场情况见附件。"})


@at("/oversight/signals/<str:number>/<slug:action>/")
def finding_decision(people: People, ready: Ready) -> Any:
    finding, first = opened(people), slow(people["regulator"])
    page = f"/oversight/signals/{finding.number}/confirm/"
    seen = Page(first.get(page)).carried()
    act(finding, "confirm", by=staff(Role.REGULATOR), **SAID["confirm"])
    return first.post(page, {**seen, "text": "确属体外循环。"})


@at("/oversight/signals/<str:number>/<slug:action>/")
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


for each in DESKS[-len(TEXTS) :]:
    at("/work/publish/<slug:kind>/row/<int:pk>/")(each)


# Further forms, without a browser of their own


@at("/apply/<slug:number>/questions/<slug:code>/")
def draft_changed(people: People, ready: Ready) -> Any:
    """Somebody who acts with the applicant fills in the same question."""
    case, first = ready(Kind.HV_SINGLE, State.DRAFT), slow(people["factory"])
    page = f"/apply/{case.number}/questions/applicant/"
    seen = Page(first.get(page)).carried()
    fill(application=case, typed={"capacity_kw": "900"}, by=people["factory"])
    return first.post(page, {**seen, "applicant_type": "company", "applicant_name": TYPED})


@at("/apply/<slug:number>/questions/<slug:code>/")
def draft_filed(people: People, ready: Ready) -> Any:
    """Somebody who acts with the applicant files it."""
    case, first = ready(Kind.HV_SINGLE, State.DRAFT), slow(people["factory"])
    page = f"/apply/{case.number}/questions/applicant/"
    seen = Page(first.get(page)).carried()
    perform(application=case, action="submit", by=people["factory"])
    return first.post(page, {**seen, "applicant_type": "company", "applicant_name": TYPED})


@at("/apply/<slug:number>/check/")
def last_look(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.DRAFT), slow(people["factory"])
    page = f"/apply/{case.number}/check/"
    seen = Page(first.get(page)).carried()
    fill(application=case, typed={"capacity_kw": "900"}, by=people["factory"])
    return first.post(page, seen)


@at("/account/cases/<slug:number>/documents/<slug:code>/")
def document(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.SUPPLEMENT), slow(people["factory"])
    page = f"/account/cases/{case.number}/documents/identity/"
    seen = Page(first.get(page)).carried()
    perform(application=case, action="withdraw", by=people["factory"], body={"reason": "不建了"})
    return first.post(page, {**seen, "file": pdf()})


@at("/account/cases/<slug:number>/phone/")
def phone(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["factory"])
    page = f"/account/cases/{case.number}/phone/"
    seen = Page(first.get(page)).carried()
    perform(application=case, action="withdraw", by=people["factory"], body={"reason": "不建了"})
    return first.post(page, {**seen, "phone": "13912340009"})


@at("/work/permits/<int:pk>/")
def commitment(people: People, ready: Ready) -> Any:
    case = ready(Kind.HV_SINGLE, State.PLAN_CONFIRMED)
    post_works(people, case, SHORT_LINE)
    permit = Permit.objects.filter(case_ref=case.ref, state="awaiting_commitment").earliest("id")
    first, page = slow(people["project"]), f"/work/permits/{permit.pk}/"
    seen = Page(first.get(page)).carried()
    permit_step(permit=permit, action="commit", by=second(people, Role.PROJECT), body={})
    return first.post(
        page, {**seen, "action": "commit", "responsible": "王建国", "position": "经理"}
    )


@at("/work/cases/<str:number>/package/")
def package_saved(people: People, ready: Ready) -> Any:
    """The deputy saves the package while the project manager types another contractor."""
    case, first = ready(Kind.HV_SINGLE, State.PLAN_CONFIRMED), slow(people["project"])
    page = f"/work/cases/{case.number}/package/"
    seen = Page(first.get(page)).carried()
    packages.save(application=case, body=PACKAGE, by=second(people, Role.PROJECT))
    return first.post(page, {**seen, "contractor": "另一家线路公司"})


@at("/work/cases/<str:number>/supply/")
def place_kept(people: People, ready: Ready) -> Any:
    """Somebody else says where the case connects meanwhile."""
    case, first = ready(Kind.LV_SMALL, State.CONTRACTED), slow(people["manager"])
    page = f"/work/cases/{case.number}/supply/"
    seen = Page(first.get(page)).carried()
    set_place(case, "104.77 29.35", by=second(people, Role.MANAGER))
    return first.post(page, {**seen, "position": "104.78 29.36"})


@at("/work/cases/<str:number>/supply/reserve/")
def supply_reserved(people: People, ready: Ready) -> Any:
    """Somebody else reserves meanwhile."""
    case, first = ready(Kind.LV_SMALL, State.CONTRACTED), slow(people["manager"])
    builders.published("capacity", TABLES["capacity"], people["supply-lead"])
    page = f"/work/cases/{case.number}/supply/"
    seen = Page(first.get(page)).carried()
    by = second(people, Role.MANAGER)
    perform(application=case, action="reserve_supply", by=by, body={"element": "YS-P1"})
    return first.post(f"{page}reserve/", {**seen, "version": case.version, "element": "YS-P1"})


@at("/work/cases/<str:number>/package/advice/")
def advice_asked(people: People, ready: Ready) -> Any:
    case, first, page, seen = asking(people, ready)
    ask_advice(application=case, body={"question": "可行吗？"}, by=second(people, Role.PROJECT))
    return first.post(page, {**seen, "question": TYPED})


@at("/work/cases/<str:number>/package/advice/")
def advice_about_another_line(people: People, ready: Ready) -> Any:
    """The deputy saves the package while the project manager types the question."""
    case, first, page, seen = asking(people, ready)
    packages.save(application=case, body=PACKAGE, by=second(people, Role.PROJECT))
    return first.post(page, {**seen, "question": TYPED})


def asking(people: People, ready: Ready) -> tuple[Application, Client, str, dict[str, str]]:
    case, first = ready(Kind.HV_SINGLE, State.PLAN_CONFIRMED), slow(people["project"])
    packed(people, case)
    page = f"/work/cases/{case.number}/package/advice/"
    return case, first, page, Page(first.get(page)).carried()


@at("/work/cases/<str:number>/package/advice/<int:pk>/withdraw/")
def advice_withdrawn(people: People, ready: Ready) -> Any:
    """The bureau answers meanwhile."""
    case, first, _page, _seen = asking(people, ready)
    one = ask_advice(application=case, body={"question": "可行吗？"}, by=people["project"])
    form = Page(first.get(f"/work/cases/{case.number}/package/"))
    ADVICE.perform(one, "answer", by=people["planning"], body={"verdict": "no_objection"})
    return form.submit(first, "撤回征求")


@at("/bureau/advice/<int:pk>/")
def advice_given(people: People, ready: Ready) -> Any:
    case, _first, _page, _seen = asking(people, ready)
    one = ask_advice(application=case, body={"question": "可行吗？"}, by=people["project"])
    first, page = slow(people["planning"]), f"/bureau/advice/{one.pk}/"
    seen = Page(first.get(page)).carried()
    ADVICE.perform(one, "answer", by=people["planning-lead"], body={"verdict": "no_objection"})
    return first.post(page, {**seen, "verdict": "other_route", "words": TYPED})


@at("/work/cases/<str:number>/line-works/")
def line(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.PLAN_CONFIRMED), slow(people["project"])
    page = f"/work/cases/{case.number}/line-works/"
    seen = Page(first.get(page)).carried()
    deputy, body = second(people, Role.PROJECT), {**FOUR_REVIEWS, "voltage": "high"}
    perform(application=case, action="post_line_works", by=deputy, body=body)
    said = {"external": "yes", "length_m": "347.5", "excavation_m": "0", "investment_yuan": "1"}
    kept = {**said, "road": "none", "greening": "none", "action": "post_line_works"}
    return first.post(page, {**seen, **kept, "do": "post"})


@at("/work/cases/<str:number>/charge/")
def charge(people: People, ready: Ready) -> Any:
    builders.published("fees", builders.fees(), people["supply-lead"])
    builders.published("payees", builders.PAYEES, people["supply-lead"])
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["manager"])
    page = f"/work/cases/{case.number}/charge/"
    form = first.get(page)
    seen = Page(form).carried()
    item = form.context["form"].fields["fee_item"].choices[1][0]
    perform(application=case, action="withdraw", by=people["factory"], body={"reason": "不建了"})
    said = {"fee_item": item, "quantity": "1", "payee": "GD"}
    return first.post(page, {**seen, **said})


@at("/work/payments/differences/<int:pk>/")
def explanation(people: People, ready: Ready) -> Any:
    [one] = differing()
    page, first = f"/work/payments/differences/{one.pk}/", slow(people["supply-lead"])
    seen = Page(first.get(page)).carried()
    explain(one, {"words": "银行延迟入账"}, by=people["supply-lead"])
    return first.post(page, {**seen, "words": TYPED})


@at("/work/charges/<int:pk>/<slug:action>/")
def charge_withdrawn(people: People, ready: Ready) -> Any:
    one, first = charged(people), slow(people["manager"])
    page = f"/work/charges/{one.pk}/withdraw/"
    seen = Page(first.get(page)).carried()
    with money.online():
        money.paid(people, one)
    return first.post(page, {**seen, "reason": TYPED})


@at("/work/charges/<int:pk>/payments/<slug:order>/<slug:action>/")
def payment_applied(people: People, ready: Ready) -> Any:
    one, first = charged(people), slow(people["manager"])
    with money.online():
        late = money.late(people, one)
    page = f"/work/charges/{one.pk}/payments/{late.number}/apply/"
    seen = Page(first.get(page)).carried()
    PAYMENTS.perform(late, "apply", by=people["supply-lead"])
    return first.post(page, seen)


@at("/work/charges/<int:pk>/refunds/<slug:refund>/<slug:action>/")
def refund_retried(people: People, ready: Ready) -> Any:
    one, first = charged(people), slow(people["manager"])
    with money.online():
        refund = money.refund_failed(people, money.paid(people, one))
    page = f"/work/charges/{one.pk}/refunds/{refund.number}/retry/"
    seen = Page(first.get(page)).carried()
    REFUNDS.perform(refund, "retry", by=people["supply-lead"])
    return first.post(page, seen)


def charged(people: People) -> Charge:
    money.catalogue(people)
    return money.due(people)


@at("/work/cases/<str:number>/messages/")
def message(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["manager"])
    page = f"/work/cases/{case.number}/"
    write(application=case, body={"text": "什么时候来？"}, by=people["factory"])
    form = Page(first.get(page))
    write(application=case, body={"text": "明天。"}, by=people["project"])
    return form.submit(first, "发送留言", text=TYPED)


@at("/work/cases/<str:number>/messages/settle/")
def settled(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["manager"])
    write(application=case, body={"text": "谢谢"}, by=people["factory"])
    form = Page(first.get(f"/work/cases/{case.number}/"))
    settle_messages(application=case, by=people["project"])
    return form.submit(first, "无需回复")


@at("/work/follow-ups/<int:pk>/<slug:action>/")
def follow_up(people: People, ready: Ready) -> Any:
    one = rated_low(people, ready(Kind.RESIDENTIAL, State.ENERGISED))
    first, page = slow(people["supply-lead"]), f"/work/follow-ups/{one.pk}/close/"
    seen = Page(first.get(page)).carried()
    step(one, "close", by=staff(Role.SUPPLY_LEAD))
    return first.post(page, {**seen, "said": TYPED, "done": "已道歉"})


@at("/work/referrals/<slug:number>/<slug:action>/")
def referral(people: People, ready: Ready) -> Any:
    with override_settings(SMS_PROVIDER="counterpart"):
        one = passed_on(people)
    first, page = slow(people["clerk"]), f"/work/referrals/{one.number}/withdraw/"
    seen = Page(first.get(page)).carried()
    REFERRALS.perform(one, "withdraw", by=people["clerk"], body={"reason": "改在本地"})
    return first.post(page, {**seen, "reason": TYPED})


@at("/bureau/permits/<int:pk>/<slug:action>/")
def refusing(people: People, ready: Ready) -> Any:
    case = ready(Kind.HV_DUAL, State.PERMITS)
    permit = Permit.objects.get(case_ref=case.ref, permit="planning")
    permit_step(permit=permit, action="accept", by=people["planning"], body={})
    first, page = slow(people["planning"]), f"/bureau/permits/{permit.pk}/refuse/"
    seen = Page(first.get(page)).carried()
    permit_step(permit=permit, action="grant", by=people["planning-lead"], body={})
    return first.post(page, {**seen, **ANSWERED, "reason": TYPED, "clause": "planning_40"})


@at("/bureau/permits/<int:pk>/opinions/<int:opinion>/<slug:action>/")
def withdrawing(people: People, ready: Ready) -> Any:
    """The lead withdraws the question meanwhile."""
    case = ready(Kind.HV_DUAL, State.PERMITS)
    permit = Permit.objects.get(case_ref=case.ref, permit="planning")
    said = {"name": "自贡水务集团", "phone": "13912340011", "question": "有无主管？", "days": 3}
    with override_settings(SMS_PROVIDER="counterpart"):
        one = OPINIONS.perform(Opinion(permit=permit), "ask", by=people["planning"], body=said)
    first, page = slow(people["planning"]), f"/bureau/permits/{permit.pk}/"
    seen = Page(first.get(page)).carried()
    OPINIONS.perform(one, "withdraw", by=people["planning-lead"], body={})
    return first.post(f"{page}opinions/{one.pk}/withdraw/", seen | {"version": 1})


@at("/work/permits/<int:pk>/items/<int:item>/")
def answering_a_bureau(people: People, ready: Ready) -> Any:
    """The deputy hands all of it in meanwhile."""
    case = ready(Kind.HV_SINGLE, State.PERMITS)
    permit = Permit.objects.get(case_ref=case.ref, permit="planning")
    asked, answers = PERMIT_BODIES["request_supplement"], PERMIT_BODIES["supply_supplement"]
    permit_step(permit=permit, action="request_supplement", by=people["planning"], body=asked)
    first, page = slow(people["project"]), f"/work/permits/{permit.pk}/items/1/"
    seen = Page(first.get(page)).carried()
    deputy = second(people, Role.PROJECT)
    permit_step(permit=permit, action="supply_supplement", by=deputy, body=answers)
    return first.post(page, {**seen, "answer": TYPED})


@at("/work/publish/drafts/<int:pk>/give-back/")
def draft_given_back(people: People, ready: Ready) -> Any:
    lead, first = people["supply-lead"], slow(people["supply-lead-2"])
    draft = publishing.begin(kind="fees", by=lead, text=TEXTS["fees"][0], source="十一月报表")
    publishing.offer(draft=draft, by=lead)
    page = f"/work/publish/drafts/{draft.pk}/"
    seen = Page(first.get(page)).carried()
    publishing.give_back(draft=draft, by=staff(Role.SUPPLY_LEAD), reason="依据文号有误")
    return first.post(f"{page}give-back/", {**seen, "offer": "1", "reason": TYPED})


@at("/work/publish/<slug:kind>/row/<int:pk>/withdraw/")
def withdrawn_row(people: People, ready: Ready) -> Any:
    first = slow(people["supply-lead"])
    builders.published("fees", TEXTS["fees"][0], people["supply-lead"])
    row = table_of("fees").rows.standing().get()
    seen = Page(first.get(f"/work/publish/fees/row/{row.pk}/")).carried()
    builders.published("fees", TEXTS["fees"][1], staff(Role.SUPPLY_LEAD), note="更正")
    return first.post(f"/work/publish/fees/row/{row.pk}/withdraw/", {**seen, "note": TYPED})


@at("/work/cases/<str:number>/reply_plan/")
def replying(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["manager"])
    page = f"/work/cases/{case.number}/reply_plan/"
    seen = Page(first.get(page)).carried()
    plan = {"summary": "由东线供电"}
    perform(application=case, action="reply_plan", by=second(people), body=plan)
    return first.post(page, {**seen, "summary": "由西线供电"})


@at("/work/cases/<str:number>/<slug:action>/")
def supplement(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.SUBMITTED), slow(people["manager"])
    page = f"/work/cases/{case.number}/request_supplement/"
    seen = Page(first.get(page)).carried()
    perform(application=case, action="accept", by=people["clerk"])
    return first.post(page, {**seen, "ask_identity": "on", "why_identity": TYPED})


@at("/work/cases/<str:number>/<slug:action>/")
def prolonging(people: People, ready: Ready) -> Any:
    """The manager and the deputy ask to let one plan hold longer."""
    with pytest.MonkeyPatch.context() as patch:
        case = dated(people, ready, patch)
        first, page = slow(people["manager"]), f"/work/cases/{case.number}/propose_prolongation/"
        seen = Page(first.get(page)).carried()
        body = {"months": 6}
        perform(application=case, action="propose_prolongation", by=second(people), body=body)
        return first.post(page, {**seen, "months": "3"})


@at("/account/cases/<slug:number>/<slug:action>/")
def prolonged(people: People, ready: Ready) -> Any:
    """Somebody who acts with the applicant lets the plan hold longer."""
    with pytest.MonkeyPatch.context() as patch:
        case, by = dated(people, ready, patch), people["manager"]
        perform(application=case, action="propose_prolongation", by=by, body={"months": 6})
        first, page = slow(people["factory"]), f"/account/cases/{case.number}/answer_prolongation/"
        seen = Page(first.get(page)).carried()
        take(people, case, "answer_prolongation", agree=True, reason="")
        return first.post(page, {**seen, "agree": "no", "reason": TYPED})


@at("/work/cases/<str:number>/renew_plan/")
def renewed(people: People, ready: Ready) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        case = dated(people, ready, patch)
        assert case.plan_lapses_at
        move_clock(offset=case.plan_lapses_at - city_now() + timedelta(seconds=1))
        first, page = slow(people["manager"]), f"/work/cases/{case.number}/renew_plan/"
        seen = Page(first.get(page)).carried()
        plan = {"summary": "由东线供电"}
        perform(application=case, action="renew_plan", by=second(people), body=plan)
        return first.post(page, {**seen, "summary": TYPED})


def dated(people: People, ready: Ready, patch: pytest.MonkeyPatch) -> Application:
    """A case whose plan holds a year, and can be prolonged by one."""
    for rule in ("plan.validity_months.high", "plan.prolongation_months.high"):
        let(patch, rule, YEAR)
    case = take(people, ready(Kind.HV_SINGLE, State.ACCEPTED), "reply_plan")
    return take(people, case, "confirm_plan")


@at("/account/cases/<slug:number>/identity/")
def identity(people: People, ready: Ready) -> Any:
    """Somebody who acts with the applicant proposes another name."""
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["factory"])
    page = f"/account/cases/{case.number}/identity/"
    seen = Page(first.get(page)).carried()
    propose(people, case)
    said = RENAMED | {"reason": TYPED, "evidence": pdf()}
    return first.post(page, {**seen, **said})


@at("/work/cases/<str:number>/correction/")
def decision(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.SUBMITTED), slow(people["manager"])
    propose(people, case)
    page = f"/work/cases/{case.number}/correction/"
    seen = Page(first.get(page)).carried()
    body = {"agree": True, "reason": ""}
    perform(application=case, action="decide_correction", by=people["clerk"], body=body)
    return first.post(page, {**seen, "agree": "no", "reason": TYPED})


def propose(people: People, case: Application) -> None:
    perform(
        application=case,
        action="correct_identity",
        by=people["factory"],
        body=RENAMED | {"reason": "名称有误"},
        uploads=[pdf()],
    )


@at("/work/enquiries/<int:pk>/<slug:action>/")
def enquiry(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["manager"])
    one = ask(application=case, body={"text": "何时答复？"}, by=people["factory"])
    page = f"/work/enquiries/{one.pk}/answer/"
    seen = Page(first.get(page)).carried()
    ENQUIRIES.perform(one, "answer", by=people["clerk"], body={"answer": "本周。"})
    return first.post(page, {**seen, "answer": TYPED})


@at("/oversight/complaints/<int:pk>/<slug:action>/")
def complaint_decided(people: People, ready: Ready) -> Any:
    one, other = complaint(people, ready), staff(Role.REGULATOR, username="second-regulator")
    first = slow(people["regulator"])
    page = f"/oversight/complaints/{one.pk}/uphold/"
    seen = Page(first.get(page)).carried()
    complaints.step(one, "dismiss", other, complaints.DECISION)
    return first.post(page, {**seen, "reasons": TYPED, "clause": ""})


@at("/work/fault-suggestions/<int:pk>/<slug:action>/")
def suggestion_decided(people: People, ready: Ready) -> Any:
    outages.grid(people)
    one, first = monitoring.told("L-1"), slow(people["project"])
    page = f"/work/fault-suggestions/{one.pk}/set_aside/"
    seen = Page(first.get(page)).carried()
    said = {"reason": "tested", "note": "对点"}
    SUGGESTIONS.perform(one, "set_aside", by=people["supply-lead"], body=said)
    return first.post(page, {**seen, "reason": "false_alarm", "note": TYPED})


@at("/work/patrols/<int:pk>/<slug:action>/")
def patrol_found(people: People, ready: Ready) -> Any:
    outages.grid(people)
    one, first = patrolled(people["supply-lead"]), slow(people["project"])
    page = f"/work/patrols/{one.pk}/find/"
    seen = Page(first.get(page)).carried()
    PATROLS.perform(one, "end", by=people["supply-lead"])
    return first.post(page, {**seen, "severity": "serious", "words": TYPED})


@at("/work/defects/<int:pk>/<slug:action>/")
def defect_mended(people: People, ready: Ready) -> Any:
    outages.grid(people)
    one, first = reported_defect(people["project"]), slow(people["project"])
    page = f"/work/defects/{one.pk}/order_works/"
    seen = Page(first.get(page)).carried()
    DEFECTS.perform(one, "mend", by=people["supply-lead"], body={"mended": "已处理"})
    return first.post(page, {**seen, "works": TYPED})


@at("/work/repair-crews/<int:pk>/<slug:action>/")
def crew_changed(people: People, ready: Ready) -> Any:
    one, first = registered(people["supply-lead"]), slow(people["supply-lead"])
    page = f"/work/repair-crews/{one.pk}/change/"
    seen = Page(first.get(page)).carried()
    CREWS.perform(one, "end", by=staff(Role.SUPPLY_LEAD))
    return first.post(page, {**seen, "name": TYPED, "phone": "95598"})


@at("/work/outages/<str:number>/<slug:action>/")
def outage_cancelled(people: People, ready: Ready) -> Any:
    one, first = outages.announced(outages.grid(people)), slow(people["project"])
    page = f"/work/outages/{one.number}/cancel/"
    seen = Page(first.get(page)).carried()
    outages.do(one, "start", people["supply-lead"])
    return first.post(page, {**seen, "reason": TYPED})


@at("/work/complaints/<int:pk>/<slug:action>/")
def complaint_explained(people: People, ready: Ready) -> Any:
    one, first = complaint(people, ready), slow(people["manager"])
    page = f"/work/complaints/{one.pk}/explain/"
    seen = Page(first.get(page)).carried()
    complaints.step(one, "explain", people["clerk"], complaints.EXPLANATION)
    return first.post(page, {**seen, "explanation": TYPED})


@at("/account/complaints/<int:pk>/<slug:action>/")
def complaint_withdrawn(people: People, ready: Ready) -> Any:
    one, first = complaint(people, ready), slow(people["factory"])
    page = f"/account/complaints/{one.pk}/withdraw/"
    seen = Page(first.get(page)).carried()
    complaints.step(one, "uphold", people["regulator"], complaints.DECISION)
    return first.post(page, seen)


@at("/oversight/interruptions/<int:pk>/<slug:action>/")
def interruption_decided(people: People, ready: Ready) -> Any:
    one, other = (
        interruptions.complained(people),
        staff(Role.REGULATOR, username="second-regulator"),
    )
    first, page = slow(people["regulator"]), f"/oversight/interruptions/{one.pk}/uphold/"
    seen = Page(first.get(page)).carried()
    interruptions.step(one, "dismiss", other, interruptions.DECISION)
    return first.post(page, {**seen, "reasons": TYPED, "clause": ""})


@at("/work/interruptions/<int:pk>/<slug:action>/")
def interruption_explained(people: People, ready: Ready) -> Any:
    one, first = interruptions.complained(people), slow(people["manager"])
    page = f"/work/interruptions/{one.pk}/explain/"
    seen = Page(first.get(page)).carried()
    interruptions.step(one, "explain", people["supply-lead"], interruptions.EXPLANATION)
    return first.post(page, {**seen, "explanation": TYPED})


@at("/interruptions/<int:pk>/<slug:action>/")
def interruption_withdrawn(people: People, ready: Ready) -> Any:
    one, first = interruptions.complained(people), slow(people["factory"])
    page = f"/interruptions/{one.pk}/withdraw/"
    seen = Page(first.get(page)).carried()
    interruptions.step(one, "uphold", people["regulator"], interruptions.DECISION)
    return first.post(page, seen)


@at("/oversight/orderly-use/<int:pk>/<slug:action>/")
def plan_of_orderly_use(people: People, ready: Ready) -> Any:
    other = staff(Role.LEAD_AGENCY, username="second-agency")
    one = draft_plan(body=orderly.plan_body(), by=people["lead-agency"])
    first, page = slow(people["lead-agency"]), f"/oversight/orderly-use/{one.pk}/issue/"
    seen = Page(first.get(page)).carried()
    PLANS.perform(one, "issue", by=other)
    return first.post(page, seen)


@at("/oversight/orderly-use/districts/<int:pk>/<slug:action>/")
def district_of_orderly_use(people: People, ready: Ready) -> Any:
    other = staff(Role.DISTRICT_LEAD, username="second-district-lead")
    one = orderly.of_district(orderly.issued(people))
    first = slow(people["district-lead"])
    page = f"/oversight/orderly-use/districts/{one.pk}/hand_in/"
    seen = Page(first.get(page)).carried()
    orderly.step(one, "hand_in", other, orderly.HANDED_IN)
    return first.post(page, {**seen, **orderly.HANDED_IN, "words": TYPED})


@at("/tasks/<int:pk>/<slug:action>/")
def task_of_ledger(people: People, ready: Ready) -> Any:
    one, first = tasks.entered(people), slow(people["supply-lead"])
    page = f"/tasks/{one.pk}/claim/"
    seen = Page(first.get(page)).carried()
    tasks.step(one, "claim", people["supply-lead-2"], {"words": "完成"})
    return first.post(page, {**seen, "words": TYPED})


@at("/work/orderly-use/<int:pk>/<slug:action>/")
def execution_of_orderly_use(people: People, ready: Ready) -> Any:
    one, first = orderly.begun(people, orderly.issued(people)), slow(people["supply-lead"])
    page = f"/work/orderly-use/{one.pk}/end/"
    seen = Page(first.get(page)).carried()
    orderly.take(one, "end", people["supply-lead-2"], {})
    return first.post(page, {**seen, "shed_mw": "7"})


def complaint(people: People, ready: Ready) -> Any:
    case = ready(Kind.HV_SINGLE, State.ACCEPTED)
    complaints.publish(people["supply-lead"])
    return complaints.complained(complaints.charge_of(case, people["manager"]))


def told(people: People, by: str, address: str, act: str, **said: Any) -> Any:
    """A report that somebody else of its office has closed meanwhile."""
    body = {"supply": reporting.OUT, "district-lead": reporting.ILLEGAL}
    one = reporting.reported(people["resident"], body.get(by, reporting.DIGGING))
    reporting.step(one, "take_on", people[by])
    first, page = slow(people[by]), f"{address}{one.pk}/{act}/"
    seen = Page(first.get(page)).carried()
    reporting.step(one, "close", people[by], **reporting.CLOSING)
    return first.post(page, {**seen, **said})


@at("/work/reports/<int:pk>/<slug:action>/")
def report_at_work(people: People, ready: Ready) -> Any:
    supply = {**people, "supply": people["project"]}
    return told(supply, "supply", "/work/reports/", "note", text=TYPED)


@at("/bureau/reports/<int:pk>/<slug:action>/")
def report_at_bureau(people: People, ready: Ready) -> Any:
    said = {"outcome": "confirmed", "answer": TYPED}
    return told(people, "city-management", "/bureau/reports/", "close", **said)


@at("/oversight/reports/<int:pk>/<slug:action>/")
def report_of_lead(people: People, ready: Ready) -> Any:
    said = {"office": "housing", "reason": TYPED}
    return told(people, "district-lead", "/oversight/reports/", "hand_over", **said)


@at(*(f"/{side}/reports/<int:pk>/see_reporter/" for side in ("work", "bureau", "oversight")))
def reporter_seen(people: People, ready: Ready) -> Any:
    return told(people, "city-management", "/bureau/reports/", "see_reporter", reason=TYPED)


@at("/account/cases/<slug:number>/appointments/new/<slug:purpose>/")
def booked_by_company(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["factory"])
    page = f"/account/cases/{case.number}/appointments/new/survey/"
    said = chosen(first, page, case)
    booking.booked(case, people["manager"], time=1)
    return first.post(page, {**said, "remark": TYPED})


@at("/work/cases/<str:number>/appointments/<slug:purpose>/")
def booked_by_applicant(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["manager"])
    page = f"/work/cases/{case.number}/appointments/survey/"
    said = chosen(first, page, case)
    booking.booked(case, people["factory"], time=1)
    return first.post(page, {**said, "remark": TYPED})


@at("/account/cases/<slug:number>/appointments/<int:pk>/<slug:action>/")
def moved_by_company(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["factory"])
    one = booking.booked(case, people["factory"])
    page = f"/account/cases/{case.number}/appointments/{one.pk}/move/"
    said = chosen(first, page, case, time=2)
    booking.moved(one, people["manager"])
    return first.post(page, {**said, "reason": TYPED})


@at("/work/appointments/<int:pk>/<slug:action>/")
def moved_by_applicant(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["manager"])
    one = booking.booked(case, people["factory"])
    page = f"/work/appointments/{one.pk}/cancel/"
    seen = Page(first.get(page)).carried()
    booking.moved(one, people["factory"])
    return first.post(page, {**seen, "reason": TYPED})


@at("/work/appointments/<int:pk>/<slug:action>/")
def cancelled_by_applicant(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["manager"])
    one = booking.booked(case, people["factory"])
    page = f"/work/appointments/{one.pk}/move/"
    said = chosen(first, page, case, time=2)
    booking.step(one, "cancel", people["factory"])
    return first.post(page, {**said, "reason": TYPED})


def chosen(client: Client, page: str, case: Application, time: int = 0) -> dict[str, str]:
    """What the form of an appointment carries, with one of the free times."""
    at = booking.times(case)[time].begins_at.isoformat()
    return {**Page(client.get(page, {"at": at})).carried(), "begins_at": at}


@at("/work/appointments/<int:pk>/contract/")
def signature(people: People, ready: Ready) -> Any:
    case, one = signing(people, ready)
    first, page = slow(people["manager"]), f"/work/appointments/{one.pk}/contract/"
    seen = Page(first.get(page)).carried()
    perform(application=case, action="enter_signature", by=second(people), uploads=[pdf()])
    return first.post(page, {**seen, "contract": pdf()})


@at("/work/appointments/<int:pk>/contract/")
def signature_in_a_case_that_moved(people: People, ready: Ready) -> Any:
    """The lead gives the case another project manager meanwhile."""
    case, one = signing(people, ready)
    [new] = joined(people, "new", role=Role.PROJECT)
    first, page = slow(people["manager"]), f"/work/appointments/{one.pk}/contract/"
    seen = Page(first.get(page)).carried()
    assert assign(case, people["supply-lead"], new, "project").status_code == 200
    return first.post(page, {**seen, "contract": pdf()})


def signing(people: People, ready: Ready) -> tuple[Application, Appointment]:
    """A case whose contract is to be signed at an appointment, which has begun."""
    case = ready(Kind.HV_SINGLE, State.COMPLETION_PASSED)
    one = booking.booked(case, people["factory"], purpose="contract")
    booking.go_to(one)
    return anew(case), one


@at("/work/cases/<str:number>/materials/")
def material_ordered(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.LV_OTHER, State.CONTRACTED), slow(people["manager"])
    page = f"/work/cases/{case.number}/materials/"
    with override_settings(SUPPLY_CHAIN_URL="http://127.0.0.1:9/"):
        seen = Page(first.get(page)).carried()
        ordered(case, people["project"], **METER)
        return first.post(page, {**seen, **METER})


@at("/work/cases/<str:number>/materials/<uuid:ref>/cancel/")
def material_cancelled(people: People, ready: Ready) -> Any:
    case, first = ready(Kind.LV_OTHER, State.CONTRACTED), slow(people["manager"])
    with override_settings(SUPPLY_CHAIN_URL="http://127.0.0.1:9/"):
        one = ordered(case, people["manager"], **METER)
    form = Page(first.get(f"/work/cases/{case.number}/"))
    ORDERS.perform(one, "cancel", by=people["project"])
    return form.submit(first, "取消订单 三相电能表，1 只")


@at("/account/cases/<slug:number>/rentals/<int:pk>/<slug:action>/")
def rental_withdrawn(people: People, ready: Ready) -> Any:
    case, first = wanting_unit(people), slow(people["shop"])
    one = rented(case, people["shop"])
    page = f"/account/cases/{case.number}/rentals/{one.pk}/withdraw/"
    seen = Page(first.get(page)).carried()
    rent(one, "decline", by=people["manager"])
    return first.post(page, {**seen, "reason": TYPED})


@at("/work/rental/<int:pk>/<slug:action>/")
def rental_declined(people: People, ready: Ready) -> Any:
    one, first = rented(wanting_unit(people), people["shop"]), slow(people["manager"])
    page = f"/work/rental/{one.pk}/decline/"
    seen = Page(first.get(page)).carried()
    rent(one, "withdraw", by=people["shop"])
    return first.post(page, {**seen, "reason": TYPED})


def wanting_unit(people: People) -> Application:
    register(people, "Z-1")
    return wanting(people)


@at("/work/cases/<str:number>/assign/<slug:role>/")
def assigned(people: People, ready: Ready) -> Any:
    """Two leads give one case to different people."""
    case, first = ready(Kind.HV_SINGLE, State.ACCEPTED), slow(people["supply-lead"])
    ours, theirs = joined(people, "ours", "theirs")
    page = f"/work/cases/{case.number}/assign/manager/"
    seen = Page(first.get(page)).carried()
    assert assign(case, staff(Role.SUPPLY_LEAD), theirs).status_code == 200
    return first.post(page, {**seen, "user": str(ours.pk), "reason": TYPED})


@at("/work/assignments/cells/<int:pk>/")
def cell(people: People, ready: Ready) -> Any:
    one, first = the_cell(), slow(people["supply-lead"])
    page = f"/work/assignments/cells/{one.pk}/"
    seen = Page(first.get(page)).carried()
    kept(staff(Role.SUPPLY_LEAD), one, name="东网格")
    return first.post(page, {**seen, "name": TYPED})


YEAR = 12
#: Another name for a factory under its number.
RENAMED = {"name": "四川某某机械厂", "id_number": "125103004504000000"}
#: What the slower one typed.
TYPED = "慢一步写下的话"
OWN = "of one's own account, session or phone"
NEW = "begins something of its own"
ADDS = "adds; nothing of anybody else is overwritten"
ENDS = "ends or settles the same: whoever is second is told that it has ended"
#: The forms in which nobody comes second, and why not.
ALONE: dict[str, str] = {
    **dict.fromkeys(
        (
            "/language/", "/display/", "/account/close/", "/account/data/export/",
            "/apply/phone/", "/apply/code/", "/apply/return/", "/account/password/forgotten/",
            "/account/password/code/", "/account/password/new/", "/progress/", "/progress/ask/",
            "/progress/code/", "/account/sign-in/", "/account/sign-in/code/",
            "/account/sign-in-by-phone/", "/account/sign-in-by-phone/code/",
            "/account/sign-in-by-phone/account/", "/account/sign-out/", "/account/register/",
            "/account/settings/", "/account/password/", "/account/second-factor/",
            "/account/passkeys/", "/account/passkeys/ask/",
            "/account/passkeys/<int:passkey_id>/remove/", "/account/sign-in-by-passkey/",
            "/account/sign-in-by-passkey/ask/", "/account/identity/end/",
            "/account/identity/account/", "/account/identity/<slug:service>/sign-in/",
            "/account/identity/<slug:service>/link/", "/account/identity/<slug:service>/face/",
            "/account/tokens/", "/account/tokens/<int:token_id>/revoke/",
            "/account/messages/read/", "/account/messages/channels/", "/referrals/open/",
            "/account/messages/channels/<slug:channel>/code/", "/account/messages/quiet-hours/",
            "/account/messages/channels/<slug:channel>/end/",
            "/referrals/code/", "/referrals/package/download/", "/account/claim/",
            "/opinions/open/", "/opinions/code/",
            "/account/claim/code/", "/account/offer/", "/account/offer/code/",
            "/work/publish/drafts/<int:pk>/change/", "/work/publish/drafts/<int:pk>/discard/",
            "/work/publish/drafts/<int:pk>/upload/", "/work/publish/drafts/<int:pk>/offer/",
            "/work/publish/drafts/<int:pk>/take-back/",
            "/account/close/code/", "/account/passkeys/ask-to-close/", "/desk/filters/<int:pk>/",
            "/account/passkeys/ask-to-confirm/", "/desk/digest/",
            "/desk/filters/<int:pk>/delete/", "/work/appointments/blocked/",
            "/work/appointments/blocked/<int:pk>/", "/work/field/along/",
            "/work/field/along/<str:number>/leave/",
        ),
        OWN,
    ),
    **dict.fromkeys(
        (
            "/apply/", "/account/mandates/offer/", "/account/mandates/ask/",
            "/account/cases/<slug:number>/hand-over/", "/account/people/new/",
            "/account/organisations/", "/work/publish/<slug:kind>/upload/",
            "/work/publish/<slug:kind>/row/",
            "/work/publish/<slug:kind>/publications/<int:number>/undo/", "/oversight/orders/new/",
            "/work/referrals/new/<int:pk>/", "/work/referrals/offices/", "/desk/filters/new/",
            "/work/absences/", "/work/assignments/cells/new/<str:district>/", "/enquiries/",
            "/interruptions/", "/oversight/orderly-use/new/", "/work/orderly-use/new/",
            "/tasks/new/",
            "/reports/new/<slug:kind>/",
            "/work/enquiries/new/", "/bureau/permits/<int:pk>/opinions/new/",
        ),
        NEW,
    ),
    **dict.fromkeys(
        (
            "/apply/<slug:number>/documents/",
            "/account/cases/<slug:number>/documents/<slug:code>/licence/",
            "/account/cases/<slug:number>/documents/<slug:code>/reuse/",
            "/account/cases/<slug:number>/uploads/",
            "/account/cases/<slug:number>/uploads/<uuid:ref>/",
            "/account/cases/<slug:number>/messages/", "/progress/case/messages/",
            "/account/people/<int:user_id>/",
            "/work/cases/<str:number>/phone/", "/work/cases/<str:number>/calls/",
            "/work/cases/<str:number>/identity/", "/work/follow-ups/<int:pk>/identity/",
            "/account/cases/<slug:number>/enquiries/",
        ),
        ADDS,
    ),
    **dict.fromkeys(
        (
            "/account/mandates/link/end/", "/account/mandates/<int:mandate_id>/end/",
            "/account/offers/<int:offer_id>/withdraw/", "/account/people/<int:user_id>/open/",
            "/account/people/<int:user_id>/second-factor/", "/account/roles/<int:grant_id>/end/",
            "/account/messages/deliveries/<int:delivery_id>/again/",
            "/disclosure/outages/follow/<int:pk>/end/",
            "/account/messages/systems/<int:pk>/deliveries/<int:delivery_id>/again/",
            "/work/referrals/offices/<int:pk>/end/", "/work/absences/<int:pk>/end/",
            "/work/assignments/cells/<int:pk>/end/",
        ),
        ENDS,
    ),
    **dict.fromkeys(("/work/search/", "/oversight/search/"), "looks, and changes nothing"),
    "/work/cases/<str:number>/investment/": ADDS,
    "/work/cases/<str:number>/investment/<int:line>/": ENDS,
    "/oversight/statistics/<str:period>/": "counted again, nothing is left to revise",
    "/stop/<str:token>/": "stopped twice is stopped once",
    "/work/counter/": "the customer stands at one counter, with the code or the signed paper",
    "/account/cases/<slug:number>/again/": "whoever asks second goes on with the same draft",
    "/work/assignments/<int:pk>/<slug:role>/": (
        "gives away what is still there; the answer says which cases, and why not others"
    ),
    "/desk/together/": "tests/desk/test_together.py",
    "/work/outages/new/": ADDS,
    "/disclosure/outages/follow/": ADDS,
    "/account/messages/systems/": ADDS,
    "/account/messages/systems/<int:pk>/<slug:action>/": (
        "ended twice is ended once; a secret is not changed again while two hold"
    ),
    "/account/messages/broadcasts/<int:pk>/<slug:action>/": (
        "stopped twice is stopped once; who comes second reads that nothing is to be done"
    ),
    **dict.fromkeys(
        ("/work/repair-crews/new/", "/work/patrols/new/", "/work/defects/new/"), NEW
    ),
    "/disclosure/outages/customer/": "looks, and changes nothing",
    "/bureau/sets/<int:pk>/chase/": "tests/approvals/test_sets.py",
    # Where a code comes first, the race is with the tests of that code.
    "/account/cases/<slug:number>/contract/code/": "tests/applications/contracts/test_consent.py",
    "/account/cases/<slug:number>/phone/code/": "tests/applications/test_correction.py",
    "/progress/case/online/": "tests/applications/test_go_online.py",
    "/opinions/question/": "tests/applications/test_opinions.py",
    "/account/cases/<slug:number>/charges/<int:pk>/complaint/": (
        "tests/money/test_complaints_pages.py"
    ),
    **dict.fromkeys(
        ("/account/cases/<slug:number>/rentals/new/", "/work/cases/<str:number>/rentals/new/"),
        "tests/applications/rentals/test_rentals.py",
    ),
    "/account/cases/<slug:number>/charges/<int:pk>/pay/": "tests/money/test_paying.py",
    **dict.fromkeys(
        (
            "/account/cases/<slug:number>/charges/<int:pk>/payments/<slug:order>/look/",
            "/work/charges/<int:pk>/payments/<slug:order>/look/",
        ),
        "whoever asks second is told the same",
    ),
    "/referrals/package/<slug:action>/": "tests/applications/referrals/test_referrals.py",
    "/work/publish/drafts/<int:pk>/publish/": "tests/publishing/test_pages.py",
}  # fmt: skip


def test_every_form_has_its_race_or_says_why_nobody_comes_second() -> None:
    forms = {
        route.pattern
        for route in table()
        if not route.api and any(ask.method == "POST" for ask in route.asks)
    }
    assert (forms - set(RACES) - set(ALONE), (set(RACES) | set(ALONE)) - forms) == (set(), set())
    assert set(RACES) & set(ALONE) == set()
    named = [why for why in ALONE.values() if why.startswith("tests/")]
    assert [path for path in named if not (settings.BASE_DIR / path).exists()] == []


@pytest.mark.parametrize(
    "race", [race for races in RACES.values() for race in races], ids=lambda race: race.__name__
)
def test_whoever_is_second_reads_what_was_done_and_keeps_the_words(
    people: People, ready: Ready, race: Race
) -> None:
    answer = race(people, ready)
    assert answer.status_code in (409, 412)
    problem = answer.context["problem"]
    assert problem is not None
    # Who and when; or which steps there were meanwhile, each with both.
    assert problem.extra.get("winner") or answer.context["changed"]
    page = Page(answer).text + " ".join(fields(answer))
    assert [words for words in answer.client.typed if words not in page] == []


def fields(answer: Any) -> list[str]:
    """What stands in the fields of a page."""
    tree = Page(answer).tree
    return [*tree.xpath("//input/@value"), *tree.xpath("//textarea/text()")]


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
