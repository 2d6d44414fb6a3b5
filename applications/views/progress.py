"""Following a case without an account: by its number and the phone number given in it.

A wrong phone number and an unknown case get the same answer, and only so many wrong answers are
given to one address. Both numbers travel in the body of the request, never in an address.
"""

import logging
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from redis.exceptions import RedisError

from applications import casefile
from applications.declaration import phone_digest
from applications.forms import ProgressForm
from applications.header import header
from applications.models import Application
from applications.permits import permits_of
from core.identifiers import plain
from core.problems import Problem

log = logging.getLogger("tongdian.security")

#: Wrong answers to one address, or about one case, before a pause.
TRIES = 10
PAUSE_SECONDS = 15 * 60


class TooManyQuestions(Problem):
    """429: too many pairs that did not fit, from one address or about one case."""

    type = "too-many-tries"
    status = 429
    title = gettext_lazy("Too many tries")

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Case number and phone number did not fit several times. Try again later.")
        )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    form = ProgressForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return asking(request, form)
    number = plain(form.cleaned_data["number"])
    meters = [
        meter_of("address", str(request.META.get("REMOTE_ADDR", ""))),
        meter_of("case", number),
    ]
    if any(count(meter) >= TRIES for meter in meters):
        problem = TooManyQuestions()
        response = render(request, "problem.html", {"problem": problem}, status=problem.status)
        response.headers["Retry-After"] = str(PAUSE_SECONDS)
        return response
    # One question to the database for both numbers: nothing tells which of them was wrong.
    found = Application.objects.filter(
        number=number,
        phone_digest=phone_digest(form.cleaned_data["phone"]),
        filed_at__isnull=False,
    ).first()
    if found is None:
        for meter in meters:
            add_to(meter)
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


def meter_of(kind: str, value: str) -> str:
    """Return the name of a counter; the address and the case are kept as digests, not as such."""
    return f"progress:{kind}:{sha256(value.encode()).hexdigest()[:32]}"


def count(meter: str) -> int:
    """Return what a counter stands at; without the store of counters everybody may ask."""
    try:
        return int(cache.get(meter, 0))
    except RedisError:
        log.warning("progress: the counters cannot be read")
        return 0


def add_to(meter: str) -> None:
    try:
        if not cache.add(meter, 1, PAUSE_SECONDS):
            cache.incr(meter)
    except (RedisError, ValueError):
        log.warning("progress: the counters cannot be kept")
