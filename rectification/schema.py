"""What the API takes and gives, for the OpenAPI document. The parsers and answers are the law."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from core.shapes import (
    BUTTON,
    FLAG,
    INSTANT,
    MAYBE_DAY,
    MAYBE_INSTANT,
    MAYBE_TEXT,
    TEXT,
    Schema,
    list_of,
    object_of,
    rows_of,
)
from documents.serializers import FILE
from rectification.models import Order
from rectification.states import State

NUMBER: Final[Schema] = {"type": "integer"}
DAYS: Final[Schema] = {"type": "integer", "minimum": 0}
PARTY: Final[Schema] = {"type": "string", "description": "`supplier`, or a bureau's code"}

_ROW: Schema = {
    "number": TEXT,
    "party": PARTY,
    "district": TEXT,
    "state": {"type": "string", "enum": State.values},
    "days": DAYS,
    "used_days": DAYS,
    "issued_at": INSTANT,
    "answered_at": MAYBE_INSTANT,
    "escalated_at": MAYBE_INSTANT,
    "closed_at": MAYBE_INSTANT,
    "due_on": MAYBE_DAY,
    "due_at": MAYBE_INSTANT,
    "late": FLAG,
    "provisional": FLAG,
    "version": NUMBER,
}
ORDER_ROWS: Final[dict[int, Schema]] = {200: rows_of(object_of(_ROW))}

_STATEMENT: Schema = object_of(
    {
        "action": {"type": "string", "enum": ["answer", "return", "close", "escalate"]},
        "at": INSTANT,
        "text": TEXT,
        "files": list_of(FILE),
    }
)
_SUBJECT: Schema = {
    **object_of(
        {
            "kind": {"type": "string", "enum": Order.Subject.values},
            "label": MAYBE_TEXT,
            "application": MAYBE_TEXT,
            "permit": {"type": ["integer", "null"]},
        }
    ),
    "type": ["object", "null"],
}
_MOVED: Schema = {**_ROW, "subject": _SUBJECT, "actions": list_of(BUTTON)}
#: The answer to a step, without anything that was said: it is kept for repeated requests.
MOVED: Final[Schema] = object_of(_MOVED)
ORDER: Final[Schema] = object_of(
    {**_MOVED, "text": TEXT, "clause": MAYBE_TEXT, "statements": list_of(_STATEMENT)}
)

NEW_ORDER: Final[Schema] = {
    "application/json": object_of(
        {
            "party": PARTY,
            "district": TEXT,
            "application": {**TEXT, "description": "number of the case, where it is about one"},
            "permit": {**NUMBER, "description": "id of the permit, where it is about one"},
            "text": TEXT,
            "clause": TEXT,
            "days": {**DAYS, "description": "working days; within the bounds of the rules"},
        },
        required=["party", "district", "text"],
    )
}
_SAID: Schema = {"text": TEXT, "reason": TEXT}
STEP_BODY: Final[Schema] = {
    "application/json": {
        "type": "object",
        "description": "`text` (answer), `reason` (return, escalate; close if wished).",
        "properties": _SAID,
    },
    "multipart/form-data": {
        "type": "object",
        "description": "The same, with `files` that show what was put right (answer).",
        "properties": {**_SAID, "files": list_of({"type": "string", "format": "binary"})},
    },
}

FILTERS: Final = [
    OpenApiParameter("state", OpenApiTypes.STR, enum=State.values),
    OpenApiParameter("party", OpenApiTypes.STR),
    OpenApiParameter("district", OpenApiTypes.STR),
    OpenApiParameter("late", OpenApiTypes.BOOL),
    OpenApiParameter("cursor", OpenApiTypes.STR),
    OpenApiParameter("page_size", OpenApiTypes.INT),
]
