"""The map by room left in public: drawn only under a map approval number (审图号).

Whoever shows a map to the public needs it approved (地图管理条例 15); so do polygons that a program
draws. The table needs none.
"""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from core.problems import Missing
from grid.areas.reading import areas_drawn, map_words
from grid.areas.room import Room


def public_map(rows: QuerySet[Any]) -> dict[str, Any]:
    """The context of `disclosure/areas.html` for the map; empty without an approval number."""
    if not settings.MAP_APPROVAL_NUMBER:
        return {}
    return {
        "drawn": areas_drawn(rows),
        "words": map_words(),
        "rooms": Room.choices,
        "approval": settings.MAP_APPROVAL_NUMBER,
    }


def approval_number() -> str:
    """Raises Missing where the operator has entered none."""
    if not settings.MAP_APPROVAL_NUMBER:
        raise Missing
    return str(settings.MAP_APPROVAL_NUMBER)
