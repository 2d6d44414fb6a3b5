"""The list of work and the page of one case."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import person, role_required
from accounts.roles import SUPPLY_DESK
from applications.actions import CASES
from applications.models import Application
from applications.queries import case_for
from applications.work import queries
from applications.work.casepage import case_context
from applications.work.filters import QueueFilter, QueueForm
from applications.work.rows import rows_of
from applications.workflow import Holder, State, as_supplier
from core.clock import city_now
from core.form_token import seen_version
from core.paging import Page, page_of
from core.problems import Problem
from workflow.pages import refusal

desk = role_required(*SUPPLY_DESK)


@require_safe
@desk
def queue(request: HttpRequest) -> HttpResponse:
    """The home page of those who work here: what is ours first, the latest on top."""
    user = person(request)
    cases = queries.desk_cases(user)
    filters = QueueFilter(request.GET, cases)
    number = filters.form.wanted("q").upper()
    if number and cases.filter(number=number).exists():
        return redirect("work:case", number)
    context = list_context(request, filters) | {"counts": counted(cases, filters.form)}
    return render(request, "work/queue.html", context)


def counted(cases: QuerySet[Application], form: QueueForm) -> list[dict[str, Any]]:
    """Return the open cases by who holds them, and the late ones, each with its filter."""
    found = queries.counts(cases)
    chosen = ("late", "1") if form.wanted("late") else ("holder", form.wanted("holder"))
    words = (
        ("holder", Holder.SUPPLIER, _("Ours")),
        ("late", "1", _("Late")),
        ("holder", Holder.APPLICANT, _("With the applicant")),
        ("holder", Holder.GOVERNMENT, _("With the bureaus")),
    )
    return [
        {
            "query": f"{name}={value}",
            "label": label,
            "count": found["late" if name == "late" else value],
            "current": (name, value) == chosen,
        }
        for name, value, label in words
    ]


def list_context(request: HttpRequest, filters: QueueFilter) -> dict[str, Any]:
    """Return the list as its filters and its cursor say, for the list page and beside a case."""
    page = list_page(request, filters)
    return {
        "form": filters.form,
        "page": page,
        "rows": rows_of(page.rows, city_now()),
        "query": request.GET.urlencode(),
    }


def list_page(request: HttpRequest, filters: QueueFilter) -> Page[Application]:
    """Return one page of the list: open cases by time left, ended ones newest first."""
    if filters.form.ended:
        return page_of(request, queries.ended(filters.qs), order=queries.ENDED_ORDER)
    open_cases = queries.by_time_left(queries.opened(filters.qs))
    return page_of(request, open_cases, order=queries.OPEN_ORDER)


@require_safe
@desk
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: where it stands, what can be done, and everything known of it."""
    return case_page(request, case_for(number, person(request)))


def case_page(
    request: HttpRequest, found: Application, problem: Problem | None = None
) -> HttpResponse:
    """Draw the page of a case, with the refusal on top where a step was refused.

    Args:
        request: the page's request, or the refused POST of one of its buttons.
        found: the case as it stands now.
        problem: why nothing was done.
    """
    user = person(request)
    context = {
        "two_panes": True,
        **list_context(request, QueueFilter(request.GET, queries.desk_cases(user))),
        **case_context(found, user),
        "permit_url": "work:permit",
        "may_charge": as_supplier(found, user) is not None and found.state != State.DRAFT,
        **refusal(CASES, found, problem, seen_version(request) if problem else None),
    }
    return render(request, "work/case.html", context, status=problem.status if problem else 200)
