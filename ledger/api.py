"""The record for programs: the newest checkpoint, and the entries in the order of the log."""

from typing import Any

from django.http import HttpResponse
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.paging import CursorPages
from core.problems import Missing
from core.shapes import TEXT, Schema, object_of, rows_of
from ledger import log
from ledger.models import Leaf
from ledger.verify import canonical

ENTRY: Schema = object_of(
    {
        "index": {"type": "integer", "minimum": 0, "description": "Place in the log, from 0."},
        "hash": {**TEXT, "description": "Leaf hash of RFC 6962, hexadecimal."},
        "entry": {**TEXT, "description": "The leaf: canonical JSON, exactly as it was hashed."},
    }
)


class Whatever(BaseContentNegotiation):
    """An address with one form answers in it, whatever the client says that it accepts."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return the only parser."""
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """Return the only renderer."""
        return renderers[0], renderers[0].media_type


class RecordView(APIView):
    """Open to everybody, without an account; asked for anew each time, for the record grows."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Say that the answer is the same for everybody; a refusal is kept by nobody."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code == 200:
            patch_cache_control(answer, public=True, no_cache=True)
        else:
            add_never_cache_headers(answer)
        return answer


class CheckpointView(RecordView):
    """The newest signed checkpoint."""

    content_negotiation_class = Whatever

    @extend_schema(
        operation_id="ledger_checkpoint",
        tags=["ledger"],
        summary="The newest checkpoint of the record, a C2SP signed note",
        responses={(200, "text/plain"): TEXT},
    )
    def get(self, request: Request) -> HttpResponse:
        """The note with every cosignature there is."""
        newest = log.latest()
        if newest is None:
            raise Missing(_("The record has no checkpoint yet. The first is made within a minute."))
        return HttpResponse(newest.note, content_type="text/plain; charset=utf-8")


class LeafPages(CursorPages):
    """The entries by their place in the log, the oldest first."""

    ordering = ("index",)


class EntriesView(RecordView):
    """The entries of the log: no name and no value is in them, only commitments."""

    @extend_schema(
        operation_id="ledger_entries",
        tags=["ledger"],
        summary="The entries of the record in the order of the log",
        parameters=[
            OpenApiParameter("cursor", str, description="As `next` and `previous` have it."),
            OpenApiParameter("page_size", int, description="Rows a page, at most 100."),
        ],
        responses={(200, "application/json"): rows_of(ENTRY)},
    )
    def get(self, request: Request) -> Response:
        """One page; what waits for its place is not in it."""
        pages = LeafPages()
        rows = pages.paginate_queryset(Leaf.objects.select_related("entry"), request, self) or []
        answer: Response = pages.get_paginated_response([leaf_json(leaf) for leaf in rows])
        return answer


def leaf_json(leaf: Leaf) -> dict[str, Any]:
    """One entry with its place and its hash."""
    return {
        "index": leaf.index,
        "hash": bytes(leaf.hash).hex(),
        "entry": canonical(leaf.entry),
    }
