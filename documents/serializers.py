"""What a file looks like in the API's answers, wherever it belongs."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from documents.models import Document


class FileAnswer(serializers.Serializer[Any]):
    """Where a file is opened, and what it is: never its name."""

    url = serializers.SerializerMethodField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    scan = serializers.ChoiceField(Document.Scan.choices)

    def get_url(self, document: Document) -> str:
        return reverse("documents:open", args=[document.ref])
