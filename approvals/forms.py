from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from approvals.decision import NO_NEEDS_WORDS, Grant, Refusal
from approvals.missing import named_in
from approvals.models import Permit
from approvals.serializers import Missing
from approvals.wording import GROUNDS
from core.bodies import TEXT_MAX, Empty
from core.forms import BodyForm, LinesField, TextField, form_of, yes_or_no
from workflow.machine import acts_of

GROUND: Final = forms.ChoiceField(
    label=_("Ground"), choices=[("", _("Choose one")), *GROUNDS.items()]
)
#: What is not asked as its kind of value usually is.
CONTROLS: Final = {"ground": GROUND, "review_points": forms.Field(required=False)}


class DecisionForm(BodyForm):
    """Every point of the permit's review is answered; what is said besides comes after them."""

    def __init__(self, permit: Permit, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.points = permit.rules().review_points(permit.permit)
        asked: dict[str, forms.Field] = {}
        for point in self.points:
            asked[f"met_{point.code}"] = yes_or_no(label=point.name, help_text=point.question)
            asked[f"remark_{point.code}"] = TextField(
                label=gettext("{point}: remark").format(point=point.name),
                help_text=_("Needed where the answer is no."),
                required=False,
                max_length=TEXT_MAX,
            )
        del self.fields["review_points"]
        self.fields = asked | self.fields

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for point in self.points:
            if said.get(f"met_{point.code}") is False and not said.get(f"remark_{point.code}"):
                self.add_error(f"remark_{point.code}", NO_NEEDS_WORDS)
        return said

    def body(self) -> dict[str, Any]:
        said = super().body()
        return {
            "review_points": [
                {
                    "point": point.code,
                    "met": said.pop(f"met_{point.code}"),
                    "remark": said.pop(f"remark_{point.code}"),
                }
                for point in self.points
            ],
            **said,
        }


class GrantForm(DecisionForm, form_of(Grant, controls=CONTROLS)):  # type: ignore[misc]
    """Conditions come after the points."""


class RefusalForm(DecisionForm, form_of(Refusal, controls=CONTROLS)):  # type: ignore[misc]
    """The clause is chosen, where the permit's rules list those by which it can be refused."""

    def __init__(self, permit: Permit, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(permit, data)
        if clauses := permit.rules().refusal_clauses(permit.permit):
            self.fields["clause"] = forms.ChoiceField(
                label=_("Clause"),
                help_text=_("By which it is refused; the list is of this permit."),
                choices=[
                    ("", _("Choose one")),
                    *((clause.code, clause.name) for clause in clauses.listed),
                ],
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
    name: form_of(said.body, controls=CONTROLS)
    for name, said in acts_of(Permit).items()
    if said.who and said.body is not Empty
}


#: Those that ask by the permit's own lists.
OF_PERMIT: Final[Mapping[str, Callable[..., BodyForm]]] = {
    "request_supplement": MissingForm,
    "grant": GrantForm,
    "refuse": RefusalForm,
}


def form_for(permit: Permit, action: str, data: Mapping[str, Any] | None) -> BodyForm:
    own = OF_PERMIT.get(action)
    form: BodyForm = own(permit, data) if own else FORMS[action](data)
    return form
