"""The words in which apps describe to the OpenAPI document what they take and give."""

from typing import Any, Final

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
MAYBE_TEXT: Final[Schema] = {"type": ["string", "null"]}
FLAG: Final[Schema] = {"type": "boolean"}
INSTANT: Final[Schema] = {"type": "string", "format": "date-time"}
MAYBE_INSTANT: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
MAYBE_DAY: Final[Schema] = {"type": ["string", "null"], "format": "date"}


def object_of(properties: Schema, required: list[str] | None = None) -> Schema:
    """Return an object; every property is required unless some are named."""
    needed = list(properties) if required is None else required
    return {"type": "object", "properties": properties, "required": needed}


def list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def rows_of(item: Schema) -> Schema:
    """Return one page of a cursor list, as `core.paging.CursorPages` gives it."""
    link: Schema = {"type": ["string", "null"], "format": "uri"}
    return object_of({"results": list_of(item), "next": link, "previous": link})


#: An action, whether the person may take it now, and if not, why.
BUTTON: Final[Schema] = object_of({"action": TEXT, "allowed": FLAG, "reason": MAYBE_TEXT})
