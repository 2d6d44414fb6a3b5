"""What the API takes and gives, for the OpenAPI document. The parsers and answers are the law."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from applications.models import WORKFLOWS, Application
from applications.workflow import Holder, State
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
from rules.names import Kind, Permit, Route
from workflow.machine import acts_of


def _one_of(values: Any, *, nullable: bool = False) -> Schema:
    names = [str(value) for value in values]
    if nullable:
        return {"type": ["string", "null"], "enum": [*names, None]}
    return {"type": "string", "enum": names}


DAYS: Schema = {"type": "integer", "minimum": 0}
AMOUNT: Schema = {"type": "number", "minimum": 0, "multipleOf": 0.01}
DECIMAL: Schema = {"type": ["string", "number"]}

NEW_CASE: Schema = {
    "application/json": object_of(
        {
            "kind": _one_of(Kind),
            "applicant": object_of(
                {
                    "type": _one_of(Application.ApplicantType.values),
                    "name": TEXT,
                    "id_number": TEXT,
                    "phone": TEXT,
                    "enterprise_size": _one_of(Application.EnterpriseSize.values),
                },
                required=["type", "name", "id_number", "phone"],
            ),
            "address": object_of(
                {"district": TEXT, "statutory_district": TEXT, "town": TEXT, "line": TEXT},
                required=["district", "line"],
            ),
            "capacity_kw": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.01},
            "voltage": _one_of(Application.Voltage.values),
            "sources": {"type": "integer", "enum": [1, 2]},
            "purpose": _one_of(Application.Purpose.values),
            "channel": _one_of(Application.Channel.values),
        },
        required=[
            "applicant", "address", "capacity_kw", "voltage", "sources", "purpose", "channel",
        ],
    )
}  # fmt: skip

_ROW: Schema = {
    "number": TEXT,
    "kind": _one_of(Kind),
    "voltage": _one_of(Application.Voltage.values),
    "state": _one_of(State.values),
    "holder": _one_of(Holder.values, nullable=True),
    "held_since": MAYBE_INSTANT,
    "district": TEXT,
    "channel": _one_of(Application.Channel.values),
    "filed_at": MAYBE_INSTANT,
    "rules_version": MAYBE_TEXT,
}
_TIMES: Schema = {
    "handling_days": DAYS,
    "whole_process_days": DAYS,
    "due_on": MAYBE_DAY,
    "due_at": MAYBE_INSTANT,
    "late": FLAG,
    "past_target": FLAG,
    "provisional": FLAG,
}
_LIMIT = object_of({"measure": TEXT, "statistic": TEXT, "days": DAYS, "clause": TEXT})
_DECISION = object_of(
    {
        "id": {"type": "integer"},
        "permit": _one_of(Permit),
        "route": _one_of(Route),
        "clause": TEXT,
        "bureau": TEXT,
        "limit_days": {"type": ["integer", "null"]},
        "state": MAYBE_TEXT,
        "carried_over": FLAG,
    },
    required=["permit", "route", "clause", "bureau"],
)

CASE_ROWS: dict[int, Schema] = {200: rows_of(object_of(_ROW))}
CASE: Schema = object_of(
    _ROW
    | _TIMES
    | {
        "continues": MAYBE_TEXT,
        "limits": list_of(_LIMIT),
        "documents": list_of(object_of({"requirement": TEXT, "name": TEXT, "met": FLAG})),
        "permits": list_of(_DECISION),
        "actions": list_of(BUTTON),
        "version": {"type": "integer"},
    }
)
_EVENT = object_of(
    {
        "seq": DAYS,
        "at": INSTANT,
        "recorded_at": INSTANT,
        "type": TEXT,
        "role": TEXT,
        "from": MAYBE_TEXT,
        "to": MAYBE_TEXT,
        "holder": MAYBE_TEXT,
        "clock": MAYBE_TEXT,
        "part": {"type": ["string", "null"], "format": "uuid"},
        "receipt": MAYBE_TEXT,
    }
)
TIMELINE: dict[int, Schema] = {
    200: object_of({"number": TEXT} | _TIMES | {"events": list_of(_EVENT)})
}
UPLOAD: Schema = object_of({"requirement": TEXT, "file": {"type": "string", "format": "binary"}})
DOCUMENT: Schema = object_of(
    {
        "id": {"type": "integer"},
        "requirement": TEXT,
        "content_type": TEXT,
        "size": {"type": "integer"},
        "sha256": TEXT,
        "uploaded_at": INSTANT,
    }
)
NEW_CHARGE: Schema = {
    "application/json": object_of(
        {"fee_item": TEXT, "quantity": AMOUNT, "payee": TEXT, "payee_affiliated": FLAG}
    )
}
CHARGE: Schema = object_of(
    {
        "id": {"type": "integer"},
        "fee_item": TEXT,
        "quantity": DECIMAL,
        "rate": DECIMAL,
        "amount_yuan": DECIMAL,
        "payee": TEXT,
        "payee_affiliated": FLAG,
        "entered_at": INSTANT,
    }
)
#: What people do at the common address of actions.
ACTIONS = dict.fromkeys(
    name
    for machine in WORKFLOWS.values()
    for name, said in acts_of(machine).items()
    if said.who and said.here
)
ACTION_BODY: Schema = {
    "application/json": {
        "type": "object",
        "description": "The fields of the action; empty for most. Actions: " + ", ".join(ACTIONS),
    }
}
WORKS: Schema = {
    "application/json": object_of(
        {
            "application": TEXT,
            "none": FLAG,
            "voltage": _one_of(Application.Voltage.values),
            "voltage_kv": AMOUNT,
            "length_m": AMOUNT,
            "excavation_m": AMOUNT,
            "investment_yuan": AMOUNT,
            "in_planned_area": FLAG,
            "along_municipal_road_or_duct": FLAG,
            "in_adopted_plan": FLAG,
            "start_report_approved": FLAG,
            "road": _one_of(["none", "municipal", "highway"]),
            "highway_class": _one_of(["ordinary_trunk", "expressway", "other"]),
            "existing_road": FLAG,
            "occupies_road": FLAG,
            "crosses_road": FLAG,
            "greening": _one_of(["none", "ordinary", "ancient"]),
            "choose_review": list_of(_one_of(Permit)),
        },
        required=[],
    )
}
#: A dry run: what the rules answer, nothing written.
DECISIONS: Schema = object_of({"permits": list_of(_DECISION)})
LIST_FILTERS = [
    OpenApiParameter(name, OpenApiTypes.STR) for name in ("state", "kind", "holder", "district")
]
