"""One's own cases: the list, and a case with everything in it."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import person, signed_in
from accounts.mandates import Right
from accounts.models import User
from accounts.queries import party_names
from applications import casefile
from applications.accesses import accesses_context
from applications.actions import CASES
from applications.appointments.reading import on_case_page
from applications.assignments.reading import for_applicant
from applications.begun import as_cases
from applications.contracts.queries import contract_of
from applications.correspondence.reading import own_context
from applications.enquiries.reading import about, asking_words
from applications.erasure import ERASED
from applications.explained import explained_words
from applications.field.reading import reports_of
from applications.follow_ups.reading import of_applicant
from applications.header import CaseHeader, header
from applications.inspections.reading import inspections_context
from applications.mandates.reading import acting_words
from applications.materials.reading import sentences
from applications.models import WORKFLOWS, Application, Draft
from applications.permits import permits_of
from applications.plans.reading import plans_in_words
from applications.queries import case_for, drafts_of, own_ways
from applications.rentals import reading as rentals
from applications.states import ENDED, State
from applications.supply.reading import supply_rows
from applications.views.visit import link_shown
from applications.waiting.reading import waiting_words, way_back
from applications.who import as_applicant, as_reader, as_signatory
from applications.wording import kind_words, place_words
from core.clock import city_now
from core.counting import bounded
from core.form_token import fresh_token
from core.paging import page_of
from core.problems import Missing, Problem, Stale
from core.reading import whole_number
from core.templatetags.city import short_instant
from deadlines.timeleft import times_left
from notifications.models import Message
from workflow.buttons import Button, buttons, choices
from workflow.machine import arrows, state_words, turn_of
from workflow.pages import refusal

PAGE = 20
#: An account has no more at once; of a desk these are the newest.
DRAFTS = 100
WITHDRAW = "withdraw"
#: The actions of the applicant's side, in the order in which a case comes to them.
OWN = (
    "supply_supplement", "confirm_plan", "answer_prolongation", "submit_design",
    "request_inspection", "report_completion", "sign_contract", "rate", WITHDRAW,
)  # fmt: skip


def own_case(request: HttpRequest, number: str) -> Application:
    """Return a case for the applicant's side of it, whoever reads there; Missing for everybody
    else."""
    user = person(request)
    case = case_for(number, user)
    if as_reader(case, user) is None:
        raise Missing
    return case


def home_of(case: Application) -> str:
    if case.state == State.DRAFT:
        return reverse("applications:draft", args=[case.number])
    if case.draft:  # thrown away
        return reverse("applications:account")
    return reverse("applications:case", args=[case.number])


def refuse(
    request: HttpRequest, problem: Problem, case: Application, next_url: str = ""
) -> HttpResponse:
    """Answer a refusal with a page that leads back to the case as it stands now.

    Args:
        next_url: the page of the case; empty: the applicant's own.
    """
    now = CASES.read_anew(case)
    said = refusal(request, CASES, now, problem)
    if isinstance(problem, Stale) and now.draft:
        # What is begun is in no record, which would say by whom.
        text = _("The application, %(when)s: by you elsewhere, or by somebody who acts with you")
        said["changed"] = [text % {"when": short_instant(now.draft.changed_at)}]
    context = {
        **said,
        "next_url": next_url or home_of(case),
        "next_label": _("Look at the case as it stands now"),
    }
    return render(request, "problem.html", context, status=problem.status)


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    user, party = person(request), whole_number(request.GET.get("party", ""))
    if party is not None and party not in user.acts_for(Right.READ):
        raise Missing
    # One party's cases alone, among those that are one's own.
    only = Q() if party is None else Q(filed_by=party)
    page = page_of(
        request, Application.objects.filter(only), order=("-id",), size=PAGE, ways=own_ways(user)
    )
    now = city_now()
    left = times_left([case.ref for case in page.rows], now)
    for case in page.rows:
        case.seen_at = now
    context = {
        "page": page,
        "rows": [
            {
                "number": case.number,
                "url": home_of(case),
                "kind": kind_words(case.kind),
                "place": place_words(case, line=True),
                "state": state_words(case),
                "holder": case.holder,
                "since": case.held_since or case.ended_at,
                "asked": asked_of(case, user),
                "acting": acting_words(case, user),
                "left": left[case.ref],
            }
            for case in page.rows
        ],
        "drafts": begun_rows(drafts_of(user).filter(only)[:DRAFTS], user)
        if page.previous_url is None
        else [],
        "unread": bounded(Message.objects.to(user).unread()),
        "party": "" if party is None else party_names([party])[party],
    }
    return render(request, "applications/account.html", context)


def begun_rows(drafts: Iterable[Draft], user: User) -> list[dict[str, Any]]:
    """What has been begun, as it is listed for whoever may go on with it."""
    return [
        {
            "url": reverse("applications:draft", args=[case.number]),
            "text": " · ".join(filter(None, [kind_words(case.kind), place_words(case, line=True)])),
            "since": case.created_at,
            "acting": acting_words(case, user),
        }
        for case in as_cases(drafts)
    ]


def asked_of(case: Application, user: User) -> str:
    """Return the one thing that is asked of the applicant now; empty where it is others' turn."""
    case = case.workflow()
    turn = turn_of(CASES.machine(case), case, user)
    return CASES.label(case, CASES.acts(case)[turn]) if turn else ""


