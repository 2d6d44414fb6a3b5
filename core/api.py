import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core import idempotency
from core.bodies import field_errors
from core.owner import owner_of
from core.problems import (
    Forbidden,
    Invalid,
    Malformed,
    Missing,
    Problem,
    SignInNeeded,
)
from core.reading import refuse_nul, whole_number

PROBLEM_JSON = "application/problem+json"


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    response = Response(problem.as_json(), status=problem.status, headers=dict(headers or {}))
    response.content_type = PROBLEM_JSON
    return response


def handle(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Turn every exception that a view lets pass into a problem document (DRF's hook)."""
    problem: Problem
    match exc:
        case Problem():
            problem = exc
        case Http404() | exceptions.NotFound():
            problem = Missing()
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            problem = SignInNeeded(str(exc.detail))
        case PermissionDenied() | exceptions.PermissionDenied():
            problem = Forbidden(_("Your roles do not allow this."))
        case exceptions.ParseError():
            problem = Malformed(str(exc.detail))
        case exceptions.ValidationError():
            problem = Invalid(list(field_errors(exc.detail)))
        case _:
            response = exception_handler(exc, context)
            if response is not None:
                problem = Problem(getattr(exc, "detail", ""))
                code = str(getattr(exc, "default_code", "problem"))
                problem.type, problem.status = code.replace("_", "-"), response.status_code
                response.data = problem.as_json()
                response.content_type = PROBLEM_JSON
            return response
    headers = problem.headers
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return problem_response(problem, headers)


def digest_of(body: Any) -> bytes:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).digest()


def answer_once(
    request: Request, act: Callable[[], tuple[int, Any]], *, body: Any = None
) -> Response:
    """Carry out an unsafe request, once per `Idempotency-Key` if it sends one.

    Args:
        act: returns status and JSON body; runs in the transaction that stores the answer.
        body: what to compare instead of `request.data` (uploads: their digest).
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        with transaction.atomic():
            status, answer = act()
        return Response(answer, status=status)
    wanted = digest_of(request.data if body is None else body)
    status, answer = idempotency.once(
        owner=owner_of(request),
        route=f"{request.method} {request.path}?{request.META.get('QUERY_STRING', '')}"[:200],
        key=key,
        digest=wanted,
        act=act,
    )
    return Response(answer, status=status)


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request, or the fields of a form; no body is an empty one.

    Raises:
        Malformed: it is no object.
        Invalid: a text in it has a character that cannot be kept.
    """
    if not isinstance(request.data, dict):
        raise Malformed(_("The body must be a JSON object."))
    refuse_nul(request.data)
    if isinstance(request.data, QueryDict):
        # Uploads are no part of what was said.
        return {name: request.data[name] for name in request.data if name not in request.FILES}
    return request.data


def version_of(request: Request) -> int | None:
    """None where `If-Match` names none, or any; -1 where what it names is no version."""
    text = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if text in ("", "*"):
        return None
    number = whole_number(text)
    return -1 if number is None else number


def with_version(response: Response, version: int) -> Response:
    """Add the ETag that a later `If-Match` is compared with."""
    response["ETag"] = f'"{version}"'
    return response
