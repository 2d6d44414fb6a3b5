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

#: Of the highest voltage first: what is left out where there are too many is the smallest.
IN_BOX: Final = """
SELECT e.id FROM grid_elementrow r JOIN grid_element e ON e.row_id = r.id
WHERE r.replaced_in_id IS NULL AND r.shape IS NOT NULL
    AND box(polygon(pclose(r.shape))) && box(point(%s, %s), point(%s, %s))
ORDER BY r.voltage_kv DESC, e.id LIMIT %s
"""


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
        corners = (*projected(west, south), *projected(east, north))
        cursor.execute(IN_BOX, [*corners, most + 1])
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
    if element.row.limited and element.row.kind in CONNECTING:
        return Room.NONE
    return room_of(element.open_kva, element.row.rating_kva)
