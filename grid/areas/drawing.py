"""Areas and elements as GeoJSON (RFC 7946): degrees, longitude first."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from grid import geometry

GEOJSON: Final = "application/geo+json"
TYPES: Final = {geometry.POINT: "Point", geometry.LINE: "LineString", geometry.AREA: "Polygon"}


def feature(row: Any, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A row with a geometry, known by its code."""
    drawn = geometry.read(row.geometry)
    places: Any = [list(position) for position in drawn.degrees]
    if drawn.form == geometry.POINT:
        places = places[0]
    elif drawn.form == geometry.AREA:
        places = [places]
    return {
        "type": "Feature",
        "id": row.code,
        "geometry": {"type": TYPES[drawn.form], "coordinates": places},
        "properties": dict(properties),
    }


def collection(features: Iterable[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **more}


def written(found: Mapping[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))
