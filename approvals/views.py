from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import confirmation
from accounts.decorators import person, role_required, signed_in
from accounts.models import User
from accounts.roles import BUREAU_DESK, BUREAU_ROLES, COORDINATORS, Role
from approvals import pages, queries
from approvals.actions import PERMITS
from approvals.advice.queries import BY_ASKING, at_desk, waiting
from approvals.commitments.pages import commitment_context
from approvals.decision import CONFIRMED
from approvals.filters import HAND_OUT, OF_DISTRICTS, DeskFilter
from approvals.forms import FORMS, form_for
from approvals.models import Permit
from approvals.roads.approving import GIVE_APPROVAL
from approvals.wording import permit_name, works_rows
from core.clock import city_now
from core.form_token import form_token, fresh_token, posted
from core.forms import PROOF, BodyForm
from core.paging import page_of
from core.problems import Missing, Problem
from workflow.machine import acts_of
from workflow.pages import OVERTAKEN, answer_form, refusal, take


@require_safe
@role_required(*BUREAU_DESK)
def desk(request: HttpRequest) -> HttpResponse:
    user = person(request)
    context = list_context(request, user)
    permits = queries.desk_permits(user)
    asked = waiting(at_desk(user)).order_by(*BY_ASKING)
    beside = {"asked": asked} if user.role_in(*BUREAU_ROLES) else {}
    of_counter = context["of_counter"]
    context["counts"] = queries.counts(permits, of_counter=of_counter, beside=beside)
    return render(request, "approvals/list.html", context, status=context["form"].status)


def list_context(request: HttpRequest, user: User) -> dict[str, Any]:
    """For the list, and for the pane beside a permit; a hall decides nothing of what it lists."""
    of_counter = user.role_in(*BUREAU_ROLES, Role.DIGITAL) is None
    permits, bureaus = queries.desk_permits(user), queries.bureaus_listed(user)
    more = [HAND_OUT] if of_counter else [OF_DISTRICTS] if queries.reads_districts(user) else []
    reads = OF_DISTRICTS in more and request.GET.get("show") == OF_DISTRICTS
    listed = queries.of_district_offices(user) if reads else permits
    filters = DeskFilter(request.GET, listed, bureaus=bureaus, more=more)
    page = page_of(request, filters.qs, order=filters.order)
    counter, bureau = _("Permits of this counter's cases"), _("Permits to decide")
    return {
        "of_counter": of_counter,
        "heading": counter if of_counter else bureau,
        "form": filters.form,
        "page": page,
        "rows": pages.rows_of(page.rows, city_now()),
        "query": request.GET.urlencode(),
    }


@require_safe
@signed_in
def permit(request: HttpRequest, pk: int) -> HttpResponse:
    return permit_page(request, pk)


def permit_page(
    request: HttpRequest,
    pk: int,
    problem: Problem | None = None,
    *,
    told: dict[str, Any] | None = None,
) -> HttpResponse:
    """With the refusal on top where an act was refused.

    Args:
        told: how the refusal is drawn, where it is of something beside the permit.
    """
    user = person(request)
    found = queries.permit_for(user, pk)
    beside = list_context(request, user) if user.role_in(*BUREAU_DESK) else {}
    context = {
        **beside,
        **pages.permit_context(found, user, city_now()),
        **(told or refusal(request, PERMITS, found, problem)),
        "two_panes": bool(beside),
        "coordinates": user.role_in(*COORDINATORS) is not None,
        "form_token": fresh_token(found.version),
    }
    listed = beside["form"].status if beside else 200
    status = problem.status if problem else listed
    return render(request, "approvals/permit.html", context, status=status)


@require_POST
@signed_in
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """An act that asks for no words."""
    found = queries.permit_for(person(request), pk)
    action = request.POST.get("action", "")
    if action not in acts_of(Permit):
        raise Missing
    if action in CONFIRMED:
        return redirect("bureau:step", found.pk, action)
    try:
        take(request, PERMITS, found, action)
    except OVERTAKEN as problem:
        return permit_page(request, found.pk, problem)
    return done(request, found, action)


@sensitive_post_parameters(PROOF, confirmation.PASSKEY)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def step(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """An act that asks for words: its form, and the form's answer."""
    found = queries.permit_for(person(request), pk)
    if action not in FORMS:
        raise Missing
    said = acts_of(Permit)[action]
    if request.method != "POST":
        PERMITS.role_in(found, said, person(request))
    form = form_for(found, action, posted(request), request.FILES)
    if action in CONFIRMED:
        confirmation.ask(form, request, person(request))

    def page(form: BodyForm) -> HttpResponse:
        context = {
            "permit": found,
            "name": permit_name(found.permit),
            "number": found.line_works.application,
            "title": PERMITS.label(found, said),
            "tone": pages.tone_of(action),
            "works": works_rows(found.round) if action in CONFIRMED else [],
            "chase": found.chased() if action == "answer_chase" else None,
            "form": form,
            "form_token": form_token(request, found.version),
            "signing": None
            if action == GIVE_APPROVAL
            else commitment_context(found, person(request), city_now()),
        }
        return render(request, "approvals/step.html", context, status=422 if form.errors else 200)

    return answer_form(
        form,
        lambda: take(request, PERMITS, found, action, form.body()),
        page=page,
        overtaken=lambda problem: permit_page(request, found.pk, problem),
        done=lambda: done(request, found, action),
    )


def done(request: HttpRequest, found: Permit, action: str) -> HttpResponse:
    done_with(request, found, action)
    return redirect("bureau:permit", found.pk)


def done_with(request: HttpRequest, found: Permit, action: str) -> None:
    """Say which act was taken of which permit: it may be read on another page."""
    values = {
        "step": PERMITS.label(found, acts_of(Permit)[action]),
        "permit": permit_name(found.permit),
        "number": found.line_works.application,
    }
    messages.success(request, _("Done: %(step)s. %(permit)s, case %(number)s.") % values)
