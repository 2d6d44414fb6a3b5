"""Reads of the public pages: published tables with where they stand, and the city's hotlines."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from core.clock import CITY, city_now, local_date
from core.problems import Missing
from publishing import queries as publishing
from publishing.models import Publication
from publishing.tables import Table, table_of
from reliability import queries as reliability_queries
from rules.city import city


def today() -> date:
    """The city's day."""
    return local_date(city_now())


def public_table(kind: str) -> Table:
    """The published table of an address.

    Raises:
        Missing: there is none of that name.
    """
    try:
        return table_of(kind)
    except KeyError:
        raise Missing from None


def publication(kind: str, number: int) -> Publication:
    """One publication of a table.

    Raises:
        Missing: there is none of that number.
    """
    found = publishing.publications(kind).filter(number=number).first()
    if found is None:
        raise Missing
    return found


def rows(
    kind: str, *, district: str = "", words: str = "", on: date | None = None
) -> QuerySet[Any]:
    """The standing rows of a table, narrowed by what the reader asked for.

    Args:
        district: only of this district, where rows have one.
        words: only outages of this area.
        on: only fee items in force on this day.
    """
    if kind == "outages":
        return reliability_queries.outages(district=district, words=words)
    found = publishing.rows_of(public_table(kind))
    if district and kind != "fees":
        found = found.filter(district=district)
    if on and kind == "fees":
        found = found.filter(from_date__lte=on).exclude(until_date__lt=on)
    return found


def known_district(code: str) -> str:
    """The code if the city has the district, else nothing: an unknown one narrows nothing."""
    return code if code in {district.code for district in city().districts} else ""


def hotlines() -> list[dict[str, str]]:
    """The hotlines, always all of them (plan 3(5)1)."""
    return [{"number": line.number, "name": str(line.name)} for line in city().hotlines]


@dataclass(frozen=True)
class Stand:
    """How a published table stands: its newest publication, or that there is none."""

    number: int
    at: datetime | None
    source: str

    def as_json(self) -> dict[str, Any] | None:
        """The stand for programs; None where nothing was ever published."""
        if self.at is None:
            return None
        return {
            "number": self.number,
            "published_at": self.at.astimezone(CITY),
            "source": self.source,
        }


def stand(kind: str) -> Stand:
    """How a table stands now."""
    newest = publishing.newest(kind)
    if newest is None:
        return Stand(0, None, "")
    return Stand(newest.number, newest.published_at, newest.source)
