"""Forms of the bureau's pages: the filters of the list, and the steps that ask for words."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from approvals import queries
from approvals.actions.steps import EXPECTED_MAX, TEXT_MAX
from approvals.models import Permit
from approvals.states import DECIDED, State
from approvals.wording import GROUNDS
from core.problems import Invalid
from rules.city import city

ANY: Final = ("", _("All"))
WAITING, SUPPLIER, DONE, EVERY = "", "supplier", "decided", "all"


def permit_choices() -> list[tuple[str, Any]]:
    """Return the permits by the names that the city's rules give them."""
    return [ANY, *((permit.code, permit.name) for permit in city().permits)]


def bureau_choices() -> list[tuple[str, Any]]:
    """Return the bureaus of the city."""
    return [ANY, *((bureau.code, bureau.name) for bureau in city().bureaus)]


def district_choices() -> list[tuple[str, Any]]:
    """Return the districts of the city."""
    return [ANY, *((district.code, district.name) for district in city().districts)]


class DeskFilter(forms.Form):
    """What narrows a bureau's list, by GET; a value that does not exist narrows nothing."""

    q = forms.CharField(
        label=_("Number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"data-rows-search": True, "class": "td-input--width-10"}),
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            (WAITING, _("Waiting for a bureau")),
            (SUPPLIER, _("Waiting for the supply company")),
            (DONE, _("Decided")),
            (EVERY, _("All")),
        ],
    )
    bureau = forms.ChoiceField(label=_("Bureau"), required=False, choices=bureau_choices)
    permit = forms.ChoiceField(label=_("Permit"), required=False, choices=permit_choices)
    district = forms.ChoiceField(label=_("District"), required=False, choices=district_choices)
    late = forms.ChoiceField(label=_("Time"), required=False, choices=[ANY, ("1", _("Late only"))])

    @property
    def active(self) -> bool:
        """Whether anything narrows the list further than usual."""
        return any(self.wanted(name) for name in self.fields)

    def wanted(self, name: str) -> str:
        """Return the value of a filter; empty where none, or one that does not exist."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))

    def narrow(self, permits: QuerySet[Permit]) -> QuerySet[Permit]:
        """Return the permits that the filters leave."""
        permits = self._shown(permits)
        for name in ("bureau", "permit", "district"):
            if value := self.wanted(name):
                permits = permits.filter(**{name: value})
        if number := self.wanted("q"):
            permits = permits.filter(line_works__application__icontains=number)
        return queries.late(permits) if self.wanted("late") else permits

    def _shown(self, permits: QuerySet[Permit]) -> QuerySet[Permit]:
        show = self.wanted("show")
        if show == SUPPLIER:
            waiting = [State.AWAITING_SUPPLEMENT, State.AWAITING_COMMITMENT]
            return permits.filter(state__in=waiting)
        if show == DONE:
            return permits.filter(state__in=sorted(DECIDED))
        return permits if show == EVERY else queries.waiting(permits)


class StepForm(forms.Form):
    """A step that asks for words. The server's refusals land on the fields they point at."""

    def body(self) -> dict[str, Any]:
        """Return the body of the step, as the contract has it."""
        return dict(self.cleaned_data)

    def refused(self, problem: Invalid) -> None:
        """Show a refusal at its fields; what points at no field of ours, on top."""
        for error in problem.errors:
            name = error.pointer.strip("/").partition("/")[0]
            self.add_error(name if name in self.fields else None, str(error.reason))


class GrantForm(StepForm):
    conditions = forms.CharField(
        label=_("Conditions"),
        help_text=_("Only what a law or regulation asks for. Leave empty where there are none."),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RefuseForm(StepForm):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("What stands against it, so that the plan can be changed. It is shown."),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    clause = forms.CharField(
        label=_("Clause"),
        help_text=_(
            "Law or regulation and article, such as “Regulation on Urban Greening, article 19”."
        ),
        max_length=200,
    )


class SupplementForm(StepForm):
    items = forms.CharField(
        label=_("What is missing"),
        help_text=_("One thing a line, all of them now: it can be asked for once only."),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def body(self) -> dict[str, Any]:
        """Return one item a line."""
        lines = str(self.cleaned_data["items"]).splitlines()
        return {"items": [line.strip() for line in lines if line.strip()]}


class ExcludeForm(StepForm):
    ground = forms.ChoiceField(label=_("Ground"), choices=[("", _("Choose one")), *GROUNDS.items()])
    expected_days = forms.IntegerField(
        label=_("Expected length in working days"),
        help_text=_("The applicant is told. Past it the suspension shows as overrun."),
        min_value=1,
        max_value=EXPECTED_MAX,
        widget=forms.NumberInput(attrs={"class": "td-input--width-3"}),
    )


FORMS: Final[Mapping[str, type[StepForm]]] = {
    "grant": GrantForm,
    "refuse": RefuseForm,
    "request_supplement": SupplementForm,
    "exclude_time": ExcludeForm,
}
