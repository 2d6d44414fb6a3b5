"""Sending a code to a phone, asking for it, and what a phone opens that has shown itself."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import codes
from accounts.parties import Contact, PhoneCode
from applications.codes import issue
from applications.forms import CodeForm, PhoneForm
from core.fields import blind_index
from core.form_token import form_key, fresh_key, once
from core.place import one_client
from core.problems import Busy, Problem, TooMany
from core.templatetags.city import masked_phone
from notifications.providers import is_open
from rules.delivery import Channel
from rules.limits import Meter
from rules.limits import limits as rules_of_limits

log = logging.getLogger("tongdian.security")
#: Whoever asks for these has opened a link and has typed no phone.
BY_LINK = (PhoneCode.Purpose.OFFICE, PhoneCode.Purpose.OFFER, PhoneCode.Purpose.OPINION)
#: Said on the page where the code was asked for: what was typed there stays.
NOT_SENT = (TooMany, Busy)


def drawn(
    request: HttpRequest, page: str, context: Mapping[str, Any], problem: Problem | None = None
) -> HttpResponse:
    """A page from which a code can be sent, or why none is sent now."""
    common = {"form_key": form_key(request), "open": is_open(Channel.SMS)}
    status = problem.status if problem else 200
    response = render(request, f"applications/{page}.html", {**common, **context}, status=status)
    for name, value in (problem.headers if problem else {}).items():
        response[name] = value
    return response


def send(
    request: HttpRequest,
    number: str,
    contact: Contact | None = None,
    purpose: PhoneCode.Purpose = PhoneCode.Purpose.VISIT,
    signs: str = "",
) -> None:
    """Send a code that this session waits for; the form sent twice sends one.

    Whoever comes back is counted apart from the phone, for which strangers can ask.

    Raises:
        TooMany: a limit is reached.
        Busy: nobody carries SMS.
    """

    def sent() -> int:
        return issue(one_client(request), number, contact, purpose=purpose, signs=signs)

    # What is kept of the request must not tell the number: there are few enough to try them all.
    wanted = {"phone": blind_index(number, "phone").hex(), "signs": signs}
    request.session[codes.ASKED[purpose]] = once(request, wanted, sent)


def asking_phone(
    request: HttpRequest, purpose: PhoneCode.Purpose, *, page: str, onward: str, **context: Any
) -> HttpResponse:
    """The page that asks for the phone of an account, and sends a code to any phone: known or not,
    nothing is looked up.

    Args:
        page: its template; `context` is for it.
        onward: the name of the page that takes the code.
    """
    waiting, problem = codes.asked(request, purpose), None
    mistyped = {"phone": waiting.address} if waiting else None
    form = PhoneForm(request.POST or None, initial=mistyped)
    form.fields["phone"].help_text = _("The one of your account. A code is sent there.")
    if request.method == "POST" and form.is_valid():
        try:
            send(request, form.cleaned_data["phone"], purpose=purpose)
        except NOT_SENT as refused:
            problem = refused
            form.add_error(None, str(refused.detail))
        else:
            return redirect(onward)
    return drawn(request, page, {"form": form, **context}, problem)


def code_page(
    request: HttpRequest,
    waiting: PhoneCode,
    form: CodeForm,
    problem: Problem | None = None,
    *,
    here: str,
    before: str,
    button: str = "",
    number: str = "",
) -> HttpResponse:
    """Ask for a code that was sent.

    Args:
        here: the address of the page itself, `before` that of the page before.
        button: what the code does, where it does more than to go on.
        number: of the case that it does this in.
    """
    held, holds = rules_of_limits().windows[Meter.CODE_TRIES], codes.holds(waiting)
    coming_back = waiting.contact_id is not None or waiting.purpose in BY_LINK
    sent_to = waiting.address
    context = {
        "form": form if holds else None,
        "holds": holds,
        # Whole for whoever typed it, to find a wrong figure in; the link is also others' to open.
        "phone": masked_phone(sent_to) if coming_back else _grouped(sent_to),
        "coming_back": coming_back,
        "minutes": held.minutes,
        "tries": held.most,
        "errors": [{"text": problem.detail}] if problem else [],
        "again_key": fresh_key(),
        "here": here,
        "before": before,
        "button": button or _("Continue"),
        "number": number,
    }
    return drawn(request, "code", context, problem)


def _grouped(number: str) -> str:
    return f"{number[:3]} {number[3:7]} {number[7:]}"


def asking_code(
    request: HttpRequest,
    purpose: PhoneCode.Purpose,
    *,
    here: str,
    before: str,
    shown: Callable[[int], HttpResponse],
    button: str = "",
) -> HttpResponse:
    """The page that takes a code for a purpose, or sends another one.

    Args:
        here: the name of the page, `before` that of the page before.
        shown: what answers whoever has shown the phone, by the id of the code.
        button: see `code_page`.
    """
    form, problem = CodeForm(request.POST or None), None
    again = request.POST.get("do") == "again"
    if request.method == "POST" and not again and form.is_valid():
        row = taken(request, purpose, form.cleaned_data["code"])
        if row is not None:
            return shown(row.pk)
        refuse_code(form)
    waiting = codes.asked(request, purpose)
    if waiting is None:
        return redirect(before)
    if again:
        try:
            send(request, waiting.address, waiting.contact, purpose, waiting.signs)
        except NOT_SENT as refused:
            form, problem = CodeForm(), refused
        else:
            return redirect(here)
    pages = {"here": reverse(here), "before": reverse(before)}
    return code_page(request, waiting, form, problem, **pages, button=button)


def taking(
    request: HttpRequest,
    purpose: PhoneCode.Purpose,
    *,
    here: str,
    before: str,
    onward: Callable[[HttpRequest], HttpResponse],
    along: Iterable[str] = (),
) -> HttpResponse:
    """As `asking_code`; what the phone opens is noted in another session.

    Args:
        onward: what answers whoever has shown the phone.
        along: what goes along of the session, which becomes another one.
    """

    def shown(pk: int) -> HttpResponse:
        kept = {name: request.session[name] for name in along if name in request.session}
        # Another session, so that an id planted before is worth nothing.
        request.session.flush()
        request.session.update(kept)
        codes.note_shown(request, purpose, pk)
        return onward(request)

    return asking_code(request, purpose, here=here, before=before, shown=shown)


def refuse_code(form: Form) -> None:
    """Say in a form that its code is wrong or does not hold any more, without telling which."""
    log.info("code refused")
    form.add_error("code", _("This code is not right, or does not hold any more."))


def take_once(request: HttpRequest, code: str, take: Callable[[], int | None]) -> int | None:
    """The id of a code that is taken once per form: a second click finds it used and its session
    gone, and is told the same."""
    pk: int | None = once(request, {"code": blind_index(code, "code").hex()}, take)
    return pk


def taken(
    request: HttpRequest,
    purpose: PhoneCode.Purpose,
    code: str,
    within: timedelta | None = None,
) -> PhoneCode | None:
    """The code that was typed, taken in a transaction of its own, which counts a wrong one; None
    for one that is wrong or does not hold, without telling which.

    Args:
        within: for how long a form that is sent again is told the same; None: a second click.
    """

    def take() -> int | None:
        with transaction.atomic():
            row = codes.take(request, purpose, code)
        return row.pk if row else None

    pk = take_once(request, code, take)
    return codes.just_taken(pk, purpose, within).first() if pk else None
