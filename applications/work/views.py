"""The list of work, the page of one case, and its steps.

A step that cannot be taken any more shows the case again, with what was done meanwhile and by whom;
what was typed stays where it can be sent once more."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import person, role_required
from accounts.models import User
from accounts.roles import COMPANY, COUNTER, SUPPLIERS, SUPPLY_DESK, Role
from applications.actions import CASES
from applications.assignments.reading import managers_of
from applications.checklist import STAGES
from applications.header import header
from applications.models import Application, act_named
from applications.queries import case_for
from applications.reveal import may_reveal
from applications.states import Holder, State
from applications.who import may_spend, takes
from applications.work import queries
from applications.work.filters import QueueFilter, QueueForm
from applications.work.forms import ASKING, BARE, LEADS, work_form
from applications.work.reading import case_context, papers_for, rows_of
from applications.work.search import MOST, searched_for
from core.clock import city_now
from core.form_token import form_token, fresh_token, posted
from core.forms import BodyForm
from core.paging import page_of
from core.problems import Missing, Problem, Stale, WrongState
from workflow.buttons import buttons
from workflow.pages import OVERTAKEN, answer_form, refusal, take

desk = role_required(*SUPPLY_DESK)
STEP = "work/step.html"


@require_safe
@desk
def queue(request: HttpRequest) -> HttpResponse:
    user = person(request)
    cases = queries.desk_cases(user)
    filters = QueueFilter(request.GET, cases, request=request)
    number = queries.number_of(cases, filters.form.wanted("q"))
    if number:
        return redirect("work:case", number)
    context = list_context(request, filters) | {
        "counts": counted(cases, filters.form, user),
        "at_counter": user.role_in(*COUNTER) is not None,
        "rents": user.role_in(*COMPANY) is not None,
    }
    return render(request, "work/queue.html", context, status=filters.form.status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk
def find(request: HttpRequest) -> HttpResponse:
    """By name, phone or address: what is typed is in no address, and its answer in no cache."""
    form, found, status = searched_for(request)
    context = {
        "form": form,
        "found": found,
        "rows": rows_of(found.cases, city_now(), person(request)) if found else [],
        "most": MOST,
    }
    return render(request, "work/search.html", context, status=status)


def counted(cases: QuerySet[Application], form: QueueForm, user: User) -> list[dict[str, Any]]:
    """The counts above the list; those who are assigned cases have their own in front."""
    assigned = user.role_in(*SUPPLIERS) is not None
    found = queries.counts(cases, user if assigned else None)
    chosen = next(
        ((name, form.wanted(name)) for name in ("mine", "late", "closable") if form.wanted(name)),
        ("holder", form.wanted("holder")),
    )
    words = (
        *([("mine", "1", _("Assigned to me"))] if assigned else []),
        ("holder", Holder.SUPPLIER, _("Ours")),
        ("late", "1", _("Late")),
        ("holder", Holder.APPLICANT, _("With the applicant")),
        ("holder", Holder.GOVERNMENT, _("With the bureaus")),
        ("closable", "1", _("May be closed")),
    )
    return [
        {
            "query": f"{name}={value}",
            "label": label,
            "count": found[value if name == "holder" else name],
            "current": (name, value) == chosen,
        }
        for name, value, label in words
    ]


def list_context(request: HttpRequest, filters: QueueFilter) -> dict[str, Any]:
    cases = queries.ended(filters.qs) if filters.form.ended else queries.opened(filters.qs)
    page = page_of(request, cases, order=filters.order)
    return {
        "form": filters.form,
        "page": page,
        "rows": rows_of(page.rows, city_now(), person(request)),
        "query": request.GET.urlencode(),
        "closing": filters.form.wanted("closable"),
    }


@require_safe
@desk
def case(request: HttpRequest, number: str) -> HttpResponse:
    return case_page(request, case_for(number, person(request)))


def case_page(
    request: HttpRequest, found: Application, problem: Problem | None = None
) -> HttpResponse:
    """Draw the page of a case, with the refusal on top where a step was refused."""
    user = person(request)
    filters = QueueFilter(request.GET, queries.desk_cases(user), request=request)
    context = {
        "two_panes": True,
        **list_context(request, filters),
        **case_context(found, user),
        "managers": managers_of(found, user),
        "may_reveal": may_reveal(found, user) is not None,
        "permit_url": "work:permit",
        "charge_url": "work-charges:one",
        "may_charge": takes(Role.MANAGER, found, user) and found.state != State.DRAFT,
        "may_spend": may_spend(found, user) and found.state != State.DRAFT,
        "enquiry_url": "enquiries:one",
        **refusal(request, CASES, found, problem),
    }
    status = problem.status if problem else filters.form.status
    return render(request, "work/case.html", context, status=status)


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
    return done(request, case, str(act_named(action).label))


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def step(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """An act that asks for something: its form, and what becomes of it."""
    case = case_for(number, person(request))
    if action not in ASKING:
        raise Missing
    if request.method != "POST" and (closed := why_not_now(case, action, person(request))):
        return case_page(request, case, closed)
    form = work_form(case, action, posted(request))
    return answer(
        request,
        case,
        form,
        str(act_named(action).label),
        lambda: take(request, CASES, case, action, form.body()),
        lead=LEADS.get(action, ""),
        papers=papers_for(case, action),
        template="work/inspection.html" if action in STAGES else STEP,
    )


def why_not_now(case: Application, action: str, user: User) -> Problem | None:
    """Return the refusal of an act whose form somebody opens though it cannot be taken."""
    found = (button for button in buttons(CASES, case, user) if button.action == action)
    button = next(found, None)
    if button is None:
        raise Missing
    return None if button.allowed else WrongState(button.reason or "")


def answer(
    request: HttpRequest,
    case: Application,
    form: BodyForm,
    label: str,
    enter: Callable[[], None],
    *,
    after: Callable[[], HttpResponse] | None = None,
    **more: Any,
) -> HttpResponse:
    """Draw a form under the head of its case, or act on it; see `workflow.pages.answer_form`.

    Args:
        label: what is done, as its button says it.
        after: the answer where it is done; usually the page of the case.
        more: what `form_page` takes besides.
    """

    def overtaken(problem: Problem) -> HttpResponse:
        # Who has read what changed can send the same once more; the next try counts.
        if isinstance(problem, Stale):
            return form_page(request, case, form, label, problem=problem, **more)
        return case_page(request, CASES.read_anew(case), problem)

    return answer_form(
        form,
        enter,
        page=lambda form: form_page(request, case, form, label, **more),
        overtaken=overtaken,
        done=after or (lambda: done(request, case, label)),
    )


def form_page(
    request: HttpRequest,
    case: Application,
    form: BodyForm,
    label: str,
    *,
    template: str = STEP,
    problem: Problem | None = None,
    **more: Any,
) -> HttpResponse:
    now = CASES.read_anew(case) if problem else case
    context = {
        "case": now,
        "header": header(now, person(request)),
        "form": form,
        "label": label,
        **more,
        **refusal(request, CASES, now, problem),
        "form_token": fresh_token(now.version) if problem else form_token(request, case.version),
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, template, context, status=status)


def done(request: HttpRequest, case: Application, label: str) -> HttpResponse:
    """The act that was taken, and of which case: it may be read on another page."""
    text = _("Done: {step}. Case {number}.").format(step=label, number=case.number)
    messages.success(request, text)
    return redirect("work:case", case.number)
