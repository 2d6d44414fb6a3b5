"""The questions of the application, one page each: an answer decides which of them follow.

A page keeps what was typed and does not judge it; what has to be mended is told where it was typed.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.begun import answered, body_of
from applications.declaration import LINE_MAX
from applications.models import Application
from applications.serializers import NAME_MAX
from core.bodies import NEEDED, PHONE_MAX, TEXT_MAX
from core.forms import BodyForm, refusal_words
from core.problems import FieldError, Text
from core.widgets import HintedRadios, line_of
from rules.city import District, city

#: By pointer into the contract's body, the field of a page.
FIELDS = {
    "/purpose": "purpose",
    "/applicant/type": "applicant_type",
    "/applicant/name": "applicant_name",
    "/applicant/id_number": "id_number",
    "/applicant/enterprise_size": "enterprise_size",
    "/applicant/phone": "phone",
    "/address/district": "district",
    "/address/statutory_district": "statutory_district",
    "/address/town": "town",
    "/address/line": "address_line",
    "/capacity_kw": "capacity_kw",
    "/voltage": "voltage",
    "/sources": "sources",
}
#: What does not hold any more once an answer is another.
RESTS_ON = {
    "applicant_type": {"purpose"},
    "enterprise_size": {"applicant_type"},
    "statutory_district": {"district"},
    "town": {"district"},
    "voltage": {"purpose", "capacity_kw"},
    "sources": {"voltage"},
}
#: What may be known before anybody is: an address of a page may carry it, for none is personal.
CARRIED = (
    "purpose", "applicant_type", "enterprise_size", "district", "statutory_district",
    "capacity_kw", "voltage", "sources",
)  # fmt: skip
Answers = Mapping[str, str]
HOME, COMPANY = Application.Purpose.RESIDENTIAL, Application.ApplicantType.COMPANY


class Question(BodyForm):
    """A page: what it asks, where that makes sense, and what of it has to be mended."""

    heading: ClassVar[Text]

    def __init__(self, *, answers: Answers, faults: Mapping[str, list[str]]) -> None:
        super().__init__(initial=dict(answers))
        self.faults, self.answers = faults, answers
        self.suit()

    def suit(self) -> None:
        """Ask in the words that go with the answers so far."""

    @staticmethod
    def fits(answers: Answers) -> bool:
        """Whether it is a question at all, after these answers."""
        return True

    @property
    def errors(self) -> ErrorDict:
        found = ErrorDict()
        for name, field in self.fields.items():
            # What is missing is said with the name of the field.
            missing = ValidationError(field.error_messages["required"], "required")
            texts = self.faults.get(name, [])
            if texts:
                found[name] = self.error_class(
                    [missing if text == str(NEEDED) else text for text in texts]
                )
        return found

    @property
    def named_above(self) -> bool:
        """Whether the heading of the page is the label of its one field."""
        return len(self.fields) == 1


class Purpose(Question):
    heading = _("What do you need power for?")
    purpose = forms.ChoiceField(
        label=heading,
        choices=[
            ("residential", _("A house or a flat")),
            ("commercial", _("A shop, a restaurant, an office")),
            ("industrial", _("A factory, a workshop")),
            ("agricultural", _("A farm, irrigation")),
            ("public", _("A school, a hospital, an authority, street lights")),
            ("temporary", _("A building site, an event")),
        ],
        widget=forms.RadioSelect,
    )


class ApplicantType(Question):
    heading = _("Who applies?")
    applicant_type = forms.ChoiceField(
        label=heading,
        choices=Application.ApplicantType.choices,
        widget=HintedRadios(
            hints={
                "person": _("In your own name, with your identity document."),
                "company": _("Also a shop with a business licence, a school, an authority."),
            }
        ),
    )

    @staticmethod
    def fits(answers: Answers) -> bool:
        return "purpose" in answers


class Applicant(Question):
    heading = _("About the applicant")
    applicant_name = forms.CharField(
        label=_("Name"),
        help_text=_("As it is written on the identity document."),
        max_length=NAME_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    id_number = forms.CharField(
        label=_("Number of the identity document"),
        help_text=_("Of an identity card, a residence permit or a passport."),
        max_length=40,
        widget=line_of(20, autocomplete="off", spellcheck="false"),
    )
    enterprise_size = forms.ChoiceField(
        label=_("Size of the enterprise"),
        help_text=_("You declare it yourself; no document is asked for."),
        choices=[
            ("", pgettext_lazy("enterprise size", "Does not apply, or not known")),
            *Application.EnterpriseSize.choices,
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(
        label=_("Phone number"),
        help_text=_("For questions about this case. With it you can follow the case later."),
        max_length=PHONE_MAX,
        widget=line_of(20, inputmode="tel", autocomplete="tel"),
    )

    def suit(self) -> None:
        if self.answers.get("applicant_type") != COMPANY:
            del self.fields["enterprise_size"]
            return
        name, number = self.fields["applicant_name"], self.fields["id_number"]
        name.label, name.help_text = _("Name of the company"), _("As on the business licence.")
        name.widget.attrs["autocomplete"] = "organization"
        number.label = _("Unified social credit code")
        number.help_text = _("18 characters, on the business licence.")


class Place(Question):
    heading = _("In which district is the address?")
    district = forms.ChoiceField(
        label=heading,
        choices=lambda: [(row.code, str(row.name)) for row in city().districts],
        widget=forms.RadioSelect,
    )


class Address(Question):
    heading = _("What is the address?")
    statutory_district = forms.ChoiceField(
        label=_("District in which the zone's address lies"), widget=forms.RadioSelect
    )
    town = forms.ChoiceField(label=_("Township"), required=False)
    address_line = forms.CharField(
        label=_("Road, number, building and door, or village and group"),
        max_length=LINE_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def suit(self) -> None:
        zone = district_of(self.answers)
        statutory = [city().district(code) for code in zone.statutory] if zone else []
        towns = [
            (str(row.name), [(town.code, str(town.name)) for town in row.townships])
            for row in (zone, *statutory)
            if row and row.townships
        ]
        self.choose("statutory_district", [(row.code, str(row.name)) for row in statutory])
        only = towns[0][1] if len(towns) == 1 else towns
        self.choose("town", [("", str(_("Not sure"))), *only] if towns else [])

    def choose(self, name: str, choices: list[Any]) -> None:
        """Ask for one of these; nothing where there are none."""
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    @staticmethod
    def fits(answers: Answers) -> bool:
        return district_of(answers) is not None


class Capacity(Question):
    heading = _("How much power do you need, in kW?")
    capacity_kw = forms.CharField(
        label=heading,
        help_text=_(
            "Add up what may run at the same time, as it is written on each appliance or "
            "machine: 1,000 W are 1 kW."
        ),
        max_length=12,
        widget=line_of(10, inputmode="decimal"),
    )


class Voltage(Question):
    heading = _("How is the power to reach you?")
    voltage = forms.ChoiceField(
        label=heading,
        choices=[
            ("low", _("From a public transformer, at 220 or 380 V")),
            ("high", _("With a transformer of your own, at 10 kV or above")),
        ],
        widget=forms.RadioSelect,
    )

    @staticmethod
    def fits(answers: Answers) -> bool:
        """Of a home nobody asks it, but what was said of it has to be mended somewhere."""
        odd = answers.get("voltage") not in (None, Application.Voltage.LOW)
        return "capacity_kw" in answers and (odd or answers.get("purpose") != HOME)


class Sources(Question):
    heading = _("One supply or two?")
    sources = forms.ChoiceField(
        label=heading,
        choices=[("1", _("One supply")), ("2", _("Two supplies"))],
        widget=HintedRadios(hints={"2": _("A second line, if the power must not fail.")}),
    )

    @staticmethod
    def fits(answers: Answers) -> bool:
        high = answers.get("voltage") == Application.Voltage.HIGH
        return high or answers.get("sources") not in (None, "1")


#: In the order in which they are asked.
QUESTIONS: dict[str, type[Question]] = {
    "purpose": Purpose,
    "type": ApplicantType,
    "applicant": Applicant,
    "district": Place,
    "address": Address,
    "capacity": Capacity,
    "voltage": Voltage,
    "sources": Sources,
}


def district_of(answers: Answers) -> District | None:
    code = answers.get("district")
    return next((row for row in city().districts if row.code == code), None)


def question_of(field: str) -> str:
    """The page that asks for a field; what no field is for is told where all begins."""
    found = (code for code, page in QUESTIONS.items() if field in page.base_fields)
    return next(found, "purpose")


def field_of(error: FieldError) -> str:
    return FIELDS.get(error.pointer, "purpose")


def unfinished(case: Application, code: str) -> bool:
    """Whether something is refused that the page asks for, or is still to be filled in."""
    return any(question_of(field_of(error)) == code for error in case.refusals)


def next_question(case: Application) -> str | None:
    return next((code for code in QUESTIONS if unfinished(case, code)), None)


def faults_of(refusals: Iterable[FieldError], said: Answers | None) -> dict[str, list[str]]:
    """By field what has to be mended: of what was typed, or of all; what is not filled in yet is
    no fault."""
    found: dict[str, list[str]] = {}
    for error in refusals:
        name = field_of(error)
        if said is None or said.get(name):
            found.setdefault(name, []).append(refusal_words(error))
    return found


def typed_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a page sent, in the shape of the contract's body; what it did not send is left out."""
    body: dict[str, Any] = {}
    for pointer, name in FIELDS.items():
        if name in data:
            put(body, pointer, str(data[name]).strip()[:TEXT_MAX] or None)
    return body


