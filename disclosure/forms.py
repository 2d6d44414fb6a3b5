from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.questions import ApplicantType, Capacity, Purpose, Voltage
from core.filters import FilterForm
from core.forms import refusal_words
from core.problems import Invalid
from core.widgets import line_of
from disclosure.queries import today
from grid.models import CODE_MAX, ElementKind
from grid.points.models import AreaClass, Level
from reliability.indices.queries import Asked
from rules.city import City, city

SIZES = [
    ("micro", _("A micro enterprise")),
    ("small", _("A small enterprise")),
    ("medium", _("A medium enterprise")),
    ("large", _("A large enterprise")),
]


class StandardsForm(FilterForm):
    on = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Is not a date such as 2026-11-23.")},
    )
    place = forms.ChoiceField(label=_("Where"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places: Any = self.fields["place"]
        places.choices = [("", _("The whole city")), *places_of(city())]

    @property
    def district(self) -> str:
        """Empty for the whole city."""
        return str(self.cleaned_data.get("place", "")).partition("/")[0]

    @property
    def where(self) -> dict[str, str]:
        """As the rules are asked for a place."""
        return {"district": self.district, "statutory": self.statutory}

    @property
    def statutory(self) -> str:
        """In a zone, the code of the district that the address lies in."""
        return str(self.cleaned_data.get("place", "")).partition("/")[2]


def places_of(of: City) -> list[tuple[str, str]]:
    """A zone once for each district that it lies in."""
    found = []
    for district in of.districts:
        if not district.statutory:
            found.append((district.code, str(district.name)))
        for code in district.statutory:
            name = f"{district.name} ({of.district(code).name})"
            found.append((f"{district.code}/{code}", name))
    return found


class WhatIfForm(FilterForm):
    """What is known before applying, in the words of somebody who has not read the rules."""

    purpose = forms.ChoiceField(
        label=Purpose.heading,
        choices=Purpose.base_fields["purpose"].choices,  # type: ignore[attr-defined]
    )
    who = forms.ChoiceField(
        label=ApplicantType.heading,
        choices=[
            ("person", _("A person")),
            *((f"company/{code}", name) for code, name in SIZES),
            ("company", _("Another company, a school, an authority")),
        ],
    )
    place = forms.ChoiceField(label=_("Where"))
    capacity_kw = forms.CharField(
        label=Capacity.heading, max_length=12, widget=line_of(10, inputmode="decimal")
    )
    supply = forms.ChoiceField(
        label=Voltage.heading,
        required=False,
        choices=[
            ("", _("As the rules have it")),
            *Voltage.base_fields["voltage"].choices,  # type: ignore[attr-defined]
            ("high/2", _("With a transformer of your own and two supplies")),
        ],
    )
    #: By what the API calls it, the field that asks for it.
    NAMES: ClassVar = {
        "applicant_type": "who", "enterprise_size": "who", "district": "place",
        "statutory_district": "place", "voltage": "supply", "sources": "supply",
    }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places: Any = self.fields["place"]
        places.choices = places_of(city())

    def asked(self) -> dict[str, str]:
        """What the API takes, without what was left open."""
        who, _slash, size = self.wanted("who").partition("/")
        district, _slash, statutory = self.wanted("place").partition("/")
        voltage, _slash, sources = self.wanted("supply").partition("/")
        found = {
            "purpose": self.wanted("purpose"), "applicant_type": who, "enterprise_size": size,
            "district": district, "statutory_district": statutory,
            "capacity_kw": self.wanted("capacity_kw"), "voltage": voltage, "sources": sources,
        }  # fmt: skip
        return {name: value for name, value in found.items() if value}

    def refused(self, problem: Invalid) -> None:
        """Show what a rule refuses at the field that asks for it."""
        for error in problem.errors:
            name = error.pointer.strip("/")
            self.add_error(self.NAMES.get(name, name), refusal_words(error))


class PlaceForm(FilterForm):
    district = forms.ChoiceField(label=_("District"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        districts: Any = self.fields["district"]
        districts.choices = [("", _("Every district")), *named(city().districts)]

    @property
    def narrow(self) -> dict[str, Any]:
        """What `disclosure.queries.rows` takes."""
        return {"district": self.wanted("district")}


class CapacityForm(PlaceForm):
    element = forms.ChoiceField(
        label=_("What it is"), required=False, choices=[("", _("All")), *ElementKind.choices]
    )

    @property
    def narrow(self) -> dict[str, Any]:
        return super().narrow | {"element": self.wanted("element")}


class RoadForm(PlaceForm):
    closed = forms.ChoiceField(
        label=_("When closed"),
        required=False,
        choices=[("", _("Now or before")), ("now", _("Closed now"))],
    )

    @property
    def narrow(self) -> dict[str, Any]:
        return super().narrow | {"closed": bool(self.wanted("closed"))}


class PolicyForm(FilterForm):
    bureau = forms.ChoiceField(label=_("Bureau"), required=False)
    permit = forms.ChoiceField(label=_("Permit"), required=False)
    when = forms.ChoiceField(
        label=_("In force"),
        required=False,
        choices=[("", _("Today, before or later")), ("now", _("Today"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        of = city()
        fields["bureau"].choices = [("", _("Every bureau")), *named(of.bureaus)]
        fields["permit"].choices = [("", _("Every permit")), *named(of.permits)]

    @property
    def narrow(self) -> dict[str, Any]:
        on = {"on": today()} if self.wanted("when") else {}
        return {"bureau": self.wanted("bureau"), "permit": self.wanted("permit"), **on}


def named(things: Iterable[Any]) -> list[tuple[str, str]]:
    """Choices among things of the city's file."""
    return [(each.code, str(each.name)) for each in things]


class OutageForm(PlaceForm):
    q = forms.CharField(label=_("Street, village or outage number"), required=False, max_length=60)

    @property
    def narrow(self) -> dict[str, Any]:
        return super().narrow | {"words": self.wanted("q")}


class ReliabilityForm(PlaceForm):
    """The year is asked for apart: one without data is not there at all."""

    month = forms.ChoiceField(
        label=_("Month"),
        required=False,
        choices=[("", _("The whole year")), *((str(n), str(n)) for n in range(1, 13))],
    )
    area_class = forms.ChoiceField(
        label=_("Class of area"),
        required=False,
        choices=[("", _("Every class")), *AreaClass.choices],
    )
    level = forms.ChoiceField(
        label=_("Customer level"),
        required=False,
        choices=[("", _("Every level")), *Level.choices],
    )
    line = forms.CharField(required=False, max_length=CODE_MAX, widget=forms.HiddenInput)

    def asked(self, year: int) -> Asked:
        month = self.wanted("month")
        return Asked(
            year,
            int(month) if month else None,
            district=self.wanted("district"),
            area_class=self.wanted("area_class"),
            level=self.wanted("level"),
        )
