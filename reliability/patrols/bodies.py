"""What is said of patrols and defects."""

from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from rest_framework import serializers

from core.bodies import Body, ChoiceField, DayField, NumberedField, WholeField, WordsField
from grid.models import CODE_MAX, Element

WORDS_MAX: Final = 300
MOST_DAYS: Final = 3660


class Severity(TextChoices):
    CRITICAL = "critical", pgettext_lazy("defect", "Critical")
    SERIOUS = "serious", pgettext_lazy("defect", "Serious")
    ORDINARY = "ordinary", pgettext_lazy("defect", "Ordinary")


def standing_element(code: str) -> Element | None:
    """With its row, where it stands published."""
    found = Element.objects.select_related("row").filter(code=code, row__isnull=False)
    return found.first()


class OfElement(Body):
    """About one element; the values hold it, with its row."""

    element = NumberedField(label=_("Line or transformer"), max_length=CODE_MAX)

    def validate_element(self, code: str) -> Element:
        found = standing_element(code)
        if found is None:
            reason = _("No line or transformer of the grid has this code.")
            raise serializers.ValidationError(str(reason))
        return found


class PatrolChange(Body):
    every_days = WholeField(
        label=_("Patrolled every so many days"), min_value=1, max_value=MOST_DAYS
    )


class NewPatrol(OfElement, PatrolChange):
    """From the first due day on, each is due so many days after the one before."""

    due_on = DayField(label=_("First due on"))


class DefectFound(Body):
    severity = ChoiceField(
        Severity.choices,
        label=_("How bad it is"),
        help_text=_("By it the rules say by when it is mended."),
    )
    words = WordsField(label=_("What was found"), one_line=True, max_length=WORDS_MAX)


class NewDefect(DefectFound, OfElement):
    """Found outside a patrol."""


class WorksOrdered(Body):
    works = WordsField(label=_("Works ordered"), one_line=True, max_length=WORDS_MAX)


class DefectMended(Body):
    mended = WordsField(label=_("What was done"), one_line=True, max_length=WORDS_MAX)


def code_of(body: Any) -> str:
    """Of the element that a body names, before it is read."""
    said = body.get("element")
    return said if isinstance(said, str) else ""
