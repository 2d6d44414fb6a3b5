"""What is said with each act of an outage."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import (
    Body,
    ChoiceField,
    InstantField,
    NumberedField,
    WholeField,
    WordsField,
    YesNoField,
)
from core.problems import Text
from grid.models import CODE_MAX
from grid.points.models import AreaClass, Level
from reliability.outages.kinds import AHEAD, Nature, OutageKind

LONGEST = 300
MOST_ELEMENTS = 200
MOST_CUSTOMERS = 100_000_000


class Plan(Body):
    """From what and when the power is taken, and what has been thought of before."""

    area = WordsField(
        label=_("Area"), one_line=True, max_length=LONGEST,
        help_text=_("Streets and villages, never customers. It is public."),
    )  # fmt: skip
    elements = serializers.ListField(
        child=NumberedField(max_length=CODE_MAX),
        label=_("Lines and transformers"),
        max_length=MOST_ELEMENTS,
        required=False,
        default=list,
        help_text=_("Their codes. All that they feed is without power."),
    )
    planned_from = InstantField(
        label=_("Planned from"), required=False, allow_null=True, default=None
    )
    planned_until = InstantField(
        label=_("Planned until"), required=False, allow_null=True, default=None
    )
    important = YesNoField(
        label=_("Important customers are among those without power"), required=False, default=False
    )
    short_notice_reason = WordsField(
        label=_("Why it is announced late"), required=False, one_line=True, max_length=LONGEST,
        help_text=_("Needed where it is announced later than the law asks. It is public."),
    )  # fmt: skip
    again_reason = WordsField(
        label=_("Why the same people again"), required=False, one_line=True, max_length=LONGEST,
        help_text=_("Needed where they are without power by another outage of these days."),
    )  # fmt: skip
    not_live_reason = WordsField(
        label=_("Why it is not done live"), required=False, one_line=True, max_length=LONGEST,
        help_text=_("Needed for planned works: live work takes the power from nobody."),
    )  # fmt: skip
    area_class = ChoiceField(AreaClass.choices, label=_("Class of area"), required=False)
    level = ChoiceField(Level.choices, label=_("Customer level"), required=False)
    customers = WholeField(
        label=_("Customers affected"), required=False, allow_null=True, default=None,
        min_value=1, max_value=MOST_CUSTOMERS,
        help_text=_("Only where the grid's tables do not say who is below: then with class and "
                    "level."),
    )  # fmt: skip

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        begins, ends = data.get("planned_from"), data.get("planned_until")
        if ends and not begins:
            yield "planned_from", _("Say from when it is planned.")
        if begins and not ends:
            yield "planned_until", _("Say until when it is planned.")
        if data.get("customers"):
            for name in ("area_class", "level"):
                if not data.get(name):
                    yield name, _("Say this with the number of customers.")


class NewOutage(Plan):
    """An outage that is announced before it begins, or a fault that is there."""

    kind = ChoiceField(OutageKind.choices, label=_("Kind of outage"))
    nature = ChoiceField(Nature.choices, label=_("What it comes from"))
    district = ChoiceField([], label=_("District"))
    cause = WordsField(
        label=_("Cause"), one_line=True, max_length=LONGEST, help_text=_("It is public.")
    )
    regulation = WordsField(
        label=_("Regulation that prescribes it"), required=False, one_line=True, max_length=LONGEST
    )
    excluded_by_policy = YesNoField(
        label=_("Left out of the plan's hours"), required=False, default=False,
        help_text=_("Only active outages for safety that a regulation prescribes."),
    )  # fmt: skip
    number_of_case = NumberedField(
        label=_("Case whose works need it"), required=False, max_length=20
    )

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        yield from super().together(data)
        kind = data.get("kind")
        if kind in AHEAD and not data.get("planned_from"):
            yield "planned_from", _("What is announced says from when until when.")
        if kind == OutageKind.FAULT and data.get("planned_from"):
            yield "planned_from", _("A fault is not planned: it is there from now on.")
        if kind == OutageKind.SAFETY and not data.get("regulation"):
            yield "regulation", _("Name the regulation that prescribes this outage.")
        if data.get("excluded_by_policy") and kind != OutageKind.SAFETY:
            yield (
                "excluded_by_policy",
                _("Only active outages for safety may be left out (plan, part 2, item 4)."),
            )


class Change(Plan):
    """The plan as it is from now on, whole."""


class Cancelling(Body):
    reason = WordsField(
        label=_("Why it is cancelled"), one_line=True, max_length=LONGEST,
        help_text=_("It is public."),
    )  # fmt: skip


class Locating(Body):
    section = WordsField(
        label=_("Where the fault is"), one_line=True, max_length=LONGEST,
        help_text=_("The section of the line, in words. It is public."),
    )  # fmt: skip
    cause = WordsField(
        label=_("Cause, as found"), required=False, one_line=True, max_length=LONGEST,
        help_text=_("Empty: as it was told before."),
    )  # fmt: skip


class Dispatching(Body):
    """Which crew goes: that of the place's grid cell."""


class Arrival(Body):
    """Nothing is asked: the instant is the record's."""


class Estimate(Body):
    expected_at = InstantField(
        label=_("Power expected back at"),
        help_text=_("It is published with the time at which you say so."),
    )


class Correction(Body):
    """What the times of the power were, where the entries came later."""

    started_at = InstantField(label=_("Power was off from"))
    restored_at = InstantField(label=_("Power was back at"))
    reason = WordsField(
        label=_("Why they differ from the record"), one_line=True, max_length=LONGEST,
        help_text=_("Both are published, with this reason."),
    )  # fmt: skip
