"""The token of a form: sent twice, it is acted on once, and never on what was not seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, QueryDict

from core import idempotency
from core.api import digest_of
from core.owner import owner_of
from core.reading import whole_number

VERSION, KEY = "version", "idempotency_key"
LONGEST = 100
#: Seconds for which a second click waits for the first: it is the one whose answer is seen.
WAITS = 20.0


class Filled(QueryDict):
    """What was typed before, put into the form again: it is looked at, and not yet sent."""


def posted(request: HttpRequest) -> QueryDict | None:
    """What the form of a page is bound to: what was sent or is filled in again, even if empty."""
    return request.POST if request.method == "POST" or isinstance(request.POST, Filled) else None


def fresh_key() -> str:
    return uuid4().hex


def form_key(request: HttpRequest) -> str:
    """A form that comes back refused keeps its own key: nothing was done."""
    return request.POST.get(KEY, "")[:LONGEST] or fresh_key()


@dataclass(frozen=True, slots=True)
class FormToken:
    """The two hidden fields of a form about something that moves."""

    version: int
    key: str


def form_token(request: HttpRequest, version: int) -> FormToken:
    """The token of a form; one that comes back refused keeps what it was sent with."""
    sent = whole_number(request.POST.get(VERSION, ""))
    return FormToken(version if sent is None else sent, form_key(request))


def seen_version(request: HttpRequest) -> int:
    """A form without a version is stale by definition: -1."""
    version = whole_number(request.POST.get(VERSION, ""))
    return -1 if version is None else version


def fresh_token(version: int) -> FormToken:
    """For what is shown now, whatever a refused form brought."""
    return FormToken(version, fresh_key())


def once(request: HttpRequest, body: Any, act: Callable[[], Any]) -> Any:
    """Act once per form and body; the same form sent again waits for the first answer.

    `body`, kept as a plain digest, and what `act` returns, stored as JSON, hold nothing secret.

    Raises:
        InFlight: the first click is not answered in that time.
        Problem: what `act` refuses; nothing is stored then, and the key stays good.
    """
    # The digest is part of the key: a form that is sent again with other words is another request.
    digest = digest_of(body)

    _status, answer = idempotency.once(
        owner=owner_of(request),
        route=f"POST {request.path}"[:200],
        key=f"{form_key(request)}:{digest.hex()}",
        digest=digest,
        act=lambda: (200, {"answer": act()}),
        wait=WAITS,
    )
    return answer["answer"]
