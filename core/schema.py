"""What the OpenAPI document says of every address alike: how a refusal looks."""

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request

from core.api import PROBLEM_JSON

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A refusal, as RFC 9457 has it; `type` is stable.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 499},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string"},
                    "reason": {"type": "string"},
                    "clause": {"type": "string"},
                },
                "required": ["pointer", "reason"],
            },
        },
        "winner": {
            "type": "object",
            "properties": {"role": {"type": "string"}, "at": {"type": "string"}},
        },
    },
    "required": ["type", "title", "status", "detail"],
}
REFUSED: dict[str, Any] = {
    "description": "Refused, and why.",
    "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def with_refusals(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Add the problem document to every operation (drf-spectacular's postprocessing hook)."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"]["4XX"] = REFUSED
    return result


class MadeOnce(SchemaGenerator):
    """Everybody is served one document in each language, and to make it takes a second."""

    def get_schema(self, request: Request | None = None, public: bool = True) -> dict[str, Any]:  # noqa: FBT001
        return _document(get_language())


# An address may name any language (`?lang=`): only so many are kept.
@lru_cache(maxsize=4)
def _document(_language: str | None) -> dict[str, Any]:
    generator: Any = SchemaGenerator
    made: dict[str, Any] = generator().get_schema(public=True)
    return made
