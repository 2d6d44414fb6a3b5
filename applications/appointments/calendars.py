"""The own calendar of a manager: a week, its file, and blocked times."""

from datetime import date, datetime, timedelta
from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import person, role_required
from accounts.roles import SUPPLIERS
from applications.appointments import actions, queries, reading
from applications.appointments.ics import appointments_file
from core.clock import CITY, city_now
from core.form_token import form_key, once, posted
from core.forms import BodyForm
from core.ics import calendar_answer
from workflow.pages import answer_form

managing: Final = role_required(*SUPPLIERS)


class BlockForm(BodyForm):
    """A span of time of one day."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    begins = forms.TimeField(
        label=gettext_lazy("From"), widget=forms.TimeInput(attrs={"type": "time"})
    )
    until = forms.TimeField(
        label=gettext_lazy("Until"), widget=forms.TimeInput(attrs={"type": "time"})
    )

    def span(self) -> tuple[datetime, datetime]:
        said = self.cleaned_data
        begins, until = (
            datetime.combine(said["day"], said[name], CITY) for name in ("begins", "until")
        )
        return begins, until


def week_asked(request: HttpRequest) -> date:
    return reading.monday_of(request.GET.get("week", ""), city_now())


@require_safe
@managing
def calendar(request: HttpRequest) -> HttpResponse:
    monday = week_asked(request)
    context = reading.week_context(person(request), monday, city_now())
    return render(request, "appointments/calendar.html", context)


@never_cache
@require_safe
@managing
def week_file(request: HttpRequest) -> HttpResponse:
    monday = week_asked(request)
    since = datetime.combine(monday, datetime.min.time(), CITY)
    until = since + timedelta(days=reading.WEEK)
    found = queries.of_days(person(request), since, until, cancelled=True)
    return calendar_answer(appointments_file(found), f"{monday:%Y-%m-%d}")


@require_http_methods(["GET", "HEAD", "POST"])
@managing
def block(request: HttpRequest) -> HttpResponse:
    """Take no appointments in a span of time."""
    form = BlockForm(posted(request))

    def page(form: BodyForm) -> HttpResponse:
        context = {"form": form, "form_key": form_key(request)}
        status = 422 if form.errors else 200
        return render(request, "appointments/block.html", context, status=status)

    def take_none() -> None:
        said = form.span()

        def act() -> None:
            actions.block(person(request), *said)

        once(request, {"block": [each.isoformat() for each in said]}, act)

    def done() -> HttpResponse:
        messages.success(request, _("No appointments are booked in this time."))
        return redirect(calendar_url(form.span()[0].date()))

    return answer_form(form, take_none, page=page, overtaken=lambda problem: page(form), done=done)


@require_POST
@managing
def unblock(request: HttpRequest, pk: int) -> HttpResponse:
    actions.unblock(person(request), pk)
    messages.success(request, _("Appointments are booked in this time again."))
    return redirect(calendar_url(week_asked(request)))


def calendar_url(day: date) -> str:
    return f"{reverse('work-appointments:calendar')}?week={day.isoformat()}"