def carried(data: Mapping[str, Any]) -> dict[str, str]:
    """By field the answers that an address of a page brings along."""
    found = fields_of(typed_in(data))
    return {name: found[name] for name in CARRIED if name in found}


def said_by(data: Mapping[str, Any], case: Application, code: str) -> dict[str, Any]:
    """As `typed_in`; taken back is what rests on an answer that has changed, and what the page asks
    of others alone."""
    body, before = typed_in(data), typed_of(case)
    after, page = fields_of(body), QUESTIONS[code]
    changed = {name for name in after if after[name] != before.get(name)}
    left_out = page.base_fields.keys() - page(answers=answers_of(case), faults={}).fields.keys()
    for pointer, name in FIELDS.items():
        if name not in data and (name in left_out or changed & RESTS_ON.get(name, set())):
            changed.add(name)
            put(body, pointer, None)
    return body


def put(body: dict[str, Any], pointer: str, value: str | None) -> None:
    *groups, last = pointer.strip("/").split("/")
    for group in groups:
        body = body.setdefault(group, {})
    body[last] = value


def fields_of(body: Mapping[str, Any]) -> dict[str, str]:
    """The other way round: by field what a body has."""
    return dict(_fields(body))


def _fields(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for pointer, name in FIELDS.items():
        value: Any = body
        for step in pointer.strip("/").split("/"):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value not in (None, ""):
            yield name, str(value)


def typed_of(case: Application) -> dict[str, str]:
    return fields_of(body_of(case.draft)) if case.draft else {}


def answers_of(case: Application) -> dict[str, str]:
    """By field what was typed, and what follows from it."""
    return fields_of(answered(case.draft)) if case.draft else {}
