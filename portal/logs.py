"""What the logs may say of a request: the pattern of its address. The address itself may name a
case, and a person's words stand in its query."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

WATCHED = {"/healthz", "/metrics"}
#: An address that is none of ours may still name a case, misspelt.
UNKNOWN = "(no such address)"
STATIC = "/static/"

log = logging.getLogger("tongdian.access")


def not_watched(record: logging.LogRecord) -> bool:
    """An unhealthy /healthz is an answer, not a failure of the request."""
    path = getattr(getattr(record, "request", None), "path", "")
    return path not in WATCHED


def pattern_of(request: HttpRequest) -> str:
    """Such as `/work/<slug:number>/`, also where no view was reached."""
    if request.path_info.startswith(STATIC):
        return f"{STATIC}…"
    try:
        return f"/{(request.resolver_match or resolve(request.path_info)).route}"
    except Resolver404:
        return UNKNOWN


def without_addresses(record: logging.LogRecord) -> bool:
    """Django's own lines (`Not Found: /work/…`) name the pattern in place of the path."""
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
        paths = {request.path, request.path_info, request.get_full_path()}
        pattern = pattern_of(request)
        record.args = tuple(pattern if said in paths else said for said in record.args)
    return True


def access_line(view: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """One line a request, without the watchers', which come every few seconds."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        begun = time.monotonic()
        response = view(request)
        if request.path_info not in WATCHED:
            taken = (time.monotonic() - begun) * 1000
            where = pattern_of(request)
            log.info("%s %s %s %.0f ms", request.method, where, response.status_code, taken)
        return response

    return middleware
