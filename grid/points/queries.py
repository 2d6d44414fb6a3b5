"""How many customers there are, on a day: below an element, or in a place, by class and level.

What is counted on a day is what stood published at its end, and the cases energised until then
whose meter no publication had; each figure says of which days its data are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection

from core.clock import end_of

COUNTED: Final = """
SELECT {place}, p.area_class, p.level, sum(p.customers), count(*),
    sum(p.customers) FILTER (WHERE p.of_case), min(p.as_of), max(p.as_of)
FROM grid_points(%(at)s) p {only}
GROUP BY {place}, p.area_class, p.level ORDER BY {place}, p.area_class, p.level DESC
"""


@dataclass(frozen=True, slots=True)
class Count:
    """Of customers of one class of place (empty: unknown, of cases) and level, in one place.

    `of_cases` of them came with energised cases. `oldest` and `newest` are the days of the data.
    """

    district: str
    town: str
    area_class: str
    level: str
    customers: int
    points: int
    of_cases: int
    oldest: date
    newest: date


def below(element: int, day: date) -> list[Count]:
    """All that an element fed at the end of a day, over whatever hung below it then; one statement.

    Args:
        element: the key of its identity.
    """
    only = "WHERE p.element IN (SELECT b.code FROM grid_below(%(element)s, %(at)s) b)"
    return _counted("", "", only, {"element": element, "at": end_of(day)})


def by_place(
    day: date, *, districts: Collection[str] | None = None, towns: bool = False
) -> list[Count]:
    """By district, and by town where that is asked; one statement.

    Args:
        districts: None: all.
    """
    only = "" if districts is None else "WHERE p.district = ANY(%(districts)s)"
    values = {"at": end_of(day), "districts": list(districts or ())}
    return _counted("p.district", "p.town" if towns else "", only, values)


def _counted(district: str, town: str, only: str, values: dict[str, Any]) -> list[Count]:
    """`district`, `town`: the columns by which it is counted; empty: not by it."""
    place = f"{district or _NONE}, {town or _NONE}"
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(place=place, only=only), values)
        return [_count(row) for row in cursor.fetchall()]


#: No constant may stand alone in a list of groups.
_NONE: Final = "''::text"


def _count(row: Sequence[Any]) -> Count:
    district, town, area_class, level, customers, points, of_cases, oldest, newest = row
    return Count(
        district, town, area_class, level, int(customers), points, int(of_cases or 0), oldest,
        newest,
    )  # fmt: skip
