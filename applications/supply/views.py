"""The page of the supply of a case: where it connects, what is reserved, what the grid proposes."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import person
from applications.actions import CASES
from applications.header import header
from applications.models import Application
from applications.packages.api import of_company
from applications.supply import actions, queries
from applications.supply.reading import supply_words, works_for, works_words
from applications.supply.serializers import PlaceBody, SupplyElement
from applications.work.views import case_page, desk, done
from core.bodies import read
from core.form_token import form_token, fresh_token, posted
from core.forms import BodyForm, form_of
from core.problems import Invalid, Problem
from workflow.buttons import buttons
from workflow.pages import OVERTAKEN, act_once, answer_form, take, winner_words

PLACE_FORM = form_of(PlaceBody)


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The position is sent and never part of an address; the proposals follow from what is kept."""
    case = of_company(number, person(request))
    place = queries.place_of(case)
    sent = posted(request)
    form = PLACE_FORM(sent) if sent else PLACE_FORM(initial={"position": place and place.position})

    def keep(version: int) -> None:
        said = read(PlaceBody, form.body())
        actions.set_place(case, said["position"], by=person(request), version=version)

    def kept() -> HttpResponse:
        messages.success(request, _("The position is kept. The grid proposes below."))
        return redirect("work:supply", case.number)

    return answer_form(
        form,
        lambda: act_once(request, CASES, case, {"place": form.body()}, keep),
        page=lambda form: supply_page(request, case, form),
        overtaken=lambda problem: supply_page(request, case, form, problem),
        done=kept,
    )


def supply_page(
    request: HttpRequest, case: Application, form: BodyForm, problem: Problem | None = None
) -> HttpResponse:
    place = queries.place_of(case)
    fresh = fresh_token if problem else partial(form_token, request)
    found = {each.action: each for each in buttons(CASES, case, person(request))}
    reserving, planning = found.get("reserve_supply"), found.get("reply_plan")
    proposed = queries.proposed(case)
    origins = queries.told_apart(case, proposed)
    context: dict[str, Any] = {
        "case": case,
        "header": header(case, person(request)),
        "form": form,
        "needed": queries.needed_kva(case),
        "reserved": supply_words(case),
        "held": {each.element.code for each in queries.reserved(case)},
        "placed": place is not None,
        "proposals": [
            (each, origins.get(each.element.code, ""), works_words(works_for(case, each)))
            for each in proposed
        ],
        "independent": case.sources > 1,
        "may_reserve": bool(reserving and reserving.allowed),
        "may_plan": bool(planning and planning.allowed),
        "form_token": fresh(case.version),
        "place_token": fresh(place.version if place else 0),
        "problem": problem,
        "winner": winner_words(problem) if problem else "",
        "refused": [error.reason for error in problem.errors] if problem else [],
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "work/supply.html", context, status=status)


@require_POST
@desk
def reserve(request: HttpRequest, number: str) -> HttpResponse:
    """One button beside each proposal."""
    case = of_company(number, person(request))
    form = form_of(SupplyElement)(request.POST)
    form.is_valid()
    try:
        take(request, CASES, case, "reserve_supply", form.body())
    except Invalid as problem:
        return supply_page(request, CASES.read_anew(case), PLACE_FORM(), problem)
    except OVERTAKEN as problem:
        return case_page(request, CASES.read_anew(case), problem)
    return done(request, case, _("Reserve capacity of the grid"))
