"""The bodies of a permit's acts, each declared once."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import Body, WholeField, WordsField, refused
from core.problems import FieldError, Invalid
from rules.works import Works

ITEMS_MAX: Final = 50
EXPECTED_MAX: Final = 366


class Missing(Body):
    """Everything that is missing, named at one time."""

    items = serializers.ListField(
        child=WordsField(),
        max_length=ITEMS_MAX,
        allow_empty=False,
        label=_("What is missing"),
        help_text=_("One thing a line, all of them now: it can be asked for once only."),
        error_messages={
            "required": _("Name at least one thing that is missing."),
            "empty": _("Name at least one thing that is missing."),
            "null": _("Name at least one thing that is missing."),
            "not_a_list": _("This must be a list of texts."),
            "max_length": _("These are more than {max_length} things."),
        },
    )


class ExcludedTime(Body):
    """A span that the law leaves out of the review (行政许可法 45)."""

    ground = WordsField(label=_("Ground"), one_line=True)
    expected_days = WholeField(
        label=_("Expected length in working days"),
        help_text=_("The applicant is told. Past it the suspension shows as overrun."),
        min_value=1,
        max_value=EXPECTED_MAX,
        error_messages={
            "min_value": _("This must be between 1 and 366 days."),
            "max_value": _("This must be between 1 and 366 days."),
        },
    )

    def validate_ground(self, ground: str) -> str:
        """Refuse a ground that the law does not know, with the clause."""
        grounds = self.context["thing"].rules().excluded_grounds()
        if ground not in grounds.codes:
            reason = _("The law does not leave out time on this ground.")
            raise serializers.ValidationError([refused(reason, grounds.clause)])
        return ground


class Grant(Body):
    """A grant, with conditions if a law asks for some."""

    conditions = WordsField(
        label=_("Conditions"),
        help_text=_("Only what a law or regulation asks for. Leave empty where there are none."),
        required=False,
    )


class Refusal(Body):
    """A refusal states its reason and its clause."""

    reason = WordsField(
        label=_("Reason"),
        help_text=_("What stands against it, so that the plan can be changed. It is shown."),
    )
    clause = WordsField(
        label=_("Clause"),
        help_text=_(
            "Law or regulation and article, such as “Regulation on Urban Greening, article 19”."
        ),
        one_line=True,
    )


class LineWorks(Body):
    """The works of an external line, as the supply company declares them."""

    def to_internal_value(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the works; their voltage is that of the case (`context["thing"]`).

        Raises:
            Invalid: every refused value at once, or works that belong to another case.
        """
        case = self.context["thing"]
        if data.get("application", case.number) != case.number:
            reason = _("These line works belong to the case %(number)s.") % {"number": case.number}
            raise Invalid([FieldError("/application", reason)])
        return {"works": Works.parse(data, voltage=case.voltage)}
