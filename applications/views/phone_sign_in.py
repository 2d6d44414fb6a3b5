"""Signing in by phone: it shows itself by a code, and an account of it is signed in.

Whether a phone has an account is told to nobody but whoever has shown the phone.
"""

import logging
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import codes, kept, sign_in, visits
from accounts.actions import confirm_phone
from accounts.forms import AccountForm
from accounts.models import User
from accounts.parties import PhoneCode
from accounts.queries import accounts_of_phone
from applications.views.codes import asking_phone, taking
from core.form_token import form_key, once

log = logging.getLogger("tongdian.security")
SIGN_IN = PhoneCode.Purpose.SIGN_IN
#: What a session holds: the page that was wanted.
NEXT: Final = "sign_in.next"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponseBase:
    """Ask for the phone; a code is sent to any, and the answer is the same for all."""
    wanted = _wanted(request)
    if request.user.is_authenticated and request.user.has_account:
        return redirect(wanted)
    if request.method == "POST":
        request.session[NEXT] = wanted
    return asking_phone(
        request, SIGN_IN, page="sign_in_phone", onward="applications:sign-in-code", next=wanted
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    return taking(
        request,
        SIGN_IN,
        here="applications:sign-in-code",
        before="applications:sign-in-phone",
        onward=_onward,
        along=[NEXT, kept.KEPT, *kept.OPENED],
    )


def _onward(request: HttpRequest) -> HttpResponse:
    """The only account of the phone is signed in; where there is not one, the next page asks."""
    phone = codes.shown(request, SIGN_IN)
    accounts = accounts_of_phone(phone.address) if phone else []
    if phone is None or len(accounts) != 1:
        return redirect("applications:sign-in-account")
    return _enter(request, accounts[0], phone)


def _enter(request: HttpRequest, user: User, phone: PhoneCode) -> HttpResponse:
    """The phone stands for the password: a second factor is still asked for."""
    next_url = _wanted(request)
    confirm_phone(user=user, phone=phone.address)
    log.info("signed in by a code: account %s", user.pk)
    done = sign_in.begin(request, user, next_url)
    return redirect(next_url if done else "accounts:second-factor")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Choose one of several accounts of the phone; without any, go on without one."""
    phone = _phone_of(request)
    if phone is None:
        return redirect("applications:sign-in-phone")
    accounts, next_url = accounts_of_phone(phone.address), _wanted(request)
    form = AccountForm(request.POST or None, accounts=accounts)
    if accounts and request.method == "POST" and form.is_valid():
        return _enter(request, form.person(), phone)
    if not accounts and request.method == "POST":
        start = reverse("applications:apply")
        visits.enter(request, visits.contact_of_code(phone.pk))
        return redirect(next_url if next_url.startswith(start) else start)
    context = {"form": form, "accounts": accounts, "next": next_url, "form_key": form_key(request)}
    return render(request, "applications/sign_in_account.html", context)


def _phone_of(request: HttpRequest) -> PhoneCode | None:
    """The phone that has shown itself; a second click on a form comes with the session that the
    first one has ended."""
    phone = codes.shown(request, SIGN_IN)
    if request.method != "POST":
        return phone
    pk = once(request, {}, lambda: phone.pk if phone else 0)
    return codes.just_taken(pk, SIGN_IN, codes.SHOWN_LASTS).first()


def _wanted(request: HttpRequest) -> str:
    """The page that was wanted: a form carries it, too."""
    wanted = request.POST.get("next") or request.GET.get("next") or request.session.get(NEXT, "")
    return sign_in.safe_next(request, wanted)
