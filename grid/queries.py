"""Reads of published tables, with names."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from accounts.models import User
from core.clock import city_now, local_date
from grid.models import Draft, FeeItem, Kind, Publication, PublishedRow
from grid.tables import Table


def rows_of(table: Table, *, number: int | None = None) -> QuerySet[Any]:
    """The rows of a table that stand now, or that stood after publication `number`."""
    standing = table.rows.standing() if number is None else table.rows.as_of(number)
    ordered: QuerySet[Any] = standing.order_by(*table.order)
    return ordered


def kept_rows(table: Table, districts: Collection[str] | None) -> list[PublishedRow]:
    """The standing rows of a table that lie in some districts (None: all)."""
    rows = rows_of(table)
    if districts is not None and table.by_district:
        rows = rows.filter(district__in=districts)
    return list(rows)


def publications(kind: Kind | str) -> QuerySet[Publication]:
    """The publications of a table, newest first."""
    return Publication.objects.filter(kind=kind).order_by("-number")


def newest(kind: Kind | str) -> Publication | None:
    """The newest publication of a table, or None where nothing was ever published."""
    return publications(kind).first()


def newest_of_all() -> dict[str, Publication]:
    """The newest publication of every table that has one, by kind; one statement."""
    rows = Publication.objects.order_by("kind", "-number").distinct("kind")
    return {row.kind: row for row in rows}


def next_number(kind: Kind | str) -> int:
    """The number that the next publication of a table gets; hold the city's lock."""
    found: int | None = publications(kind).aggregate(last=Max("number"))["last"]
    return (found or 0) + 1


def open_drafts(user: User, kind: Kind | str) -> QuerySet[Draft]:
    """What the person began and neither published nor discarded, newest first."""
    return Draft.objects.filter(by=user, kind=kind, publication__isnull=True).order_by("-id")


def fees_in_force(on: date | None = None) -> QuerySet[FeeItem]:
    """The items of the catalogue in force on a day (today by the city's clock), by number.

    Only what is in the catalogue that day may be charged (优化营商环境条例 25).
    """
    day = on or local_date(city_now())
    items: QuerySet[FeeItem] = FeeItem.objects.standing().filter(from_date__lte=day)
    return items.exclude(until_date__lt=day).order_by("code")


def fee_in_force(code: str, on: date | None = None) -> FeeItem | None:
    """The catalogue's item of that number in force on a day; None where there is none."""
    return fees_in_force(on).filter(code=code).first()