@signed_in
@require_safe
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    user = person(request)
    case = case_for(number, user)
    if case.draft:
        return redirect(home_of(case))
    context = case_context(case, header(case, user))
    if as_reader(case, user) is not None:
        own = own_buttons(case, user)
        context |= {
            "mine": True,
            "may_correct_phone": CASES.why_not(case, "correct_phone") is None
            and as_signatory(case, user) is not None,
            "may_correct_identity": as_signatory(case, user) is not None
            and (case.correcting or CASES.why_not(case, "correct_identity") is None),
            "acting": acting_words(case, user),
            "may_hand_over": may_hand_over(case, user),
            "return_link": link_shown(request, case.number),
            "choices": choices(CASES, case.workflow(), user, own),
            "may_ask": asking_words(case, user),
            "takes": casefile.may_add_files(case) and as_applicant(case, user) is not None,
            "rating": casefile.rating_rows(case),
            "follow_ups": of_applicant(case),
            "appointments": on_case_page(case, user, "appointments"),
            "rentals": rentals.on_case_page(case, user, "rentals"),
            "reports": reports_of(case),
            "unread": bounded(Message.objects.to(user).unread()),
            **own_context(case, user),
            **accesses_context(case),
            **way_back(case, user),
            "way_back_token": fresh_token(case.version),
        }
    return render(request, "applications/case.html", context)


def may_hand_over(case: Application, user: User) -> bool:
    online = case.channel == Application.Channel.ONLINE and case.state not in ENDED
    return online and user.manages(case.filed_by_id)


def case_context(case: Application, head: CaseHeader, *, receipts: bool = True) -> dict[str, Any]:
    """What everybody reads in a case who may read all of it; only readers with an account open
    receipts."""
    policy, papers = case.rules(head.now), casefile.papers(case)
    return {
        "case": case,
        "header": head,
        "erased_at": next((event.at for event in head.events if event.type == ERASED), None),
        # Of the applicant's side alone.
        "mine": False,
        "acting": "",
        "choices": None,
        "takes": False,
        "waiting": waiting_words(case),
        "enquiries": about(case),
        "asked_items": asked_items(case, papers) if case.state == State.SUPPLEMENT else [],
        "stages": casefile.by_stage(case, casefile.at_hand(papers)),
        **inspections_context(case, papers),
        "permits": permits_of(case),
        "managers": for_applicant(case),
        "steps": casefile.steps(case, head.events, receipts=receipts),
        "charges": casefile.charge_rows(case),
        "borne": casefile.borne(case),
        "fee": casefile.fee_words(case.kind),
        "limit": casefile.limit_words(policy.limit(case.kind)),
        "limit_clause": policy.limit(case.kind).clause,
        "declaration": [*casefile.declared_rows(case), *supply_rows(case)],
        "contract": contract_of(case) if receipts else None,
        "plans": plans_in_words(case),
        "materials": sentences(case),
        "policy": policy,
        "explained": explained_words(case),
    }


def own_buttons(case: Application, user: User) -> list[Button]:
    found = {button.action: button for button in buttons(CASES, case, user)}
    return [
        replace(
            found[action],
            url=reverse("applications:act", args=[case.number, action]),
            tone="warning" if action == WITHDRAW else "",
        )
        for action in OWN
        if action in found and action in acts_on_the_way(case.kind)
    ]


@cache
def acts_on_the_way(kind: str) -> frozenset[str]:
    """Return the actions that cases of a kind can ever come to."""
    return frozenset(name for name, _from, _to in arrows(WORKFLOWS[kind], State.DRAFT))


def asked_items(case: Application, papers: list[casefile.Paper]) -> list[dict[str, str]]:
    names = {paper.code: paper.name for paper in papers}
    return [
        {
            "name": names.get(item["requirement"], item["requirement"]),
            "reason": item["reason"],
            "url": reverse("applications:document", args=[case.number, item["requirement"]]),
        }
        for item in case.supplement_items
    ]
