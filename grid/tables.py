"""The elements of the grid as a published table: what a file of them has to be."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from math import hypot
from typing import Any, Final, cast

from django.db import connection
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.clock import local_date
from core.templatetags.city import figure
from grid import geometry
from grid.areas.place import middle_of
from grid.figures import LARGEST_KVA, figures, with_figures
from grid.gcj02 import shifted
from grid.models import CODE_MAX, Datum, ElementKind, ElementRow
from grid.projection import projected
from publishing.columns import NOTHING, Choice, Day, Flag, Number, Text, Value
from publishing.models import Kind, Publication, PublishedRow
from publishing.tables import (
    NETWORK,
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
from rules.limits import limits

LARGEST_KV = 1_000
#: Positions nearer to each other than this are the same, in metres.
SAME_M: Final = 5.0
#: kVA in a column of MVA, or the other way round.
PREFIX: Final = Decimal(1000)
FORMS: Final = {
    ElementKind.SUBSTATION: (geometry.POINT,),
    ElementKind.TRANSFORMER: (geometry.POINT,),
    ElementKind.BUS: (geometry.POINT, geometry.LINE),
    ElementKind.LINE: (geometry.LINE,),
    ElementKind.PUBLIC_TRANSFORMER: (geometry.POINT,),
}


class Place(Text):
    """A geometry as WKT in degrees, longitude first."""

    def __init__(self, title: Any, **more: Any) -> None:
        super().__init__(title, longest=200_000, required=False, **more)

    def read(self, cell: str) -> Value:
        return geometry.read(cell).wkt

    def show(self, value: Value) -> str:
        if not value:
            return NOTHING
        found = geometry.read(str(value))
        if found.form == geometry.POINT:
            return str(_("a point"))
        return str(_("drawn, {length} m")).format(length=figure(Decimal(round(found.length_m))))


class DatumColumn(Choice):
    empty = ""


def kva(title: Any, hint: Any = "") -> Number:
    return Number(title, unit="kVA", places=2, largest=LARGEST_KVA, required=False, hint=hint)


class ElementForm(RowForm):
    """One element; an empty figure is unknown. What is limited says why (plan 三(五)1)."""

    code = Text(
        _("Code"),
        longest=CODE_MAX,
        hint=_("By which the element is known. No two have the same, whatever they are."),
    )
    kind = Choice(_("What it is"), ElementKind.choices)
    name = Text(_("Name of the element"), longest=200)
    district = district_column()
    fed_from = Text(
        _("Fed from"),
        longest=CODE_MAX,
        required=False,
        hint=_("The code of the element that feeds it. Empty: none here does."),
    )
    voltage_kv = Number(_("Voltage"), unit="kV", places=2, largest=LARGEST_KV)
    rating_kva = kva(_("Rated capacity"), _("Load side. Empty: unknown."))
    max_load_kva = kva(_("Maximum load"), _("Load side. Empty: unknown."))
    committed_kva = kva(
        _("Committed"), _("Promised and not in the load yet, other than here. Empty: unknown.")
    )
    generation_limit_kva = kva(_("Feed-in limit"), _("Generation side."))
    generation_kva = kva(_("Feed-in connected"), _("Generation side."))
    limited = Flag(_("Limited"))
    reason = Text(
        _("Why it is limited"),
        longest=300,
        required=False,
        hint=_("Needed where the capacity is limited."),
    )
    measure = Text(_("What is done about it"), longest=300, required=False)
    expected_end = Day(_("Limited until, expected"), required=False)
    datum = DatumColumn(
        _("Datum"),
        Datum.choices,
        required=False,
        hint=_("Of the geometry. Positions of GCJ-02, as street maps have them, are not taken."),
    )
    geometry = Place(_("Geometry"), hint=_("WKT in degrees, longitude first."))
    data_date = Day(_("Data as of"))
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        if row["limited"] and not row["reason"]:
            yield "reason", _("Say why the capacity is limited.")
        if row["geometry"] and not row["datum"]:
            yield "datum", _("Say in which datum the geometry is.")
        if row["fed_from"] == row["code"]:
            yield "fed_from", _("An element does not feed itself.")
        form = row["geometry"].partition(" ")[0]
        if form and form not in FORMS[row["kind"]]:
            kind = ElementKind(row["kind"]).label
            yield "geometry", format_lazy(_("A “{kind}” does not have this form."), kind=kind)


def refused(row: Row, old: PublishedRow | None, at: datetime) -> Iterable[Complaint]:
    if row["data_date"] > local_date(at):
        yield "data_date", _("Is in the future.")
    before = cast("ElementRow | None", old)
    if before is None:
        return
    if before.kind != row["kind"]:
        kind = before.get_kind_display()
        yield "kind", format_lazy(_("This code is published as “{kind}”."), kind=kind)
    moved = before.geometry != row["geometry"]
    if moved and before.geometry and row["geometry"] and _as_on_a_street_map(before, row):
        yield (
            "geometry",
            _(
                "Lies where a street map (GCJ-02) draws the published position: convert it to "
                "CGCS2000 or WGS 84 first."
            ),
        )


def _as_on_a_street_map(before: ElementRow, row: Row) -> bool:
    was = geometry.read(before.geometry).degrees[0]
    now = projected(*geometry.read(row["geometry"]).degrees[0])
    drawn, known = projected(*shifted(*was)), projected(*was)
    return _apart(now, drawn) < SAME_M < _apart(now, known)


def _apart(a: geometry.Point, b: geometry.Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def asked(row: Row, old: PublishedRow | None, _at: datetime) -> Iterable[Complaint]:
    """Figures that look like kVA in a column of MVA, or the other way round; and loads above what
    an element is rated for."""
    bounds = limits().ratings.get(row["kind"])
    for name in ("rating_kva", "max_load_kva", "generation_limit_kva"):
        value, before = row[name], getattr(old, name, None)
        if value and before and value in (before * PREFIX, before / PREFIX):
            yield name, _("Is a thousandth or a thousandfold of what is published: kVA, or MVA?")
        elif name == "rating_kva" and value and bounds and not bounds[0] <= value <= bounds[1]:
            yield name, _("Is unusual for such an element: kVA, or MVA?")
    if row["rating_kva"] and row["max_load_kva"] and row["max_load_kva"] > row["rating_kva"]:
        yield "max_load_kva", _("Is more than the rating.")


def noted(row: Row, old: PublishedRow | None, _at: datetime) -> Mapping[str, Any]:
    before = cast("ElementRow | None", old)
    if not row["geometry"]:
        return {"shape": None, "middle": None}
    # Most corrections are of figures.
    if before and before.middle and before.geometry == row["geometry"]:
        return {"shape": before.shape, "middle": before.middle}
    drawn = geometry.read(row["geometry"])
    return {"shape": drawn.path, "middle": middle_of(drawn)}


def together(rows: Sequence[Row]) -> Iterable[RowComplaint]:
    """What feeds an element is there, and no element feeds itself over others."""
    # Whoever keeps one district does not see the rows of the others, which may feed it.
    others = ElementRow.objects.standing().exclude(district__in={row["district"] for row in rows})
    feeders = dict(others.values_list("code", "fed_from"))
    feeders |= {row["code"]: row["fed_from"] for row in rows}
    sound: set[str] = set()
    for index, row in enumerate(rows):
        if row["fed_from"] and row["fed_from"] not in feeders:
            yield index, "fed_from", _("There is no element of this code.")
            continue
        seen: set[str] = set()
        code = row["code"]
        while code and code not in sound and code not in seen:
            seen.add(code)
            code = feeders.get(code, "")
        if code in seen:
            yield index, "fed_from", _("Feeds itself over others.")
        else:
            sound.update(seen)


def follow(publication: Publication) -> None:
    """Let the identities, what feeds them, what is promised and the areas follow the rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT grid_follow(%s)", [publication.pk])


register(
    Table(
        Kind.CAPACITY,
        ElementRow,
        ElementForm,
        key=("code",),
        together=together,
        listed=("code", "kind", "name", "district", "fed_from", "voltage_kv", "rating_kva",
                "max_load_kva", "committed_kva", "limited", "data_date"),
        refuses=refused,
        asks=asked,
        notes=noted,
        follows=follow,
        internal=("datum", "geometry"),
        computed=figures,
        computes=with_figures,
        size=NETWORK,
        words=Wording(
            _("Open capacity by line"),
            _("No open capacity is published"),
            _(
                "The supply company has not published figures here yet, which does not mean that "
                "there is no capacity. An application is answered all the same; call one of the "
                "hotlines below to ask about a place."
            ),
        ),
    )
)  # fmt: skip
