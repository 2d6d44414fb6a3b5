import logging

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, codes, kept, limits, second_factor, sign_in
from accounts.decorators import shows_secret
from accounts.forms import CodeForm, RegistrationForm, SignInForm, show_problem
from accounts.models import User
from accounts.oidc.services import services
from accounts.parties import PhoneCode
from core.form_token import form_key, once
from core.place import one_client
from core.problems import Problem, TooMany
from rules.limits import Meter

log = logging.getLogger("tongdian.security")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponseBase:
    asked_for = request.POST.get("next") or request.GET.get("next", "")
    next_url = sign_in.safe_next(request, asked_for)
    if request.method != "POST" and request.user.is_authenticated and request.user.has_account:
        return redirect(next_url)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = sign_in.check(request, **form.cleaned_data)
        if user is not None:
            done = sign_in.begin(request, user, next_url)
            return redirect(next_url if done else "accounts:second-factor")
        # The same sentence whether the account exists or not, or is closed.
        form.add_error(None, _("Username and password do not match."))
        log.info("sign-in refused")
    return sign_in_page(request, form, next_url, ended=bool(asked_for))


def sign_in_page(
    request: HttpRequest, form: SignInForm, next_url: str, *, ended: bool, problem: str = ""
) -> HttpResponse:
    """Draw the ways to sign in; `problem` is why another one than the form's was refused."""
    had_account = kept.last_here(request) > 0
    context = {
        "form": form,
        "next": next_url,
        "waiting": kept.waiting(request) if had_account else None,
        "ended": ended and had_account,
        "errors": [{"text": problem}] if problem else [],
        "identity_services": services(),
    }
    return render(request, "accounts/sign_in.html", context)


@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """The session is gone from the server too, and what this browser kept for itself: field work
    (applications/field) is for whoever is signed in."""
    visited = isinstance(request.user, User) and not request.user.has_account
    logout(request)
    if visited:
        messages.success(request, _("You have left. The link in the SMS leads back at any time."))
    response = redirect("home")
    response["Clear-Site-Data"] = '"storage"'
    return response


@shows_secret
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """Who has no second factor yet sets one up here."""
    held = sign_in.pending(request)
    if held is None:
        return redirect("accounts:sign-in")
    form = CodeForm(request.POST or None)
    if not second_factor.is_set_up(held.user):
        if request.method == "POST" and form.is_valid():
            codes = second_factor.confirm(held.user, form.cleaned_data["code"])
            if codes is not None:
                sign_in.finish(request, held.user, second_factor=True)
                return show_recovery_codes(request, codes, held.next_url)
            form.add_error("code", _wrong_code())
        context = {"form": form, **second_factor.to_set_up(held.user)}
        return render(request, "accounts/second_factor_set_up.html", context)
    if request.method == "POST" and form.is_valid():
        if second_factor.accepts(held.user, form.cleaned_data["code"]):
            sign_in.finish(request, held.user, second_factor=True)
            return redirect(held.next_url)
        form.add_error("code", _wrong_code())
        log.info("second factor refused: account %s", held.user.pk)
    return render(request, "accounts/second_factor.html", {"form": form})


def _wrong_code() -> str:
    return _("This code is not right, or was used already. After five wrong codes wait 15 minutes.")


def show_recovery_codes(request: HttpRequest, codes: list[str], next_url: str) -> HttpResponse:
    """On the one page that ever shows them."""
    context = {"codes": codes, "next": next_url}
    return render(request, "accounts/recovery_codes.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponseBase:
    next_url = sign_in.safe_next(request, request.POST.get("next") or request.GET.get("next", ""))
    shown = codes.shown(request, PhoneCode.Purpose.SIGN_IN)
    phone = shown.address if shown else ""
    form = RegistrationForm(request.POST or None, initial={"phone": phone})
    status, headers = 200, {}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            # A second click is known by the wanted name, and proves itself by the password.
            wanted = {"username": said["username"]}
            pk = once(request, wanted, lambda: _registered(request, said))
        except Problem as problem:
            show_problem(form, problem)
            if isinstance(problem, TooMany):
                status, headers = problem.status, problem.headers
        else:
            user = User.objects.get(pk=pk)
            if not user.check_password(said["password"]):
                return redirect("accounts:sign-in")
            if said["phone"] == phone:
                actions.confirm_phone(user=user, phone=phone)
            sign_in.finish(request, user, second_factor=False)
            text = _("Your username is {username}. Write it down: you sign in with it.")
            messages.success(request, text.format(username=user.username))
            return redirect(next_url)
    context = {"form": form, "next": next_url, "form_key": form_key(request)}
    response = render(request, "accounts/register.html", context, status=status)
    for name, value in headers.items():
        response[name] = value
    return response


def _registered(request: HttpRequest, said: dict[str, str]) -> int:
    limits.spend(Meter.REGISTER_ADDRESS, one_client(request))
    limits.spend(Meter.REGISTER_SITE)
    limits.spend(Meter.REGISTER_PHONE, said["phone"])
    return actions.register(**said).pk
