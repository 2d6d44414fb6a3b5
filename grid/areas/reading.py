"""Areas and elements of the map in words, for popups; the same facts stand in tables beside it."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.templatetags.city import figure
from grid.areas.drawing import collection, feature
from grid.areas.models import AreaRow
from grid.areas.room import Room
from grid.figures import kva_words


def open_words(value: Decimal | None) -> str:
    return _("Open: %(kva)s kVA") % {"kva": kva_words(value)}


def drawn(row: Any, name: str, room: Room, lines: list[str], url: str = "") -> dict[str, Any]:
    """A feature as the script of the page reads it (assets/js/map.mjs)."""
    said = {"name": name, "room": room.value, "word": str(room.label), "lines": lines, "url": url}
    return feature(row, said)


def area_lines(area: AreaRow) -> list[str]:
    """What is public of an area."""
    if area.few:
        return [_("Too few elements for figures.")]
    return [
        open_words(area.open_kva),
        _("Waiting cases: %(waiting)s") % {"waiting": figure(area.waiting)},
    ]


def areas_drawn(areas: Any) -> dict[str, Any]:
    """The public areas with their classes and words."""
    return collection(drawn(area, area.name, area.room, area_lines(area)) for area in areas)


def map_words() -> dict[str, str]:
    """What the script of the map says."""
    return {
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "close": _("Close"),
        "more": _("Not all elements here are drawn: zoom in to see them."),
        "failed": _("The elements could not be read. The lists of the areas have them."),
        "open": _("Show what is in it"),
    }
