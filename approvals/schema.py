"""What the API takes and gives, for the OpenAPI document. The parsers and answers are the law."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from approvals.models import LineWorks
from approvals.models import Permit as PermitModel
from approvals.workflow import State
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
from rules.names import Permit, Route
from workflow.machine import acts_of

NUMBER: Final[Schema] = {"type": "integer"}
MAYBE_NUMBER: Final[Schema] = {"type": ["integer", "null"]}


_TIMES: Schema = {
    "intake_due_at": MAYBE_INSTANT,
    "due_on": MAYBE_DAY,
    "due_at": MAYBE_INSTANT,
    "late": FLAG,
    "provisional": FLAG,
}
_DECISION: Schema = {
    "permit": {"type": "string", "enum": [str(code) for code in Permit]},
    "route": {"type": "string", "enum": [str(route) for route in Route]},
    "clause": TEXT,
    "bureau": TEXT,
    "limit_days": MAYBE_NUMBER,
    "state": {"type": ["string", "null"], "enum": [*State.values, None]},
    "carried_over": FLAG,
}

PERMIT: Final[Schema] = object_of(
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
        "supplement_items": list_of(TEXT),
        "actions": list_of(BUTTON),
        "version": NUMBER,
    }
)
PERMIT_ROWS: Final[dict[int, Schema]] = {200: rows_of(PERMIT)}

LINE_WORKS: Final[Schema] = object_of(
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
        "permits": list_of(
            object_of({"id": NUMBER, **_DECISION, **_TIMES}, required=list(_DECISION))
        ),
        "version": NUMBER,
    }
)
LINE_WORKS_ROWS: Final[dict[int, Schema]] = {200: rows_of(LINE_WORKS)}

STEP_BODY: Final[Schema] = {
    "application/json": {
        "type": "object",
        "description": "The fields of the step: `items` (request_supplement), `ground` and "
        "`expected_days` (exclude_time), `conditions` (grant), `reason` and `clause` (refuse); "
        "nothing for the others. Steps: "
        + ", ".join(name for name, said in acts_of(PermitModel).items() if said.who),
        "properties": {
            "items": list_of(TEXT),
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
