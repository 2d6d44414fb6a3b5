"""Counts that cost the same however many there are: past a thousand nobody needs the figure."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any, Final, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, QuerySet
from django.utils.translation import gettext as _

from core.templatetags.city import figure

MOST: Final = 1000

K = TypeVar("K")
#: The SQL of a count, and its parameters.
Asked = tuple[str, Sequence[Any]]


class Count(int):
    """Of rows, up to one more than `MOST`; written as it is, or as "more than 1,000"."""

    def __str__(self) -> str:
        if self > MOST:
            return _("more than %(count)s") % {"count": figure(MOST)}
        return figure(int(self))


class Each(Expression):
    """Stands in a list for the value that it is counted for; see `counted_each`."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "each.value", ()


def bounded(rows: QuerySet[Any, Any]) -> Count:
    """How many there are of one list; see `counted`."""
    return counted({"": rows})[""]


def counted(lists: Mapping[K, QuerySet[Any, Any]]) -> dict[K, Count]:
    """How many rows each list has, by its name; one statement, which reads of each at most one row
    more than `MOST`, in the order of the list where it has one: then the planner finds so few of
    so many by an index, and does not hope to meet them early in the table."""
    found, asked = dict.fromkeys(lists, Count(0)), _asked(lists)
    for row in _rows(list(asked.values()), ""):
        found |= zip(asked, map(Count, row), strict=True)
    return found


def counted_each(
    values: Iterable[str], lists: Mapping[str, QuerySet[Any, Any]]
) -> dict[tuple[str, str], Count]:
    """As `counted`, of each list for each value, which stands in it as `Each`; by value and name.

    A list is planned once, whatever the number of values: to plan it for each took five times as
    long as to count.
    """
    codes, asked = list(values), _asked(lists)
    found = dict.fromkeys(product(codes, lists), Count(0))
    counts = [("each.value", ()), *asked.values()]
    for code, *row in _rows(counts, "FROM unnest(%s::text[]) AS each (value)", codes):
        found |= zip(product([code], asked), map(Count, row), strict=True)
    return found


def _asked(lists: Mapping[K, QuerySet[Any, Any]]) -> dict[K, Asked]:
    """How each is counted, but for those in which Django knows that there is nothing."""
    found: dict[K, Asked] = {}
    for name, rows in lists.items():
        try:
            sql, params = rows.values("pk")[: MOST + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        found[name] = f"(SELECT count(*) FROM ({sql}) AS counted)", params  # noqa: S608 (the ORM's)
    return found


def _rows(columns: Sequence[Asked], source: str, *more: Any) -> list[tuple[Any, ...]]:
    """`more`: the parameters of the source."""
    if not columns:
        return []
    written = ", ".join(sql for sql, _params in columns)
    values = [value for _sql, params in columns for value in params]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {written} {source}", [*values, *more])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
