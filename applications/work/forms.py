"""The forms of the supply company's steps. The actions decide; a form only asks and hands on."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.bodies import METER_MAX, TEXT_MAX
from applications.models import Application
from applications.standing import policy_of
from core.clock import city_now
from core.problems import FieldError, Invalid
from core.templatetags.city import money
from money.models import FeeItem
from money.queries import fees_in_force
from rules.names import Kind, Stage

PAYEE_MAX = 120
REASON_MAX = 300
YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))


class StepForm(forms.Form):
    """A step that asks for something.

    Args:
        case: the case, as it was found.
        data: what was posted, None where the form is opened.
    """

    #: What the page says before the form.
    lead: str | Promise = ""

    def __init__(self, case: Application, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.case = case

    def body(self) -> dict[str, Any]:
        """Return the body of the action."""
        return dict(self.cleaned_data)

    def refuse(self, refused: Invalid) -> None:
        """Put the refusals of the action beside the fields that they speak of."""
        for error in refused.errors:
            name = self.field_of(error.pointer)
            self.add_error(name if name in self.fields else None, self.sentence(error))

    def field_of(self, pointer: str) -> str:
        """Return the field that a JSON pointer of the body means."""
        return pointer.strip("/").partition("/")[0]

    @staticmethod
    def sentence(error: FieldError) -> ValidationError:
        """Return a refusal with its clause."""
        if not error.clause:
            return ValidationError(str(error.reason), code="refused")
        words = _("{reason} ({clause})").format(reason=error.reason, clause=error.clause)
        return ValidationError(words, code="refused")


class SupplementForm(StepForm):
    """Everything that is missing, at one time; nothing that the checklist does not have."""

    lead = gettext_lazy(
        "Name everything that is missing at one time: it can be asked for once only. "
        "The list has all that may be asked for."
    )

    def __init__(self, case: Application, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(case, data)
        checklist = policy_of(case, city_now()).checklist(Kind(case.kind), Stage.APPLICATION)
        self.codes = [need.code for need in checklist]
        for need in checklist:
            self.fields[f"ask_{need.code}"] = forms.BooleanField(
                label=str(need.name), help_text=str(need.clause), required=False
            )
            self.fields[f"why_{need.code}"] = forms.CharField(
                label=_("What is wrong or missing: {document}").format(document=need.name),
                max_length=REASON_MAX,
                # Needed where the document is asked for; before that nothing is optional.
                required=data is None or f"ask_{need.code}" in data,
            )

    def body(self) -> dict[str, Any]:
        """Return the documents that were ticked, and those with a reason but no tick."""
        return {
            "items": [
                {"requirement": code, "reason": self.cleaned_data[f"why_{code}"]}
                for code in self.asked()
            ]
        }

    def asked(self) -> list[str]:
        """Return the codes of what is asked for, in the order of the checklist."""
        values = self.cleaned_data
        return [code for code in self.codes if values[f"ask_{code}"] or values[f"why_{code}"]]

    def field_of(self, pointer: str) -> str:
        """`/items/0/reason` means the reason of the first document asked for."""
        parts = pointer.strip("/").split("/")
        if len(parts) < 2:
            return f"ask_{self.codes[0]}"
        return f"why_{self.asked()[int(parts[1])]}"


class PlanForm(StepForm):
    """The reply with the supply plan."""

    lead = gettext_lazy(
        "The applicant reads this as it stands and agrees, or asks for another plan. "
        "Safe, economical, practical; the nearest public line first."
    )
    summary = forms.CharField(
        label=gettext_lazy("Supply plan"),
        help_text=gettext_lazy(
            "Point of connection, line and substation, voltage, capacity, where the boundary "
            "of property and of investment lies, metering, and what the applicant builds."
        ),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class ReviewForm(StepForm):
    """A review or inspection: passed, or everything that was found, at one time."""

    lead = gettext_lazy(
        "If it is not passed, name everything that was found, at one time and with what would "
        "put it right; the applicant reads it as it stands."
    )
    passed = forms.ChoiceField(
        label=gettext_lazy("Passed"), choices=YES_NO, widget=forms.RadioSelect
    )
    findings = forms.CharField(
        label=gettext_lazy("Findings"),
        help_text=gettext_lazy("One on each line."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def body(self) -> dict[str, Any]:
        """Return `{passed, findings}`."""
        lines = self.cleaned_data["findings"].splitlines()
        return {
            "passed": self.cleaned_data["passed"] == "yes",
            "findings": [line.strip() for line in lines if line.strip()],
        }


class MeterForm(StepForm):
    """Switching the power on."""

    lead = gettext_lazy("This ends the case: the clocks stop at the moment you confirm.")
    meter_number = forms.CharField(
        label=gettext_lazy("Number of the meter"),
        help_text=gettext_lazy("As it stands on the meter that is in and runs."),
        max_length=METER_MAX,
        widget=forms.TextInput(attrs={"class": "td-input--width-20"}),
    )


class ChargeForm(StepForm):
    """A charge by an item of the published catalogue in force today, and by nothing else."""

    lead = gettext_lazy(
        "Only items of the published catalogue can be charged, at their published rate."
    )
    fee_item = forms.ChoiceField(label=gettext_lazy("Item of the catalogue"))
    quantity = forms.DecimalField(
        label=gettext_lazy("Quantity"),
        help_text=gettext_lazy("In the unit of the item."),
        min_value=0,
        max_digits=10,
        decimal_places=2,
        localize=False,
        widget=forms.TextInput(attrs={"class": "td-input--width-10", "inputmode": "decimal"}),
    )
    payee = forms.CharField(
        label=gettext_lazy("Who is paid"),
        max_length=PAYEE_MAX,
    )
    payee_affiliated = forms.ChoiceField(
        label=gettext_lazy("Is the payee affiliated with the supply company?"),
        help_text=gettext_lazy("Affiliates are declared and shown to the regulator."),
        choices=YES_NO,
        widget=forms.RadioSelect,
    )

    def __init__(self, case: Application, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(case, data)
        field = self.fields["fee_item"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Choose")),
            *((item.code, _priced(item)) for item in fees_in_force()),
        ]

    def body(self) -> dict[str, Any]:
        """Return the body of a charge."""
        affiliated = self.cleaned_data["payee_affiliated"] == "yes"
        return {
            **self.cleaned_data,
            "quantity": str(self.cleaned_data["quantity"]),
            "payee_affiliated": affiliated,
        }


def _priced(item: FeeItem) -> str:
    return f"{item.code} {item.item} · {money(item.rate)} / {item.unit}"


#: The steps that ask for something; the others are one button.
FORMS: dict[str, type[StepForm]] = {
    "request_supplement": SupplementForm,
    "reply_plan": PlanForm,
    "review_design": ReviewForm,
    "inspect": ReviewForm,
    "inspect_completion": ReviewForm,
    "energise": MeterForm,
}
BARE = ("accept", "start_works")
