"""Pages of follow-ups: the same for the lead who closes them (/work/) and for those who watch
(/oversight/), each under its own address."""

from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from accounts.roles import Role
from applications import casefile
from applications.follow_ups import queries
from applications.follow_ups.actions import FOLLOW_UPS
from applications.follow_ups.filters import ListFilter
from applications.follow_ups.models import FollowUp
from applications.follow_ups.reading import one_context, rows_of
from applications.follow_ups.reveal import reveal
from applications.reveal import Reveal
from core.form_token import form_token, posted
from core.forms import BodyForm, form_of
from core.paging import page_of
from core.problems import Problem
from workflow.buttons import buttons, choices
from workflow.machine import acts_of
from workflow.pages import act_once, answer_form, refusal, step_page


@dataclass(frozen=True, slots=True)
class Side:
    """From where somebody looks: the namespace of the pages, and that of the page of a case."""

    name: str
    roles: tuple[Role, ...]
    case: str


AT_WORK: Final = Side("follow-ups", (Role.SUPPLY_LEAD,), "work:case")
WATCHED: Final = Side("oversight-follow-ups", (Role.REGULATOR, Role.LEAD_AGENCY), "oversight:case")
leading = role_required(*AT_WORK.roles)
FORMS: Final[dict[str, type[BodyForm]]] = {
    name: form_of(said.body, rows=4) for name, said in acts_of(FollowUp).items()
}
IdentityForm = form_of(Reveal, rows=2)


@require_safe
def follow_ups(request: HttpRequest, side: Side) -> HttpResponse:
    filters = ListFilter(request.GET, queries.watched(person(request)))
    page = page_of(request, filters.qs, order=filters.order)
    context = {
        "form": filters.form,
        "page": page,
        "rows": rows_of(page.rows),
        "one": f"{side.name}:one",
        "counts": queries.counts(filters.queryset),
    }
    return render(request, "follow_ups/list.html", context, status=filters.form.status)


@require_safe
def follow_up(request: HttpRequest, pk: int, side: Side) -> HttpResponse:
    return one_page(request, queries.one_for(pk, person(request)), side=side)


def one_page(
    request: HttpRequest, one: FollowUp, problem: Problem | None = None, *, side: Side = AT_WORK
) -> HttpResponse:
    """Draw the page of a follow-up, with the refusal on top where a step was refused."""
    user = person(request)
    own = [
        replace(button, url=reverse("follow-ups:step", args=[one.pk, button.action]))
        for button in buttons(FOLLOW_UPS, one, user)
    ]
    context = {
        **one_context(one, user),
        "list_url": reverse(f"{side.name}:list"),
        "case_url": reverse(side.case, args=[one.application.number]),
        "identity_url": reverse("follow-ups:identity", args=[one.pk]),
        "choices": choices(FOLLOW_UPS, one, user, own),
        **refusal(request, FOLLOW_UPS, one, problem),
    }
    status = problem.status if problem else 200
    return render(request, "follow_ups/one.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@leading
def step(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """An act of the lead: its form, and what becomes of it."""
    one = queries.one_for(pk, person(request))
    return step_page(
        request,
        FOLLOW_UPS,
        one,
        action,
        FORMS,
        page=lambda form, label: form_page(request, one, form, str(label)),
        overtaken=lambda now, problem: one_page(request, now, problem),
        onward=reverse("follow-ups:one", args=[one.pk]),
    )


def form_page(request: HttpRequest, one: FollowUp, form: BodyForm, label: str) -> HttpResponse:
    context = {
        **one_context(one, person(request)),
        "case_url": "",
        "choices": None,
        "tone": "",
        "form": form,
        "label": label,
        "one_url": reverse("follow-ups:one", args=[one.pk]),
        "form_token": form_token(request, one.version),
    }
    return render(request, "follow_ups/step.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@leading
def identity(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom to call: shown to the lead for a reason, and never by going back to the page."""
    user = person(request)
    one = queries.one_for(pk, user)
    FOLLOW_UPS.role_in(one, FOLLOW_UPS.acts(one)["close"], user)
    form = IdentityForm(posted(request))

    def act(_version: int) -> None:
        """Nothing moves: the version does not matter."""
        reveal(one, form.body(), by=user)

    def shown() -> HttpResponse:
        context = {
            "case": one.application,
            "one_url": reverse("follow-ups:one", args=[one.pk]),
            "rows": casefile.who_rows(one.application),
        }
        return render(request, "follow_ups/identity.html", context)

    return answer_form(
        form,
        lambda: act_once(request, FOLLOW_UPS, one, {"identity": form.body()}, act),
        page=lambda form: form_page(request, one, form, _("Show name, number and phone in full")),
        overtaken=lambda problem: one_page(request, FOLLOW_UPS.read_anew(one), problem),
        done=shown,
    )
