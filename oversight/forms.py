"""Forms of findings and orders: the filters of the lists, a new order, the words of each step."""

from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.work.filters import ANY
from applications.work.filters import districts as any_district
from core.problems import Problem
from oversight import clocks, late, orders
from oversight.actions import CLAUSE_MAX, TEXT_MAX
from oversight.addressees import Addressee, parties
from oversight.detectors import DETECTORS
from oversight.loaded import CALENDAR, RULES
from oversight.models import RectificationOrder
from oversight.queries import NEWEST_FIRST
from oversight.states import FindingState, OrderState
from rules.city import city

OPEN, LATE = "", "late"


class Filter(forms.Form):
    """What narrows a list, by GET; a value that does not exist is refused, and narrows nothing."""

    #: Names in addresses, and columns that have another.
    columns = {"sign": "detector"}

    @property
    def order(self) -> tuple[str, ...]:
        """The order of the list."""
        return NEWEST_FIRST

    @property
    def active(self) -> bool:
        """Whether anything narrows the list."""
        return any(self.wanted.values())

    @property
    def wanted(self) -> dict[str, str]:
        """The filters that are set."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name, "")) for name in self.fields}

    def narrow(self, found: QuerySet[Any]) -> QuerySet[Any]:
        """Return what the filters leave, with what it is sorted by."""
        wanted = {self.columns.get(name, name): value for name, value in self.wanted.items()}
        return found.filter(**{name: value for name, value in wanted.items() if value})


class FindingFilter(Filter):
    sign = forms.ChoiceField(
        label=_("Sign"),
        required=False,
        choices=lambda: [ANY, *((each.code, each.name) for each in DETECTORS.values())],
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *FindingState.choices]
    )
    party = forms.ChoiceField(
        label=_("Who explains"), required=False, choices=lambda: [ANY, *parties()]
    )
    district = forms.ChoiceField(label=_("District"), required=False, choices=any_district)


class OrderFilter(Filter):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[(OPEN, _("Open")), (LATE, _("Open and late")), *OrderState.choices],
    )
    party = forms.ChoiceField(
        label=_("Addressee"), required=False, choices=lambda: [ANY, *parties()]
    )
    district = forms.ChoiceField(label=_("District"), required=False, choices=any_district)

    @property
    def order(self) -> tuple[str, ...]:
        """Open orders by time left, closed ones newest first."""
        closed = self.wanted["state"] == OrderState.CLOSED
        return NEWEST_FIRST if closed else orders.BY_TIME_LEFT

    def narrow(self, found: QuerySet[RectificationOrder]) -> QuerySet[RectificationOrder]:
        """Return the orders that the filters leave, with what they are sorted by."""
        wanted = self.wanted
        state = wanted.pop("state")
        found = found.filter(**{name: value for name, value in wanted.items() if value})
        if state == OrderState.CLOSED:
            return found.filter(state=state)
        if state in (OPEN, LATE):
            found = orders.opened(found)
            return orders.by_time_left(orders.late(found) if state == LATE else found)
        return orders.by_time_left(found.filter(state=state))


class OwnFindingFilter(FindingFilter):
    party = None  # type: ignore[assignment]


class OwnOrderFilter(OrderFilter):
    party = None  # type: ignore[assignment]


class LateFilter(Filter):
    """What narrows the list of what is late."""

    district = forms.ChoiceField(label=_("District"), required=False, choices=any_district)
    party = forms.ChoiceField(
        label=_("Who answers for it"), required=False, choices=lambda: [ANY, *late.parties()]
    )


class LoadedFilter(forms.Form):
    """Whether calendars or rules are listed; calendars where nothing is asked for."""

    of = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[(CALENDAR, _("Working-day calendars")), (RULES, _("Rules of the city"))],
    )

    @property
    def kind(self) -> str:
        """What is asked for; a value that does not exist is refused under its field."""
        self.is_valid()
        return str(self.cleaned_data.get("of") or CALENDAR)


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


class Files(forms.FileInput):
    """A field that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files that show what is said, or none."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Files that show it"),
            help_text=_("PDF, JPEG or PNG, up to 20 MB each. You can choose several."),
            required=False,
            widget=Files(attrs={"accept": ".pdf,.jpg,.jpeg,.png", "multiple": True}),
        )

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:
        """Return the files that were sent."""
        found = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one) for one in found if one]


class DaysField(forms.IntegerField):
    """The working days that an order gives."""

    def __init__(self) -> None:
        widget = forms.NumberInput(attrs={"class": "td-input--width-3"})
        super().__init__(label=_("Working days"), widget=widget)


class TimedForm(SaidForm):
    """A form of which a field `days` gives time to put something right."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say the bounds of the days, and begin with the usual number."""
        super().__init__(*args, **kwargs)
        field, bounds = self.fields["days"], clocks.bounds(clocks.policy())
        field.help_text = gettext("Between %(least)s and %(most)s (%(clause)s).") % {
            "least": bounds.least, "most": bounds.most, "clause": bounds.clause,
        }  # fmt: skip
        field.initial = bounds.usual


class NewOrderForm(TimedForm):
    party = forms.ChoiceField(label=_("Addressee"), choices=parties)
    district = forms.ChoiceField(
        label=_("District"), choices=lambda: [(each.code, each.name) for each in city().districts]
    )
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
    days = DaysField()

    @property
    def to(self) -> Addressee:
        """The addressee that was chosen."""
        return Addressee(self.cleaned_data["party"], self.cleaned_data["district"])


class AnswerForm(SaidForm):
    text = said_field(_("What was put right"), _("What was done, when, and what it changed."))
    evidence = FilesField()


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


class ExplainForm(SaidForm):
    text = said_field(
        _("How it came about"),
        _(
            "What was done, by whom, and what shows it. The regulator reads it; it can be given "
            "only once."
        ),
    )
    evidence = FilesField()


class AcceptForm(SaidForm):
    text = said_field(
        _("Why the explanation holds"),
        _("Those whom it concerns read it. The signal ends; it stays in the public counts."),
    )


class ConfirmForm(SaidForm):
    text = said_field(
        _("What was found"),
        _("Those whom it concerns read it. It can be ordered to be put right afterwards."),
    )


class OrderForm(TimedForm):
    text = said_field(
        _("What is to be put right"),
        _("What is asked, and what is to be shown as evidence."),
    )
    days = DaysField()


#: The forms of the steps that the deciding side takes.
FINDING_STEPS: Final[dict[str, type[SaidForm]]] = {
    "accept": AcceptForm,
    "confirm": ConfirmForm,
    "order": OrderForm,
}
ORDER_STEPS: Final[dict[str, type[SaidForm]]] = {
    "close": CloseForm,
    "return": ReturnForm,
    "escalate": EscalateForm,
}
