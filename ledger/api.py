"""The record for programs: the newest checkpoint, and the entries in the order of the log."""

from typing import Any

from django.http import HttpResponse
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.paging import CursorPages
from core.problems import Missing
from ledger import log
from ledger.models import Leaf
from ledger.record import canonical


class PublishedKeySerializer(serializers.Serializer[Any]):
    """A public key of the record, with the note by which the key before it introduced it."""

    vkey = serializers.CharField(help_text="C2SP verifier key.")
    purpose = serializers.ChoiceField(["log", "receipt"])
    epoch = serializers.IntegerField()
    from_size = serializers.IntegerField(help_text="Size of the log when it took over.")
    until_size = serializers.IntegerField(allow_null=True, help_text="Null while it is in use.")
    handover = serializers.CharField(allow_null=True, help_text="Null where nobody introduced it.")


class PublishedKeysSerializer(serializers.Serializer[Any]):
    """Every key of the record, as /record/keys.json has them."""

    format = serializers.ChoiceField(["tongdian-keys/1"])
    origin = serializers.CharField()
    keys = PublishedKeySerializer(many=True)


class LogEntrySerializer(serializers.Serializer[Leaf]):
    """An entry of the log; no name and no value is in it, only commitments."""

    index = serializers.IntegerField(min_value=0, help_text="Place in the log, from 0.")
    hash = serializers.SerializerMethodField(help_text="Leaf hash of RFC 6962, hexadecimal.")
    entry = serializers.SerializerMethodField(
        help_text="The leaf: canonical JSON, exactly as it was hashed."
    )

    def get_hash(self, leaf: Leaf) -> str:
        return bytes(leaf.hash).hex()

    def get_entry(self, leaf: Leaf) -> str:
        return canonical(leaf.entry)


class Whatever(BaseContentNegotiation):
    """An address with one form answers in it, whatever the client says that it accepts."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class RecordView(APIView):
    """Open to everybody, without an account; asked for anew each time, for the record grows."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code == 200:
            patch_cache_control(answer, public=True, no_cache=True)
        else:
            add_never_cache_headers(answer)
        return answer


class CheckpointView(RecordView):
    content_negotiation_class = Whatever

    @extend_schema(
        operation_id="ledger_checkpoint",
        tags=["ledger"],
        summary="The newest checkpoint of the record, a C2SP signed note",
        responses={(200, "text/plain"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponse:
        """The note with every cosignature there is."""
        newest = log.latest()
        if newest is None:
            raise Missing(_("The record has no checkpoint yet. The first is made within a minute."))
        return HttpResponse(newest.note, content_type="text/plain; charset=utf-8")


class LeafPages(CursorPages):
    ordering = ("index",)


class EntriesView(RecordView, ListAPIView[Leaf]):
    queryset = Leaf.objects.select_related("entry")
    serializer_class = LogEntrySerializer
    pagination_class = LeafPages

    @extend_schema(
        operation_id="ledger_entries",
        tags=["ledger"],
        summary="The entries of the record in the order of the log",
    )
    def get(self, request: Request) -> Response:
        """One page; what waits for its place is not in it."""
        return self.list(request)
