from base64 import b64encode
from datetime import UTC
from typing import Any

from django.utils.cache import add_never_cache_headers
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.paging import CursorPages
from core.problems import Missing
from disclosure import queries as public
from disclosure.api import PublicView
from disclosure.record import queries
from disclosure.serializers import Hotline


class Base64Field(serializers.CharField):
    def to_representation(self, value: Any) -> str:
        return b64encode(bytes(value)).decode()


class MomentField(serializers.DateTimeField):
    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)


class RecordKeySerializer(serializers.Serializer[Any]):
    """One key of the record; its handover stands in keys.json."""

    vkey = serializers.CharField(help_text="C2SP verifier key.")
    purpose = serializers.ChoiceField(["log", "receipt"])
    epoch = serializers.IntegerField()
    from_size = serializers.IntegerField(help_text="Size of the log when it took over.")
    until_size = serializers.IntegerField(allow_null=True, help_text="Null while it is in use.")
    fingerprint = serializers.CharField(help_text="SHA-256 of the public key, hexadecimal.")


class RecordWitnessSerializer(serializers.Serializer[Any]):
    """Somebody outside who cosigns, and what was cosigned last; null is nothing yet."""

    name = serializers.CharField()
    vkey = serializers.CharField(help_text="C2SP verifier key, of the type for cosignatures.")
    active = serializers.BooleanField(help_text="Whether it is still asked.")
    fingerprint = serializers.CharField(help_text="SHA-256 of the public key, hexadecimal.")
    cosigned_size = serializers.IntegerField(allow_null=True)
    cosigned_at = MomentField(allow_null=True)


class RecordDaySerializer(serializers.Serializer[Any]):
    """The last checkpoint of a day."""

    epoch = serializers.IntegerField()
    size = serializers.IntegerField(help_text="How many entries it covers.")
    root = Base64Field(help_text="Root over them, Base64.")  # type: ignore[assignment]
    signed_at = MomentField()
    note = serializers.CharField(help_text="C2SP signed note, as it was signed.")


class RecordSerializer(serializers.Serializer[Any]):
    """How the record stands, with a page of daily checkpoints; null is not there yet."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = RecordDaySerializer(many=True)
    state = serializers.ChoiceField(
        ["ok", "empty", "late", "behind"],
        help_text="`late`: the promise is not kept; `behind`: the database was put back to before"
        " what was signed, so nothing is signed.",
    )
    origin = serializers.CharField(allow_null=True, source="checkpoint.origin")
    size = serializers.IntegerField(source="health.signed_size")
    root = Base64Field(allow_null=True, source="checkpoint.root")  # type: ignore[assignment]
    signed_at = MomentField(allow_null=True, source="checkpoint.signed_at")
    promised_within_seconds = serializers.IntegerField(source="health.within")
    oldest_waiting_seconds = serializers.FloatField()
    keys = RecordKeySerializer(many=True)
    witnesses = RecordWitnessSerializer(many=True)
    hotlines = Hotline(many=True)


class RecordLeafSerializer(serializers.Serializer[Any]):
    """Where a leaf stands."""

    epoch = serializers.IntegerField()
    index = serializers.IntegerField()


class DailyPages(CursorPages):
    ordering = queries.DAILY_ORDER


class RecordView(PublicView):
    """No cache keeps it: whether the promise is kept is said for this moment."""

    @extend_schema(responses=RecordSerializer, operation_id="disclosure_record")
    def get(self, request: Request) -> Response:
        """State, keys and witnesses, and the daily checkpoints, newest first."""
        pages = DailyPages()
        rows = pages.paginate_queryset(queries.daily(), request, view=self)
        standing = queries.standing()
        found = {
            "next": pages.get_next_link(),
            "previous": pages.get_previous_link(),
            "results": rows,
            "state": standing.state,
            "checkpoint": standing.checkpoint,
            "health": standing.health,
            "oldest_waiting_seconds": round(standing.health.oldest_seconds, 1),
            "keys": queries.shown_keys(queries.published_keys()),
            "witnesses": queries.witnesses(),
            "hotlines": public.hotlines(),
        }
        return Response(RecordSerializer(found).data)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        del answer["Cache-Control"]
        add_never_cache_headers(answer)
        return answer


class LeafView(PublicView):
    """Where the leaf of a receipt stands that was given before it had a place."""

    @extend_schema(responses=RecordLeafSerializer, operation_id="disclosure_record_leaf")
    def get(self, request: Request, leaf: str) -> Response:
        """Epoch and index of a leaf by its hash (64 hex digits)."""
        found = queries.leaf_of(leaf)
        checkpoint = queries.standing().checkpoint
        if found is None or checkpoint is None or found.index >= checkpoint.size:
            raise Missing
        return Response({"epoch": checkpoint.epoch, "index": found.index})
