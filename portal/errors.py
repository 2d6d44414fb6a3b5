import logging
import sys
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template import loader
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.views import defaults

from core.api import PROBLEM_JSON
from core.problems import Busy, Malformed, Missing, Problem
from disclosure.last_good import last_good
from portal.database import is_trouble

log = logging.getLogger("tongdian.errors")


class Fault(Problem):
    """500: the reference finds it in the log."""

    type = "fault"
    status = 500
    title = _("This did not work, and it is our fault")


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def document(problem: Problem) -> JsonResponse:
    return JsonResponse(problem.as_json(), status=problem.status, content_type=PROBLEM_JSON)


class Unavailable(Busy):
    """Whoever sent a form or a key asks again with it, and nothing is done twice."""

    type = "unavailable"
    title = _("The portal cannot be reached for a moment")

    def __init__(self) -> None:
        super().__init__(_("Nothing was lost. Try again in a few seconds; nothing is done twice."))


def unavailable(request: HttpRequest) -> HttpResponse:
    """Drawn without the database: a public page as it was last, all else a refusal."""
    if found := last_good(request):
        return found
    problem, response = Unavailable(), HttpResponse(status=Unavailable.status)
    if is_api(request):
        response = document(problem)
    else:
        response.content = loader.get_template("503.html").render({"problem": problem})
    for name, value in problem.headers.items():
        response[name] = value
    add_never_cache_headers(response)
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return document(Missing())
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return document(Malformed(_("The request could not be read.")))
    return defaults.bad_request(request, exception)


def fault(request: HttpRequest, *_args: Any) -> HttpResponse:
    """A reference number, and nothing of what was asked; the database's trouble is a 503.

    Every uncaught exception comes here: of pages, the API, and what stands around them.
    """
    if is_trouble(sys.exc_info()[1]):
        log.warning("the database did not answer in time, or at all")
        return unavailable(request)
    reference = uuid.uuid4().hex[:8]
    log.error("fault %s", reference)
    if is_api(request):
        detail = _("Nothing was changed. Quote the reference %(reference)s.")
        return document(Fault(detail % {"reference": reference}))
    page = loader.get_template("500.html").render({"reference": reference})
    return HttpResponseServerError(page)
