"""Applying without an account: a phone shows itself by a code; a link leads back to what is begun.

The token of a link is in one address only, whose page notes it in the session and leads on.
"""

import logging
from collections.abc import Mapping

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits, visits
from accounts.models import Contact, User
from applications.forms import CodeForm, PhoneForm
from core.place import one_client
from core.problems import Missing, TooMany
from notifications.addresses import Address
from notifications.outbox import send_code
from notifications.providers import is_open
from rules.delivery import Channel
from rules.limits import Meter
from rules.limits import limits as rules_of_limits

log = logging.getLogger("tongdian.security")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponseBase:
    """Ask for the phone of somebody who begins; whether it is known is neither asked nor told."""
    if request.user.is_authenticated:
        return redirect("applications:apply")
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            send(request, form.cleaned_data["phone"])
        except TooMany as problem:
            form.add_error(None, str(problem.detail))
            return starting(request, form, status=problem.status, headers=problem.headers)
        return redirect("applications:code")
    return starting(request, form)


def starting(
    request: HttpRequest,
    form: PhoneForm | None = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Draw the two ways to apply: with an account, and without."""
    context = {"form": form or PhoneForm(), "open": is_open(Channel.SMS)}
    response = render(request, "applications/start.html", context, status=status)
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def send(request: HttpRequest, number: str, contact: Contact | None = None) -> None:
    """Raises TooMany, and Busy where nobody carries SMS."""
    limits.spend(Meter.CODE_ADDRESS, one_client(request))
    limits.spend(Meter.CODE_PAUSE, number)
    limits.spend(Meter.CODE_PHONE, number)
    limits.spend(Meter.CODE_SITE)
    with transaction.atomic():
        code = visits.ask(request, phone=number, contact=contact)
        send_code(
            Address(Channel.SMS, number),
            secret={"code": code},
            lasts=visits.code_life(),
            language=get_language() or User.Language.ZH,
        )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """Take the code; whoever has shown it acts as the party of the phone from now on."""
    waiting, link = visits.asked(request), visits.followed(request)
    if waiting is None:
        return redirect("applications:return" if link else "applications:apply")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        contact = visits.confirm(request, form.cleaned_data["code"])
        if contact is not None:
            visits.enter(request, contact)
            if link and link.contact_id == contact.pk:
                return redirect("applications:draft", link.number)
            return redirect("applications:apply")
        log.info("code refused")
        form.add_error("code", _("This code is not right, or does not hold any more."))
    held = rules_of_limits().windows[Meter.CODE_TRIES]
    context = {
        "form": form,
        "phone": waiting.address,
        "minutes": held.minutes,
        "tries": held.most,
        "again_url": reverse(f"applications:{'return' if waiting.contact_id else 'apply'}"),
    }
    return render(request, "applications/code.html", context)


@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponseBase:
    """Only reads: what looks at links in messages before a person does sends no code."""
    link = visits.follow(request, token)
    if link is None:
        raise Missing
    response = redirect("applications:return")
    response["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest) -> HttpResponseBase:
    """Somebody has opened a link: a code goes to the phone that it belongs to."""
    link = visits.followed(request)
    if link is None:
        return redirect("applications:apply")
    visit = visits.contact_of(request)
    if visit is not None and visit.pk == link.contact_id:
        return redirect("applications:draft", link.number)
    context = {"phone": link.contact.address, "open": is_open(Channel.SMS)}
    if request.method == "POST":
        send(request, link.contact.address, link.contact)
        return redirect("applications:code")
    return render(request, "applications/return.html", context)


def leave_link(request: HttpRequest, number: str) -> None:
    """Send a visitor the way back to what was begun; in the transaction that begins it.

    Raises:
        TooMany: so many were begun with this phone.
    """
    contact = visits.contact_of(request)
    if contact is None:
        return
    limits.spend(Meter.LINK_PHONE, contact.address)
    token = visits.make_link(request, contact, number)
    send_code(
        Address(Channel.SMS, contact.address),
        kind="contact.link_sent",
        secret={"link": address_of(request, token)},
        context={"number": number},
        lasts=visits.LINK_LASTS,
        language=get_language() or User.Language.ZH,
    )


def link_shown(request: HttpRequest, number: str) -> str:
    """The link to be shown on the page of a visitor, if this session has it; else empty."""
    token = visits.shown(request, number)
    if token is None:
        return ""
    request.shows_secret = True  # type: ignore[attr-defined]
    return address_of(request, token)


def address_of(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("applications:follow", args=[token]))
