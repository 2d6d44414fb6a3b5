"""Pages of rentals: the same for the applicant's side (/account/) and the supply company's
(/work/), each under its own address; and the lists of the latter."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from accounts.roles import COMPANY, SUPPLY_DESK, Role
from applications.appointments.views import Side
from applications.queries import case_for
from applications.rentals import queries, reading
from applications.rentals.actions import RENTALS, DaysTaken
from applications.rentals.availability import told
from applications.rentals.filters import ListFilter
from applications.rentals.models import Rental
from applications.rentals.reading import AT_WORK_PAGES, one_context, one_url
from applications.rentals.serializers import NewRental
from applications.views.account import own_case
from core.form_token import form_token, once, posted
from core.forms import BodyForm, form_of
from core.paging import page_of
from core.problems import FieldError, Invalid, Missing, Problem, Text, WrongState
from deadlines.sweep import settle
from grid.rental.models import RentalUnit
from publishing.models import Kind
from publishing.queries import rows_of
from publishing.tables import table_of
from workflow.buttons import buttons, choices
from workflow.machine import acts_of
from workflow.pages import answer_form, refusal, step_page, winner_words

OWN: Final = Side("rentals", (Role.APPLICANT,), "base.html", "applications:case")
AT_WORK: Final = Side(AT_WORK_PAGES, SUPPLY_DESK, "workbench.html", "work:case")
FORMS: Final[dict[str, type[BodyForm]]] = {
    name: form_of(said.body, rows=3) for name, said in acts_of(Rental).items() if name != "ask"
}
#: What cannot be taken back.
GRAVE: Final = ("decline", "cancel", "withdraw")
DAYS: Final = ("from_day", "until_day")
ASKED: Final = NewRental().fields


def _day(name: str) -> forms.DateField:
    field = ASKED[name]
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=field.label, help_text=field.help_text or "", widget=widget)


class AskForm(
    form_of(  # type: ignore[misc]  # a class that is made
        NewRental,
        controls={"unit": forms.CharField(widget=forms.HiddenInput)}
        | {name: _day(name) for name in DAYS},
    )
):
    def body(self) -> dict[str, Any]:
        """Days as a program writes them."""
        said: dict[str, Any] = super().body()
        days = {name: said[name].isoformat() for name in DAYS if isinstance(said[name], date)}
        return said | days


# Asking


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: str, side: Side) -> HttpResponse:
    """Choose a unit, then its days."""
    case = own_case(request, number) if side is OWN else case_for(number, person(request))
    if case.draft:
        raise Missing
    new = Rental(application=case)
    said = acts_of(Rental)["ask"]
    if request.method != "POST":
        RENTALS.role_in(new, said, person(request))
        if reason := RENTALS.why_not(new, "ask"):
            return too_late(request, new, side, WrongState(reason))
    common = {
        "frame": side.frame,
        "case": case,
        "label": said.label,
        "case_url": reverse(side.case, args=[case.number]),
    }
    code = (
        (request.POST if request.method == "POST" else request.GET)
        .get("unit", "")
        .replace("\0", "")
    )
    if not code:
        table = table_of(Kind.RENTAL)
        page = page_of(request, rows_of(table), order=table.order)
        context = {"page": page, "units": reading.unit_rows(told(page.rows)), "words": table.words}
        return render(request, "rentals/choose.html", common | context)
    return asking(request, new, side, code, common)


def asking(
    request: HttpRequest, new: Rental, side: Side, code: str, common: dict[str, Any]
) -> HttpResponse:
    """The form of one unit, with its free days beside it."""
    found = RentalUnit.objects.standing().filter(code=code)
    unit = next(iter(told(found)), None)
    if unit is None:
        raise Missing
    form = AskForm(posted(request), initial={"unit": code})

    def page(form: BodyForm) -> HttpResponse:
        context = {
            **common,
            "unit": unit,
            "facts": reading.unit_facts(unit),
            "free": list(map(reading.range_words, unit.free)),
            "form": form,
            "form_token": form_token(request, 0),
        }
        status = 422 if form.errors else 200
        return render(request, "rentals/ask.html", context, status=status)

    return answer_form(
        form,
        lambda: send(request, new, form),
        page=page,
        overtaken=lambda problem: too_late(request, new, side, problem),
        done=lambda: sent(request, new, side),
    )


def send(request: HttpRequest, new: Rental, form: BodyForm) -> None:
    """Ask, once per form; `new` has its number then.

    Raises:
        Invalid: the days are taken, said at their field, so that what was typed stays.
        Problem: everything else that `Workflow.perform` refuses.
    """
    settle(new.application.ref)

    def act() -> int:
        return RENTALS.perform(new, "ask", by=person(request), body=form.body()).pk

    try:
        new.pk = once(request, {"act": "ask", "body": form.body()}, act)
    except DaysTaken as problem:
        free = _("Free: %(days)s.") % {"days": reading.free_words(problem.free)}
        words = " ".join([str(problem.detail), winner_words(problem), free])
        raise Invalid([FieldError("/from_day", words)]) from problem


def sent(request: HttpRequest, one: Rental, side: Side) -> HttpResponse:
    messages.success(request, _("You have asked for it. The supply company is told."))
    return redirect(one_url(one, side.pages))


def too_late(request: HttpRequest, one: Rental, side: Side, problem: Problem) -> HttpResponse:
    """Say why, and lead back to the case."""
    context = {
        **refusal(request, RENTALS, one, problem),
        "next_url": reverse(side.case, args=[one.application.number]),
        "next_label": _("Look at the case as it stands now"),
    }
    return render(request, "problem.html", context, status=problem.status)


# One rental


def rental_of(request: HttpRequest, pk: int, number: str | None) -> Rental:
    """By the number of its case on the applicant's side."""
    if number is None:
        return queries.at_work(pk, person(request))
    return queries.one_of(own_case(request, number), pk)


