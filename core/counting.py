"""Counts that cost the same however many there are: past a thousand nobody needs the figure."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

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
    found, asked = dict.fromkeys(lists, Count(0)), {}
    values: list[Any] = []
    for name, rows in lists.items():
        try:
            sql, params = rows.values("pk")[: MOST + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        asked[name] = f"(SELECT count(*) FROM ({sql}) AS counted)"  # noqa: S608 (the ORM's own)
        values.extend(params)
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(asked.values())}", values)
            found |= zip(asked, map(Count, cursor.fetchone()), strict=True)
    return found
