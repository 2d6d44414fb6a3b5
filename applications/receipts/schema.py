"""What a receipt looks like, for the OpenAPI document."""

from typing import Final

from applications.workflow import NOBODY, Holder
from core.shapes import INSTANT, MAYBE_DAY, MAYBE_INSTANT, MAYBE_TEXT, TEXT, Schema, object_of
from ledger.receipts import FORMAT

_OPENING: Final[Schema] = object_of({"salt": TEXT, "data": TEXT}) | {"type": ["object", "null"]}
_STANDING: Final[Schema] = object_of(
    {
        "holder": {"type": "string", "enum": [*Holder.values, NOBODY]},
        "held_since": MAYBE_INSTANT,
        "due_on": MAYBE_DAY,
        "as_of": INSTANT,
    }
)
RECEIPT: Final[Schema] = object_of(
    {
        "format": {"type": "string", "enum": [FORMAT]},
        "number": TEXT,
        "entry": TEXT,
        "opening": _OPENING,
        "standing": _STANDING,
        "promise": TEXT,
        "proof": MAYBE_TEXT,
        "keys": {"type": "object", "description": "The content of /record/keys.json."},
    }
)
