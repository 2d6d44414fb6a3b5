"""Pages of outages at the desk: their list, one with its steps, and the form of a new one."""

from dataclasses import replace
from functools import partial
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from core.clock import city_now
from core.form_token import form_token, once, posted
from core.forms import BodyForm, form_of
from core.paging import page_of
from core.problems import Problem, Text
from core.templatetags.city import figure, instant
from grid.models import Element
from ledger.queries import timeline
from reliability.crews import figures, times
from reliability.crews import queries as crews
from reliability.monitoring import queries as suggestions
from reliability.monitoring import reading as suggested
from reliability.outages import bodies, queries, reading
from reliability.outages.actions import OUTAGES, enter
from reliability.outages.bodies import NewOutage
from reliability.outages.filters import ListFilter
from reliability.outages.kinds import Nature, OutageKind
from reliability.outages.models import Outage
from reliability.patrols.queries import open_defect
from reliability.who import OPERATORS, operator
from workflow.buttons import buttons, choices
from workflow.machine import acts_of
from workflow.pages import answer_form, refusal, step_page, steps_table

NewForm = form_of(NewOutage)
NewForm.field_order = ("kind", "nature", "district", "area", "cause", "elements", "planned_from")
FORMS: Final[dict[str, type[BodyForm]]] = {
    name: form_of(said.body) for name, said in acts_of(Outage).items() if said.who and said.here
}
#: What is not taken back.
WARNED: Final = frozenset({"cancel", "start", "restore", "correct"})


@require_safe
@role_required(*queries.READERS)
def outages(request: HttpRequest) -> HttpResponse:
    """Those of the own districts: off now, announced, or over."""
    user = person(request)
    filters = ListFilter(request.GET, queries.at_desk(user))
    page = page_of(request, filters.qs, order=filters.order)
    context = {
        "form": filters.form,
        "page": page,
        "rows": reading.rows_of(page.rows),
        "may_enter": user.role_in(*OPERATORS) is not None,
        "suggested": suggestions.waiting(user),
    }
    return render(request, "reliability/outages.html", context, status=filters.form.status)


def _begins_as(request: HttpRequest) -> dict[str, str]:
    case = request.GET.get("case", "")[:20]
    found = {"number_of_case": case, "important": "no", "excluded_by_policy": "no"}
    defect = open_defect(request.GET.get("defect", "")[:20])
    if defect and operator(defect, person(request)):
        found |= {
            "kind": OutageKind.PLANNED,
            "nature": Nature.MAINTENANCE,
            "district": defect.district,
            "elements": defect.element.code,
            "cause": defect.words,
            "number_of_defect": defect.number,
        }
    suggestion = suggestions.numbered(request.GET.get("suggestion", "")[:20], person(request))
    if suggestion and operator(suggestion, person(request)):
        found |= suggested.begins_as(suggestion)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*OPERATORS)
def new(request: HttpRequest) -> HttpResponse:
    """Announce an outage, or report one that has begun; once however often the form is sent."""
    user = person(request)
    form = NewForm(posted(request), initial=_begins_as(request))
    made: list[str] = []

    def page(form: BodyForm) -> HttpResponse:
        context = {"form": form, "form_token": form_token(request, 0), "label": _("Publish it now")}
        return render(
            request, "reliability/outage_new.html", context, status=422 if form.errors else 200
        )

    def act() -> None:
        body = form.body()
        made.append(once(request, body, lambda: enter(body=body, by=user).number))

    def done() -> HttpResponse:
        messages.success(request, _("The outage is published."))
        return redirect("work-outages:one", made[0])

    def overtaken(problem: Problem) -> HttpResponse:
        raise problem

    return answer_form(form, act, page=page, overtaken=overtaken, done=done)


@require_safe
@role_required(*queries.READERS)
def one(request: HttpRequest, number: str) -> HttpResponse:
    return one_page(request, queries.numbered(number, person(request)))


def one_page(request: HttpRequest, outage: Outage, problem: Problem | None = None) -> HttpResponse:
    user = person(request)
    own = [
        replace(
            button,
            url=reverse("work-outages:step", args=[outage.number, button.action]),
            tone="warning" if button.action in WARNED and not button.primary else "",
        )
        for button in buttons(OUTAGES, outage, user)
        if button.action in FORMS
    ]
    context = {
        **head_of(outage),
        "choices": choices(OUTAGES, outage, user, own),
        "events": steps_table(timeline(outage.ref)),
        "interrupted": interrupted(outage),
        "told": suggested.of_outage(outage),
        **refusal(request, OUTAGES, outage, problem),
    }
    status = problem.status if problem else 200
    return render(request, "reliability/outage.html", context, status=status)


