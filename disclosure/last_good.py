"""Public pages while the database does not answer: the last version of each that was made, with its
time on top.

They are kept in Redis, where every process finds them. Nothing else depends on it: without Redis a
page says that the portal cannot be reached. docs/decisions/0100.
"""

import gzip
import logging
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import redis
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.http import http_date
from django.utils.translation import get_language

from core.display import display_of

if TYPE_CHECKING:
    from disclosure.public import Kept

HTML: Final = "text/html"
#: Where every page begins below its head (templates/base.html).
TOP: Final = '<div class="td-page">'
log = logging.getLogger("tongdian.public")


class LastGood(NamedTuple):
    """An answer, its content packed, and when it was made by the city's clock."""

    media: str
    packed: bytes
    at: datetime


def keep(request: HttpRequest, kept: "Kept", at: datetime) -> None:
    """Keep what was just made for a time without the database."""
    name = _name(request, display_of(request))
    try:
        caches["default"].set(
            name, LastGood(kept.media, kept.packed, at), settings.LAST_GOOD_SECONDS
        )
    except (redis.RedisError, OSError) as error:
        log.warning("a page was not kept: %s", type(error).__name__)


def last_good(request: HttpRequest) -> HttpResponse | None:
    """What is kept of a page, whoever asks: nothing in it is anybody's. None where nothing is, or
    more was asked for than the page under its plain address."""
    if request.method not in ("GET", "HEAD") or request.META.get("QUERY_STRING"):
        return None
    found = next(_kept(request), None)
    return _answer(found) if found else None


def _kept(request: HttpRequest) -> Iterator[LastGood]:
    """As it was asked for, else in the usual letters."""
    for display in dict.fromkeys((display_of(request), ())):
        try:
            found: LastGood | None = caches["default"].get(_name(request, display))
        except (redis.RedisError, OSError):
            return
        if found:
            yield found


def _answer(found: LastGood) -> HttpResponse:
    content = gzip.decompress(found.packed)
    if found.media.startswith(HTML):
        said = render_to_string("components/interrupted.html", {"at": found.at})
        content = content.decode().replace(TOP, said + TOP, 1).encode()
    response = HttpResponse(content, content_type=found.media)
    response["Last-Modified"] = http_date(found.at.timestamp())
    add_never_cache_headers(response)
    return response


def _name(request: HttpRequest, display: tuple[str, ...]) -> str:
    asked = f"{get_language()} {'-'.join(display)} {request.path}"
    return f"last-good {sha256(asked.encode()).hexdigest()}".replace(" ", "-")
