"""What is said with each act of an outage."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import lazystr
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
    refuse,
)
from core.clock import city_now
from core.problems import Text
from grid.models import CODE_MAX, Element
from grid.points.models import AreaClass, Level
from reliability.crews import queries as crews
from reliability.crews.bodies import CODE_MAX as CREW_CODE_MAX
from reliability.outages import audience, questions
from reliability.outages.kinds import NATURES, Nature, OutageKind
from reliability.patrols.queries import open_defect
from reliability.rules import too_far
from rules.city import city

if TYPE_CHECKING:
    from reliability.crews.models import RepairCrew
    from reliability.outages.models import Interruption, Outage
    from reliability.patrols.models import Defect

LONGEST = 300
MOST_ELEMENTS = 200
MOST_CUSTOMERS = 100_000_000


class Plan(Body):
    """From what and when the power is taken, and what has been thought of before.

    `context["thing"]` is the outage. Besides what was said, its values hold `short_notice` and
    `counts`: from how many customers of which class and level, at which element.
    """

    area = WordsField(
        label=_("Area"), one_line=True, max_length=LONGEST,
        help_text=_("Streets and villages, never customers. It is public."),
    )  # fmt: skip
    elements = serializers.ListField(
        child=NumberedField(max_length=CODE_MAX),
        label=_("What is switched off"),
        max_length=MOST_ELEMENTS,
        required=False,
        default=list,
        help_text=_("Their codes, one a line. All that they feed is without power."),
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
        help_text=_("Needed where another outage of these days takes the power from them too."),
    )  # fmt: skip
    not_live_reason = WordsField(
        label=_("Why it is not done live"), required=False, one_line=True, max_length=LONGEST,
        help_text=_("Needed for planned works: live work takes the power from nobody."),
    )  # fmt: skip
    customers = WholeField(
        label=_("Customers affected"), required=False, allow_null=True, default=None,
        min_value=1, max_value=MOST_CUSTOMERS,
        help_text=_(
            "Only where the grid's tables do not say who is below: then with class and level."
        ),
    )  # fmt: skip
    area_class = ChoiceField(AreaClass.choices, label=_("Class of area"), required=False)
    level = ChoiceField(Level.choices, label=_("Customer level"), required=False)

    def validate_elements(self, codes: list[str]) -> list[Element]:
        """Those that stand published, in the order of their codes; each unknown one is named."""
        known = Element.objects.filter(code__in=codes, row__isnull=False).in_bulk(field_name="code")
        unknown: Any = {
            index: [str(_("No line or transformer of the grid has this code."))]
            for index, code in enumerate(codes)
            if code not in known
        }
        if unknown:
            raise serializers.ValidationError(unknown)
        return [known[code] for code in sorted(set(codes))]

    def outage(self, attrs: Mapping[str, Any]) -> "Outage":
        """The outage as it would be."""
        thing: Outage = self.context["thing"]
        return thing

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask what must be thought of before power is taken from people."""
        outage = self.outage(attrs)
        said = attrs | {"counts": audience.counted(attrs["elements"], said_by(outage, attrs))}
        now = city_now()
        missed = questions.notice_missed(outage, said, now)
        refusals = dict(questions.refusals(outage, said, now, missed))
        if refusals:
            raise serializers.ValidationError({name: [why] for name, why in refusals.items()})
        return said | {"short_notice": missed is not None}

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


def said_by(outage: "Outage", attrs: Mapping[str, Any]) -> audience.Count | None:
    """The customers whom somebody counted, where the grid's tables do not say who is below."""
    if not attrs["customers"]:
        return None
    return audience.Count(
        "", "", outage.district, attrs["area_class"], attrs["level"], attrs["customers"]
    )


class NewOutage(Plan):
    """An outage that is announced before it begins, or that has begun: then without a plan."""

    kind = ChoiceField(OutageKind.choices, label=_("Kind of outage"))
    nature = ChoiceField(Nature.choices, label=_("What it comes from"))
    district = ChoiceField(
        [(code, lazystr(words)) for code, words in city().district_choices], label=_("District")
    )
    cause = WordsField(
        label=_("Cause"), one_line=True, max_length=LONGEST, help_text=_("It is public.")
    )
    regulation = WordsField(
        label=_("Regulation that prescribes it"), required=False, one_line=True, max_length=LONGEST,
        help_text=_("Needed for an active outage for safety. It is public."),
    )  # fmt: skip
    excluded_by_policy = YesNoField(
        label=_("Left out of the plan's hours"), required=False, default=False,
        help_text=_("Only active outages for safety that a regulation prescribes."),
    )  # fmt: skip
    number_of_case = NumberedField(
        label=_("Case whose works need it"), required=False, max_length=20
    )

    number_of_defect = NumberedField(
        label=_("Defect that leads to it"), required=False, max_length=20
    )

    number_of_suggestion = NumberedField(
        label=_("Suggestion of monitoring"), required=False, max_length=20
    )

    def validate_number_of_defect(self, number: str) -> "Defect | None":
        found = open_defect(number) if number else None
        if number and found is None:
            reason = _("No open defect has this number.")
            raise serializers.ValidationError(str(reason))
        return found

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        defect = attrs["number_of_defect"]
        if defect and defect.district != attrs["district"]:
            raise refuse("number_of_defect", _("That defect is of another district."))
        return super().validate(attrs)

    def outage(self, attrs: Mapping[str, Any]) -> "Outage":
        thing = super().outage(attrs)
        for name in ("kind", "nature", "district"):
            setattr(thing, name, attrs[name])
        return thing

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        yield from super().together(data)
        kind, begins = data.get("kind"), data.get("planned_from")
        if kind in (OutageKind.PLANNED, OutageKind.TEMPORARY) and not begins:
            yield "planned_from", _("What is planned says from when until when.")
        if data.get("number_of_suggestion") and begins:
            yield "planned_from", _("What monitoring suggests has begun: it is not planned.")
        if kind == OutageKind.FAULT and begins:
            yield "planned_from", _("A fault is not planned: it is there from now on.")
        if data.get("nature") and data["nature"] not in NATURES.get(str(kind), Nature.values):
            yield "nature", _("An outage of this kind does not come from that.")
        if kind == OutageKind.SAFETY and not data.get("regulation"):
            yield "regulation", _("Name the regulation that prescribes this outage.")
        if data.get("excluded_by_policy") is True and kind != OutageKind.SAFETY:
            yield (
                "excluded_by_policy",
                _("Only active outages for safety may be left out (plan, part 2, item 4)."),
            )


