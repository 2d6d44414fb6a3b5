"""What the map of the desks reads: the elements in a box, and those of one area."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.problems import FieldError, Invalid, Missing
from grid.areas.models import AreaRow
from grid.areas.room import Room, room_of
from grid.areas.tables import with_figures
from grid.models import CONNECTING
from grid.projection import projected
from grid.reservations import with_room
from rules.limits import Quota, limits

#: Of the highest voltage first: what is left out where there are too many is the smallest. Of a box
#: with few of them (`few`) the index over boxes gives all; in one with more they are soon met by
#: going through them in the order of their voltage.
IN_BOX: Final = """
WITH near AS MATERIALIZED (
    SELECT r.id, r.voltage_kv FROM grid_elementrow r
    WHERE r.replaced_in_id IS NULL AND r.shape IS NOT NULL
        AND box(polygon(pclose(r.shape)))
            && box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
    LIMIT %(few)s
), many AS MATERIALIZED (SELECT count(*) = %(few)s AS so FROM near), found AS (
    (SELECT id, voltage_kv FROM near WHERE NOT (SELECT so FROM many)
        ORDER BY voltage_kv DESC, id LIMIT %(most)s)
    UNION ALL
    (SELECT r.id, r.voltage_kv FROM grid_elementrow r
        WHERE (SELECT so FROM many) AND r.replaced_in_id IS NULL AND r.shape IS NOT NULL
            AND (box(polygon(pclose(r.shape)))
                && box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))) IS TRUE
        ORDER BY r.voltage_kv DESC, r.id LIMIT %(most)s)
)
SELECT e.id FROM found JOIN grid_element e ON e.row_id = found.id
ORDER BY found.voltage_kv DESC, found.id
"""
CORNERS: Final = ("west", "south", "east", "north")
#: So many times as many as are drawn at once.
FEW: Final = 10


@dataclass(frozen=True)
class Found:
    """Elements in a box; `more`: there are more than were read."""

    elements: list[Any]
    more: bool


def elements_in(box: tuple[float, float, float, float]) -> Found:
    """The elements that a box meets, each with `open_kva`.

    Args:
        box: west, south, east and north in degrees.
    """
    west, south, east, north = box
    most = limits().quotas[Quota.MAP_ELEMENTS]
    with connection.cursor() as cursor:
        corners = zip(CORNERS, (*projected(west, south), *projected(east, north)), strict=True)
        cursor.execute(IN_BOX, {**dict(corners), "most": most + 1, "few": most * FEW})
        keys = [key for (key,) in cursor.fetchall()]
    found = with_room().in_bulk(keys[:most])
    return Found([found[key] for key in keys[:most]], more=len(keys) > most)


def asked_box(words: str) -> tuple[float, float, float, float]:
    """Raises Invalid where they are not four numbers, or no box within the zone."""
    try:
        west, south, east, north = (float(each) for each in words.split(","))
    except ValueError:
        west = south = east = north = 0.0
    if not (-180 <= west < east <= 180 and -90 < south < north < 90):
        reason = _("Is not west, south, east and north in degrees, such as 104.7,29.3,104.8,29.4.")
        raise Invalid([FieldError("/bbox", reason)])
    return west, south, east, north


def areas() -> QuerySet[Any]:
    standing = AreaRow.objects.standing()
    return with_figures(standing).order_by("district", "code", "id")


def area_of(code: str) -> AreaRow:
    """Raises Missing where no area of this code stands."""
    found: AreaRow | None = areas().filter(code=code).first()
    if found is None:
        raise Missing
    return found


def elements_of(area: AreaRow) -> QuerySet[Any]:
    """The elements that lie in an area, each with `open_kva`, by code."""
    return with_room().filter(area=area)


def room_in(element: Any) -> Room:
    """The class of an element of `with_room`; what is limited takes nobody."""
    if element.limited_by_id and element.row.kind in CONNECTING:
        return Room.NONE
    return room_of(element.open_kva, element.row.rating_kva)
