"""The forms of the applicant's pages: they gather what was typed, the actions judge it."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.declaration import LINE_MAX, NAME_MAX
from applications.models import Application, act_named
from applications.wording import RATINGS, VOLTAGES
from core.bodies import PHONE_MAX, TEXT_MAX
from core.forms import ACCEPT, BodyForm, form_of, refusal_words
from core.identifiers import is_mobile, plain, plain_phone
from core.problems import FieldError
from core.widgets import HintedRadios
from rules.city import city

#: Which field of the page a refused value of the contract's body belongs to.
POINTERS = {
    "/applicant/type": "applicant_type",
    "/applicant/name": "applicant_name",
    "/applicant/id_number": "id_number",
    "/applicant/phone": "phone",
    "/applicant/enterprise_size": "enterprise_size",
    "/address/district": "district",
    "/address/statutory_district": "statutory_district",
    "/address/town": "town",
    "/address/line": "address_line",
    "/capacity_kw": "capacity_kw",
    "/voltage": "voltage",
    "/sources": "sources",
    "/purpose": "purpose",
}


def districts() -> list[tuple[str, str]]:
    return [("", str(_("Choose"))), *((row.code, str(row.name)) for row in city().districts)]


def statutory_districts() -> list[tuple[str, str]]:
    codes = dict.fromkeys(code for row in city().districts for code in row.statutory)
    rows = [(code, str(city().district(code).name)) for code in codes]
    return [("", str(_("Not in the zone"))), *rows]


def towns() -> list[tuple[str, Any]]:
    grouped = [
        (str(row.name), [(town.code, str(town.name)) for town in row.townships])
        for row in city().districts
        if row.townships
    ]
    return [("", str(_("Not sure"))), *grouped]


def line_of(width: int, **attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": f"td-input--width-{width}", **attrs})


class DetailsForm(BodyForm):
    applicant_type = forms.ChoiceField(
        label=_("Who applies"),
        choices=Application.ApplicantType.choices,
        widget=HintedRadios(
            hints={"company": _("Also a shop with a business licence, a school, an authority.")}
        ),
    )
    applicant_name = forms.CharField(
        label=_("Name"),
        help_text=_("As it is written on the identity document or the business licence."),
        max_length=NAME_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    id_number = forms.CharField(
        label=_("Identity number, or unified social credit code"),
        help_text=_("A person: the number of the identity document. A company: the 18-digit code."),
        max_length=40,
        widget=line_of(20, autocomplete="off", spellcheck="false"),
    )
    phone = forms.CharField(
        label=_("Phone number"),
        help_text=_("For questions about this case. With it you can follow the case later."),
        max_length=PHONE_MAX,
        widget=line_of(20, inputmode="tel", autocomplete="tel"),
    )
    enterprise_size = forms.ChoiceField(
        label=_("Size of the enterprise"),
        help_text=_("Only for companies. You declare it yourself; no document is asked for."),
        choices=[
            ("", pgettext_lazy("enterprise size", "Does not apply, or not known")),
            *Application.EnterpriseSize.choices,
        ],
        required=False,
        widget=forms.RadioSelect,
    )

    district = forms.ChoiceField(label=_("District"), choices=districts)
    statutory_district = forms.ChoiceField(
        label=_("District in which the zone's address lies"),
        help_text=_("Only for the high-tech zone."),
        choices=statutory_districts,
        required=False,
    )
    town = forms.ChoiceField(label=_("Township"), choices=towns, required=False)
    address_line = forms.CharField(
        label=_("Address of the connection"),
        help_text=_("Road, number, building, door; or village and group."),
        max_length=LINE_MAX,
    )

    capacity_kw = forms.CharField(
        label=_("Capacity in kW"),
        help_text=_("A home mostly needs 8 kW. Add up the power of your machines if you are sure."),
        max_length=12,
        widget=line_of(10, inputmode="decimal"),
    )
    voltage = forms.ChoiceField(
        label=_("Voltage"),
        choices=list(VOLTAGES.items()),
        widget=HintedRadios(
            hints={
                "low": _("220 or 380 V: homes, shops, offices, small workshops."),
                "high": _("10 kV and above, with a transformer of your own: factories."),
            }
        ),
    )
    sources = forms.ChoiceField(
        label=_("Supplies"),
        choices=[("1", _("One supply")), ("2", _("Two supplies"))],
        initial="1",
        widget=HintedRadios(
            hints={"2": _("High voltage only: a second line, if the power must not fail.")}
        ),
    )
    purpose = forms.ChoiceField(
        label=_("What the power is for"),
        choices=Application.Purpose.choices,
        widget=forms.RadioSelect,
    )

    #: By part, each a page of its own; in the order in which they are filled in.
    groups = {
        "who": (
            _("About the applicant"),
            ("applicant_type", "applicant_name", "id_number", "phone", "enterprise_size"),
        ),
        "where": (
            _("About the place"),
            ("district", "statutory_district", "town", "address_line"),
        ),
        "what": (_("About the supply"), ("capacity_kw", "voltage", "sources", "purpose")),
    }

    def __init__(
        self, *args: Any, part: str = "", refusals: Iterable[FieldError] = (), **kwargs: Any
    ) -> None:
        """Without a part, all of them. Of the refusals those are told that something was typed
        for: what is not filled in yet is no fault."""
        super().__init__(*args, **kwargs)
        self.part = part
        self.told: dict[str, list[str]] = {}
        for error in refusals:
            name = self.field_of(error.pointer)
            if name is None:
                shown = self.part in ("", LAST_PART)
            else:
                shown = name in self.shown and bool(self.initial.get(name))
            if shown:
                self.told.setdefault(name or NON_FIELD_ERRORS, []).append(refusal_words(error))

    @property
    def shown(self) -> list[str]:
        parts = [self.part] if self.part else list(self.groups)
        return [name for part in parts for name in self.groups[part][1]]

    @property
    def fieldsets(self) -> list[tuple[Any, list[forms.BoundField]]]:
        parts = [self.part] if self.part else list(self.groups)
        return [
            (title, [self[name] for name in names])
            for title, names in (self.groups[part] for part in parts)
        ]

    @property
    def errors(self) -> ErrorDict:
        """Nothing is refused when it is saved; what has to be mended is told when it is read."""
        found = ErrorDict()
        for name, words in self.told.items():
            found[name] = self.error_class(words)
        return found

    def field_of(self, pointer: str) -> str | None:
        return POINTERS.get(pointer)


#: After it come the documents.
LAST_PART = "what"


def typed_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a page sent, in the shape of the contract's body; what it did not send is left out."""
    body: dict[str, Any] = {}
    for pointer, name in POINTERS.items():
        if name in data:
            *groups, last = pointer.strip("/").split("/")
            place = body
            for group in groups:
                place = place.setdefault(group, {})
            place[last] = str(data[name]).strip()[:TEXT_MAX] or None
    return body


