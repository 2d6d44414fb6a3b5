"""Pages of orderly use: for those who watch and the districts under /oversight/, and for the lead
of the supply company under /work/."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from accounts.roles import SUPERVISORS, Role
from core.clock import city_now, local_date
from core.form_token import posted
from core.forms import BodyForm, form_of
from core.paging import page_of
from core.problems import Forbidden, Problem
from ledger.queries import timeline
from oversight.acting import begun_by, drawn, step_of
from oversight.agency import LEAD_AGENCY, lead_agency
from oversight.orderly import bodies, queries, reading
from oversight.orderly.actions import DISTRICTS, EXECUTIONS, PLANS, begin, draft
from oversight.orderly.models import CityPlan, DistrictPlan, Execution
from oversight.orderly.workflow import PlanState
from rules.city import city
from workflow.machine import acts_of, state_words
from workflow.pages import steps_table

NEWEST_FIRST: Final = ("-id",)
watching = role_required(*SUPERVISORS)
supplying = role_required(Role.SUPPLY_LEAD)


def ticked(label: Any, options: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        choices=options,
        widget=forms.CheckboxSelectMultiple,
    )


CATEGORIES: Final = gettext_lazy("By category: no customer is named.")
CONTROLS: Final = {
    "livelihood": ticked(
        gettext_lazy("Protected livelihood"), bodies.Livelihood.choices, CATEGORIES
    ),
    "important": ticked(gettext_lazy("Important customers"), bodies.Important.choices, CATEGORIES),
}
PlanForm = form_of(bodies.CityPlanBody, controls=CONTROLS)


def plans_in_force() -> list[tuple[Any, Any]]:
    today = local_date(city_now())
    found = queries.issued().filter(begins_on__lte=today, ends_on__gte=today)
    return [("", _("Please choose")), *((plan.pk, plan.name) for plan in found)]


ExecutionForm = form_of(
    bodies.ExecutionBody,
    controls={
        "plan": forms.TypedChoiceField(
            label=gettext_lazy("By which plan"), choices=plans_in_force, coerce=int
        ),
        "districts": ticked(gettext_lazy("Districts"), lambda: city().district_choices),
    },
)
FORMS: Final[dict[type[Model], dict[str, type[BodyForm]]]] = {
    machine: {
        name: form_of(said.body, rows=6, controls=CONTROLS)
        for name, said in acts_of(machine).items()
    }
    for machine in (CityPlan, DistrictPlan, Execution)
}


def with_values(found: dict[str, type[BodyForm]], thing: Any) -> Any:
    """Changing and correcting begin with what is there."""

    def begun(form: type[BodyForm]) -> Callable[[Any], BodyForm]:
        def make(data: Any) -> BodyForm:
            known = {name: getattr(thing, name, None) for name in form.base_fields}
            return form(data, initial=known)

        return make

    return {
        name: begun(form) if name in ("change", "correct", "hand_in") else form
        for name, form in found.items()
    }


# Plans


@require_safe
@watching
def plans(request: HttpRequest) -> HttpResponse:
    found = queries.plans(person(request))
    page = page_of(request, found, order=NEWEST_FIRST)
    context = {
        "page": page,
        "rows": reading.plan_rows(page.rows),
        "may_draft": lead_agency(None, person(request)) is not None,
    }
    return render(request, "orderly/plans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@watching
def new_plan(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if lead_agency(None, user) is None:
        raise Forbidden(LEAD_AGENCY["refusal"])
    form = PlanForm(posted(request))
    return begun_by(
        request,
        form,
        lambda: draft(body=form.body(), by=user),
        heading=_("Draft a plan"),
        back="orderly:list",
        back_label=_("Orderly use of electricity"),
        one="orderly:plan",
    )


@require_safe
@watching
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    return plan_page(request, queries.plan_for(pk, person(request)))


def plan_page(request: HttpRequest, one: CityPlan, problem: Problem | None = None) -> HttpResponse:
    """Its executions a page at a time."""
    issued, districts = one.state == PlanState.ISSUED, queries.of_districts(one)
    page = page_of(request, queries.executed(one), order=NEWEST_FIRST)
    context = {
        "plan": one,
        "state": state_words(one),
        "facts": reading.plan_facts(one),
        "levels": reading.levels_table(one, districts),
        "districts": reading.districts_table(districts, linked=True) if issued else None,
        "page": page,
        "executions": reading.executions_table(page.rows, page="orderly:execution")
        if issued
        else None,
        "events": steps_table(timeline(one.ref)),
    }
    return drawn(
        request,
        PLANS,
        one,
        problem,
        page="orderly:plan-step",
        template="orderly/plan.html",
        context=context,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@watching
def plan_step(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    one = queries.plan_for(pk, person(request))
    return step_of(
        request,
        PLANS,
        one,
        action,
        with_values(FORMS[type(one)], one),
        one="orderly:plan",
        heading=one.name,
        overtaken=lambda now, problem: plan_page(request, now, problem),
    )


# Those of the districts


@require_safe
@watching
def district(request: HttpRequest, pk: int) -> HttpResponse:
    return district_page(request, queries.district_plan_for(pk, person(request)))


def district_page(
    request: HttpRequest, one: DistrictPlan, problem: Problem | None = None
) -> HttpResponse:
    return drawn(
        request,
        DISTRICTS,
        one,
        problem,
        page="orderly:district-step",
        template="orderly/district.html",
        context=reading.district_context(one),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@watching
def district_step(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    one = queries.district_plan_for(pk, person(request))
    return step_of(
        request,
        DISTRICTS,
        one,
        action,
        with_values(FORMS[type(one)], one),
        one="orderly:district",
        heading=f"{one.plan.name} · {reading.district_name(one.district)}",
        overtaken=lambda now, problem: district_page(request, now, problem),
    )


# What is carried out


@require_safe
@supplying
def executions(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.executions(person(request)), order=NEWEST_FIRST)
    context = {
        "page": page,
        "executions": reading.executions_table(page.rows, page="work-orderly:execution"),
    }
    return render(request, "orderly/executions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@supplying
def new_execution(request: HttpRequest) -> HttpResponse:
    user, form = person(request), ExecutionForm(posted(request))
    return begun_by(
        request,
        form,
        lambda: begin(body=form.body(), by=user),
        heading=_("Begin now"),
        back="work-orderly:list",
        back_label=_("Orderly use of electricity"),
        one="work-orderly:execution",
    )


@require_safe
@watching
def execution(request: HttpRequest, pk: int) -> HttpResponse:
    one = queries.execution_for(pk, person(request))
    return execution_page(request, one, back=reverse("orderly:plan", args=[one.plan_id]))


@require_safe
@supplying
def own_execution(request: HttpRequest, pk: int) -> HttpResponse:
    return execution_page(request, queries.execution_for(pk, person(request)))


def execution_page(
    request: HttpRequest, one: Execution, problem: Problem | None = None, *, back: str = ""
) -> HttpResponse:
    """`back`: where it leads back to; empty: to the list of the supply company."""
    context = {
        "execution": one,
        "state": state_words(one),
        "table": reading.executions_table([one]),
        "corrections": reading.corrected_words(one),
        "back_url": back or reverse("work-orderly:list"),
        "events": steps_table(timeline(one.ref)),
    }
    return drawn(
        request,
        EXECUTIONS,
        one,
        problem,
        page="work-orderly:step",
        template="orderly/execution.html",
        context=context,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@supplying
def execution_step(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    one = queries.execution_for(pk, person(request))
    return step_of(
        request,
        EXECUTIONS,
        one,
        action,
        with_values(FORMS[type(one)], one),
        one="work-orderly:execution",
        heading=one.plan.name,
        overtaken=lambda now, problem: execution_page(request, now, problem),
    )
