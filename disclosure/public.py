"""What every public page and file has in common: it may be cached, and by whom."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from publishing.sheets import csv_file

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponse)
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

PAGE_SECONDS = 60
FILE_SECONDS = 300


def public_page(view: View[P]) -> View[P]:
    """No shared cache keeps it: the frame of a page carries the reader's own form token. A page of
    somebody who is signed in is kept by nobody (portal.middleware.private_pages)."""

    @wraps(view)
    def cached(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if not request.user.is_authenticated and "Cache-Control" not in response:
            patch_cache_control(response, private=True, max_age=PAGE_SECONDS)
        return response

    return cast("View[P]", require_safe(cached))


def public_file(response: R) -> R:
    """A file or answer without personal data, the same for everybody who reads its language."""
    patch_cache_control(response, public=True, max_age=FILE_SECONDS)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


def public_csv(name: str, lines: Iterable[Sequence[str]]) -> HttpResponse:
    return public_file(csv_file(name, lines))
