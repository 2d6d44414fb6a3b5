"""A step by its name, with its body as it came over HTTP."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from approvals.actions import steps
from approvals.actions.step import Step
from approvals.models import Permit
from core.problems import FieldError, Invalid, Missing

Body = Mapping[str, Any]


def _nothing(body: Body) -> dict[str, Any]:
    return {}


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid([FieldError(f"/{name}", _("This must be a text."))])
    return value


def _conditions(body: Body) -> dict[str, Any]:
    return {"conditions": _text(body, "conditions")}


def _refusal(body: Body) -> dict[str, Any]:
    return {"reason": _text(body, "reason"), "clause": _text(body, "clause")}


def _missing(body: Body) -> dict[str, Any]:
    items = body.get("items")
    if items is None:
        return {"items": []}
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise Invalid([FieldError("/items", _("This must be a list of texts."))])
    return {"items": items}


def _excluded(body: Body) -> dict[str, Any]:
    days = body.get("expected_days")
    if isinstance(days, bool) or not isinstance(days, int):
        reason = _("This must be a whole number of working days.")
        raise Invalid([FieldError("/expected_days", reason)])
    return {"ground": _text(body, "ground"), "expected_days": days}


#: Each step with the reader of its body.
VERBS: Final[dict[str, tuple[Callable[..., Permit], Callable[[Body], dict[str, Any]]]]] = {
    "accept": (steps.accept, _nothing),
    "request_supplement": (steps.request_supplement, _missing),
    "supply_supplement": (steps.supply_supplement, _nothing),
    "exclude_time": (steps.exclude_time, _excluded),
    "resume": (steps.resume, _nothing),
    "commit": (steps.commit, _nothing),
    "grant": (steps.grant, _conditions),
    "refuse": (steps.refuse, _refusal),
}


def perform(
    *, permit: Permit, action: str, by: User, body: Body, version: int | None = None
) -> Permit:
    """Take a step with what its body says.

    Raises:
        Missing: there is no such step.
        Forbidden, Faster, WrongState, Stale, Invalid: in this order of refusal.
    """
    if action not in VERBS:
        raise Missing
    verb, read = VERBS[action]
    try:
        values = read(body)
    except Invalid:
        # Who may not, or comes too late, hears that first.
        with transaction.atomic():
            Step.begin(permit, by, action, version)
        raise
    return verb(permit=permit, by=by, version=version, **values)
