"""What every public page and file has in common: it may be cached, and by whom."""

import gzip
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import wraps
from hashlib import sha256
from typing import Concatenate, Final, NamedTuple, ParamSpec, TypeVar, cast

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts import limits
from applications.timings.releases import NEWEST_RELEASE
from core.clock import local_date
from core.demonstration import is_demonstration
from core.display import display_of
from core.place import client_address
from disclosure import last_good
from grid.reservations import NEWEST_CHANGE
from publishing.queries import now_and_newest
from publishing.sheets import csv_file
from reliability.outages.queries import NEWEST_STEP
from rules import registry
from rules.limits import Meter

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponse)
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

PAGE_SECONDS: Final = 60
FILE_SECONDS: Final = 300
#: Of a visitor: what a page could say to one person.
PERSONAL: Final = (settings.SESSION_COOKIE_NAME, "messages")


class Kept(NamedTuple):
    """An answer as it is sent: its media type, and its content packed."""

    media: str
    packed: bytes


def public_page(view: View[P]) -> View[P]:
    """A page of somebody who is signed in is kept by nobody (portal.middleware.private_pages); of
    others, by their own browser."""

    @wraps(view)
    def cached(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if not request.user.is_authenticated and "Cache-Control" not in response:
            patch_cache_control(response, private=True, max_age=PAGE_SECONDS)
        return response

    return cast("View[P]", require_safe(cached))


def kept_page(*, by_the_minute: bool = False) -> Callable[[View[P]], View[P]]:
    """A page of rules and published rows, made once for each state of them, packed as it is sent;
    any cache may hand it on for a minute.

    It is for who has no session; and only under its plain address, of which there are few.

    Args:
        by_the_minute: it says what is so now; else it depends on the day.
    """

    def decorate(view: View[P]) -> View[P]:
        page = public_page(view)

        @wraps(view)
        def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            personal = any(name in request.COOKIES for name in PERSONAL)
            if personal or request.META.get("QUERY_STRING"):
                return page(request, *args, **kwargs)
            found = caches["pages"].get_or_set(
                f"state-{by_the_minute}",
                lambda: _state(by_the_minute=by_the_minute),
                settings.PUBLIC_RECHECK_SECONDS,
            )
            state, at = cast("tuple[str, datetime]", found)
            shown = "-".join(display_of(request))
            name = f"{get_language()} {shown} {request.path} {state}"
            key = sha256(name.encode()).hexdigest()
            kept: Kept | None = caches["pages"].get(key)
            if kept is None:
                response = page(request, *args, **kwargs)
                if response.status_code != 200 or request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
                    return response
                packed = gzip.compress(response.content, mtime=0)
                kept = Kept(response["Content-Type"], packed)
                caches["pages"].set(key, kept)
                last_good.keep(request, kept, at)
            return _as_kept(request, key, kept)

        return cast("View[P]", require_safe(answer))

    return decorate


def _state(*, by_the_minute: bool) -> tuple[str, datetime]:
    """All that such a page depends on besides its address, language and display; and the city's
    time."""
    now, newest = now_and_newest(
        f"{NEWEST_RELEASE}, {NEWEST_CHANGE}, {NEWEST_STEP}" if by_the_minute else NEWEST_RELEASE
    )
    # In a demonstration every page tells the city's time.
    minute = by_the_minute or is_demonstration()
    when = now.replace(second=0, microsecond=0) if minute else local_date(now)
    return f"{registry.current().version} {registry.calendar().version} {newest} {when}", now


def _as_kept(request: HttpRequest, key: str, kept: Kept) -> HttpResponse:
    response = HttpResponse(kept.packed, content_type=kept.media)
    response["Content-Encoding"] = "gzip"
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        response.content = gzip.decompress(kept.packed)
        del response["Content-Encoding"]
    response["ETag"] = f'W/"{key[:32]}"'
    patch_cache_control(response, public=True, max_age=PAGE_SECONDS)
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    return get_conditional_response(request, response["ETag"], None, response) or response


def metered(view: View[P]) -> View[P]:
    """A file of open data. Raises TooMany where one client asks for very many."""

    @wraps(view)
    def counted(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        spend_data(request)
        return view(request, *args, **kwargs)

    return cast("View[P]", counted)


def spend_data(request: HttpRequest) -> None:
    """Count an answer or file of open data. Raises TooMany."""
    limits.spend(Meter.DATA_ADDRESS, client_address(request))


def public_file(response: R) -> R:
    """A file or answer without personal data, the same for everybody who reads its language."""
    patch_cache_control(response, public=True, max_age=FILE_SECONDS)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


def public_csv(name: str, lines: Iterable[Sequence[str]]) -> HttpResponse:
    return public_file(csv_file(name, lines))
