"""A forgotten password: the phone of the account shows itself by a code, and a new one is set.

Whether a phone has an account is told to nobody but whoever has shown the phone.
"""

import logging
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions import change_password
from accounts.forms import ForgottenForm
from accounts.parties import PhoneCode
from accounts.queries import accounts_of_phone
from applications.forms import PhoneForm
from applications.views.codes import NOT_SENT, SHOWN, drawn, send, shown, taking

log = logging.getLogger("tongdian.security")
PASSWORD = PhoneCode.Purpose.PASSWORD
#: For so long a new password can be set once the phone has shown itself.
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
def code(request: HttpRequest) -> HttpResponse:
    return taking(
        request,
        PASSWORD,
        here="applications:forgotten-code",
        before="applications:forgotten",
        onward="applications:forgotten-new",
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Set a new password for an account of the phone; its sessions and tokens end."""
    phone = shown(request, PASSWORD, LASTS)
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
