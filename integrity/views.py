"""Pages of signals: the lists of both sides, one signal, and the steps."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from accounts.roles import LEADS, SUPERVISORS
from core.form_token import FormToken, form_token, fresh_key
from core.paging import page_of
from core.problems import Invalid, Missing, Problem, Stale, WrongState
from integrity import doors, pages, permissions, queries
from integrity.forms import FORMS, ExplainForm, OrderForm, OwnFilter, SignalFilter
from integrity.machine import LABELS
from integrity.models import Signal
from integrity.states import State
from rectification import clocks
from rectification.forms import SaidForm
from workflow.pages import refusal

watching = role_required(*SUPERVISORS)
addressed = role_required(*LEADS)


@require_safe
@watching
def watched_signals(request: HttpRequest) -> HttpResponse:
    """The signals of the districts that one watches over, newest first."""
    found = queries.watched_by(person(request))
    context = list_context(request, SignalFilter(request.GET), found)
    return render(request, "integrity/watched.html", context)


@require_safe
@addressed
def own_signals(request: HttpRequest) -> HttpResponse:
    """The signals that concern one's side, newest first."""
    found = queries.answered_by(person(request))
    return render(
        request, "integrity/own.html", list_context(request, OwnFilter(request.GET), found)
    )


def list_context(request: HttpRequest, form: SignalFilter, found: Any) -> dict[str, Any]:
    """Return a list as its filters and its cursor say."""
    page = page_of(request, form.narrow(found), order=queries.NEWEST_FIRST)
    counts = queries.counts(found)
    return {
        "form": form,
        "page": page,
        "rows": pages.rows_of(page.rows),
        "counts": [(code, State(code).label, count) for code, count in counts.items()],
    }


@require_safe
@watching
def watched_signal(request: HttpRequest, number: str) -> HttpResponse:
    """One signal, for those who watch over it."""
    return _watched_page(request, queries.signal_in(queries.watched_by(person(request)), number))


def _watched_page(
    request: HttpRequest, found: Signal, problem: Problem | None = None
) -> HttpResponse:
    user = person(request)
    context = signal_context(request, found) | {
        "buttons": pages.deciding_buttons(found, user),
        **refusal(None, None, problem),
    }
    status = problem.status if problem else 200
    return render(request, "integrity/watched_signal.html", context, status=status)


def signal_context(request: HttpRequest, found: Signal) -> dict[str, Any]:
    """Return what the page of a signal shows, with a page of the entries behind it."""
    user = person(request)
    page = page_of(request, queries.evidence_of(found), order=queries.ENTRY_ORDER)
    context = pages.signal_context(found, user)
    return context | {
        "page": page,
        "proofs": pages.proofs_table(queries.proofs(page.rows, user), user),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@addressed
def own_signal(request: HttpRequest, number: str) -> HttpResponse:
    """One signal, for the lead of its addressee: read it, and explain it here."""
    found = queries.signal_in(queries.answered_by(person(request)), number)
    if request.method != "POST":
        return _own_page(request, found, ExplainForm())
    form = ExplainForm(request.POST, request.FILES)
    if not form.is_valid():
        return _own_page(request, found, form)
    try:
        doors.explain(request, found, form)
    except Invalid as problem:
        form.refused(problem)
        return _own_page(request, found, form)
    except (Stale, WrongState) as problem:
        return _own_page(request, found, form, problem)
    messages.success(request, _("Your explanation is recorded. The regulator reads it now."))
    return redirect("signals:signal", found.number)


def _own_page(
    request: HttpRequest, found: Signal, form: ExplainForm, problem: Problem | None = None
) -> HttpResponse:
    if problem:
        found.refresh_from_db()
    # What is read now is what a second try is about.
    fields = (
        FormToken(found.version, fresh_key()) if problem else form_token(request, found.version)
    )
    context = signal_context(request, found) | {
        "form": form,
        "may_explain": found.state == State.OPEN,
        "form_token": fields,
        **refusal(None, None, problem),
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "integrity/own_signal.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@watching
def step(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Accept the explanation, confirm the signal, or order it to be put right."""
    user = person(request)
    found = queries.signal_in(queries.watched_by(user), number)
    if action not in FORMS:
        raise Missing
    if request.method != "POST":
        permissions.require(user, found, action)
    form = _form(action, request.POST if request.method == "POST" else None)
    if not (form.is_bound and form.is_valid()):
        return _step_page(request, found, action, form)
    try:
        doors.decide(request, found, action, form.cleaned_data)
    except Invalid as problem:
        form.refused(problem)
        return _step_page(request, found, action, form)
    except (Stale, WrongState) as problem:
        return _watched_page(request, queries.signal_in(queries.watched_by(user), number), problem)
    messages.success(request, _("Done: %(step)s.") % {"step": LABELS[action]})
    return redirect("oversight-signals:signal", found.number)


def _form(action: str, data: Any) -> SaidForm:
    form = FORMS[action](data)
    return form.bound_by(clocks.bounds(clocks.policy())) if isinstance(form, OrderForm) else form


def _step_page(request: HttpRequest, found: Signal, action: str, form: SaidForm) -> HttpResponse:
    context = pages.signal_context(found, person(request)) | {
        "title": LABELS[action],
        "form": form,
        "form_token": form_token(request, found.version),
    }
    return render(request, "integrity/step.html", context, status=422 if form.errors else 200)
