"""Lists by cursor: a page costs the same at the millionth row as at the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class CursorPages(CursorPagination):
    """`{results, next, previous}`; views set `ordering` to an indexed, unique order."""

    page_size = 30
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering: tuple[str, ...] = ("-id",)


T = TypeVar("T")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of an HTML list and the addresses of its neighbours."""

    rows: list[T]
    next_url: str | None
    previous_url: str | None


def page_of(
    request: HttpRequest, queryset: QuerySet[M, Any], *, order: Sequence[str], size: int = 30
) -> Page[M]:
    """Return the page of a queryset that the request's cursor asks for.

    Args:
        request: the page's request; `?cursor=` is read from it.
        queryset: what to list; its own order is replaced.
        order: an indexed order ending in a unique column.
        size: rows a page.
    """
    pages = CursorPages()
    pages.page_size = size
    pages.ordering = tuple(order)
    rows = pages.paginate_queryset(queryset, Request(request)) or []
    return Page(list(rows), pages.get_next_link(), pages.get_previous_link())
