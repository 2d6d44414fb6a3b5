"""Pages of appointments: the same for the applicant's side (/account/) and the supply company's
(/work/), each under its own address; and the calendar of one of the latter."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person
from accounts.roles import SUPPLY_DESK, Role
from applications.actions import CASES
from applications.appointments import ics, queries, reading
from applications.appointments.actions import APPOINTMENTS, NEXT, NOBODY_YET, TimeTaken
from applications.appointments.models import Appointment
from applications.appointments.reading import AT_WORK_PAGES, one_context, one_url
from applications.appointments.serializers import TIME, Purpose
from applications.appointments.slots import Days, free
from applications.appointments.workflow import company
from applications.field.reading import reports_of
from applications.models import Application, act_named
from applications.queries import case_for
from applications.views.account import own_case
from core.clock import city_now
from core.form_token import form_token, once, posted, seen_version
from core.forms import ACCEPT, BodyForm, FilesField, form_of
from core.ics import calendar_answer
from core.problems import FieldError, Invalid, Missing, Problem, Text, WrongState
from deadlines.sweep import settle
from workflow.buttons import buttons, choices
from workflow.machine import acts_of
from workflow.pages import answer_form, refusal, step_page, take


@dataclass(frozen=True, slots=True)
class Side:
    """From where somebody looks: namespace and frame of the pages, and the page of a case."""

    pages: str
    roles: tuple[Role, ...]
    frame: str
    case: str


OWN: Final = Side("appointments", (Role.APPLICANT,), "base.html", "applications:case")
AT_WORK: Final = Side(AT_WORK_PAGES, SUPPLY_DESK, "workbench.html", "work:case")
FORMS: Final[dict[str, type[BodyForm]]] = {
    name: form_of(
        said.body,
        rows=3,
        controls={"begins_at": forms.CharField(label=TIME, widget=forms.RadioSelect)},
    )
    for name, said in acts_of(Appointment).items()
}
#: What is done about one until it begins, and from then on.
BEFORE: Final = ("move", "cancel")
AFTERWARDS: Final = ("record_held", "record_not_held")
#: What cannot be taken back.
GRAVE: Final = ("cancel", "record_not_held")


def case_of(request: HttpRequest, number: str, side: Side) -> Application:
    return own_case(request, number) if side is OWN else case_for(number, person(request))


def appointment_of(request: HttpRequest, pk: int, number: str | None) -> Appointment:
    """By the number of its case on the applicant's side."""
    if number is None:
        return queries.at_work(pk, person(request))
    return queries.one_of(own_case(request, number), pk)


@require_safe
def one(request: HttpRequest, pk: int, side: Side, number: str | None = None) -> HttpResponse:
    return one_page(request, appointment_of(request, pk, number), side)


def one_page(
    request: HttpRequest,
    one: Appointment,
    side: Side,
    problem: Problem | None = None,
    *,
    of_case: bool = False,
) -> HttpResponse:
    """Draw the page of an appointment, with the refusal on top where a step was refused: one of
    its own, or of its case."""
    user = person(request)
    context = one_context(one, user)
    own = [
        replace(
            button,
            url=step_url(one, button.action, side),
            tone="warning" if button.action == "cancel" else "",
        )
        for button in buttons(APPOINTMENTS, one, user)
        if button.action in (AFTERWARDS if one.begun else BEFORE)
    ]
    signs = context["signs"] and one.begun and company(one, user) is not None
    context |= {
        "frame": side.frame,
        "case_url": reverse(side.case, args=[one.application.number]),
        "file_url": file_url(one, side),
        "contract_url": reverse("work-appointments:contract", args=[one.pk]) if signs else "",
        "choices": choices(APPOINTMENTS, one, user, own),
        "staff": one.staff.name if side is AT_WORK else "",
        "reports": reports_of(one.application, one) if context["reads_words"] else [],
        **(
            refusal(request, CASES, one.application, problem)
            if of_case
            else refusal(request, APPOINTMENTS, one, problem)
        ),
    }
    status = problem.status if problem else 200
    return render(request, "appointments/one.html", context, status=status)


