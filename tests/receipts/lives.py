"""Cases in which, between them, every step that has a receipt was taken."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import offers
from accounts.actor import SYSTEM
from accounts.codes import make
from accounts.mandates import Offer
from accounts.models import User
from accounts.offers import Terms
from accounts.parties import Party, PhoneCode
from accounts.visitor import visitor
from applications.advice.actions import ask
from applications.contracts.keeping import keep_contracts
from applications.counter.confirming import decision_of
from applications.models import Application
from applications.packages import actions as packages
from applications.states import State
from approvals.actions import PERMITS
from approvals.advice.actions import ADVICE
from approvals.models import Permit
from approvals.papers.keeping import PERMIT_PAPERS
from deadlines.sweep import sweep
from money.charges.actions import CHARGES, charge
from money.payments.actions import PAYMENTS, REFUNDS, annul
from money.payments.receiving import take, take_refund
from money.providers.interface import Standing
from publishing import actions as publishing
from rules.names import Kind
from tests.applications.appointments.booking import booked, go_to, moved, step
from tests.applications.correcting import OTHER, show_phone
from tests.applications.rentals.renting import asked as rented
from tests.applications.rentals.renting import register
from tests.applications.rentals.renting import step as rent
from tests.applications.waiting import closed
from tests.builders import (
    again,
    case_at,
    decide_all,
    do,
    filed,
    open_permits,
    pdf,
    perform,
    permit_step,
    post_works,
    taken_in,
)
from tests.deadlines.clocks import set_clock
from tests.disclosure.published import SOURCE, TABLES
from tests.money import cast as money
from tests.publishing.builders import in_force, road
from tests.rules.in_force import let
from tools.scenarios import (
    FOUR_REVIEWS,
    NO_WORKS,
    ON_ROAD,
    PACKAGE,
    PERMIT_BODIES,
    PLAN_LINES,
    PLANNING_ONLY,
    SHORT_LINE,
)

People = Mapping[str, User]
CORRECTION = {"name": "王晓明", "id_number": "11010519491231002X", "reason": "换发新证"}
ROAD_APPROVAL = {
    "approved_roads": ["R-1"], "approval_number": "自府函〔2026〕3号（演示）",
    "government": "演示县人民政府", "approved_on": "2026-03-01",
}  # fmt: skip
NOT_KEPT = PERMIT_BODIES["check_afterwards"]
CHARGE = {"fee_item": "YS-01", "quantity": 10, "payee": "市供电公司", "payee_affiliated": False}


def all_lives(people: People) -> list[Application]:
    """Every life below; the silent one first, as it begins in the past."""
    return [
        silent(people), closed(people), factory(people), home(people), at_a_counter(people),
        shop(people), on_commitment(people),
    ]  # fmt: skip


def silent(people: People) -> Application:
    """A bureau lets its intake pass: accepted by its silence."""
    set_clock("2026-03-02 10:00")
    case = post_works(people, case_at(people, Kind.LV_OTHER, State.CONTRACTED), PLANNING_ONLY)
    set_clock("2026-03-10 10:00")
    sweep()
    return again(case)


def factory(people: People) -> Application:
    """Two supplies, with everything that can be asked, refused, changed, charged and rated."""
    _publish_fees(people)
    case = filed(people, Kind.HV_DUAL, purpose="temporary")
    case = do(people, do(people, case, "request_supplement"), "supply_supplement")
    case = do(people, do(people, case, "accept"), "rate", stage="acceptance", level=5)
    _visit(people, case)
    _rented(people, again(case))
    case = _planned(people, again(case))
    case = do(people, do(people, case, "submit_design"), "review_design")
    _advised(people, again(case))
    _charged(people, again(case))
    case = post_works(people, case, FOUR_REVIEWS)
    _ask_and_suspend(people, open_permits(case)[1])
    decide_all(people, case, refuse="planning")
    changed = FOUR_REVIEWS | {"voltage": "high", "existing_road": True}
    perform(action="change_line_works", application=again(case), body=changed, by=people["project"])
    decide_all(people, case)
    case = do(people, again(case), "start_works")
    for line in (1, 2):
        case = do(people, case, "finish_line", line=line)
    case = do(people, case, "request_inspection")
    case = do(people, do(people, case, "inspect"), "report_completion")
    case = do(people, do(people, case, "inspect_completion"), "sign_contract")
    return do(people, do(people, case, "energise"), "rate", level=4, comment="来得很快")


def _visit(people: People, case: Application) -> None:
    """A survey is cancelled, booked anew, moved, missed, and takes place in the end."""
    manager, applicant = people["manager"], case.filed_by.user
    step(booked(case, applicant), "cancel", manager)
    missed = moved(booked(case, applicant), manager)
    go_to(missed)
    step(missed, "record_not_held", applicant)
    held = booked(again(case), manager)
    go_to(held)
    step(held, "record_held", manager)


def _charged(people: People, case: Application) -> None:
    """Paid at last, once more and otherwise than ordered, refunded, taken back, and lapsed."""
    by = people["manager"]
    paid, surplus, questioned, back = (
        charge(application=case, body=CHARGE, by=by) for _ in range(4)
    )
    with money.online():
        late = money.late(people, surplus)
        PAYMENTS.perform(late, "apply", by=by)
        money.refund_failed(people, late, amount_yuan="1")
        whole = money.paid(people, paid)
        refund = REFUNDS.perform(money.refund_failed(people, whole), "retry", by=by)
        take_refund(whole.provider, money.refund_told(refund))
        take_refund(late.provider, money.refund_told(money.refunded(people, late), Standing.CLOSED))
        odd = money.ordered(people, questioned)
        odd = take(odd.provider, money.told(odd, amount_fen=1))
        PAYMENTS.perform(odd, "dismiss", by=by, body={"reason": "渠道已原路退回"})
    CHARGES.perform(back, "withdraw", by=by, body={"reason": "重复录入"})
    with transaction.atomic():
        annul(questioned, SYSTEM, "投诉成立")


def _rented(people: People, case: Application) -> None:
    """A unit is declined, cancelled by either side, rented and brought back; another is still asked
    for when the case ends."""
    register(people, "Z-1", "Z-2")
    applicant, manager = case.filed_by.user, people["manager"]
    rent(rented(case, applicant), "decline", by=manager)
    rent(rented(case, applicant), "confirm", "cancel", by=manager)
    rent(rented(case, applicant), "withdraw", by=applicant)
    one = rented(case, applicant, first=0)
    rent(one, "confirm", "hand_over", "take_back", by=manager)
    rented(case, applicant, "Z-2")


def _publish_fees(people: People) -> None:
    lead = people["supply-lead"]
    for kind in ("fees", "payees"):
        draft = publishing.begin(kind=kind, by=lead, text=TABLES[kind], source=SOURCE)
        in_force(draft, lead)


def _publish_capacity(people: People) -> None:
    lead = people["supply-lead"]
    text = TABLES["capacity"].replace("2026-11-01", "2026-03-01")
    draft = publishing.begin(kind="capacity", by=lead, text=text, source=SOURCE)
    publishing.publish(draft=draft, by=lead)


def _planned(people: People, case: Application) -> Application:
    """A plan that is contested, replied anew, prolonged and agreed to, by adopted rules."""
    with pytest.MonkeyPatch.context() as rules:
        for key in ("plan.validity_months.high", "plan.prolongation_months.high"):
            let(rules, key, 12)
        case = do(people, case, "reply_plan", summary="由东线供电", lines=PLAN_LINES)
        contested = [{"line": 3, "reason": "太长"}]
        case = do(people, case, "confirm_plan", agree=False, contested=contested)
        extended = {"ground": "pollution", "answers": [{"line": 3, "answer": "界面延伸"}]}
        lines = [*PLAN_LINES[:2], PLAN_LINES[2] | {"extended": True}]
        case = do(people, case, "reply_plan", summary="由西线供电", lines=lines, **extended)
        case = do(people, case, "propose_prolongation", months=6)
        case = do(people, case, "answer_prolongation", agree=True)
        return do(people, case, "confirm_plan")


def _advised(people: People, case: Application) -> None:
    """Advice is asked for, and the request withdrawn; the next one is answered."""
    for action, who, body in (
        ("withdraw", "project", {}),
        ("answer", "planning", {"verdict": "with_changes", "words": "请避开规划绿地"}),
    ):
        packages.save(application=case, body=PACKAGE, by=people["project"])
        one = ask(application=case, body={"question": "绕行是否可行？"}, by=people["project"])
        ADVICE.perform(one, action, by=people[who], body=body)


def _ask_and_suspend(people: People, permit: Permit) -> None:
    officer = people[permit.bureau]
    excluded = {"ground": "expert_review", "expected_days": 3}
    answers = {"answers": [{"item": n, "answer": "见修改后的图"} for n in (1, 2)]}
    steps: list[tuple[str, User, dict[str, Any]]] = [
        ("request_supplement", officer, {"items": ["红线图：缺管线", "施工图"]}),
        ("supply_supplement", people["project"], answers),
        ("accept", officer, {}),
        ("chase", people["digital"], {"words": "请说明进展"}),
        ("answer_chase", officer, {"answer": "本周内办结"}),
        ("extend", people[f"{permit.bureau}-lead"], {"reason": "现场踏勘需要更多时间"}),
        ("exclude_time", officer, excluded),
        ("resume", officer, {}),
        (
            "grant",
            officer,
            {
                "conditions": "夜间施工",
                "review_points": [
                    {"point": point.point, "met": True} for point in permit.reviewed()
                ],
            },
        ),
    ]
    for action, by, body in steps:
        permit = permit_step(permit=permit, action=action, by=by, body=body)


def home(people: People) -> Application:
    """A home, from its filing to power on, with nothing in the way."""
    case = filed(people, Kind.RESIDENTIAL)
    show_phone(case, OTHER)
    who = case.filed_by.user
    case = perform(application=case, action="correct_phone", by=who, body={"phone": OTHER})
    case = correct_identity(people, case)
    case = do(people, do(people, case, "accept"), "sign_contract")
    keep_contracts()
    case = do(people, post_works(people, case, NO_WORKS), "start_works")
    return do(people, case, "energise")


def correct_identity(people: People, case: Application) -> Application:
    """A correction of name and number is taken back, one is refused, one is agreed to."""
    who, manager = case.filed_by.user, people["manager"]
    answers: list[tuple[str, User, dict[str, Any]]] = [
        ("take_back_correction", who, {}),
        ("decide_correction", manager, {"agree": False, "reason": "证件看不清"}),
        ("decide_correction", manager, {"agree": True}),
    ]
    for action, by, said in answers:
        perform(application=case, action="correct_identity", by=who, body=CORRECTION,
                uploads=[pdf()])  # fmt: skip
        case = perform(application=case, action=action, by=by, body=said)
    return case


def at_a_counter(people: People) -> Application:
    """Taken in at a counter; the customer goes on online, rates the acceptance and hands over."""
    case = do(people, taken_in(people), "accept")
    case = confirmed_and_moved(people, case)
    customer = visitor(Party.objects.create())
    customer.shown_phone = bytes(case.phone_digest)
    case = perform(application=case, action="go_online", by=customer)
    rating = {"level": 5, "stage": "acceptance"}
    case = perform(application=case, action="rate", by=customer, body=rating)
    terms = Terms(Offer.HAND_OVER, case.ref)
    offer, _token = offers.offer(
        party=case.filed_by_id, terms=terms, phone="13912340002", by=customer
    )
    taker = visitor(Party.objects.create())
    taker.offered_case = case.ref
    return perform(application=case, action="hand_over", by=taker, body={"offer": offer.pk})


def confirmed_and_moved(people: People, case: Application) -> Application:
    """The customer confirms a decision by a code, and goes on at another counter on paper."""
    said = {"reason": ""}
    row, _code = make(
        PhoneCode.Purpose.DECISION, case.phone, signs=decision_of(case, "withdraw", said)
    )
    row.used_at = timezone.now()
    row.save(update_fields=["used_at"])
    body = {"action": "withdraw", "body": said}
    case = perform(application=case, action="confirm_decision", by=people["clerk"], body=body)
    return to_hall(people, case)


def to_hall(people: People, case: Application) -> Application:
    """The customer goes on at the service hall, on paper."""
    clerk = User.objects.get(pk=people["hall"].pk)
    clerk.said_case = case.ref
    return perform(application=case, action="go_to_counter", by=clerk, uploads=[pdf()])


def shop(people: People) -> Application:
    """A small shop whose permit is decided on the spot, and handed out at a service hall."""
    case = case_at(people, Kind.LV_SMALL, State.CONTRACTED)
    _publish_capacity(people)
    case = do(people, case, "reserve_supply", element="YS-P1")
    case = post_works(people, case, ON_ROAD | {"voltage": "low"})
    decide_all(people, case)
    PERMIT_PAPERS.run()
    case = to_hall(people, again(case))
    permit = Permit.objects.filter(case_ref=case.ref, state="granted").earliest("id")
    body = PERMIT_BODIES["hand_out"]
    permit_step(permit=permit, action="hand_out", by=people["hall"], body=body)
    return do(people, do(people, case, "start_works"), "energise")


def enter_road(by: User) -> None:
    draft = publishing.begin(kind="roads", by=by, text=road(), source=SOURCE)
    publishing.publish(draft=draft, by=by)


def on_commitment(people: People) -> Application:
    """Permits on commitment, of which one is checked and revoked, so that the line is applied for
    anew; then the application is withdrawn with that round open."""
    case = post_works(people, case_at(people, Kind.HV_SINGLE, State.PLAN_CONFIRMED), SHORT_LINE)
    enter_road(by=people["city-management-lead"])
    digging = Permit.objects.get(case_ref=case.ref, permit="municipal_excavation")
    by, body = people["project"], ROAD_APPROVAL
    PERMITS.perform(digging, "give_approval", by=by, body=body, uploads=[pdf()])
    decide_all(people, case)
    PERMIT_PAPERS.run()
    lost = Permit.objects.filter(case_ref=case.ref, route="commitment").earliest("id")
    permit_step(permit=lost, action="check_afterwards", by=people[lost.bureau], body=NOT_KEPT)
    lead = people[f"{lost.bureau}-lead"]
    permit_step(permit=lost, action="revoke", by=lead, body=PERMIT_BODIES["revoke"])
    line = SHORT_LINE | {"voltage": "high"}
    case = do(people, again(case), "change_line_works", **line)
    return do(people, again(case), "withdraw", reason="换一处地方办理")
