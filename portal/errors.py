import logging
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template import loader
from django.utils.translation import gettext_lazy as _
from django.views import defaults

from core.api import PROBLEM_JSON
from core.problems import Malformed, Missing, Problem

log = logging.getLogger("tongdian.errors")


class Fault(Problem):
    """500: the reference finds it in the log."""

    type = "fault"
    status = 500
    title = _("This did not work, and it is our fault")


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _document(problem: Problem) -> JsonResponse:
    return JsonResponse(problem.as_json(), status=problem.status, content_type=PROBLEM_JSON)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return _document(Missing())
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return _document(Malformed(_("The request could not be read.")))
    return defaults.bad_request(request, exception)


def fault(request: HttpRequest, *_args: Any) -> HttpResponse:
    """A reference number, and nothing of what was asked."""
    reference = uuid.uuid4().hex[:8]
    log.error("fault %s", reference)
    if is_api(request):
        detail = _("Nothing was changed. Quote the reference %(reference)s.")
        return _document(Fault(detail % {"reference": reference}))
    page = loader.get_template("500.html").render({"reference": reference})
    return HttpResponseServerError(page)
