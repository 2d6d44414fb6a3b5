"""The form of a package: what is typed, a route that comes as a file, and one attachment more."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from approvals.packages.models import Package
from approvals.packages.serializers import PackageBody
from approvals.roads.approving import ApprovalBody
from approvals.roads.forms import APPROVAL_CONTROLS, choices_of
from approvals.roads.meeting import Met
from approvals.roads.models import Road
from core.forms import ACCEPT, form_of
from rules.city import PermitDocument

DAY: Final = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
#: Bytes of a file of coordinates: far more than the points that a route may have.
MOST: Final = 200_000
FIELDS: Final = PackageBody().fields
DAYS: Final = ("begins_on", "ends_on")
APPROVAL_FORM: Final = form_of(ApprovalBody, controls=APPROVAL_CONTROLS)
APPROVES: Final = tuple(APPROVAL_FORM.base_fields)
APPROVES_HINT: Final = _(
    "Only with a government's approval to dig a closed road as the attachment: what it says."
)


class PackageForm(
    form_of(  # type: ignore[misc]
        PackageBody,
        controls={
            "route": forms.CharField(
                label=FIELDS["route"].label,
                help_text=FIELDS["route"].help_text,
                required=False,
                widget=forms.Textarea(
                    attrs={"rows": 6, "inputmode": "text", "spellcheck": "false"}
                ),
            ),
            "roads": forms.MultipleChoiceField(
                label=FIELDS["roads"].label,
                help_text=_(
                    "Tick what the route does not show, or where there are no coordinates."
                ),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            ),
            **{
                name: forms.DateField(label=FIELDS[name].label, required=False, widget=DAY)
                for name in DAYS
            },
        },
    )
):
    route_file = forms.FileField(
        label=_("Route as a file"),
        help_text=_("GeoJSON with one LineString, or a text with a point a line. It replaces what "
                    "stands above."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,.txt,.csv"}),
    )  # fmt: skip
    requirement = forms.ChoiceField(label=_("Attachment"), required=False)
    file = forms.FileField(
        label=_("File of the attachment"),
        help_text=_("Added as you save. One attachment at a time."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    field_order = (
        "route", "route_file", "roads", *DAYS, "contractor", "contact", "phone", "requirement",
        "file", *APPROVES,
    )  # fmt: skip

    def __init__(
        self,
        taken: Iterable[PermitDocument],
        closed: Sequence[Road],
        met: Iterable[Met],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """`closed`: roads that may be named; `met`: those for which an approval may be added."""
        super().__init__(*args, **kwargs)
        choices = [(document.code, str(document.name)) for document in taken]
        self.fields["requirement"].choices = choices
        self.fields["roads"].choices = choices_of(closed)
        if not closed:
            del self.fields["roads"]
        roads = [one.road for one in met]
        for name in APPROVES:
            if roads:
                self.fields[name] = deepcopy(APPROVAL_FORM.base_fields[name])
                self.fields[name].required = False
        if roads:
            self.fields["approved_roads"].choices = choices_of(roads)
            self.fields["approved_roads"].help_text = APPROVES_HINT

    def clean_route_file(self) -> str:
        """Its text; empty where no file came."""
        upload: UploadedFile[Any] | None = self.cleaned_data["route_file"]
        if upload is None:
            return ""
        if (upload.size or 0) > MOST:
            raise forms.ValidationError(_("This is more than a route has."))
        try:
            return str(upload.read(), "utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("This is no text in UTF-8.")) from error

    def body(self) -> dict[str, Any]:
        said = self.cleaned_data
        days = {name: said[name].isoformat() if said[name] else None for name in DAYS}
        words = {name: said[name] for name in ("contractor", "contact", "phone")}
        route = said["route_file"] or said["route"]
        return words | days | {"route": route, "roads": said.get("roads", [])}

    def approval(self) -> dict[str, Any]:
        """What is said of the file, where it is an approval."""
        said = {name: self.cleaned_data.get(name) for name in APPROVES}
        day = said["approved_on"]
        return said | {"approved_on": day.isoformat() if day else None}


def filled_in(package: Package) -> dict[str, Any]:
    """What the form begins with."""
    names = ("roads", *DAYS, "contractor", "contact", "phone")
    route = "\n".join(f"{longitude}, {latitude}" for longitude, latitude in package.route)
    return {name: getattr(package, name) for name in names} | {"route": route}
