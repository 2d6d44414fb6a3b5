from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from approvals.decision import NO_NEEDS_WORDS, Grant, Refusal
from approvals.missing import named_in
from approvals.models import Permit
from approvals.roads.approving import GIVE_APPROVAL, ApprovalBody
from approvals.roads.forms import APPROVAL_CONTROLS, choices_of
from approvals.roads.meeting import met_by, roads_words
from approvals.serializers import Commitment, ExcludedTime, Missing, SuppliedItems
from approvals.wording import GROUNDS
from core.bodies import TEXT_MAX, Empty
from core.forms import FILES, BodyForm, TextField, form_of, yes_or_no
from workflow.machine import acts_of

GROUND: Final = forms.ChoiceField(
    label=_("Ground"), choices=[("", _("Choose one")), *GROUNDS.items()]
)
#: What is not asked as its kind of value usually is.
CONTROLS: Final = {
    "ground": GROUND, "review_points": forms.Field(required=False), **APPROVAL_CONTROLS,
}  # fmt: skip


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
    """Conditions come after the points; of closed roads only where the drawing alone meets some."""

    def __init__(self, permit: Permit, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(permit, data)
        drawn = [one for one in met_by(permit) if not (one.cleared or one.named)]
        if not drawn:
            del self.fields["not_dug"]
            return
        self.fields["not_dug"].label = gettext("Why the line does not dig: %(roads)s") % {
            "roads": roads_words(drawn)
        }


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


#: Of what is said of one document.
REMARK_MAX: Final = 500


class TickedField(forms.MultipleChoiceField):
    """Items of a list to tick; what else is sent, one a line, the act refuses by itself."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: Any) -> list[str]:
        lines = (line.strip() for text in super().to_python(value) for line in text.splitlines())
        return [line for line in lines if line]

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)


class MissingForm(form_of(Missing)):  # type: ignore[misc]
    """What the permit's list has, to be ticked, each with a box for what is wrong with it."""

    def __init__(self, permit: Permit, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.listed = asked.listed if (asked := permit.documents()) else ()
        if not self.listed:
            return
        remarks = {f"remark_{each.code}": each for each in self.listed}
        self.fields["items"] = TickedField(
            label=_("What is missing"),
            help_text=_(
                "Only this list: nothing else may be asked for, and all of it now, once only."
            ),
            choices=[(each.code, str(each.name)) for each in self.listed],
            required=data is None or not any(data.get(name, "").strip() for name in remarks),
            error_messages={"required": _("Name at least one thing that is missing.")},
        )
        for name, each in remarks.items():
            self.fields[name] = TextField(
                label=gettext("What is wrong with: %(document)s") % {"document": each.name},
                max_length=REMARK_MAX,
                required=False,
            )

    def body(self) -> dict[str, Any]:
        return {"items": list(self.asked().values()) if self.listed else self.cleaned_data["items"]}

    def asked(self) -> dict[str, str]:
        """What was ticked, or has a remark without a tick, with the field that a refusal of it
        belongs to; what was sent in words of its own stays as it is."""
        values, found = self.cleaned_data, dict[str, str]()
        for line in values["items"]:
            named = named_in(line, self.listed)
            remark = values.get(f"remark_{named[0].code}", "") if named and not named[1] else ""
            if named and remark:
                found[f"remark_{named[0].code}"] = f"{named[0].code}：{remark}"
            else:
                found[line] = line
        for each in self.listed:
            if remark := values.get(f"remark_{each.code}", ""):
                found[f"remark_{each.code}"] = f"{each.code}：{remark}"
        return found

    def field_of(self, pointer: str) -> str | None:
        """`/items/1` means the remark of the second document asked for, where it has one."""
        name, _slash, place = pointer.strip("/").partition("/")
        fields = list(self.asked()) if self.listed else []
        field = fields[int(place)] if place.isdecimal() and int(place) < len(fields) else name
        return field if field in self.fields else name


class CommitmentForm(form_of(Commitment)):  # type: ignore[misc]
    """On a page the company names who is responsible."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True


#: The form of each act that asks for something.
FORMS: Final = {
    name: form_of(said.body, controls=CONTROLS)
    for name, said in acts_of(Permit).items()
    if said.who and said.body not in (Empty, SuppliedItems)
}


class ExclusionForm(form_of(ExcludedTime, files=True, controls=CONTROLS)):  # type: ignore[misc]
    """With the document that is the legal ground, where the rules want one."""

    def __init__(
        self, permit: Permit, data: Mapping[str, Any] | None = None, files: Any = None
    ) -> None:
        # Where nothing was typed, nothing was sent.
        super().__init__(data, None if data is None else files)
        document = self.fields[FILES]
        document.label = _("Document that is the legal ground")
        document.required = permit.rules().exclusion_document() is not None
        document.error_messages["required"] = _("Hand in the document that is the legal ground.")


class ApprovalForm(form_of(ApprovalBody, files=True, controls=CONTROLS)):  # type: ignore[misc]
    """For the closed roads that the permit's line meets."""

    def __init__(
        self, permit: Permit, data: Mapping[str, Any] | None = None, files: Any = None
    ) -> None:
        super().__init__(data, None if data is None else files)
        roads = [one.road for one in met_by(permit) if not one.cleared]
        self.fields["approved_roads"].choices = choices_of(roads)
        document = self.fields[FILES]
        document.label, document.required = gettext("The approval as a file"), True
        document.help_text = gettext("One file: PDF, JPEG, PNG or HEIC.")


#: Those that ask by the permit's own lists.
OF_PERMIT: Final[Mapping[str, Callable[..., BodyForm]]] = {
    "request_supplement": MissingForm,
    "grant": GrantForm,
    "refuse": RefusalForm,
}
#: Those with which a file comes.
WITH_FILE: Final[Mapping[str, Callable[..., BodyForm]]] = {
    "exclude_time": ExclusionForm,
    GIVE_APPROVAL: ApprovalForm,
}


def form_for(
    permit: Permit, action: str, data: Mapping[str, Any] | None, files: Any = None
) -> BodyForm:
    """`files`: those that were sent with the form."""
    form: BodyForm
    if own := OF_PERMIT.get(action):
        form = own(permit, data)
    elif own := WITH_FILE.get(action):
        form = own(permit, data, files)
    else:
        form = (CommitmentForm if action == "commit" else FORMS[action])(data)
    return form
