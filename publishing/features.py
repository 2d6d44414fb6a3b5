"""Tables with a place as GeoJSON (RFC 7946): each row a feature, its columns the properties, and
the column `geometry`, which is WKT, the geometry. Degrees, longitude first, in both."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from publishing.columns import Column, Value, fits_double
from publishing.sheets import readable, too_many_rows
from publishing.tables import GEOMETRY, Columns, Row
from rules.limits import Quota, limits

#: How deep the coordinates of each geometry lie in brackets.
DEPTHS: Final = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "Polygon": 2, "MultiLineString": 2,
    "MultiPolygon": 3,
}  # fmt: skip
BY_WKT: Final = {name.upper(): name for name in DEPTHS}
PAIR: Final = re.compile(r"(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)")
#: Systems of coordinates in degrees that files of older versions of GeoJSON name.
IN_DEGREES: Final = re.compile(r"(CRS84|EPSG:{1,2}(4326|4490))$")
LONGEST_NUMBER: Final = 30
NO_GEOJSON: Final = _("This is not a GeoJSON FeatureCollection, or it is damaged.")


def rows_of(content: bytes, *, most: int) -> list[list[str]]:
    """The features as rows of texts, below the names of all their properties.

    Raises:
        ValidationError: no FeatureCollection, other coordinates than degrees, too many features;
            one that is wrong is named by its number.
    """
    try:
        found = json.loads(content, parse_float=Decimal, parse_constant=_constant)
        features = list(found["features"]) if found["type"] == "FeatureCollection" else None
    except (ValueError, TypeError, LookupError, RecursionError):
        features = None
    if features is None:
        raise ValidationError(NO_GEOJSON)
    if not _in_degrees(found):
        reason = _("The coordinates must be degrees, longitude first; the file says otherwise.")
        raise ValidationError(reason)
    if len(features) > most:
        raise ValidationError(too_many_rows(most))
    columns = limits().quotas[Quota.SHEET_COLUMNS]
    # In the order in which they first stand there.
    names: dict[str, None] = {}
    rows = []
    for number, feature in enumerate(features, 1):
        try:
            cells = _cells(feature)
        except ValueError as error:
            reason = _("Feature {number}: {reason}")
            raise ValidationError(
                format_lazy(reason, number=number, reason=error.args[0])
            ) from None
        names |= dict.fromkeys(cells)
        if len(names) > columns:
            reason = _("More than {columns} columns.")
            raise ValidationError(format_lazy(reason, columns=columns))
        rows.append(cells)
    return [list(names), *([cells.get(name, "") for name in names] for cells in rows)]


def _constant(name: str) -> str | None:
    """What is no JSON and is written all the same: NaN is unknown."""
    return None if name == "NaN" else name


def _in_degrees(found: Mapping[str, Any]) -> bool:
    """RFC 7946 knows no other; files of the version before it may name one."""
    if found.get("crs") is None:
        return True
    try:
        return IN_DEGREES.search(found["crs"]["properties"]["name"]) is not None
    except (LookupError, TypeError):
        return False


def _cells(feature: Any) -> dict[str, str]:
    """The texts of a feature by their names. Raises ValueError with the reason."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise ValueError(_("It is no feature."))
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict) or GEOMETRY in properties:
        raise ValueError(_("Its properties are not names with values, or one is a geometry."))
    cells = {readable(name): _named(name, value) for name, value in properties.items()}
    return cells | {GEOMETRY: wkt(feature.get("geometry"))}


def _named(name: str, value: Any) -> str:
    try:
        return text_of(value)
    except TypeError:
        reason = _("“{name}” is neither text nor number.")
        raise ValueError(format_lazy(reason, name=name)) from None


def text_of(value: Any) -> str:
    """A value of JSON as the cell of a file has it.

    Raises:
        TypeError: it is neither text nor number, true, false or null.
        ValueError: it has what no text can hold, or is no figure; with the reason.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, float):
        # As few digits as name the same double: those that were sent.
        value = Decimal(repr(value))
    if isinstance(value, int | Decimal):
        return _number(value)
    raise TypeError


def wkt(geometry: Any) -> str:
    """The text of a geometry of GeoJSON; empty where there is none. Raises ValueError with the
    reason."""
    if geometry is None:
        return ""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in DEPTHS:
        known = ", ".join(DEPTHS)
        raise ValueError(format_lazy(_("Its geometry must be one of: {known}."), known=known))
    written = _bracketed(geometry.get("coordinates"), DEPTHS[kind])
    return f"{kind.upper()} {written if DEPTHS[kind] else f'({written})'}"


def _bracketed(coordinates: Any, depth: int) -> str:
    if not isinstance(coordinates, list) or not coordinates:
        raise ValueError(_("Its coordinates do not fit its geometry."))
    if depth:
        return f"({', '.join(_bracketed(each, depth - 1) for each in coordinates)})"
    if len(coordinates) != 2:
        raise ValueError(_("A point has two coordinates, longitude and latitude, and no height."))
    if not all(type(each) in (int, Decimal) for each in coordinates):
        raise ValueError(_("Its coordinates do not fit its geometry."))
    return " ".join(map(_number, coordinates))


def _number(value: int | Decimal) -> str:
    """Raises ValueError: written out it would be longer than any figure is."""
    if isinstance(value, Decimal) and not _figure(value):
        raise ValueError(_("Is not a number."))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _figure(value: Decimal) -> bool:
    return value.is_finite() and abs(value.adjusted()) <= LONGEST_NUMBER


def geometry_of(text: str) -> dict[str, Any] | None:
    """What `wkt` was made from; None for the empty text."""
    if not text:
        return None
    kind, _space, body = text.partition("(")
    name = BY_WKT[kind.strip().upper()]
    nested = PAIR.sub(r"[\1, \2]", f"({body}").translate(str.maketrans("()", "[]"))
    coordinates = json.loads(nested)
    return {"type": name, "coordinates": coordinates if DEPTHS[name] else coordinates[0]}


def written(columns: Columns, rows: Iterable[Row]) -> Iterator[str]:
    """The text of a FeatureCollection, in pieces; properties are named as programs name them."""
    yield '{"type": "FeatureCollection", "features": ['
    between = "\n"
    for row in rows:
        properties = {
            name: json_of(column, row[name]) for name, column in columns.items() if name != GEOMETRY
        }
        feature = {
            "type": "Feature",
            "geometry": geometry_of(columns[GEOMETRY].code(row[GEOMETRY])),
            "properties": properties,
        }
        yield between + json.dumps(feature, ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def json_of(column: Column, value: Value) -> Any:
    """A value as JSON has it; `text_of` and the column read it back."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal) and fits_double(value):
        return int(value) if value == int(value) else float(value)
    return column.code(value) or None
