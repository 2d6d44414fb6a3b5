from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts import visits
from accounts.decorators import person, signed_in
from core.display import COOKIE, MODES, display_of
from desk.views import todo
from disclosure.public import kept_page
from portal import startpage
from portal.context import own_desk

YEAR = 365 * 24 * 60 * 60


@kept_page()
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html", startpage.content())


@signed_in
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Where one lands after signing in: the list of what waits for the person, or another first
    list of theirs."""
    name = own_desk(person(request))
    return todo(request) if name == "desk" else redirect(name)


def switch(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The form of a visitor has no token, so that a page is the same for all of them."""
    guarded = csrf_protect(view)

    @wraps(view)
    def either(request: HttpRequest) -> HttpResponse:
        return (guarded if request.user.is_authenticated else view)(request)

    return csrf_exempt(require_POST(either))


def back(request: HttpRequest) -> HttpResponse:
    """To the page on which something was switched, if it is one of ours."""
    target = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(target if ours and target.startswith("/") else "/")


def remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@switch
def language(request: HttpRequest) -> HttpResponse:
    wanted, response = request.POST.get("language", ""), back(request)
    if wanted in dict(settings.LANGUAGES):
        # Messages outside the pages are written in this language too.
        user = request.user
        if contact := visits.contact_of(request):
            visits.read_in(contact, wanted)
        elif user.is_authenticated and user.has_account and user.language != wanted:
            user.language = wanted
            user.save(update_fields=["language"])
        remember(response, settings.LANGUAGE_COOKIE_NAME, wanted)
    return response


@switch
def display(request: HttpRequest) -> HttpResponse:
    """Switch a mode on or off, as the form names it: a second click changes nothing more."""
    modes = {*display_of(request), request.POST.get("on", "")} - {request.POST.get("off", "")}
    response = back(request)
    remember(response, COOKIE, "-".join(mode for mode in MODES if mode in modes))
    return response
