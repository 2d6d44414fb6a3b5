"""The connection points as a published table: what a file of them has to be."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.clock import local_date
from grid.models import CODE_MAX, CONNECTING, Element
from grid.points.models import POINT_MAX, AreaClass, ConnectionPoint, Level
from publishing.columns import Choice, Choices, Day, Number, Text
from publishing.models import Kind, PublishedRow
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
from rules.city import city

LARGEST_COUNT = 10_000_000


class TownColumn(Choice):
    empty = ""


def towns() -> Choices:
    return [(town.code, town.name) for each in city().districts for town in each.townships]


class PointForm(RowForm):
    code = Text(
        _("Connection point"),
        longest=POINT_MAX,
        hint=_("The number of the meter, or the point's own. Nobody's name, and no address."),
    )
    district = district_column()
    town = TownColumn(_("Township"), towns, required=False, hint=_("Empty: unknown."))
    area = Text(_("Streets or villages"), longest=300, required=False, hint=_("Never customers."))
    element = Text(
        _("Fed by"),
        longest=CODE_MAX,
        hint=_("The code of the line or public transformer, as it is published."),
    )
    area_class = Choice(_("Class of area"), AreaClass.choices)
    level = Choice(_("Customer level"), Level.choices)
    customers = Number(_("Customers"), unit=_("customers"), places=0, largest=LARGEST_COUNT)
    data_date = Day(_("Data as of"))
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        district, town = city().district(row["district"]), row["town"]
        # A zone lies in several districts; the town says in which.
        places = [city().district(code) for code in district.statutory] or [district]
        if town and town not in {each.code for place in places for each in place.townships}:
            yield "town", _("The district has no such township.")


def refused(row: Row, _old: PublishedRow | None, at: datetime) -> Iterable[Complaint]:
    if row["data_date"] > local_date(at):
        yield "data_date", _("Is in the future.")


def together(rows: Sequence[Row]) -> Iterable[RowComplaint]:
    """What feeds a point is published, and something that customers are connected to. A point that
    was published before its element was withdrawn may stay as it is."""
    there = Element.objects.filter(row__isnull=False)
    connecting = set(there.filter(row__kind__in=CONNECTING).values_list("code", flat=True))
    stood = dict(ConnectionPoint.objects.standing().values_list("code", "element"))
    unknown = {row["element"] for row in rows} - connecting
    others = set(there.filter(code__in=unknown).values_list("code", flat=True))
    for index, row in enumerate(rows):
        code = row["element"]
        if code not in unknown or stood.get(row["code"]) == code:
            continue
        if code in others:
            yield index, "element", _("Is neither a line nor a public transformer.")
        else:
            yield index, "element", _("There is no element of this code.")


register(
    Table(
        Kind.POINTS,
        ConnectionPoint,
        PointForm,
        key=("code",),
        together=together,
        listed=("code", "district", "town", "element", "area_class", "level", "customers",
                "data_date"),
        refuses=refused,
        for_public=False,
        size=NETWORK,
        words=Wording(
            _("Connection points"),
            _("No connection point is published"),
            _("Without points nobody knows how many customers an element of the grid feeds."),
        ),
    )
)  # fmt: skip