@require_safe
def one(request: HttpRequest, pk: int, side: Side, number: str | None = None) -> HttpResponse:
    return one_page(request, rental_of(request, pk, number), side)


def one_page(
    request: HttpRequest, one: Rental, side: Side, problem: Problem | None = None
) -> HttpResponse:
    """Draw the page of a rental, with the refusal on top where a step was refused."""
    user = person(request)
    own = [
        replace(
            button,
            url=f"{one_url(one, side.pages)}{button.action}/",
            tone="warning" if button.action in GRAVE else "",
        )
        for button in buttons(RENTALS, one, user)
    ]
    context = {
        **one_context(one, user),
        "frame": side.frame,
        "case_url": reverse(side.case, args=[one.application.number]),
        "choices": choices(RENTALS, one, user, own),
        **refusal(request, RENTALS, one, problem),
    }
    status = problem.status if problem else 200
    return render(request, "rentals/one.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def step(
    request: HttpRequest, pk: int, action: str, side: Side, number: str | None = None
) -> HttpResponse:
    """An act about a rental: its form, and what becomes of it."""
    found = rental_of(request, pk, number)
    if action not in FORMS:
        raise Missing

    def page(form: BodyForm, label: Text) -> HttpResponse:
        context = {
            **one_context(found, person(request)),
            "frame": side.frame,
            "form": form,
            "label": label,
            "tone": "warning" if action in GRAVE else "",
            "one_url": one_url(found, side.pages),
            "form_token": form_token(request, found.version),
        }
        status = 422 if form.errors else 200
        return render(request, "rentals/step.html", context, status=status)

    return step_page(
        request,
        RENTALS,
        found,
        action,
        FORMS,
        page=page,
        overtaken=lambda now, problem: one_page(request, now, side, problem),
        onward=one_url(found, side.pages),
    )


# The supply company's lists


@require_safe
@role_required(*COMPANY)
def rentals(request: HttpRequest) -> HttpResponse:
    filters = ListFilter(request.GET, queries.at_desk(person(request)))
    page = page_of(request, filters.qs, order=filters.order)
    context = {"form": filters.form, "page": page, "rows": reading.rows_of(page.rows)}
    return render(request, "rentals/list.html", context, status=filters.form.status)


@require_safe
@role_required(*COMPANY)
def units(request: HttpRequest) -> HttpResponse:
    """The whole register, with the days on which each is free, and what is late."""
    table = table_of(Kind.RENTAL)
    page = page_of(request, rows_of(table), order=table.order)
    context = {"page": page, "units": reading.unit_rows(told(page.rows)), "words": table.words}
    return render(request, "rentals/units.html", context)
