"""Orders over HTTP: each view is one action or one query."""

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
from core.api import answer_once, body_of, version_of, with_version
from core.paging import CursorPages
from core.parsers import JsonBody
from core.problems import FieldError, Invalid, Missing
from deadlines.sweep import settle
from documents.actions import compared
from rectification import actions, clocks, intake, queries, schema
from rectification.addressees import Addressee
from rectification.answers import moved_json, order_json, rows_json
from rectification.machine import ACTIONS
from rectification.models import Order
from rectification.permissions import require_issuer
from rectification.states import State
from rectification.step import Step

TRUTHS: Final = {"1": True, "true": True, "0": False, "false": False}


@extend_schema(
    methods=["GET"],
    operation_id="orders_list",
    responses=schema.ORDER_ROWS,
    parameters=schema.FILTERS,
    tags=["orders"],
)
@extend_schema(
    methods=["POST"], request=schema.NEW_ORDER, responses={201: schema.MOVED}, tags=["orders"]
)
@api_view(["GET", "POST"])
def orders(request: Request) -> Response:
    """List the orders that one may see, newest first; or issue one."""
    return _list(request) if request.method == "GET" else _issue(request)


def _list(request: Request) -> Response:
    found = queries.orders_for(user_of(request))
    wanted = request.query_params
    if wanted.get("state") and wanted["state"] not in State.values:
        raise Invalid([FieldError("/state", _("There is no such state."))])
    for name in ("state", "party", "district"):
        if value := wanted.get(name):
            found = found.filter(**{name: value})
    if "late" in wanted:
        found = queries.late(found) if _truth(wanted["late"]) else queries.not_late(found)
    pages = CursorPages()
    return pages.get_paginated_response(rows_json(pages.paginate_queryset(found, request) or []))


def _truth(text: str) -> bool:
    if text.lower() not in TRUTHS:
        raise Invalid([FieldError("/late", _("This must be true or false."))])
    return TRUTHS[text.lower()]


def _issue(request: Request) -> Response:
    by = user_of(request)

    def act() -> tuple[int, Any]:
        require_issuer(by, None)
        body = body_of(request)
        usual = clocks.bounds(clocks.policy()).usual
        order = intake.issue(
            to=Addressee(_text(body, "party"), _text(body, "district")),
            application=_text(body, "application"),
            permit=_whole(body, "permit", None),
            text=_text(body, "text"),
            clause=_text(body, "clause"),
            days=_whole(body, "days", usual) or 0,
            by=by,
        )
        return 201, moved_json(order, by)

    return _versioned(answer_once(request, act))


@extend_schema(responses={200: schema.ORDER}, tags=["orders"])
@api_view(["GET"])
def order(request: Request, number: str) -> Response:
    """One order as the person may see it."""
    user = user_of(request)
    found = queries.order_in(queries.orders_for(user), number)
    return with_version(Response(order_json(found, user)), found.version)


@extend_schema(request=schema.STEP_BODY, responses={200: schema.MOVED}, tags=["orders"])
@api_view(["POST"])
@parser_classes([JsonBody, MultiPartParser])
def order_action(request: Request, number: str, action: str) -> Response:
    """One step of an order: answer, return, close, escalate."""
    user = user_of(request)
    found = queries.order_in(queries.orders_for(user), number)
    if action not in ACTIONS:
        raise Missing
    settle(found.ref)
    uploads = request.FILES.getlist("files")

    def act() -> tuple[int, Any]:
        moved = _take(found, action, user, request, uploads)
        return 200, moved_json(moved, user)

    return _versioned(answer_once(request, act, body=compared(request, uploads)))


def _take(found: Order, action: str, by: User, request: Request, uploads: list[Any]) -> Order:
    """Take a step; who may not, or comes too late, hears that before what is wrong in a body."""
    version = version_of(request)
    try:
        body = body_of(request)
        said = _text(body, "text" if action == "answer" else "reason")
    except Invalid:
        with transaction.atomic():
            Step.begin(found, by, action, version)
        raise
    if action == "answer":
        return actions.answer(order=found, by=by, text=said, uploads=uploads, version=version)
    return REASONED[action](order=found, by=by, reason=said, version=version)


#: The steps whose body is a reason.
REASONED: Final[dict[str, Callable[..., Order]]] = {
    "return": actions.return_,
    "close": actions.close,
    "escalate": actions.escalate,
}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid([FieldError(f"/{name}", _("This must be a text."))])
    return value


def _whole(body: Mapping[str, Any], name: str, absent: int | None) -> int | None:
    value = body.get(name)
    if value is None:
        return absent
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid([FieldError(f"/{name}", _("This must be a whole number."))])
    return value


def _versioned(response: Response) -> Response:
    return with_version(response, response.data["version"])
