"""Areas of the map as a published table; what the public reads of each besides its name."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.templatetags.city import figure
from grid import geometry
from grid.areas.models import AreaRow
from grid.areas.overlap import overlapping
from grid.areas.room import Room
from grid.figures import LARGEST_KVA
from grid.models import Datum
from grid.tables import DatumColumn, Place, kva
from publishing.columns import Choice, Column, Flag, Number, Text
from publishing.models import Kind, Publication, PublishedRow
from publishing.tables import (
    Complaint,
    Row,
    RowComplaint,
    RowForm,
    Table,
    Wording,
    district_column,
    register,
    source_column,
)


class AreaForm(RowForm):
    """One cell of the map, drawn as one ring."""

    code = Text(_("Code"), longest=40, hint=_("By which the area is known."))
    name = Text(_("Name"), longest=200)
    district = district_column()
    datum = DatumColumn(_("Datum"), Datum.choices)
    geometry = Place(_("Geometry"), hint=_("WKT in degrees, longitude first: a POLYGON."))
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        if not row["geometry"].startswith(geometry.AREA):
            yield "geometry", _("Draw the area as a POLYGON.")
        if not row["datum"]:
            yield "datum", _("Say in which datum the geometry is.")


def shaped(row: Row, _old: PublishedRow | None, _at: datetime) -> Mapping[str, Any]:
    return {"shape": geometry.read(row["geometry"]).path}


def together(rows: Sequence[Row]) -> Iterable[RowComplaint]:
    """No land lies in two areas; borders that touch are as they should be."""
    # Whoever keeps one district does not see the rows of the others, which may reach into it.
    others = AreaRow.objects.standing().exclude(district__in={row["district"] for row in rows})
    areas = [(row["name"], row["geometry"]) for row in rows]
    areas += others.values_list("name", "geometry")
    rings = [geometry.read(wkt).metres for _name, wkt in areas]
    for first, last, found in overlapping(rings):
        if first < len(rows):
            yield first, "geometry", format_lazy(
                _("Overlaps “{name}” by {area} m²: draw the border between them once."),
                name=areas[last][0], area=figure(Decimal(round(found.area))),
            )  # fmt: skip


def place_elements(_publication: Publication | None = None) -> None:
    """Let every element belong to the area in which it lies; of two that touch, to the first by
    code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT grid_place()")


def figures() -> dict[str, Column]:
    def count(title: Any) -> Number:
        return Number(title, places=0, largest=LARGEST_KVA, required=False)

    return {
        "room": Choice(_("Room left"), Room.choices),
        "open_kva": kva(_("Open at once")),
        "elements": count(_("Lines and transformers")),
        "with_room": count(_("Of these with room")),
        "rated_kva": kva(_("Rated capacity")),
        "load_kva": kva(_("Maximum load")),
        "committed_kva": kva(_("Committed")),
        "offered_kva": kva(_("Offered")),
        "waiting": count(_("Waiting cases")),
        "few": Flag(_("Too few elements for figures")),
    }


def with_figures(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("figures")


register(
    Table(
        Kind.AREAS,
        AreaRow,
        AreaForm,
        key=("code",),
        together=together,
        listed=("code", "name", "district", "geometry"),
        notes=shaped,
        follows=place_elements,
        internal=("datum", "geometry"),
        computed=figures,
        computes=with_figures,
        words=Wording(
            _("Room left by area"),
            _("No areas are published"),
            _(
                "The supply company has not published areas here yet. What single lines can still "
                "take stands in the table of open capacity."
            ),
        ),
    )
)
