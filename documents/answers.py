"""What a file looks like in the API's answers, wherever it belongs."""

from typing import Any, Final

from django.urls import reverse

from core.shapes import TEXT, Schema, object_of
from documents.models import Document

FILE: Final[Schema] = object_of(
    {"url": TEXT, "content_type": TEXT, "size": {"type": "integer"}, "sha256": TEXT}
)


def file_json(document: Document) -> dict[str, Any]:
    """Return where a file is opened, and what it is: never its name."""
    return {
        "url": reverse("documents:open", args=[document.ref]),
        "content_type": document.content_type,
        "size": document.size,
        "sha256": document.sha256,
    }
