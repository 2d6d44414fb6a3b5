"""Feeds of public pages, Atom (RFC 4287)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.links import public_address
from disclosure.public import public_file
from rules.city import city_code


class Entry(NamedTuple):
    """`name` tells it from every other entry of the city for good; `path` is that of its page."""

    name: str
    title: str
    path: str
    text: str
    published: datetime
    updated: datetime


def atom(
    request: HttpRequest, *, name: str, title: str, path: str, entries: Iterable[Entry]
) -> HttpResponse:
    """Args:
    name: of the feed, for good.
    path: of the page that shows the same.
    """
    made = Atom1Feed(
        title=title,
        link=public_address(path),
        description="",
        language=get_language(),
        author_name=_("Tongdian"),
        feed_url=public_address(request.get_full_path()),
        feed_guid=_guid(name),
    )
    for entry in entries:
        made.add_item(
            title=entry.title,
            link=public_address(entry.path),
            description=entry.text,
            unique_id=_guid(entry.name),
            pubdate=entry.published,
            updateddate=entry.updated,
        )
    return public_file(HttpResponse(made.writeString("utf-8"), content_type=made.content_type))


def _guid(name: str) -> str:
    return f"tag:{city_code()}.tongdian,2026:{name}"
