"""A forgotten password: the phone of the account shows itself by a code, and a new one is set.

Whether a phone has an account is told to nobody but whoever has shown the phone.
"""

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions import change_password
from accounts.codes import SHOWN, shown
from accounts.forms import ForgottenForm
from accounts.parties import PhoneCode
from accounts.queries import accounts_of_phone
from applications.views.codes import asking_phone, taking

log = logging.getLogger("tongdian.security")
PASSWORD = PhoneCode.Purpose.PASSWORD


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponseBase:
    """Ask for the phone; a code is sent to any, and the answer is the same for all."""
    if request.user.is_authenticated:
        return redirect("accounts:settings")
    return asking_phone(request, PASSWORD, page="forgotten", onward="applications:forgotten-code")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    return taking(
        request,
        PASSWORD,
        here="applications:forgotten-code",
        before="applications:forgotten",
        onward=lambda _request: redirect("applications:forgotten-new"),
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Set a new password for an account of the phone; its sessions and tokens end."""
    phone = shown(request, PASSWORD)
    if phone is None:
        return redirect("applications:forgotten")
    accounts = accounts_of_phone(phone.address)
    form = ForgottenForm(request.POST or None, accounts=accounts)
    if accounts and request.method == "POST" and form.is_valid():
        user = form.person()
        change_password(user=user, password=form.cleaned_data["password"])
        log.info("password set anew: account %s", user.pk)
        del request.session[SHOWN[PASSWORD]]
        text = _("The new password holds. Sign in with the username %(username)s.")
        messages.success(request, text % {"username": user.username})
        return redirect("accounts:sign-in")
    context = {"form": form, "accounts": accounts}
    return render(request, "applications/forgotten_new.html", context)
