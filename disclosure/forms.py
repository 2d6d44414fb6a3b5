from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.filters import FilterForm
from rules.city import City, city


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


class PlaceForm(FilterForm):
    district = forms.ChoiceField(label=_("District"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        districts: Any = self.fields["district"]
        names = [(d.code, str(d.name)) for d in city().districts]
        districts.choices = [("", _("Every district")), *names]

    @property
    def narrow(self) -> dict[str, Any]:
        """What `disclosure.queries.rows` takes."""
        return {"district": self.wanted("district")}


class OutageForm(PlaceForm):
    q = forms.CharField(label=_("Street, village or outage number"), required=False, max_length=60)

    @property
    def narrow(self) -> dict[str, Any]:
        return super().narrow | {"words": self.wanted("q")}
