"""The map of the desks: areas, and the lines and transformers in them; not for the public."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.decorators import role_required
from core.paging import page_of
from grid.areas.drawing import collection
from grid.areas.reading import map_words
from grid.areas.room import Room
from grid.map import queries
from grid.map.reading import MAP_ROLES, area_feature, area_table, element_table


@require_safe
@role_required(*MAP_ROLES)
def page(request: HttpRequest) -> HttpResponse:
    here = reverse("grid:map")
    areas = [(area, f"{here}?{urlencode({'area': area.code})}") for area in queries.areas()]
    context: dict[str, Any] = {
        "areas": area_table(areas),
        "drawn": collection(area_feature(area, url) for area, url in areas),
        "words": map_words(),
        "rooms": Room.choices,
    }
    if code := request.GET.get("area", ""):
        area = queries.area_of(code)
        listed = page_of(request, queries.elements_of(area), order=("code",))
        table = element_table(listed.rows, area)
        context |= {"area": area, "page": listed, "elements": table}
    return render(request, "work/grid_map.html", context)
