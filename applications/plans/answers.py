"""Supply plans as programs are told of them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    IntegerField,
    Serializer,
    SerializerMethodField,
)

from applications.models import Application
from applications.plans.actions import boundary_data
from applications.plans.models import SIDES, Part, Plan
from applications.plans.queries import plans_of
from applications.plans.serializers import CODES
from core.answers import Count, Exact, Instant, MaybeChoice, MaybeInstant, MaybeText


class PlanLineAnswer(Serializer[Any]):
    """A line; `payer` follows from the investment boundary."""

    number = Count()
    item = CharField()
    part = ChoiceField(Part.choices)
    extended = BooleanField()
    quantity = Exact(allow_null=True)
    unit = MaybeText()
    cost_yuan = Exact(allow_null=True)
    builder = ChoiceField(SIDES)
    payer = ChoiceField(SIDES)
    contested = MaybeText(help_text="What the applicant contests in it.")
    answer = MaybeText(help_text="What the supply company answers to that.")
    finished_at = MaybeInstant()


class BoundaryAnswer(Serializer[Any]):
    """For what the investment boundary is extended, and by how much."""

    ground = MaybeChoice(CODES)
    words = MaybeText()
    amount_yuan = CharField()


class PlanAnswer(Serializer[Any]):
    """A plan as it was replied, and what became of it."""

    version = Count()
    summary = CharField()
    replied_at = Instant()
    lapses_at = MaybeInstant(help_text="From then on it holds no more; null: no rule says.")
    agreed = BooleanField(allow_null=True)
    reason = MaybeText()
    answered_at = MaybeInstant()
    boundary = SerializerMethodField()
    lines = PlanLineAnswer(many=True, source="lines.all")

    @extend_schema_field(BoundaryAnswer(allow_null=True))
    def get_boundary(self, plan: Plan) -> Any:
        data = boundary_data(plan.ground, plan.ground_words, list(plan.lines.all()))
        return BoundaryAnswer(data).data if data else None


class PlansAnswer(Serializer[Any]):
    """Every plan of a case, the newest first; `prolongation_months` is what the applicant is asked
    for: to let the newest hold so much longer."""

    number = CharField()
    lapsed = SerializerMethodField()
    open_lines = Count()
    prolongation_months = IntegerField()
    plans = SerializerMethodField()

    def get_lapsed(self, case: Application) -> bool:
        return case.plan_has_lapsed()

    @extend_schema_field(PlanAnswer(many=True))
    def get_plans(self, case: Application) -> Any:
        return PlanAnswer(plans_of(case), many=True).data
