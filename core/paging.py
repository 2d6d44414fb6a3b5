"""Lists by cursor: a page costs the same at the millionth row as at the first."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final, Generic, TypeVar

from django.core.exceptions import FieldError, ValidationError
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Value
from django.db.models.lookups import Exact, GreaterThan, LessThan
from django.http import HttpRequest
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.utils.urls import replace_query_param

from core.problems import Missing
from core.ways import any_of

T = TypeVar("T")
M = TypeVar("M", bound=Model)
NEWEST_FIRST: Final = ("-id",)


class CursorPages(CursorPagination):
    """`{results, next, previous}`; views set `ordering` to an indexed, unique order without nulls.

    The cursor holds the values of the whole order, not of its first column as DRF's own does:
    that one skips rows on the way back where many share a value, as breaches share a midnight.
    """

    #: Of which one at least must hold: each is looked for by itself, since no index gives the order
    #: of a list that is narrowed by several. Without any there is nothing; None narrows nothing.
    ways: Sequence[Q] | None = None
    page_size = 30
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering: tuple[str, ...] = NEWEST_FIRST
    cursor_query_description = "As `next` and `previous` have it."
    page_size_query_description = f"Rows a page, at most {max_page_size}."

    base_url: str

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any, Any], request: Request, view: Any = None
    ) -> list[Any] | None:
        """Raises NotFound where the cursor is none of ours."""
        self.request = request
        self.base_url = request.build_absolute_uri()
        self.ordering = self.get_ordering(request, queryset, view)
        size = self.get_page_size(request) or 0
        cursor = self.decode_cursor(request)
        back = cursor is not None and cursor.reverse
        try:
            rows = self.read(queryset, cursor, size + 1)
        except (ValueError, TypeError, ValidationError, FieldError) as error:
            raise NotFound(self.invalid_cursor_message) from error
        more, self.page = len(rows) > size, rows[:size]
        if back:
            self.page.reverse()
        self.has_next = back or more
        self.has_previous = more if back else cursor is not None
        return self.page

    def read(self, queryset: QuerySet[Any, Any], cursor: Cursor | None, count: int) -> list[Any]:
        """The first rows after a cursor, or before one that leads back, the nearest to it first."""
        back, found = cursor is not None and cursor.reverse, queryset.order_by(*self.ordering)
        if cursor:
            values: Any = cursor.position
            found = after(found, self.ordering, values, back=back)
        return first_of(found.reverse() if back else found, count, self.ways)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        properties = {"next": link, "previous": link, "results": schema}
        return {"type": "object", "properties": properties, "required": list(properties)}

    def get_next_link(self) -> str | None:
        return self._link(self.page[-1], back=False) if self.has_next and self.page else None

    def get_previous_link(self) -> str | None:
        return self._link(self.page[0], back=True) if self.has_previous and self.page else None

    def _link(self, row: Any, *, back: bool) -> str:
        columns = [name.lstrip("-") for name in self.ordering]
        values = [row[c] if isinstance(row, Mapping) else getattr(row, c) for c in columns]
        text = json.dumps(
            [back, *values],
            ensure_ascii=False,
            separators=(",", ":"),
            # To the last microsecond, which Django's own encoder drops.
            default=lambda value: value.isoformat() if isinstance(value, date) else str(value),
        )
        encoded = urlsafe_b64encode(text.encode()).decode().rstrip("=")
        return replace_query_param(self.base_url, self.cursor_query_param, encoded)

    def decode_cursor(self, request: Request) -> Cursor | None:
        encoded = request.query_params.get(self.cursor_query_param)
        if not encoded:
            return None
        try:
            back, *values = json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        except (ValueError, TypeError) as error:
            raise NotFound(self.invalid_cursor_message) from error
        scalar = all(isinstance(value, str | int) for value in values)
        if not scalar or len(values) != len(self.ordering) or "\0" in str(values):
            raise NotFound(self.invalid_cursor_message)
        return Cursor(0, bool(back), values)


def first_of(found: QuerySet[M, Any], count: int, ways: Sequence[Q] | None) -> list[M]:
    """The first rows of a list to which any of the ways leads; see `CursorPages.ways`."""
    if ways is None:
        return list(found[:count])
    if len(ways) < 2:
        return list(found.filter(any_of(ways))[:count])
    each = [found.filter(way).values_list("pk", flat=True)[:count] for way in ways]
    return list(found.filter(pk__in=each[0].union(*each[1:]))[:count])


class Together(Func):
    """Columns as one value, compared by the first that differs: an index of them begins there."""

    template = "(%(expressions)s)"
    output_field = BooleanField()


def after(
    found: QuerySet[Any, Any], order: Sequence[str], values: Sequence[Any], *, back: bool
) -> QuerySet[Any, Any]:
    """The rows that come after one: columns that go the same way are compared together."""
    typed = [
        Value(kind.to_python(value), kind)
        for kind, value in zip(
            (_kind(found, name.lstrip("-")) for name in order), values, strict=True
        )
    ]
    condition, equal = Q(), Q()
    for down, group in groupby(
        zip(order, typed, strict=True), lambda pair: pair[0].startswith("-")
    ):
        names, there = zip(*group, strict=True)
        here = Together(*(F(name.lstrip("-")) for name in names))
        condition |= equal & Q((LessThan if down != back else GreaterThan)(here, Together(*there)))
        equal &= Q(Exact(here, Together(*there)))
    return found.filter(condition)


def _kind(found: QuerySet[Any, Any], column: str) -> Any:
    """The field of a column, or of what was annotated by its name."""
    given = found.query.annotations.get(column)
    return given.output_field if given else found.model._meta.get_field(column)


@dataclass(frozen=True)
class Page(Generic[T]):
    rows: list[T]
    next_url: str | None
    previous_url: str | None


def page_of(
    request: HttpRequest,
    queryset: QuerySet[M, Any],
    *,
    order: Sequence[str],
    size: int = 30,
    ways: Sequence[Q] | None = None,
) -> Page[M]:
    """The page that `?cursor=` asks for; raises Missing where the cursor is none of ours."""
    pages = CursorPages()
    pages.page_size, pages.ways = size, ways
    pages.ordering = tuple(order)
    return read_page(request, pages, queryset)


def read_page(request: HttpRequest, pages: CursorPages, found: Any) -> Page[Any]:
    """As `page_of`, by pages of another kind."""
    try:
        rows = pages.paginate_queryset(found, Request(request)) or []
    except NotFound as error:
        raise Missing from error
    return Page(list(rows), pages.get_next_link(), pages.get_previous_link())


def paged(
    request: Request,
    found: QuerySet[M, Any],
    said: type[Serializer[Any]] | Callable[[list[M]], Any],
    *,
    order: Sequence[str] = NEWEST_FIRST,
    ways: Sequence[Q] | None = None,
) -> Response:
    """The page that `?cursor=` asks for, for a program; raises NotFound as `CursorPages` does.

    Args:
        said: the answer for each row, or what is said of all of them.
    """
    pages = CursorPages()
    pages.ordering, pages.ways = tuple(order), ways
    rows = pages.paginate_queryset(found, request) or []
    told = said(rows, many=True).data if isinstance(said, type) else said(rows)
    return pages.get_paginated_response(told)
