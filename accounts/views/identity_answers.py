"""What an answer of an identity service leads to: a session, an account, a link, or why nothing.

The answer's own address, which has the code, shows no page: it leads on to one of ours.
"""

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from cryptography.exceptions import InvalidTag
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits, sign_in
from accounts.decorators import person as person_of
from accounts.forms import IdentityAccountForm
from accounts.identities import ConfirmedIdentity, confirm
from accounts.models import User
from accounts.oidc import authorization, links
from accounts.oidc.authorization import Asked, Person, Purpose, Refusal, Refused
from accounts.oidc.services import Service, name_of, service_of
from core.fields import blind_index, seal, unseal
from core.form_token import form_key, once
from core.place import one_client
from core.problems import Problem, Text
from rules.limits import Meter
from rules.limits import limits as rules_of_limits

log = logging.getLogger("tongdian.security")
#: What a session holds: why nothing came of an answer; sealed, who has shown itself without having
#: an account.
REFUSED: Final = "identity.refused"
SHOWN: Final = "identity.shown"
#: In the address of the page of refusals: this session has not waited for the answer.
STALE: Final = "stale"
WHY: Final[Mapping[Refusal, Text]] = {
    Refusal.STALE: gettext_lazy(
        "This answer was taken already, came too late, or belongs to another browser or another "
        "session. Nothing has changed."
    ),
    Refusal.CANCELLED: gettext_lazy("It was cancelled there. Nothing has changed."),
    Refusal.UNANSWERED: gettext_lazy(
        "The service does not answer at the moment, or not as it should. This is not your fault, "
        "and nothing is lost."
    ),
    Refusal.UNTRUSTED: gettext_lazy(
        "What came back is not surely the answer of the service, so it was not believed. Begin "
        "again; if it happens again, take another way."
    ),
    Refusal.UNCONFIRMED: gettext_lazy(
        "The service has not told a name and an identity number that it has verified."
    ),
    Refusal.OTHER_PERSON: gettext_lazy(
        "Your session has ended, or somebody else acts in this browser now. Begin again."
    ),
    Refusal.LINKED_ELSEWHERE: gettext_lazy(
        "You are linked with another account already. Sign in by the service to get there; there "
        "you can also end the link."
    ),
    Refusal.LINKED_OTHERWISE: gettext_lazy(
        "This account is linked with somebody else at the service. End that link first."
    ),
    Refusal.CLOSED: gettext_lazy(
        "The account that is linked is closed. Whoever looks after the portal can open it again: "
        "ring one of the numbers below."
    ),
    Refusal.ROLE: gettext_lazy(
        "Whoever works here signs in with password and second factor, or with a passkey."
    ),
}


def refuse(
    request: HttpRequest, refused: Refused, service: Service, purpose: Purpose, next_url: str
) -> HttpResponse:
    """Lead to the page that says why, with the other ways."""
    log.info("identity service %s, %s: %s", service.code, purpose, refused)
    request.session[REFUSED] = {
        "why": refused.refusal, "service": service.code, "purpose": purpose, "next": next_url,
    }  # fmt: skip
    return redirect("accounts:identity-refused")


@never_cache
@require_safe
def refused(request: HttpRequest) -> HttpResponse:
    held = {} if STALE in request.GET else request.session.get(REFUSED, {})
    purpose = Purpose(held.get("purpose", Purpose.SIGN_IN))
    context = {
        "why": WHY[Refusal(held.get("why", Refusal.STALE))],
        "service": held.get("service", ""),
        "name": name_of(held.get("service", "")),
        "purpose": purpose.value,
        "next": held.get("next", ""),
    }
    return render(request, "accounts/identity_refused.html", context)


@never_cache
@require_safe
def answered(request: HttpRequest, service: str) -> HttpResponse:
    """Nothing is asked of the service unless this session waits for its answer."""
    known = service_of(service)
    asked = authorization.take(request, known)
    if asked is None:
        log.info("identity service %s: an answer to nothing", known.code)
        # Not noted in the session, which the first of two answers may have ended.
        return redirect(f"{reverse('accounts:identity-refused')}?{STALE}=1")
    try:
        found = authorization.person(request, known, asked)
        return LEADS_TO[asked.purpose](request, asked, found)
    except Refused as refused:
        return refuse(request, refused, known, asked.purpose, asked.next_url)


