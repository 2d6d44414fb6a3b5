"""The steps of a case from its page. A step that cannot be taken any more shows the case again,
with what was done meanwhile and by whom; what was typed stays where it can be sent once more."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import person
from accounts.models import User
from applications import charges, doors
from applications.header import header
from applications.models import Application
from applications.permissions import as_supplier
from applications.queries import buttons, case_for
from applications.states import ZERO_INVESTMENT
from applications.verbs import VERBS
from applications.work.casepage import fresh_door
from applications.work.forms import BARE, FORMS, ChargeForm, StepForm
from applications.work.refusals import refused
from applications.work.views import case_page, desk
from core.problems import Forbidden, Invalid, Missing, Problem, Stale, WrongState
from money.queries import fees_in_force

#: Refusals after which the person looks at the case as it stands now.
OVERTAKEN = (WrongState, Forbidden)
Act = Callable[[dict[str, Any]], object]


@require_POST
@desk
def act(request: HttpRequest, number: str) -> HttpResponse:
    """A step that asks for nothing: one button of the case's page."""
    case = case_for(number, person(request))
    action = request.POST.get("action", "")
    if action not in BARE:
        raise Missing
    try:
        doors.act(request, case, action)
    except (Stale, *OVERTAKEN) as problem:
        return case_page(request, doors.fresh(case), problem)
    return done(request, case, action)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def step(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """A step that asks for something: its form, and what becomes of it."""
    case = case_for(number, person(request))
    if action not in FORMS:
        raise Missing
    if request.method != "POST" and (refusal := why_not_now(case, action, person(request))):
        return case_page(request, case, refusal)
    form = FORMS[action](case, request.POST or None)
    return answer(request, case, form, action, lambda body: doors.act(request, case, action, body))


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def charge(request: HttpRequest, number: str) -> HttpResponse:
    """Enter a charge by an item of the published catalogue."""
    case = case_for(number, person(request))
    if as_supplier(case, person(request)) is None:
        return case_page(request, case, Forbidden(charges.NOT_YOURS))
    if request.method != "POST" and (reason := why_no_charge(case)):
        return case_page(request, case, WrongState(reason))
    form = ChargeForm(case, request.POST or None)

    def enter(body: dict[str, Any]) -> object:
        def once(_version: int) -> None:
            charges.charge(application=case, body=body, by=person(request))

        return doors.once(request, case, {"charge": body}, once)

    return answer(request, case, form, "charge", enter)


def why_no_charge(case: Application) -> str:
    """Return why nothing can be charged in a case; empty where something can."""
    if case.kind in ZERO_INVESTMENT:
        return _("A case of this kind takes no charge.")
    if not fees_in_force().exists():
        return _("The published catalogue has no item in force today: nothing can be charged.")
    return ""


def why_not_now(case: Application, action: str, user: User) -> Problem | None:
    """Return the refusal of a step whose form somebody opens though it cannot be taken."""
    found = (button for button in buttons(case, user) if button.action == action)
    button = next(found, None)
    if button is None:
        raise Missing
    return None if button.allowed else WrongState(button.reason or "")


def answer(
    request: HttpRequest, case: Application, form: StepForm, action: str, take: Act
) -> HttpResponse:
    """Draw a form, or take its step; a refused form comes back with everything in it.

    Args:
        take: takes the step with the form's body.
    """
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        try:
            take(form.body())
            return done(request, case, action)
        except Invalid as invalid:
            form.refuse(invalid)
        except Stale as stale:
            problem = stale
        except OVERTAKEN as overtaken:
            return case_page(request, doors.fresh(case), overtaken)
    return form_page(request, case, form, action, problem)


def form_page(
    request: HttpRequest,
    case: Application,
    form: StepForm,
    action: str,
    problem: Problem | None = None,
) -> HttpResponse:
    """Draw the form of a step under the head of its case."""
    now = doors.fresh(case) if problem else case
    context = {
        "case": now,
        "header": header(now, person(request)),
        "form": form,
        "action": action,
        "label": label_of(action),
        **refused(problem),
        # After a refusal as stale the person has read what changed; the next try counts.
        "door": fresh_door(now) if problem else doors.door(request, case),
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "work/step.html", context, status=status)


def done(request: HttpRequest, case: Application, action: str) -> HttpResponse:
    """Back to the case, saying what was done."""
    text = _("Done: {step}.").format(step=label_of(action))
    messages.success(request, text)
    return redirect("work:case", case.number)


def label_of(action: str) -> str:
    """Return the name of a step, as its button has it."""
    return str(VERBS[action].label) if action in VERBS else _("Enter a charge")
