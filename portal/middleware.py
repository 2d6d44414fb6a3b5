from collections.abc import Callable
from typing import Any
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
from django.middleware.gzip import GZipMiddleware
from django.middleware.http import ConditionalGetMiddleware
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from core.place import acting_from, client_address
from core.problems import Missing, Problem
from portal.errors import bad_request, document, is_api

View = Callable[[HttpRequest], HttpResponseBase]

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
TEXTS = {
    "application/json", "application/problem+json", "application/javascript", "image/svg+xml",
    "application/vnd.oai.openapi", "application/geo+json",
}  # fmt: skip


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


def whole_bodies(view: View) -> View:
    """A body that nobody here would read is refused: it never counts as an empty one.

    Our server takes a chunked body in and gives its length; behind another one it is 411.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH", "")
        if "HTTP_TRANSFER_ENCODING" in request.META and not length:
            return refusal(request, LengthNeeded())
        if length and not (length.isascii() and length.isdigit()):
            return bad_request(request, SuspiciousOperation())
        typed = request.content_type in FORMS or is_api(request)
        if length not in ("", "0") and request.method not in SAFE and not typed:
            return refusal(request, NoForm())
        return view(request)

    return middleware


class LengthNeeded(Problem):
    type = "length-needed"
    status = 411
    title = _("The length of the body is missing")

    def __init__(self) -> None:
        super().__init__(_("Send the body with its length. Nothing was done."))


class NoForm(Problem):
    type = "unsupported-media-type"
    status = 415
    title = _("This is no form")

    def __init__(self) -> None:
        super().__init__(_("This page reads forms only. Nothing was done."))


def refusal(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Before there is a session: the page shows nobody's name."""
    if is_api(request):
        return document(problem)
    return render(request, "problem.html", {"problem": problem}, status=problem.status)


class Compressed(GZipMiddleware):
    """Texts only; documents and pictures are compressed already.

    Not where a page shows a secret, beside what an address or a form can put on it (BREACH): those
    views say so (`accounts.decorators.shows_secret`). Django masks the token of its forms, and adds
    a random length.
    """

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        kind = response.get("Content-Type", "").partition(";")[0]
        if hasattr(request, "shows_secret") or not (kind.startswith("text/") or kind in TEXTS):
            return response
        return super().process_response(request, response)


class Conditional(ConditionalGetMiddleware):
    """What any cache may keep has a mark of its content, and is not sent again to who has it."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if "public" not in response.get("Cache-Control", ""):
            return response
        return super().process_response(request, response)


def known_place(view: View) -> View:
    """What a request writes into the record is known, by a keyed digest, to come from its place."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with acting_from(client_address(request)):
            return view(request)

    return middleware


class PermanentAsSent(HttpResponsePermanentRedirect):
    status_code = 308


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
        response = (
            document(problem)
            if is_api(request)
            else render(request, template, {"problem": problem}, status=problem.status)
        )
        for name, value in problem.headers.items():
            response[name] = value
        return response
