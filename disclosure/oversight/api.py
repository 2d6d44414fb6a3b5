"""What is late, for programs of those who watch over it."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from core.clock import city_now
from core.paging import CursorPages
from core.problems import FieldError, Forbidden, Invalid
from disclosure.oversight import queries
from disclosure.oversight.filters import LateFilter

ROW: dict[str, Any] = {
    "application": {"type": "string"},
    "clock": {
        "type": "string",
        "enum": ["whole_process", "handling", "review", "instant", "set"],
    },
    "permit": {"type": ["string", "null"]},
    "permit_id": {"type": ["integer", "null"]},
    "party": {"type": "string", "description": "`supplier`, a bureau's code, or `set`"},
    "district": {"type": "string"},
    "due_on": {"type": "string", "format": "date"},
    "late_since": {"type": "string", "format": "date-time"},
    "ended_at": {"type": ["string", "null"], "format": "date-time"},
    "days_late": {"type": "integer", "minimum": 1},
}
LINK = {"type": ["string", "null"], "format": "uri"}
PAGE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "results": {
            "type": "array",
            "items": {"type": "object", "properties": ROW, "required": list(ROW)},
        },
        "next": LINK,
        "previous": LINK,
    },
    "required": ["results", "next", "previous"],
}
FILTERS = [OpenApiParameter(name, OpenApiTypes.STR) for name in ("district", "party")]


class LatePages(CursorPages):
    """Newest breach first."""

    ordering = queries.ORDER


@extend_schema(responses={200: PAGE}, parameters=FILTERS, tags=["oversight"])
@api_view(["GET"])
def late(request: Request) -> Response:
    """List the limits that were passed, newest first, in the districts that one watches over."""
    if not isinstance(request.user, User):
        raise Forbidden
    districts = queries.watched(request.user)
    pages = LatePages()
    found = pages.paginate_queryset(queries.late(districts, **_wanted(request)), request) or []
    return pages.get_paginated_response(_json(queries.with_cases(found)))


def _wanted(request: Request) -> dict[str, str]:
    """The filters of the request.

    Raises:
        Invalid: a district or a party that does not exist.
    """
    form = LateFilter(request.query_params)
    wanted = form.wanted
    if form.errors:
        data = form.errors.as_data()
        raise Invalid([FieldError(f"/{name}", data[name][0].messages[0]) for name in data])
    return wanted


def _json(rows: list[queries.LateClock]) -> list[dict[str, Any]]:
    now = city_now()
    return [
        {
            "application": row.number,
            "clock": row.kind,
            "permit": row.permit or None,
            "permit_id": row.permit_id,
            "party": row.party,
            "district": row.district,
            "due_on": row.due_on,
            "late_since": row.late_since,
            "ended_at": row.ended_at,
            "days_late": row.days_late(now),
        }
        for row in rows
    ]
