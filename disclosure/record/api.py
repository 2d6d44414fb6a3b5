"""The record for programs: its state with the daily checkpoints, and where a leaf stands."""

from base64 import b64encode
from typing import Any

from django.utils.cache import add_never_cache_headers
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.paging import CursorPages
from core.problems import Missing
from disclosure import queries as public
from disclosure.api import PublicView
from disclosure.record import queries
from disclosure.record.schema import LEAF, RECORD
from ledger.models import Checkpoint


class DailyPages(CursorPages):
    """`{results, next, previous}` of daily checkpoints, and with them how the record stands."""

    ordering = queries.DAILY_ORDER

    def get_paginated_response(self, data: Any) -> Response:
        answer = super().get_paginated_response(data)
        answer.data = {**answer.data, **standing_json(), "hotlines": public.hotlines()}
        return answer


class RecordView(PublicView):
    """The record as it stands: what was signed, by whom, and the last checkpoint of each day.

    No cache keeps it: whether the promise is kept is said for this moment.
    """

    @extend_schema(responses=RECORD, operation_id="disclosure_record")
    def get(self, request: Request) -> Response:
        """State, keys and witnesses, and the daily checkpoints, newest first."""
        pages = DailyPages()
        rows = pages.paginate_queryset(queries.daily(), request, view=self)
        return pages.get_paginated_response([day_json(row) for row in rows or []])

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        del answer["Cache-Control"]
        add_never_cache_headers(answer)
        return answer


class LeafView(PublicView):
    """Where the leaf of a receipt stands that was given before it had a place."""

    @extend_schema(responses=LEAF, operation_id="disclosure_record_leaf")
    def get(self, request: Request, leaf: str) -> Response:
        """Epoch and index of a leaf by its hash (64 hex digits)."""
        found = queries.leaf_of(leaf)
        checkpoint = queries.standing().checkpoint
        if found is None or checkpoint is None or found.index >= checkpoint.size:
            raise Missing
        return Response({"epoch": checkpoint.epoch, "index": found.index})


def day_json(row: Checkpoint) -> dict[str, Any]:
    """One checkpoint for programs; its note is the file."""
    return {
        "epoch": row.epoch,
        "size": row.size,
        "root": b64encode(bytes(row.root)).decode(),
        "signed_at": row.signed_at,
        "note": row.note,
    }


def standing_json() -> dict[str, Any]:
    """How the record stands, for programs; null is not there yet."""
    standing, published = queries.standing(), queries.published_keys()
    newest = standing.checkpoint
    return {
        "state": standing.state,
        "origin": newest.origin if newest else None,
        "size": newest.size if newest else 0,
        "root": b64encode(newest.root).decode() if newest else None,
        "signed_at": newest.signed_at if newest else None,
        "promised_within_seconds": standing.health.within,
        "oldest_waiting_seconds": round(standing.health.oldest_seconds, 1),
        "keys": [key.as_json() for key in queries.shown_keys(published)],
        "witnesses": [witness.as_json() for witness in queries.witnesses()],
    }
