"""How a page acts on a signal: once per form, never on what the person has not seen."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpRequest

from accounts.decorators import person
from core.form_token import once, seen_version
from documents.actions import digest_of
from integrity import actions
from integrity.forms import ExplainForm
from integrity.models import Signal

#: The step of each form of the regulator.
STEPS: Final[dict[str, Callable[..., Signal]]] = {
    "accept": actions.accept,
    "confirm": actions.confirm,
    "order": actions.order,
}


def explain(request: HttpRequest, signal: Signal, form: ExplainForm) -> None:
    """Explain a signal from its form, once per key, words and files."""
    text, uploads = form.cleaned_data["text"], form.cleaned_data["evidence"]
    body = {"explain": text, "files": [digest_of(upload) for upload in uploads]}
    _take(request, signal, body, actions.explain, {"text": text, "uploads": uploads})


def decide(request: HttpRequest, signal: Signal, action: str, said: Mapping[str, Any]) -> None:
    """Take a step of the regulator from its form, once per key and words."""
    _take(request, signal, {action: dict(said)}, STEPS[action], said)


def _take(
    request: HttpRequest,
    signal: Signal,
    body: Any,
    step: Callable[..., Signal],
    said: Mapping[str, Any],
) -> None:
    by = person(request)

    def act() -> None:
        step(signal=signal, by=by, version=seen_version(request), **said)

    once(request, body, act)
