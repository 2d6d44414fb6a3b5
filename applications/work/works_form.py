"""The external line as a form: every field of the contract, grouped, each with what it decides."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from core.forms import BodyForm
from core.widgets import HintedRadios
from rules.city import city
from rules.names import Permit
from rules.works import FLAGS, Works

#: A lazy text; Django's stubs have another name for its type.
Text = Any

#: Permits that take the way of a commitment where the line is short; the applicant may choose
#: ordinary review instead.
BY_COMMITMENT = (
    Permit.ROAD_OCCUPATION, Permit.MUNICIPAL_OCCUPATION, Permit.MUNICIPAL_EXCAVATION,
    Permit.HIGHWAY_EXCAVATION, Permit.GREENING,
)  # fmt: skip
GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (_("The line"), ("voltage_kv", "length_m", "excavation_m", "investment_yuan")),
    (
        _("Plans and approvals"),
        (
            "in_planned_area", "along_municipal_road_or_duct", "in_adopted_plan",
            "start_report_approved",
        ),
    ),
    (
        _("Roads"),
        ("road", "highway_class", "existing_road", "occupies_road", "crosses_road"),
    ),
    (_("Trees and green space"), ("greening",)),
    (_("The applicant's choice"), ("choose_review",)),
)  # fmt: skip


def _amount(label: Text, hint: Text, *, needed: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=hint,
        required=needed,
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs={"class": "td-input--width-10", "inputmode": "decimal"}),
    )


def _flag(label: Text, hint: Text) -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=hint, required=False)


class WorksForm(BodyForm):
    """The declared works. Whether they go together, `rules.works.Works` says."""

    external = forms.ChoiceField(
        label=_("Does the connection need an external line?"),
        choices=(("yes", _("Yes")), ("no", _("No, nothing is built outside"))),
        widget=HintedRadios(
            hints={"no": _("Then no permit is needed and nothing else is filled in.")}
        ),
        initial="yes",
    )
    voltage_kv = _amount(
        _("Rated voltage in kV"),
        _("From 35 kV a district may have shorter limits."),
        needed=False,
    )
    length_m = _amount(
        _("Length in metres"),
        _("Decides between exemption, commitment and review."),
    )
    excavation_m = _amount(_("Of which dug, in metres"), _("0 if nothing is dug."))
    investment_yuan = _amount(
        _("Investment in the line, in yuan"),
        _("Decides whether a construction permit is needed."),
    )
    in_planned_area = _flag(
        _("Inside the planned area of a city or town"), _("For the construction permit.")
    )
    along_municipal_road_or_duct = _flag(
        _("Along municipal roads or in their common ducts"),
        _("Utility tunnels and shared overhead lines included."),
    )
    in_adopted_plan = _flag(
        _("In an adopted plan of power facilities"),
        _("A plan lawfully taken into the plan of city and countryside."),
    )
    start_report_approved = _flag(
        _("The report on the start of works is approved"),
        _("Then no construction permit is needed."),
    )
    road = forms.ChoiceField(
        label=_("Road that is touched"),
        choices=(
            ("none", _("None")),
            ("municipal", _("A municipal road")),
            ("highway", _("A highway")),
        ),
        widget=forms.RadioSelect,
    )
    highway_class = forms.ChoiceField(
        label=_("Class of the highway"),
        help_text=_("The limit of 4 working days covers ordinary trunk highways only."),
        choices=(
            ("", _("Not a highway")),
            ("ordinary_trunk", _("Ordinary trunk highway")),
            ("expressway", _("Expressway")),
            ("other", _("Another highway")),
        ),
        required=False,
    )
    existing_road = _flag(
        _("The line runs in existing roads"),
        _("Then planning decides on the spot, without land papers."),
    )
    occupies_road = _flag(_("The works occupy a road"), _("Also only for some hours."))
    crosses_road = _flag(_("The line crosses a road"), _("Above or below."))
    greening = forms.ChoiceField(
        label=_("Greenery that is moved"),
        choices=(
            ("none", _("None")),
            ("ordinary", _("Ordinary trees or green space")),
            ("ancient", _("Ancient or notable trees")),
        ),
        widget=HintedRadios(hints={"ancient": _("Outside the plan's limit: by its own law.")}),
    )
    choose_review = forms.MultipleChoiceField(
        label=_("Ordinary review instead of a commitment"),
        help_text=_(
            "Short lines need only a commitment here. Tick where the applicant does not want it."
        ),
        choices=lambda: [(code.value, str(city().permit(code).name)) for code in BY_COMMITMENT],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    lead = _(
        "Declare the line as it will be built. The rules answer for all seven permits at once; "
        "you see the answer before anything is sent."
    )

    def __init__(
        self,
        case: Application,
        data: Mapping[str, Any] | None = None,
        *,
        before: Works | None = None,
    ) -> None:
        super().__init__(data)
        self.case = case
        self.initial = declared(before) if before else {"road": "none", "greening": "none"}
        if data is not None and data.get("external") == "no":
            for name in (name for __, names in GROUPS for name in names):
                self.fields[name].required = False

    @property
    def groups(self) -> list[tuple[Text, list[BoundField]]]:
        """The fields of a line by what they are about."""
        return [(title, [self[name] for name in names]) for title, names in GROUPS]

    def body(self) -> dict[str, Any]:
        """Return the line-works body of the contract."""
        values = self.cleaned_data
        if values["external"] == "no":
            return {"none": True}
        numbers = ("voltage_kv", "length_m", "excavation_m", "investment_yuan")
        return {
            "voltage": self.case.voltage,
            **{name: str(values[name]) for name in numbers if values[name] is not None},
            **{name: values[name] for name in FLAGS},
            "road": values["road"],
            "greening": values["greening"],
            "choose_review": sorted(values["choose_review"]),
            **({"highway_class": values["highway_class"]} if values["highway_class"] else {}),
        }


def declared(works: Works) -> dict[str, Any]:
    """Return the values of the form for works that were declared before."""
    if works.none:
        return {"external": "no", "road": "none", "greening": "none"}
    plain = {
        name: getattr(works, name) for names in (group for _t, group in GROUPS) for name in names
    }
    return {**plain, "external": "yes", "choose_review": sorted(works.choose_review)}
