"""Elements and areas as the desks of the supply company read them: with every figure."""

from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.roles import SUPPLIERS, Role
from core.templatetags.city import figure
from grid.areas.models import AreaRow
from grid.areas.reading import drawn, open_words
from grid.figures import kva_words, limit_words
from grid.map.queries import room_in
from grid.models import PASSING
from publishing.columns import NOTHING

#: Who of the supply company reads where its lines are.
MAP_ROLES: Final = (*SUPPLIERS, Role.SUPPLY_LEAD)


def element_feature(element: Any) -> dict[str, Any]:
    row, room = element.row, room_in(element)
    lines = [
        f"{row.get_kind_display()}, {figure(row.voltage_kv.normalize())} kV",
        open_words(element.open_kva),
    ]
    if limited := limit_words(element):
        lines.append(limited)
    found = drawn(row, row.name, room, lines)
    found["properties"]["word"] = _room_word(element)
    found["properties"] |= {
        "kind": row.kind,
        "voltage_kv": float(row.voltage_kv),
        "rating_kva": _number(row.rating_kva),
        "open_kva": _number(element.open_kva),
        "limited": element.limited_by_id is not None,
    }
    return found


def _room_word(element: Any) -> str:
    """What only passes power on and has no rating has no class of its own."""
    if element.row.kind in PASSING and element.row.rating_kva is None:
        return NOTHING
    return str(room_in(element).label)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def area_feature(area: AreaRow, url: str) -> dict[str, Any]:
    return drawn(area, area.name, area.room, _area_lines(area), url)


def _area_lines(area: AreaRow) -> list[str]:
    found = area.figures
    counted = _("%(with)s of %(all)s lines and transformers have room")
    return [
        open_words(found.open_kva),
        counted % {"with": figure(found.with_room), "all": figure(found.elements)},
        _("Waiting cases: %(waiting)s") % {"waiting": figure(found.waiting)},
    ]


def area_table(areas: list[tuple[AreaRow, str]]) -> dict[str, Any]:
    """The context of `components/data_table.html`, of areas each with its address."""
    return {
        "caption": _("Room left by area"),
        "columns": [
            {"label": _("Area of the map")},
            {"label": _("Room left")},
            {"label": _("Open at once"), "unit": "kVA", "numeric": True},
            {"label": _("With room, of all"), "numeric": True},
            {"label": _("Waiting cases"), "numeric": True},
        ],
        "rows": [
            [
                {"text": area.name, "url": url},
                str(area.room.label),
                kva_words(area.figures.open_kva),
                f"{figure(area.figures.with_room)} / {figure(area.figures.elements)}",
                figure(area.figures.waiting),
            ]
            for area, url in areas
        ],
        "stack": True,
        "empty": {
            "title": _("No areas are published"),
            "text": _("Publish areas of the map: here are their figures then, and the elements."),
        },
    }


def element_table(elements: list[Any], area: AreaRow) -> dict[str, Any]:
    return {
        "caption": _("Elements in “%(area)s”") % {"area": area.name},
        "columns": [
            {"label": _("Element")},
            {"label": _("What it is")},
            {"label": _("Room left")},
            {"label": _("Rated capacity"), "unit": "kVA", "numeric": True},
            {"label": _("Open capacity"), "unit": "kVA", "numeric": True},
        ],
        "rows": [
            [
                f"{each.row.name} ({each.code})",
                str(each.row.get_kind_display()),
                _room_word(each),
                kva_words(each.row.rating_kva),
                kva_words(each.open_kva),
            ]
            for each in elements
        ],
        "stack": True,
        "empty": {
            "title": _("No elements"),
            "text": _("No element of the grid that is published lies in this area."),
        },
    }
