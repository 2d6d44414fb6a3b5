"""Counts that cost the same however many there are: past a thousand nobody needs the figure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.statements import Given
from core.templatetags.city import figure

MOST: Final = 1000


K = TypeVar("K")


class Count(int):
    """Of rows, up to one more than `MOST`; written as it is, or as "more than 1,000"."""

    def __str__(self) -> str:
        if self > MOST:
            return _("more than %(count)s") % {"count": figure(MOST)}
        return figure(int(self))


def bounded(rows: QuerySet[Any, Any]) -> Count:
    """How many there are of one list; see `counted`."""
    return counted({"": rows})[""]


def counted(lists: Mapping[K, QuerySet[Any, Any]]) -> dict[K, Count]:
    """How many rows each list has, by its name; one statement, which reads of each at most one row
    more than `MOST`, in the order of the list where it has one: then the planner finds so few of
    so many by an index, and does not hope to meet them early in the table."""
    return _counted({name: _bounded(rows) for name, rows in lists.items()})


def counted_each(
    values: Iterable[str], lists: Mapping[str, QuerySet[Any, Any]]
) -> dict[tuple[str, str], Count]:
    """As `counted`, of each list for each value, which stands in it as `Given`; by value and name.

    The SQL of a list is written once.
    """
    written = {name: _bounded(rows) for name, rows in lists.items()}
    return _counted(
        {
            (value, name): (sql, [value if isinstance(one, Given) else one for one in params])
            for value in values
            for name, (sql, params) in written.items()
        }
    )


def _bounded(rows: QuerySet[Any, Any]) -> tuple[str, Sequence[Any]]:
    """The SQL of one count; empty where Django knows that nothing is counted."""
    try:
        sql, params = rows.values("pk")[: MOST + 1].query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    return f"(SELECT count(*) FROM ({sql}) AS counted)", params  # noqa: S608 (the ORM's own)


def _counted(lists: Mapping[K, tuple[str, Sequence[Any]]]) -> dict[K, Count]:
    found = dict.fromkeys(lists, Count(0))
    asked = {name: sql for name, (sql, _params) in lists.items() if sql}
    if asked:
        with connection.cursor() as cursor:
            values = [value for _sql, params in lists.values() for value in params]
            cursor.execute(f"SELECT {', '.join(asked.values())}", values)
            found |= zip(asked, map(Count, cursor.fetchone()), strict=True)
    return found