def step_url(one: Appointment, action: str, side: Side) -> str:
    return f"{one_url(one, side.pages)}{action}/"


def file_url(one: Appointment, side: Side) -> str:
    return f"{one_url(one, side.pages).rstrip('/')}.ics"


@never_cache
@require_safe
def one_file(request: HttpRequest, pk: int, number: str | None = None) -> HttpResponse:
    found = appointment_of(request, pk, number)
    name = f"{found.application.number}-{found.pk}"
    return calendar_answer(ics.appointments_file([found]), name)


# Booking and moving: a day, a time, and what is sent


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, number: str, purpose: str, side: Side) -> HttpResponse:
    case = case_of(request, number, side)
    if purpose not in Purpose.values or case.draft:
        raise Missing
    there = next((one for one in queries.booked_in(case) if one.purpose == purpose), None)
    if there and request.method != "POST":
        return redirect(one_url(there, side.pages))
    return choosing(request, Appointment(application=case, purpose=purpose), "book", side)


@require_http_methods(["GET", "HEAD", "POST"])
def step(
    request: HttpRequest, pk: int, action: str, side: Side, number: str | None = None
) -> HttpResponse:
    """An act about an appointment: its form, and what becomes of it."""
    found = appointment_of(request, pk, number)
    if action == "move":
        return choosing(request, found, action, side)
    if action == "book":
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
        return render(request, "appointments/step.html", context, status=status)

    return step_page(
        request,
        APPOINTMENTS,
        found,
        action,
        FORMS,
        page=page,
        overtaken=lambda now, problem: one_page(request, now, side, problem),
        onward=one_url(found, side.pages),
    )


def choosing(request: HttpRequest, one: Appointment, action: str, side: Side) -> HttpResponse:
    """Choose a day, then a time of it, then look at it and send it."""
    user = person(request)
    if request.method != "POST":
        APPOINTMENTS.role_in(one, acts_of(Appointment)[action], user)
        if reason := APPOINTMENTS.why_not(one, action):
            return too_late(request, one, side, WrongState(reason))
    days = days_for(request, one)
    form = FORMS[action](posted(request), initial={"begins_at": request.GET.get("at", "")})
    slots = [slot for each in days.values() for slot in each]
    free_times = dict(reading.times_of(slots))
    asked = day_asked(request)
    common = {
        "frame": side.frame,
        "case": one.application,
        "what": one.get_purpose_display(),
        "label": acts_of(Appointment)[action].label,
        "moved": one if action == "move" else None,
        "back_url": back_of(one, side),
        "facts": reading.facts(one.application, one.purpose),
        "nobody": "" if days else NOBODY_YET,
    }
    if request.method != "POST" and form["begins_at"].value() not in free_times:
        context = {
            **common,
            "day": asked if asked in days else None,
            "days": reading.days_rows(days),
            "times": reading.times_of(days.get(asked, ())) if asked else (),
        }
        return render(request, "appointments/choose.html", context)

    def page(form: BodyForm) -> HttpResponse:
        wanted = form["begins_at"].value()
        context = {
            **common,
            "form": offering(form, free_times),
            "when": free_times.get(wanted, ""),
            "ready": reading.to_have_ready(one.application, one.purpose),
            "signs": one.purpose == Purpose.CONTRACT,
            "form_token": form_token(request, one.version),
        }
        status = 422 if form.errors else 200
        return render(request, "appointments/check.html", context, status=status)

    return answer_form(
        form,
        lambda: send(request, one, action, form),
        page=page,
        overtaken=lambda problem: too_late(request, one, side, problem),
        done=lambda: sent(request, one, side),
    )


