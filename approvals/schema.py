"""What the API takes and gives, for the OpenAPI document. The parsers and answers are the law."""

from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from approvals.models import LineWorks
from approvals.permissions import ACTIONS
from approvals.states import State
from rules.names import Permit, Route

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
MAYBE_TEXT: Final[Schema] = {"type": ["string", "null"]}
NUMBER: Final[Schema] = {"type": "integer"}
MAYBE_NUMBER: Final[Schema] = {"type": ["integer", "null"]}
FLAG: Final[Schema] = {"type": "boolean"}
INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}
MAYBE_INSTANT: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
MAYBE_DAY: Final[Schema] = {"type": ["string", "null"], "format": "date"}


def _object(properties: Schema, required: list[str] | None = None) -> Schema:
    needed = list(properties) if required is None else required
    return {"type": "object", "properties": properties, "required": needed}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _page(item: Schema) -> Schema:
    link = {"type": ["string", "null"], "format": "uri"}
    return _object({"results": _list(item), "next": link, "previous": link})


_TIMES: Schema = {
    "intake_due_at": MAYBE_INSTANT,
    "due_on": MAYBE_DAY,
    "due_at": MAYBE_INSTANT,
    "late": FLAG,
    "provisional": FLAG,
}
_BUTTON = _object({"action": TEXT, "allowed": FLAG, "reason": MAYBE_TEXT})
_DECISION: Schema = {
    "permit": {"type": "string", "enum": [str(code) for code in Permit]},
    "route": {"type": "string", "enum": [str(route) for route in Route]},
    "clause": TEXT,
    "bureau": TEXT,
    "limit_days": MAYBE_NUMBER,
    "state": {"type": ["string", "null"], "enum": [*State.values, None]},
    "carried_over": FLAG,
}

PERMIT: Final[Schema] = _object(
    {
        "id": NUMBER,
        "application": TEXT,
        "line_works": NUMBER,
        "round": NUMBER,
        **_DECISION,
        "district": TEXT,
        "received_at": INSTANT,
        "accepted_at": MAYBE_INSTANT,
        "deemed_accepted": FLAG,
        **_TIMES,
        "decided_at": MAYBE_INSTANT,
        "conditions": MAYBE_TEXT,
        "reason": MAYBE_TEXT,
        "refusal_clause": MAYBE_TEXT,
        "supplement_items": _list(TEXT),
        "actions": _list(_BUTTON),
        "version": NUMBER,
    }
)
PERMIT_ROWS: Final[dict[int, Schema]] = {200: _page(PERMIT)}

LINE_WORKS: Final[Schema] = _object(
    {
        "id": NUMBER,
        "application": TEXT,
        "district": TEXT,
        "voltage": TEXT,
        "state": {"type": "string", "enum": LineWorks.State.values},
        "round": NUMBER,
        "works": {"type": "object", "additionalProperties": True},
        "opened_at": INSTANT,
        "joined_at": MAYBE_INSTANT,
        "refused": FLAG,
        "set_due_on": MAYBE_DAY,
        "set_due_at": MAYBE_INSTANT,
        "set_late": FLAG,
        "permits": _list(_object({"id": NUMBER, **_DECISION, **_TIMES}, required=list(_DECISION))),
        "version": NUMBER,
    }
)
LINE_WORKS_ROWS: Final[dict[int, Schema]] = {200: _page(LINE_WORKS)}

_LINE = _object(
    {"kind": TEXT, "text": TEXT, "at": MAYBE_INSTANT, "clause": TEXT, "dates": _list(_object({}))}
)
CLOCKS: Final[dict[int, Schema]] = {
    200: _object(
        {
            "clocks": _list(
                _object(
                    {
                        "clock": TEXT,
                        "name": TEXT,
                        "lines": _list(_LINE),
                        "text": TEXT,
                        "rules_version": TEXT,
                        "calendar_version": TEXT,
                    }
                )
            )
        }
    )
}

STEP_BODY: Final[Schema] = {
    "application/json": {
        "type": "object",
        "description": "The fields of the step: `items` (request_supplement), `ground` and "
        "`expected_days` (exclude_time), `conditions` (grant), `reason` and `clause` (refuse); "
        "nothing for the others. Steps: " + ", ".join(ACTIONS),
        "properties": {
            "items": _list(TEXT),
            "ground": TEXT,
            "expected_days": NUMBER,
            "conditions": TEXT,
            "reason": TEXT,
            "clause": TEXT,
        },
    }
}

PERMIT_FILTERS: Final = [
    OpenApiParameter("bureau", OpenApiTypes.STR),
    OpenApiParameter("state", OpenApiTypes.STR, enum=State.values),
    OpenApiParameter("late", OpenApiTypes.BOOL),
    OpenApiParameter("application", OpenApiTypes.STR),
    OpenApiParameter("cursor", OpenApiTypes.STR),
    OpenApiParameter("page_size", OpenApiTypes.INT),
]
WORKS_FILTERS: Final = [
    OpenApiParameter("application", OpenApiTypes.STR),
    OpenApiParameter("state", OpenApiTypes.STR, enum=LineWorks.State.values),
    OpenApiParameter("cursor", OpenApiTypes.STR),
    OpenApiParameter("page_size", OpenApiTypes.INT),
]
