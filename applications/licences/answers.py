"""What programs are told of the ways in which a document can come besides an upload."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.licences.models import LicenceFetch
from applications.licences.ways import Fetching
from core.answers import Instant, MaybeInstant, MaybeText
from rules.licences import licence_rules


class ConsentAnswer(serializers.Serializer[Any]):
    """The text that is agreed to; its SHA-256 is the `consent` of the request that agrees."""

    text = serializers.CharField()
    sha256 = serializers.CharField()


class FetchingAnswer(serializers.Serializer[Any]):
    """A licence that the library may have; `refused`: why this person cannot have it fetched."""

    licence = serializers.CharField(source="kind.code")
    name = serializers.CharField(source="kind.name")
    library = serializers.SerializerMethodField()
    refused = MaybeText()
    consent = ConsentAnswer(source="*")

    @extend_schema_field(serializers.CharField())
    def get_library(self, fetching: Fetching) -> str:
        return str(licence_rules().library)


class AcceptedAnswer(serializers.Serializer[Any]):
    """That staff accepted the document in an earlier case, and when; not what it is."""

    accepted_at = Instant()


class FetchRow(serializers.Serializer[Any]):
    """One licence that was fetched, or was to be, for an application."""

    number = serializers.CharField()
    requirement = serializers.CharField()
    licence = serializers.CharField()
    consented_at = Instant()
    consent = serializers.CharField()
    outcome = serializers.ChoiceField(LicenceFetch.Outcome.choices)
    settled_at = MaybeInstant()