def days_for(request: HttpRequest, one: Appointment) -> Days:
    """The free times of whoever comes; where nobody has the case yet, of a manager who books."""
    staff = queries.who_comes(one.application, one.purpose)
    if staff is None and one.pk:
        staff = one.staff
    if staff is None and company(one, person(request)) is not None:
        staff = person(request)
    return free(one.application, staff, city_now(), moved=one) if staff else {}


def day_asked(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


def offering(form: BodyForm, free_times: dict[str, str]) -> BodyForm:
    """Keep the time that was chosen; where it is not to be had, offer the next free ones."""
    bound, wanted = form.fields["begins_at"], form["begins_at"].value() or ""
    if wanted in free_times:
        bound.widget = forms.HiddenInput()
        return form
    later = [each for each in free_times if each > wanted] or list(free_times)
    bound.widget.choices = [(each, free_times[each]) for each in later[:NEXT]]
    return form


def send(request: HttpRequest, one: Appointment, action: str, form: BodyForm) -> None:
    """Book or move, once per form; `one` has its number then.

    Raises:
        Invalid: the time is taken, said at its field, so that what was typed stays.
        Problem: everything else that `Workflow.perform` refuses.
    """
    user, version = person(request), seen_version(request)
    settle(one.application.ref)

    def act() -> int:
        body = form.body()
        return APPOINTMENTS.perform(one, action, by=user, body=body, version=version).pk

    try:
        one.pk = once(request, {"act": action, "body": form.body()}, act)
    except TimeTaken as problem:
        raise Invalid([FieldError("/begins_at", problem.detail)]) from problem


def sent(request: HttpRequest, one: Appointment, side: Side) -> HttpResponse:
    messages.success(request, _("It is booked. The other side is told."))
    return redirect(one_url(one, side.pages))


def back_of(one: Appointment, side: Side) -> str:
    if one.pk:
        return one_url(one, side.pages)
    return reverse(side.case, args=[one.application.number])


def too_late(request: HttpRequest, one: Appointment, side: Side, problem: Problem) -> HttpResponse:
    """Show how it stands now, or lead back to the case where nothing is booked."""
    if one.pk:
        return one_page(request, APPOINTMENTS.read_anew(one), side, problem)
    context = {
        **refusal(request, APPOINTMENTS, one, problem),
        "next_url": back_of(one, side),
        "next_label": _("Look at the case as it stands now"),
    }
    return render(request, "problem.html", context, status=problem.status)


# The contract, signed there


class SignedForm(BodyForm):
    """The contract that the customer has signed, scanned."""

    contract = FilesField(
        label=gettext_lazy("The contract that the customer has signed, scanned"),
        help_text=gettext_lazy("PDF, JPEG, PNG or HEIC; you can choose several."),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contract(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the customer's signature; the case goes on, and the appointment has taken place."""
    found, act = queries.at_work(pk, person(request)), "enter_signature"
    case = found.application
    CASES.role_in(case, act_named(act), person(request))
    if reason := queries.why_no_signature(found):
        # Of a form that was sent, the case says who was faster.
        return one_page(request, found, AT_WORK, WrongState(reason), of_case=True)
    form = SignedForm(*((request.POST, request.FILES) if request.method == "POST" else ()))

    def page(form: BodyForm) -> HttpResponse:
        context = {
            **one_context(found, person(request)),
            "frame": AT_WORK.frame,
            "form": form,
            "label": act_named(act).label,
            "tone": "",
            "one_url": one_url(found, AT_WORK.pages),
            "form_token": form_token(request, case.version),
            "multipart": True,
        }
        status = 422 if form.errors else 200
        return render(request, "appointments/step.html", context, status=status)

    def done() -> HttpResponse:
        messages.success(request, _("The contract is entered. The case is with you again."))
        return redirect("work:case", case.number)

    return answer_form(
        form,
        lambda: take(request, CASES, case, act, {}, uploads=form.cleaned_data["contract"]),
        page=page,
        overtaken=lambda problem: one_page(
            request, queries.one_of(CASES.read_anew(case), pk), AT_WORK, problem, of_case=True
        ),
        done=done,
    )
