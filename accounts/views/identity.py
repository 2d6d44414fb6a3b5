"""Identity services: sending a person there, and what is one's own of it.

A form cannot lead to another site (`form-action`), so it is answered with a page that leads on.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries, sign_in
from accounts.decorators import account_only, person, shows_secret, signed_in
from accounts.forms import PresentPasswordForm
from accounts.identities import ConfirmedIdentity, FaceConsent
from accounts.oidc import authorization, links
from accounts.oidc.authorization import Purpose, Refusal, Refused
from accounts.oidc.services import Service, name_of, service_of, services, with_face_check
from accounts.views.identity_answers import refuse
from core.form_token import form_key, once
from core.place import one_client
from core.problems import Missing


def leave(request: HttpRequest, service: Service, purpose: Purpose, next_url: str) -> HttpResponse:
    """Answer a form with the page that leads to a service."""
    try:
        address = authorization.begin(request, service, purpose, next_url)
    except Refused as refused:
        return refuse(request, refused, service, purpose, next_url)
    response = render(request, "accounts/leaving.html", {"service": service, "address": address})
    response["Refresh"] = f"0; url={address}"
    return response


@shows_secret
@never_cache
@require_POST
def sign_in_by(request: HttpRequest, service: str) -> HttpResponse:
    next_url = sign_in.safe_next(request, request.POST.get("next", ""))
    known = service_of(service)
    if request.user.is_authenticated and request.user.has_account:
        return redirect(next_url)
    return leave(request, known, Purpose.SIGN_IN, next_url)


@never_cache
@signed_in
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What was confirmed, by whom, and which services sign in to the account."""
    user = person(request)
    links_made = queries.identity_links_of(user) if user.has_account else ()
    linked = {row.service: row for row in links_made}
    may_link = user.has_account and not user.works_here
    offered = [service.code for service in services()] if may_link else []
    identity = ConfirmedIdentity.objects.of(user.party_id)
    context = {
        "identity": identity,
        "confirmed_by": name_of(identity.service) if identity else "",
        # A link can be ended whatever has become of the service, or of the account's roles.
        "rows": [
            (code, name_of(code), linked.get(code)) for code in dict.fromkeys([*offered, *linked])
        ],
        "face_checks": with_face_check(),
    }
    return render(request, "accounts/identity.html", context)


@signed_in
@require_POST
def end(request: HttpRequest) -> HttpResponseBase:
    """Whoever has nothing confirmed is told the same: it is so now."""
    ConfirmedIdentity.objects.filter(party=person(request).party_id).end()
    messages.success(
        request, _("The confirmation has ended. Its name and number are not kept any more.")
    )
    return redirect("accounts:identity")


@shows_secret
@never_cache
@sensitive_post_parameters()
@account_only
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, service: str) -> HttpResponseBase:
    """Link the account with a service, or end that: either takes the present password. A link with
    a service that is set no more can still be ended."""
    user = person(request)
    held = queries.identity_links_of(user).filter(service=service).first()
    known = service_of(service) if held is None else None
    form = PresentPasswordForm(request.POST or None, user=user, client=one_client(request))
    if request.method == "POST" and form.is_valid():
        # What is wanted is said by the form: a second click does not undo the first.
        if request.POST.get("do") == "unlink":
            links.unlink(user, service)
            messages.success(request, _("The link has ended. Nobody signs in by it any more."))
            return redirect("accounts:identity")
        if known is None:
            return redirect("accounts:identity")
        if user.works_here:
            role = Refused(Refusal.ROLE)
            return refuse(request, role, known, Purpose.LINK, reverse("accounts:identity"))
        return leave(request, known, Purpose.LINK, reverse("accounts:identity"))
    context = {
        "form": form,
        "name": name_of(service),
        "linked": held,
        "has_password": user.has_usable_password(),
    }
    return render(request, "accounts/identity_link.html", context)


@shows_secret
@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def face(request: HttpRequest, service: str) -> HttpResponseBase:
    """Ask for consent to a face check, and keep when it was given (PIPL 29)."""
    known, user = service_of(service), person(request)
    if not known.face_acr:
        raise Missing
    wanted = request.POST.get("next") or request.GET.get("next", "")
    next_url = sign_in.safe_next(request, wanted) if wanted else reverse("accounts:identity")
    if request.method != "POST":
        context = {"service": known, "next": next_url, "form_key": form_key(request)}
        return render(request, "accounts/face_consent.html", context)

    def agreed() -> int:
        consent = FaceConsent.objects.create(party_id=user.party_id, service=known.code)
        return int(consent.pk)

    once(request, {"service": known.code}, agreed)
    return leave(request, known, Purpose.FACE, next_url)
