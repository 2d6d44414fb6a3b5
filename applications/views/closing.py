"""The pages on which a person closes the own account: with the present password, a passkey, or a
code to the account's phone, so that whoever has one of them alone can do it too."""

import logging
from typing import Final

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import passkeys
from accounts.decorators import account_only, person
from accounts.forms import PresentPasswordForm
from accounts.models import User
from accounts.parties import Contact, PhoneCode
from applications.closing import close, hindrance
from applications.views.codes import NOT_SENT, asking_code, send
from core.form_token import form_key, posted
from core.identifiers import is_mobile
from core.place import one_client
from core.problems import Problem, Text, WrongState
from notifications.providers import is_open
from rules.delivery import Channel

log = logging.getLogger("tongdian.security")
CLOSE: Final = PhoneCode.Purpose.CLOSE
CODE: Final = "applications:close-account-code"
REFUSED: Final = gettext_lazy(
    "This passkey was not accepted. Try once more, or take another way; nothing is lost."
)


@never_cache
@sensitive_post_parameters()
@account_only
@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: HttpRequest) -> HttpResponse:
    """Say what goes, what stays and what stands in the way; close it by one of the ways."""
    user, way = person(request), request.POST.get("do", "password")
    if request.method == "POST" and not hindrance(user):
        if way == "code":
            return _send_code(request, user)
        if way == "passkey":
            return _close(request, user) if _has_signed(request, user) else _page(request, REFUSED)
    form = PresentPasswordForm(
        posted(request) if way == "password" else None, user=user, client=one_client(request)
    )
    if request.method == "POST" and not hindrance(user) and form.is_valid():
        return _close(request, user)
    return _page(request, form=form)


@never_cache
@sensitive_post_parameters()
@account_only
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code that was sent to the account's phone, and close it."""
    user = person(request)

    def shown(pk: int) -> HttpResponse:
        row = PhoneCode.objects.get(pk=pk)
        if row.address != user.phone:
            return redirect("applications:close-account")
        return _close(request, user)

    before, button = "applications:close-account", _("Close my account")
    return asking_code(request, CLOSE, here=CODE, before=before, shown=shown, button=button)


def _has_signed(request: HttpRequest, user: User) -> bool:
    """Whether a passkey of this very account has signed what it was asked for closing it."""
    try:
        signer = passkeys.signer(request, request.POST.get("passkey", ""), passkeys.Purpose.CLOSE)
    except passkeys.Refused as refused:
        log.info("passkey refused: account %s: %s", user.pk, refused)
        return False
    return signer.pk == user.pk


def _send_code(request: HttpRequest, user: User) -> HttpResponse:
    if not is_mobile(user.phone):
        return redirect("applications:close-account")
    known = user.party.contacts.reachable().filter(channel=Contact.Channel.SMS)
    contact = known.filter(address_digest=user.phone_index).first()
    try:
        send(request, user.phone, contact, purpose=CLOSE)
    except NOT_SENT as problem:
        return _page(request, problem=problem)
    return redirect(CODE)


def _close(request: HttpRequest, user: User) -> HttpResponse:
    try:
        close(user)
    except WrongState:
        return redirect("applications:close-account")  # which says why
    logout(request)
    messages.success(request, _("Your account is closed, and you are signed out everywhere."))
    return redirect("home")


def _page(
    request: HttpRequest,
    refused: Text = "",
    *,
    form: PresentPasswordForm | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    user, why = person(request), refused or (problem and problem.detail)
    reason = hindrance(user)
    context = {
        "form": form or PresentPasswordForm(user=user, client=one_client(request)),
        "form_key": form_key(request),
        "reason": reason,
        "has_password": user.has_usable_password(),
        "has_passkey": user.passkeys.exists(),
        "phone": user.phone if is_mobile(user.phone) and is_open(Channel.SMS) else "",
        "errors": [{"text": why}] if why else [],
    }
    status = 200
    if request.method == "POST":
        status = 409 if reason else problem.status if problem else 422
    response = render(request, "applications/close_account.html", context, status=status)
    for name, value in (problem.headers if problem else {}).items():
        response[name] = value
    return response
