"""Following a case without an account: by its number and the phone number given in it.

A wrong phone number and an unknown case get the same answer, and only so many wrong answers are
given to one client (`accounts.limits`). Both numbers travel in the body of the request, never in an
address.
"""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import limits
from applications import casefile
from applications.declaration import phone_digest
from applications.forms import ProgressForm
from applications.header import header
from applications.models import Application
from applications.permits import permits_of
from core.identifiers import plain
from core.place import one_client
from rules.limits import Meter

log = logging.getLogger("tongdian.security")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    form = ProgressForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return asking(request, form)
    number = plain(form.cleaned_data["number"])
    client = one_client(request)
    if limits.is_full(Meter.PROGRESS_CASE, number):
        # Somebody guesses at this case: whoever asks, its owner too, has one answer in a while.
        limits.spend(Meter.PROGRESS_PAIR, client, number)
    limits.require(Meter.PROGRESS_ADDRESS, client)
    # One question to the database for both numbers: nothing tells which of them was wrong.
    found = Application.objects.filter(
        number=number,
        phone_digest=phone_digest(form.cleaned_data["phone"]),
        filed_at__isnull=False,
    ).first()
    if found is None:
        limits.spend(Meter.PROGRESS_ADDRESS, client)
        limits.note(Meter.PROGRESS_CASE, number)
        log.info("progress refused")
        form.add_error(None, _("There is no case with this number and this phone number."))
        return asking(request, form)
    case = found.workflow()
    head, permits = header(case, None), permits_of(case)
    context = {
        "case": case,
        "header": head,
        "steps": casefile.steps(case, head.events, receipts=False),
        "permits": permits,
    }
    return render(request, "applications/progress_case.html", context)


def asking(request: HttpRequest, form: ProgressForm) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/progress.html", {"form": form}, status=status)
