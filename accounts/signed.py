"""The door of other systems: what they tell us is signed, recent, small, and taken once."""

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from core import idempotency
from core.problems import Missing, NotSigned, TooLarge
from core.webhooks import is_signed
from rules.limits import limits

SIGNED: Final = [
    OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True)
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
]


def take_signed(
    request: Request,
    secrets: Sequence[str],
    *,
    owner: str,
    act: Callable[[], tuple[int, Any]],
    batch: bool = False,
) -> Response:
    """Carry out what a system tells, each `webhook-id` once.

    Args:
        secrets: of which one must have signed it; with none nobody is heard.
        owner: the system, whose ids are its own.
        batch: whether one message tells many things, and may be larger.

    Raises:
        Missing, TooLarge, NotSigned: in this order, and before anything is read of the body.
        Invalid, InFlight: as `core.idempotency.once`.
    """
    if not secrets:
        raise Missing
    allowed = limits().webhooks
    kilobytes = allowed.batch_kilobytes if batch else allowed.kilobytes
    if int(request.META.get("CONTENT_LENGTH") or 0) > kilobytes * 1024:
        raise TooLarge
    raw = request.body
    if not is_signed(secrets, request.headers, raw, now=time.time(), tolerance=allowed.tolerance):
        raise NotSigned
    status, answer = idempotency.once(
        owner=owner,
        route=f"POST {request.path}",
        key=request.headers["webhook-id"],
        digest=hashlib.sha256(raw).digest(),
        act=act,
    )
    return Response(answer, status=status)
