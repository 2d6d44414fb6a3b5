"""What people say of a task."""

from datetime import date
from typing import Any

from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from rest_framework.exceptions import ValidationError

from core.bodies import Body, ChoiceField, DayField, WordsField, refuse
from core.clock import city_now, local_date
from oversight.addressees import DISTRICT, SUPPLIER
from oversight.task_ledger.owners import CITY_BODIES, Ledger, parties
from rules.city import city

PARTIES = [(code, lazystr(words)) for code, words in parties()]
DISTRICTS = [(code, lazystr(words)) for code, words in city().district_choices]


def due_day() -> DayField:
    return DayField(label=pgettext_lazy("task", "Due on"))


class WithDay(Body):
    due_on = due_day()

    def validate_due_on(self, day: date) -> date:
        if day < local_date(city_now()):
            raise ValidationError(_("This day has passed."))
        return day


class TaskBody(WithDay):
    """A task, as it is entered."""

    ledger = ChoiceField(Ledger.choices, label=_("Ledger"))
    title = WordsField(label=_("Task"), one_line=True, max_length=120)
    what = WordsField(label=_("What is to be done"), max_length=2000)
    clause = WordsField(
        label=_("Clause"),
        help_text=_("Of the plan or of a document above it, on which the task stands."),
        one_line=True,
        max_length=120,
    )
    party = ChoiceField(PARTIES, label=_("Owner"))
    post = WordsField(
        label=_("Post"),
        help_text=_("The title of the post that answers for it. Name no person."),
        one_line=True,
        max_length=60,
    )
    district = ChoiceField(
        DISTRICTS,
        label=_("District"),
        help_text=_("Leave empty where it is the whole city's."),
        required=False,
    )
    # Last, where a form asks for it.
    due_on = due_day()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        ledger, party = attrs["ledger"], attrs["party"]
        attrs["district"] = attrs.get("district") or ""
        of_district = ledger == Ledger.DISTRICT or party == DISTRICT
        if of_district and not attrs["district"]:
            raise refuse("district", _("Choose the district."))
        if party in CITY_BODIES and attrs["district"]:
            raise refuse("party", _("This body is of the whole city."))
        if ledger == Ledger.COMPANY and party != SUPPLIER:
            raise refuse("party", _("The supply company's ledger has its own tasks only."))
        return attrs


class Progress(Body):
    """How far it has come."""

    words = WordsField(
        label=pgettext_lazy("task", "Progress"),
        help_text=_("Dated by the record; it is never changed. Name no customer."),
        max_length=2000,
    )


class Claim(Body):
    """What was done."""

    words = WordsField(
        label=_("What was done"),
        help_text=_("A second person of the lead agency reads this with the files, and confirms."),
        max_length=2000,
    )


class Because(Body):
    """Why it is given back, or is no task any more."""

    words = WordsField(
        label=_("Reasons"), help_text=_("Everybody who sees the task reads this."), max_length=2000
    )


class NewDay(WithDay, Because):
    """Another day, and why."""

    def validate_due_on(self, day: date) -> date:
        if day == self.context["thing"].due_on:
            raise ValidationError(_("It is due on this day already."))
        return super().validate_due_on(day)
