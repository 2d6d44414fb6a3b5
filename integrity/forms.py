"""Forms of signals: the filters of the lists, and the words of each step."""

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from integrity.actions import TEXT_MAX
from integrity.models import Signal
from integrity.signs import SIGNS
from integrity.states import State
from rectification.clocks import Bounds
from rectification.forms import Files, FilesField, SaidForm, district_choices, party_choices

ANY: Final = ("", _("All"))


def sign_choices() -> list[tuple[str, Any]]:
    """Return every sign, for a filter."""
    return [ANY, *((sign.code, sign.name) for sign in SIGNS.values())]


class SignalFilter(forms.Form):
    """What narrows a list of signals, by GET; a value that does not exist narrows nothing."""

    sign = forms.ChoiceField(label=_("Sign"), required=False, choices=sign_choices)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *State.choices])
    party = forms.ChoiceField(label=_("Who explains"), required=False, choices=party_choices)
    district = forms.ChoiceField(label=_("District"), required=False, choices=district_choices)

    @property
    def active(self) -> bool:
        """Whether anything narrows the list."""
        return any(self.wanted.values())

    @property
    def wanted(self) -> dict[str, str]:
        """The filters that are set."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name, "")) for name in self.fields}

    def narrow(self, signals: QuerySet[Signal]) -> QuerySet[Signal]:
        """Return the signals that the filters leave."""
        return signals.filter(**{name: value for name, value in self.wanted.items() if value})


class OwnFilter(SignalFilter):
    """The same for those whom the signals concern."""

    party = None  # type: ignore[assignment]


def _text(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ExplainForm(SaidForm):
    text = _text(
        _("How it came about"),
        _(
            "What was done, by whom, and what shows it. The regulator reads it; it can be given "
            "only once."
        ),
    )
    evidence = FilesField(
        label=_("Files that show it"),
        help_text=_("PDF, JPEG or PNG, up to 20 MB each. You can choose several."),
        required=False,
        widget=Files(attrs={"accept": ".pdf,.jpg,.jpeg,.png", "multiple": True}),
    )


class AcceptForm(SaidForm):
    text = _text(
        _("Why the explanation holds"),
        _("Those whom it concerns read it. The signal ends; it stays in the public counts."),
    )


class ConfirmForm(SaidForm):
    text = _text(
        _("What was found"),
        _("Those whom it concerns read it. It can be ordered to be put right afterwards."),
    )


class OrderForm(SaidForm):
    text = _text(
        _("What is to be put right"),
        _("What is asked, and what is to be shown as evidence."),
    )
    days = forms.IntegerField(
        label=_("Working days"), widget=forms.NumberInput(attrs={"class": "td-input--width-3"})
    )

    def bound_by(self, bounds: Bounds) -> "OrderForm":
        """Say the bounds of the days, and begin with the usual number."""
        field, text = self.fields["days"], _now("Between %(least)s and %(most)s (%(clause)s).")
        values = {"least": bounds.least, "most": bounds.most, "clause": bounds.clause}
        field.help_text = text % values
        field.initial = bounds.usual
        return self


#: The form of each step that the regulator takes.
FORMS: Final[dict[str, type[SaidForm]]] = {
    "accept": AcceptForm,
    "confirm": ConfirmForm,
    "order": OrderForm,
}
