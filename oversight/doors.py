"""How a page acts on a finding or an order: once per form, never on what was not seen."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from accounts.decorators import person
from core.form_token import once, seen_version
from deadlines.sweep import settle
from documents.actions import digest_of
from oversight import actions
from oversight.forms import NewOrderForm
from oversight.models import Matter


def issue(request: HttpRequest, form: NewOrderForm) -> str:
    """Issue an order from its form, once per key, and return its number.

    Raises:
        Problem: everything that `actions.issue_named` refuses; the key stays good then.
    """
    by, said = person(request), form.cleaned_data

    def act() -> str:
        values = {name: said[name] for name in ("application", "permit", "text", "clause", "days")}
        return actions.issue_named(to=form.to, by=by, **values).number

    number: str = once(request, {"issue": said}, act)
    return number


def take(request: HttpRequest, matter: Matter, action: str, said: Mapping[str, Any]) -> None:
    """Take a step from its form, once per key, words and files."""
    settle(matter.ref)
    by, verb, values = person(request), actions.VERBS[type(matter)][action], dict(said)
    body: dict[str, Any] = {action: {name: values[name] for name in values if name != "evidence"}}
    if "evidence" in values:
        values["uploads"] = values.pop("evidence")
        body["files"] = [digest_of(upload) for upload in values["uploads"]]

    def act() -> None:
        verb(matter, by=by, version=seen_version(request), **values)

    once(request, body, act)
