"""How a form of ours is sent twice and acted on once: the key that its page was issued with."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpRequest

from core import idempotency
from core.api import digest_of
from core.problems import InFlight

KEY = "idempotency_key"
LONGEST = 100
#: Seconds for which a second click waits for the first: it is the one whose answer is seen.
WAITS = (0.1, 0.2, 0.4, 0.8, 1.6)


def fresh_key() -> str:
    """Return a key for a form that was not sent yet."""
    return uuid4().hex


def form_key(request: HttpRequest) -> str:
    """Return the key of a form; one that comes back refused keeps its own: nothing was done."""
    return request.POST.get(KEY, "")[:LONGEST] or fresh_key()


def once(request: HttpRequest, body: Any, act: Callable[[], Any]) -> Any:
    """Act once per form and body; a second click gets what the first one was given.

    Args:
        request: the POST of a person who is signed in, with its key.
        body: what makes the request the same as another one, as JSON values. It is kept as a
            plain digest, so nothing secret belongs in it.
        act: does the work and returns JSON values, which are stored: nothing secret either.

    Raises:
        InFlight: the first click is not answered after some seconds.
        Problem: what `act` refuses; nothing is stored then, and the key stays good.
    """
    # The digest is part of the key: a form that is sent again with other words is another request.
    digest = digest_of(body)
    key = f"{form_key(request)}:{digest.hex()}"
    for pause in WAITS:
        try:
            return _once(request, key, digest, act)
        except InFlight:
            time.sleep(pause)
    return _once(request, key, digest, act)


def _once(request: HttpRequest, key: str, digest: bytes, act: Callable[[], Any]) -> Any:
    _status, answer = idempotency.once(
        actor=request.user.pk or 0,
        route=f"POST {request.path}"[:200],
        key=key,
        digest=digest,
        act=lambda: (200, {"answer": act()}),
    )
    return answer["answer"]