def fields_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The other way round: by field what a body has."""
    found = {}
    for pointer, name in POINTERS.items():
        value: Any = body
        for step in pointer.strip("/").split("/"):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value not in (None, ""):
            found[name] = str(value)
    return found


class UploadForm(BodyForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, JPEG, PNG or HEIC, up to 20 MB. A clear photograph is enough."),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Mobile phone"),
        help_text=_("A code is sent there, and later the messages about your application."),
        max_length=PHONE_MAX,
        widget=line_of(20, inputmode="tel", autocomplete="tel"),
    )

    def clean_phone(self) -> str:
        phone = plain_phone(self.cleaned_data["phone"])
        if not is_mobile(phone):
            raise ValidationError(_("Enter a mobile number of 11 figures, such as 138 0000 0000."))
        return phone


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the SMS"),
        max_length=20,
        widget=line_of(10, inputmode="numeric", autocomplete="one-time-code"),
    )

    def clean_code(self) -> str:
        """Its figures alone, however a keyboard or a message spells them."""
        return plain(self.cleaned_data["code"])


class ProgressForm(forms.Form):
    number = forms.CharField(
        label=_("Case number"),
        help_text=_("It begins with ZG and stands on your confirmation."),
        max_length=40,
        widget=line_of(20, autocomplete="off", autocapitalize="characters", spellcheck="false"),
    )
    phone = forms.CharField(
        label=_("Phone number"),
        help_text=_("The one that was given in the application."),
        max_length=PHONE_MAX,
        widget=line_of(20, inputmode="tel", autocomplete="tel"),
    )


#: Controls of our own in the forms of acts, where a person needs other words than the body has.
CONTROLS: dict[str, dict[str, forms.Field]] = {
    "confirm_plan": {
        "agree": forms.TypedChoiceField(
            label=_("Do you agree to this plan?"),
            choices=[("yes", _("Yes, go on with it")), ("no", _("No, I want another plan"))],
            coerce=lambda value: value == "yes",
            widget=forms.RadioSelect,
        )
    },
    "rate": {
        "level": forms.TypedChoiceField(
            label=_("How satisfied are you with the service?"),
            choices=list(RATINGS.items()),
            coerce=int,
            widget=forms.RadioSelect,
        )
    },
}


@cache
def form_for(action: str) -> type[BodyForm]:
    return form_of(act_named(action).body, controls=CONTROLS.get(action))