def head_of(outage: Outage) -> dict[str, Any]:
    return {
        "outage": outage,
        "defect": outage.defect,
        "title": reading.place_words(outage),
        "tags": reading.tags(outage),
        "sentence": reading.sentence(outage, city_now()),
        "facts": reading.facts(outage),
        "elements": [element.code for element in outage.switched_off()],
    }


def interrupted(outage: Outage) -> dict[str, Any]:
    """For `components/data_table.html`."""
    rows = outage.interruptions.order_by("element", "area_class", "level")
    return {
        "caption": _("Customers without power, by what they are connected to"),
        "columns": [
            {"label": _("Line or transformer")},
            {"label": _("Class of area")},
            {"label": _("Customer level")},
            {"label": _("Customers"), "numeric": True},
            {"label": _("Power back at")},
        ],
        "rows": [
            [
                row.element or _("counted by hand"),
                str(row.get_area_class_display()),
                str(row.get_level_display()),
                row.customers,
                instant(row.on_at),
            ]
            for row in rows[:200]
        ],
        "stack": True,
    }


def plan_of(outage: Outage) -> dict[str, Any]:
    """What a change begins from; why it may be so is said anew."""
    return {
        "area": outage.area,
        "elements": "\n".join(element.code for element in outage.switched_off()),
        "planned_from": outage.planned_from,
        "planned_until": outage.planned_until,
        "important": "yes" if outage.important else "no",
        "not_live_reason": outage.not_live_reason,
    }


def located(outage: Outage) -> dict[str, Any]:
    """Where the fault is by the sections that monitoring named."""
    said = outage.suggestions.exclude(section="").order_by("id").values_list("section", flat=True)
    return {"section": "；".join(said)[: bodies.LONGEST]}


def reported(outage: Outage) -> dict[str, Any]:
    """What a correction begins from: the times that monitoring reported."""
    times = suggested.reported_times(outage)
    if times is None:
        return {}
    return {
        "started_at": times[0],
        "restored_at": times[1],
        "reason": _("As monitoring reported it."),
    }


def crew_form(outage: Outage, said: Any) -> BodyForm:
    """Of the active crews of the district, those of the place first, which one goes."""
    form = FORMS["send_crew"](said)
    found = [(crew.code, f"{crew.name} · {crew.phone}") for crew in crews.sent_to(outage)]
    form.fields["crew"] = forms.ChoiceField(
        label=form.fields["crew"].label,
        choices=[("", _("Choose one") if found else _("No crew is registered here")), *found],
        required=bool(found),
    )
    return form


def part_form(outage: Outage, said: Any) -> BodyForm:
    """Of the lines and transformers that are still off, which have power again."""
    form, places = FORMS["restore_part"](said), dict[str, int]()
    for row in outage.still_off():
        places[row.element] = places.get(row.element, 0) + row.customers
    names = Element.objects.select_related("row").in_bulk(places, field_name="code")
    form.fields["elements"] = forms.MultipleChoiceField(
        label=form.fields["elements"].label,
        choices=[
            (code, f"{element_words(names[code])} · {_off_words(customers)}")
            for code, customers in places.items()
            if code in names
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    return form


def element_words(element: Element) -> str:
    return f"{element.row.name} ({element.code})" if element.row else element.code


def _off_words(customers: int) -> str:
    words = ngettext("%(count)s customer", "%(count)s customers", customers)
    return words % {"count": figure(customers)}


@require_safe
@role_required(*queries.READERS)
def repairs(request: HttpRequest) -> HttpResponse:
    """How long repairs took in the own districts, of few too."""
    found = times.repairs(person(request).districts(*queries.READERS))
    context = {"table": figures.table(times.by_month(found, every=True), _("Repairs by month"))}
    return render(request, "reliability/repairs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*queries.READERS)
def step(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """An act: its form, and what becomes of it."""
    outage = queries.numbered(number, person(request))

    def page(form: BodyForm, label: Text) -> HttpResponse:
        context = {
            **head_of(outage),
            "form": form,
            "label": label,
            "tone": "warning" if action in WARNED else "",
            "form_token": form_token(request, outage.version),
        }
        status = 422 if form.errors else 200
        return render(request, "reliability/outage_step.html", context, status=status)

    return step_page(
        request,
        OUTAGES,
        outage,
        action,
        {
            **FORMS,
            "change": partial(FORMS["change"], initial=plan_of(outage)),
            "send_crew": partial(crew_form, outage),
            "restore_part": partial(part_form, outage),
            "locate": partial(FORMS["locate"], initial=located(outage)),
            "correct": partial(FORMS["correct"], initial=reported(outage)),
        },
        page=page,
        overtaken=lambda now, problem: one_page(request, now, problem),
        onward=reverse("work-outages:one", args=[outage.number]),
    )
