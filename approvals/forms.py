from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.missing import named_in
from approvals.models import Permit
from approvals.serializers import Missing, Supplement
from approvals.wording import GROUNDS
from core.bodies import Empty
from core.forms import BodyForm, LinesField, form_of
from workflow.machine import acts_of

GROUND: Final = forms.ChoiceField(
    label=_("Ground"), choices=[("", _("Choose one")), *GROUNDS.items()]
)


class TickedField(forms.MultipleChoiceField):
    """Items of a list to tick; what else is sent, one a line, the act refuses by itself."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: Any) -> list[str]:
        lines = (line.strip() for text in super().to_python(value) for line in text.splitlines())
        return [line for line in lines if line]

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)


class MissingForm(form_of(Missing)):  # type: ignore[misc]
    """What the permit's list has, to be ticked; a line about one says what is wrong with it."""

    def __init__(self, permit: Permit, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.listed = asked.listed if (asked := permit.documents()) else ()
        if not self.listed:
            return
        self.fields["items"] = TickedField(
            label=_("What is missing"),
            help_text=_(
                "Only this list: nothing else may be asked for, and all of it now, once only."
            ),
            choices=[(str(each.name), str(each.name)) for each in self.listed],
            required=data is None or not data.get("remarks", "").strip(),
            error_messages={"required": _("Name at least one thing that is missing.")},
        )
        self.fields["remarks"] = LinesField(
            label=_("What is wrong with them"),
            help_text=_("One document a line: its name, a colon, and what is wrong with it."),
            required=False,
        )

    def body(self) -> dict[str, Any]:
        """What a line says more of need not stand there twice."""
        remarks = self.cleaned_data.get("remarks", [])
        told = {found[0] for line in remarks if (found := named_in(line, self.listed))}
        items = self.cleaned_data["items"]
        plain = [
            line for line in items if not (f := named_in(line, self.listed)) or f[0] not in told
        ]
        return {"items": [*plain, *remarks]}


#: The form of each act that asks for something.
FORMS: Final = {
    name: form_of(said.body, controls={"ground": GROUND} if name == "exclude_time" else None)
    for name, said in acts_of(Permit).items()
    if said.who and said.body not in (Empty, Supplement)
}


def form_for(permit: Permit, action: str, data: Mapping[str, Any] | None) -> BodyForm:
    form: BodyForm = (
        MissingForm(permit, data) if action == "request_supplement" else FORMS[action](data)
    )
    return form
