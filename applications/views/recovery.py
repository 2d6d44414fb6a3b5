"""A forgotten password: the phone of the account shows itself by a code, and a new one is set.

Whether a phone has an account is told to nobody but whoever has shown the phone.
"""

import logging
from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import codes
from accounts.actions import change_password
from accounts.forms import ForgottenForm
from accounts.models import User
from accounts.parties import PhoneCode
from accounts.queries import accounts_of_phone
from accounts.sign_in import age
from applications.forms import CodeForm, PhoneForm
from applications.views.visit import NOT_SENT, code_page, drawn, send
from core.fields import blind_index
from core.form_token import once

log = logging.getLogger("tongdian.security")
PASSWORD = PhoneCode.Purpose.PASSWORD
#: What a session holds whose phone has shown itself: the code, and when.
SHOWN = "password.shown"
#: For so long a new password can be set then.
LASTS = timedelta(minutes=10)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponseBase:
    """Ask for the phone; a code is sent to any, and the answer is the same for all."""
    if request.user.is_authenticated:
        return redirect("accounts:settings")
    form, problem = PhoneForm(request.POST or None), None
    form.fields["phone"].help_text = _("The one of your account. A code is sent there.")
    if request.method == "POST" and form.is_valid():
        try:
            send(request, form.cleaned_data["phone"], purpose=PASSWORD)
        except NOT_SENT as refused:
            problem = refused
            form.add_error(None, str(refused.detail))
        else:
            return redirect("applications:forgotten-code")
    return drawn(request, "forgotten", {"form": form}, problem)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    form, problem = CodeForm(request.POST or None), None
    if request.POST.get("do") != "again" and request.method == "POST" and form.is_valid():
        shown = _taken(request, form.cleaned_data["code"])
        if shown is not None:
            # Another session, so that an id planted before is worth nothing.
            request.session.flush()
            request.session[SHOWN] = {"code": shown, "at": timezone.now().timestamp()}
            return redirect("applications:forgotten-new")
        log.info("code refused")
        form.add_error("code", _("This code is not right, or does not hold any more."))
    waiting = codes.asked(request, PASSWORD)
    if waiting is None:
        return redirect("applications:forgotten")
    if request.POST.get("do") == "again":
        try:
            send(request, waiting.address, purpose=PASSWORD)
        except NOT_SENT as refused:
            form, problem = CodeForm(), refused
        else:
            return redirect("applications:forgotten-code")
    here, before = "applications:forgotten-code", "applications:forgotten"
    return code_page(request, waiting, form, problem, here=here, before=before)


def _taken(request: HttpRequest, code: str) -> int | None:
    """A second click finds its code used and its session gone, and is told the same."""

    def take() -> int | None:
        with transaction.atomic():
            row = codes.take(request, PASSWORD, code)
        return row.pk if row else None

    pk = once(request, {"code": blind_index(code, "code").hex()}, take)
    just_now = timezone.now() - codes.SECOND_CLICK
    used = PhoneCode.objects.filter(pk=pk or 0, purpose=PASSWORD, used_at__gt=just_now)
    return pk if used.exists() else None


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Set a new password for an account of the phone; its sessions and tokens end."""
    accounts = shown_accounts(request)
    if accounts is None:
        return redirect("applications:forgotten")
    form = ForgottenForm(request.POST or None, accounts=accounts)
    if accounts and request.method == "POST" and form.is_valid():
        user = form.person()
        change_password(user=user, password=form.cleaned_data["password"])
        log.info("password set anew: account %s", user.pk)
        del request.session[SHOWN]
        text = _("The new password holds. Sign in with the username %(username)s.")
        messages.success(request, text % {"username": user.username})
        return redirect("accounts:sign-in")
    context = {"form": form, "accounts": accounts}
    return render(request, "applications/forgotten_new.html", context)


def shown_accounts(request: HttpRequest) -> list[User] | None:
    """The accounts of the phone that has shown itself in this session; None without one."""
    held = request.session.get(SHOWN)
    if held is None or age(held["at"]) > LASTS:
        return None
    row = PhoneCode.objects.filter(pk=held["code"], purpose=PASSWORD).first()
    return accounts_of_phone(row.address) if row else None
