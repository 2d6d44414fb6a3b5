"""What is late, for programs of those who watch over it."""

from typing import Any

from django.forms import Form
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from core.clock import city_now
from core.paging import CursorPages
from core.problems import FieldError, Forbidden, Invalid
from core.shapes import INSTANT, TEXT, list_of, object_of, rows_of
from disclosure.oversight import loaded, queries
from disclosure.oversight.filters import LateFilter, LoadedFilter

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


RULES_ROW: dict[str, Any] = object_of(
    {
        "version": TEXT,
        "hash": {"type": "string", "description": "SHA-256 of its texts"},
        "loaded_at": INSTANT,
        "changes": list_of(TEXT),
        "reason": TEXT,
        "approved_role": {
            "type": ["string", "null"],
            "description": "the right under which somebody let it in; null: the system",
        },
        "entry": {
            "type": ["integer", "null"],
            "description": "of the record; null: loaded before the record began",
        },
        "clocks_moved": {"type": "integer", "minimum": 0},
        "clocks_made_final": {"type": "integer", "minimum": 0},
    }
)


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


class RulesPages(CursorPages):
    """Newest first."""

    ordering = loaded.ORDER


@extend_schema(
    responses={200: rows_of(RULES_ROW)},
    parameters=[
        OpenApiParameter(
            "of", OpenApiTypes.STR, enum=[loaded.CALENDAR, loaded.RULES], default=loaded.CALENDAR
        )
    ],
    tags=["oversight"],
)
@api_view(["GET"])
def rules(request: Request) -> Response:
    """List the calendars, or the rules, that were let in, newest first, and what they changed."""
    if not isinstance(request.user, User):
        raise Forbidden
    queries.watched(request.user)
    form = LoadedFilter(request.query_params)
    kind = form.kind
    _refuse(form)
    pages = RulesPages()
    rows = pages.paginate_queryset(loaded.versions(kind), request) or []
    return pages.get_paginated_response([_rules_json(row) for row in loaded.described(kind, rows)])


def _rules_json(row: loaded.LoadedVersion) -> dict[str, Any]:
    return {
        "version": row.version,
        "hash": row.hash,
        "loaded_at": row.loaded_at,
        "changes": row.changes,
        "reason": row.reason,
        "approved_role": row.approved_role or None,
        "entry": row.entry,
        "clocks_moved": row.moved,
        "clocks_made_final": row.settled,
    }


def _wanted(request: Request) -> dict[str, str]:
    """The filters of the request.

    Raises:
        Invalid: a district or a party that does not exist.
    """
    form = LateFilter(request.query_params)
    wanted = form.wanted
    _refuse(form)
    return wanted


def _refuse(form: Form) -> None:
    if form.errors:
        data = form.errors.as_data()
        raise Invalid([FieldError(f"/{name}", data[name][0].messages[0]) for name in data])


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
