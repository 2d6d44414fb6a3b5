"""Signals over HTTP: each view is one action or one query."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.models import User
from accounts.roles import LEADS, SUPERVISORS
from core.api import answer_once, body_of, version_of, with_version
from core.paging import CursorPages
from core.parsers import JsonBody
from core.problems import FieldError, Forbidden, Invalid, Missing
from documents.actions import compared
from integrity import actions, queries, schema
from integrity.actions import Step
from integrity.answers import entries_json, moved_json, rows_json, signal_json
from integrity.models import Signal
from integrity.signs import SIGNS
from integrity.states import ACTIONS, State
from rectification import clocks

#: The filters of the list, with the values that there are; None where any may be asked for.
FILTERS: Final[dict[str, list[str] | None]] = {
    "sign": list(SIGNS), "state": State.values, "party": None, "district": None,
}  # fmt: skip


class EntryPages(CursorPages):
    """The entries behind a signal, oldest first."""

    ordering = queries.ENTRY_ORDER


def reader_of(request: Request) -> User:
    """Return who asks, if signals may concern this person at all.

    Raises:
        Forbidden: neither watching over a district nor the lead of an addressee.
    """
    user = user_of(request)
    if user.role_in(*SUPERVISORS, *LEADS) is None:
        raise Forbidden
    return user


@extend_schema(
    operation_id="signals_list",
    responses=schema.SIGNAL_ROWS,
    parameters=schema.FILTERS,
    tags=["signals"],
)
@api_view(["GET"])
def signals(request: Request) -> Response:
    """List the signs of work outside the system that one may read, newest first."""
    found = queries.signals_for(reader_of(request))
    for name, known in FILTERS.items():
        value = request.query_params.get(name)
        if value and known is not None and value not in known:
            raise Invalid([FieldError(f"/{name}", _("There is nothing of this name."))])
        if value:
            found = found.filter(**{name: value})
    pages = CursorPages()
    return pages.get_paginated_response(rows_json(pages.paginate_queryset(found, request) or []))


@extend_schema(responses={200: schema.SIGNAL}, tags=["signals"])
@api_view(["GET"])
def signal(request: Request, number: str) -> Response:
    """One signal as the person may read it."""
    user = reader_of(request)
    found = queries.signal_in(queries.signals_for(user), number)
    return with_version(Response(signal_json(found, user)), found.version)


@extend_schema(operation_id="signals_entries", responses=schema.ENTRY_ROWS, tags=["signals"])
@api_view(["GET"])
def entries(request: Request, number: str) -> Response:
    """List the entries of the record behind a signal, oldest first."""
    user = reader_of(request)
    found = queries.signal_in(queries.signals_for(user), number)
    pages = EntryPages()
    rows = pages.paginate_queryset(queries.evidence_of(found), request) or []
    return pages.get_paginated_response(entries_json(queries.proofs(rows, user)))


@extend_schema(request=schema.STEP_BODY, responses={200: schema.MOVED}, tags=["signals"])
@api_view(["POST"])
@parser_classes([JsonBody, MultiPartParser])
def signal_action(request: Request, number: str, action: str) -> Response:
    """One step of a signal: explain, accept, confirm, order."""
    user = reader_of(request)
    found = queries.signal_in(queries.signals_for(user), number)
    if action not in ACTIONS:
        raise Missing
    uploads = request.FILES.getlist("files")

    def act() -> tuple[int, Any]:
        return 200, moved_json(_take(found, action, user, request, uploads), user)

    response = answer_once(request, act, body=compared(request, uploads))
    return with_version(response, response.data["version"])


def _take(found: Signal, action: str, by: User, request: Request, uploads: list[Any]) -> Signal:
    """Take a step; who may not, or comes too late, hears that before what is wrong in a body."""
    version = version_of(request)
    try:
        said = READERS[action](body_of(request))
    except Invalid:
        with transaction.atomic():
            Step.begin(found, by, action, version)
        raise
    if action == "explain":
        said["uploads"] = uploads
    return VERBS[action](signal=found, by=by, version=version, **said)


def _text(body: Mapping[str, Any]) -> dict[str, Any]:
    value = body.get("text", "")
    if not isinstance(value, str):
        raise Invalid([FieldError("/text", _("This must be a text."))])
    return {"text": value}


def _order(body: Mapping[str, Any]) -> dict[str, Any]:
    days = body.get("days", clocks.bounds(clocks.policy()).usual)
    if isinstance(days, bool) or not isinstance(days, int):
        raise Invalid([FieldError("/days", _("This must be a whole number."))])
    return _text(body) | {"days": days}


VERBS: Final[dict[str, Callable[..., Signal]]] = {
    "explain": actions.explain,
    "accept": actions.accept,
    "confirm": actions.confirm,
    "order": actions.order,
}
READERS: Final[dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "explain": _text,
    "accept": _text,
    "confirm": _text,
    "order": _order,
}
