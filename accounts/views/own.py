from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, queries, second_factor, sign_in
from accounts.decorators import account_only, person, shows_secret
from accounts.forms import CodeForm, PasswordForm, SettingsForm, TokenForm
from accounts.roles import Role
from accounts.views.entry import show_recovery_codes
from core.form_token import form_key, fresh_key, once
from core.place import one_client


@account_only
@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: HttpRequest) -> HttpResponseBase:
    user = person(request)
    form = SettingsForm(request.POST or None, initial={"language": user.language})
    if request.method == "POST" and form.is_valid():
        user.language = language = form.cleaned_data["language"]
        user.save(update_fields=["language"])
        with translation.override(language):
            messages.success(request, _("Your language has been saved."))
        response = redirect("accounts:settings")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response
    context = {
        "form": form,
        "roles": queries.grants_of(user).held_at(timezone.now()),
        "may_administer": user.role_in(Role.ADMINISTRATOR) is not None,
        "has_second_factor": second_factor.is_set_up(user),
    }
    return render(request, "accounts/settings.html", context)


@never_cache
@sensitive_post_parameters()
@account_only
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponseBase:
    """This session goes on, all others and every token end."""
    user = person(request)
    form = PasswordForm(request.POST or None, user=user, client=one_client(request))
    if request.method == "POST" and form.is_valid():
        actions.change_password(user=user, password=form.cleaned_data["password"])
        update_session_auth_hash(request, user)
        messages.success(
            request, _("Your password has been changed. Other devices and tokens are signed out.")
        )
        return redirect("accounts:settings")
    return render(request, "accounts/password.html", {"form": form})


@shows_secret
@never_cache
@sensitive_post_parameters()
@account_only
@require_http_methods(["GET", "HEAD", "POST"])
def own_second_factor(request: HttpRequest) -> HttpResponse:
    user = person(request)
    has_one = second_factor.is_set_up(user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code, codes = form.cleaned_data["code"], None
        if not has_one:
            codes = second_factor.confirm(user, code)
            update_session_auth_hash(request, user)
        elif second_factor.accepts(user, code):
            codes = second_factor.new_recovery_codes(user)
        if codes is not None:
            request.session[sign_in.SECOND_FACTOR] = True
            return show_recovery_codes(request, codes, reverse("accounts:settings"))
        form.add_error("code", _("This code is not right, or was used already."))
    secret = {} if has_one else second_factor.to_set_up(user)
    context = {"form": form, "has_one": has_one, **secret}
    template = "recovery_codes_new" if has_one else "second_factor_set_up"
    return render(request, f"accounts/{template}.html", context)


@shows_secret
@never_cache
@sensitive_post_parameters()
@account_only
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form, key = TokenForm(request.POST or None), form_key(request)
    shown: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        made: list[str] = []

        def issue() -> dict[str, Any]:
            token, _row = actions.issue_token(
                user=user,
                life=form.life(),
                second_factor=bool(request.session.get(sign_in.SECOND_FACTOR)),
                label=form.cleaned_data["label"],
            )
            made.append(token)
            return {}

        once(request, form.cleaned_data, issue)
        # A second click is told only that it was made, never which.
        shown = {"token": made[0]} if made else {"made_already": True}
        form, key = TokenForm(), fresh_key()
    now = timezone.now()
    rows = [(row, row.valid_at(now)) for row in queries.tokens_of(user)[:100]]
    context = {"form": form, "form_key": key, "rows": rows, **shown}
    return render(request, "accounts/tokens.html", context)


@account_only
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponseBase:
    row = queries.tokens_of(person(request)).filter(pk=token_id).first()
    if row is None:
        raise Http404
    actions.revoke_token(token=row)
    messages.success(request, _("The token has ended. Programs that used it are refused now."))
    return redirect("accounts:tokens")
