"""What narrows the list of what is late; all of it stands in the address of the page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.work.filters import ANY, districts
from disclosure.oversight.loaded import CALENDAR, RULES
from disclosure.oversight.wording import parties


class LateFilter(forms.Form):
    """The filters of the list, by GET."""

    district = forms.ChoiceField(label=_("District"), required=False, choices=districts)
    party = forms.ChoiceField(
        label=_("Who answers for it"), required=False, choices=lambda: [ANY, *parties()]
    )

    @property
    def active(self) -> bool:
        """Whether anything narrows the list."""
        return any(self.wanted.values())

    @property
    def wanted(self) -> dict[str, str]:
        """The filters that are set; a value that does not exist is refused under its field."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name, "")) for name in self.fields}


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
