"""How a page takes a step: once per form, never on what the person has not seen.

A form carries the version that its page showed and a key issued with it. A second click answers
like the first; a form from before somebody else's step is refused with what that step was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpRequest

from accounts.decorators import person
from approvals.actions import perform
from approvals.models import Permit
from core import idempotency
from core.api import digest_of
from core.reading import whole_number
from deadlines.doors import settle
from ledger.queries import Event, timeline

VERSION, KEY = "version", "idempotency_key"


@dataclass(frozen=True, slots=True)
class Door:
    """The two hidden fields of a form."""

    version: int
    key: str


def door(request: HttpRequest, permit: Permit) -> Door:
    """Return the hidden fields of a form; one that comes back refused keeps its own."""
    version, key = whole_number(request.POST.get(VERSION, "")), request.POST.get(KEY, "")
    seen = permit.version if version is None else version
    return Door(seen, key[:100] or uuid4().hex)


def seen_version(request: HttpRequest) -> int:
    """Return the version that the person saw; a form without one is stale by definition."""
    version = whole_number(request.POST.get(VERSION, ""))
    return -1 if version is None else version


def take(request: HttpRequest, permit: Permit, action: str, body: Mapping[str, Any]) -> None:
    """Take a step from a page, once per key and body.

    Raises:
        Problem: everything that `actions.perform` refuses; the key stays good then.
    """
    settle(permit.case_ref)
    by = person(request)

    def act() -> tuple[int, Any]:
        version = seen_version(request)
        perform(permit=permit, action=action, by=by, body=body, version=version)
        return 200, {}

    # The digest is part of the key: other words are another request, refused by their version.
    digest = digest_of({"action": action, "body": body})
    key = request.POST.get(KEY, "")[:100] or uuid4().hex
    idempotency.once(
        actor=by.pk,
        route=f"POST {request.path}"[:200],
        key=f"{key}:{digest.hex()}",
        digest=digest,
        act=act,
    )


def steps_of(permit: Permit) -> list[Event]:
    """Return the permit's own entries of the record, oldest first."""
    return [event for event in timeline(permit.case_ref) if event.part == permit.ref]


def steps_since(permit: Permit, version: int) -> list[Event]:
    """Return the steps that a person with an older version has not seen.

    The first entry makes version 1, and each step one more; breaches change no version.
    """
    steps = [event for event in steps_of(permit) if event.type.startswith("permit.")]
    return steps[max(version, 0) :]
