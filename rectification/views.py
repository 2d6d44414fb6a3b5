"""Pages of orders: the lists of both sides, one order, a new one, and the steps."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from accounts.models import User
from accounts.roles import LEADS, SUPERVISORS, Role
from core.clock import city_now
from core.form_token import FormToken, form_key, form_token, fresh_key
from core.paging import page_of
from core.problems import Invalid, Missing, Problem, Stale, WrongState
from core.reading import whole_number
from rectification import clocks, doors, pages, permissions, queries, subjects
from rectification.forms import FORMS, AnswerForm, NewOrderForm, OrderFilter, OwnFilter, SaidForm
from rectification.machine import LABELS
from rectification.models import Order
from workflow.pages import refusal

watching = role_required(*SUPERVISORS)
addressed = role_required(*LEADS)


@require_safe
@watching
def watched_orders(request: HttpRequest) -> HttpResponse:
    """The orders of the districts that one watches over, by time left."""
    user = person(request)
    found = queries.watched_by(user)
    context = list_context(request, OrderFilter(request.GET), found)
    context["may_issue"] = user.role_in(Role.REGULATOR) is not None
    return render(request, "rectification/watched.html", context)


@require_safe
@addressed
def own_orders(request: HttpRequest) -> HttpResponse:
    """The orders that one is to answer, by time left."""
    found = queries.answered_by(person(request))
    context = list_context(request, OwnFilter(request.GET), found)
    return render(request, "rectification/own.html", context)


def list_context(request: HttpRequest, form: OrderFilter, found: Any) -> dict[str, Any]:
    """Return a list as its filters and its cursor say."""
    page = page_of(request, form.narrow(found), order=form.order)
    return {
        "form": form,
        "page": page,
        "rows": pages.rows_of(page.rows, city_now()),
        "counts": queries.counts(found),
    }


@require_safe
@watching
def watched_order(request: HttpRequest, number: str) -> HttpResponse:
    """One order, for those who watch over it."""
    found = queries.order_in(queries.watched_by(person(request)), number)
    return _watched_page(request, found)


def _watched_page(
    request: HttpRequest, found: Order, problem: Problem | None = None
) -> HttpResponse:
    user = person(request)
    context = pages.order_context(found, user, city_now()) | {
        "buttons": pages.deciding_buttons(found, user),
        **refusal(None, None, problem),
    }
    status = problem.status if problem else 200
    return render(request, "rectification/watched_order.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@addressed
def own_order(request: HttpRequest, number: str) -> HttpResponse:
    """One order, for the lead of its addressee: read it, and answer it here."""
    user = person(request)
    found = queries.order_in(queries.answered_by(user), number)
    if request.method != "POST":
        return _own_page(request, found, AnswerForm())
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _own_page(request, found, form)
    try:
        doors.answer(request, found, form)
    except Invalid as problem:
        form.refused(problem)
        return _own_page(request, found, form)
    except (Stale, WrongState) as problem:
        return _own_page(request, found, form, problem)
    messages.success(request, _("Your answer is recorded. The regulator reads it now."))
    return redirect("orders:order", found.number)


def _own_page(
    request: HttpRequest, found: Order, form: AnswerForm, problem: Problem | None = None
) -> HttpResponse:
    if problem:
        found.refresh_from_db()
    # What is read now is what a second try is about.
    fields = (
        FormToken(found.version, fresh_key()) if problem else form_token(request, found.version)
    )
    context = pages.order_context(found, person(request), city_now()) | {
        "form": form,
        "may_answer": found.with_addressee,
        "form_token": fields,
        **refusal(None, None, problem),
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "rectification/own_order.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@watching
def step(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Close an order, send its answer back, or hand it to the lead agency."""
    user = person(request)
    found = queries.order_in(queries.watched_by(user), number)
    if action not in FORMS:
        raise Missing
    if request.method != "POST":
        permissions.require(user, found, action)
    form = FORMS[action](request.POST if request.method == "POST" else None)
    if not (form.is_bound and form.is_valid()):
        return _step_page(request, found, action, form)
    try:
        doors.decide(request, found, action, form.cleaned_data["reason"])
    except Invalid as problem:
        form.refused(problem)
        return _step_page(request, found, action, form)
    except (Stale, WrongState) as problem:
        return _watched_page(request, queries.order_in(queries.watched_by(user), number), problem)
    messages.success(request, _("Done: %(step)s.") % {"step": LABELS[action]})
    return redirect("oversight-orders:order", found.number)


def _step_page(request: HttpRequest, found: Order, action: str, form: SaidForm) -> HttpResponse:
    context = pages.order_context(found, person(request), city_now()) | {
        "title": LABELS[action],
        "warning": action == "escalate",
        "form": form,
        "form_token": form_token(request, found.version),
    }
    return render(request, "rectification/step.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.REGULATOR)
def new_order(request: HttpRequest) -> HttpResponse:
    """Issue an order; its form can begin with a case or a permit."""
    bounds = clocks.bounds(clocks.policy())
    if request.method != "POST":
        initial, about = _begun(request, person(request))
        return _new_page(request, NewOrderForm(initial=initial).bound_by(bounds), about)
    form = NewOrderForm(request.POST).bound_by(bounds)
    if not form.is_valid():
        return _new_page(request, form)
    try:
        number = doors.issue(request, form)
    except Invalid as problem:
        form.refused(problem)
        return _new_page(request, form)
    messages.success(request, _("The order is issued and its clock runs."))
    return redirect("oversight-orders:order", number)


def _begun(request: HttpRequest, user: User) -> tuple[dict[str, Any], subjects.Subject | None]:
    """Return what a new order begins with, by what the address names.

    Raises:
        Missing: a case or permit that is not there for this person.
    """
    number, permit = request.GET.get("case", ""), whole_number(request.GET.get("permit", ""))
    try:
        about = subjects.named(user, application=number, permit=permit)
    except Invalid as problem:
        raise Missing from problem
    if about is None:
        return {}, None
    return {
        "party": about.party,
        "district": about.district,
        "application": about.number,
        "permit": about.permit,
    }, about


def _new_page(
    request: HttpRequest, form: NewOrderForm, about: subjects.Subject | None = None
) -> HttpResponse:
    context = {"form": form, "about": about, "key": form_key(request)}
    status = 422 if form.errors else 200
    return render(request, "rectification/new.html", context, status=status)
