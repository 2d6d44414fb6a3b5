from collections.abc import Callable
from functools import partial
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.middleware.common import CommonMiddleware
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from core.place import acting_from
from core.problems import Missing, Problem
from portal.errors import bad_request

PermanentAsSent = partial(HttpResponsePermanentRedirect, preserve_request=True)
View = Callable[[HttpRequest], HttpResponseBase]


class ChosenLanguage(LocaleMiddleware):
    """Chinese unless the person chose English; programs choose by Accept-Language.

    A page does not follow the browser's language: the city's texts are Chinese first, and many
    browsers in the city are set to English by their maker, not by the person.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith("/api/"):
            language = translation.get_language_from_request(request)
        else:
            chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
            language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE


def readable_addresses(view: View) -> View:
    """An address with a NUL in it, which no text of the database can hold, is refused at once."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\0" in unquote(request.get_full_path()):
            return bad_request(request, SuspiciousOperation())
        return view(request)

    return middleware


def known_place(view: View) -> View:
    """What a request writes into the record is known, by a keyed digest, to come from its place."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with acting_from(address_of(request)):
            return view(request)

    return middleware


def address_of(request: HttpRequest) -> str:
    """A proxy appends the address that it saw to what the client sent, so only the last is true."""
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
    return seen.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


class SlashedAddresses(CommonMiddleware):
    """Leads to the address with its last slash by 308: what was sent is sent again as it was. After
    a 301 clients ask by GET, and a list that is shown looks like something that was done."""

    response_redirect_class = PermanentAsSent


def private_pages(view: View) -> View:
    """Pages made for a signed-in person are kept by no cache, shared computers included."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = view(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and "Cache-Control" not in response:
            add_never_cache_headers(response)
        return response

    return middleware


def shared_without_cookies(view: View) -> View:
    """What sets a cookie is one person's, whatever it shows: no shared cache may hand it on."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = view(request)
        if response.cookies and "public" in response.get("Cache-Control", ""):
            del response["Cache-Control"]
            add_never_cache_headers(response)
        return response

    return middleware


def same_for_everybody(view: View) -> View:
    """The files of the record do not depend on language or session: any cache may share them."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = view(request)
        if request.path_info.startswith("/record/") and response.status_code < 400:
            response.cookies.clear()
            response["Vary"] = "Accept-Encoding"
        return response

    return middleware


class ProblemPages:
    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Anything but a `Problem` is a fault and goes on as one."""
        if not isinstance(problem, Problem):
            return None
        template = "404.html" if isinstance(problem, Missing) else "problem.html"
        return render(request, template, {"problem": problem}, status=problem.status)
