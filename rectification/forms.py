"""Forms of orders: the filters of the lists, a new order, and the words of each step."""

from typing import Any, Final, Self

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.problems import Problem
from rectification import queries
from rectification.actions import CLAUSE_MAX, TEXT_MAX
from rectification.addressees import Addressee, parties
from rectification.clocks import Bounds
from rectification.models import Order
from rectification.states import State
from rules.city import city

ANY: Final = ("", _("All"))
OPEN, LATE = "", "late"


def party_choices() -> list[tuple[str, Any]]:
    """Return every addressee, for a filter."""
    return [ANY, *parties()]


def district_choices() -> list[tuple[str, Any]]:
    """Return the districts of the city, for a filter."""
    return [ANY, *districts()]


def districts() -> list[tuple[str, Any]]:
    """Return the districts of the city."""
    return [(district.code, district.name) for district in city().districts]


class OrderFilter(forms.Form):
    """What narrows a list of orders, by GET; a value that does not exist narrows nothing."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(OPEN, _("Open")), (LATE, _("Open and late")), *State.choices],
    )
    party = forms.ChoiceField(label=_("Addressee"), required=False, choices=party_choices)
    district = forms.ChoiceField(label=_("District"), required=False, choices=district_choices)

    @property
    def active(self) -> bool:
        """Whether anything narrows the list further than usual."""
        return any(self.wanted(name) for name in self.fields)

    @property
    def order(self) -> tuple[str, ...]:
        """The order of the list: open orders by time left, closed ones newest first."""
        closed = self.wanted("state") == State.CLOSED
        return queries.NEWEST_FIRST if closed else queries.BY_TIME_LEFT

    def wanted(self, name: str) -> str:
        """Return the value of a filter; empty where none, or one that does not exist."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))

    def narrow(self, orders: QuerySet[Order]) -> QuerySet[Order]:
        """Return the orders that the filters leave, with what they are sorted by."""
        for name in ("party", "district"):
            if name in self.fields and (value := self.wanted(name)):
                orders = orders.filter(**{name: value})
        state = self.wanted("state")
        if state in (OPEN, LATE):
            found = queries.opened(orders)
            return queries.by_time_left(queries.late(found) if state == LATE else found)
        orders = orders.filter(state=state)
        return orders if state == State.CLOSED else queries.by_time_left(orders)


class OwnFilter(OrderFilter):
    """The same for those to whom the orders go."""

    party = None  # type: ignore[assignment]


class SaidForm(forms.Form):
    """What is said at a step. The server's refusals land on the fields they point at."""

    def refused(self, problem: Problem) -> None:
        """Show a refusal at its fields; what points at no field of ours, on top."""
        for error in problem.errors:
            name = error.pointer.strip("/").partition("/")[0]
            reason = str(error.reason)
            if error.clause:
                reason = gettext("%(reason)s (by %(clause)s)") % {
                    "reason": reason, "clause": error.clause,
                }  # fmt: skip
            self.add_error(name if name in self.fields else None, reason)


def said_field(
    label: Any, help_text: Any, *, required: bool = True, rows: int = 6
) -> forms.CharField:
    """Return a field for what is said at a step."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def days_field() -> forms.IntegerField:
    """Return a field for the working days that an order gives."""
    widget = forms.NumberInput(attrs={"class": "td-input--width-3"})
    return forms.IntegerField(label=_("Working days"), widget=widget)


class Files(forms.FileInput):
    """A field that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, or none."""

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:
        """Return the files that were sent."""
        found = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one) for one in found if one]


def evidence_field() -> FilesField:
    """Return a field for files that show what is said."""
    return FilesField(
        label=_("Files that show it"),
        help_text=_("PDF, JPEG or PNG, up to 20 MB each. You can choose several."),
        required=False,
        widget=Files(attrs={"accept": ".pdf,.jpg,.jpeg,.png", "multiple": True}),
    )


class TimedForm(SaidForm):
    """A form of which a field `days` gives time to put something right."""

    def bound_by(self, bounds: Bounds) -> Self:
        """Say the bounds of the days, and begin with the usual number."""
        field, text = self.fields["days"], gettext("Between %(least)s and %(most)s (%(clause)s).")
        values = {"least": bounds.least, "most": bounds.most, "clause": bounds.clause}
        field.help_text = text % values
        field.initial = bounds.usual
        return self


class NewOrderForm(TimedForm):
    party = forms.ChoiceField(label=_("Addressee"), choices=parties)
    district = forms.ChoiceField(label=_("District"), choices=districts)
    application = forms.CharField(
        label=_("Case number"),
        help_text=_("Where the order is about a case. Leave empty where it is about none."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"class": "td-input--width-20"}),
    )
    permit = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    text = said_field(
        _("What is to be put right"),
        _(
            "What was found, what is asked, and what is to be shown as evidence. Read by the lead "
            "of the addressee and by those who watch over the district, by nobody else."
        ),
    )
    clause = forms.CharField(
        label=_("Clause"),
        help_text=_("The rule that was not kept, such as “Plan 3(3)3”."),
        required=False,
        max_length=CLAUSE_MAX,
    )
    days = days_field()

    @property
    def to(self) -> Addressee:
        """The addressee that was chosen."""
        return Addressee(self.cleaned_data["party"], self.cleaned_data["district"])


class AnswerForm(SaidForm):
    text = said_field(_("What was put right"), _("What was done, when, and what it changed."))
    evidence = evidence_field()


class ReturnForm(SaidForm):
    reason = said_field(
        _("What is missing"),
        _("The addressee reads it. The clock goes on with the days that are left."),
    )


class EscalateForm(SaidForm):
    reason = said_field(
        _("Reason"),
        _("The lead agency and the addressee read it. The order is still to be answered."),
    )


class CloseForm(SaidForm):
    reason = said_field(_("What was checked"), _("The addressee reads it."), required=False, rows=4)


#: The form of each step that the deciding side takes.
FORMS: Final[dict[str, type[SaidForm]]] = {
    "close": CloseForm,
    "return": ReturnForm,
    "escalate": EscalateForm,
}
