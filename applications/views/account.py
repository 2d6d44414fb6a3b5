"""One's own cases: the list, and a case with everything in it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.decorators import person, signed_in
from accounts.models import User
from applications import casefile
from applications.actions import CASES
from applications.header import header
from applications.models import WORKFLOWS, Application
from applications.queries import case_for
from applications.standing import STAGES
from applications.views.frame import home_of
from applications.wording import kind_words, place_words, state_words
from applications.workflow import State, as_applicant
from core.clock import city_now
from core.paging import page_of
from deadlines.timeleft import times_left
from notifications.models import Message
from rules.names import Stage
from workflow.buttons import Button, buttons
from workflow.machine import arrows

PAGE = 20
WITHDRAW = "withdraw"
#: The actions of the applicant's side, in the order in which a case comes to them.
OWN = (
    "supply_supplement", "confirm_plan", "submit_design", "request_inspection",
    "report_completion", "sign_contract", "rate", WITHDRAW,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be done now, with the page that does it (action_buttons.html)."""

    action: str
    label: str
    url: str
    tone: str = ""
    allowed: bool = True


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """My cases, the newest first: what is asked of me, and the time left."""
    user = person(request)
    page = page_of(request, Application.objects.filed_by(user), order=("-id",), size=PAGE)
    left = times_left([case.ref for case in page.rows], city_now())
    context = {
        "page": page,
        "rows": [_row(case, user) | {"left": left[case.ref]} for case in page.rows],
        "unread": Message.objects.to(user).unread().count(),
    }
    return render(request, "applications/account.html", context)


def _row(case: Application, user: User) -> dict[str, Any]:
    case = case.workflow()
    return {
        "number": case.number,
        "url": home_of(case),
        "kind": kind_words(case.kind),
        "place": place_words(case, line=True),
        "state": state_words(case),
        "holder": case.holder,
        "since": case.held_since or case.ended_at,
        "asked": _asked(buttons(CASES, case, user)),
    }


def _asked(found: list[Button]) -> str:
    """The one thing that the applicant can do now; nothing where the others have the case."""
    can = [button for button in found if button.allowed and button.action in ("submit", *OWN)]
    return next((str(button.label) for button in can if button.action != WITHDRAW), "")


@signed_in
@require_safe
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """A case: who has it and until when, what can be done, documents, permits, every step."""
    user = person(request)
    case = case_for(number, user)
    head = header(case, user)
    policy = case.rules(head.now)
    mine = as_applicant(case, user) is not None
    papers = casefile.papers(case, policy)
    can, cannot = _choices(case, user)
    context = {
        "case": case,
        "header": head,
        "mine": mine,
        "can": can,
        "cannot": cannot,
        "asked_items": _asked_items(case, papers),
        "stages": _stages(case, papers, mine=mine),
        "permits": casefile.permits(case),
        "steps": casefile.steps(case, head.events),
        "rating": casefile.rating_rows(case) if mine else [],
        "charges": casefile.charge_rows(case),
        "fee": casefile.fee_words(case),
        "limit": casefile.limit_words(policy.limit(case.kind)),
        "limit_clause": policy.limit(case.kind).clause,
        "declaration": _declaration(case),
        "policy": policy,
        "unread": Message.objects.to(user).unread().count() if mine else 0,
    }
    return render(request, "applications/case.html", context)


def _choices(case: Application, user: User) -> tuple[list[Choice], list[Button]]:
    """What the applicant can do now, each with its page; and what not, each with its reason."""
    found = {button.action: button for button in buttons(CASES, case, user)}
    own = [found[action] for action in OWN if action in found and action in _way(case.kind)]
    can = [
        Choice(
            button.action,
            str(button.label),
            reverse("applications:act", args=[case.number, button.action]),
            "warning" if button.action == WITHDRAW else "",
        )
        for button in own
        if button.allowed
    ]
    return can, [button for button in own if not button.allowed]


@cache
def _way(kind: str) -> frozenset[str]:
    """The actions that cases of a kind can ever come to."""
    return frozenset(name for name, _from, _to in arrows(WORKFLOWS[kind], State.DRAFT))


def _asked_items(case: Application, papers: list[casefile.Paper]) -> list[dict[str, str]]:
    """What the supply company has named as missing, while it waits for it."""
    if case.state != State.SUPPLEMENT:
        return []
    names = {paper.code: paper.name for paper in papers}
    return [
        {
            "name": names.get(item["requirement"], item["requirement"]),
            "reason": item["reason"],
            "url": reverse("applications:document", args=[case.number, item["requirement"]]),
        }
        for item in case.supplement_items
    ]


def _stages(case: Application, papers: list[casefile.Paper], *, mine: bool) -> list[dict[str, Any]]:
    """The documents by stage; the stage whose files come in now says so."""
    takes = mine and casefile.may_add_files(case)
    return [
        {
            "name": stage.name,
            "now": case.state in STAGES[Stage(stage.stage)],
            "papers": [
                {
                    "paper": paper,
                    "url": reverse("applications:document", args=[case.number, paper.code])
                    if takes
                    else "",
                }
                for paper in stage.papers
            ],
        }
        for stage in casefile.by_stage(papers)
    ]


def _declaration(case: Application) -> list[dict[str, Any]]:
    rows = [
        *casefile.who_rows(case, masked=True),
        *casefile.where_rows(case),
        *casefile.what_rows(case),
    ]
    return [{"key": row["key"], "value": row["value"]} for row in rows]
