"""Addresses of pages. Of those that a page has many of, to find the same one anew takes Django
longer than to read the row that it leads to."""

from functools import cache
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

#: Stands for the key of a row: a number and a word alike.
ANY = "0"


@cache
def address(page: str) -> str:
    """As `reverse(page)`."""
    return reverse(page)


def link_to(page: str, key: object) -> str:
    """As `reverse(page, args=[key])`, for pages of one thing each."""
    before, behind = _around(page)
    return f"{before}{quote(str(key))}{behind}"


def public_address(path: str) -> str:
    """The one address of a path, under whatever name the portal was asked."""
    return f"{settings.PUBLIC_ADDRESS}{path}"


@cache
def _around(page: str) -> tuple[str, str]:
    before, _key, behind = reverse(page, args=[ANY]).rpartition(ANY)
    return before, behind
