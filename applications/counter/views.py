"""How a clerk takes a step of the customer by a code, on the page of the step: the customer is sent
it for exactly what stands in the form, reads it out, and the step is taken with it."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.decorators import person
from applications.actions import CASES
from applications.counter.actions import take_code
from applications.counter.confirming import WORDS, send
from applications.counter.serializers import CODE_MAX
from applications.models import Application
from applications.views.codes import NOT_SENT
from core.fields import blind_index
from core.forms import BodyForm
from core.identifiers import is_mobile, plain
from core.place import one_client
from core.problems import Invalid
from core.templatetags.city import masked_phone
from core.widgets import line_of
from documents.actions import digest_of
from ledger.record import text_of
from notifications.providers import is_open
from rules.delivery import Channel
from workflow.pages import act_once

CODE: Final = "code"


def phone_for_code(case: Application, action: str) -> str:
    """The phone to which the customer of a counter can be sent a code for an act, masked; empty
    where there is none."""
    able = action in case.signed_for() and action in WORDS and is_open(Channel.SMS)
    return masked_phone(case.phone) if able and is_mobile(case.phone) else ""


def with_code(form: BodyForm) -> BodyForm:
    """The form of an act with the code that the customer reads out."""
    form.fields[CODE] = forms.CharField(
        label=gettext_lazy("Code from the customer's SMS"),
        help_text=gettext_lazy(
            "Instead of a signed paper. It holds for exactly what stands here: where you change "
            "something, the customer needs another one."
        ),
        required=False,
        max_length=CODE_MAX,
        widget=line_of(10, inputmode="numeric", autocomplete="off"),
    )
    return form


def said_of(form: BodyForm) -> tuple[dict[str, Any], str]:
    """The body of a valid form, and the code beside it."""
    code = form.cleaned_data.get(CODE, "")
    return {name: said for name, said in form.body().items() if name != CODE}, plain(str(code))


def send_for(
    request: HttpRequest,
    case: Application,
    action: str,
    form: BodyForm,
    page: Callable[[BodyForm], HttpResponse],
) -> HttpResponse:
    """Send the customer a code for what stands in a form, and draw it again as it was typed."""
    if not form.is_valid():
        return page(form)
    if reason := CASES.why_not(case, action):
        form.add_error(None, reason)
        return page(form)
    try:
        send(case, action, said_of(form)[0], client=one_client(request))
    except (*NOT_SENT, Invalid) as problem:
        form.refused(problem)
        return page(form)
    said = _("A code was sent to %(phone)s. The customer reads it out.")
    messages.success(request, said % {"phone": masked_phone(case.phone)})
    return page(form)


def take_confirmed(request: HttpRequest, case: Application, action: str, form: BodyForm) -> None:
    """Take an act from a page; where the customer has read out a code, confirmed by it.

    Raises:
        Problem: everything that `Workflow.perform` refuses; Invalid: the code is not right.
    """
    body, code = said_of(form)
    by, uploads = person(request), form.uploads()
    if code:
        take_code(case, action, body, code)

    def act(version: int) -> None:
        said = {"action": action, "body": body}
        if code:
            CASES.perform(case, "confirm_decision", by=by, body=said, version=version)
        CASES.perform(
            case, action, by=by, body=body, uploads=uploads, version=None if code else version
        )

    # What is kept of the form tells nothing of the customer.
    same = {
        "act": action,
        "said": blind_index(text_of([body, code]), "decision form").hex(),
        "files": [digest_of(each) for each in uploads],
    }
    act_once(request, CASES, case, same, act)
