"""Forms of signals: the filters of the lists, and the words of each step."""

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from integrity.models import Signal
from integrity.signs import SIGNS
from integrity.states import State
from rectification.forms import (
    ANY,
    SaidForm,
    TimedForm,
    days_field,
    district_choices,
    evidence_field,
    party_choices,
    said_field,
)


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


class ExplainForm(SaidForm):
    text = said_field(
        _("How it came about"),
        _(
            "What was done, by whom, and what shows it. The regulator reads it; it can be given "
            "only once."
        ),
    )
    evidence = evidence_field()


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
    days = days_field()


#: The form of each step that the regulator takes.
FORMS: Final[dict[str, type[SaidForm]]] = {
    "accept": AcceptForm,
    "confirm": ConfirmForm,
    "order": OrderForm,
}
