from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts import visits
from accounts.decorators import person, signed_in
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
    """Lead to the list of what waits for the person: where one lands after signing in."""
    return redirect(own_desk(person(request)))


@csrf_exempt
def language(request: HttpRequest) -> HttpResponse:
    """The form of a visitor has no token, so that a page is the same for all of them."""
    view = csrf_protect(choose_language) if request.user.is_authenticated else choose_language
    return view(request)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("language", "")
    target = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    if not (ours and target.startswith("/")):
        target = "/"
    response = HttpResponseRedirect(target)
    if wanted in dict(settings.LANGUAGES):
        # Messages outside the pages are written in this language too.
        user = request.user
        if contact := visits.contact_of(request):
            visits.read_in(contact, wanted)
        elif user.is_authenticated and user.has_account and user.language != wanted:
            user.language = wanted
            user.save(update_fields=["language"])
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=YEAR,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
