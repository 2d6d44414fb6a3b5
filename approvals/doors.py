"""How a page takes a step: once per form, never on what the person has not seen.

A form carries the version that its page showed and a key issued with it. A second click answers
like the first; a form from before somebody else's step is refused with what that step was.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from accounts.decorators import person
from approvals.actions import perform
from approvals.models import Permit
from core.doors import keyed, seen_version
from deadlines.sweep import settle
from ledger.queries import Event, timeline


def take(request: HttpRequest, permit: Permit, action: str, body: Mapping[str, Any]) -> None:
    """Take a step from a page, once per key and body.

    Raises:
        Problem: everything that `actions.perform` refuses; the key stays good then.
    """
    settle(permit.case_ref)
    by = person(request)

    def act() -> None:
        version = seen_version(request)
        perform(permit=permit, action=action, by=by, body=body, version=version)

    keyed(request, {"action": action, "body": body}, act)


def steps_of(permit: Permit) -> list[Event]:
    """Return the permit's own entries of the record, oldest first."""
    return [event for event in timeline(permit.case_ref) if event.part == permit.ref]


def steps_since(permit: Permit, version: int) -> list[Event]:
    """Return the steps that a person with an older version has not seen.

    The first entry makes version 1, and each step one more; breaches change no version.
    """
    steps = [event for event in steps_of(permit) if event.type.startswith("permit.")]
    return steps[max(version, 0) :]
