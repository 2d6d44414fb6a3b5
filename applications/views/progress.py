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
    """Ask for number and phone, and show where the case stands."""
    form = ProgressForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _asked(request, form)
    number = plain(form.cleaned_data["number"])
    meters = _meters(request, number)
    if any(_count(meter) >= TRIES for meter in meters):
        return _paused(request)
    case = _found(number, form.cleaned_data["phone"])
    if case is None:
        for meter in meters:
            _add(meter)
        log.info("progress refused")
        form.add_error(None, _("There is no case with this number and this phone number."))
        return _asked(request, form)
    return _shown(request, case)


def _asked(request: HttpRequest, form: ProgressForm) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/progress.html", {"form": form}, status=status)


def _paused(request: HttpRequest) -> HttpResponse:
    problem = TooManyQuestions()
    response = render(request, "problem.html", {"problem": problem}, status=problem.status)
    response.headers["Retry-After"] = str(PAUSE_SECONDS)
    return response


def _found(number: str, phone: str) -> Application | None:
    """One question to the database for both numbers: nothing tells which of them was wrong."""
    cases = Application.objects.filter(number=number, phone_digest=phone_digest(phone))
    case = cases.filter(filed_at__isnull=False).first()
    return case.workflow() if case else None


def _shown(request: HttpRequest, case: Application) -> HttpResponse:
    head = header(case, None)
    context = {
        "case": case,
        "header": head,
        "steps": casefile.steps(case, head.events, receipts=False),
        "permits": casefile.permits(case),
    }
    return render(request, "applications/progress_case.html", context)


def _meters(request: HttpRequest, number: str) -> list[str]:
    """The counters of a question; the address and the case are kept as digests, not as such."""
    who = str(request.META.get("REMOTE_ADDR", ""))
    return [_meter("address", who), _meter("case", number)]


def _meter(kind: str, value: str) -> str:
    return f"progress:{kind}:{sha256(value.encode()).hexdigest()[:32]}"


def _count(meter: str) -> int:
    try:
        return int(cache.get(meter, 0))
    except RedisError:
        log.warning("progress: the counters cannot be read")
        return 0


def _add(meter: str) -> None:
    try:
        if not cache.add(meter, 1, PAUSE_SECONDS):
            cache.incr(meter)
    except (RedisError, ValueError):
        log.warning("progress: the counters cannot be kept")