def _signed_in(request: HttpRequest, asked: Asked, found: Person) -> HttpResponse:
    """Who has a linked account is in it, with the second factor where it has one; who has none may
    have one made."""
    user = links.account_of(found)
    if user is not None:
        links.note_used(user, found)
        done = sign_in.begin(request, user, asked.next_url)
        return redirect(asked.next_url if done else "accounts:second-factor")
    if not found.confirmed:
        raise Refused(Refusal.UNCONFIRMED)
    # Another session, so that an id planted before is worth nothing.
    request.session.cycle_key()
    held = asdict(found) | {"subject_digest": found.subject_digest.hex(), "at": time.time()}
    said = json.dumps(held | {"next": asked.next_url})
    request.session[SHOWN] = seal(said, purpose=SHOWN)
    return redirect("accounts:identity-account")


def _linked(request: HttpRequest, asked: Asked, found: Person) -> HttpResponse:
    links.link(person_of(request), found)
    messages.success(request, _("Linked. You can sign in by this service now."))
    return redirect(asked.next_url)


def _face_checked(request: HttpRequest, asked: Asked, found: Person) -> HttpResponse:
    if not found.confirmed:
        raise Refused(Refusal.UNCONFIRMED)
    confirm(
        person_of(request).party,
        ConfirmedIdentity.Means.FACE,
        found.service,
        found.name,
        found.id_number,
    )
    log.info("identity confirmed by a face check: party %s", asked.party)
    messages.success(request, _("Your identity is confirmed. No picture of you came to us."))
    return redirect(asked.next_url)


LEADS_TO: Final = {
    Purpose.SIGN_IN: _signed_in,
    Purpose.LINK: _linked,
    Purpose.FACE: _face_checked,
}


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Make an account for whoever has shown itself; who has one signs in and links it there."""
    shown = _shown(request)
    form = IdentityAccountForm(request.POST or None)
    status, headers = 200, {}
    if request.method == "POST" and form.is_valid():
        try:
            user = _registered(request, shown, form.cleaned_data["phone"])
        except Refused as refused:
            form.add_error(None, str(WHY[refused.refusal]))
        except Problem as problem:
            form.add_error(None, str(problem.detail))
            status, headers = problem.status, problem.headers
        else:
            next_url = sign_in.safe_next(request, request.POST.get("next", ""))
            done = sign_in.begin(request, user, next_url)
            return redirect(next_url if done else "accounts:second-factor")
    if shown is None:
        return redirect("accounts:sign-in")
    found, next_url = shown
    context = {
        "form": form,
        "form_key": form_key(request),
        "person": found,
        "name": name_of(found.service),
        "next": next_url,
    }
    response = render(request, "accounts/identity_account.html", context, status=status)
    for name, value in headers.items():
        response[name] = value
    return response


def _registered(request: HttpRequest, shown: tuple[Person, str] | None, phone: str) -> User:
    """The account that is made, once: a second click comes with the session that the first one has
    ended.

    Raises:
        Refused: nobody has shown itself, or whose account it is does not get in.
        TooMany: too many accounts were made just now.
    """

    def register() -> int:
        if shown is None:
            raise Refused(Refusal.STALE)
        limits.spend(Meter.REGISTER_ADDRESS, one_client(request))
        limits.spend(Meter.REGISTER_SITE)
        limits.spend(Meter.REGISTER_PHONE, phone)
        return links.register(shown[0], phone).pk

    pk = once(request, {"phone": blind_index(phone, "phone").hex()}, register)
    user = links.just_registered(pk)
    if user is None:
        raise Refused(Refusal.STALE)
    return user


def _shown(request: HttpRequest) -> tuple[Person, str] | None:
    """Who has shown itself in this session, and the page that was wanted; for as long as an answer
    is waited for."""
    try:
        held = json.loads(unseal(request.session[SHOWN], purpose=SHOWN))
    except (KeyError, InvalidTag):  # none, or its key is out of use
        return None
    at, next_url = held.pop("at"), held.pop("next")
    if time.time() - at > rules_of_limits().windows[Meter.IDENTITY_STATE].seconds:
        return None
    digest = bytes.fromhex(held.pop("subject_digest"))
    return Person(subject_digest=digest, **held), next_url
