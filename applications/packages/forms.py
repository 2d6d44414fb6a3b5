"""The form of a package: what is typed, a route that comes as a file, and one attachment more."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from approvals.packages.models import Package
from approvals.packages.serializers import PackageBody
from core.forms import ACCEPT, form_of
from rules.city import PermitDocument

DAY: Final = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
#: Bytes of a file of coordinates: far more than the points that a route may have.
MOST: Final = 200_000
FIELDS: Final = PackageBody().fields
DAYS: Final = ("begins_on", "ends_on")


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
        "route", "route_file", *DAYS, "contractor", "contact", "phone", "requirement", "file",
    )  # fmt: skip

    def __init__(self, taken: Iterable[PermitDocument], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(document.code, str(document.name)) for document in taken]
        self.fields["requirement"].choices = choices

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
        return words | days | {"route": said["route_file"] or said["route"]}


def filled_in(package: Package) -> dict[str, Any]:
    """What the form begins with."""
    names = (*DAYS, "contractor", "contact", "phone")
    route = "\n".join(f"{longitude}, {latitude}" for longitude, latitude in package.route)
    return {name: getattr(package, name) for name in names} | {"route": route}
