"""What the API gives of orderly use."""

from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import BooleanField, CharField, IntegerField, Serializer

from core.answers import Count, Day, Exact, Instant, MaybeDay, MaybeInstant, MaybeText
from core.clock import city_now
from oversight.orderly.actions import DISTRICTS, EXECUTIONS, PLANS
from oversight.orderly.bodies import Important, Livelihood, Reason
from oversight.orderly.models import DistrictPlan
from oversight.orderly.queries import of_districts, on_time
from oversight.orderly.workflow import DistrictState, ExecutionState, PlanState, is_late
from workflow.buttons import WithButtons

Megawatts = partial(Exact, help_text="MW")
MaybeMegawatts = partial(Exact, allow_null=True, help_text="MW; null: not said, which is not zero")
Codes = partial(serializers.ListField, child=CharField())


class Levels(Serializer[Any]):
    level_1 = MaybeMegawatts()
    level_2 = MaybeMegawatts()
    level_3 = MaybeMegawatts()
    level_4 = MaybeMegawatts()


class PlanRow(Levels):
    """A plan of the city: megawatts by level, and categories of who is protected."""

    id = IntegerField(source="pk")
    name = CharField()
    begins_on = Day()
    ends_on = Day()
    livelihood = serializers.ListField(child=serializers.ChoiceField(Livelihood.choices))
    important = serializers.ListField(child=serializers.ChoiceField(Important.choices))
    issued_at = MaybeInstant()
    due_on = MaybeDay(help_text="by when the districts hand in theirs")


class PlanMoved(PlanRow, WithButtons):
    workflow = PLANS
    state = serializers.ChoiceField(choices=PlanState.choices)
    version = Count()


class DistrictShown(Levels):
    """What a district handed in, as everybody may know it; `on_time` is of the first time, null
    where it is not handed in yet."""

    district = CharField()
    state = serializers.ChoiceField(choices=DistrictState.choices)
    round = Count()
    due_on = Day()
    handed_in_at = MaybeInstant()
    accepted_at = MaybeInstant()
    on_time = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()

    def get_on_time(self, plan: DistrictPlan) -> bool | None:
        return on_time(plan)

    def get_late(self, plan: DistrictPlan) -> bool:
        """Now: it is to be handed in, and its day has passed."""
        known: dict[str, Any] = self.context  # type: ignore[assignment]  # DRF's own dict
        if "now" not in known:
            known["now"] = city_now()
        return is_late(plan, known["now"])


class DistrictRow(DistrictShown):
    id = IntegerField(source="pk")
    plan = IntegerField(source="plan_id")
    chased_at = MaybeInstant()
    version = Count()


class DistrictMoved(DistrictRow, WithButtons):
    workflow = DISTRICTS


class DistrictRoundAnswer(Levels):
    """One round: what was handed in, and why it was given back."""

    round = Count()
    due_on = Day()
    on_time = BooleanField()
    at = Instant()
    words = CharField()
    reasons = MaybeText()
    given_back_at = MaybeInstant()


class DistrictChaseAnswer(Serializer[Any]):
    round = Count()
    at = Instant()
    words = MaybeText()


class DistrictWhole(DistrictMoved):
    rounds = DistrictRoundAnswer(many=True)
    chases = DistrictChaseAnswer(many=True)


class ExecutionCorrectionAnswer(Serializer[Any]):
    """What stood there before, and why it was corrected."""

    at = Instant()
    ordered_mw = Megawatts()
    shed_mw = MaybeMegawatts()
    reason = serializers.ChoiceField(Reason.choices)
    why = CharField()


class ExecutionRow(Serializer[Any]):
    """What was carried out; its times are the record's."""

    id = IntegerField(source="pk")
    plan = IntegerField(source="plan_id")
    plan_name = CharField(source="plan.name")
    level = Count()
    districts = Codes()
    reason = serializers.ChoiceField(Reason.choices)
    ordered_mw = Megawatts()
    shed_mw = MaybeMegawatts()
    state = serializers.ChoiceField(choices=ExecutionState.choices)
    began_at = Instant()
    ended_at = MaybeInstant()
    corrections = ExecutionCorrectionAnswer(many=True)


class ExecutionMoved(ExecutionRow, WithButtons):
    workflow = EXECUTIONS
    version = Count()


class PublicPlan(PlanRow):
    """With what its districts handed in."""

    districts = serializers.SerializerMethodField()

    @extend_schema_field(DistrictShown(many=True))
    def get_districts(self, plan: Any) -> Any:
        return DistrictShown(of_districts(plan), many=True).data
