"""The areas in which power is off or will be, drawn under a map approval number (审图号)
alone, by the script of the map by room left."""

from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy, ngettext

from grid.areas.drawing import collection, feature
from grid.areas.models import AreaRow
from grid.areas.reading import map_words
from grid.areas.room import Room
from grid.models import Element
from reliability.outages.models import Interruption
from reliability.outages.workflow import IS_OFF, OutageState

#: How the map's patterns are read here.
LEGEND: Final = (
    (Room.NONE.value, gettext_lazy("Power off now")),
    (Room.LIMITED.value, gettext_lazy("Announced")),
    (Room.AMPLE.value, gettext_lazy("No outage known")),
)


def outage_map() -> dict[str, Any]:
    """The context of the map of `disclosure/outages.html`; empty without an approval number, or
    where no area is published."""
    areas = AreaRow.objects.standing()
    if not settings.MAP_APPROVAL_NUMBER or not areas:
        return {}
    off, ahead = _in(*IS_OFF), _in(OutageState.ANNOUNCED)
    words = {code: str(label) for code, label in LEGEND}

    def drawn(area: AreaRow) -> dict[str, Any]:
        now, later = off.get(area.pk, 0), ahead.get(area.pk, 0)
        room = Room.NONE if now else Room.LIMITED if later else Room.AMPLE
        said = ngettext("%(count)s outage", "%(count)s outages", now or later)
        lines = [said % {"count": now or later}] if now or later else []
        properties = {"name": area.name, "room": room.value, "word": words[room.value]}
        return feature(area, {**properties, "lines": lines, "url": ""})

    return {
        "drawn": collection(map(drawn, areas)),
        "words": map_words(),
        "rooms": LEGEND,
        "approval": settings.MAP_APPROVAL_NUMBER,
    }


def _in(*states: str) -> dict[int, int]:
    """By area, how many outages of some states take the power from somebody there, and have not
    given it back."""
    rows = Interruption.objects.filter(outage__state__in=states, on_at=None).exclude(element="")
    pairs = set(rows.values_list("element", "outage"))
    places = dict(
        Element.objects.filter(code__in={code for code, _outage in pairs}, area__isnull=False)
        .values_list("code", "area")
    )  # fmt: skip
    found: dict[int, set[int]] = {}
    for code, outage in pairs:
        if code in places:
            found.setdefault(places[code], set()).add(outage)
    return {area: len(outages) for area, outages in found.items()}
