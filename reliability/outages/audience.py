"""From whom an outage takes the power: customers by class and level, at each line or public
transformer below what is switched off."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from core.clock import city_now, local_date
from grid.models import Element
from grid.points.models import Level
from reliability.rules import place_class

if TYPE_CHECKING:
    from reliability.outages.models import Interruption, Outage

#: A customer whose class nobody has published has that of the others at the same element, else of
#: the others below, else that of the district by the rules.
COUNTED: Final = """
WITH points AS (
    SELECT p.element, p.district, nullif(p.area_class, '') AS area_class, p.level, p.customers
    FROM grid_points(%(at)s) p WHERE p.element IN (
        SELECT b.code FROM unnest(%(elements)s) AS e (id), grid_below(e.id, %(at)s) b
    )
), near AS (
    SELECT element, mode() WITHIN GROUP (ORDER BY area_class) AS area_class
    FROM points WHERE area_class IS NOT NULL GROUP BY GROUPING SETS ((element), ())
)
SELECT p.element, coalesce((
        SELECT r.code FROM grid_element e, grid_way(e.id) w, grid_elementrow r
        WHERE e.code = p.element AND r.id = w.row_id AND r.kind = 'line' ORDER BY w.depth LIMIT 1
    ), ''), p.district,
    coalesce(p.area_class, same.area_class, below.area_class, ''), p.level, sum(p.customers)
FROM points p LEFT JOIN near same ON same.element = p.element
LEFT JOIN near below ON below.element IS NULL
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 3, 4, 5
"""


@dataclass(frozen=True, slots=True)
class Count:
    """Customers of one class and level at one element; `line` is the line that feeds it.

    An empty element: the grid's tables do not say who is below, and somebody counted them.
    """

    element: str
    line: str
    district: str
    area_class: str
    level: str
    customers: int


def counted(elements: Iterable[Element], said: Count | None = None) -> list[Count]:
    """Those without power where some elements are without it, by the grid's tables as they stand.

    Args:
        said: whom somebody counted; only where the tables know nobody below.
    """
    keys = [element.pk for element in elements]
    if not keys:
        return [said] if said else []
    now = city_now()
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"elements": keys, "at": now})
        found = [_count(row, now) for row in cursor.fetchall()]
    return found or ([said] if said else [])


def _count(row: Sequence[Any], at: datetime) -> Count:
    element, line, district, area_class, level, customers = row
    known = area_class or place_class(district, local_date(at))
    return Count(element, line, district, known, level, int(customers))


def write(outage: "Outage", counts: Iterable[Count], *, off_at: datetime | None = None) -> None:
    """Keep from whom the power is taken, in place of what was counted before it went off."""
    rows = outage.interruptions
    rows.all().delete()
    rows.bulk_create(
        rows.model(
            outage=outage,
            excluded=outage.excluded_by_policy,
            off_at=off_at,
            recorded_off_at=off_at,
            **asdict(count),
        )
        for count in counts
    )


def kept(outage: "Outage") -> list[Count]:
    """What was counted when it was announced."""
    columns = [field.name for field in fields(Count)]
    return [Count(*row) for row in outage.interruptions.order_by("id").values_list(*columns)]


def by_level(counts: Iterable["Count | Interruption"]) -> dict[str, int]:
    """How many customers of each level, never added up: they are not the same thing."""
    found = dict.fromkeys(Level.values, 0)
    for count in counts:
        found[count.level] += count.customers
    return found
