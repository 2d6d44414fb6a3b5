"""The steps of a case from its page. A step that cannot be taken any more shows the case again,
with what was done meanwhile and by whom; what was typed stays where it can be sent once more."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import person
from accounts.models import User
from applications import charges
from applications.actions import CASES
from applications.header import header
from applications.models import Application, act_named
from applications.queries import case_for
from applications.work.forms import ASKING, BARE, LEADS, ChargeForm, work_form
from applications.work.views import case_page, desk
from applications.workflow import ZERO_INVESTMENT, as_supplier
from core.form_token import form_token, fresh_token, seen_version
from core.forms import BodyForm
from core.problems import Forbidden, Missing, Problem, Stale, WrongState
from money.queries import fees_in_force
from workflow.buttons import buttons
from workflow.pages import OVERTAKEN, act_once, answer_form, refusal, take


@require_POST
@desk
def act(request: HttpRequest, number: str) -> HttpResponse:
    """An act that asks for nothing: one button of the case's page."""
    case = case_for(number, person(request))
    action = request.POST.get("action", "")
    if action not in BARE:
        raise Missing
    try:
        take(request, CASES, case, action)
    except OVERTAKEN as problem:
        return case_page(request, CASES.read_anew(case), problem)
    return done(request, case, action)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def step(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """An act that asks for something: its form, and what becomes of it."""
    case = case_for(number, person(request))
    if action not in ASKING:
        raise Missing
    if request.method != "POST" and (refusal := why_not_now(case, action, person(request))):
        return case_page(request, case, refusal)
    form = work_form(case, action, request.POST if request.method == "POST" else None)
    return answer(
        request, case, form, action, lambda: take(request, CASES, case, action, form.body())
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def charge(request: HttpRequest, number: str) -> HttpResponse:
    """Enter a charge by an item of the published catalogue."""
    case = case_for(number, person(request))
    if as_supplier(case, person(request)) is None:
        return case_page(request, case, Forbidden(charges.NOT_YOURS))
    if request.method != "POST" and (reason := why_no_charge(case)):
        return case_page(request, case, WrongState(reason))
    form = ChargeForm(request.POST if request.method == "POST" else None)

    def enter() -> None:
        body, by = form.body(), person(request)

        def act(_version: int) -> None:
            charges.charge(application=case, body=body, by=by)

        act_once(request, CASES, case, {"charge": body}, act)

    return answer(request, case, form, "charge", enter)


def why_no_charge(case: Application) -> str:
    """Return why nothing can be charged in a case; empty where something can."""
    if case.kind in ZERO_INVESTMENT:
        return _("A case of this kind takes no charge.")
    if not fees_in_force().exists():
        return _("The published catalogue has no item in force today: nothing can be charged.")
    return ""


def why_not_now(case: Application, action: str, user: User) -> Problem | None:
    """Return the refusal of an act whose form somebody opens though it cannot be taken."""
    found = (button for button in buttons(CASES, case, user) if button.action == action)
    button = next(found, None)
    if button is None:
        raise Missing
    return None if button.allowed else WrongState(button.reason or "")


def answer(
    request: HttpRequest, case: Application, form: BodyForm, action: str, enter: Callable[[], None]
) -> HttpResponse:
    """Draw a form under the head of its case, or act on it; see `workflow.pages.answer_form`."""

    def overtaken(problem: Problem) -> HttpResponse:
        now = CASES.read_anew(case)
        # Who has read what changed can send the same once more; the next try counts.
        if isinstance(problem, Stale):
            return page(form, problem)
        return case_page(request, now, problem)

    def page(form: BodyForm, problem: Problem | None = None) -> HttpResponse:
        now = CASES.read_anew(case) if problem else case
        context = {
            "case": now,
            "header": header(now, person(request)),
            "form": form,
            "lead": LEADS.get(action, ""),
            "action": action,
            "label": label_of(action),
            **refusal(CASES, now, problem, seen_version(request) if problem else None),
            "form_token": fresh_token(now.version)
            if problem
            else form_token(request, case.version),
        }
        status = problem.status if problem else 422 if form.errors else 200
        return render(request, "work/step.html", context, status=status)

    return answer_form(
        form, enter, page=page, overtaken=overtaken, done=lambda: done(request, case, action)
    )


def done(request: HttpRequest, case: Application, action: str) -> HttpResponse:
    """Back to the case, saying what was done."""
    text = _("Done: {step}.").format(step=label_of(action))
    messages.success(request, text)
    return redirect("work:case", case.number)


def label_of(action: str) -> str:
    """Return the name of an act, as its button has it."""
    return _("Enter a charge") if action == "charge" else str(act_named(action).label)
