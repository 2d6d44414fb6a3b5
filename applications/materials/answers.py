"""What the API gives of orders of materials and meters."""

from typing import Any

from rest_framework import serializers
from rest_framework.serializers import BooleanField, CharField, Serializer

from accounts.models import User
from applications.materials.actions import ORDERS
from applications.materials.models import MaterialOrder
from applications.materials.workflow import MaterialOrderState
from core.answers import Count, Exact, Instant, MaybeInstant, MaybeText
from workflow.buttons import WithButtons


class MaterialItem(Serializer[Any]):
    """What can be ordered for a case; a meter comes with its number."""

    code = CharField()
    name = CharField()
    unit = CharField()
    meter = BooleanField()
    whole = BooleanField()


class MaterialOrderRow(Serializer[Any]):
    """One item that was ordered; `line` is the number of the line of the plan that it is for,
    `late_at` from when it is late if it has not come, `changed_at` of its last step."""

    order = serializers.UUIDField(source="ref")
    application = CharField(source="application.number")
    item = CharField()
    name = CharField(source="item_name")
    quantity = Exact()
    unit = CharField()
    line = serializers.IntegerField(source="line.number", default=None, allow_null=True)
    state = serializers.ChoiceField(choices=MaterialOrderState.choices)
    ordered_at = Instant()
    changed_at = Instant()
    late_at = MaybeInstant()
    meter_numbers = serializers.ListField(child=CharField())
    reason = MaybeText()
    version = Count()


class MaterialOrderMoved(MaterialOrderRow, WithButtons):
    """With what can be done about it."""

    workflow = ORDERS


class EventTaken(Serializer[Any]):
    """Where an order stands after what was told of it."""

    order = serializers.UUIDField(source="ref")
    state = serializers.ChoiceField(choices=MaterialOrderState.choices)


def moved_answer(one: MaterialOrder, user: User) -> Any:
    return MaterialOrderMoved(one, context={"user": user}).data
