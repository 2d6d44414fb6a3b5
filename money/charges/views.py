"""Pages of charges: entering one under the head of its case on the supply company's desk; the page
of one, for the applicant's side (/account/), the company's (/work/) and
those who watch (/oversight/)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person
from accounts.roles import OVERSIGHT, SUPPLY_DESK, Role
from applications.appointments.views import Side
from applications.models import Application
from applications.queries import case_for
from applications.views.account import own_case
from applications.work.views import answer, case_page, desk
from core.form_token import form_token, posted
from core.forms import BodyForm, form_of
from core.problems import Missing, Problem, Text, WrongState
from money.charges import queries
from money.charges.actions import CHARGES
from money.charges.forms import ChargeForm
from money.charges.models import Charge
from money.charges.reading import AT_WORK_PAGES, OWN_PAGES, one_context, one_url
from money.payments.reading import of_charge_page
from money.queries import fees_in_force, payees_in_force
from workflow.buttons import buttons, choices
from workflow.machine import acts_of
from workflow.pages import act_once, refusal, step_page
from workflow.run import Workflow

OWN: Final = Side(OWN_PAGES, (Role.APPLICANT,), "base.html", "applications:case")
AT_WORK: Final = Side(AT_WORK_PAGES, SUPPLY_DESK, "workbench.html", "work:case")
WATCHED: Final = Side("oversight-charges", OVERSIGHT, "base.html", "oversight:case")
FORMS: Final[dict[str, type[BodyForm]]] = {
    name: form_of(said.body, rows=3)
    for name, said in acts_of(Charge).items()
    if said.who and name != "enter"
}


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def enter(request: HttpRequest, number: str) -> HttpResponse:
    """Enter a charge by an item of the published catalogue."""
    case = case_for(number, person(request))
    new, said = Charge(application=case), acts_of(Charge)["enter"]
    try:
        CHARGES.role_in(new, said, person(request))
        if request.method != "POST":
            check_possible(new, case)
    except Problem as problem:
        return case_page(request, case, problem)
    form = ChargeForm(posted(request))

    def enter_once() -> None:
        body = form.body()

        def act(_version: int) -> None:
            CHARGES.perform(new, "enter", by=person(request), body=body)

        act_once(request, CHARGES, new, {"charge": body}, act)

    return answer(
        request,
        case,
        form,
        str(said.label),
        enter_once,
        lead=_("Only items of the published catalogue can be charged, at their published rate."),
    )


def check_possible(new: Charge, case: Application) -> None:
    """Raises WrongState, before anything is typed: nothing can be charged here today."""
    reason = CHARGES.why_not(new, "enter")
    if reason is None and not fees_in_force().exists():
        reason = _("The published catalogue has no item in force today: nothing can be charged.")
    if reason is None and not payees_in_force().exists():
        reason = _("No payee is declared today: nothing can be charged.")
    if reason is not None:
        raise WrongState(reason)


def charge_of(request: HttpRequest, pk: int, number: str | None) -> Charge:
    """By the number of its case on the applicant's side; by itself where others read the case."""
    if number is None:
        return queries.at_work(pk, person(request))
    return queries.one_of(own_case(request, number), pk)


@require_safe
def one(request: HttpRequest, pk: int, side: Side, number: str | None = None) -> HttpResponse:
    return one_page(request, charge_of(request, pk, number), side)


def one_page(
    request: HttpRequest, one: Charge, side: Side, problem: Problem | None = None
) -> HttpResponse:
    """Draw the page of a charge, with the refusal on top where a step was refused."""
    user = person(request)
    own = [
        replace(button, url=f"{one_url(one, side.pages)}{button.action}/", tone="warning")
        for button in buttons(CHARGES, one, user)
    ]
    context = {
        **one_context(one),
        **of_charge_page(one, user, side.pages),
        "frame": side.frame,
        "case_url": reverse(side.case, args=[one.application.number]),
        "choices": choices(CHARGES, one, user, own),
        **refusal(request, CHARGES, one, problem),
    }
    status = problem.status if problem else 200
    return render(request, "money/charge.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, action: str, side: Side) -> HttpResponse:
    """An act about a charge: its form, and what becomes of it."""
    found = charge_of(request, pk, None)
    return step_of(request, CHARGES, found, action, FORMS, charge=found, side=side, tone="warning")


def step_of(
    request: HttpRequest,
    workflow: Workflow[Any],
    thing: Any,
    action: str,
    forms: Mapping[str, type[BodyForm]],
    *,
    charge: Charge,
    side: Side,
    tone: str = "",
) -> HttpResponse:
    """The page of an act of a charge, or of money that came for it; the charge's page comes after.

    Raises:
        Missing: there is no such act. Forbidden: it is not this person's.
    """
    if action not in forms:
        raise Missing
    onward = one_url(charge, side.pages)

    def page(form: BodyForm, label: Text) -> HttpResponse:
        context = {
            **one_context(charge),
            "frame": side.frame,
            "form": form,
            "label": label,
            "tone": tone,
            "one_url": onward,
            "form_token": form_token(request, thing.version),
        }
        status = 422 if form.errors else 200
        return render(request, "money/step.html", context, status=status)

    return step_page(
        request,
        workflow,
        thing,
        action,
        forms,
        page=page,
        overtaken=lambda _now, problem: one_page(
            request, charge_of(request, charge.pk, None), side, problem
        ),
        onward=onward,
    )
