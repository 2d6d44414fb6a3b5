"""Addresses of the rows of a page: to find the same page anew for each of them takes Django longer
than to read the row."""

from functools import cache
from urllib.parse import quote

from django.urls import reverse

#: Stands for the key of a row: a number and a word alike.
ANY = "0"


def link_to(page: str, key: object) -> str:
    """As `reverse(page, args=[key])`, for pages of one thing each."""
    before, behind = _around(page)
    return f"{before}{quote(str(key))}{behind}"


@cache
def _around(page: str) -> tuple[str, str]:
    before, _key, behind = reverse(page, args=[ANY]).rpartition(ANY)
    return before, behind
