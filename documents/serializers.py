"""What a file looks like in the API's answers, wherever it belongs."""

from typing import Any, Final

from django.urls import reverse
from rest_framework import serializers

from core.shapes import TEXT, Schema, object_of
from documents.models import Document

#: The same for the descriptions that are still written by hand.
FILE: Final[Schema] = object_of(
    {"url": TEXT, "content_type": TEXT, "size": {"type": "integer"}, "sha256": TEXT}
)


class FileAnswer(serializers.Serializer[Any]):
    """Where a file is opened, and what it is: never its name."""

    url = serializers.SerializerMethodField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()

    def get_url(self, document: Document) -> str:
        return reverse("documents:open", args=[document.ref])
