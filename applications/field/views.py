"""Pages of field work: the list of today, which needs no script; and the page for a phone, which
works without a connection."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import person, role_required
from accounts.roles import SUPPLIERS
from applications.appointments.reading import AT_WORK_PAGES, clock_words, one_url
from applications.field import jobs
from applications.field.answers import jobs_json
from applications.field.serializers import TakingAlong
from applications.inspections.models import ItemResult
from applications.models import act_named
from applications.wording import place_words
from core.clock import city_now
from core.form_token import form_key, once, posted
from core.forms import BodyForm, form_of
from core.problems import FieldError, Invalid, Missing, Problem
from rules.limits import Quota, limits
from workflow.pages import answer_form

going_out: Final = role_required(*SUPPLIERS)
AlongForm = form_of(TakingAlong)
#: All that the page for a phone is made of, besides itself.
SHELL: Final = (
    "css/tongdian.css", "js/components.js", "js/page.js", "js/supported.js", "js/field.js",
    "js/field-job.js", "js/field-store.js", "img/favicon.svg", "img/mark.svg",
)  # fmt: skip


@require_safe
@going_out
def today(request: HttpRequest) -> HttpResponse:
    return today_page(request, AlongForm())


def today_page(request: HttpRequest, form: BodyForm, *, status: int = 200) -> HttpResponse:
    now = city_now()
    context = {
        "rows": [row_of(job) for job in jobs.jobs_of(person(request), now)],
        "day": now,
        "form": form,
        "form_key": form_key(request),
    }
    return render(request, "field/today.html", context, status=status)


def row_of(job: jobs.Job) -> dict[str, Any]:
    one, case = job.appointment, job.case
    row = {"number": case.number, "place": place_words(case, line=True), "along": one is None}
    if one is None:
        url = reverse("work:step", args=[case.number, jobs.ENERGISE])
        return row | {"what": act_named(jobs.ENERGISE).label, "url": url}
    return row | {
        "time": f"{clock_words(one.begins_at)}–{clock_words(one.ends_at)}",
        "what": one.get_purpose_display(),
        "url": one_url(one, AT_WORK_PAGES),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@going_out
def along(request: HttpRequest) -> HttpResponse:
    """Take along a case whose meter is to be fitted."""
    form = AlongForm(posted(request))

    def take() -> None:
        number = form.body()["number"]
        try:
            once(request, {"along": number}, lambda: jobs.take_along(number, person(request)))
        except Missing as problem:
            raise Invalid([FieldError("/number", problem.detail)]) from problem

    def refused(problem: Problem) -> HttpResponse:
        form.refused(problem)
        return today_page(request, form, status=problem.status)

    def done() -> HttpResponse:
        messages.success(request, _("It is on your list of today."))
        return redirect("field:today")

    def page(form: BodyForm) -> HttpResponse:
        return today_page(request, form, status=422 if form.errors else 200)

    return answer_form(form, take, page=page, overtaken=refused, done=done)


@require_POST
@going_out
def leave(request: HttpRequest, number: str) -> HttpResponse:
    jobs.leave(number, person(request))
    messages.success(request, _("It is off your list of today."))
    return redirect("field:today")


# On a phone


@require_safe
@going_out
def phone(request: HttpRequest) -> HttpResponse:
    """Says nothing of anybody: it stays on the phone, whoever takes it up next."""
    context = {
        "words": words(),
        "results": ItemResult.Result.choices,
        "not_met": ItemResult.Result.NOT_MET.value,
        "most_photos": limits().quotas[Quota.PHOTOS],
        "photo_edge": limits().quotas[Quota.PHOTO_EDGE],
    }
    return render(request, "field/phone.html", context)


def words() -> dict[str, str]:
    """What the script of that page says."""
    return {
        "offline": _("No connection. What you finish stays here and is sent later."),
        "loaded": _("Loaded at %(time)s. Nothing of it stays on this phone after midnight."),
        "signed_out": _("You are signed out. What was loaded is wiped from this phone."),
        "waiting": _("%(count)s reports wait to be sent: sign in again to send them."),
        "nothing": _("Nothing to go out for today, or everything is recorded."),
        "begun": _("Work begun"),
        "finished": _("Waits to be sent"),
        "refused": _("Not all of it was taken"),
        "recorded": _("Recorded at %(time)s: %(number)s. It is wiped from this phone."),
        "sending": _("Sending"),
        "not_taken": _("Not taken: %(what)s"),
        "report": _("the report and its photos"),
        "case_act": _("the step of the case"),
        "appointment_act": _("what came of the appointment"),
        "all": _("nothing of it"),
        "kept": _("What you entered stays here until it is taken or you discard it."),
        "discard": _("Discard what you entered for this case? It has not been sent."),
        "wipe": _("Wipe this phone? What was not sent is lost."),
        "wiped": _("This phone is wiped. You are signed out as soon as there is a connection."),
        "remove": _("Remove photo %(number)s"),
        "too_many": _("At most %(count)s photos at one time."),
        "reading": _("Reading the barcode"),
        "read": _("Read: %(number)s. Compare it with the meter."),
        "several": _("Several codes were read. Which is the number of the meter?"),
        "unread": _("There is no connection to read it by. Type the number."),
        "old": _("This browser cannot keep anything without a connection. Use the list instead."),
    }


@never_cache
@require_safe
@going_out
def phone_today(request: HttpRequest) -> HttpResponse:
    """What the page loads: as a program is told it; whose it is, by a digest; and what a browser
    needs to send something."""
    user = person(request)
    whose = salted_hmac("applications.field", str(user.pk)).hexdigest()
    return JsonResponse(jobs_json(user) | {"person": whose, "token": get_token(request)})


@require_safe
@going_out
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the page; it changes with every file that the page is made of."""
    context = {"page": reverse("field:phone"), "files": [static(name) for name in SHELL]}
    return render(request, "field/worker.js", context, content_type="text/javascript")


@require_safe
@going_out
def manifest(request: HttpRequest) -> HttpResponse:
    page = reverse("field:phone")
    said = {
        "name": _("Field work – Tongdian"),
        "short_name": _("Field work"),
        "id": page,
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [{"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(said, content_type="application/manifest+json")
