"""The register as a published table: kept by the bureau that permits municipal roads to be dug."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import ValidationError as Refused

from accounts.roles import Role
from approvals.packages.route import RouteField, length_of
from approvals.roads.closure import Closure
from approvals.roads.models import NAME_MAX, NUMBER_MAX, WORDS_MAX, Cause, Road
from core.clock import local_date
from core.templatetags.city import day, figure
from publishing.columns import NOTHING, Choice, Column, Day, Text
from publishing.models import Kind, PublishedRow
from publishing.tables import (
    Complaint,
    Keeper,
    Row,
    RowForm,
    Table,
    Wording,
    district_column,
    register,
    source_column,
)
from rules.city import city
from rules.names import Permit

POINT_BY_POINT: Final = str.maketrans(";；", "\n\n")


class Line(Column):
    """Points of a line in one cell, or a LineString of GeoJSON."""

    empty: Any = []

    def __init__(self, title: Any, *, hint: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
        super().__init__(title, required=False, hint=hint, widget=widget)

    def read(self, cell: str) -> Any:
        plain = cell.strip()
        text = plain if plain.startswith(("{", "[")) else plain.translate(POINT_BY_POINT)
        try:
            return RouteField().to_internal_value(text)
        except Refused as refused:
            raise ValidationError([str(each) for each in refused.detail]) from None

    def write(self, value: Any) -> str:
        return "; ".join(f"{longitude} {latitude}" for longitude, latitude in value or ())

    def show(self, value: Any) -> str:
        if not value:
            return NOTHING
        return str(_("drawn, {length} m")).format(length=figure(length_of(value)))


class RoadForm(RowForm):
    number = Text(
        _("Number in the register"),
        longest=NUMBER_MAX,
        hint=_("By which packages and permits name it. It stays when the row is corrected."),
    )
    district = district_column()
    name = Text(_("Road"), longest=NAME_MAX)
    section = Text(_("Section"), longest=WORDS_MAX, hint=_("From where to where, or all of it."))
    cause = Choice(_("Why it is closed"), Cause.choices)
    since = Day(
        _("Closed since"),
        hint=_(
            "The day on which the road came into use, or on which its overhaul ended. Until when "
            "it is closed follows from it by law."
        ),
    )
    route = Line(
        _("Line of the road"),
        hint=_(
            "Points as longitude and latitude in degrees (CGCS2000), a semicolon between them, or "
            "a LineString of GeoJSON. May be left out; then companies name the road themselves."
        ),
    )
    basis = Text(
        _("Basis"),
        longest=WORDS_MAX,
        hint=_("The document that shows the day, such as the record of acceptance."),
    )
    source = source_column()


def refused_road(row: Row, _old: PublishedRow | None, at: datetime) -> Iterable[Complaint]:
    if row["since"] > local_date(at):
        yield "since", _("Is in the future: a road is entered once it is in use.")


def doubtful_road(row: Row, _old: PublishedRow | None, _at: datetime) -> Iterable[Complaint]:
    closure = Closure.now()
    last = closure.until(Cause(row["cause"]), row["since"])
    if last < closure.today:
        reason = _("By this day it has been open again since {day}. Is the day right?")
        yield "since", format_lazy(reason, day=day(last + timedelta(days=1)))


def city_road_bureau() -> str:
    return str(city().permit(Permit.MUNICIPAL_EXCAVATION).bureau)


register(
    Table(
        Kind.ROADS,
        Road,
        RoadForm,
        key=("number",),
        listed=("number", "district", "name", "section", "cause", "since"),
        refuses=refused_road,
        asks=doubtful_road,
        keeper=Keeper(
            (Role.BUREAU_LEAD,),
            _("Only the lead of the bureau that permits municipal roads to be dug keeps these."),
            bureau=city_road_bureau,
        ),
        words=Wording(
            _("Roads that may not be dug"),
            _("No road is entered"),
            _(
                "The bureau has entered no such road here, which does not mean that there is none. "
                "Ask the bureau before you dig a road that is new or was overhauled lately."
            ),
        ),
    )
)
