"""Passkeys: the account's own, and signing in with one.

A script asks for a challenge, has the browser answer it, and sends the answer with the page's form.
"""

import logging

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import passkeys, queries, sign_in
from accounts.decorators import account_only, person
from accounts.forms import PasskeyForm, SignInForm, show_problem
from accounts.views.entry import sign_in_page
from core.form_token import form_key, fresh_key, once
from core.place import one_client
from core.problems import QuotaReached

log = logging.getLogger("tongdian.security")


@never_cache
@sensitive_post_parameters()
@account_only
@require_http_methods(["GET", "HEAD", "POST"])
def own_passkeys(request: HttpRequest) -> HttpResponseBase:
    """To add one takes the present password: whoever finds a session open makes no way in of it."""
    user = person(request)
    form = PasskeyForm(request.POST or None, user=user, client=one_client(request))
    if request.method == "POST" and form.is_valid():
        said, answer = form.cleaned_data, request.POST.get("passkey", "")
        try:
            # A second click finds the challenge used, and is told the same.
            once(
                request,
                {"name": said["name"]},
                lambda: passkeys.add(request, user, name=said["name"], answer=answer).pk,
            )
        except passkeys.Refused as refused:
            log.info("passkey not added: account %s: %s", user.pk, refused)
            form.add_error(None, _("No passkey was made. Try once more."))
        except QuotaReached as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The passkey has been added. You can sign in with it now."))
            return redirect("accounts:passkeys")
    context = {
        "form": form,
        # A refused form is made anew: its answer can be given to no challenge again.
        "form_key": fresh_key() if form.is_bound else form_key(request),
        "rows": queries.passkeys_of(user)[:100],
    }
    return render(request, "accounts/passkeys.html", context)


@never_cache
@account_only
@require_POST
def ask_to_add(request: HttpRequest) -> HttpResponseBase:
    return JsonResponse(passkeys.ask_to_add(request, person(request)))


@never_cache
@account_only
@require_POST
def ask_to_close(request: HttpRequest) -> HttpResponseBase:
    """A challenge for closing the account (`applications.views.closing`)."""
    return JsonResponse(passkeys.ask_to_sign(request, passkeys.Purpose.CLOSE))


@never_cache
@account_only
@require_POST
def ask_to_confirm(request: HttpRequest) -> HttpResponseBase:
    """A challenge for showing once more who one is (`accounts.confirmation`)."""
    return JsonResponse(passkeys.ask_to_sign(request, passkeys.Purpose.CONFIRM))


@account_only
@require_POST
def remove(request: HttpRequest, passkey_id: int) -> HttpResponseBase:
    if not passkeys.remove(person(request), passkey_id):
        raise Http404
    messages.success(request, _("The passkey has been removed. Nobody signs in with it any more."))
    return redirect("accounts:passkeys")


@never_cache
@require_POST
def ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    return JsonResponse(passkeys.ask_to_sign(request))


@never_cache
@sensitive_post_parameters()
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """A passkey that verified its user is both factors."""
    next_url = sign_in.safe_next(request, request.POST.get("next", ""))
    try:
        user = passkeys.signer(request, request.POST.get("passkey", ""))
    except passkeys.Refused as refused:
        log.info("passkey refused: %s", refused)
        problem = _(
            "This passkey was not accepted. Sign in with your password, or with a code to your "
            "phone; nothing is lost."
        )
        return sign_in_page(request, SignInForm(), next_url, ended=False, problem=problem)
    log.info("signed in by a passkey: account %s", user.pk)
    sign_in.finish(request, user, second_factor=True)
    return redirect(next_url)
