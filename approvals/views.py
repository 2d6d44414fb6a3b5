"""Pages of the bureaus: the list of what waits for a decision, one permit, and its steps."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import person, role_required, signed_in
from accounts.models import User
from accounts.roles import BUREAU_DESK
from approvals import doors, machine, pages, permissions, queries
from approvals.forms import FORMS, DeskFilter, StepForm
from approvals.models import Permit
from approvals.wording import permit_name
from core.clock import city_now
from core.doors import door, seen_version
from core.paging import page_of
from core.problems import Invalid, Missing, Problem, Stale, WrongState


@require_safe
@role_required(*BUREAU_DESK)
def desk(request: HttpRequest) -> HttpResponse:
    """The home page of a bureau: what waits, by time left."""
    user = person(request)
    context = list_context(request, user) | {"counts": queries.counts(queries.desk_permits(user))}
    return render(request, "approvals/list.html", context)


def list_context(request: HttpRequest, user: User) -> dict[str, Any]:
    """Return the list as its filters and its cursor say, for the list and beside a permit."""
    form = DeskFilter(request.GET)
    found = queries.by_time_left(form.narrow(queries.desk_permits(user)))
    page = page_of(request, found, order=queries.BY_TIME_LEFT)
    return {
        "form": form,
        "page": page,
        "rows": pages.rows_of(page.rows, city_now()),
        "query": request.GET.urlencode(),
    }


@require_safe
@signed_in
def permit(request: HttpRequest, pk: int) -> HttpResponse:
    """One permit: where it stands, what is asked, what can be done, everything known of it."""
    user = person(request)
    found = queries.permit_for(user, pk)
    return render(request, "approvals/permit.html", _permit_context(request, found, user))


def _permit_context(request: HttpRequest, found: Permit, user: User) -> dict[str, Any]:
    beside = user.role_in(*BUREAU_DESK) is not None
    listed = list_context(request, user) if beside else {}
    shown = pages.permit_context(found, user, city_now())
    return {**listed, **shown, "two_panes": beside, "door": door(request, found.version)}


@require_POST
@signed_in
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step that asks for no words."""
    found = queries.permit_for(person(request), pk)
    action = request.POST.get("action", "")
    if action not in machine.LABELS:
        raise Missing
    try:
        doors.take(request, found, action, {})
    except (Stale, WrongState) as problem:
        return _overtaken(request, found, problem)
    return _done(request, found, action)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def step(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take a step that asks for words: its form, and the form's answer."""
    found = queries.permit_for(person(request), pk)
    if action not in FORMS:
        raise Missing
    if request.method != "POST":
        permissions.require(person(request), found, action)
    form = FORMS[action](request.POST if request.method == "POST" else None)
    if not (form.is_bound and form.is_valid()):
        return _step_page(request, found, action, form)
    try:
        doors.take(request, found, action, form.body())
    except Invalid as problem:
        form.refused(problem)
        return _step_page(request, found, action, form)
    except (Stale, WrongState) as problem:
        return _overtaken(request, found, problem)
    return _done(request, found, action)


def _step_page(request: HttpRequest, found: Permit, action: str, form: StepForm) -> HttpResponse:
    context = {
        "permit": found,
        "name": permit_name(found.permit),
        "number": found.line_works.application,
        "title": machine.label_of(action, found.route),
        "action": action,
        "form": form,
        "door": door(request, found.version),
    }
    return render(request, "approvals/step.html", context, status=422 if form.errors else 200)


def _overtaken(request: HttpRequest, found: Permit, problem: Problem) -> HttpResponse:
    """Show what has changed since the person's page was drawn, and by whom."""
    now_ = queries.permit_for(person(request), found.pk)
    steps = doors.steps_since(now_, seen_version(request))
    context = {
        "permit": now_,
        "name": permit_name(now_.permit),
        "problem": problem,
        "changed": pages.changed(steps),
    }
    return render(request, "approvals/changed.html", context, status=problem.status)


def _done(request: HttpRequest, found: Permit, action: str) -> HttpResponse:
    label = machine.label_of(action, found.route)
    messages.success(request, _("Done: %(step)s.") % {"step": label})
    return redirect("bureau:permit", found.pk)