class PlanChange(Plan):
    """The plan as it is from now on, whole."""

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        yield from super().together(data)
        if not data.get("planned_from"):
            yield "planned_from", _("What is planned says from when until when.")


class OutageCancelling(Body):
    reason = WordsField(
        label=_("Why it is cancelled"), one_line=True, max_length=LONGEST,
        help_text=_("It is public."),
    )  # fmt: skip


class FaultLocating(Body):
    section = WordsField(
        label=_("Where the fault is"), one_line=True, max_length=LONGEST,
        help_text=_("The section of the line, in words. It is public."),
    )  # fmt: skip
    cause = WordsField(
        label=_("Cause, as found"), required=False, one_line=True, max_length=LONGEST,
        help_text=_("Empty: as it was told before."),
    )  # fmt: skip


class CrewSending(Body):
    """Which crew goes. `context["thing"]` is the outage; its values hold the crew, or None where
    its district keeps none."""

    crew = NumberedField(
        label=_("Repair crew"),
        required=False,
        max_length=CREW_CODE_MAX,
        help_text=_("Its code. Needed once the district has registered crews. Its name is public."),
    )

    def validate_crew(self, code: str) -> "RepairCrew | None":
        known = {crew.code: crew for crew in crews.sent_to(self.context["thing"])}
        if not code and known:
            raise serializers.ValidationError(str(_("Say which crew goes.")))
        if code and code not in known:
            reason = _("The district has no active crew of this code.")
            raise serializers.ValidationError(str(reason))
        return known.get(code)


class OutageEstimate(Body):
    expected_at = InstantField(
        label=_("Power expected back at"),
        help_text=_("It is published with the time at which you say so."),
    )

    def validate_expected_at(self, value: datetime) -> datetime:
        if value <= city_now():
            raise serializers.ValidationError(str(_("Must be ahead: it is an estimate.")))
        if far := too_far(value, city_now(), self.context["thing"].district):
            raise serializers.ValidationError(str(far))
        return value


class PartRestoring(Body):
    """Where the power is back, while others are still without it. `context["thing"]` is the outage;
    its values hold the rows of those who have it again, as `elements`."""

    elements = serializers.ListField(
        child=NumberedField(max_length=CODE_MAX),
        label=_("Where power is back"),
        min_length=1,
        max_length=MOST_ELEMENTS,
        help_text=_("Codes of the lines and transformers to which these customers are connected."),
    )

    def validate_elements(self, codes: list[str]) -> "list[Interruption]":
        off = list(self.context["thing"].still_off())
        places = {row.element for row in off if row.element}
        wrong: Any = {
            index: [str(_("Nobody whom this outage interrupts is without power there."))]
            for index, code in enumerate(codes)
            if code not in places
        }
        if wrong:
            raise serializers.ValidationError(wrong)
        back = [row for row in off if row.element in codes]
        if len(back) == len(off):
            reason = _("That is everybody who is without power: say that power is back.")
            raise serializers.ValidationError(str(reason))
        return back


class TimesCorrection(Body):
    """What the times of the power were, where the entries came later."""

    started_at = InstantField(label=_("Power was off from"))
    restored_at = InstantField(label=_("Power was back at"))
    reason = WordsField(
        label=_("Why they differ from the record"), one_line=True, max_length=LONGEST,
        help_text=_("Both are published, with this reason."),
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        outage = self.context["thing"]
        if attrs["restored_at"] < attrs["started_at"]:
            raise refuse("restored_at", _("Must not be before the power went off."))
        if (first := outage.parts().first()) and attrs["started_at"] > first.on_at:
            raise refuse("started_at", _("Some had power back before that."))
        if (part := outage.part_restored_at) and attrs["restored_at"] < part:
            raise refuse("restored_at", _("Power came back in part only after that."))
        if attrs["restored_at"] > city_now():
            raise refuse("restored_at", _("Is in the future: only what has happened is reported."))
        # It is corrected once: a year that is mistyped would stand for good.
        if far := too_far(attrs["started_at"], city_now(), self.context["thing"].district):
            raise refuse("started_at", far)
        return attrs
