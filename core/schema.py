"""What the OpenAPI document says of every address alike: how a refusal looks."""

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
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


class Document(dict[str, Any]):
    """The document in one language, and its text once somebody has asked for it."""

    yaml = b""


class MadeOnce(SchemaGenerator):
    """Everybody is served one document in each language, and to make it takes a second."""

    def get_schema(self, request: Request | None = None, public: bool = True) -> Document:  # noqa: FBT001
        return _document(get_language())


# An address may name any language (`?lang=`): only so many are kept.
@lru_cache(maxsize=4)
def _document(_language: str | None) -> Document:
    generator: Any = SchemaGenerator
    return Document(generator().get_schema(public=True))


class WrittenOnce(OpenApiYamlRenderer):
    """To write it takes longer than to make it."""

    def render(self, data: Any, *asked: Any, **more: Any) -> bytes:
        if not isinstance(data, Document):
            return bytes(super().render(data, *asked, **more))  # type: ignore[no-untyped-call]
        # Its library writes plain mappings alone.
        written = super().render
        data.yaml = data.yaml or written(dict(data), *asked, **more)  # type: ignore[no-untyped-call]
        return data.yaml


class WrittenOnceAsYaml(WrittenOnce):
    media_type = OpenApiYamlRenderer2.media_type


class SchemaView(SpectacularAPIView):
    permission_classes = (AllowAny,)
    generator_class = MadeOnce
    # Written as the library has it, but never changed.
    renderer_classes = (  # type: ignore[assignment]
        WrittenOnce, WrittenOnceAsYaml, OpenApiJsonRenderer, OpenApiJsonRenderer2,
    )  # fmt: skip
