"""What people say of orderly use: megawatts by level, categories and never a customer."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from core.bodies import AmountField, Body, ChoiceField, DayField, WholeField, WordsField, refuse
from rules.city import city

LEVELS: Final = ("I", "II", "III", "IV")
DISTRICTS: Final = [(code, lazystr(words)) for code, words in city().district_choices]
MOST_MW: Final = Decimal(100_000)
Megawatts = partial(
    AmountField,
    below=MOST_MW,
    message=_("Enter megawatts as a number with at most two decimals, below 100,000."),
    zero=True,
)


class Livelihood(TextChoices):
    """Protected livelihood (民生), by category."""

    RESIDENTS = "residents", _("Residents")
    HOSPITALS = "hospitals", _("Hospitals")
    SCHOOLS = "schools", _("Schools")
    UTILITIES = "utilities", _("Water, heat and gas supply")
    FARMING = "farming", _("Irrigation and farming")


class Important(TextChoices):
    """Important customers, by category."""

    EMERGENCY = "emergency", _("Emergency services and command")
    GOVERNMENT = "government", _("Government")
    COMMUNICATIONS = "communications", _("Broadcasting and telecommunications")
    TRANSPORT = "transport", _("Transport")
    HAZARDOUS = "hazardous", _("Mines and hazardous chemicals, what keeps them safe")
    FINANCE = "finance", _("Finance")
    EVENTS = "events", _("Places of large events")


class Reason(TextChoices):
    """Why it is carried out."""

    SHORTAGE = "shortage", _("Not enough power")
    OVERLOAD = "overload", _("Grid at its limit")
    FAULT = "fault", _("Fault of plant or line")
    WEATHER = "weather", _("Extreme weather")
    DISPATCH = "dispatch", _("Instruction of the dispatch above")
    OTHER = "other", _("Something else")


def codes(choices: type[TextChoices], **kwargs: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(choices.choices), allow_empty=False, **kwargs
    )


class ByLevel(Body):
    """Megawatts to be shed at each level."""

    level_1 = Megawatts(label=_("Level I"), help_text="MW")
    level_2 = Megawatts(label=_("Level II"), help_text="MW")
    level_3 = Megawatts(label=_("Level III"), help_text="MW")
    level_4 = Megawatts(label=_("Level IV"), help_text="MW")


class Period(Body):
    """A season or a year, by its name."""

    name = WordsField(
        label=_("Name of the plan"),
        help_text=_("Such as: summer 2026. It is published."),
        one_line=True,
        max_length=60,
    )
    begins_on = DayField(label=pgettext_lazy("orderly", "First day"))
    ends_on = DayField(label=pgettext_lazy("orderly", "Last day"))


class Protected(Body):
    """Whom no plan touches, by category."""

    livelihood = codes(
        Livelihood,
        label=_("Protected livelihood"),
        help_text=_("By category: no customer is named."),
    )
    important = codes(
        Important,
        label=_("Important customers"),
        help_text=_("By category: no customer is named."),
    )


class CityPlanBody(Period, ByLevel, Protected):
    """The city's plan for a season or a year."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        begins, ends = attrs["begins_on"], attrs["ends_on"]
        if ends < begins:
            raise refuse("ends_on", _("The last day lies before the first."))
        if ends > date(begins.year + 1, begins.month, min(begins.day, 28)):
            raise refuse("ends_on", _("A plan is for a season or a year."))
        return attrs


class DistrictPlanBody(ByLevel):
    """What a district hands in."""

    words = WordsField(
        label=_("How it is done"),
        help_text=_("Read by lead agency and regulator. It is not published."),
        max_length=2000,
    )


class GivenBack(Body):
    """Why a district's plan does not do."""

    reasons = WordsField(
        label=_("Reasons"), help_text=_("The lead of the district reads this."), max_length=2000
    )


class Chased(Body):
    """What a late district is asked."""

    words = WordsField(
        label=_("What you ask"),
        help_text=_("The lead of the district reads this."),
        max_length=500,
        required=False,
    )


class ExecutionBody(Body):
    """What is carried out from now on."""

    plan = WholeField(label=_("By which plan"), min_value=1)
    level = ChoiceField(list(enumerate(LEVELS, 1)), label=_("Level"))
    districts = serializers.ListField(
        child=serializers.ChoiceField(DISTRICTS),
        allow_empty=False,
        label=_("Districts"),
    )
    ordered_mw = Megawatts(label=pgettext_lazy("orderly", "Ordered"), help_text="MW")
    reason = ChoiceField(Reason.choices, label=_("Reason"))

    def validate_districts(self, found: list[str]) -> list[str]:
        """Each once, in the city's order."""
        return [each.code for each in city().districts if each.code in found]


class EndedExecution(Body):
    """What was shed while it was carried out."""

    shed_mw = Megawatts(
        label=_("Shed"),
        help_text=_("MW, as measured. Leave empty where it was not measured: that is not zero."),
        required=False,
        allow_null=True,
        default=None,
    )


class CorrectedExecution(Body):
    """What was entered wrongly; the times are the record's and are never corrected."""

    ordered_mw = Megawatts(label=pgettext_lazy("orderly", "Ordered"), help_text="MW")
    shed_mw = Megawatts(
        label=_("Shed"),
        help_text=_("MW, as measured. Leave empty where it was not measured: that is not zero."),
        required=False,
        allow_null=True,
        default=None,
    )
    reason = ChoiceField(Reason.choices, label=_("Reason"))
    why = WordsField(
        label=_("Why it is corrected"),
        help_text=_("Published beside what stood there before. Name no customer."),
        one_line=True,
        max_length=300,
    )

    def validate_shed_mw(self, found: Decimal | None) -> Decimal | None:
        if found is not None and self.context["thing"].ended_at is None:
            raise ValidationError(_("It is not over yet."))
        return found
