"""How a page acts on an order: once per form, never on what the person has not seen."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from accounts.decorators import person
from core.form_token import once, seen_version
from deadlines.sweep import settle
from documents.actions import digest_of
from rectification import actions, intake
from rectification.forms import AnswerForm, NewOrderForm
from rectification.models import Order

#: The step of each form of the deciding side.
STEPS: dict[str, Callable[..., Order]] = {
    "return": actions.return_,
    "close": actions.close,
    "escalate": actions.escalate,
}


def issue(request: HttpRequest, form: NewOrderForm) -> str:
    """Issue an order from its form, once per key, and return its number.

    Raises:
        Problem: everything that `intake.issue` refuses; the key stays good then.
    """
    by, said = person(request), form.cleaned_data

    def act() -> str:
        values = {name: said[name] for name in ("application", "permit", "text", "clause", "days")}
        return intake.issue(to=form.to, by=by, **values).number

    number: str = once(request, {"issue": said}, act)
    return number


def answer(request: HttpRequest, order: Order, form: AnswerForm) -> None:
    """Answer an order from its form, once per key, words and files."""
    text, uploads = form.cleaned_data["text"], form.cleaned_data["evidence"]
    body = {"answer": text, "files": [digest_of(upload) for upload in uploads]}
    _take(request, order, body, actions.answer, {"text": text, "uploads": uploads})


def decide(request: HttpRequest, order: Order, action: str, reason: str) -> None:
    """Take a step of the deciding side from its form, once per key and words."""
    _take(request, order, {action: reason}, STEPS[action], {"reason": reason})


def _take(
    request: HttpRequest, order: Order, body: Any, step: Callable[..., Order], said: dict[str, Any]
) -> None:
    settle(order.ref)
    by = person(request)

    def act() -> None:
        step(order=order, by=by, version=seen_version(request), **said)

    once(request, body, act)
