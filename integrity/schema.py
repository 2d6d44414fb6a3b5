"""What the API takes and gives, for the OpenAPI document. The parsers and answers are the law."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from core.shapes import (
    BUTTON,
    FLAG,
    INSTANT,
    MAYBE_INSTANT,
    MAYBE_TEXT,
    TEXT,
    Schema,
    list_of,
    object_of,
    rows_of,
)
from documents.serializers import FILE
from integrity.signs import SIGNS
from integrity.states import State

WHOLE: Final[Schema] = {"type": "integer", "minimum": 0}
SIGN: Final[Schema] = {"type": "string", "enum": list(SIGNS)}
STATE: Final[Schema] = {"type": "string", "enum": State.values}
DAY: Final[Schema] = {"type": "string", "format": "date"}

_ROW: Schema = {
    "number": TEXT,
    "sign": SIGN,
    "finding": TEXT,
    "state": STATE,
    "party": {"type": "string", "description": "`supplier`, or a bureau's code"},
    "district": TEXT,
    "completed_at": INSTANT,
    "found_at": INSTANT,
    "explained_at": MAYBE_INSTANT,
    "decided_at": MAYBE_INSTANT,
    "ended_at": MAYBE_INSTANT,
    "version": WHOLE,
}
SIGNAL_ROWS: Final[dict[int, Schema]] = {200: rows_of(object_of(_ROW))}

THRESHOLD: Final[Schema] = object_of(
    {
        "key": TEXT,
        "value": WHOLE,
        "unit": TEXT,
        "from": DAY,
        "clause": TEXT,
        "source": TEXT,
        "trust": TEXT,
        "reading": FLAG,
    }
)
_SIGNAL: Schema = {
    **_ROW,
    "definition": TEXT,
    "harmless": list_of(TEXT),
    "thresholds": list_of(THRESHOLD),
    "rules_version": TEXT,
    "application": MAYBE_TEXT,
    "entries": WHOLE,
    "order": MAYBE_TEXT,
    "actions": list_of(BUTTON),
}
_SAID_OF_IT: Schema = {
    "explanation": MAYBE_TEXT,
    "files": list_of(FILE),
    "decision": MAYBE_TEXT,
}
#: The answer to a step has nothing in it that was said (integrity.answers).
MOVED: Final[Schema] = object_of(_SIGNAL)
SIGNAL: Final[Schema] = object_of(_SIGNAL | _SAID_OF_IT)
ENTRY_ROWS: Final[dict[int, Schema]] = {
    200: rows_of(
        object_of(
            {
                "index": {"type": ["integer", "null"], "description": "place in the log"},
                "leaf": {"type": "string", "description": "leaf hash, hexadecimal"},
                "at": INSTANT,
                "type": TEXT,
                "role": TEXT,
                "application": MAYBE_TEXT,
            }
        )
    )
}
_SAID: Schema = {"text": TEXT, "days": {**WHOLE, "description": "working days (order)"}}
STEP_BODY: Final[Schema] = {
    "application/json": {
        "type": "object",
        "description": "`text` (all steps), `days` (order).",
        "properties": _SAID,
        "required": ["text"],
    },
    "multipart/form-data": {
        "type": "object",
        "description": "The same, with `files` that show how it came about (explain).",
        "properties": {"text": TEXT, "files": list_of({"type": "string", "format": "binary"})},
        "required": ["text"],
    },
}
FILTERS: Final = [
    OpenApiParameter("sign", OpenApiTypes.STR, enum=list(SIGNS)),
    OpenApiParameter("state", OpenApiTypes.STR, enum=State.values),
    OpenApiParameter("party", OpenApiTypes.STR),
    OpenApiParameter("district", OpenApiTypes.STR),
    OpenApiParameter("cursor", OpenApiTypes.STR),
    OpenApiParameter("page_size", OpenApiTypes.INT),
]

_QUARTER: Schema = {"type": "string", "description": "such as 2026Q4"}
#: The public counts (disclosure.signs).
PUBLIC_COUNTS: Final[dict[int, Schema]] = {
    200: object_of(
        {
            "on": DAY,
            "rules_version": TEXT,
            "counts": list_of(
                object_of(
                    {"quarter": _QUARTER, "sign": SIGN, **dict.fromkeys(State.values, WHOLE)}
                    | {"total": WHOLE}
                )
            ),
            "orders": list_of(
                object_of({"quarter": _QUARTER, "issued": WHOLE, "late": WHOLE, "closed": WHOLE})
            ),
            "signs": list_of(
                object_of(
                    {
                        "sign": SIGN,
                        "name": TEXT,
                        "definition": MAYBE_TEXT,
                        "harmless": list_of(TEXT),
                        "thresholds": list_of(THRESHOLD),
                    }
                )
            ),
            "later": list_of(TEXT),
            "hotlines": list_of(object_of({"number": TEXT, "name": TEXT})),
        }
    )
}
